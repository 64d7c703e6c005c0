# SPDX-License-Identifier: MIT
# The .gc programs once more: with AddressSanitizer, with the race detector, and with the HARD
# library (random yields, steals and delays at every runtime operation, tiny queues).  A program
# that cannot hold under one of them says so: // skip-if: test "$GOCC_VARIANT" = asan

variant_core = $(addprefix testsuite/exec/,chan select go handles)
variant_all = testsuite/exec testsuite/lib
variant_run = GOCC_VARIANT=$(1) testsuite/run --timeout 60

# Locals beside the stack, as clang has them since version 15.
asan_strict = ASAN_OPTIONS=detect_leaks=0:detect_stack_use_after_return=1

.PHONY: check-asan check-asan-full check-tsan check-tsan-full check-hard check-hard-full
check-asan: asan
	@$(asan_strict) $(call variant_run,asan) --with=-fsanitize=address \
	    $(variant_core) testsuite/exec/panic

# Who constructs owns: the library's own programs leave nothing behind.
SUITES += check-leaks
.PHONY: check-leaks
check-leaks: asan
	@ASAN_OPTIONS=detect_leaks=1 $(call variant_run,asan) --with=-fsanitize=address \
	    testsuite/lib

check-asan-full: asan
	@$(asan_strict) $(call variant_run,asan) --with=-fsanitize=address $(variant_all)

check-tsan: tsan
	@$(call variant_run,tsan) --with=-race $(variant_core) testsuite/lib/signal

check-tsan-full: tsan
	@$(call variant_run,tsan) --with=-race $(variant_all)

check-hard: hard
	@GOCC_LIBRARY=$(B)/libgocc-hard.a $(call variant_run,hard) $(variant_core) testsuite/exec/defer

check-hard-full: hard
	@GOCC_LIBRARY=$(B)/libgocc-hard.a $(call variant_run,hard) $(variant_all)
