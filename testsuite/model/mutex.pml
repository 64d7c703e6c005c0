/* SPDX-License-Identifier: MIT */
/*
 * A contended mutex (stdlib/sync/mutex.c with sema_park and sema_wake of runtime/sema.c): three
 * goroutines lock and unlock it, one of them twice; whether one starves may be so each time; and a late
 * unlock of another mutex, which lay at the same address, wakes somebody for nothing.
 * The word changes in one step, an unlock with others left in two; what happens under the queue's lock
 * does not.  While the mark is quiet an unlock is a plain store, which others see later, at the latest
 * when somebody fences all processors; it may take what is in the word then with it.
 * Properties: one owner at a time; all get through; the word is 0 in the end.
 */
#define N 3
#define ROUNDS(me) (me == 0 -> 2 : 1)
bool locked, contended, starving; /* the word */
#define FREE (!locked && !contended && !starving)
bool q_lock = false;
byte q[N], n_q = 0;
bool woken[N], more[N], handed[N];
byte owner = 0, ended = 0;
mtype = { QUIET, TOLD, HEARD };
mtype mark = QUIET;
bool stored[N]; /* on its way to the word */

inline push(me, front) {
    d_step {
        assert(n_q < N);
        if
        :: front -> q[2] = q[1]; q[1] = q[0]; q[0] = me
        :: else -> q[n_q] = me
        fi;
        n_q++
    }
}

/* first is N if nobody waits */
inline pop(first) {
    d_step {
        first = N;
        if
        :: n_q > 0 ->
            first = q[0]; q[0] = q[1]; q[1] = q[2]; n_q--;
            more[first] = n_q > 0
        :: else -> skip
        fi
    }
}

inline take(lock) { atomic { !lock -> lock = true } }

inline wake(hand) {
    take(q_lock);
    pop(first);
    if
    :: hand ->
        atomic {
            if
            :: first == N -> locked = false; contended = false; starving = false
            :: first != N && !more[first] -> contended = false; starving = false
            :: first != N && more[first] -> contended = true; starving = false
            :: first != N && more[first] -> contended = true; starving = true
            fi;
            if
            :: first != N -> handed[first] = true; locked = true
            :: else -> skip
            fi
        }
    :: else -> skip
    fi;
    q_lock = false;
    if
    :: first != N -> woken[first] = true
    :: else -> skip
    fi
}

inline arrive(who) {
    if
    :: stored[who] -> locked = false; contended = false; starving = false; stored[who] = false
    :: else -> skip
    fi
}

inline hear() {
    if
    :: mark == HEARD -> skip
    :: mark != HEARD ->
        mark = TOLD;
        atomic { arrive(0); arrive(1); arrive(2) };
        mark = HEARD
    fi
}

inline lock(me) {
    parked = false;
    more[me] = false;
    do
    :: atomic { FREE -> locked = true; contended = more[me]; break }
    :: !FREE ->
        handed[me] = false;
        hear();
        take(q_lock);
        atomic {
            waits = !FREE;
            if
            :: waits -> contended = true
            :: waits && parked -> contended = true; starving = true
            :: else -> skip
            fi
        }
        if
        :: waits ->
            push(me, parked);
            parked = true;
            q_lock = false;
            atomic { woken[me] -> woken[me] = false };
            if
            :: handed[me] -> break
            :: else -> skip
            fi
        :: else -> q_lock = false
        fi
    od
}

inline unlock_locked() {
    atomic { locked = false; waits = !FREE };
    do
    :: !waits -> break
    :: waits && starving -> wake(true); break
    :: atomic { waits && !starving -> contended = false };
        wake(false);
        break
    od
}

inline unlock(me) {
    if
    :: mark != QUIET -> unlock_locked()
    :: mark == QUIET ->
        if
        :: !locked || contended || starving -> unlock_locked()
        :: locked && !contended && !starving ->
            stored[me] = true;
            if
            :: mark != QUIET -> atomic { arrive(me) }; wake(false)
            :: mark == QUIET -> atomic { arrive(me) }
            fi
        fi
    fi
}

active [N] proctype goroutine() {
    byte first, round = 0;
    bool parked, waits;
    do
    :: round < ROUNDS(_pid) ->
        lock(_pid);
        assert(owner == 0);
        owner = _pid + 1;
        owner = 0;
        unlock(_pid);
        round++
    :: else -> break
    od;
    ended++
}

active proctype late() {
    byte first;
    wake(false)
}

active proctype watch() {
    timeout -> assert(ended == N && !locked && !contended && !starving && n_q == 0)
}
