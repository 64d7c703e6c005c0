/* SPDX-License-Identifier: MIT */
/*
 * A deadlock is reported although an M sleeps as the poller for a timer that is stopped meanwhile
 * (proc.c: fewer_run, only_dead_timers).  main stops the timer and parks, so its M stops; two others
 * find nothing to do, and one of them may become the poller at any time before.  What happens under
 * sched.lock is atomic.  Property: in the end the report was made, and nobody sleeps as the poller.
 */
#define MS 3
bool timer = true;      /* in the heap; nobody ever receives from it */
byte n_idle = 0;        /* Ms that have stopped */
byte poller = 0;        /* 0: none */
bool word = false;      /* poll_word or the eventfd: a wake-up stays */
bool reported = false;

inline stop(me) {
    atomic { n_idle++; others = MS - n_idle; seen = poller };
    if
    :: others == 0 -> reported = true
    :: others == 1 && seen != 0 -> word = true /* polls in vain, for nobody waits */
    :: else -> skip
    fi
}

active proctype main_m() {
    byte others, seen;
    timer = false;
    stop(1)
}

active [2] proctype idle_m() {
    byte others, seen;
    bool wanted, alone;
    do
    :: wanted = timer;
        atomic { alone = n_idle + 1 == MS };
        wanted = wanted && !alone;
        if
        :: wanted ->
            if
            :: atomic { poller == 0 -> poller = _pid };
                atomic { alone = n_idle + 1 == MS };
                if
                :: alone -> skip
                :: !alone -> word == true /* for an hour, otherwise */
                fi;
                word = false;
                poller = 0
            :: poller != 0 -> break /* another is */
            fi
        :: !wanted -> break
        fi
    od;
    stop(_pid)
}

active proctype watch() {
    timeout -> assert(reported && poller == 0)
}
