/* SPDX-License-Identifier: MIT */
/* One processor alone at work, then several, then one: the locks of channels change their kind
 * (runtime/solo.c), processors rest and come back (rest.c), stacks go to and fro between caches. */
#include "stress.h"
#include <pthread.h>
#include <stdbool.h>

#define ROUNDS 60
#define CROWD  24
#define EACH   50

static gocc_chan *c, *done;
static _Atomic long sum;

static void alone(long n) {
    for (long i = 0; i < n; i++) {
        int v = 0;
        gocc_chan_send(c, &(int){1});
        CHECK(gocc_chan_recv(c, &v) && v == 1, "got %d", v);
    }
}

static void sender(void *arg) {
    uint64_t s = seed_of((uint64_t)(uintptr_t)arg);
    for (int i = 0; i < EACH; i++) {
        gocc_chan_send(c, &(int){1});
        if (rnd(&s) % 16 == 0)
            gocc_yield();
    }
    gocc_chan_send(done, &(int){0});
}

static void receiver(void *arg) {
    (void)arg;
    for (int i = 0; i < EACH; i++) {
        int v = 0;
        CHECK(gocc_chan_recv(c, &v), "it is open");
        sum += v;
    }
    gocc_chan_send(done, &(int){0});
}

static void *thread(void *arg) {
    receiver(arg);
    return NULL;
}

static void together(long round, int crowd) {
    pthread_t id;
    bool threads = round % 8 == 0;
    sum = 0;
    for (intptr_t i = 0; i < crowd; i++) {
        gocc_go(sender, (void *)(round * CROWD + i));
        if (!threads || i > 0)
            gocc_go(receiver, NULL);
    }
    if (threads)
        pthread_create(&id, NULL, thread, NULL);
    for (int i = 0; i < 2 * crowd; i++)
        gocc_chan_recv(done, NULL);
    if (threads)
        pthread_join(id, NULL);
    CHECK(sum == (long)crowd * EACH, "%ld of %d", (long)sum, crowd * EACH);
}

int main(void) {
    uint64_t s = seed_of(0);
    c = gocc_chan_make(sizeof(int), 4);
    done = gocc_chan_make(sizeof(int), 0);
    for (long round = 0; round < ROUNDS; round++) {
        alone(rnd(&s) % 2000);
        if (rnd(&s) % 4 == 0)
            gocc_sleep(rnd(&s) % 300000); /* all are idle for a moment */
        together(round, 1 + (int)(rnd(&s) % CROWD));
    }
    return 0;
}
