/* SPDX-License-Identifier: MIT */
/* Locked goroutines sleep in C, so that their Ps go to others, and come back at the moment at which
 * the last of the others stops: nobody but them is left, and they wait for a P themselves. */
#include "stress.h"
#include <unistd.h>

#define ROUNDS 400
#define LOCKED 2

static gocc_chan *done;

static void busy(uint32_t loops) {
    for (volatile uint32_t i = 0; i < loops; i++)
        ;
}

static void locked(void *arg) {
    uint64_t s = seed_of((uint64_t)(uintptr_t)arg + 1);
    gocc_lock_os_thread();
    for (int i = 0; i < ROUNDS; i++) {
        usleep(rnd(&s) % 300);
        gocc_chan_send(done, &i);
    }
    gocc_unlock_os_thread();
}

int main(void) {
    uint64_t s = seed_of(0);
    int v;
    done = gocc_chan_make(sizeof(int), 0);
    for (intptr_t i = 0; i < LOCKED; i++)
        gocc_go(locked, (void *)i);
    for (int i = 0; i < LOCKED * ROUNDS; i++) {
        busy(rnd(&s) % 300000);
        gocc_chan_recv(done, &v);
    }
    return 0;
}
