/* SPDX-License-Identifier: MIT */
/*
 * The goroutine runtime for plain C: what `go`, `chan`, `select` and friends stand on,
 * under names that a C program can call.  Every function may be called from a goroutine
 * and from any thread of the program; a thread blocks as a thread.
 *
 * A program whose main() was linked through gocc runs main as goroutine 1 already.  Others
 * either call gocc_main(), or just start goroutines: the scheduler starts by itself and the
 * calling thread stays an ordinary thread.
 */
#ifndef GOCC_RUNTIME_H
#define GOCC_RUNTIME_H

#ifdef __cplusplus
extern "C" {
typedef bool gocc_bool;
#else
typedef _Bool gocc_bool;
#endif

#ifndef __GOCC__ /* the translator puts it in front of what needs it */
#include "abi.h"
#endif

/* A shared library of .gc code finds the runtime in the program that loads it. */
#pragma GCC visibility push(default)

typedef struct gocc_chan gocc_chan; /* a counted handle: gocc_retain, gocc_release */
typedef struct gocc__case gocc_case;
enum { GOCC_SEND = 1, GOCC_RECV = 2, GOCC_TIMEOUT = 3 };

/* Runs fn(argc, argv) as a goroutine, as main would run, while this thread waits for its result.
 * Other goroutines may go on after that. */
int gocc_main(int (*fn)(int, char **), int argc, char **argv);

void gocc_go(void (*fn)(void *), void *arg);
void gocc_yield(void);
void gocc_gosched(void); /* the same */
void gocc_sleep(long long ns);
/* Run the defers, end this goroutine only. */
__attribute__((__noreturn__)) void gocc_exit_goroutine(void);
__attribute__((__noreturn__)) void gocc_goexit(void);

gocc_chan *gocc_chan_make(__SIZE_TYPE__ elem_size, long long cap);
void gocc_chan_send(gocc_chan *c, const void *v);
gocc_bool gocc_chan_recv(gocc_chan *c, void *v); /* false: closed and drained, *v zeroed */
gocc_bool gocc_chan_try_send(gocc_chan *c, const void *v);
gocc_bool gocc_chan_try_recv(gocc_chan *c, void *v, gocc_bool *ok);
void gocc_chan_close(gocc_chan *c);
int gocc_chan_len(const gocc_chan *c);
int gocc_chan_cap(const gocc_chan *c);
int gocc_select(gocc_case *cases, int n, gocc_bool has_default);

void *gocc_retain(const void *handle);
void gocc_release(const void *handle);

int gocc_gomaxprocs(int n); /* n < 1 only asks; returns the value before */
int gocc_num_cpu(void);
int gocc_num_goroutine(void);
void gocc_lock_os_thread(void);
void gocc_unlock_os_thread(void);
long long gocc_set_max_stack(long long bytes); /* for goroutines to come; value before */
int gocc_set_max_threads(int n);               /* value before */

#pragma GCC visibility pop

#ifdef __cplusplus
}
#endif

/* Go's package runtime, where the library is installed. */
#ifdef __has_include
#if __has_include(<gocc/runtime_package.h>)
#include <gocc/runtime_package.h>
#endif
#endif

#endif
