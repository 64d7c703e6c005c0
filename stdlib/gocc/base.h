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
#else
#define gocc__race_acquire(at)        ((void)0)
#define gocc__race_release(at)        ((void)0)
#define GOCC__RACE_ORDER(order, seen) order
#endif

/* Quiet: nobody has had to wait for a word whose address leads there.  Such a word may be changed
 * by a plain store, with a look before it and after: who is about to wait takes the mark away and
 * fences all processors (runtime/fence.c).  The race detector is told of atomic operations only. */
enum { GOCC__HEARD, GOCC__QUIET };
#ifndef GOCC__QUIET_GAP /* what may come between the two looks; a test widens it */
#define GOCC__QUIET_GAP() ((void)0)
#endif
#define GOCC__QUIET_MARKS 4096
extern uint8_t gocc__quiet[GOCC__QUIET_MARKS] __attribute__((__visibility__("default")));

static __inline__ const uint8_t *gocc__quiet_at(const void *word) {
    return &gocc__quiet[((uintptr_t)word >> 3 ^ (uintptr_t)word >> 15) % GOCC__QUIET_MARKS];
}

/* Relaxed: it orders nothing, the fence of who takes the mark away does. */
static __inline__ bool gocc__is_quiet(const uint8_t *mark) {
#ifdef GOCC__RACE
    (void)mark;
    return false;
#else
    return __atomic_load_n(mark, __ATOMIC_RELAXED) == GOCC__QUIET;
#endif
}

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
