/* SPDX-License-Identifier: MIT */
/* What the files of package pprof share. */
#ifndef GOCC_PPROF_PPROF_H
#define GOCC_PPROF_PPROF_H

#include "std.h"
#include <gocc/pprof.h>

struct stacks {
    struct trace_stack *list; /* malloc's */
    size_t n;
};
/* Equal stacks become one, which counts them. */
void stacks_merge(struct stacks *s) GOCC_PRIVATE(pprof_stacks_merge);

struct kind { /* of a profile, for tools */
    const char *type, *unit, *period_type, *period_unit;
    int64_t period, value; /* value: of one, in the second column; 0: there is none */
    const char *value_type, *value_unit;
    int64_t start, duration; /* ns, 0: not said */
};
/* n bytes of malloc */
char *proto_text(const struct kind *kind, const struct stacks *s, size_t *n)
    GOCC_PRIVATE(pprof_proto_text);

#endif
