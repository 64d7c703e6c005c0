/* SPDX-License-Identifier: MIT */
/*
 * For tests of the order in which one processor runs goroutines that nobody disturbs.  Any round
 * may be disturbed, by preemption or by its processor's going to another thread: the order is
 * what more than half of the rounds say.
 */
#include <gocc/sync.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { ROUNDS = 41 };

static char said[ROUNDS][200];
static int round_now;
static sync_mutex saying;

static void say(const char *format, ...)
{
    va_list args;

    sync_mutex_lock(&saying);
    char *line = said[round_now];
    size_t n = strlen(line);
    va_start(args, format);
    vsnprintf(line + n, sizeof said[0] - n, format, args);
    va_end(args);
    sync_mutex_unlock(&saying);
}

static int times(int which)
{
    int n = 0;

    for (int i = 0; i < ROUNDS; i++)
        n += strcmp(said[i], said[which]) == 0;
    return n;
}

static void print_usual(void (*order)(void))
{
    for (round_now = 0; round_now < ROUNDS; round_now++)
        order();
    for (int i = 0; i < ROUNDS; i++) {
        if (times(i) > ROUNDS / 2) {
            puts(said[i]);
            return;
        }
    }
    for (int i = 0; i < ROUNDS; i++)
        puts(said[i]);
}
