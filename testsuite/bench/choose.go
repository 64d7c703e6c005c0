package main

import "time"

func feed(c chan int, n int) {
	for i := 0; i < n; i++ {
		c <- i
	}
}

func select2() float64 {
	const N = 500000
	a, b := make(chan int), make(chan int)
	go feed(a, N)
	go feed(b, N)
	t := now()
	for i := 0; i < 2*N; i++ {
		select {
		case <-a:
		case <-b:
		}
	}
	return (now() - t) / (2 * N)
}

func select4() float64 {
	const N = 250000
	var c [4]chan int
	for i := range c {
		c[i] = make(chan int)
		go feed(c[i], N)
	}
	t := now()
	for i := 0; i < 4*N; i++ {
		select {
		case <-c[0]:
		case <-c[1]:
		case <-c[2]:
		case <-c[3]:
		}
	}
	return (now() - t) / (4 * N)
}

func select16() float64 {
	const N = 50000
	var c [16]chan int
	for i := range c {
		c[i] = make(chan int)
		go feed(c[i], N)
	}
	t := now()
	for i := 0; i < 16*N; i++ {
		select {
		case <-c[0]:
		case <-c[1]:
		case <-c[2]:
		case <-c[3]:
		case <-c[4]:
		case <-c[5]:
		case <-c[6]:
		case <-c[7]:
		case <-c[8]:
		case <-c[9]:
		case <-c[10]:
		case <-c[11]:
		case <-c[12]:
		case <-c[13]:
		case <-c[14]:
		case <-c[15]:
		}
	}
	return (now() - t) / (16 * N)
}

func selectDefault() float64 {
	const N = 20000000
	c := make(chan int, 1)
	none := 0
	t := now()
	for i := 0; i < N; i++ {
		select {
		case <-c:
		default:
			none++
		}
	}
	return (now() - t) / N
}

func selectTimeout() float64 {
	const N = 1000000
	c := make(chan int)
	go feed(c, N)
	t := now()
	for i := 0; i < N; i++ {
		select {
		case <-c:
		case <-time.After(time.Second):
		}
	}
	return (now() - t) / N
}

func main() {
	bench([]row{{"select_2", select2, "ns"}, {"select_4", select4, "ns"}, {"select_16", select16, "ns"},
		{"select_default", selectDefault, "ns"}, {"select_timeout", selectTimeout, "ns"}})
}
