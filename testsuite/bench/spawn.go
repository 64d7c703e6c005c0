package main

import (
	"runtime"
	"sync"
)

func doneOne(wg *sync.WaitGroup) { wg.Done() }

func spawnAll() float64 {
	const N = 1000000
	var wg sync.WaitGroup
	t := now()
	wg.Add(N)
	for i := 0; i < N; i++ {
		go doneOne(&wg)
	}
	wg.Wait()
	return (now() - t) / N
}

func batches(n, rounds int, start func(wg *sync.WaitGroup)) float64 {
	var wg sync.WaitGroup
	var t float64
	for r := -5; r < rounds; r++ {
		if r == 0 {
			t = now()
		}
		wg.Add(n)
		for i := 0; i < n; i++ {
			start(&wg)
		}
		wg.Wait()
	}
	return (now() - t) / float64(n*rounds)
}

//go:noinline
func useStack(depth int) int {
	var frame [512]byte
	frame[depth] = byte(depth)
	if depth > 0 {
		return useStack(depth-1) + int(frame[depth])
	}
	return int(frame[0])
}

func deep(wg *sync.WaitGroup) {
	useStack(24)
	wg.Done()
}

func spawnBatches() float64 {
	return batches(10000, 50, func(wg *sync.WaitGroup) { go doneOne(wg) })
}
func spawnBlock() float64 {
	return batches(10000, 50, func(wg *sync.WaitGroup) { go func() { wg.Done() }() })
}
func spawnStack() float64 { return batches(1000, 200, func(wg *sync.WaitGroup) { go deep(wg) }) }

func yielder(n int, wg *sync.WaitGroup) {
	for i := 0; i < n; i++ {
		runtime.Gosched()
	}
	wg.Done()
}

func yield() float64 {
	const N = 1000000
	var wg sync.WaitGroup
	t := now()
	wg.Add(2)
	go yielder(N, &wg)
	go yielder(N, &wg)
	wg.Wait()
	return (now() - t) / (2 * N)
}

func main() {
	bench([]row{{"spawn_all", spawnAll, "ns"}, {"spawn_batches", spawnBatches, "ns"},
		{"spawn_block", spawnBlock, "ns"}, {"spawn_stack", spawnStack, "ns"}, {"yield", yield, "ns"}})
}
