/* SPDX-License-Identifier: MIT */
/*
 * Contexts with a deadline: a node of the tree with a timer in it.
 *
 * Invariant: while the timer is armed it has a reference to the node.  Whoever takes the timer
 * off the heap drops it: a cancellation whose timer_stop() answered true, or the run.
 *
 * The timer runs on the scheduler, where nobody may wait for a lock, so it only starts the
 * goroutine that cancels.
 */
#include "context/context.h"

static void expire(void *node) {
    struct deadline_node *d = node;
    context_cancel_tree(&d->node, CONTEXT_DEADLINE_EXCEEDED, d->cause);
    handle_release(d);
}

static void timer_run(void *node, int64_t late) {
    (void)late;
    go_start(expire, node);
}

static void arm(struct deadline_node *d, time_duration left) {
    int64_t now = clock_now();
    d->timer.fn = timer_run;
    d->timer.arg = d;
    d->timer.when = left > INT64_MAX - now ? INT64_MAX : now + left;
    sync_mutex_lock(&d->node.mu);
    if (!d->node.err) { /* the parent may have been cancelled since we joined it */
        d->armed = true;
        handle_retain(d);
        timer_start(&d->timer);
    }
    sync_mutex_unlock(&d->node.mu);
}

static context *with_deadline(context *parent, time_time deadline, time_duration left,
                              gocc_error cause) {
    struct cancel_node *n = context_node_new(parent, CONTEXT_DEADLINE,
                                             sizeof(struct deadline_node));
    struct deadline_node *d = (struct deadline_node *)n;
    d->deadline = deadline;
    d->cause = handle_retain(cause);
    context_propagate(n);
    if (left <= 0)
        context_cancel_tree(n, CONTEXT_DEADLINE_EXCEEDED, cause);
    else
        arm(d, left);
    return &n->base;
}

context *context_with_deadline_cause(context *parent, time_time deadline, gocc_error cause) {
    bool ok;
    context_check_parent(parent);
    time_time sooner = context_deadline(parent, &ok);
    if (ok && time_time_before(sooner, deadline))
        return context_with_cancel(parent);
    return with_deadline(parent, deadline, time_until(deadline), cause);
}

context *context_with_deadline(context *parent, time_time deadline) {
    return context_with_deadline_cause(parent, deadline, NULL);
}

context *context_with_timeout_cause(context *parent, time_duration timeout, gocc_error cause) {
    return context_with_deadline_cause(parent, time_time_add(time_now(), timeout), cause);
}

context *context_with_timeout(context *parent, time_duration timeout) {
    return context_with_timeout_cause(parent, timeout, NULL);
}

time_time context_deadline(context *ctx, bool *ok) {
    bool unused;
    ok = ok ? ok : &unused;
    HANDLE_CHECK(ctx);
    for (; ctx && ctx->kind != CONTEXT_WITHOUT; ctx = ctx->parent) {
        if (ctx->kind == CONTEXT_CUSTOM)
            return context_custom_deadline(ctx, ok);
        if (ctx->kind == CONTEXT_DEADLINE) {
            *ok = true;
            return ((struct deadline_node *)ctx)->deadline;
        }
    }
    *ok = false;
    return (time_time){0, 0, 0, 0};
}
