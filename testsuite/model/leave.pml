/* SPDX-License-Identifier: MIT */
/*
 * An M that has nothing to do leaves the descriptors to a P that looks at them itself
 * (proc.c: proc_poll_or_stop), and nobody may be left to look: not when both give up at the same
 * time, and not when the one who looked computes for ever.  Ps are given up under sched.lock.
 * Property: what comes at any time is found in the end.
 */
#define NONE 9
bool bound[2] = {true, true}; /* p->m, and it looked a moment ago */
bool stopped[2], woken[2], busy[2];
byte poller = NONE;
bool event = false, found = false;

inline stop() {
    stopped[_pid] = true;
    woken[_pid] -> woken[_pid] = false;
    stopped[_pid] = false;
    bound[_pid] = true
}

active [2] proctype m() {
    bool other;
    do
    :: bound[_pid] -> /* it has run its goroutines and looks */
        atomic {
            if
            :: event -> event = false; found = true
            :: else -> skip
            fi
        }
        if
        :: atomic { !busy[1 - _pid] -> busy[_pid] = true; break } /* computes for ever */
        :: bound[_pid] = false /* gives its P up */
        fi
    :: !bound[_pid] ->
        other = bound[1 - _pid];
        if
        :: other -> stop() /* leaves it to the other */
        :: atomic { poller == NONE -> poller = _pid };
            atomic { event -> event = false; found = true };
            poller = NONE;
            bound[_pid] = true
        :: !other && poller != NONE -> stop()
        fi
    od
}

/* It sleeps while both are idle.  That nobody has looked for long it knows of one that computes. */
active proctype sysmon() {
    do
    :: atomic { busy[0] && poller == NONE && stopped[1] && !woken[1] -> woken[1] = true }
    :: atomic { busy[1] && poller == NONE && stopped[0] && !woken[0] -> woken[0] = true }
    :: found -> break
    od
}

active proctype world() {
    event = true
}

active proctype watch() {
    timeout -> assert(found)
}
