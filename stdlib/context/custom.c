/* SPDX-License-Identifier: MIT */
/*
 * Contexts of the program's own.  They have no list of children, so each cancellable context
 * derived from one gets a goroutine that waits for either of the two, as in Go.
 */
#include "context/context.h"

struct custom_context {
    context base;
    const context_methods *methods;
    void *self;
};

static struct custom_context *custom(context *ctx) {
    return (struct custom_context *)ctx;
}

context *context_new(const context_methods *methods, void *self) {
    NIL_CHECK(methods);
    struct custom_context *c = handle_new(sizeof *c, &context_handle_kind);
    c->base.kind = CONTEXT_CUSTOM;
    c->base.source = &c->base;
    c->base.label = methods->name ? methods->name : "context";
    c->methods = methods;
    c->self = self;
    return &c->base;
}

void *context_custom_done(context *ctx) {
    const context_methods *m = custom(ctx)->methods;
    return m->done ? m->done(custom(ctx)->self) : NULL;
}

gocc_error context_custom_err(context *ctx) {
    const context_methods *m = custom(ctx)->methods;
    return m->err ? m->err(custom(ctx)->self) : NULL;
}

/* Go finds it by a secret key among the values, which an own context passes on. */
gocc_error context_custom_cause(context *ctx) {
    const context_methods *m = custom(ctx)->methods;
    gocc_error err = context_custom_err(ctx), cause = NULL;
    if (err && m->cause)
        cause = m->cause(custom(ctx)->self);
    return cause ? cause : err;
}

time_time context_custom_deadline(context *ctx, bool *ok) {
    const context_methods *m = custom(ctx)->methods;
    *ok = false;
    return m->deadline ? m->deadline(custom(ctx)->self, ok) : (time_time){0, 0, 0, 0};
}

void *context_custom_value(context *ctx, const void *key) {
    const context_methods *m = custom(ctx)->methods;
    return m->value ? m->value(custom(ctx)->self, key) : NULL;
}

void context_custom_destroy(context *ctx) {
    const context_methods *m = custom(ctx)->methods;
    if (m->destroy)
        m->destroy(custom(ctx)->self);
}

static void cancel_as(struct cancel_node *n, context *source) {
    gocc_error err = context_custom_err(source);
    context_cancel_tree(n, err ? err : CONTEXT_CANCELED, context_custom_cause(source));
}

/* Runs with a reference to the node, which keeps the custom context. */
static void watch(void *node) {
    struct cancel_node *n = node;
    context *source = n->base.parent->source;
    struct gocc__case cases[2] = {
        {.c = context_custom_done(source), .op = GOCC__RECV},
        {.c = context_done(&n->base), .op = GOCC__RECV},
    };
    if (gocc__select(cases, 2, 0) == 0)
        cancel_as(n, source);
    handle_release(n);
}

static void watch_begin(void *node) {
    struct cancel_node *n = node;
    context *source = n->base.parent->source;
    void *done = context_custom_done(source);
    if (!done)
        return;
    if (gocc__chan_try_recv(done, NULL, NULL)) {
        cancel_as(n, source);
        return;
    }
    go_start(watch, handle_retain(n));
}

static void watch_begun(void *node, enum call_end end, struct call_panic why) {
    free(why.text);
    if (end != CALL_RETURNED)
        handle_release(node);
}

/* A method that panics leaves nobody who has the new context. */
void context_watch(struct cancel_node *n) {
    call_with_end(watch_begin, n, watch_begun);
}
