/* SPDX-License-Identifier: MIT */
/*
 * Package semaphore: weighted, strictly first come first served.
 *
 * Invariants
 *  - 0 <= held <= size, but for a release of too much, which panics.
 *  - The front waiter does not fit: whatever changes held or the front looks again.  Nobody
 *    overtakes: as long as anybody waits, newcomers queue even if they would fit.
 *  - A waiter lies on its goroutine's stack.  It leaves the queue under mu: by the one who grants
 *    it or by itself, never both.
 *
 * What mu guards: everything in the object.  Under it nobody parks (ready is closed, which only
 * makes a goroutine runnable).
 *
 * Everybody waits in a select, also if no context can end the wait: a report of a deadlock and a
 * bubble of synctest see what they see in Go.
 */
#include "std.h"
#include <gocc/semaphore.h>
#include <gocc/sync.h>

struct waiter {
    struct waiter *next, *prev;
    int64_t n;
    bool granted;
    void *ready; /* closed by the grant */
};

struct gocc__h_semaphore_weighted {
    sync_mutex mu;
    int64_t size, held;
    struct waiter *front, *back;
};

static const struct handle_kind semaphore_kind = {"semaphore_weighted", NULL};

semaphore_weighted *semaphore_new_weighted(int64_t n) {
    if (n < 0)
        panic_text("semaphore: size < 0");
    semaphore_weighted *s = handle_new(sizeof *s, &semaphore_kind);
    s->size = n;
    return s;
}

static void queue_add(semaphore_weighted *s, struct waiter *w) {
    w->prev = s->back;
    *(s->back ? &s->back->next : &s->front) = w;
    s->back = w;
}

static void queue_remove(semaphore_weighted *s, struct waiter *w) {
    *(w->prev ? &w->prev->next : &s->front) = w->next;
    *(w->next ? &w->next->prev : &s->back) = w->prev;
}

static void grant(semaphore_weighted *s) {
    while (s->front && s->size - s->held >= s->front->n) {
        struct waiter *w = s->front;
        s->held += w->n;
        queue_remove(s, w);
        w->granted = true;
        gocc__chan_close(w->ready);
    }
}

/* The context has ended the wait; a grant that came at the same time is given back. */
static void give_up(semaphore_weighted *s, struct waiter *w) {
    sync_mutex_lock(&s->mu);
    if (w->granted)
        s->held -= w->n;
    else
        queue_remove(s, w);
    grant(s);
    sync_mutex_unlock(&s->mu);
}

static bool is_closed(void *done) {
    return gocc__chan_try_recv(done, NULL, NULL);
}

/* Comes with mu held.  The channel says what has ended the wait, for a context of the program's own
 * may have no error then.  False: done has. */
static bool wait_turn(semaphore_weighted *s, void *done, int64_t n) {
    struct waiter w = {.n = n, .ready = gocc__chan_make(0, 0)};
    struct gocc__case cases[2] = {
        {.c = done, .op = GOCC__RECV},
        {.c = w.ready, .op = GOCC__RECV},
    };
    queue_add(s, &w);
    sync_mutex_unlock(&s->mu);
    /* both may have happened: the context counts */
    bool granted = gocc__select(cases, 2, 0) == 1 && !is_closed(done);
    if (!granted)
        give_up(s, &w);
    handle_release(w.ready);
    return granted;
}

static void check_weight(int64_t n) {
    if (n < 0)
        panic_text("semaphore: n < 0");
}

/* Comes with mu held, and lets go of it. */
static bool acquire(semaphore_weighted *s, void *done, int64_t n) {
    bool over = is_closed(done), fits = !s->front && s->size - s->held >= n;
    if (!over && !fits && n <= s->size)
        return wait_turn(s, done, n);
    if (!over && fits)
        s->held += n;
    sync_mutex_unlock(&s->mu);
    if (!over && !fits)
        gocc__chan_recv(done, NULL); /* can never be granted: nobody is kept waiting */
    return !over && fits;
}

gocc_error semaphore_weighted_acquire(semaphore_weighted *s, context *ctx, int64_t n) {
    HANDLE_CHECK(s);
    check_weight(n);
    void *done = context_done(ctx); /* a function of the program's, perhaps: not under mu */
    sync_mutex_lock(&s->mu);
    return acquire(s, done, n) ? NULL : context_err(ctx);
}

bool semaphore_weighted_try_acquire(semaphore_weighted *s, int64_t n) {
    HANDLE_CHECK(s);
    check_weight(n);
    sync_mutex_lock(&s->mu);
    bool fits = !s->front && s->size - s->held >= n;
    if (fits)
        s->held += n;
    sync_mutex_unlock(&s->mu);
    return fits;
}

/* Who is granted it may drop what was the last reference. */
void semaphore_weighted_release(semaphore_weighted *s, int64_t n) {
    HANDLE_CHECK(s);
    check_weight(n);
    handle_retain(s);
    sync_mutex_lock(&s->mu);
    s->held -= n;
    bool enough = s->held >= 0;
    if (enough)
        grant(s);
    sync_mutex_unlock(&s->mu);
    handle_release(s);
    if (!enough)
        panic_text("semaphore: released more than held");
}
