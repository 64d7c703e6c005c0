/* SPDX-License-Identifier: MIT */
/* What all packages of the library share; no user sees it. */
#ifndef GOCC_STD_H
#define GOCC_STD_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1
#endif
#include "lib.h"
#include <stdlib.h>
#include <string.h>

/* Public structs hold plain integers, so that they work in C99; the runtime wants _Atomic. */
#define SEMA(word) ((_Atomic uint32_t *)(word))

/* A nil receiver is Go's panic, not a fault inside the library. */
#define NIL_CHECK(p)                                                            \
    do {                                                                        \
        if (!(p))                                                               \
            panic_runtime("invalid memory address or nil pointer dereference"); \
    } while (0)

/* The same for a handle, which must not have been released for the last time either. */
#define HANDLE_CHECK(p) \
    do {                \
        NIL_CHECK(p);   \
        handle_use(p);  \
    } while (0)

#define UNCONST(p)                  ((void *)(uintptr_t)(p))
#define owner_of(ptr, type, member) ((type *)(void *)(((char *)(ptr)) - offsetof(type, member)))

/* Names that more than one file of a package needs carry the prefix too. */
#define GOCC_PRIVATE(name) __asm__("gocc__" #name) __attribute__((visibility("hidden")))

static inline void *std_alloc(size_t size) {
    void *p = calloc(1, size);
    if (!p)
        fatal_refused(size, "out of memory (%zu bytes)", size);
    return p;
}

#endif
