package main

import "sync"

func mutexFree() float64 {
	const N = 20000000
	var m sync.Mutex
	t := now()
	for i := 0; i < N; i++ {
		m.Lock()
		m.Unlock()
	}
	return (now() - t) / N
}

var counter int

func contended(workers int) float64 {
	const TOTAL = 4000000
	var m sync.Mutex
	var wg sync.WaitGroup
	t := now()
	for i := 0; i < workers; i++ {
		wg.Add(1)
		go func() {
			for i := 0; i < TOTAL/workers; i++ {
				m.Lock()
				counter++
				m.Unlock()
			}
			wg.Done()
		}()
	}
	wg.Wait()
	return (now() - t) / TOTAL
}

func rwmutex() float64 {
	const WORKERS, EACH = 10, 200000
	var m sync.RWMutex
	var wg sync.WaitGroup
	t := now()
	for w := 0; w < WORKERS; w++ {
		wg.Add(1)
		go func() {
			for i := 0; i < EACH; i++ {
				if i%100 == 0 {
					m.Lock()
					counter++
					m.Unlock()
				} else {
					m.RLock()
					m.RUnlock()
				}
			}
			wg.Done()
		}()
	}
	wg.Wait()
	return (now() - t) / (WORKERS * EACH)
}

func nothing() {}

func once() float64 {
	const N = 50000000
	var o sync.Once
	t := now()
	for i := 0; i < N; i += 10 {
		o.Do(nothing)
		o.Do(nothing)
		o.Do(nothing)
		o.Do(nothing)
		o.Do(nothing)
		o.Do(nothing)
		o.Do(nothing)
		o.Do(nothing)
		o.Do(nothing)
		o.Do(nothing)
	}
	return (now() - t) / N
}

func onceFunc() float64 {
	const N = 50000000
	f := sync.OnceFunc(func() {})
	t := now()
	for i := 0; i < N; i++ {
		f()
	}
	return (now() - t) / N
}

func waitgroup() float64 {
	const N = 200000
	var wg sync.WaitGroup
	t := now()
	for i := 0; i < N; i++ {
		wg.Go(nothing)
		wg.Go(nothing)
		wg.Wait()
	}
	return (now() - t) / N
}

// What golang.org/x/sync/errgroup does for a group without limit and context.
type group struct {
	wg   sync.WaitGroup
	once sync.Once
	err  error
}

func (g *group) run(f func() error) {
	g.wg.Add(1)
	go func() {
		defer g.wg.Done()
		if err := f(); err != nil {
			g.once.Do(func() { g.err = err })
		}
	}()
}

func noError() error { return nil }

func errgroup() float64 {
	const N = 100000
	t := now()
	for i := 0; i < N; i++ {
		var g group
		for k := 0; k < 4; k++ {
			g.run(noError)
		}
		g.wg.Wait()
		if g.err != nil {
			panic(g.err)
		}
	}
	return (now() - t) / N
}

func pool() float64 {
	const N = 10000000
	var p sync.Pool
	p.Put(new(int))
	t := now()
	for i := 0; i < N; i++ {
		p.Put(p.Get())
	}
	return (now() - t) / N
}

const KEYS = 1024

var keys [KEYS]int

func mapLoad() float64 {
	const N = 10000000
	var m sync.Map
	for i := range keys {
		m.Store(&keys[i], &keys[i])
	}
	t := now()
	for i := 0; i < N; i++ {
		if v, _ := m.Load(&keys[i%KEYS]); v == nil {
			panic("lost")
		}
	}
	return (now() - t) / N
}

func mapStore() float64 {
	const N = 2000000
	var m sync.Map
	t := now()
	for i := 0; i < N; i++ {
		m.Store(&keys[i%KEYS], &keys[i%7])
	}
	return (now() - t) / N
}

func main() {
	bench([]row{{"mutex_alone", mutexFree, "ns"}, {"mutex_free", mutexFree, "ns"},
		{"mutex_2", func() float64 { return contended(2) }, "ns"},
		{"mutex_10", func() float64 { return contended(10) }, "ns"},
		{"mutex_100", func() float64 { return contended(100) }, "ns"},
		{"rwmutex", rwmutex, "ns"}, {"once", once, "ns"}, {"once_func", onceFunc, "ns"}, {"waitgroup", waitgroup, "ns"}, {"errgroup", errgroup, "ns"},
		{"pool", pool, "ns"}, {"map_load", mapLoad, "ns"}, {"map_store", mapStore, "ns"}})
}
