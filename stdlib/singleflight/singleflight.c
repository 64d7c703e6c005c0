/* SPDX-License-Identifier: MIT */
/*
 * Package singleflight.
 *
 * Invariants
 *  - A call is in the table from its start until its function has ended or forget() takes it out;
 *    callers that find it there share it.
 *  - Everyone who shares a call has a reference to it; the results are written before wg's done
 *    and read after its wait.
 *
 * What mu guards: the table, and each call's number of sharers and channels while it is in the
 * table.  No function of the program runs under it.
 */
#include "std.h"
#include <gocc/singleflight.h>

#define BUCKETS 64

struct listener {
    struct listener *next;
    void *c;
};

struct call {
    struct call *next; /* in its bucket */
    uint32_t refs;     /* atomic */
    uint32_t sharers;  /* besides the one who started it */
    bool listed;
    sync_waitgroup wg;
    struct listener *listeners;
    void *(*fn)(void *, gocc_error *);
    void *arg;
    singleflight_group *group;
    void *val;
    gocc_error err;
    enum call_end end;
    struct call_panic why;
    char key[];
};

static struct call **bucket(singleflight_group *g, const char *key) {
    if (!g->gocc__calls)
        g->gocc__calls = std_alloc(BUCKETS * sizeof(struct call *));
    return (struct call **)g->gocc__calls + sync_map_hash_string(key) % BUCKETS;
}

static struct call *call_find(singleflight_group *g, const char *key) {
    struct call *c = *bucket(g, key);
    while (c && strcmp(c->key, key) != 0)
        c = c->next;
    return c;
}

static struct call *call_new(singleflight_group *g, const char *key,
                             void *(*fn)(void *, gocc_error *), void *arg) {
    struct call **at = bucket(g, key);
    struct call *c = std_alloc(sizeof *c + strlen(key) + 1);
    strcpy(c->key, key);
    c->refs = 1;
    c->fn = fn;
    c->arg = arg;
    c->group = g;
    c->listed = true;
    c->next = *at;
    *at = c;
    sync_waitgroup_add(&c->wg, 1);
    return c;
}

static void call_unlist(singleflight_group *g, struct call *c) {
    if (!c->listed)
        return;
    struct call **at = bucket(g, c->key);
    while (*at != c)
        at = &(*at)->next;
    *at = c->next;
    c->listed = false;
}

static void call_release(struct call *c) {
    /* acq_rel: the last one sees what the others have done with it */
    if (__atomic_sub_fetch(&c->refs, 1, __ATOMIC_ACQ_REL) != 0)
        return;
    handle_release(c->err);
    free(c->why.text);
    free(c);
}

static void call_let_go(void *call) {
    call_release(call);
}

static void call_fn(void *call) {
    struct call *c = call;
    c->val = c->fn(c->arg, &c->err);
}

static void call_tell(struct call *c) {
    for (struct listener *l = c->listeners, *next; l; l = next) {
        next = l->next;
        singleflight_result r = {c->val, handle_retain(c->err), c->sharers > 0};
        if (c->end == CALL_RETURNED)
            gocc__chan_send(l->c, &r); /* it has room for the one value it ever gets */
        handle_release(l->c);
        free(l);
    }
}

/* Runs as a deferred call of who has called fn: what has stopped it goes on there. */
static void call_ended(void *call, enum call_end end, struct call_panic why) {
    struct call *c = call;
    c->end = end;
    c->why = why;
    sync_mutex_lock(&c->group->mu);
    call_unlist(c->group, c);
    sync_mutex_unlock(&c->group->mu);
    sync_waitgroup_done(&c->wg);
    if (end == CALL_PANICKED && c->listeners)
        panic_is_final(); /* as in Go: whoever waits at a channel would wait for ever */
    call_tell(c);
    if (end != CALL_RETURNED)
        call_release(c);
}

/* Waits for somebody else's call, and ends as that did. */
static void call_join(struct call *c) {
    sync_waitgroup_wait(&c->wg);
    if (c->end == CALL_PANICKED)
        call_panic_again(&c->why, call_let_go, c);
    if (c->end == CALL_GOEXIT) {
        call_release(c);
        gocc_exit_goroutine();
    }
}

static void *call_result(struct call *c, gocc_error *err) {
    void *val = c->val;
    if (err)
        *err = handle_retain(c->err);
    call_release(c);
    return val;
}

void *singleflight_group_do(singleflight_group *g, const char *key,
                            void *(*fn)(void *, gocc_error *), void *arg, gocc_error *err,
                            bool *shared) {
    NIL_CHECK(g);
    NIL_CHECK(key);
    sync_mutex_lock(&g->mu);
    struct call *c = call_find(g, key);
    bool first = !c;
    if (first) {
        c = call_new(g, key, fn, arg);
    } else {
        c->sharers++;
        __atomic_add_fetch(&c->refs, 1, __ATOMIC_RELAXED);
    }
    sync_mutex_unlock(&g->mu);
    if (first)
        call_with_end(call_fn, c, call_ended);
    else
        call_join(c);
    if (shared)
        *shared = c->sharers > 0;
    return call_result(c, err);
}

/* Whoever waited has given up: the error that nobody has received is nobody's. */
static void results_destroy(void *results) {
    singleflight_result r;
    if (gocc__chan_try_recv(results, &r, NULL))
        handle_release(r.err);
}

static const struct handle_kind results_kind = {"channel", results_destroy};

static void *results_new(void) {
    void *c = gocc__chan_make(sizeof(singleflight_result), 1);
    ((struct gocc_handle *)c - 1)->kind = &results_kind;
    return c;
}

static void flight(void *call) {
    struct call *c = call;
    call_with_end(call_fn, c, call_ended);
    call_release(c);
}

singleflight_chan singleflight_group_do_chan(singleflight_group *g, const char *key,
                                             void *(*fn)(void *, gocc_error *), void *arg) {
    NIL_CHECK(g);
    NIL_CHECK(key);
    void *ch = results_new();
    struct listener *l = std_alloc(sizeof *l);
    l->c = handle_retain(ch);
    sync_mutex_lock(&g->mu);
    struct call *c = call_find(g, key);
    bool first = !c;
    if (first)
        c = call_new(g, key, fn, arg);
    else
        c->sharers++;
    l->next = c->listeners;
    c->listeners = l;
    sync_mutex_unlock(&g->mu);
    if (first)
        go_start(flight, c);
    return ch;
}

void singleflight_group_forget(singleflight_group *g, const char *key) {
    NIL_CHECK(g);
    NIL_CHECK(key);
    sync_mutex_lock(&g->mu);
    struct call *c = call_find(g, key);
    if (c)
        call_unlist(g, c);
    sync_mutex_unlock(&g->mu);
}

void singleflight_group_destroy(singleflight_group *g) {
    NIL_CHECK(g);
    free(g->gocc__calls);
    g->gocc__calls = NULL;
}
