# make bench: us, Go and the installed peers in turn; BENCH="--only pingpong" narrows it
.PHONY: bench
bench: all
	@testsuite/bench/run $(BENCH)

# how the cost grows with size
.PHONY: bench-growth
bench-growth: all
	@testsuite/bench/growth $(BENCH)

# what the translator costs beside gcc; BENCH="--big sqlite3.c"
.PHONY: bench-front
bench-front: all
	@testsuite/bench/front $(BENCH)
