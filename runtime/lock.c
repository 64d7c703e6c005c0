/* SPDX-License-Identifier: MIT */
/*
 * Locks of the runtime, and futex.
 *
 * Invariant: a lock is held for tens of nanoseconds, by code that cannot sleep, and never
 * while program code runs.  So waiting is spinning; if the holder was descheduled, the
 * waiter yields its core and then sleeps in short steps.  Releasing is a plain store.
 * Rejected: futex sleepers counted in the word, as mutexes do: the release becomes an
 * exchange (+2.6 ns on each of the four lock uses of a channel round trip) to serve a case
 * that only a descheduled holder makes.
 */
#include "rt.h"
#include <linux/futex.h>
#include <sched.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define HURRY 64 /* locks that were not free from one wake of sysmon to the next */

struct rt_flags rt_flags = {.lock_held = 1}; /* which changes only in a child of fork() */

/* The word says neither free nor held. */
static void strange(struct lock *l, uint32_t word) {
    if (word < rt_flags.lock_held)
        fatal_error("fork: another thread of the parent was using what this child wants to use "
                    "(lock at %p); a child of a program with goroutines should call exec",
                    (void *)l);
    handle_check_dead(l);
}

void lock_slow(struct lock *l) {
    struct m *m = rt_m_or_null();
    if (m != NULL && ++m->contended % HURRY == 0)
        sysmon_hurry(); /* is it often: rest.c */
    for (unsigned round = 0;; round++) {
        /* relaxed look first: waiting must not pull the line away from the holder */
        uint32_t free = atomic_load_explicit(&l->word, memory_order_relaxed);
        if (free == 0 &&
            atomic_compare_exchange_weak_explicit(&l->word, &free, rt_flags.lock_held,
                                                  memory_order_acquire, memory_order_relaxed))
            return;
        if (round == 100 && free != 0 && free != rt_flags.lock_held)
            strange(l, free);
        if (round < 100)
            cpu_relax();
        else
            lock_pause((int)round - 100);
    }
}

void lock_pause(int round) {
    int saved = errno; /* the program's: a signal interrupts the sleep */
    if (round < 20)
        sched_yield();
    else
        nanosleep(&(struct timespec){0, 20000}, NULL);
    errno = saved;
}

int futex_wait(_Atomic uint32_t *word, uint32_t val, int64_t ns) {
    struct timespec ts = {ns / 1000000000, ns % 1000000000};
    long r = syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, val, ns < 0 ? NULL : &ts, NULL, 0);
    return r < 0 ? errno : 0;
}

void futex_wake(_Atomic uint32_t *word, int n) {
    syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, n, NULL, NULL, 0);
}

#ifdef GOCC_HARD
/* Each thread remembers the ranks it holds; taking one that is not higher is a bug. */
static _Thread_local uint8_t held[16];
static _Thread_local int n_held;

void lock_check_take(struct lock *l, int rank) {
    (void)l;
    if (n_held > 0 && held[n_held - 1] > rank)
        fatal_error("lock rank %d taken while %d is held", rank, held[n_held - 1]);
    if (n_held < 16)
        held[n_held] = (uint8_t)rank;
    n_held++;
}

/* Locks are not always dropped in the order of a stack (select): forget the highest.  A word that
 * is free already was held by two. */
void lock_check_drop(struct lock *l) {
    if (n_held <= 0 || atomic_load_explicit(&l->word, memory_order_relaxed) == 0)
        fatal_error("a lock is dropped that is not held");
    n_held--;
}

/* Whoever parked with locks has left the next one on this M to drop them. */
void lock_check_none(void) {
    if (n_held != 0)
        fatal_error("%d locks are held over a switch", n_held);
}

/* Whoever believes to be alone at work has read that the lock is free, and not yet taken it. */
void lock_delay(void) {
    for (int i = hard_chance(64) ? 3000 : 0; i > 0; i--)
        cpu_relax();
}
#endif
