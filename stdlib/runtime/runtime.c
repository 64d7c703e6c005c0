/* SPDX-License-Identifier: MIT */
/* Package runtime: the scheduler's own functions under Go's names. */
#include "std.h"
#include <gocc/runtime.h>
#include <gocc/runtime_package.h>
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

uintptr_t runtime_caller(int skip, const char **file, int *line, bool *ok) {
    const char *function;
    const char *name = NULL;
    int number = 0;
    void *pc = NULL;
    bool found = trace_caller(skip, &function, &name, &number, &pc);
    if (file) /* without -g nobody knows the file */
        *file = name ? name : "??";
    if (line)
        *line = number;
    if (ok)
        *ok = found;
    return found ? (uintptr_t)pc : 0;
}

int runtime_callers(int skip, uintptr_t *pc, int n) {
    int found = 0;
    while (found < n) {
        bool ok;
        pc[found] = runtime_caller(skip + found, NULL, NULL, &ok);
        if (!ok)
            break;
        found++;
    }
    return found;
}

size_t runtime_debug_set_max_stack(size_t bytes) {
    return (size_t)gocc_set_max_stack((long long)bytes);
}

int runtime_debug_set_max_threads(int threads) {
    return gocc_set_max_threads(threads);
}

void runtime_debug_print_stack(void) {
    char text[16384];
    size_t n = trace_goroutine(text, sizeof text, false);
    fwrite(text, 1, n, stderr);
}
