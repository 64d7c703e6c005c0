# SPDX-License-Identifier: MIT
# Bad input: a short fuzzing run from a fixed seed, and the classics (testsuite/fuzz/bad).
# For longer: build/fuzz/translate_fuzz -max_total_time=3600 -close_fd_mask=2 FOLDER testsuite/fuzz/corpus
FUZZ_CC = $(firstword $(shell command -v clang clang-19))
fuzz_src = $(filter-out translator/driver.c,$(translator_src)) $(grammar_gen) $(B)/prelude.c

$(B)/fuzz/translate_fuzz: testsuite/fuzz/translate_fuzz.c $(translator_lib)
	@mkdir -p $(@D)
	$(call say,FUZZ) $(FUZZ_CC) -O1 -g $(TCFLAGS) $(host_flags) -w \
	    -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined -o $@ $< $(fuzz_src)

.PHONY: check-fuzz
check-fuzz: all $(if $(FUZZ_CC),$(B)/fuzz/translate_fuzz) $(B)/gocc-asan
	@testsuite/fuzz/bad $(B)/gocc-asan $(if $(FUZZ_CC),$(B)/fuzz/translate_fuzz)
