package main

import (
	"math"
	"sync"
)

func generate(out chan int) {
	for i := 2; ; i++ {
		out <- i
	}
}

func filter(in, out chan int, prime int) {
	for {
		i := <-in
		if i%prime != 0 {
			out <- i
		}
	}
}

func sieve() float64 {
	t := now()
	c := make(chan int)
	go generate(c)
	for i := 0; i < 2000; i++ {
		prime := <-c
		next := make(chan int)
		go filter(c, next, prime)
		c = next
	}
	return (now() - t) / 1e6
}

func skynetNode(out chan int, num, size int) {
	if size == 1 {
		out <- num
		return
	}
	sub := make(chan int)
	for i := 0; i < 10; i++ {
		go skynetNode(sub, num+i*(size/10), size/10)
	}
	sum := 0
	for i := 0; i < 10; i++ {
		sum += <-sub
	}
	out <- sum
}

func skynet() float64 {
	t := now()
	c := make(chan int)
	go skynetNode(c, 0, 1000000)
	if <-c != 499999500000 {
		panic("sum")
	}
	return (now() - t) / 1e6
}

// split brings what is not above the pivot into a[:left], what is not below it into a[right:].
func split(a []int32) (left, right int) {
	pivot := a[len(a)/2]
	i, j := 0, len(a)-1
	for i <= j {
		for a[i] < pivot {
			i++
		}
		for a[j] > pivot {
			j--
		}
		if i <= j {
			a[i], a[j] = a[j], a[i]
			i++
			j--
		}
	}
	return j + 1, i
}

func insertionSort(a []int32) {
	for i := 1; i < len(a); i++ {
		x, k := a[i], i
		for ; k > 0 && a[k-1] > x; k-- {
			a[k] = a[k-1]
		}
		a[k] = x
	}
}

func sortAlone(a []int32) {
	for len(a) > 16 {
		left, right := split(a)
		sortAlone(a[:left])
		a = a[right:]
	}
	insertionSort(a)
}

func sortPart(a []int32, done chan struct{}) {
	if len(a) > 2048 {
		left, right := split(a)
		sorted := make(chan struct{})
		go sortPart(a[:left], sorted)
		sortPart(a[right:], nil)
		<-sorted
	} else {
		sortAlone(a)
	}
	if done != nil {
		close(done)
	}
}

func quicksort() float64 {
	a := make([]int32, 4000000)
	x := uint32(12345)
	for i := range a {
		x = x*1664525 + 1013904223
		a[i] = int32(x >> 1)
	}
	t := now()
	sortPart(a, nil)
	return (now() - t) / 1e6
}

const MAT = 512

var matA, matB, matC [MAT][MAT]float32

func matRow(i int) {
	c := &matC[i]
	for j := range c {
		c[j] = 0
	}
	for k := 0; k < MAT; k++ {
		b, a := &matB[k], matA[i][k]
		for j := 0; j < MAT; j++ {
			c[j] += a * b[j]
		}
	}
}

func matmul() float64 {
	for i := range matA {
		for j := range matA[i] {
			matA[i][j], matB[i][j] = float32(i+j), float32(i-j)
		}
	}
	t := now()
	var wg sync.WaitGroup
	for i := range MAT {
		wg.Add(1)
		go func() { matRow(i); wg.Done() }()
	}
	wg.Wait()
	return (now() - t) / 1e6
}

const BODIES, STEPS, WORKERS = 512, 50, 4

var bodyX, bodyV, bodyF [BODIES]float64

func bodyForce(w int) {
	for i := w; i < BODIES; i += WORKERS {
		f := 0.0
		for j := 0; j < BODIES; j++ {
			d := bodyX[j] - bodyX[i]
			f += d / (math.Abs(d*d*d) + 0.01)
		}
		bodyF[i] = f
	}
}

func bodyMove(w int) {
	for i := w; i < BODIES; i += WORKERS {
		bodyV[i] += bodyF[i] * 1e-4
		bodyX[i] += bodyV[i] * 1e-4
	}
}

func nbody() float64 {
	for i := range bodyX {
		bodyX[i], bodyV[i] = float64(i)*1.37, 0
	}
	t := now()
	for s := 0; s < STEPS; s++ {
		var wg sync.WaitGroup
		for w := range WORKERS {
			wg.Add(1)
			go func() { bodyForce(w); wg.Done() }()
		}
		wg.Wait()
		for w := range WORKERS {
			wg.Add(1)
			go func() { bodyMove(w); wg.Done() }()
		}
		wg.Wait()
	}
	return (now() - t) / 1e6
}

func main() {
	bench([]row{{"sieve", sieve, "ms"}, {"skynet", skynet, "ms"}, {"quicksort", quicksort, "ms"},
		{"matmul", matmul, "ms"}, {"nbody", nbody, "ms"}})
}
