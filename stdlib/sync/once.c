/* SPDX-License-Identifier: MIT */
/*
 * sync.Once, OnceFunc, OnceValue, OnceValues.
 *
 * Invariant: done goes from 0 to 1 once, after f has ended (in whatever way) and before m is
 * given up.  So a Do that returns has seen done == 1 or has run f itself.
 *
 * Order: done is stored with release after f and loaded with acquire by the path in the
 * header: f's writes are visible to whoever skips it.  So it is with `returned` and the value.
 *
 * Setting done first and making the others wait on it separately was rejected: a Do would
 * return before f has ended, which is the very thing Once promises not to do.
 */
#include "std.h"
#include <gocc/sync.h>

struct call {
    sync_once *once;
    void (*f)(void *);
    void *arg;
};

static void call_run(void *call) {
    struct call *c = call;
    c->f(c->arg);
}

static void call_end(void *call) {
    sync_once *o = ((struct call *)call)->once;
    __atomic_store_n(&o->done, 1, __ATOMIC_RELEASE);
    sync_mutex_unlock(&o->m);
}

void gocc__sync_once_do(sync_once *o, void (*f)(void *), void *arg) {
    sync_mutex_lock(&o->m);
    if (o->done) { /* m orders it */
        sync_mutex_unlock(&o->m);
        return;
    }
    struct call call = {o, f, arg};
    call_with_cleanup(call_run, &call, call_end);
}

/* ---- functions that run once: one object serves all three forms ---- */

struct once_result {
    unsigned returned; /* these two are in the header, too */
    void *value, *second;
    sync_once once;
    void *(*f)(void *arg, void **second);
    union {
        void (*func)(void *);
        void *(*value)(void *);
        void *(*values)(void *, void **);
    } user;
    void *arg;
    enum call_end end;
    struct call_panic why;
};

_Static_assert(offsetof(struct once_result, returned) == offsetof(sync_oncefunc, gocc__returned) &&
                   offsetof(struct once_result, returned) ==
                       offsetof(sync_oncevalue, gocc__returned) &&
                   offsetof(struct once_result, value) == offsetof(sync_oncevalue, gocc__value),
               "the header's path reads these");

static void once_result_destroy(void *h) {
    free(((struct once_result *)h)->why.text);
}

static const struct handle_kind func_kind = {"sync_oncefunc", once_result_destroy};
static const struct handle_kind value_kind = {"sync_oncevalue", once_result_destroy};
static const struct handle_kind values_kind = {"sync_oncevalues", once_result_destroy};

static struct once_result *once_result_new(const struct handle_kind *kind,
                                           void *(*f)(void *, void **)) {
    struct once_result *o = handle_new(sizeof *o, kind);
    o->f = f;
    return o;
}

static void result_compute(void *result) {
    struct once_result *o = result;
    o->value = o->f(o, &o->second);
}

/* After Goexit in f, Go panics with what recover() gave there: nil. */
_Noreturn static void panic_after_goexit(void) {
    panic_text("panic called with nil argument");
}

static void result_end(void *result, enum call_end end, struct call_panic why) {
    struct once_result *o = result;
    o->end = end;
    o->why = why;
    if (end == CALL_RETURNED)
        __atomic_store_n(&o->returned, 1, __ATOMIC_RELEASE);
    if (end == CALL_GOEXIT)
        panic_after_goexit();
}

static void result_fill(void *result) {
    call_with_end(result_compute, result, result_end);
}

/* A panic of f is everybody's panic, each time.  The first one goes on as it is, so that its report
 * has the stack of f. */
static struct once_result *result_get(void *h) {
    struct once_result *o = h;
    HANDLE_CHECK(o);
    sync_once_do(&o->once, result_fill, o);
    if (o->end == CALL_PANICKED)
        call_panic_again(&o->why, NULL, NULL);
    if (o->end == CALL_GOEXIT)
        panic_after_goexit();
    return o;
}

static void *run_func(void *result, void **second) {
    struct once_result *o = result;
    (void)second;
    o->user.func(o->arg);
    return NULL;
}

static void *run_value(void *result, void **second) {
    struct once_result *o = result;
    (void)second;
    return o->user.value(o->arg);
}

static void *run_values(void *result, void **second) {
    struct once_result *o = result;
    return o->user.values(o->arg, second);
}

sync_oncefunc *sync_once_func(void (*f)(void *), void *arg) {
    struct once_result *o = once_result_new(&func_kind, run_func);
    o->user.func = f;
    o->arg = arg;
    return (sync_oncefunc *)o;
}

sync_oncevalue *sync_once_value(void *(*f)(void *), void *arg) {
    struct once_result *o = once_result_new(&value_kind, run_value);
    o->user.value = f;
    o->arg = arg;
    return (sync_oncevalue *)o;
}

sync_oncevalues *sync_once_values(void *(*f)(void *, void **), void *arg) {
    struct once_result *o = once_result_new(&values_kind, run_values);
    o->user.values = f;
    o->arg = arg;
    return (sync_oncevalues *)o;
}

void gocc__sync_oncefunc_call(sync_oncefunc *o) {
    result_get(o);
}

void *gocc__sync_oncevalue_call(sync_oncevalue *o) {
    return result_get(o)->value;
}

void *sync_oncevalues_call(sync_oncevalues *o, void **second) {
    struct once_result *r = result_get(o);
    if (second)
        *second = r->second;
    return r->value;
}
