package main

import (
	"net"
	"sync"
)

const size = 64

func serve(c net.Conn) {
	buffer := make([]byte, 4096)
	for {
		n, err := c.Read(buffer)
		if err != nil {
			break
		}
		c.Write(buffer[:n])
	}
	c.Close()
}

func acceptAll(l net.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		go serve(c)
	}
}

func client(c net.Conn, n int, wg *sync.WaitGroup) {
	message := make([]byte, size)
	back := make([]byte, 4096)
	for i := 0; i < n; i++ {
		c.Write(message)
		for got := 0; got < size; {
			k, _ := c.Read(back)
			got += k
		}
	}
	wg.Done()
}

func echo(connections, rounds int) float64 {
	l, _ := net.Listen("tcp", "127.0.0.1:0")
	c := make([]net.Conn, connections)
	go acceptAll(l)
	for i := range c {
		c[i], _ = net.Dial("tcp", l.Addr().String())
	}
	var t float64
	for r := -1; r < 1; r++ {
		n := rounds
		if r < 0 {
			n = rounds / 10
		}
		var wg sync.WaitGroup
		wg.Add(connections)
		t = now()
		for i := range c {
			go client(c[i], n, &wg)
		}
		wg.Wait()
		t = now() - t
	}
	for i := range c {
		c[i].Close()
	}
	l.Close()
	return t / float64(connections*rounds)
}

func main() {
	bench([]row{
		{"echo_64", func() float64 { return echo(64, 2000) }, "ns"},
		{"echo_1", func() float64 { return echo(1, 20000) }, "ns"},
	})
}
