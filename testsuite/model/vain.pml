/* SPDX-License-Identifier: MIT */
/*
 * A deadlock is reported although an M sleeps as the poller for a timer that is stopped meanwhile
 * (proc.c: fewer_run, only_dead_timers), or for one that is not stopped and wakes nobody, as a
 * ticker's.  main parks, so its M stops; two others find nothing to do, and one of them may become
 * the poller at any time before.  Such a timer may be due when the last one stops: whoever took that
 * for work left it to nobody.  What happens under sched.lock is atomic.  Property: in the end the report was made, and nobody sleeps as the poller.
 */
#define MS 3
#define DUE_IS_WORK 0
bool timer = true;      /* in the heap; nobody ever receives from it */
byte n_idle = 0;        /* Ms that have stopped */
byte poller = 0;        /* 0: none */
bool word = false;      /* poll_word or the eventfd: a wake-up stays */
bool reported = false;

inline stop(me) {
    atomic { n_idle++; others = MS - n_idle; seen = poller };
    if
    :: others == 0 ->               /* check_dead() */
        if
        :: timer && DUE_IS_WORK -> skip
        :: else -> reported = true
        fi
    :: others == 1 && seen != 0 -> word = true /* polls in vain, for nobody waits */
    :: else -> skip
    fi
}

active proctype main_m() {
    byte others, seen;
    if
    :: timer = false
    :: skip                         /* a ticker that nobody receives from */
    fi;
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
