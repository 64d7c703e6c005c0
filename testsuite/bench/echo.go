package main

import (
	"bytes"
	"io"
	"net"
	"net/http"
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

func ask(c net.Conn, n int, wg *sync.WaitGroup) {
	request := []byte("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
	answer := make([]byte, 4096)
	for i := 0; i < n; i++ {
		c.Write(request)
		got, _ := c.Read(answer)
		if !bytes.HasSuffix(answer[:got], []byte("Hello, World!")) {
			panic("half an answer")
		}
	}
	wg.Done()
}

func http64() float64 {
	const n, rounds = 64, 1000
	l, _ := net.Listen("tcp", "127.0.0.1:0")
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "Hello, World!") })
	go http.Serve(l, nil)
	var c [n]net.Conn
	for i := range c {
		c[i], _ = net.Dial("tcp", l.Addr().String())
	}
	var wg sync.WaitGroup
	wg.Add(n)
	t := now()
	for i := range c {
		go ask(c[i], rounds, &wg)
	}
	wg.Wait()
	t = now() - t
	l.Close()
	return t / (n * rounds)
}

func main() {
	bench([]row{
		{"echo_64", func() float64 { return echo(64, 2000) }, "ns"},
		{"echo_1", func() float64 { return echo(1, 20000) }, "ns"},
		{"http_64", http64, "ns"},
	})
}
