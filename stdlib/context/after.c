/* SPDX-License-Identifier: MIT */
/*
 * context.AfterFunc: an entry in the context's list of children that starts a goroutine.
 *
 * Invariants
 *  - The entry keeps its context, and the list keeps the entry, until it is settled: fired or
 *    stopped, decided by one exchange.  The one who settles it drops the list's reference.
 *  - f is started under the context's lock, never run there.
 */
#include "context/context.h"

static struct after_node *after_new(context *ctx, void (*f)(void *), void *arg) {
    struct cancel_node *n = context_node_new(ctx, CONTEXT_AFTER, sizeof(struct after_node));
    struct after_node *a = (struct after_node *)n;
    a->f = f;
    a->arg = arg;
    return a;
}

static void fire_now(struct after_node *a) {
    __atomic_store_n(&a->settled, 1, __ATOMIC_RELAXED); /* nobody else knows it yet */
    go_start(a->f, a->arg);
}

static void hang_in(struct after_node *a, struct cancel_node *up) {
    struct cancel_node *n = &a->node;
    sync_mutex_lock(&up->mu);
    bool gone = up->err != NULL;
    n->up = up;
    if (!gone) {
        handle_retain(a);
        n->next = up->children;
        n->at = &up->children;
        if (n->next)
            n->next->at = &n->next;
        up->children = n;
    }
    sync_mutex_unlock(&up->mu);
    if (gone)
        fire_now(a);
}

context_afterfunc *context_after_func(context *ctx, void (*f)(void *), void *arg) {
    HANDLE_CHECK(ctx);
    gocc__go_check((const void *)(uintptr_t)f);
    /* A context of the program's own has no list: a cancellable child of it has. */
    context *inner = ctx->source->kind == CONTEXT_CUSTOM ? context_with_cancel(ctx) : NULL;
    struct after_node *a = after_new(inner ? inner : ctx, f, arg);
    handle_release(inner);
    context *source = a->node.base.parent->source;
    if (context_cancels(source))
        hang_in(a, (struct cancel_node *)source);
    return (context_afterfunc *)a;
}

bool context_stop(context_afterfunc *after) {
    HANDLE_CHECK(after);
    struct after_node *a = (struct after_node *)after;
    if (__atomic_exchange_n(&a->settled, 1, __ATOMIC_ACQ_REL))
        return false;
    context *parent = a->node.base.parent;
    bool inner = parent->parent && parent->parent->source->kind == CONTEXT_CUSTOM;
    bool listed = a->node.up != NULL;
    context_unlink(&a->node);
    if (inner && context_cancels(parent))
        context_cancel(parent); /* ends the goroutine that watches the custom context */
    if (listed)
        handle_release(a);
    return true;
}
