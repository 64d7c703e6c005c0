/* SPDX-License-Identifier: MIT */
/* What the stress programs share: a seeded generator per goroutine, and failing loudly. */
#ifndef STRESS_H
#define STRESS_H

#include <gocc/runtime.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static inline uint64_t seed_base(void) {
    const char *s = getenv("STRESS_SEED");
    return s != NULL ? strtoull(s, NULL, 0) : 1;
}

static inline uint64_t seed_of(uint64_t n) {
    return (seed_base() + 1) * UINT64_C(0x9e3779b97f4a7c15) ^
           (n + 1) * UINT64_C(0xbf58476d1ce4e5b9);
}

static inline uint32_t rnd(uint64_t *s) {
    *s ^= *s << 13;
    *s ^= *s >> 7;
    *s ^= *s << 17;
    return (uint32_t)(*s >> 32);
}

#define CHECK(cond, ...)                                                               \
    do {                                                                               \
        if (!(cond)) {                                                                 \
            fprintf(stderr, "%s:%d: %s: ", __FILE__, __LINE__, #cond);                 \
            fprintf(stderr, __VA_ARGS__);                                              \
            fprintf(stderr, " (STRESS_SEED=%llu)\n", (unsigned long long)seed_base()); \
            abort();                                                                   \
        }                                                                              \
    } while (0)

#endif
