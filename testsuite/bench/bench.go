package main

import (
	"fmt"
	"os"
	"time"
)

type row struct {
	name string
	run  func() float64
	unit string
}

var start = time.Now()

func now() float64 { return float64(time.Since(start)) }

func bench(rows []row) {
	for _, r := range rows {
		if len(os.Args) > 1 && os.Args[1] != r.name {
			continue
		}
		fmt.Printf("%s %.2f %s\n", r.name, r.run(), r.unit)
	}
}
