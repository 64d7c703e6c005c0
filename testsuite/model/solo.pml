/* SPDX-License-Identifier: MIT */
/*
 * Locks without a locked instruction while one P is at work (solo.c).  x is at work from the start;
 * each y has an idle P, or is a thread of the program: the first clears rt_flags.solo under
 * sched.lock, and who comes before that has been waited out waits as well: it makes x pass a fence
 * and waits until x has left the runtime once or is not in it.  Then it takes the same lock and
 * goes away again; the last sets rt_flags.solo.  x's plain store to the lock may stay in its buffer
 * until something drains it.  Property: no two are ever inside the lock.
 */
bool solo = true;
byte others = 0, asked = 0, waited = 0; /* sched.lock */
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

active [2] proctype y() {
    byte n = 0, seen, ask;
    bool was, wait;
    do
    :: n < 2 ->
        n++;
        atomic { /* solo_recount() */
            others++;
            was = solo;
            solo = false;
            asked = asked + was;
            wait = asked != waited;
            ask = asked
        };
        if
        :: !wait -> skip
        :: wait ->
            atomic { drain() };            /* fence_heavy() */
            seen = left;
            if
            :: in_rt == 0 -> skip
            :: in_rt == 1 -> (in_rt == 0 || left != seen)
            fi;
            atomic { drain() };            /* fence_heavy() */
            atomic { if :: asked == ask -> waited = ask :: else -> skip fi }
        fi;
        atomic { !lock -> lock = true };
        inside++;
        assert(inside == 1);
        inside--;
        lock = false;
        atomic { others--; solo = (others == 0) } /* its P is idle again, under sched.lock */
    :: n == 2 -> break
    od
}
