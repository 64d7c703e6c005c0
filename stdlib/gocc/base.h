/* SPDX-License-Identifier: MIT */
/*
 * What every header of the library needs: the link names, the channel types that .gc and
 * plain C spell differently, and the call of a function with its argument.
 */
#ifndef GOCC_BASE_H
#define GOCC_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The library's names are ordinary words, so a program may have a function of the same
 * name as one it does not use: in the object files every one begins with gocc_. */
#define GOCC_SYMBOL(name) __asm__("gocc_" #name) __attribute__((__visibility__("default")))

/* Several kinds of order that share one word: the race detector shall see one of them only.  The
 * readers of an rwmutex count themselves in a word and are not ordered by that. */
#if defined(__SANITIZE_THREAD__)
#define GOCC__RACE 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define GOCC__RACE 1
#endif
#endif
#ifdef GOCC__RACE
void gocc__race_acquire(const void *at) __attribute__((__visibility__("default")));
void gocc__race_release(const void *at) __attribute__((__visibility__("default")));
#define GOCC__RACE_ORDER(order, seen) seen
#define GOCC__ALONE                   0 /* it is told of atomic operations only */
#else
#define GOCC__ALONE                   __libc_single_threaded
#define gocc__race_acquire(at)        ((void)0)
#define gocc__race_release(at)        ((void)0)
#define GOCC__RACE_ORDER(order, seen) order
#endif

/* Channel types, spelled for .gc and for plain C. */
#ifdef __GOCC__ /* clang-format off */
typedef chan void gocc_chan_void;
typedef <-chan void gocc_chan_void_recv;
#else /* clang-format on */
struct gocc__chan_void; /* the tag is made of the element type's name */
typedef struct gocc__chan_void *gocc_chan_void;
typedef struct gocc__chan_void *gocc_chan_void_recv;
#endif

#endif
