/* SPDX-License-Identifier: MIT */
/* Package runtime, and runtime/debug; <gocc/runtime.h> includes it. */
#ifndef GOCC_RUNTIME_PACKAGE_H
#define GOCC_RUNTIME_PACKAGE_H

#include <gocc/base.h>

#define RUNTIME_GOOS "linux"
#if defined(__x86_64__)
#define RUNTIME_GOARCH "amd64"
#elif defined(__aarch64__)
#define RUNTIME_GOARCH "arm64"
#else
#define RUNTIME_GOARCH "unknown"
#endif

int runtime_gomaxprocs(int n) GOCC_SYMBOL(runtime_gomaxprocs); /* the old value; n < 1 asks */
int runtime_num_cpu(void) GOCC_SYMBOL(runtime_num_cpu);
int runtime_num_goroutine(void) GOCC_SYMBOL(runtime_num_goroutine);
void runtime_gosched(void) GOCC_SYMBOL(runtime_gosched);
__attribute__((__noreturn__)) void runtime_goexit(void) GOCC_SYMBOL(runtime_goexit);
void runtime_lock_os_thread(void) GOCC_SYMBOL(runtime_lock_os_thread);
void runtime_unlock_os_thread(void) GOCC_SYMBOL(runtime_unlock_os_thread);
const char *runtime_version(void) GOCC_SYMBOL(runtime_version);
/* Go takes a slice: here the buffer and its size.  Returns how much was written. */
int runtime_stack(char *buffer, int size, bool all) GOCC_SYMBOL(runtime_stack);
/* The address of the caller `skip` levels up, 0 being the one who asks; file is lent. */
uintptr_t runtime_caller(int skip, const char **file, int *line, bool *ok)
    GOCC_SYMBOL(runtime_caller);
int runtime_callers(int skip, uintptr_t *pc, int n) GOCC_SYMBOL(runtime_callers);

size_t runtime_debug_set_max_stack(size_t bytes) GOCC_SYMBOL(runtime_debug_set_max_stack);
int runtime_debug_set_max_threads(int threads) GOCC_SYMBOL(runtime_debug_set_max_threads);
void runtime_debug_print_stack(void) GOCC_SYMBOL(runtime_debug_print_stack);

#endif
