# SPDX-License-Identifier: MIT
# Criterion programs, one per file: front_*, types_*, driver_* test the translator, all
# others the library.  `make check-unit`, or build/unit/NAME --filter '*B024*'.
unit_src = $(wildcard testsuite/unit/*.c)
unit_bin = $(unit_src:testsuite/unit/%.c=$(B)/unit/%)
unit_translator = $(filter $(B)/unit/front_% $(B)/unit/types_% $(B)/unit/driver_%,$(unit_bin))
unit_library = $(filter-out $(unit_translator),$(unit_bin))

$(B)/unit:
	@mkdir -p $@

$(unit_translator): $(B)/unit/%: testsuite/unit/%.c $(translator_lib) | $(B)/unit
	$(call say,CC) $(CC) $(CFLAGS) $(TCFLAGS) -MMD -MP -MF $@.d -o $@ $< $(translator_lib) \
	    -lcriterion

$(unit_library): $(B)/unit/%: testsuite/unit/%.c $(B)/lib/inside.a | $(B)/unit
	$(call say,CC) $(CC) $(CFLAGS) -std=gnu11 -D_GNU_SOURCE -Iruntime -Istdlib \
	    -MMD -MP -MF $@.d -o $@ $< $(unit_wrap:%=-Wl,--wrap=%) $(B)/lib/inside.a -lcriterion \
	    -lpthread -lm

$(B)/unit/runtime_sysmon: unit_wrap = runq_global_put proc_hand_off futex_wait

-include $(wildcard $(B)/unit/*.d)

.PHONY: check-unit
check-unit: $(unit_bin)
	@status=0; for t in $(unit_bin); do timeout 300 $$t -j2 || status=1; done; exit $$status
