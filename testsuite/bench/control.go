package main

import (
	"context"
	"sync"
	"time"
)

func timers() float64 {
	const N = 100000
	ts := make([]*time.Timer, N)
	t := now()
	for i := range ts {
		ts[i] = time.AfterFunc(time.Duration(3600+i%1000)*time.Second, func() {})
	}
	for _, x := range ts {
		x.Stop()
	}
	return (now() - t) / N
}

func timerStop() float64 {
	const N = 2000000
	t := now()
	for i := 0; i < N; i++ {
		x := time.NewTimer(time.Hour)
		x.Stop()
	}
	return (now() - t) / N
}

func sleepers() float64 {
	const N = 100000
	var wg sync.WaitGroup
	wg.Add(N)
	t := now()
	for i := 0; i < N; i++ {
		go func() { time.Sleep(10 * time.Millisecond); wg.Done() }()
	}
	wg.Wait()
	return (now() - t) / N
}

func contextOne() float64 {
	const N = 1000000
	t := now()
	for i := 0; i < N; i++ {
		_, cancel := context.WithCancel(context.Background())
		cancel()
	}
	return (now() - t) / N
}

func contextChild() float64 {
	const N = 1000000
	parent, stop := context.WithCancel(context.Background())
	defer stop()
	t := now()
	for i := 0; i < N; i++ {
		_, cancel := context.WithCancel(parent)
		cancel()
	}
	return (now() - t) / N
}

func contextTree() float64 {
	const N, ROUNDS = 10000, 50
	total := 0.0
	var kids [N]context.Context
	for r := 0; r < ROUNDS; r++ {
		parent, stop := context.WithCancel(context.Background())
		for i := range kids {
			kids[i], _ = context.WithCancel(parent)
		}
		t := now()
		stop()
		total += now() - t
	}
	return total / (N * ROUNDS)
}

var touched int

//go:noinline
func touch() { touched++ }

//go:noinline
func plainCall() { touch() }

//go:noinline
func deferCall() { defer touch() }

func callPlain() float64 {
	const N = 50000000
	t := now()
	for i := 0; i < N; i++ {
		plainCall()
	}
	return (now() - t) / N
}

func callDefer() float64 {
	const N = 50000000
	t := now()
	for i := 0; i < N; i++ {
		deferCall()
	}
	return (now() - t) / N
}

func deferMany(n int) {
	for i := 0; i < n; i++ {
		defer touch()
	}
}

func deferLoop() float64 {
	const N, ROUNDS = 100, 50000
	t := now()
	for i := 0; i < ROUNDS; i++ {
		deferMany(N)
	}
	return (now() - t) / (N * ROUNDS)
}

func catch() { recover() }

//go:noinline
func throw() {
	defer catch()
	panic(&touched)
}

func panicRecover() float64 {
	const N = 1000000
	t := now()
	for i := 0; i < N; i++ {
		throw()
	}
	return (now() - t) / N
}

func dig(depth int) {
	if depth == 0 {
		panic(&touched)
	}
	defer touch()
	dig(depth - 1)
}

func throwDeep() {
	defer catch()
	dig(10)
}

func panicDeep() float64 {
	const N = 300000
	t := now()
	for i := 0; i < N; i++ {
		throwDeep()
	}
	return (now() - t) / N
}

func main() {
	bench([]row{{"timers", timers, "ns"}, {"timer_stop", timerStop, "ns"},
		{"sleepers", sleepers, "ns"}, {"context", contextOne, "ns"},
		{"context_child", contextChild, "ns"}, {"context_tree", contextTree, "ns"},
		{"call_plain", callPlain, "ns"}, {"call_defer", callDefer, "ns"},
		{"defer_loop", deferLoop, "ns"}, {"panic_recover", panicRecover, "ns"},
		{"panic_deep", panicDeep, "ns"}})
}
