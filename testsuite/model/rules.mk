# SPDX-License-Identifier: MIT
# check-model: spin goes through all interleavings of the run queue, of parking and waking, of
# taking a P from running program code, and of a parked select with a time-out.
.PHONY: check-model
check-model:
	@testsuite/model/run $(abspath $(B))/model
