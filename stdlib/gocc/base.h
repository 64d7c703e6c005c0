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

/* Channel types: `tag` is what the translator makes of the element type's name. */
#ifdef __GOCC__
#define GOCC_CHAN(element, tag)      chan element
#define GOCC_CHAN_RECV(element, tag) < -chan element
#define GOCC_CHAN_SEND(element, tag) chan < -element
#else
struct gocc__chan_void;
struct gocc__chan_int;
struct gocc__chan_struct_time_time;
struct gocc__chan_struct_singleflight_result;
#define GOCC_CHAN(element, tag)      struct gocc__chan_##tag *
#define GOCC_CHAN_RECV(element, tag) struct gocc__chan_##tag *
#define GOCC_CHAN_SEND(element, tag) struct gocc__chan_##tag *
#endif

#endif
