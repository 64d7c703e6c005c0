/* SPDX-License-Identifier: MIT */
/* Package runtime: the scheduler's own functions under Go's names. */
#include "std.h"
#include <gocc/runtime.h>
#include <gocc/runtime_package.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#ifndef GOCC_VERSION
#define GOCC_VERSION "gocc"
#endif

int runtime_gomaxprocs(int n) {
    return gocc_gomaxprocs(n);
}

int runtime_num_cpu(void) {
    return gocc_num_cpu();
}

int runtime_num_goroutine(void) {
    return gocc_num_goroutine();
}

void runtime_gosched(void) {
    gocc_yield();
}

void runtime_goexit(void) {
    gocc_exit_goroutine();
}

void runtime_lock_os_thread(void) {
    gocc_lock_os_thread();
}

void runtime_unlock_os_thread(void) {
    gocc_unlock_os_thread();
}

const char *runtime_version(void) {
    return GOCC_VERSION;
}

int runtime_stack(char *buffer, int size, bool all) {
    return size <= 0 ? 0 : (int)trace_goroutine(buffer, (size_t)size, all);
}

static inline uintptr_t plain(uintptr_t pc) {
    return pc & ((UINT64_C(1) << TRACE_LEVEL) - 1);
}

static bool frame_of(uintptr_t pc, struct trace_frame *frame) {
    *frame = (struct trace_frame){NULL, NULL, 0, 0};
    return trace_frame_at(plain(pc) - 1, (int)(pc >> TRACE_LEVEL), frame);
}

uintptr_t runtime_caller(int skip, const char **file, int *line, bool *ok) {
    struct trace_frame frame = {NULL, "", 0, 0};
    uintptr_t pc = 0;
    bool found = trace_callers(skip, &pc, 1) == 1;
    if (found)
        frame_of(pc, &frame);
    if (file) /* without -g nobody knows the file */
        *file = frame.file ? frame.file : "??";
    if (line)
        *line = frame.line;
    if (ok)
        *ok = found;
    return plain(pc);
}

/* In Go, 0 is this very function and 1 its caller. */
int runtime_callers(int skip, uintptr_t *pc, int n) {
    int self = skip <= 0 && n > 0;
    if (self)
        pc[0] = (uintptr_t)runtime_callers + 1;
    return self + trace_callers(skip <= 0 ? 0 : skip - 1, pc + self, n - self);
}

/* ---- what is known about an address ----
 * A runtime_func is the address where the function begins: nothing to own.  Return addresses may
 * lie behind the function's last instruction, so one byte before them is looked up. */

runtime_func *runtime_func_for_pc(uintptr_t pc) {
    struct trace_frame f;
    pc = plain(pc);
    if (!trace_frame_at(pc, 0, &f) && !trace_frame_at(pc - 1, 0, &f))
        return NULL;
    return (runtime_func *)(f.entry ? f.entry : pc);
}

const char *runtime_func_name(const runtime_func *f) {
    struct trace_frame frame;
    return f && trace_frame_at((uintptr_t)f, 0, &frame) ? frame.function : "";
}

uintptr_t runtime_func_entry(const runtime_func *f) {
    return (uintptr_t)f;
}

const char *runtime_func_file_line(const runtime_func *f, uintptr_t pc, int *line) {
    struct trace_frame frame = {NULL, NULL, 0, 0};
    NIL_CHECK(f);
    trace_frame_at(plain(pc), 0, &frame);
    if (line)
        *line = frame.line;
    return frame.file ? frame.file : "?";
}

struct gocc__h_runtime_frames {
    int n, at;
    uintptr_t pc[];
};

static const struct handle_kind frames_kind = {"runtime_frames", NULL};

runtime_frames *runtime_callers_frames(const uintptr_t *pc, int n) {
    if (n < 0)
        n = 0;
    runtime_frames *f = handle_new(sizeof *f + (size_t)n * sizeof *pc, &frames_kind);
    f->n = n;
    for (int i = 0; i < n; i++)
        f->pc[i] = pc[i];
    return f;
}

runtime_frame runtime_frames_next(runtime_frames *f, bool *more) {
    runtime_frame frame = {.function = "", .file = ""};
    struct trace_frame found;
    HANDLE_CHECK(f);
    if (f->at < f->n) {
        frame.pc = plain(f->pc[f->at]) - 1;
        if (frame_of(f->pc[f->at], &found)) {
            frame.function = found.function;
            frame.file = found.file ? found.file : "";
            frame.line = found.line;
            frame.entry = found.entry;
            frame.func = (runtime_func *)found.entry;
        }
        f->at++;
    }
    if (more)
        *more = f->at < f->n;
    return frame;
}

void runtime_breakpoint(void) {
    raise(SIGTRAP);
}

void runtime_set_default_gomaxprocs(void) {
    gocc_gomaxprocs(gocc_num_cpu());
}

size_t runtime_debug_set_max_stack(size_t bytes) {
    return (size_t)gocc_set_max_stack((long long)bytes);
}

int runtime_debug_set_max_threads(int threads) {
    return gocc_set_max_threads(threads);
}

char *runtime_debug_stack(void) {
    for (size_t size = 4096;; size *= 2) {
        char *text = std_alloc(size);
        size_t n = trace_goroutine(text, size - 1, false);
        if (n < size - 1)
            return text;
        free(text);
    }
}

void runtime_debug_print_stack(void) {
    char *text = runtime_debug_stack();
    fputs(text, stderr);
    free(text);
}

void runtime_debug_set_traceback(const char *level) {
    NIL_CHECK(level);
    char *copy = strdup(level);
    death_set_traceback(copy); /* kept: somebody may be dying with the one before */
}

void runtime_debug_free_os_memory(void) {
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}
