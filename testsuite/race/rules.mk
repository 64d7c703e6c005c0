# SPDX-License-Identifier: MIT
# Planted races are reported, programs without one are not; a tenth of the runs in check-race.

.PHONY: check-race check-race-full
check-race: tsan
	@testsuite/race/run --rounds 2

check-race-full: tsan
	@testsuite/race/run --rounds 20
