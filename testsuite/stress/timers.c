/* SPDX-License-Identifier: MIT */
/* Sleepers, time-outs that are abandoned and some that fire, on all Ps at once: nobody sleeps
 * too short, nobody is forgotten. */
#include "stress.h"
#include <time.h>

#define SLEEPERS 500
#define ROUNDS   20

static gocc_chan *done, *never;

static int64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

static void sleeper(void *arg) {
    uint64_t s = seed_of((uint64_t)(uintptr_t)arg);
    gocc_chan *c = gocc_chan_make(sizeof(int), 1);
    for (int i = 0; i < ROUNDS; i++) {
        int64_t wait = rnd(&s) % 2000000, begin = now();
        int v;
        gocc_case k[3] = {{.c = never, .v = &v, .op = GOCC_RECV},
                          {.op = GOCC_TIMEOUT, .wait = wait},
                          {.c = c, .v = &v, .op = GOCC_RECV}};
        if (rnd(&s) % 2 == 0) {
            gocc_sleep(wait);
        } else if (rnd(&s) % 4 != 0) {
            CHECK(gocc_select(k, 3, 0) == 1, "nothing else is ready");
        } else {
            gocc_chan_send(c, &(int){7});
            k[1].wait = INT64_C(1000000000000);
            CHECK(gocc_select(k, 3, 0) == 2, "the value was there");
            continue;
        }
        CHECK(now() - begin >= wait, "%lld of %lld ns", (long long)(now() - begin),
              (long long)wait);
    }
    gocc_release(c);
    gocc_chan_send(done, &(int){0});
}

int main(void) {
    done = gocc_chan_make(sizeof(int), 0);
    never = gocc_chan_make(sizeof(int), 0);
    for (intptr_t i = 0; i < SLEEPERS; i++)
        gocc_go(sleeper, (void *)i);
    for (int i = 0; i < SLEEPERS; i++)
        gocc_chan_recv(done, NULL);
    return 0;
}
