/* SPDX-License-Identifier: MIT */
/*
 * Package runtime/trace: what the program did when, for a viewer to draw.
 *
 * A trace has each time that a goroutine ran, by processor, with why it stopped, and what the
 * program says itself by tasks, regions and logs.  It is JSON in the trace event format, which
 * ui.perfetto.dev and chrome://tracing show.
 */
#ifndef GOCC_TRACE_H
#define GOCC_TRACE_H

#include <gocc/context.h>
#include <gocc/io.h>

/* The trace is written when it is stopped. */
gocc_error gocc__trace_start(io_writer *w) GOCC_SYMBOL(trace_start_any);
#define trace_start(w) gocc__trace_start(io_of(w))
void trace_stop(void) GOCC_SYMBOL(trace_stop);
bool trace_is_enabled(void) GOCC_SYMBOL(trace_is_enabled);

/* A task may span goroutines; the context, a handle, carries it to them. */
typedef struct gocc__trace_task trace_task; /* ends, and is gone, by trace_task_end */
context *trace_new_task(context *parent, const char *type, trace_task **task)
    GOCC_SYMBOL(trace_new_task);
void trace_task_end(trace_task *task) GOCC_SYMBOL(trace_task_end);

/* A region belongs to its goroutine, and lies within the regions around it. */
typedef struct gocc__trace_region trace_region; /* gone by trace_region_end */
trace_region *trace_start_region(context *ctx, const char *type) GOCC_SYMBOL(trace_start_region);
void trace_region_end(trace_region *region) GOCC_SYMBOL(trace_region_end);
void trace_with_region(context *ctx, const char *type, void (*f)(void *), void *arg)
    GOCC_SYMBOL(trace_with_region);

void trace_log(context *ctx, const char *category, const char *message) GOCC_SYMBOL(trace_log);
void trace_logf(context *ctx, const char *category, const char *format, ...) GOCC_SYMBOL(trace_logf)
    __attribute__((__format__(__printf__, 3, 4)));

#endif
