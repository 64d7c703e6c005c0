package main

import (
	"errors"
	"fmt"
	"time"
)

var sink any

func timeFormat() float64 {
	const N = 500000
	at := time.Now()
	n := 0
	t := now()
	for i := 0; i < N; i++ {
		n += len(at.Format(time.RFC3339))
	}
	t = (now() - t) / N
	if n < N {
		panic(n)
	}
	return t
}

func timeParse() float64 {
	const N = 500000
	sum := int64(0)
	t := now()
	for i := 0; i < N; i++ {
		x, _ := time.Parse(time.RFC3339, "2024-02-29T12:34:56Z")
		sum += x.Unix()
	}
	t = (now() - t) / N
	if sum == 0 {
		panic(sum)
	}
	return t
}

func errorsNew() float64 {
	const N = 2000000
	t := now()
	for i := 0; i < N; i++ {
		sink = errors.New("broken")
	}
	return (now() - t) / N
}

func errorf() float64 {
	const N = 1000000
	base := errors.New("broken")
	t := now()
	for i := 0; i < N; i++ {
		sink = fmt.Errorf("open %s: %d: %w", "file", i, base)
	}
	return (now() - t) / N
}

func main() {
	bench([]row{{"time_format", timeFormat, "ns"}, {"time_parse", timeParse, "ns"},
		{"errors_new", errorsNew, "ns"}, {"errorf", errorf, "ns"}})
}
