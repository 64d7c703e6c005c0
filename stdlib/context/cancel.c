/* SPDX-License-Identifier: MIT */
/*
 * Cancelling: the tree of contexts that can be cancelled.
 *
 * Invariants
 *  - A node is in at most one list, its up's, and that list's links are touched under up's mu
 *    only.  A child keeps its parent by a reference; a parent does not keep its children.
 *  - err goes from NULL to its last value once, under mu, after cause; done is closed after, and
 *    then told is set.  Whoever sees done closed or err set sees the cause; who is given err finds
 *    done closed, too.
 *  - Locks are taken downwards only: from a node to a child that is (or just was) in its list.
 *    Nobody who holds a node's mu waits for that of an ancestor.
 *  - The walk over a tree holds the mu of every node from the root to where it stands.  So a
 *    node that it has taken from a list cannot be freed: its destruction must first take up's
 *    mu, which the walk holds.  That is why `up` stays after the walk, and why the walk needs no
 *    stack: the way back is in the nodes, and a chain of 100 000 contexts is no deep recursion.
 *  - References that the walk drops are dropped after its last unlock.
 *
 * Orders: err, told and done are stored with release and loaded with acquire, so err and cause can
 * be read without a lock.
 *
 * One lock per tree instead of one per node was rejected: a server's contexts have one root,
 * and each request would fight for it with all the others.
 */
#include "context/context.h"

static __attribute__((noinline)) void wait_until_told(struct cancel_node *n) {
    sync_mutex_lock(&n->mu); /* who has set err holds it until done is closed */
    sync_mutex_unlock(&n->mu);
}

static inline gocc_error node_err(struct cancel_node *n) {
    gocc_error err = __atomic_load_n(&n->err, __ATOMIC_ACQUIRE);
    if (err && !__atomic_load_n(&n->told, __ATOMIC_ACQUIRE))
        wait_until_told(n);
    return err;
}

static void list_remove(struct cancel_node *n) {
    *n->at = n->next;
    if (n->next)
        n->next->at = n->at;
    n->at = NULL;
    n->next = NULL;
}

static void list_add(struct cancel_node *up, struct cancel_node *n) {
    n->up = up;
    n->next = up->children;
    n->at = &up->children;
    if (n->next)
        n->next->at = &n->next;
    up->children = n;
}

/* n's mu is held, and it is not cancelled yet.  True: the timer's reference is the caller's. */
static bool node_mark(struct cancel_node *n, gocc_error err, gocc_error cause) {
    n->cause = handle_retain(cause ? cause : err);
    __atomic_store_n(&n->err, handle_retain(err), __ATOMIC_RELEASE);
    if (n->done)
        gocc__chan_close(n->done);
    __atomic_store_n(&n->told, 1, __ATOMIC_RELEASE);
    if (n->base.kind != CONTEXT_DEADLINE)
        return false;
    struct deadline_node *d = (struct deadline_node *)n;
    bool stopped = d->armed && timer_stop(&d->timer);
    d->armed = false;
    return stopped;
}

/* up's mu is held.  True: the list's reference is the caller's. */
static bool after_fire(struct cancel_node *n) {
    struct after_node *a = (struct after_node *)n;
    if (__atomic_exchange_n(&a->settled, 1, __ATOMIC_ACQ_REL))
        return false; /* stopped: who did that drops the reference */
    go_start(a->f, a->arg);
    return true;
}

static void keep_for_release(struct cancel_node **garbage, struct cancel_node *n) {
    n->next = *garbage;
    *garbage = n;
}

/* One step of the walk: takes the next child of n, and returns where to go on. */
static struct cancel_node *walk_child(struct cancel_node *n, struct cancel_node **garbage) {
    struct cancel_node *child = n->children;
    list_remove(child);
    if (child->base.kind == CONTEXT_AFTER) {
        if (after_fire(child))
            keep_for_release(garbage, child);
        return n;
    }
    sync_mutex_lock(&child->mu);
    if (child->err) { /* somebody else has cancelled all that is below it */
        sync_mutex_unlock(&child->mu);
        return n;
    }
    if (node_mark(child, n->err, n->cause))
        keep_for_release(garbage, child);
    return child;
}

static void walk(struct cancel_node *root, struct cancel_node **garbage) {
    struct cancel_node *n = root;
    for (;;) {
        if (n->children) {
            n = walk_child(n, garbage);
        } else if (n == root) {
            return;
        } else {
            struct cancel_node *up = n->up;
            sync_mutex_unlock(&n->mu);
            n = up;
        }
    }
}

/* Also tells the destruction that there is no list to leave any more. */
void context_unlink(struct cancel_node *n) {
    struct cancel_node *up = n->up;
    if (!up)
        return;
    sync_mutex_lock(&up->mu);
    if (n->at)
        list_remove(n);
    sync_mutex_unlock(&up->mu);
    n->up = NULL;
}

