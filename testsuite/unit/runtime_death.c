/* SPDX-License-Identifier: MIT */
/* Calls that nothing can jump out of, and the last words of programs. */
#include "runtime_child.h"
#include <gocc/time.h>
#include <lib.h>
#include <pthread.h>

#define UNUSED (void)argc, (void)argv

/* ---- call_protected and its relatives ---- */

static int cleaned;

static void do_nothing(void *arg) {
    (void)arg;
}

static void do_panic(void *arg) {
    gocc__panic("because of %s", (char *)arg);
}

static void do_panic_value(void *arg) {
    gocc__panic_value(arg);
}

static void do_goexit(void *arg) {
    (void)arg;
    gocc_exit_goroutine();
}

static void do_fault(void *arg) {
    *(volatile int *)arg = 1;
}

static void cleanup(void *arg) {
    (void)arg;
    cleaned++;
}

TEST(call, protected_tells_how_it_ended, "1") {
    EXPECT(call_protected(do_nothing, NULL) == CALL_RETURNED);
    EXPECT(call_protected(do_panic, "x") == CALL_PANICKED);
    EXPECT(call_protected(do_goexit, NULL) == CALL_GOEXIT);
    EXPECT(call_protected(do_fault, NULL) == CALL_PANICKED);
    return 0;
}

struct caught {
    void (*fn)(void *);
    void *arg;
    enum call_end end;
    struct call_panic why;
};

static void caught_ends(void *arg, enum call_end end, struct call_panic why) {
    struct caught *c = arg;
    c->end = end;
    c->why = why;
}

static void caught_fn(void *arg) {
    struct caught *c = arg;
    c->fn(c->arg);
}

static void caught_run(void *arg) {
    call_with_end(caught_fn, arg, caught_ends);
}

TEST(call, the_end_gets_text_and_value, "1") {
    static int it;
    struct caught c = {.fn = do_panic, .arg = "rain"};
    EXPECT(call_protected(caught_run, &c) == CALL_PANICKED && c.end == CALL_PANICKED);
    EXPECT(strcmp(c.why.text, "because of rain") == 0 && !c.why.value);
    free(c.why.text);
    c = (struct caught){.fn = do_panic_value, .arg = &it};
    EXPECT(call_protected(caught_run, &c) == CALL_PANICKED && c.why.value == &it);
    free(c.why.text);
    c = (struct caught){.fn = do_goexit};
    EXPECT(call_protected(caught_run, &c) == CALL_GOEXIT && c.end == CALL_GOEXIT && !c.why.text);
    return 0;
}

TEST(call, B137_fault_text, "1") {
    struct caught c = {.fn = do_fault};
    EXPECT(call_protected(caught_run, &c) == CALL_PANICKED);
    EXPECT(strcmp(c.why.text, "runtime error: invalid memory address or nil pointer dereference") ==
           0);
    free(c.why.text);
    return 0;
}

static void with_cleanup(void *how) {
    call_with_cleanup((void (*)(void *))how, "y", cleanup);
}

TEST(call, cleanup_runs_and_the_panic_goes_on, "1") {
    EXPECT(call_protected(with_cleanup, (void *)do_nothing) == CALL_RETURNED && cleaned == 1);
    EXPECT(call_protected(with_cleanup, (void *)do_panic) == CALL_PANICKED && cleaned == 2);
    EXPECT(call_protected(with_cleanup, (void *)do_goexit) == CALL_GOEXIT && cleaned == 3);
    return 0;
}

static void deep(void *left) {
    if (left)
        call_with_cleanup(deep, (char *)left - 1, cleanup);
    else
        do_panic("depth");
}

TEST(call, B117_a_thousand_frames_unwind, "1") {
    EXPECT(call_protected(deep, (void *)(uintptr_t)1000) == CALL_PANICKED && cleaned == 1000);
    return 0;
}

TEST(call, a_million_recoveries_keep_the_stack, "1") {
    for (int i = 0; i < 1000000; i++)
        if (call_protected(do_panic, "again") != CALL_PANICKED)
            EXPECT(!"recovered");
    return 0;
}

static void *on_thread(void *arg) {
    (void)arg;
    return (void *)(intptr_t)(call_protected(do_panic, "thread") == CALL_PANICKED);
}

TEST(call, threads_of_the_program_panic_and_recover, "1") {
    pthread_t t;
    void *ok = NULL;
    pthread_create(&t, NULL, on_thread, NULL);
    pthread_join(t, &ok);
    EXPECT(ok != NULL);
    return 0;
}

/* ---- the end ---- */

static int dies_of_panic(int argc, char **argv) {
    UNUSED;
    printf("before");
    gocc__panic("two\nlines");
}

Test(death, B146_B147_report_of_a_panic) {
    struct child *c = child_run("1", dies_of_panic);
    cr_assert_eq(c->status, 2);
    cr_assert_str_eq(c->out, "before");
    SAYS("panic: two\n\tlines\n\ngoroutine 1 [running]:\n");
    SAYS("dies_of_panic(...)\n\t");
    SAYS("runtime_death.c:");
    cr_assert(!strstr(c->err, "gocc__panic"), "%s", c->err);
}

static void *holds_stdout(void *arg) {
    flockfile(stdout);
    gocc_chan_send(arg, NULL);
    for (;;)
        pause();
    return NULL;
}

static int dies_while_locked(int argc, char **argv) {
    UNUSED;
    pthread_t t;
    gocc_chan *c = gocc_chan_make(0, 0);
    pthread_create(&t, NULL, holds_stdout, c);
    gocc_chan_recv(c, NULL);
    gocc__panic("stdout is locked");
}

