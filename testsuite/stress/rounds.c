/* SPDX-License-Identifier: MIT */
/* In each round some threads of the program wake a goroutine each, and each of these another one;
 * nobody begins a new round before all have been answered.  A wake-up that is lost is made good by
 * nobody, for at the end of a round all of the runtime's threads stop. */
#include "stress.h"
#include <pthread.h>

#define ROUNDS  1500
#define THREADS 3

static gocc_chan *ask[THREADS], *pass_on[THREADS], *answer[THREADS];
static pthread_barrier_t round_end;

static void first(void *arg) {
    intptr_t i = (intptr_t)arg;
    for (int v; gocc_chan_recv(ask[i], &v);)
        gocc_chan_send(pass_on[i], &v);
    gocc_chan_close(pass_on[i]);
}

static void second(void *arg) {
    intptr_t i = (intptr_t)arg;
    for (int v; gocc_chan_recv(pass_on[i], &v);)
        gocc_chan_send(answer[i], &v);
    gocc_chan_close(answer[i]);
}

static void *thread(void *arg) {
    intptr_t i = (intptr_t)arg;
    uint64_t s = seed_of((uint64_t)i);
    int v;
    for (int n = 0; n < ROUNDS; n++) {
        for (volatile uint32_t k = rnd(&s) % 2000; k > 0; k--)
            ;
        gocc_chan_send(ask[i], &n);
        CHECK(gocc_chan_recv(answer[i], &v) && v == n, "%d answers %d", v, n);
        pthread_barrier_wait(&round_end);
    }
    gocc_chan_close(ask[i]);
    CHECK(!gocc_chan_recv(answer[i], &v), "%d at the end", v);
    return NULL;
}

int main(void) {
    pthread_t t[THREADS];
    pthread_barrier_init(&round_end, NULL, THREADS);
    for (intptr_t i = 0; i < THREADS; i++) {
        ask[i] = gocc_chan_make(sizeof(int), 0);
        pass_on[i] = gocc_chan_make(sizeof(int), (int)i);
        answer[i] = gocc_chan_make(sizeof(int), 0);
        gocc_go(first, (void *)i);
        gocc_go(second, (void *)i);
    }
    for (intptr_t i = 0; i < THREADS; i++)
        CHECK(pthread_create(&t[i], NULL, thread, (void *)i) == 0, "no thread");
    for (int i = 0; i < THREADS; i++)
        pthread_join(t[i], NULL);
    return 0;
}
