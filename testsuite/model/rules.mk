# SPDX-License-Identifier: MIT
# check-model: spin goes through all interleavings of the run queue, of yielding, of parking and
# waking, of taking a P from running program code, of Ps that rest, of a buffered channel with a close
# and a select beside it, of a parked select with a time-out, of waiting for a descriptor, of closing
# one that others use, of waking the poller, of leaving the descriptors to who works, of one processor
# alone at work, of reporting a deadlock past a poller that sleeps for a timer which was stopped, and
# of a contended mutex.
.PHONY: check-model
check-model:
	@testsuite/model/run $(abspath $(B))/model
