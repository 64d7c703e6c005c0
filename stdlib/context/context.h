/* SPDX-License-Identifier: MIT */
/* The objects behind context *, and what the files of the package and signal share. */
#ifndef GOCC_CONTEXT_CONTEXT_H
#define GOCC_CONTEXT_CONTEXT_H

#include "std.h"
#include <gocc/context.h>
#include <gocc/sync.h>

enum context_kind {
    CONTEXT_ROOT, /* background and todo */
    CONTEXT_VALUE,
    CONTEXT_WITHOUT, /* without_cancel */
    CONTEXT_CANCEL,
    CONTEXT_DEADLINE,
    CONTEXT_CUSTOM,
    CONTEXT_AFTER /* not a context: an after_func that hangs in a context's list */
};

struct gocc__h_context {
    enum context_kind kind;
    context *parent;          /* retained */
    context *source;          /* who answers done and err: the nearest that is no value context */
    const char *label;        /* for the text; NULL: by kind */
    void (*ended)(context *); /* by the public cancel, and before destruction; may be NULL */
};

/* What can be cancelled. */
struct cancel_node {
    context base;
    sync_mutex mu;          /* guards err, done being made, and the children's links */
    gocc_error err;         /* atomic; set once, under mu */
    gocc_error cause;       /* set before err */
    void *done;             /* atomic; the channel, made when first asked for */
    uint32_t told;          /* atomic; done is closed, if it is there */
    struct cancel_node *up; /* whose list it is in, or was */
    struct cancel_node *children;
    struct cancel_node *next; /* in up's list, under up's mu; or in a list to be released */
    struct cancel_node **at;  /* what points to it in up's list; NULL: not in it */
};

struct deadline_node {
    struct cancel_node node;
    struct timer timer;
    bool armed; /* under mu: the timer has a reference */
    time_time deadline;
    gocc_error cause; /* for the expiry; may be NULL */
};

struct after_node {
    struct cancel_node node;
    uint32_t settled; /* atomic: 1 = started or stopped */
    void (*f)(void *);
    void *arg;
};

extern const struct handle_kind context_handle_kind GOCC_PRIVATE(context_handle_kind);

static inline bool context_cancels(const context *ctx) {
    return ctx->kind == CONTEXT_CANCEL || ctx->kind == CONTEXT_DEADLINE;
}

/* A node of this size below parent, not yet in its list. */
struct cancel_node *context_node_new(context *parent, enum context_kind kind, size_t size)
    GOCC_PRIVATE(context_node_new);
/* Hangs it into the list; cancels it if parent is cancelled already. */
void context_propagate(struct cancel_node *node) GOCC_PRIVATE(context_propagate);
void context_cancel_tree(struct cancel_node *root, gocc_error err, gocc_error cause)
    GOCC_PRIVATE(context_cancel_tree);
void context_unlink(struct cancel_node *node) GOCC_PRIVATE(context_unlink);
void context_release_chain(context *ctx) GOCC_PRIVATE(context_release_chain);

/* context/custom.c */
void context_watch(struct cancel_node *node) GOCC_PRIVATE(context_watch);
void *context_custom_done(context *ctx) GOCC_PRIVATE(context_custom_done);
gocc_error context_custom_err(context *ctx) GOCC_PRIVATE(context_custom_err);
gocc_error context_custom_cause(context *ctx) GOCC_PRIVATE(context_custom_cause);
time_time context_custom_deadline(context *ctx, bool *ok) GOCC_PRIVATE(context_custom_deadline);
void *context_custom_value(context *ctx, const void *key) GOCC_PRIVATE(context_custom_value);
void context_custom_destroy(context *ctx) GOCC_PRIVATE(context_custom_destroy);

void context_check_parent(const context *parent) GOCC_PRIVATE(context_check_parent);

#endif
