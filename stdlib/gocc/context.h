/* SPDX-License-Identifier: MIT */
/* Package context: cancellation, deadlines and values along the tree of calls. */
#ifndef GOCC_CONTEXT_H
#define GOCC_CONTEXT_H

#include <gocc/base.h>
#include <gocc/errors.h>
#include <gocc/time.h>

typedef struct gocc__h_context context;

/* fixed objects: releasing them does nothing */
extern const gocc_error gocc_context_canceled __attribute__((__visibility__("default")));
extern const gocc_error gocc_context_deadline_exceeded __attribute__((__visibility__("default")));
#define CONTEXT_CANCELED          gocc_context_canceled
#define CONTEXT_DEADLINE_EXCEEDED gocc_context_deadline_exceeded
context *context_background(void) GOCC_SYMBOL(context_background);
context *context_todo(void) GOCC_SYMBOL(context_todo);

/* handles, which keep their parent */
context *context_with_cancel(context *parent) GOCC_SYMBOL(context_with_cancel);
context *context_with_cancel_cause(context *parent) GOCC_SYMBOL(context_with_cancel_cause);
context *context_with_deadline(context *parent, time_time d) GOCC_SYMBOL(context_with_deadline);
context *context_with_deadline_cause(context *parent, time_time d, gocc_error cause)
    GOCC_SYMBOL(context_with_deadline_cause);
context *context_with_timeout(context *parent, time_duration d) GOCC_SYMBOL(context_with_timeout);
context *context_with_timeout_cause(context *parent, time_duration d, gocc_error cause)
    GOCC_SYMBOL(context_with_timeout_cause);
context *context_with_value(context *parent, const void *key, const void *value)
    GOCC_SYMBOL(context_with_value);
context *context_without_cancel(context *parent) GOCC_SYMBOL(context_without_cancel);

void context_cancel(context *ctx) GOCC_SYMBOL(context_cancel);
void context_cancel_cause(context *ctx, gocc_error cause) GOCC_SYMBOL(context_cancel_cause);
void context_close(context *ctx) GOCC_SYMBOL(context_close); /* cancels and releases */
void gocc__context_close(context *ctx, const char *file, int line)
    __attribute__((__visibility__("default")));
#ifdef __GOCC_DEBUG__ /* with the place, as release() */
#define context_close(ctx) gocc__context_close((ctx), __FILE__, __LINE__)
#endif

/* all these lend what they return */
gocc_chan_void_recv context_done(context *ctx) GOCC_SYMBOL(context_done);
gocc_error context_err(context *ctx) GOCC_SYMBOL(context_err);
gocc_error context_cause(context *ctx) GOCC_SYMBOL(context_cause);
time_time context_deadline(context *ctx, bool *ok) GOCC_SYMBOL(context_deadline);
void *context_value(context *ctx, const void *key) GOCC_SYMBOL(context_value);
/* as in Go, "context.Background.WithCancel"; lives as long as the block around the call */
#define context_string(ctx) context_write((ctx), (char[512]){0}, 512)
char *context_write(context *ctx, char *buffer, size_t size) GOCC_SYMBOL(context_write);

/* f(arg) in a goroutine of its own once ctx is done; release what it returns */
typedef struct gocc__h_context_afterfunc context_afterfunc;
context_afterfunc *context_after_func(context *ctx, void (*f)(void *), void *arg)
    GOCC_SYMBOL(context_after_func);
bool context_stop(context_afterfunc *a) GOCC_SYMBOL(context_stop); /* it will not run */

/* A context of the program's own: what Go does by implementing the interface.  A member that
 * is NULL answers nil.  `done` lends a channel; it must be the same one each time. */
typedef struct context_methods {
    const char *name; /* what context_string says */
    gocc_chan_void_recv (*done)(void *self);
    gocc_error (*err)(void *self);
    time_time (*deadline)(void *self, bool *ok);
    void *(*value)(void *self, const void *key);
    void (*destroy)(void *self); /* the last reference went */
    /* Asked once there is an error, which is the cause if this answers NULL; lends like err. */
    gocc_error (*cause)(void *self);
} context_methods;
context *context_new(const context_methods *methods, void *self) GOCC_SYMBOL(context_new);

#endif