Test(death, B153_report_comes_though_a_lock_is_held, .timeout = 20) {
    struct child *c = child_run("2", dies_while_locked);
    cr_assert_eq(c->status, 2);
    SAYS("panic: stdout is locked");
}

static int dies_with_files(int argc, char **argv) {
    UNUSED;
    FILE *f = fdopen(dup(1), "w");
    fprintf(f, "in a stream of its own");
    gocc__panic("now");
}

Test(death, B153_other_streams_are_flushed) {
    struct child *c = child_run("1", dies_with_files);
    cr_assert_eq(c->status, 2);
    cr_assert_str_eq(c->out, "in a stream of its own");
}

static void panics(void *arg) {
    (void)arg;
    gocc__panic("one of many");
}

static int dies_many_times(int argc, char **argv) {
    UNUSED;
    for (int i = 0; i < 20; i++)
        gocc_go(panics, NULL);
    gocc_sleep(20 * INT64_C(1000000000));
    return 0;
}

Test(death, B149_one_report_only) {
    struct child *c = child_run("4", dies_many_times);
    cr_assert_eq(c->status, 2);
    char *first = strstr(c->err, "panic: one of many");
    cr_assert(first && !strstr(first + 1, "panic: one of many"), "%s", c->err);
}

static volatile int spinning;

static void spins_here(void *arg) {
    (void)arg;
    for (;;)
        spinning++;
}

static int dies_beside_a_running_one(int argc, char **argv) {
    UNUSED;
    setenv("GOTRACEBACK", "all", 1);
    gocc_go(spins_here, NULL);
    while (!spinning)
        gocc_yield();
    gocc__panic("look at the other");
}

Test(death, B148_stacks_of_running_goroutines_too) {
    struct child *c = child_run("2", dies_beside_a_running_one);
    cr_assert_eq(c->status, 2);
    SAYS("goroutine 2 [running]:\nspins_here(...)");
    SAYS("created by dies_beside_a_running_one in goroutine 1");
}

static int dies_in_a_timer(int argc, char **argv) {
    UNUSED;
    time_after_func(0, panics, NULL);
    gocc_sleep(20 * INT64_C(1000000000));
    return 0;
}

Test(death, who_a_timer_started_has_no_parent) {
    struct child *c = child_run("1", dies_in_a_timer);
    cr_assert_eq(c->status, 2);
    SAYS("created by run_func\n");
}

static int dies_silently(int argc, char **argv) {
    UNUSED;
    setenv("GOTRACEBACK", "none", 1);
    gocc__panic("short");
}

Test(death, B148_none_prints_the_message_only) {
    struct child *c = child_run("1", dies_silently);
    cr_assert_eq(c->status, 2);
    cr_assert_str_eq(c->err, "panic: short\n");
}

static int dies_by_kill(int argc, char **argv) {
    UNUSED;
    kill(getpid(), SIGSEGV);
    return 0;
}

Test(death, a_signal_from_outside_does_what_it_does_in_C) {
    struct child *c = child_run("1", dies_by_kill);
    cr_assert_eq(c->status, -SIGSEGV);
}

static int dies_far_away(int argc, char **argv) {
    UNUSED;
    call_protected(do_fault, (void *)0x7654321000);
    return 0;
}

Test(death, wild_pointers_are_fatal) {
    struct child *c = child_run("1", dies_far_away);
    cr_assert_eq(c->status, 2);
    SAYS("unexpected fault address 0x7654321000\nfatal error: fault\n[signal SIGSEGV: segmentation "
         "violation code=0x1 addr=0x7654321000 pc=0x");
    SAYS("do_fault(...)");
}

static int recurse(int n) {
    volatile char room[512];
    room[0] = (char)n;
    return n < 0 ? 0 : recurse(n + 1) + room[0];
}

static void recurses(void *arg) {
    (void)arg;
    cleaned = recurse(0);
}

static int dies_of_depth(int argc, char **argv) {
    UNUSED;
    gocc_go(recurses, NULL);
    gocc_sleep(20 * INT64_C(1000000000));
    return 0;
}

Test(death, B154_overflow_shows_both_ends_of_the_stack) {
    struct child *c = child_run("1", dies_of_depth);
    cr_assert_eq(c->status, 2);
    SAYS("runtime: goroutine stack exceeds 262144-byte limit\n");
    SAYS("fatal error: stack overflow\n\ngoroutine 2 [running]:\nrecurse(...)");
    SAYS(" frames elided...\n");
    SAYS("recurses(...)");
}

/* ---- stacks on request ---- */

static void parked(void *c) {
    gocc_chan_recv(c, NULL);
}

TEST(trace, all_goroutines_go_on_afterwards, "2") {
    static char buf[65536];
    gocc_chan *c = gocc_chan_make(0, 0);
    for (int i = 0; i < 5; i++)
        gocc_go(parked, c);
    int n = 0;
    while (n < 5) { /* until all of them wait */
        gocc_yield();
        buf[trace_goroutine(buf, sizeof buf - 1, true)] = 0;
        EXPECT(strncmp(buf, "goroutine 1 [running]:\n", 23) == 0);
        n = 0;
        for (char *at = buf; (at = strstr(at, "[chan receive]:")) != NULL; at++)
            n++;
    }
    for (int i = 0; i < 5; i++)
        gocc_chan_send(c, NULL);
    return 0;
}

TEST(trace, a_small_buffer_is_filled_and_no_more, "1") {
    char buf[16];
    memset(buf, '#', sizeof buf);
    EXPECT(trace_goroutine(buf, 9, true) == 9);
    EXPECT(memcmp(buf, "goroutine#", 10) == 0);
    return 0;
}