void context_cancel_tree(struct cancel_node *root, gocc_error err, gocc_error cause) {
    struct cancel_node *garbage = NULL;
    sync_mutex_lock(&root->mu);
    if (root->err) {
        sync_mutex_unlock(&root->mu);
        return;
    }
    bool timer = node_mark(root, err, cause);
    if (root->children)
        walk(root, &garbage);
    sync_mutex_unlock(&root->mu);
    context_unlink(root);
    while (garbage) {
        struct cancel_node *n = garbage;
        garbage = n->next;
        n->next = NULL;
        handle_release(n);
    }
    if (timer)
        handle_release(root); /* not the last one: the caller has his */
}

/* ---- joining the tree ---- */

struct cancel_node *context_node_new(context *parent, enum context_kind kind, size_t size) {
    struct cancel_node *n = handle_new(size, &context_handle_kind);
    n->base.kind = kind;
    n->base.parent = handle_retain(parent);
    n->base.source = &n->base;
    return n;
}

void context_propagate(struct cancel_node *n) {
    context *source = n->base.parent->source;
    if (source->kind == CONTEXT_CUSTOM) {
        context_watch(n);
        return;
    }
    if (!context_cancels(source))
        return;
    struct cancel_node *up = (struct cancel_node *)source;
    sync_mutex_lock(&up->mu);
    gocc_error err = up->err;
    if (!err)
        list_add(up, n);
    sync_mutex_unlock(&up->mu);
    if (err)
        context_cancel_tree(n, err, up->cause);
}

/* ---- the public side ---- */

void context_check_parent(const context *parent) {
    if (!parent)
        panic_text("cannot create context from nil parent");
    handle_use(parent);
}

context *context_with_cancel(context *parent) {
    context_check_parent(parent);
    struct cancel_node *n = context_node_new(parent, CONTEXT_CANCEL, sizeof *n);
    context_propagate(n);
    return &n->base;
}

context *context_with_cancel_cause(context *parent) {
    return context_with_cancel(parent);
}

/* A value context cannot be cancelled, but may be given to context_close like any other. */
void context_cancel_cause(context *ctx, gocc_error cause) {
    HANDLE_CHECK(ctx);
    handle_retain(ctx); /* who is woken by it may drop what was the last reference */
    if (context_cancels(ctx))
        context_cancel_tree((struct cancel_node *)ctx, CONTEXT_CANCELED, cause);
    if (ctx->ended)
        ctx->ended(ctx);
    handle_release(ctx);
}

void context_cancel(context *ctx) {
    context_cancel_cause(ctx, NULL);
}

/* Nobody could learn of the cancellation: whoever has the context, a child of it or an
 * after_func has a reference, and the channel that tells was never made.  acquire: a count of 1
 * is ours alone, so what the others have done to the node is over. */
static bool nobody_looks(const context *ctx) {
    const struct gocc_handle *head = (const struct gocc_handle *)(const void *)ctx - 1;
    return ctx->kind == CONTEXT_CANCEL && !ctx->ended && !((const struct cancel_node *)ctx)->done &&
           atomic_load_explicit(&head->refs, memory_order_acquire) == 1;
}

void gocc__context_close(context *ctx, const char *file, int line) {
    if (!ctx)
        return;
    if (handle_is(ctx, &context_handle_kind) && !nobody_looks(ctx))
        context_cancel(ctx);
    gocc__release(ctx, file, line); /* tells of a dead one, too */
}

void(context_close)(context *ctx) {
    gocc__context_close(ctx, NULL, 0);
}

static void *node_done(struct cancel_node *n) {
    void *done = __atomic_load_n(&n->done, __ATOMIC_ACQUIRE);
    if (done)
        return done;
    sync_mutex_lock(&n->mu);
    done = n->done;
    if (!done) {
        done = gocc__chan_make(0, 0);
        if (n->err)
            gocc__chan_close(done);
        __atomic_store_n(&n->done, done, __ATOMIC_RELEASE);
    }
    sync_mutex_unlock(&n->mu);
    return done;
}

gocc_chan_void_recv context_done(context *ctx) {
    HANDLE_CHECK(ctx);
    context *source = ctx->source;
    if (context_cancels(source))
        return node_done((struct cancel_node *)source);
    return source->kind == CONTEXT_CUSTOM ? context_custom_done(source) : NULL;
}

gocc_error context_err(context *ctx) {
    HANDLE_CHECK(ctx);
    context *source = ctx->source;
    if (context_cancels(source))
        return node_err((struct cancel_node *)source);
    return source->kind == CONTEXT_CUSTOM ? context_custom_err(source) : NULL;
}

gocc_error context_cause(context *ctx) {
    HANDLE_CHECK(ctx);
    if (!context_cancels(ctx->source))
        return ctx->source->kind == CONTEXT_CUSTOM ? context_custom_cause(ctx->source) : NULL;
    struct cancel_node *n = (struct cancel_node *)ctx->source;
    return node_err(n) ? n->cause : NULL;
}
