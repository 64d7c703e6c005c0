/* SPDX-License-Identifier: MIT */
/*
 * A bare number where a duration is wanted counts nanoseconds, which nobody sleeps for.
 *
 *   time_sleep(5);                               -Wduration
 */
#include "cc.h"

#include <string.h>

enum { MOST = 999 }; /* who means microseconds may have written them out */

/* Each with the place of its duration. */
static const struct {
    const char *name;
    int argument;
} takers[] = {
    {"time_sleep", 0},
    {"time_after", 0},
    {"time_tick", 0},
    {"time_new_timer", 0},
    {"time_new_ticker", 0},
    {"time_after_func", 0},
    {"context_with_timeout", 1},
    {"context_with_timeout_cause", 1},
};

static struct node *duration(struct unit *u, struct node *call) {
    for (size_t i = 0; i < sizeof takers / sizeof *takers; i++)
        if (warn_calls(u, call, takers[i].name)) {
            struct node *arg = node_kid(call, 1)->kid;
            for (int n = takers[i].argument; arg && n; n--)
                arg = arg->next;
            return arg;
        }
    return NULL;
}

void warn_duration(struct unit *u, struct node *call) {
    int64_t value;
    struct node *d = call->kind == N_CALL ? duration(u, call) : NULL;
    if (!d || d->kind != N_CONST || !expr_const(u, d, &value) || value < 1 || value > MOST)
        return;
    const char *number = tok_dup(u, d->tok);
    diag_warning(u, "duration", d->tok,
                 "this is %s nanosecond%s: for seconds write '%s * TIME_SECOND', for nanoseconds "
                 "'%s * TIME_NANOSECOND'",
                 number, value == 1 ? "" : "s", number, number);
}
