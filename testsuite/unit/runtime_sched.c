/* SPDX-License-Identifier: MIT */
/* The scheduler: groups E and V, with Go's order on one processor. */
#include "lib.h"
#include "runtime_test.h"
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

static gocc_chan *done;

static void finish(void) {
    gocc_chan_send(done, &(int){0});
}

static void wait_for(int n) {
    while (n-- > 0)
        gocc_chan_recv(done, NULL);
}

static void print_number(void *arg) {
    note("%d ", (int)(intptr_t)arg);
    finish();
}

USUAL_ORDER(sched, B093_last_started_runs_first) {
    done = gocc_chan_make(sizeof(int), 10);
    for (intptr_t i = 0; i < 10; i++)
        gocc_go(print_number, (void *)i);
    EXPECT(trail[0] == 0); /* B092 */
    wait_for(10);
    EXPECT(strcmp(trail, "9 0 1 2 3 4 5 6 7 8 ") == 0);
    return 0;
}

static void print_twice(void *arg) {
    int n = (int)(intptr_t)arg;
    for (int i = 0; i < 2; i++) {
        note("%d/", n);
        note("%d ", i);
        gocc_yield();
    }
    finish();
}

USUAL_ORDER(sched, B321_yield_goes_to_the_end) {
    done = gocc_chan_make(sizeof(int), 3);
    for (intptr_t i = 0; i < 3; i++)
        gocc_go(print_twice, (void *)i);
    wait_for(3);
    EXPECT(strcmp(trail, "2/0 0/0 1/0 2/1 0/1 1/1 ") == 0);
    return 0;
}

/* What runs with its P pinned: sysmon cannot hand that on. */
static _Atomic int pinned, holder[2];

static void pin_often(void *arg) {
    for (int i = 0; i < 2000; i++) {
        struct proc_pin pin = proc_pin();
        int p = pin.p;
        EXPECT(p == 0 || p == 1);
        EXPECT(++pinned <= 2);
        EXPECT(atomic_fetch_add(&holder[p & 1], 1) == 0);
        atomic_fetch_sub(&holder[p & 1], 1);
        pinned--;
        proc_unpin(pin);
        if (i % 16 == (int)(intptr_t)arg)
            gocc_yield();
    }
    finish();
}

TEST(sched, B342_no_more_run_than_there_are_processors, "2") {
    done = gocc_chan_make(sizeof(int), 0);
    for (intptr_t i = 0; i < 16; i++)
        gocc_go(pin_often, (void *)i);
    wait_for(16);
    return 0;
}

static int order[300], n_order;

static void put_in_order(void *arg) {
    order[n_order++] = (int)(intptr_t)arg;
    if (n_order == 300)
        finish();
}

/* The ring of 256, half of it to the global queue when it is full, a look there every 61. */
USUAL_ORDER(sched, B343_overflow_of_the_ring) {
    bool seen[300] = {false};
    n_order = 0;
    done = gocc_chan_make(sizeof(int), 1);
    for (intptr_t i = 0; i < 300; i++)
        gocc_go(put_in_order, (void *)i);
    wait_for(1);
    EXPECT(order[0] == 299);
    EXPECT(order[1] == 128 && order[2] == 129);
    for (int i = 0; i < 300; i++)
        seen[order[i]] = true;
    for (int i = 0; i < 300; i++)
        EXPECT(seen[i]);
    int first = 0;
    while (order[first] != 0)
        first++;
    EXPECT(first <= 61); /* B344: the global queue's first after at most 61 turns */
    return 0;
}

static volatile long turns;

static void spin_for_ever(void *arg) {
    (void)arg;
    for (;;)
        turns++;
}

TEST(sched, B338_endless_loops_do_not_stop_others, "1") {
    gocc_go(spin_for_ever, NULL);
    gocc_go(spin_for_ever, NULL);
    while (turns == 0)
        gocc_yield();
    for (int i = 0; i < 3; i++)
        gocc_sleep(10000000);
    return 0;
}

static int fd[2];

static void read_byte(void *arg) {
    char b;
    (void)arg;
    if (read(fd[0], &b, 1) == 1)
        finish();
}

