/* SPDX-License-Identifier: MIT */
/* What every measuring program shares: a clock, and a table of rows chosen by argv[1].
   A row prints `NAME VALUE UNIT`; the Go twin of a file prints the same names. */
#ifndef BENCH_H
#define BENCH_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct bench_row {
    const char *name;
    double (*run)(void);
    const char *unit;
};

static inline double bench_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static inline int bench_main(const struct bench_row *rows, int argc, char **argv)
{
    for (const struct bench_row *r = rows; r->name; r++) {
        if (argc > 1 && strcmp(argv[1], r->name) != 0) continue;
        printf("%s %.2f %s\n", r->name, r->run(), r->unit);
        fflush(stdout);
    }
    return 0;
}

#endif
