# SPDX-License-Identifier: MIT
# check-stress: each program on 1, 2, 4 and 8 Ps, with the library and with its HARD variant (random
# yields, steals and delays at every runtime operation, tiny queues).  A failure prints its seeds.
# The program that does everything at once sets the number of its Ps itself, and has a new seed each
# time besides the two.

stress_src = $(wildcard testsuite/stress/*.c)
stress_exe = $(stress_src:testsuite/stress/%.c=$(B)/stress/%)
stress_all = $(B)/stress/all $(B)/stress/all-hard
STRESS_SEEDS = 1 2

.PHONY: check-stress
check-stress: $(stress_exe) $(stress_exe:%=%-hard) $(stress_all)
	@testsuite/stress/run "$(STRESS_SEEDS)" $(filter-out $(stress_all),$^)
	@PROCS=2 testsuite/stress/run "$(STRESS_SEEDS) $$(date +%s)" $(stress_all)

$(B)/stress/%: testsuite/stress/%.c testsuite/stress/stress.h $(B)/lib/inside.a
	@mkdir -p $(B)/stress
	$(CC) -O2 -g $(WARN) -Iruntime -Istdlib -o $@ $< -Wl,--wrap=main $(B)/lib/inside.a -lpthread

$(B)/stress/%-hard: testsuite/stress/%.c testsuite/stress/stress.h $(B)/hard/inside.a
	@mkdir -p $(B)/stress
	$(CC) -O2 -g $(WARN) -Iruntime -Istdlib -o $@ $< -Wl,--wrap=main $(B)/hard/inside.a -lpthread

# A hundred seeds find what is rare.
.PHONY: check-stress-full
check-stress-full: $(stress_all)
	@testsuite/stress/run "$(shell seq 100 199)" $^

$(stress_all): testsuite/stress/all.gc testsuite/stress/stress.h \
    $(B)/gocc $(B)/libgocc.a $(B)/libgocc-hard.a
	@mkdir -p $(B)/stress
	GOCC_LIBRARY=$(B)/libgocc$(if $(filter %-hard,$@),-hard).a $(B)/gocc -O2 -g -o $@ $< -lpthread
