# SPDX-License-Identifier: MIT
# Constructs are inserted into C: into our programs in `make check`, into gcc's c-torture (see
# identity/run) and whatever INSERT names in `make check-insert-full`.
.PHONY: check-insert check-insert-full
check-insert: all
	@testsuite/insert/run testsuite/insert/programs

INSERT ?= $(wildcard /tmp/gcc-torture/gcc.c-torture/execute)
check-insert-full: all
	@testsuite/insert/run --except testsuite/insert/except testsuite/insert/programs \
	    testsuite/identity/plain $(INSERT)
