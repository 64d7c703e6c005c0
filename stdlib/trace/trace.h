/* SPDX-License-Identifier: MIT */
/* What the files of package trace share. */
#ifndef GOCC_TRACE_TRACE_H
#define GOCC_TRACE_TRACE_H

#include "std.h"
#include <gocc/trace.h>

/* What the program says, in the order in which it says it. */
struct remark {
    struct remark *next;
    int64_t at, goroutine;
    uint64_t task; /* 0: none */
    char phase;    /* of the trace event format: B E region, b e task, i log */
    char *name, *text;
};

/* slices since `from`, by clock_mono(); length bytes of malloc */
char *json_text(int64_t from, const struct trace_slice *slices, size_t n, size_t lost,
                const struct remark *remarks, size_t *length) GOCC_PRIVATE(trace_json_text);

#endif
