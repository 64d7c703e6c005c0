/* SPDX-License-Identifier: MIT */
/* Several set GOMAXPROCS at the same time.  When all have done it, as many Ps are in use as it
 * says. */
#include "rt.h"
#include "stress.h"

#define THREADS 3
#define ROUNDS  2000

static pthread_barrier_t round_end;

static void *change(void *arg) {
    uint64_t s = seed_of((uint64_t)(uintptr_t)arg);
    for (int i = 0; i < ROUNDS; i++) {
        pthread_barrier_wait(&round_end);
        gocc_gomaxprocs(1 + (int)(rnd(&s) % 8));
        pthread_barrier_wait(&round_end);
    }
    return NULL;
}

static void work(void *done) {
    while (!*(_Atomic bool *)done)
        gocc_yield();
    *(_Atomic bool *)done = false;
}

static void check_procs(void) {
    uint32_t in_use = 0;
    for (uint32_t i = 0; i < rt_sched.n_procs; i++)
        in_use += !rt_sched.procs[i]->dying;
    CHECK(in_use == rt_sched.n_p, "%u are in use, GOMAXPROCS is %u", in_use, rt_sched.n_p);
}

int main(void) {
    static _Atomic bool done;
    pthread_t t[THREADS];
    pthread_barrier_init(&round_end, NULL, THREADS + 1);
    gocc_go(work, (void *)&done);
    for (intptr_t i = 0; i < THREADS; i++)
        CHECK(pthread_create(&t[i], NULL, change, (void *)i) == 0, "no thread");
    for (int i = 0; i < ROUNDS; i++) {
        pthread_barrier_wait(&round_end);
        pthread_barrier_wait(&round_end);
        check_procs();
    }
    for (int i = 0; i < THREADS; i++)
        pthread_join(t[i], NULL);
    done = true;
    while (done)
        gocc_yield();
    return 0;
}
