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
