/* SPDX-License-Identifier: MIT */
/* The first waiter at a mutex, beside its owner who gives it up by a plain store: each of the marks
 * that say who may do so is taken away once. */
static void gap(void);
#define GOCC__QUIET_GAP gap
#include "stress.h"
#include <gocc/sync.h>

#define USERS 3
#define TIMES 4 /* then nobody is quiet any more, as in a program that has run for long */

static sync_mutex mutexes[GOCC__QUIET_MARKS];
static int inside[GOCC__QUIET_MARKS], count[GOCC__QUIET_MARKS];
static _Atomic uint32_t arrived;

/* The owner is preempted here, or the others run on. */
static void gap(void) {
    static _Thread_local uint64_t seed;
    if (seed == 0)
        seed = seed_of((uintptr_t)&seed);
    uint32_t r = rnd(&seed); /* the thread may be another one behind the yield */
    if (r % 4 == 0)
        gocc_yield();
    for (volatile uint32_t n = r % 500; n > 0; n--)
        ;
}

static void meet(uint32_t turn) {
    atomic_fetch_add(&arrived, 1);
    while (atomic_load(&arrived) < turn * USERS)
        gocc_yield();
}

static void hold(int i, uint64_t *seed) {
    sync_mutex_lock(&mutexes[i]);
    CHECK(inside[i]++ == 0, "%d inside", inside[i]);
    if (rnd(seed) % 2 == 0)
        gocc_yield();
    count[i]++;
    inside[i]--;
    sync_mutex_unlock(&mutexes[i]);
}

static void user(void *arg) {
    uint64_t seed = seed_of((uintptr_t)arg);
    for (int i = 0; i < GOCC__QUIET_MARKS; i++) {
        meet((uint32_t)i + 1);
        for (int n = 0; n < TIMES; n++)
            hold(i, &seed);
    }
}

int main(void) {
    sync_waitgroup all = {0};
    for (uintptr_t i = 0; i < USERS; i++)
        sync_waitgroup_go(&all, user, (void *)i);
    sync_waitgroup_wait(&all);
    for (int i = 0; i < GOCC__QUIET_MARKS; i++)
        CHECK(count[i] == USERS * TIMES, "%d counted at %d", count[i], i);
    return 0;
}
