/* SPDX-License-Identifier: MIT */
/*
 * sync.Mutex: the paths with contention; those without are in <gocc/sync.h>.
 *
 * State: bit 0 locked, bit 1 woken (an unlock need not wake anybody: somebody is on his way
 * already), bit 2 starving, the rest counts the waiters that are parked or about to be.
 *
 * Invariants
 *  - Exactly one goroutine has moved the state from unlocked to locked and not back.
 *  - Normal mode: a woken waiter competes with those who are running anyway, who usually win,
 *    for they hold the processor and the cache line.  A waiter that loses goes to the front.
 *  - Starving mode: unlock leaves the locked bit off but nobody may take it: the lock belongs
 *    to the waiter that the hand-off wakes.  Entered by a waiter that has waited for longer
 *    than 1 ms, left by the last waiter or by one that has waited less.
 *  - Giving the lock up and deciding to wake somebody is one RMW.  After it only the semaphore is
 *    touched, and only for a waiter that cannot go on without it: the last user may destroy the
 *    mutex at once, wherever it lies.  (Go's unlock looks at the word again; there a collector
 *    keeps it.)
 *
 * Orders: taking the lock is an acquire on the word, giving it up a release; both are RMWs of
 * one word, so releases form one sequence and the n-th unlock comes before each later lock.
 * In starving mode the new owner never wins a CAS: there the semaphore carries the order.
 *
 * Handing over always (a fair lock) was rejected: each unlock under contention then costs a
 * switch, 5 to 10 times of what a running goroutine needs to lock again.
 */
#include "std.h"
#include <gocc/sync.h>

enum { LOCKED = 1, WOKEN = 2, STARVING = 4, WAITER_SHIFT = 3, WAITER = 1 << WAITER_SHIFT };

#define STARVE_AFTER 1000000 /* ns */

static inline bool swap_state(sync_mutex *m, int32_t *old, int32_t state) {
    /* acquire: this is where the lock may be taken */
    return __atomic_compare_exchange_n(&m->state, old, state, false, __ATOMIC_ACQUIRE,
                                       __ATOMIC_RELAXED);
}

/* While the owner runs on another processor the lock will be free before parking pays. */
static int32_t spin(sync_mutex *m, int32_t old, bool *awoke) {
    for (int round = 0; (old & (LOCKED | STARVING)) == LOCKED && spin_allowed(round); round++) {
        /* With the woken bit set the owner's unlock does not wake one more competitor. */
        if (!*awoke && !(old & WOKEN) && old >> WAITER_SHIFT && swap_state(m, &old, old | WOKEN))
            *awoke = true;
        spin_once();
        old = __atomic_load_n(&m->state, __ATOMIC_RELAXED);
    }
    return old;
}

static int32_t state_wanted(int32_t old, bool starving, bool awoke) {
    int32_t state = old;
    if (!(old & STARVING))
        state |= LOCKED;
    if (old & (LOCKED | STARVING))
        state += WAITER;
    if (starving && (old & LOCKED))
        state |= STARVING;
    if (awoke)
        state &= ~WOKEN;
    return state;
}

/* The lock came to us by hand-off: take it, and end starving mode when its reason is gone. */
static void take_handed(sync_mutex *m, int32_t old, bool starving) {
    int32_t change = LOCKED - WAITER;
    if (!starving || old >> WAITER_SHIFT == 1)
        change -= STARVING;
    __atomic_add_fetch(&m->state, change, __ATOMIC_ACQUIRE);
}

void gocc__sync_mutex_lock(sync_mutex *m) {
    int64_t since = 0;
    bool starving = false;
    bool awoke = false;
    int32_t old = __atomic_load_n(&m->state, __ATOMIC_RELAXED);
    for (;;) {
        old = spin(m, old, &awoke);
        if (!swap_state(m, &old, state_wanted(old, starving, awoke)))
            continue;
        if (!(old & (LOCKED | STARVING)))
            return;
        bool lifo = since != 0;
        if (!lifo)
            since = clock_mono();
        sema_acquire(SEMA(&m->sema), lifo, WAIT_MUTEX);
        starving = starving || clock_mono() - since > STARVE_AFTER;
        old = __atomic_load_n(&m->state, __ATOMIC_RELAXED);
        if (old & STARVING) {
            take_handed(m, old, starving);
            return;
        }
        awoke = true;
    }
}

bool gocc__sync_mutex_try_lock(sync_mutex *m) {
    int32_t old = __atomic_load_n(&m->state, __ATOMIC_RELAXED);
    /* Not to be won from waiters in starving mode; unlocked with waiters may be taken. */
    return !(old & (LOCKED | STARVING)) && swap_state(m, &old, old | LOCKED);
}

void gocc__sync_mutex_unlock(sync_mutex *m) {
    int32_t old = __atomic_load_n(&m->state, __ATOMIC_RELAXED), state;
    do {
        if (!(old & LOCKED))
            fatal_error("sync: unlock of unlocked mutex");
        state = old - LOCKED;
        if (old >> WAITER_SHIFT && !(old & (WOKEN | STARVING)))
            state = (state - WAITER) | WOKEN;
        /* release: this is where the lock is given up */
    } while (!__atomic_compare_exchange_n(&m->state, &old, state, true, __ATOMIC_RELEASE,
                                          __ATOMIC_RELAXED));
    if (old & STARVING)
        sema_release(SEMA(&m->sema), true);
    else if ((state ^ old) & WOKEN)
        sema_release(SEMA(&m->sema), false);
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
