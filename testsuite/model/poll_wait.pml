/* SPDX-License-Identifier: MIT */
/*
 * A goroutine in poll_wait() against an event, the deadline and poll_close() (poll.c).
 * Properties: it is readied at most once, never before it is saved, by whoever unlinked it;
 * it returns; an event that came before the wait is not lost.
 */
#define READY 1
#define TIMEOUT 2
#define CLOSED 3

bool lock = false;
bool closing = false, ready = false, expired = false;
bool linked = false;             /* the waiter is in the descriptor's list */
byte result = 0, readied = 0;
bool saved = false, returned = false;
bool timer_on = false, stopped = false;

#define TAKE atomic { !lock -> lock = true }
#define DROP lock = false
#define WAKE atomic { readied++; assert(saved && readied == 1) }

active proctype goroutine() {
    timer_on = true;             /* before the lock: the heap's lock may not follow it */
    TAKE;
    if
    :: closing -> result = CLOSED; DROP
    :: !closing && ready -> ready = false; result = READY; DROP
    :: !closing && !ready && expired -> result = TIMEOUT; DROP
    :: else ->
        linked = true;
        saved = true;            /* sched_park: registers saved, then ... */
        DROP;                    /* ... unlock_parked() on the other side */
        readied == 1;
        assert(!linked && result != 0)
    fi;
    stopped = true;              /* timer_stop: an old run is over when it returns */
    returned = true
}

active proctype event() {
    TAKE;
    if
    :: linked -> linked = false; result = READY; DROP; WAKE
    :: else -> ready = true; DROP
    fi
}

active proctype closer() {
    TAKE;
    closing = true;
    if
    :: linked -> linked = false; result = CLOSED; DROP; WAKE
    :: else -> DROP
    fi
}

active proctype deadline() {
    bool ours;
    timer_on;
    if
    :: stopped                   /* never fired */
    :: !stopped ->
        TAKE;
        ours = linked;
        expired = true;
        if
        :: ours -> linked = false; result = TIMEOUT
        :: else -> skip
        fi;
        DROP;
        if
        :: ours -> WAKE
        :: else -> skip
        fi
    fi
}

active proctype property() {
    timeout -> assert(returned)
}
