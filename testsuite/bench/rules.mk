# make bench: us, Go and the installed peers in turn; BENCH="--only pingpong" narrows it
.PHONY: bench
bench: all
	$(Q)testsuite/bench/run $(BENCH)

# how the cost grows with size
.PHONY: bench-growth
bench-growth: all
	$(Q)testsuite/bench/growth $(BENCH)
