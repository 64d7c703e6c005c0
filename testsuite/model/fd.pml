/* SPDX-License-Identifier: MIT */
/*
 * Turns, uses and the closing of a shared descriptor (stdlib/io/fd.c): three readers that want
 * the same turn, of whom each may wait for the peer, somebody who asks something short, and
 * two who close.  One compare-and-swap is one step.
 * Properties: a call is made only while the number is open; the number is closed once, and
 * before the closing returns; one reader at a time has the turn; nobody is left behind.
 */
bool closed = false, locked = false;  /* fields of the state word */
byte uses = 0, waiters = 0;
byte sema = 0;                        /* who wait for the turn */
byte gone = 0;                        /* who waits for the number to be free */
bool evicted = false;                 /* the poller's waits end */
bool number_open = true;
byte in_turn = 0, ended = 0;

#define CALL assert(number_open)

inline finish() {
    atomic { assert(number_open); number_open = false }
    gone++
}

inline unref() {
    bool last;
    atomic { uses--; last = closed && uses == 0 }
    if
    :: last -> finish()
    :: else
    fi
}

inline turn_over() {
    bool waited;
    atomic {
        waited = waiters > 0;
        locked = false;
        uses--;
        if
        :: waited -> waiters--
        :: else
        fi;
        last = closed && uses == 0
    }
    if
    :: waited -> sema++
    :: else
    fi;
    if
    :: last -> finish()
    :: else
    fi
}

active [3] proctype reader() {
    bool got, last;
    do
    :: atomic {
           if
           :: closed -> got = false; goto over
           :: !closed && !locked -> locked = true; uses++; got = true
           :: else -> waiters++; got = false
           fi
       }
       if
       :: got -> break
       :: else -> atomic { sema > 0 -> sema-- }   /* woken: look again */
       fi
    od;
    atomic { in_turn++; assert(in_turn == 1) }
    CALL;
    if
    :: evicted                        /* it would block, and waits until evicted */
    :: skip -> CALL                   /* or the peer has come */
    fi;
    in_turn--;
    turn_over();
over:
    ended++
}

active proctype asker() {
    bool may;
    atomic {
        may = !closed;
        if
        :: may -> uses++
        :: else
        fi
    }
    if
    :: may -> CALL; unref()
    :: else
    fi;
    ended++
}

active [2] proctype closer() {
    bool mine;
    byte n;
    atomic {
        mine = !closed;
        if
        :: mine -> closed = true; n = waiters; waiters = 0; uses++
        :: else
        fi
    }
    if
    :: mine ->
        evicted = true;
        do
        :: n > 0 -> sema++; n--
        :: else -> break
        od;
        unref();
        atomic { gone > 0 -> gone-- };
        assert(!number_open)
    :: else
    fi;
    ended++
}

active proctype property() {
    timeout -> assert(ended == 6 && !number_open && sema == 0 && gone == 0)
}
