/* SPDX-License-Identifier: MIT */
/*
 * Yielding (sched.c, runq.c).  Who yields goes to the P's own stretch of the global queue, which a
 * pick may publish at any time, and so may sysmon while program code runs.  So it is queued behind
 * the switch, when its registers are saved; or before it where nothing is picked but the head of
 * that stretch (yield_to_yielded), for then nobody publishes it before the switch.
 * Property: whoever is switched to has its registers saved, and so runs nowhere else.
 */
#define G 3
#define BEHIND 1

mtype = { runs, own, global };
mtype at[G];
bool saved[G];
bool in_rt = false;

inline publish() {
    atomic {
        i = 0;
        do
        :: i < G -> if :: at[i] == own -> at[i] = global :: else -> skip fi; i++
        :: else -> break
        od;
        i = 0
    }
}

inline take(where, g) { /* any of them: the order does not matter here */
    atomic {
        if
        :: at[0] == where -> g = 0; at[0] = runs
        :: at[1] == where -> g = 1; at[1] = runs
        :: at[2] == where -> g = 2; at[2] = runs
        :: else -> g = G
        fi
    }
}

inline switch_to(from, to) {
    saved[from] = true;
    assert(saved[to]);
    saved[to] = false
}

active proctype owner() {
    byte g = 0, next = G, i = 0, n = 0;
    atomic { at[0] = runs; at[1] = own; at[2] = own; saved[1] = true; saved[2] = true };
    do
    :: n < 4 ->
        n++;
        in_rt = true;
        if
        :: true ->                       /* yield_to_yielded */
            take(own, next);
            if
            :: next < G -> at[g] = own; switch_to(g, next); g = next
            :: else -> skip
            fi
        :: true ->                       /* the general way */
            if :: !BEHIND -> at[g] = own :: else -> skip fi;
            if :: true -> publish() :: true fi; /* a pick, e.g. each 61st or one that overflows */
            if :: true -> take(own, next) :: true -> take(global, next) fi;
            if
            :: next < G && next != g ->
                switch_to(g, next);
                if :: BEHIND -> at[g] = own :: else -> skip fi; /* put_yielded */
                g = next
            :: else -> at[g] = runs      /* nobody else: it goes on */
            fi
        fi;
        in_rt = false
    :: n == 4 -> break
    od
}

active proctype other() { /* an M with another P */
    byte g = G, n = 0;
    do
    :: n < 3 ->
        n++;
        take(global, g);
        if
        :: g < G ->
            assert(saved[g]);
            saved[g] = false;
            saved[g] = true;
            at[g] = global               /* put_global, behind its switch */
        :: else -> skip
        fi
    :: n == 3 -> break
    od
}

active proctype sysmon() {
    byte i = 0;
    do
    :: atomic { !in_rt -> publish() }    /* move_private: the retake protocol (retake.pml) */
    :: break
    od
}
