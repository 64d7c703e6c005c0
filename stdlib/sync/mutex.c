/* SPDX-License-Identifier: MIT */
/*
 * sync.Mutex: the paths with contention; those without are in <gocc/sync.h>.
 *
 * State: 0 free, anything else is not; bit 0 locked; bit 1 contended: somebody waits, and nobody is
 * on his way for whom the others could leave it; bit 2 starving: unlock hands the lock over.  Who
 * waits is known to the queue at the word's address (runtime/sema.c).  An unlock takes bit 0 away
 * first; if others are left the lock is still the unlocker's, who sees to them.
 *
 * Invariants
 *  - Exactly one goroutine has moved the word from 0 and not back, or was handed the lock.
 *    The other bits are set only while it is not 0, under the queue's lock.
 *  - If the queue is not empty, the word is contended or somebody is on his way who will make it
 *    so: the unlocker that has taken the word back to 0, or the waiter that it has woken, which
 *    is told whether others wait behind it.
 *  - Normal mode: a woken waiter competes with those who are running anyway, who usually win,
 *    for they hold the processor and the cache line; and until it runs, the word is 0 or 1 for
 *    them, as if nobody waited.  A waiter that loses goes to the front of the queue.
 *  - Starving mode: the word stays locked from owner to owner.  Entered by a waiter that has
 *    waited for longer than 1 ms, left by the last waiter or by one that has waited less.
 *  - While the word's mark is quiet the unlocker stores 0 over 1 without a locked instruction and
 *    looks at the mark again.  A waiter takes the mark away and fences before it looks at the word
 *    under the queue's lock: it sees that store, or the unlocker sees that the mark is gone and
 *    wakes.  Bits that the store took with it were those of waiters, whom the wake makes good.
 *  - After what makes the word 0 nothing of the mutex is touched: the last user may
 *    destroy it at once.  (The marks are a table of the library's.)  The queue is found by the
 * address alone; a waiter of another mutex that lies there by then only looks at its own word once
 * more.
 *
 * Orders: taking the lock is an acquire on the word, giving it up a release.  A lock that is handed
 * over is ordered by the queue's lock.
 *
 * Rejected
 *  - Handing over always (a fair lock): each unlock under contention then costs a switch, 5 to 10
 *    times of what a running goroutine needs to lock again.
 *  - Go's word, which counts the waiters and remembers that one was woken: as long as that one does
 *    not run, which is often a whole time slice, each lock and unlock by the others fails with its
 *    first compare-and-swap (two goroutines on two processors 28 ns, now 16; ten 80 and 30).
 *  - Giving up from 1 by a locked instruction, as those must that somebody has waited at: 4.4 ns
 * for a lock and its unlock, now 2.2 (Zen 4); by a compare-and-swap 4.6 there.
 *  - A mark in the mutex, whose second look would be at memory that may be gone; a restartable
 *    sequence of the kernel's, which a debugger cannot step through.
 *  - To make a mark quiet again: a fence each time, and an unlocker that has slept between its two
 *    looks would have to be told of both changes.
 *  - Looking at the word before the compare-and-swap: 9.5 ns became 15.4, for a load waits
 *    until the locked instruction before it is over.
 */
#include "std.h"
#include <gocc/sync.h>

enum { LOCKED = 1, CONTENDED = 2, STARVING = 4 };

#define STARVE_AFTER 1000000 /* ns */

static inline bool swap_state(sync_mutex *m, int32_t *old, int32_t state, int order) {
    return __atomic_compare_exchange_n(&m->state, old, state, false, order, __ATOMIC_RELAXED);
}

static bool starves(const struct sema_wait *w) {
    return clock_mono() - w->since > STARVE_AFTER;
}

/* Under the queue's lock: the owner will see that somebody waits, or it is no longer locked. */
static bool wait_for_owner(void *mutex, const struct sema_wait *w) {
    sync_mutex *m = mutex;
    int32_t flags = w->since != 0 && starves(w) ? CONTENDED | STARVING : CONTENDED;
    int32_t old = __atomic_load_n(&m->state, __ATOMIC_RELAXED);
    while (old != 0)
        if ((old | flags) == old || swap_state(m, &old, old | flags, __ATOMIC_RELAXED))
            return true;
    return false;
}

/* Under the queue's lock: w is the owner now; NULL: the starving one was woken for nothing. */
static void hand_over(void *mutex, const struct sema_wait *w) {
    sync_mutex *m = mutex;
    int32_t state = w != NULL ? LOCKED : 0;
    if (w != NULL && w->more)
        state |= starves(w) ? CONTENDED | STARVING : CONTENDED;
    __atomic_store_n(&m->state, state, __ATOMIC_RELEASE);
}

void gocc__sync_mutex_lock(sync_mutex *m) {
    struct sema_wait w = {0};
    for (;;) {
        /* while the owner runs on another processor it will be free before parking pays */
        int32_t old = spin_while(&m->state, LOCKED | STARVING, LOCKED);
        if (old == 0) {
            if (swap_state(m, &old, w.more ? LOCKED | CONTENDED : LOCKED, __ATOMIC_ACQUIRE))
                return;
        } else if (sema_park(m, &w, wait_for_owner, WAIT_MUTEX) && w.handed) {
            return;
        }
    }
}

/* left: the word without bit 0, which the caller has taken away. */
/* It was given up by a plain store, beside one who came to wait. */
void gocc__sync_mutex_wake(sync_mutex *m) {
    sema_wake(m, NULL);
}

void gocc__sync_mutex_unlock(sync_mutex *m, int32_t left) {
    if (left & LOCKED) /* it was not there */
        fatal_error("sync: unlock of unlocked mutex");
    int32_t old = left;
    do {
        if (old & STARVING) {
            sema_wake(m, hand_over);
            return;
        }
        /* release: this is where the lock is given up */
    } while (!swap_state(m, &old, 0, __ATOMIC_RELEASE));
    if (old & CONTENDED)
        sema_wake(m, NULL);
}

static void locker_lock(void *m) {
    sync_mutex_lock(m);
}

static void locker_unlock(void *m) {
    sync_mutex_unlock(m);
}

sync_locker sync_mutex_locker(sync_mutex *m) {
    return (sync_locker){m, locker_lock, locker_unlock};
}
