/* SPDX-License-Identifier: MIT */
/*
 * No lost wake-up: proc_wake_if_idle() after queueing work, against an M that goes idle
 * (proc_idle_and_recheck).  The producer's store may stay in its buffer; fence_heavy() of the
 * idle side drains it.  Property: at the end no work lies in the queue while the M sleeps.
 */
byte queue_mem = 0, queue_own = 0;  /* items: visible to others, stored by the producer */
bool idle = false;                  /* its P is in the idle list (under sched.lock: strong) */
bool spinning = true;               /* n_spinning, the one searching M */
bool asleep = false, woken = false;
bool producer_done = false;

#define FLUSH queue_mem = queue_own

active proctype producer() {
    byte n = 0;
    do
    :: n < 2 ->
        n++;
        queue_own++;
        if :: FLUSH :: skip fi;
        /* fence_light(): nothing for the processor; then the two loads */
        if
        :: idle && !spinning ->         /* proc_wake(): a locked instruction, the list under its lock */
            atomic {
                FLUSH;
                if
                :: idle && !spinning -> idle = false; woken = true; spinning = true
                :: else -> skip
                fi
            }
        :: else -> skip
        fi
    :: n == 2 -> break
    od;
    FLUSH;
    producer_done = true
}

active proctype m() {
again:
    do
    :: queue_mem > 0 -> atomic { queue_own = queue_own - queue_mem; queue_mem = 0 }
    :: queue_mem == 0 -> break
    od;
    idle = true;                        /* under sched.lock */
    spinning = false;                   /* stop_spinning() */
    atomic { FLUSH };                   /* fence_heavy() */
    if
    :: queue_mem > 0 ->                 /* proc_take_idle(), unless its P was given to it meanwhile */
        if
        :: atomic { idle -> idle = false; spinning = true }; goto again
        :: !idle -> skip
        fi
    :: else -> skip
    fi;
    asleep = true;
    do
    :: woken -> atomic { woken = false; asleep = false }; goto again
    :: producer_done && !woken -> break
    od;
    assert(queue_mem == 0 || woken)
}
