/* SPDX-License-Identifier: MIT */
/* Goroutines that yield while the ring of their P overflows into the global queue: whoever has
 * yielded waits in its P's stretch of the queue, which is published when others need it, and must
 * never run in two places.  Each knows from its own stack how often it has been on. */
#include "stress.h"

#define CROWD 400 /* more than a ring holds */
#define EACH  200

static gocc_chan *done, *work;
static _Atomic int on[CROWD];
static _Atomic long turns;

static void once(int i, int n) {
    CHECK(atomic_fetch_add(&on[i], 1) == n, "goroutine %d is at turn %d twice", i, n);
    atomic_fetch_add(&turns, 1);
}

static void one(void *arg) {
    int i = *(int *)arg;
    uint64_t s = seed_of((uint64_t)i);
    for (int n = 0; n < EACH; n++) {
        once(i, n);
        switch (rnd(&s) % 8) {
        case 0:
            gocc_chan_send(work, &i);
            break;
        case 1:
            gocc_chan_recv(work, NULL);
            break;
        default:
            gocc_yield();
        }
    }
    gocc_chan_send(done, &i);
}

/* Takes what is left over and gives what is missing, so that everybody ends. */
static void balance(void) {
    int left = CROWD, v = 0;
    while (left > 0) {
        gocc_case k[] = {{.c = done, .v = &v, .op = GOCC_RECV},
                         {.c = work, .v = &v, .op = GOCC_RECV},
                         {.c = work, .v = &v, .op = GOCC_SEND}};
        if (gocc_select(k, 3, 0) == 0)
            left--;
        gocc_yield();
    }
}

int main(void) {
    done = gocc_chan_make(sizeof(int), 0);
    work = gocc_chan_make(sizeof(int), 1);
    for (int i = 0; i < CROWD; i++)
        gocc__go(one, &i, sizeof i, 0);
    balance();
    CHECK(turns == CROWD * EACH, "%ld turns", turns);
    return 0;
}
