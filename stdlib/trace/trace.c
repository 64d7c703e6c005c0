/* SPDX-License-Identifier: MIT */
/*
 * Starting and stopping a trace, and what the program says while it runs.
 *
 * `turn` guards starting and stopping, and is held while the trace is written, by a writer that may
 * wait for a goroutine which makes remarks.  So `lock`, taken inside of it, guards only their list
 * and the changes of `on`, which is read without it by those who then find nothing to do.
 */
#include "trace.h"
#include "io/io.h"
#include <gocc/errors.h>
#include <gocc/sync.h>
#include <stdio.h>

struct gocc__trace_task {
    uint64_t id;
    char *type;
};
struct gocc__trace_region {
    char *type;
};

static sync_mutex turn, lock;
static _Atomic bool on;
static io_writer *writer;
static int64_t started;
static struct remark *first, **last = &first;
static _Atomic uint64_t next_task = 1; /* only has to be another one each time */
static const char task_key;            /* its address: the key of a context's task */

bool trace_is_enabled(void) {
    return atomic_load_explicit(&on, memory_order_relaxed); /* a hint: add() looks again */
}

/* ---- starting and stopping ---- */

static gocc_error start(io_writer *w) {
    if (on)
        return errors_new("tracing is already enabled");
    if (!events_start())
        return errors_new("trace: no memory for events");
    writer = handle_retain(w);
    started = clock_mono();
    on = true;
    return NULL;
}

gocc_error gocc__trace_start(io_writer *w) {
    NIL_CHECK(w);
    sync_mutex_lock(&turn);
    gocc_error err = start(w);
    sync_mutex_unlock(&turn);
    return err;
}

static void remark_free(struct remark *r) {
    free(r->name);
    free(r->text);
    free(r);
}

/* Nobody adds to them any more. */
static struct remark *end_remarks(void) {
    sync_mutex_lock(&lock);
    struct remark *all = first;
    on = false;
    first = NULL;
    last = &first;
    sync_mutex_unlock(&lock);
    return all;
}

static void stop(void *unused) {
    size_t n, lost, length;
    gocc_error err = NULL;
    (void)unused;
    struct remark *remarks = end_remarks();
    const struct trace_slice *slices = events_stop(&n, &lost);
    char *text = json_text(started, slices, n, lost, remarks, &length);
    while (remarks) {
        struct remark *r = remarks;
        remarks = r->next;
        remark_free(r);
    }
    io_write_own(writer, text, length, &err);
    handle_release(err);
}

static void stopped(void *unused) {
    (void)unused;
    handle_release(writer);
    writer = NULL;
    sync_mutex_unlock(&turn);
}

void trace_stop(void) {
    sync_mutex_lock(&turn);
    if (on)
        call_with_cleanup(stop, NULL, stopped); /* the writer may panic */
    else
        sync_mutex_unlock(&turn);
}

/* ---- remarks ---- */

static void add(char phase, uint64_t task, const char *name, const char *text) {
    struct remark *r = std_alloc(sizeof *r);
    *r = (struct remark){
        NULL, clock_mono(), goroutine_id(), task, phase, strdup(name), text ? strdup(text) : NULL};
    sync_mutex_lock(&lock);
    if (on) {
        *last = r;
        last = &r->next;
        r = NULL;
    }
    sync_mutex_unlock(&lock);
    if (r) /* it has just been stopped */
        remark_free(r);
}

static uint64_t task_of(context *ctx) {
    return ctx ? (uintptr_t)context_value(ctx, &task_key) : 0;
}

static void task_free(trace_task *t) {
    free(t->type);
    free(t);
}

context *trace_new_task(context *parent, const char *type, trace_task **task) {
    NIL_CHECK(parent);
    NIL_CHECK(type);
    trace_task *t = std_alloc(sizeof *t);
    t->id = atomic_fetch_add(&next_task, 1);
    t->type = strdup(type);
    if (trace_is_enabled())
        add('b', t->id, type, NULL);
    context *ctx = context_with_value(parent, &task_key, (void *)(uintptr_t)t->id);
    if (task)
        *task = t;
    else
        task_free(t);
    return ctx;
}

void trace_task_end(trace_task *task) {
    NIL_CHECK(task);
    if (trace_is_enabled())
        add('e', task->id, task->type, NULL);
    task_free(task);
}

trace_region *trace_start_region(context *ctx, const char *type) {
    NIL_CHECK(type);
    trace_region *r = std_alloc(sizeof *r);
    if (!trace_is_enabled())
        return r;
    r->type = strdup(type);
    add('B', task_of(ctx), type, NULL);
    return r;
}

void trace_region_end(trace_region *region) {
    NIL_CHECK(region);
    if (region->type)
        add('E', 0, region->type, NULL);
    free(region->type);
    free(region);
}

struct within {
    void (*f)(void *);
    void *arg;
    trace_region *region;
};

static void call_within(void *arg) {
    struct within *w = arg;
    w->f(w->arg);
}

static void end_within(void *arg) {
    struct within *w = arg;
    trace_region_end(w->region);
}

void trace_with_region(context *ctx, const char *type, void (*f)(void *), void *arg) {
    struct within w = {f, arg, trace_start_region(ctx, type)};
    call_with_cleanup(call_within, &w, end_within);
}

void trace_log(context *ctx, const char *category, const char *message) {
    NIL_CHECK(category);
    if (trace_is_enabled())
        add('i', task_of(ctx), category, message);
}

void trace_logf(context *ctx, const char *category, const char *format, ...) {
    char *text;
    va_list ap;
    if (!trace_is_enabled())
        return;
    va_start(ap, format);
    int n = vasprintf(&text, format, ap);
    va_end(ap);
    if (n < 0)
        fatal_error("out of memory (trace)");
    trace_log(ctx, category, text);
    free(text);
}
