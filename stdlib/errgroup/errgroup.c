/* SPDX-License-Identifier: MIT */
/*
 * Package errgroup.
 *
 * Invariants
 *  - once.done goes from 0 to 1 once; whoever did that writes err, and nobody else before wait.
 *  - With a limit, sem holds one value for each goroutine that go has let in.  Each keeps the
 *    channel that let it in and takes its value from that one, for the limit may go while they run.
 *  - A group with a context is a handle, and each of its goroutines has a reference to it.
 *
 * Orders: err is written before that goroutine's done and read after wait: the waitgroup orders.
 */
#include "std.h"
#include <gocc/errgroup.h>

/* A group may be a handle, which debug builds fill with odd numbers when it goes. */
static inline void group_check(const errgroup_group *g) {
    NIL_CHECK(g);
    if (__builtin_expect((uintptr_t)g->ctx & 1, 0))
        handle_check_dead(g);
}

static void group_destroy(void *h) {
    errgroup_group_destroy(h);
}

static const struct handle_kind group_kind = {"errgroup_group", group_destroy};

errgroup_group *errgroup_with_context(context *parent, context **ctx) {
    context *made = context_with_cancel_cause(parent);
    errgroup_group *g = handle_new(sizeof *g, &group_kind);
    g->ctx = made;
    if (ctx)
        *ctx = handle_retain(made);
    return g;
}

void errgroup_group_destroy(errgroup_group *g) {
    NIL_CHECK(g);
    handle_release(g->err);
    handle_release(g->ctx);
    handle_release(g->sem);
    *g = (errgroup_group){.err = NULL};
}

struct task {
    errgroup_group *g;
    void *sem; /* retained; NULL: no limit */
    gocc_error (*f)(void *);
    void *arg;
};

static void task_fail(errgroup_group *g, gocc_error err) {
    if (__atomic_exchange_n(&g->once.done, 1, __ATOMIC_RELAXED)) {
        handle_release(err);
        return;
    }
    g->err = err;
    if (g->ctx)
        context_cancel_cause(g->ctx, err);
}

static void task_call(void *task) {
    struct task *t = task;
    gocc_error err = t->f(t->arg);
    if (err)
        task_fail(t->g, err);
}

/* The group may be gone as soon as the waiter knows: done is the last use but for a handle.  After
 * a panic he is not told: the process is about to die of it, and main could exit with 0 before. */
static void task_end(void *task, enum call_end end, struct call_panic why) {
    struct task *t = task;
    errgroup_group *g = t->g;
    bool handle = g->ctx != NULL;
    free(why.text);
    if (end == CALL_PANICKED)
        return;
    if (t->sem)
        gocc__chan_recv(t->sem, NULL);
    handle_release(t->sem);
    sync_waitgroup_done(&g->wg);
    if (handle)
        handle_release(g);
}

static void task_run(void *task) {
    call_with_end(task_call, task, task_end);
}

static void task_start(errgroup_group *g, void *sem, gocc_error (*f)(void *), void *arg) {
    struct task t = {g, sem, f, arg};
    sync_waitgroup_add(&g->wg, 1);
    if (g->ctx)
        handle_retain(g);
    gocc__go(task_run, &t, sizeof t, 0);
}

void errgroup_group_go(errgroup_group *g, gocc_error (*f)(void *), void *arg) {
    group_check(g);
    void *sem = handle_retain(g->sem);
    if (sem)
        gocc__chan_send(sem, NULL);
    task_start(g, sem, f, arg);
}

bool errgroup_group_try_go(errgroup_group *g, gocc_error (*f)(void *), void *arg) {
    group_check(g);
    if (g->sem && !gocc__chan_try_send(g->sem, NULL))
        return false;
    task_start(g, handle_retain(g->sem), f, arg);
    return true;
}

void errgroup_group_set_limit(errgroup_group *g, int n) {
    group_check(g);
    int active = g->sem ? gocc__chan_len(g->sem) : 0;
    if (n >= 0 && active != 0)
        panic_text("errgroup: modify limit while %d goroutines in the group are still active",
                   active);
    handle_release(g->sem);
    g->sem = n < 0 ? NULL : gocc__chan_make(0, n);
}

gocc_error errgroup_group_wait(errgroup_group *g) {
    group_check(g);
    sync_waitgroup_wait(&g->wg);
    if (g->ctx)
        context_cancel_cause(g->ctx, g->err);
    return g->err;
}
