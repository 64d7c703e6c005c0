# SPDX-License-Identifier: MIT
# check-stress: each program on 1, 2, 4 and 8 Ps, with the library and with its HARD variant (random
# yields, steals and delays at every runtime operation, tiny queues).  A failure prints its seeds.

stress_src = $(wildcard testsuite/stress/*.c)
stress_exe = $(stress_src:testsuite/stress/%.c=$(B)/stress/%)
STRESS_SEEDS = 1 2

.PHONY: check-stress
check-stress: $(stress_exe) $(stress_exe:%=%-hard)
	@testsuite/stress/run "$(STRESS_SEEDS)" $^

$(B)/stress/%: testsuite/stress/%.c testsuite/stress/stress.h $(B)/lib/inside.a
	@mkdir -p $(B)/stress
	$(CC) -O2 -g $(WARN) -Iruntime -Istdlib -o $@ $< -Wl,--wrap=main $(B)/lib/inside.a -lpthread

$(B)/stress/%-hard: testsuite/stress/%.c testsuite/stress/stress.h $(B)/hard/inside.a
	@mkdir -p $(B)/stress
	$(CC) -O2 -g $(WARN) -Iruntime -Istdlib -o $@ $< -Wl,--wrap=main $(B)/hard/inside.a -lpthread
