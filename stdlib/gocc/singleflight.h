/* SPDX-License-Identifier: MIT */
/* Package singleflight: calls with the same key at the same time become one. */
#ifndef GOCC_SINGLEFLIGHT_H
#define GOCC_SINGLEFLIGHT_H

#include <gocc/errors.h>
#include <gocc/sync.h>

typedef struct singleflight_group {
    sync_mutex mu;
    void *gocc__calls;
} singleflight_group;

typedef struct singleflight_result {
    void *val;
    gocc_error err; /* the receiver's to release */
    bool shared;
} singleflight_result;
#ifdef __GOCC__ /* clang-format off */
typedef <-chan singleflight_result singleflight_chan;
#else /* clang-format on */
typedef struct gocc__chan_struct_singleflight_result *singleflight_chan;
#endif

/* fn's error is the group's; each caller gets a reference of his own through *err.  The
 * value is the same pointer for all who share the call. */
void *singleflight_group_do(singleflight_group *g, const char *key,
                            void *(*fn)(void *arg, gocc_error *err), void *arg, gocc_error *err,
                            bool *shared) GOCC_SYMBOL(singleflight_group_do);
singleflight_chan singleflight_group_do_chan(singleflight_group *g, const char *key,
                                             void *(*fn)(void *arg, gocc_error *err), void *arg)
    GOCC_SYMBOL(singleflight_group_do_chan); /* the channel is the caller's */
void singleflight_group_forget(singleflight_group *g, const char *key)
    GOCC_SYMBOL(singleflight_group_forget);
/* Frees the group's own memory; no call may be under way.  A zero value again. */
void singleflight_group_destroy(singleflight_group *g) GOCC_SYMBOL(singleflight_group_destroy);

#endif
