/* SPDX-License-Identifier: MIT */
/*
 * sync.WaitGroup: a counter in the high half of one word, the waiters in the low half.
 *
 * Invariants
 *  - Waiters are added only while the counter is positive, by a CAS of the whole word.
 *  - The Add that takes the counter to zero with waiters present owns the word: nobody else may
 *    change it (misuse that is found out), so it clears the word and wakes each waiter.  After
 *    the last wake it does not touch the group, which may be gone by then.
 *
 * Orders: every Add is acq_rel on the one word, so all Dones form a release sequence; Wait
 * acquires the word or is woken through the semaphore: each Done comes before Wait's return.
 */
#include "std.h"
#include <gocc/sync.h>

void gocc__sync_waitgroup_add(sync_waitgroup *wg, int delta, uint64_t state) {
    int32_t count = (int32_t)(state >> 32);
    uint32_t waiters = (uint32_t)state;
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

void sync_waitgroup_wait(sync_waitgroup *wg) {
    NIL_CHECK(wg);
    uint64_t state = __atomic_load_n(&wg->state, __ATOMIC_ACQUIRE);
    do {
        if (state >> 32 == 0)
            return;
    } while (!__atomic_compare_exchange_n(&wg->state, &state, state + 1, true, __ATOMIC_ACQUIRE,
                                          __ATOMIC_ACQUIRE));
    sema_acquire(SEMA(&wg->sema), false, WAIT_WAITGROUP);
    /* relaxed is enough, for the semaphore has ordered; the race detector sees only the word */
    if (__atomic_load_n(&wg->state, GOCC__RACE_ORDER(__ATOMIC_RELAXED, __ATOMIC_ACQUIRE)) != 0)
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
