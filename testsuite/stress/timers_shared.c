/* SPDX-License-Identifier: MIT */
/* Timers that are started, moved and stopped by several goroutines at once while they fire: after
 * a stop nothing runs, and the memory may go. */
#include "lib.h"
#include "stress.h"
#include <string.h>
#include <time.h>

#define SHARED  40
#define WORKERS 12
#define ROUNDS  1500

struct counted {
    struct timer t;
    _Atomic int runs, running;
    _Atomic uint64_t alive;
};

static struct counted shared[SHARED];
static gocc_chan *done;

static int64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

static void fire(void *arg, int64_t late) {
    struct counted *c = arg;
    CHECK(late >= 0, "%lld ns early", (long long)-late);
    CHECK(c->alive == UINT64_C(0x600dc0de), "its memory is gone");
    CHECK(c->running++ == 0, "it runs twice at once");
    c->runs++;
    c->running--;
}

static void counted_init(struct counted *c) {
    c->t.fn = fire;
    c->t.arg = c;
    c->t.when = now() + INT64_C(1000000000000);
    c->alive = UINT64_C(0x600dc0de);
}

static int64_t soon(uint64_t *s) {
    return now() + rnd(s) % 100000;
}

/* Known to this goroutine alone: once it is stopped it may be overwritten. */
static void own_timer(uint64_t *s) {
    struct counted *c = calloc(1, sizeof *c);
    counted_init(c);
    c->t.when = soon(s);
    if (rnd(s) % 4 == 0)
        c->t.period = 1 + rnd(s) % 20000;
    timer_start(&c->t);
    for (uint32_t i = rnd(s) % 4; i > 0; i--)
        gocc_yield();
    timer_stop(&c->t);
    int runs = c->runs;
    gocc_yield();
    CHECK(c->runs == runs && c->running == 0, "it ran after the stop");
    memset((void *)c, 0, sizeof *c);
    free(c);
}

static void worker(void *arg) {
    uint64_t s = seed_of((uint64_t)(uintptr_t)arg);
    for (int i = 0; i < ROUNDS; i++) {
        struct counted *c = &shared[rnd(&s) % SHARED];
        switch (rnd(&s) % 4) {
        case 0:
            timer_reset(&c->t, soon(&s), 0);
            break;
        case 1:
            timer_reset(&c->t, now() + INT64_C(1000000000000), rnd(&s) % 2 ? 1000000 : 0);
            break;
        case 2:
            timer_stop(&c->t);
            break;
        default:
            own_timer(&s);
        }
    }
    gocc_chan_send(done, &(int){0});
}

int main(void) {
    uint64_t s = seed_of(0);
    done = gocc_chan_make(sizeof(int), 0);
    for (int i = 0; i < SHARED; i++) {
        counted_init(&shared[i]);
        timer_start(&shared[i].t);
    }
    for (intptr_t i = 0; i < WORKERS; i++)
        gocc_go(worker, (void *)i);
    for (int i = 0; i < WORKERS; i++)
        gocc_chan_recv(done, NULL);
    for (int i = 0; i < SHARED; i++) { /* none is lost: each fires once more */
        timer_stop(&shared[i].t);
        int runs = shared[i].runs;
        timer_reset(&shared[i].t, soon(&s), 0);
        while (shared[i].runs == runs)
            gocc_sleep(20000);
        timer_stop(&shared[i].t);
        CHECK(shared[i].runs == runs + 1, "%d runs", shared[i].runs - runs);
    }
    return 0;
}
