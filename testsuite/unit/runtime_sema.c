/* SPDX-License-Identifier: MIT */
/* Spinning before parking: B183. */
#include "lib.h"
#include "runtime_test.h"

static atomic_int state; /* 1: the other one runs, 2: it may end */

static void busy(void *unused) {
    (void)unused;
    atomic_store(&state, 1);
    while (atomic_load(&state) != 2)
        ;
}

static void nothing(void *unused) {
    (void)unused;
}

TEST(sema, B183_not_on_one_processor, "1") {
    gocc_go(busy, NULL);
    EXPECT(!spin_allowed(0));
    atomic_store(&state, 2);
    return 0;
}

TEST(sema, B183_only_beside_one_that_runs_and_with_an_empty_queue, "2") {
    if (gocc_num_cpu() < 2)
        return 0;
    atomic_store(&state, 0);
    gocc_go(busy, NULL);
    while (atomic_load(&state) != 1)
        gocc_yield();
    while (!spin_allowed(0)) /* the last yield may still be in our queue, or the clock's turn */
        gocc_yield();
    EXPECT(!spin_allowed(4));
    struct proc_pin pin = proc_pin(); /* nobody takes it away before we have looked */
    gocc_go(nothing, NULL);
    EXPECT(!spin_allowed(0));
    proc_unpin(pin);
    atomic_store(&state, 2);
    return 0;
}
