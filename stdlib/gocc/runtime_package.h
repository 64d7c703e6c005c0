/* SPDX-License-Identifier: MIT */
/* Package runtime, and runtime/debug; <gocc/runtime.h> includes it. */
#ifndef GOCC_RUNTIME_PACKAGE_H
#define GOCC_RUNTIME_PACKAGE_H

#include <gocc/base.h>

#define RUNTIME_COMPILER "gocc"
#define RUNTIME_GOOS     "linux"
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
/* Return addresses; as in Go, 0 is this function and 1 its caller. */
int runtime_callers(int skip, uintptr_t *pc, int n) GOCC_SYMBOL(runtime_callers);

/* What an address belongs to.  A runtime_func needs no owner; texts are lent for ever. */
typedef struct runtime_func runtime_func;
runtime_func *runtime_func_for_pc(uintptr_t pc) GOCC_SYMBOL(runtime_func_for_pc);
const char *runtime_func_name(const runtime_func *f) GOCC_SYMBOL(runtime_func_name);
uintptr_t runtime_func_entry(const runtime_func *f) GOCC_SYMBOL(runtime_func_entry);
const char *runtime_func_file_line(const runtime_func *f, uintptr_t pc, int *line)
    GOCC_SYMBOL(runtime_func_file_line);
typedef struct runtime_frame {
    uintptr_t pc;
    runtime_func *func;
    const char *function, *file; /* "" if not known */
    int line;
    uintptr_t entry;
} runtime_frame;
typedef struct gocc__h_runtime_frames runtime_frames; /* a handle */
runtime_frames *runtime_callers_frames(const uintptr_t *pc, int n)
    GOCC_SYMBOL(runtime_callers_frames);
runtime_frame runtime_frames_next(runtime_frames *f, bool *more) GOCC_SYMBOL(runtime_frames_next);

void runtime_breakpoint(void) GOCC_SYMBOL(runtime_breakpoint);
void runtime_set_default_gomaxprocs(void) GOCC_SYMBOL(runtime_set_default_gomaxprocs);
/* p, and all that the compiler might know about it, is in use up to here */
static __inline__ void runtime_keep_alive(const void *p) {
    __asm__ __volatile__("" ::"r"(p) : "memory");
}

size_t runtime_debug_set_max_stack(size_t bytes) GOCC_SYMBOL(runtime_debug_set_max_stack);
int runtime_debug_set_max_threads(int threads) GOCC_SYMBOL(runtime_debug_set_max_threads);
char *runtime_debug_stack(void) GOCC_SYMBOL(runtime_debug_stack); /* the caller's: free() it */
void runtime_debug_print_stack(void) GOCC_SYMBOL(runtime_debug_print_stack);
/* "none", "single", "all", "system", "crash": GOTRACEBACK, or more */
void runtime_debug_set_traceback(const char *level) GOCC_SYMBOL(runtime_debug_set_traceback);
/* what free() keeps goes back to the system */
void runtime_debug_free_os_memory(void) GOCC_SYMBOL(runtime_debug_free_os_memory);

#endif
