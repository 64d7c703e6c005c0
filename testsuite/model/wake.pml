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
        :: idle && !spinning -> atomic { FLUSH; woken = true; spinning = true }
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
    :: queue_mem > 0 -> atomic { queue_mem = 0; queue_own = 0 } /* takes everything */
    :: queue_mem == 0 -> break
    od;
    atomic { idle = true; spinning = false };
    atomic { FLUSH };                   /* fence_heavy() */
    if
    :: queue_mem > 0 -> atomic { idle = false; spinning = true }; goto again
    :: else -> skip
    fi;
    asleep = true;
    do
    :: woken -> atomic { woken = false; asleep = false; idle = false; spinning = true }; goto again
    :: producer_done && !woken -> break
    od;
    assert(queue_mem == 0 || woken)
}
