/* SPDX-License-Identifier: MIT */
/*
 * Package context: the fixed contexts and errors, values, and the end of a context.
 *
 * Invariant: kind, parent and source never change while a second owner may look; so values and
 * deadlines are found without a lock.
 */
#include "context/context.h"
#include "errors/error.h"
#include <stdio.h>

static const errors_kind canceled_kind = {.name = "context.Canceled"};
static const errors_kind deadline_kind = {.name = "context.DeadlineExceeded", .timeout = true};
static struct error_fixed canceled = ERROR_FIXED("context canceled", &canceled_kind);
static struct error_fixed exceeded = ERROR_FIXED("context deadline exceeded", &deadline_kind);
const gocc_error gocc_context_canceled = &canceled.object;
const gocc_error gocc_context_deadline_exceeded = &exceeded.object;

/* ---- the end ---- */

static void cancel_destroy(struct cancel_node *n) {
    context_unlink(n);
    handle_release(n->done);
    handle_release(n->cause);
    handle_release(n->err);
}

static void context_destroy(void *h) {
    context *ctx = h;
    if (ctx->ended)
        ctx->ended(ctx);
    if (context_cancels(ctx) || ctx->kind == CONTEXT_AFTER)
        cancel_destroy((struct cancel_node *)ctx);
    if (ctx->kind == CONTEXT_DEADLINE)
        handle_release(((struct deadline_node *)ctx)->cause);
    if (ctx->kind == CONTEXT_CUSTOM)
        context_custom_destroy(ctx);
    context_release_chain(ctx->parent);
}

const struct handle_kind context_handle_kind = {"context", context_destroy};

/* Releases ctx, then its parent if that was ctx's alone, and so on: as a loop, for a chain may
 * be longer than a goroutine's stack is deep. */
void context_release_chain(context *ctx) {
    while (ctx) {
        struct gocc_handle *head = (struct gocc_handle *)(void *)ctx - 1;
        context *parent = NULL;
        /* acquire: a count of 1 is ours, and the others' last writes come before it */
        if (atomic_load_explicit(&head->refs, memory_order_acquire) == 1) {
            parent = ctx->parent;
            ctx->parent = NULL;
        }
        handle_release(ctx);
        ctx = parent;
    }
}

/* ---- fixed contexts ---- */

struct fixed_context {
    struct gocc_handle head;
    context object;
};

static struct fixed_context background = {
    .head = {HANDLE_STATIC, HANDLE_ALIVE, &context_handle_kind},
    .object = {.source = &background.object, .label = "context.Background"},
};
static struct fixed_context todo = {
    .head = {HANDLE_STATIC, HANDLE_ALIVE, &context_handle_kind},
    .object = {.source = &todo.object, .label = "context.TODO"},
};

context *context_background(void) {
    return &background.object;
}

context *context_todo(void) {
    return &todo.object;
}

/* ---- values ---- */

struct value_context {
    context base;
    const void *key;
    const void *value;
};

context *context_with_value(context *parent, const void *key, const void *value) {
    context_check_parent(parent);
    if (!key)
        panic_text("nil key");
    struct value_context *v = handle_new(sizeof *v, &context_handle_kind);
    v->base.kind = CONTEXT_VALUE;
    v->base.parent = handle_retain(parent);
    v->base.source = parent->source;
    v->key = key;
    v->value = value;
    return &v->base;
}

void *context_value(context *ctx, const void *key) {
    HANDLE_CHECK(ctx);
    for (; ctx; ctx = ctx->parent) {
        if (ctx->kind == CONTEXT_CUSTOM)
            return context_custom_value(ctx, key);
        if (ctx->kind == CONTEXT_VALUE && ((struct value_context *)ctx)->key == key)
            return UNCONST(((struct value_context *)ctx)->value);
    }
    return NULL;
}

context *context_without_cancel(context *parent) {
    context_check_parent(parent);
    context *ctx = handle_new(sizeof *ctx, &context_handle_kind);
    ctx->kind = CONTEXT_WITHOUT;
    ctx->parent = handle_retain(parent);
    ctx->source = ctx;
    return ctx;
}

/* ---- text ---- */

static const char *any_text(const void *p, char buffer[24]) {
    if (!p)
        return "<nil>";
    snprintf(buffer, 24, "%p", p);
    return buffer;
}

static void own_text(context *ctx, char *s, size_t size) {
    char a[24];
    char b[24];
    struct value_context *v = (struct value_context *)ctx;
    time_time deadline;
    switch (ctx->kind) {
    case CONTEXT_CANCEL:
        snprintf(s, size, ".WithCancel");
        break;
    case CONTEXT_WITHOUT:
        snprintf(s, size, ".WithoutCancel");
        break;
    case CONTEXT_VALUE:
        snprintf(s, size, ".WithValue(%s, %s)", any_text(v->key, a), any_text(v->value, b));
        break;
    case CONTEXT_DEADLINE:
        deadline = ((struct deadline_node *)ctx)->deadline;
        snprintf(s, size, ".WithDeadline(%s [%s])", time_time_string(deadline),
                 time_duration_string(time_until(deadline)));
        break;
    default:
        snprintf(s, size, "context");
    }
}

/* From the end to the front of the buffer, so that no recursion is needed; a text that does not
 * fit loses its beginning. */
char *context_write(context *ctx, char *buffer, size_t size) {
    char own[200];
    char *start = buffer + size;
    HANDLE_CHECK(ctx);
    if (size == 0)
        return buffer;
    *--start = '\0';
    for (bool last = false; ctx && !last; ctx = ctx->parent) {
        const char *text = ctx->label ? ctx->label : own;
        last = ctx->label != NULL;
        if (!last)
            own_text(ctx, own, sizeof own);
        size_t n = strlen(text);
        size_t room = (size_t)(start - buffer);
        size_t skip = n > room ? n - room : 0;
        start -= n - skip;
        memcpy(start, text + skip, n - skip);
    }
    return start;
}
