/* SPDX-License-Identifier: MIT */
/*
 * A P that rests (rest.c) is found by nobody who queues work: is none lost?  Two Ms, each with
 * its P; one that has run dry goes to the idle list or, if the other P does not rest, may rest; or
 * it rests although work is queued, if the other is at work.  sysmon may end a rest at any time, or
 * never.  Two threads of the program queue work, and wake an idle P only if nobody searches.
 * Property: in the end no work lies in the queue.
 * The producers' stores are seen at once here; wake.pml is about the one that is not.
 */
byte queue = 0;
bool awake[2] = true, idle[2] = false, rests[2] = false, searches[2] = false;
byte spinning = 0;

#define ANY_IDLE (idle[0] || idle[1])

inline take_idle() {               /* sched.lock held: an idle P and an M for it, which searches */
    if
    :: idle[0] -> idle[0] = false; searches[0] = true; awake[0] = true
    :: else -> idle[1] = false; searches[1] = true; awake[1] = true
    fi
}

inline wake_if_idle() {            /* proc_wake_if_idle, proc_wake */
    if
    :: !ANY_IDLE -> skip
    :: ANY_IDLE ->
        if
        :: atomic { spinning == 0 -> spinning++ };
            if                     /* under the lock */
            :: atomic { ANY_IDLE -> take_idle() }
            :: atomic { !ANY_IDLE -> spinning-- }
            fi
        :: spinning != 0 -> skip
        fi
    fi
}

inline look_again() {
    if
    :: atomic { queue > 0 && ANY_IDLE -> take_idle(); spinning++ }
    :: else -> skip
    fi
}

proctype producer() {
    queue++;
    wake_if_idle()
}

proctype m(byte me) {
    bool searched;
    do
    :: atomic { awake[me] && queue > 0 && !searches[me] -> queue-- }
    :: atomic { awake[me] && queue > 0 && searches[me] ->  /* found() */
            queue--; searches[me] = false; spinning-- };
        wake_if_idle()
    :: atomic { awake[me] && queue == 0 && !searches[me] && spinning == 0 ->
            searches[me] = true; spinning++ }
    :: awake[me] ->                /* proc_idle_and_recheck() */
        atomic {                   /* under the lock the global queue is looked at again */
            searched = searches[me];
            if
            :: queue > 0 -> skip
            :: queue > 0 && awake[1 - me] -> rests[me] = true; awake[me] = false
            :: queue == 0 && !rests[1 - me] -> rests[me] = true; awake[me] = false
            :: queue == 0 -> idle[me] = true; awake[me] = false
            fi;
            if                     /* whoever is given this P from now on is another M */
            :: !awake[me] -> searches[me] = false
            :: else -> searched = false
            fi
        };
        if                         /* who rests looks again if others saw him search */
        :: searched -> spinning--; look_again()
        :: !searched && idle[me] -> look_again()
        :: else -> skip
        fi
    od
}

active proctype sysmon() {         /* proc_end_rests(), once or never */
    if
    :: atomic { rests[0] -> rests[0] = false; idle[0] = true }
    :: atomic { rests[1] -> rests[1] = false; idle[1] = true }
    :: true -> goto over
    fi;
    if
    :: queue > 0 -> wake_if_idle()
    :: else -> skip
    fi;
over:
    skip
}

init {
    atomic { run m(0); run m(1); run producer(); run producer() };
    timeout;                       /* nobody can do anything any more */
    assert(queue == 0)
}
