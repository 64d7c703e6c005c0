/* SPDX-License-Identifier: MIT */
/*
 * Locks without a locked instruction while one P is at work (solo.c).  x is at work from the
 * start; y has an idle P, or is a thread of the program: it clears rt_flags.solo under sched.lock, makes
 * x pass a fence and waits until x has left the runtime once or is not in it.  Then it takes
 * the same lock, goes away again and sets rt_flags.solo.  x's plain store to the lock may stay in its buffer until
 * something drains it.  Property: the two are never both inside the lock.
 */
bool solo = true;
bool lock = false;      /* memory */
bool buffered = false;  /* x has stored 1 and it is not in memory yet */
byte in_rt = 0, left = 0;
byte inside = 0;

inline drain() { if :: buffered -> lock = true; buffered = false :: else -> skip fi }

active proctype x() {
    byte n = 0;
    bool plain;
    do
    :: n < 3 ->
        n++;
        in_rt = 1;
        plain = solo;
        if
        :: plain && !lock -> buffered = true; if :: atomic { drain() } :: skip fi
        :: else -> atomic { drain(); !lock -> lock = true } /* compare-and-swap */
        fi;
        inside++;
        assert(inside == 1);
        inside--;
        atomic { drain(); lock = false }; /* stores leave the buffer in their order */
        atomic { in_rt = 0; left++ }
    :: n == 3 -> break
    od
}

active proctype y() {
    byte n = 0, seen;
    do
    :: n < 2 ->
        n++;
        solo = false;
        atomic { drain() };            /* fence_heavy() */
        seen = left;
        if
        :: in_rt == 0 -> skip
        :: in_rt == 1 -> (in_rt == 0 || left != seen)
        fi;
        atomic { drain() };            /* fence_heavy() */
        atomic { !lock -> lock = true };
        inside++;
        assert(inside == 1);
        inside--;
        lock = false;
        solo = true                    /* its P is idle again, under sched.lock */
    :: n == 2 -> break
    od
}
