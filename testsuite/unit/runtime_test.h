/* SPDX-License-Identifier: MIT */
/* Bodies of tests run as a goroutine; Criterion's own assertions jump off the stack and cannot
 * be used there, so EXPECT notes the first failure and RUN reports it. */
#ifndef RUNTIME_TEST_H
#define RUNTIME_TEST_H

#include <criterion/criterion.h>
#include <gocc/runtime.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int failed_line;
static const char *failed_text;

#define EXPECT(cond)                       \
    do {                                   \
        if (!(cond) && failed_line == 0) { \
            failed_line = __LINE__;        \
            failed_text = #cond;           \
        }                                  \
    } while (0)

static inline void run_on(const char *procs, int (*body)(int, char **)) {
    setenv("GOMAXPROCS", procs, 1);
    int status = gocc_main(body, 0, NULL);
    cr_assert_eq(failed_line, 0, "line %d: %s", failed_line, failed_text);
    cr_assert_eq(status, 0);
}

/* TEST(suite, name, procs) { body; return 0; } */
#define TEST(suite, name, procs)                   \
    static int suite##name(int argc, char **argv); \
    Test(suite, name, .timeout = 30) {             \
        run_on(procs, suite##name);                \
    }                                              \
    static int suite##name(int argc __attribute__((unused)), char **argv __attribute__((unused)))

/* What goroutines of one P wrote, in order. */
static char trail[4096];

enum { ROUNDS = 21 };

static inline void most_rounds(int (*body)(int, char **)) {
    int passed = 0, line = 0;
    for (int i = 0; i < ROUNDS; i++) {
        trail[0] = 0;
        failed_line = 0;
        body(0, NULL);
        passed += failed_line == 0;
        line = failed_line != 0 ? failed_line : line;
    }
    failed_line = passed > ROUNDS / 2 ? 0 : line;
}

/* A test of the order on one P that nobody disturbs.  Any round may be, by preemption or by the P's
 * going to another thread; what more than half of them show is the order. */
#define USUAL_ORDER(suite, name)                    \
    static int suite##name##round(int, char **);    \
    TEST(suite, name, "1") {                        \
        most_rounds(suite##name##round);            \
        return 0;                                   \
    }                                               \
    static int suite##name##round(int argc __attribute__((unused)), \
                                  char **argv __attribute__((unused)))

static inline void note(const char *fmt, int n) {
    char one[32];
    snprintf(one, sizeof one, fmt, n);
    strncat(trail, one, sizeof trail - strlen(trail) - 1);
}

#endif
