package main

import "sync"

type page struct{ bytes [4096]byte }

func echo(in, out chan int) {
	for v := range in {
		out <- v
	}
	close(out)
}

func pingpong() float64 {
	const N = 1000000
	there, back := make(chan int), make(chan int)
	go echo(there, back)
	for i := 0; i < 1000; i++ {
		there <- i
		<-back
	}
	t := now()
	for i := 0; i < N; i++ {
		there <- i
		<-back
	}
	t = (now() - t) / N
	close(there)
	return t
}

func produce(c chan int, n int) {
	for i := 0; i < n; i++ {
		c <- i
	}
	close(c)
}

var sink int

func oneWay(cap, n int) float64 {
	c := make(chan int, cap)
	t := now()
	go produce(c, n)
	sum := 0
	for v := range c {
		sum += v
	}
	sink = sum
	return (now() - t) / float64(n)
}

func buffered4k() float64 {
	const N = 500000
	c := make(chan page, 16)
	t := now()
	go func() {
		var p page
		for i := 0; i < N; i++ {
			c <- p
		}
		close(c)
	}()
	for p := range c {
		sink += int(p.bytes[1]) + 1
	}
	return (now() - t) / N
}

func many(senders, receivers, cap, each int) float64 {
	c := make(chan int, cap)
	var wg sync.WaitGroup
	wg.Add(senders + receivers)
	t := now()
	for i := 0; i < senders; i++ {
		go func() {
			for i := 0; i < each; i++ {
				c <- i
			}
			wg.Done()
		}()
	}
	for i := 0; i < receivers; i++ {
		go func() {
			for i := 0; i < each*senders/receivers; i++ {
				<-c
			}
			wg.Done()
		}()
	}
	wg.Wait()
	return (now() - t) / float64(each*senders)
}

func ring() float64 {
	const NODES, ROUNDS = 1000, 1000
	first := make(chan int)
	c := first
	for i := 1; i < NODES; i++ {
		next := make(chan int)
		go echo(c, next)
		c = next
	}
	t := now()
	for i := 0; i < ROUNDS; i++ {
		first <- i
		<-c
	}
	t = (now() - t) / (NODES * ROUNDS)
	close(first)
	return t
}

func main() {
	bench([]row{
		{"pingpong", pingpong, "ns"},
		{"unbuffered", func() float64 { return oneWay(0, 2000000) }, "ns"},
		{"buffered_1", func() float64 { return oneWay(1, 2000000) }, "ns"},
		{"buffered_16", func() float64 { return oneWay(16, 5000000) }, "ns"},
		{"buffered_128", func() float64 { return oneWay(128, 10000000) }, "ns"},
		{"buffered_4k", buffered4k, "ns"},
		{"many_to_many", func() float64 { return many(4, 4, 128, 1000000) }, "ns"},
		{"many_unbuffered", func() float64 { return many(4, 4, 0, 500000) }, "ns"},
		{"fan_in", func() float64 { return many(16, 1, 64, 200000) }, "ns"},
		{"ring_1000", ring, "ns"},
	})
}
