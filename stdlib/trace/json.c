/* SPDX-License-Identifier: MIT */
/*
 * A trace as JSON in the trace event format of Chrome and Perfetto.
 *
 * Two "processes": 1 has a row for each processor, with the goroutines that ran on it; 2 a row
 * for each goroutine, with its regions and logs.  Tasks lie across, by their number.  Times are
 * microseconds since the start.  Go's own format was rejected: it changes with its versions, and
 * its viewer wants events of a collector.
 */
#include "trace.h"
#include <stdio.h>

struct json {
    FILE *f;
    int64_t from;
    bool comma;
};

static void begin(struct json *j, char phase, int pid, int64_t tid, int64_t at) {
    int64_t ns = at - j->from;
    fprintf(j->f, "%s\n{\"ph\":\"%c\",\"pid\":%d,\"tid\":%lld,\"ts\":%lld.%03d",
            j->comma ? "," : "", phase, pid, (long long)tid, (long long)(ns / 1000),
            (int)(ns % 1000));
    j->comma = true;
}

/* key: with what stands before it */
static void text(struct json *j, const char *key, const char *s) {
    fprintf(j->f, "%s\":\"", key);
    for (; *s; s++) {
        if (*s == '"' || *s == '\\')
            fputc('\\', j->f);
        if ((unsigned char)*s < 0x20)
            fprintf(j->f, "\\u%04x", (unsigned)*s);
        else
            fputc(*s, j->f);
    }
    fputc('"', j->f);
}

static void name_process(struct json *j, int pid, const char *name) {
    begin(j, 'M', pid, 0, j->from);
    text(j, ",\"name\":\"process_name\",\"args\":{\"name", name);
    fputs("}}", j->f);
}

/* A block's function has a name of the program's, a call's thunk has not: the place says more. */
static void slice_name(struct json *j, const struct trace_slice *s) {
    struct trace_frame f;
    char name[256];
    if (s->goroutine == 1)
        snprintf(name, sizeof name, "main");
    else if (trace_frame_at(s->fn, 0, &f) && strncmp(f.function, "gocc__", 6) != 0)
        snprintf(name, sizeof name, "%s", f.function);
    else if (s->created && trace_frame_at(s->created - 1, 0, &f))
        snprintf(name, sizeof name, "go in %s:%d", f.function, f.line);
    else
        snprintf(name, sizeof name, "goroutine %lld", (long long)s->goroutine);
    text(j, ",\"name", name);
}

static void slice(struct json *j, const struct trace_slice *s) {
    int64_t ns = s->to - s->from;
    begin(j, 'X', 1, s->p, s->from);
    fprintf(j->f, ",\"dur\":%lld.%03d", (long long)(ns / 1000), (int)(ns % 1000));
    slice_name(j, s);
    fprintf(j->f, ",\"args\":{\"goroutine\":%lld", (long long)s->goroutine);
    text(j, ",\"then", s->why);
    fputs("}}", j->f);
}

static void remark(struct json *j, const struct remark *r) {
    begin(j, r->phase, 2, r->goroutine, r->at);
    text(j, ",\"cat\":\"program\",\"name", r->name);
    if (r->phase == 'b' || r->phase == 'e')
        fprintf(j->f, ",\"id\":%llu", (unsigned long long)r->task);
    if (r->phase == 'i')
        fputs(",\"s\":\"t\"", j->f);
    fprintf(j->f, ",\"args\":{\"task\":%llu", (unsigned long long)r->task);
    if (r->text)
        text(j, ",\"message", r->text);
    fputs("}}", j->f);
}

char *json_text(int64_t from, const struct trace_slice *slices, size_t n, size_t lost,
                const struct remark *remarks, size_t *length) {
    char *s = NULL;
    struct json j = {.f = open_memstream(&s, length), .from = from};
    if (!j.f)
        fatal_error("out of memory (trace)");
    fprintf(j.f, "{\"displayTimeUnit\":\"ns\",\"otherData\":{\"lost\":%zu},\"traceEvents\":[",
            lost);
    name_process(&j, 1, "processors");
    name_process(&j, 2, "goroutines");
    for (size_t i = 0; i < n; i++) /* acquire: pairs with the release behind a complete slice */
        if (atomic_load_explicit(&slices[i].to, memory_order_acquire) && slices[i].from >= from)
            slice(&j, &slices[i]);
    for (; remarks; remarks = remarks->next)
        remark(&j, remarks);
    fputs("\n]}\n", j.f);
    fclose(j.f);
    return s;
}
