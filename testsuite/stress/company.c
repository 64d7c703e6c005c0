/* SPDX-License-Identifier: MIT */
/* One goroutine alone at work is joined by several at the same moment: threads of the program, and
 * goroutines whose time has come.  All use the channel that it uses, whose lock it takes without a
 * locked instruction while it is alone (runtime/solo.c). */
#include "stress.h"
#include <pthread.h>
#include <stdbool.h>

#define ROUNDS  150
#define THREADS 3
#define TIMED   3

static gocc_chan *c;
static pthread_barrier_t start;
static _Atomic int away;
static _Atomic long in, out;

/* Never waits: the others may all be gone. */
static void use(int n) {
    for (int i = 0; i < n; i++) {
        int v = 1;
        bool ok;
        if (i % 2 == 0)
            in += gocc_chan_try_send(c, &v);
        else
            out += gocc_chan_try_recv(c, &v, &ok);
    }
}

static void *thread(void *arg) {
    (void)arg;
    pthread_barrier_wait(&start);
    use(20);
    return NULL;
}

static void timed(void *arg) {
    (void)arg;
    gocc_sleep(20000);
    use(20);
    away++;
}

static void round_of(bool threads) {
    pthread_t t[THREADS];
    away = 0;
    for (int i = 0; i < TIMED; i++)
        gocc_go(timed, NULL);
    for (int i = 0; i < THREADS && threads; i++)
        CHECK(pthread_create(&t[i], NULL, thread, NULL) == 0, "no thread");
    while (away < TIMED) {
        use(50);
        gocc_yield();
    }
    for (int i = 0; i < THREADS && threads; i++)
        pthread_join(t[i], NULL);
}

int main(void) {
    uint64_t s = seed_of(0);
    int v;
    c = gocc_chan_make(sizeof(int), 4);
    pthread_barrier_init(&start, NULL, THREADS);
    for (int round = 0; round < ROUNDS; round++) {
        round_of(rnd(&s) % 2 == 0);
        CHECK(gocc_chan_len(c) == in - out, "%d in the channel, %ld put in, %ld taken out",
              gocc_chan_len(c), (long)in, (long)out);
        while (gocc_chan_len(c) > 0) {
            gocc_chan_recv(c, &v);
            out++;
        }
    }
    return 0;
}
