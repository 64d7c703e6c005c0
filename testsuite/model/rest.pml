/* SPDX-License-Identifier: MIT */
/*
 * A P that rests (rest.c) is found by nobody who queues work: is none lost?  Two Ms, each with
 * its P; one that has run dry goes to the idle list or, if the other P does not rest, rests; or it
 * rests although work is queued, if the other is awake.
 * sysmon may end a rest at any time, or never.  A thread of the program queues work and looks only
 * at idle Ps.  Property: in the end no work lies in the queue while nobody is awake.
 * The producer's store is seen at once here; wake.pml is about the one that is not.
 */
#define NONE 2
byte queue = 0;
byte queued = 0;
bool awake[2] = true, idle[2] = false, rests[2] = false;
byte spinning = 0;
bool producer_done = false;

inline wake_one() { /* proc_wake: takes an idle P under the lock */
    if
    :: idle[0] -> idle[0] = false; awake[0] = true
    :: idle[1] -> idle[1] = false; awake[1] = true
    :: else -> skip
    fi
}

active proctype producer() {
    do
    :: queued < 3 ->
        atomic { queue++; queued++ };
        atomic { wake_one() }
    :: queued == 3 -> break
    od;
    producer_done = true
}

active [2] proctype m() {
    byte me = _pid - 1;
    do
    :: atomic { awake[me] && queue > 0 -> queue-- }
    :: atomic { awake[me] && queue > 0 && awake[1 - me] -> rests[me] = true; awake[me] = false }
    :: awake[me] && queue == 0 ->
        atomic { /* under the lock the global queue is looked at again */
            if
            :: queue > 0 -> skip
            :: queue == 0 && !rests[1 - me] -> rests[me] = true; awake[me] = false
            :: queue == 0 -> idle[me] = true; awake[me] = false
            fi
        }
        /* who went idle looks again */
        if
        :: atomic { idle[me] && queue > 0 -> idle[me] = false; awake[me] = true }
        :: else -> skip
        fi
    :: atomic { rests[me] -> rests[me] = false; idle[me] = true };
        atomic { if :: queue > 0 -> wake_one() :: else -> skip fi }
    :: producer_done && !awake[me] -> break
    od;
    assert(queue == 0 || awake[0] || awake[1])
}
