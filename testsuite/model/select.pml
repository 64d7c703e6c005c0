/* SPDX-License-Identifier: MIT */
/*
 * A parked select over two unbuffered channels with a time-out (select.c), one sender on each
 * channel, the timer on any thread.  Properties: the goroutine is readied exactly once, never
 * before it is saved; it does not return while unlock_all() still reads its stack; afterwards
 * none of its waiters is in a queue; a sender that found it delivered, the other did not.
 */
#define OPEN 0
#define TAKEN 1
#define NOT_PARKED 2
#define EARLY 3
#define NOBODY 9

byte claim = NOT_PARKED;
byte won = NOBODY;               /* 0, 1: channel; NOBODY: the timer */
byte lock[2];                    /* 0 free */
bool queued[2];                  /* our waiter is in the queue of channel i */
byte readied = 0, delivered = 0;
bool saved = false;              /* registers are in g->ctx */
bool unlocking = false;          /* the other side of the switch reads our stack */
bool returned = false;
bool timer_on = false, timer_done = false;

#define TAKE(i) atomic { lock[i] == 0 -> lock[i] = 1 }
#define DROP(i) lock[i] = 0
#define READY atomic { readied++; assert(saved); assert(readied == 1) }

active proctype goroutine() {
    timer_on = true;             /* start_timer, before the locks */
    TAKE(0); TAKE(1);
    queued[0] = true;            /* enqueue_all; nothing was ready */
    queued[1] = true;
    atomic { unlocking = true; saved = true };
    /* now waits; goes on when readied */
    readied == 1;
    if                           /* timer_stop_own: waits for a run that is on its way */
    :: won != NOBODY -> timer_on = false; timer_done
    :: else -> skip
    fi;
    if                           /* dequeue_all: not the one that won */
    :: won != 0 -> TAKE(0); queued[0] = false; DROP(0)
    :: else -> skip
    fi;
    if
    :: won != 1 -> TAKE(1); queued[1] = false; DROP(1)
    :: else -> skip
    fi;
    assert(!unlocking);          /* before the stack is used for anything else */
    returned = true
}

/* parked(): runs on the next goroutine of this M after the registers are saved. */
active proctype after() {
    bool early = false;
    saved;
    atomic {
        if
        :: claim == NOT_PARKED -> claim = OPEN
        :: else -> early = true; claim = TAKEN
        fi
    };
    DROP(1);
    atomic { DROP(0); unlocking = false }; /* the last unlock is the last look at the stack */
    if
    :: early -> READY
    :: else -> skip
    fi
}

proctype sender(byte i) {
    bool mine = false;
    TAKE(i);
    if
    :: queued[i] ->              /* dequeue: unlink, then claim */
        queued[i] = false;
        atomic {
            if
            :: claim == OPEN -> claim = TAKEN; mine = true
            :: else -> skip
            fi
        };
        if
        :: mine -> won = i; delivered++
        :: else -> skip
        fi
    :: else -> skip
    fi;
    DROP(i);
    if
    :: mine -> READY
    :: else -> skip
    fi
}

active proctype timer() {
    byte was;
    if
    :: timer_on ->               /* due: time_over() */
        atomic {
            was = claim;
            if
            :: was == NOT_PARKED -> claim = EARLY
            :: was == OPEN -> claim = TAKEN
            :: else -> skip
            fi
        };
        if
        :: was == OPEN -> READY
        :: else -> skip
        fi
    :: skip                      /* or it never comes */
    fi;
    timer_done = true
}

init {
    atomic { run sender(0); run sender(1) }
}

/* Every end: either nobody came, or the goroutine has returned and left nothing behind. */
active proctype check() {
    (timer_done && (returned || (readied == 0 && timeout)));
    assert(!returned || (!queued[0] && !queued[1]));
    assert(delivered <= 1);
    assert(won == NOBODY || delivered == 1)
}
