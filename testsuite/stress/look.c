/* SPDX-License-Identifier: MIT */
/* A channel that holds a value is closed and then emptied: it is never open and empty, and who
 * looks without waiting must be told so. */
#include "stress.h"
#include <stdbool.h>

#define ROUNDS 3000

struct round {
    gocc_chan *c;
    uint32_t n;
    _Atomic int looks;
};

static gocc_chan *done;

static void look(void *arg) {
    struct round *r = arg;
    uint64_t s = seed_of(r->n);
    bool ok;
    int v;
    r->looks = 1;
    for (volatile uint32_t i = rnd(&s) % 200; i > 0; i--)
        ;
    CHECK(gocc_chan_try_recv(r->c, &v, &ok), "it was found open and empty");
    gocc_chan_send(done, &v);
}

int main(void) {
    int v = 1;
    done = gocc_chan_make(sizeof(int), 0);
    for (int i = 0; i < ROUNDS; i++) {
        struct round r = {.c = gocc_chan_make(sizeof(int), 1), .n = (uint32_t)i};
        gocc_chan_send(r.c, &v);
        gocc_go(look, &r);
        while (!r.looks)
            gocc_yield();
        gocc_chan_close(r.c);
        gocc_chan_recv(r.c, &v);
        gocc_chan_recv(done, &v);
        gocc_release(r.c);
        v = 1;
    }
    return 0;
}
