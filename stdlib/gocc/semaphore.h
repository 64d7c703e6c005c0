/* SPDX-License-Identifier: MIT */
/* Package semaphore: a weighted semaphore, first come first served. */
#ifndef GOCC_SEMAPHORE_H
#define GOCC_SEMAPHORE_H

#include <gocc/context.h>

typedef struct gocc__h_semaphore_weighted semaphore_weighted;

semaphore_weighted *semaphore_new_weighted(int64_t n) GOCC_SYMBOL(semaphore_new_weighted);
/* NULL, or the context's error, lent */
gocc_error semaphore_weighted_acquire(semaphore_weighted *s, context *ctx, int64_t n)
    GOCC_SYMBOL(semaphore_weighted_acquire);
bool semaphore_weighted_try_acquire(semaphore_weighted *s, int64_t n)
    GOCC_SYMBOL(semaphore_weighted_try_acquire);
void semaphore_weighted_release(semaphore_weighted *s, int64_t n)
    GOCC_SYMBOL(semaphore_weighted_release);

#endif
