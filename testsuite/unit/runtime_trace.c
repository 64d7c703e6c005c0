/* SPDX-License-Identifier: MIT */
/* A walk over a broken stack comes back, also while other threads walk theirs. */
#include "runtime_test.h"
#include <pthread.h>
#include <rt.h>

static pthread_barrier_t both;

static void stumble(void *arg) {
    *(volatile int *)arg = 1;
}

static void walk_beside_another(void *arg) {
    pthread_barrier_wait(&both);
    pthread_barrier_wait(&both);
    (void)arg;
}

static void *walk_for_long(void *arg) {
    (void)arg;
    return trace_guarded(walk_beside_another, NULL) ? &both : NULL;
}

TEST(guarded, comes_back, "1") {
    EXPECT(!trace_guarded(stumble, NULL));
    EXPECT(!trace_guarded(stumble, NULL));
    return 0;
}

TEST(guarded, comes_back_beside_another, "1") {
    pthread_t other;
    void *whole = NULL;
    pthread_barrier_init(&both, NULL, 2);
    pthread_create(&other, NULL, walk_for_long, NULL);
    pthread_barrier_wait(&both);
    EXPECT(!trace_guarded(stumble, NULL));
    pthread_barrier_wait(&both);
    pthread_join(other, &whole);
    EXPECT(whole == &both);
    return 0;
}

static void stumble_within(void *arg) {
    *(bool *)arg = !trace_guarded(stumble, NULL);
    stumble(NULL);
}

TEST(guarded, one_within_another, "1") {
    bool inner = false;
    EXPECT(!trace_guarded(stumble_within, &inner));
    EXPECT(inner);
    return 0;
}
