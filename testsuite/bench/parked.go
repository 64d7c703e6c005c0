package main

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
)

const N = 1000000

func memoryKiB() float64 {
	f, _ := os.Open("/proc/self/status")
	defer f.Close()
	total := 0.0
	for s := bufio.NewScanner(f); s.Scan(); {
		var v float64
		if n, _ := fmt.Sscanf(s.Text(), "VmRSS: %f", &v); n == 1 {
			total += v
		}
		if n, _ := fmt.Sscanf(s.Text(), "VmPTE: %f", &v); n == 1 {
			total += v
		}
	}
	return total
}

func main() {
	gate := make(chan int)
	before, t := memoryKiB(), now()
	for i := 0; i < N; i++ {
		go func() { <-gate }()
	}
	for i := 0; i < 3; i++ {
		runtime.Gosched()
	}
	created, bytes := (now()-t)/N, (memoryKiB()-before)*1024/N
	t = now()
	for i := 0; i < N; i++ {
		gate <- i
	}
	wake := (now() - t) / N
	bench([]row{{"parked_create", func() float64 { return created }, "ns"},
		{"parked_bytes", func() float64 { return bytes }, "bytes"},
		{"parked_small", func() float64 { return bytes }, "bytes"},
		{"parked_wake", func() float64 { return wake }, "ns"}})
}