TEST(sched, B340_blocking_reads_leave_the_processor, "1") {
    done = gocc_chan_make(sizeof(int), 20);
    EXPECT(pipe(fd) == 0);
    for (int i = 0; i < 20; i++)
        gocc_go(read_byte, NULL);
    gocc_yield(); /* all of them block; this returns only if the processor comes back */
    EXPECT(gocc_num_goroutine() == 21);
    for (int i = 0; i < 20; i++)
        EXPECT(write(fd[1], "x", 1) == 1);
    wait_for(20);
    return 0;
}

static void stay_on_thread(void *arg) {
    (void)arg;
    gocc_lock_os_thread();
    gocc_lock_os_thread();
    long tid = syscall(SYS_gettid);
    for (int i = 0; i < 100; i++) {
        gocc_yield();
        EXPECT(syscall(SYS_gettid) == tid);
    }
    gocc_unlock_os_thread();
    gocc_yield();
    EXPECT(syscall(SYS_gettid) == tid);
    gocc_unlock_os_thread();
    finish();
}

TEST(sched, B323_locked_to_a_thread, "2") {
    done = gocc_chan_make(sizeof(int), 4);
    for (int i = 0; i < 4; i++)
        gocc_go(stay_on_thread, NULL);
    wait_for(4);
    return 0;
}

static void count_down(void *arg) {
    (void)arg;
    for (int i = 0; i < 200; i++)
        gocc_yield();
    finish();
}

TEST(sched, B351_gomaxprocs_changes_keep_all, "1") {
    done = gocc_chan_make(sizeof(int), 100);
    for (int i = 0; i < 100; i++)
        gocc_go(count_down, NULL);
    EXPECT(gocc_gomaxprocs(4) == 1 && gocc_gomaxprocs(0) == 4);
    gocc_yield();
    EXPECT(gocc_gomaxprocs(2) == 4);
    gocc_yield();
    EXPECT(gocc_gomaxprocs(1) == 2);
    wait_for(100);
    return 0;
}

static void *thread(void *arg) {
    for (int i = 0; i < 1000; i++)
        gocc_chan_send(arg, &i);
    return NULL;
}

TEST(sched, B169_threads_of_the_program_use_channels, "1") {
    pthread_t t;
    int v = -1;
    gocc_chan *c = gocc_chan_make(sizeof(int), 0);
    pthread_create(&t, NULL, thread, c);
    for (int i = 0; i < 1000; i++) {
        gocc_chan_recv(c, &v);
        EXPECT(v == i);
    }
    pthread_join(t, NULL);
    return 0;
}

static void add(void *arg) {
    gocc_chan_send(arg, &(int){1});
}

/* No gocc_main at all: the test's own thread is a thread like any other. */
Test(sched, goroutines_without_main, .timeout = 30) {
    gocc_chan *c = gocc_chan_make(sizeof(int), 0);
    int sum = 0, v;
    for (int i = 0; i < 1000; i++)
        gocc_go(add, c);
    for (int i = 0; i < 1000; i++) {
        gocc_chan_recv(c, &v);
        sum += v;
    }
    cr_assert_eq(sum, 1000);
}

static void use_stack(void *arg) {
    volatile char room[200 * 1024];
    (void)arg;
    for (size_t i = 0; i < sizeof room; i += 1024)
        room[i] = 1;
    finish();
}

TEST(sched, a_goroutine_has_200_kib_of_stack, "2") {
    done = gocc_chan_make(sizeof(int), 0);
    for (int i = 0; i < 50; i++)
        gocc_go(use_stack, NULL);
    wait_for(50);
    return 0;
}

static int depth(int n) {
    volatile char room[4096];
    room[0] = (char)n;
    return n == 0 ? room[0] : depth(n - 1) + 1;
}

static void go_deep(void *arg) {
    EXPECT(depth(30000) == 30000); /* 120 MiB */
    (void)arg;
    finish();
}

TEST(sched, B326_stacks_as_deep_as_told, "1") {
    done = gocc_chan_make(sizeof(int), 0);
    EXPECT(gocc_set_max_stack(256 << 20) == 256 << 10);
    gocc_go(go_deep, NULL);
    wait_for(1);
    EXPECT(gocc_set_max_stack(256 << 10) == 256 << 20);
    gocc_go(use_stack, NULL);
    wait_for(1);
    return 0;
}
