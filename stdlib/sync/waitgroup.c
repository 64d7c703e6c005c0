/* SPDX-License-Identifier: MIT */
/*
 * sync.WaitGroup: a counter in the high half of one word, the waiters in the low half.
 *
 * Invariants
 *  - Waiters are added only while the counter is positive, by a CAS of the whole word.
 *  - The first Add, from zero, says in which bubble the group is, by BUBBLED in the word.  All that
 *    follow come by here then, and are fatal from elsewhere; waiting in the bubble is durable. That
 *    a group of outside is added to in a bubble is not noticed: it would cost every Add a look.
 *  - The Add that takes the counter to zero with waiters present owns the word: nobody else may
 *    change it (misuse that is found out), so it clears the word and wakes each waiter.  After
 *    the last wake it does not touch the group, which may be gone by then.
 *
 * Orders: every Add is acq_rel on the one word, so all Dones form a release sequence; Wait
 * acquires the word or is woken through the semaphore: each Done comes before Wait's return.
 */
#include "std.h"
#include <gocc/sync.h>

#define BUBBLED UINT64_C(0x80000000)

/* relaxed: it is written before BUBBLED and read after that was seen */
static uint16_t bubble_of(const sync_waitgroup *wg) {
    return __atomic_load_n(&wg->gocc__bubble, __ATOMIC_RELAXED);
}

/* The word may say so of its last use. */
static void choose_bubble(sync_waitgroup *wg, uint64_t state) {
    uint16_t here = __builtin_expect(rt_bubbles != 0, 0) ? bubble_current() : 0;
    if (here != 0) {
        __atomic_store_n(&wg->gocc__bubble, here, __ATOMIC_RELAXED);
        /* release: whoever sees it knows which */
        __atomic_fetch_or(&wg->state, BUBBLED, __ATOMIC_RELEASE);
    } else if (state & BUBBLED) {
        __atomic_fetch_and(&wg->state, ~BUBBLED, __ATOMIC_RELAXED); /* nothing hangs on it */
    }
}

/* After a Done the group may be gone, so that one is not asked for which bubble it was. */
static void check_bubble(const sync_waitgroup *wg, int delta) {
    uint16_t here = bubble_current();
    if (here == 0)
        fatal_error("sync: WaitGroup.Add called from inside and outside synctest bubble");
    if (delta > 0 && here != bubble_of(wg))
        fatal_error("sync: WaitGroup.Add called from multiple synctest bubbles");
}

void gocc__sync_waitgroup_add(sync_waitgroup *wg, int delta, uint64_t state) {
    if (delta > 0 && (state & ~BUBBLED) == (uint64_t)delta << 32) {
        choose_bubble(wg, state);
        return;
    }
    if (state & BUBBLED)
        check_bubble(wg, delta);
    int32_t count = (int32_t)(state >> 32);
    uint32_t waiters = (uint32_t)(state & ~BUBBLED);
    if (count < 0)
        panic_text("sync: negative WaitGroup counter");
    if (waiters != 0 && delta > 0 && count == delta)
        panic_text("sync: WaitGroup misuse: Add called concurrently with Wait");
    if (count > 0 || waiters == 0)
        return;
    if (__atomic_load_n(&wg->state, __ATOMIC_RELAXED) != state)
        panic_text("sync: WaitGroup misuse: Add called concurrently with Wait");
    /* relaxed: the waiters learn through the semaphore */
    __atomic_store_n(&wg->state, 0, __ATOMIC_RELAXED);
    for (; waiters != 0; waiters--)
        sema_release(SEMA(&wg->sema), false);
}

static enum wait_reason reason(const sync_waitgroup *wg, uint64_t state) {
    uint16_t here = __builtin_expect(rt_bubbles != 0, 0) ? bubble_current() : 0;
    bool outside = here != 0 && !(state & BUBBLED && bubble_of(wg) == here);
    return outside ? WAIT_WAITGROUP_OUTSIDE : WAIT_WAITGROUP;
}

void sync_waitgroup_wait(sync_waitgroup *wg) {
    NIL_CHECK(wg);
    uint64_t state = __atomic_load_n(&wg->state, __ATOMIC_ACQUIRE);
    do {
        if (state >> 32 == 0)
            return; /* BUBBLED may stay behind, until the next first Add */
    } while (!__atomic_compare_exchange_n(&wg->state, &state, state + 1, true, __ATOMIC_ACQUIRE,
                                          __ATOMIC_ACQUIRE));
    sema_acquire(SEMA(&wg->sema), false, reason(wg, state));
    /* relaxed is enough, for the semaphore has ordered; the race detector sees only the word */
    state = __atomic_load_n(&wg->state, GOCC__RACE_ORDER(__ATOMIC_RELAXED, __ATOMIC_ACQUIRE));
    if ((state & ~BUBBLED) != 0)
        panic_text("sync: WaitGroup is reused before previous Wait has returned");
}

struct task {
    sync_waitgroup *wg;
    void (*f)(void *);
    void *arg;
};

static void task_call(void *task) {
    struct task *t = task;
    t->f(t->arg);
}

/* A panic must not let Wait return: the process is about to die of it, and main could exit
 * with 0 before.  Goexit counts as done. */
static void task_end(void *task, enum call_end end, struct call_panic why) {
    if (end == CALL_PANICKED)
        free(why.text);
    else
        sync_waitgroup_done(((struct task *)task)->wg);
}

static void task_run(void *task) {
    call_with_end(task_call, task, task_end);
}

void sync_waitgroup_go(sync_waitgroup *wg, void (*f)(void *), void *arg) {
    NIL_CHECK(wg);
    sync_waitgroup_add(wg, 1);
    struct task task = {wg, f, arg};
    gocc__go(task_run, &task, sizeof task, 0);
}
