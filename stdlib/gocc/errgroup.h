/* SPDX-License-Identifier: MIT */
/* Package errgroup: goroutines that work on parts of one task, and the first error of them. */
#ifndef GOCC_ERRGROUP_H
#define GOCC_ERRGROUP_H

#include <gocc/context.h>
#include <gocc/sync.h>

/* The zero value is a group without a context and without a limit. */
typedef struct gocc__r_errgroup_group {
    sync_waitgroup wg;
    sync_once once;
    gocc_error err;
    context *ctx;
    gocc_chan_void sem; /* a value in it for each goroutine, when there is a limit */
} errgroup_group;

/* A handle: release the group.  *ctx is the caller's as well: release or context_close it. */
errgroup_group *errgroup_with_context(context *parent, context **ctx)
    GOCC_SYMBOL(errgroup_with_context);
/* f's error goes to the group, which keeps the first and releases the others */
void errgroup_group_go(errgroup_group *g, gocc_error (*f)(void *), void *arg)
    GOCC_SYMBOL(errgroup_group_go);
bool errgroup_group_try_go(errgroup_group *g, gocc_error (*f)(void *), void *arg)
    GOCC_SYMBOL(errgroup_group_try_go);
void errgroup_group_set_limit(errgroup_group *g, int n) GOCC_SYMBOL(errgroup_group_set_limit);
gocc_error errgroup_group_wait(errgroup_group *g) GOCC_SYMBOL(errgroup_group_wait); /* lent */
/* Lets go of what a group that is not a handle holds; it is a zero value again. */
void errgroup_group_destroy(errgroup_group *g) GOCC_SYMBOL(errgroup_group_destroy);

#endif
