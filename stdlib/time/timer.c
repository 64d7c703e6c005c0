/* SPDX-License-Identifier: MIT */
/*
 * Sleep, Timer, Ticker, After, Tick, AfterFunc.
 *
 * Invariants
 *  - A channel timer belongs to its handle, and its channel's link to it is cut when the handle
 *    goes.  The channels of time_after and time_tick have no handle: they own their timer and
 *    free it when their last reference goes.
 *  - An armed after_func timer holds one reference to itself: Go's runs even if nobody keeps
 *    it.  Whoever takes it off the heap (stop, reset's answer true, or the run) settles that
 *    reference, and the runtime's heap lock decides that exactly one of them does.
 *
 * What a timer does runs on the scheduler: a send that never waits, or the start of a
 * goroutine.
 */
#include "std.h"
#include <gocc/time.h>

struct timer_object {
    union {
        time_timer timer;
        time_ticker ticker;
    } user; /* first: its address is the handle */
    struct timer t;
    void (*f)(void *);
    void *arg;
};

void time_sleep(time_duration d) {
    if (d > 0)
        gocc_sleep(d);
}

/* ---- the timer's side ---- */

static void send_time(void *timer, int64_t late) {
    struct timer *t = timer;
    time_time now = time_time_add(time_now(), -late);
    gocc__chan_try_send(t->c, &now);
}

static void run_func(void *object, int64_t late) {
    struct timer_object *o = object;
    (void)late;
    go_start(o->f, o->arg);
    handle_release(o);
}

static int64_t when(time_duration d) {
    int64_t at;
    if (d < 0)
        d = 0;
    return __builtin_add_overflow(clock_now(), d, &at) ? INT64_MAX : at;
}

/* ---- handles ---- */

static void object_destroy(void *h) {
    struct timer_object *o = h;
    void *c = o->user.timer.c;
    if (!c)
        return;    /* nobody refers to it, so it is not armed */
    handle_use(c); /* lent: somebody may have released it */
    chan_drop_timer(c);
    handle_release(c);
}

static const struct handle_kind timer_kind = {"time_timer", object_destroy};
static const struct handle_kind ticker_kind = {"time_ticker", object_destroy};

static struct timer_object *object_new(const struct handle_kind *kind, time_duration d,
                                       time_duration period) {
    struct timer_object *o = handle_new(sizeof *o, kind);
    o->t.when = when(d);
    o->t.period = period;
    o->user.timer.gocc__timer = &o->t;
    return o;
}

static struct timer_object *channel_timer(const struct handle_kind *kind, time_duration d,
                                          time_duration period) {
    struct timer_object *o = object_new(kind, d, period);
    o->t.fn = send_time;
    o->t.arg = &o->t;
    o->t.c = chan_make_timer(&o->t, sizeof(time_time));
    o->user.timer.c = o->t.c;
    timer_start(&o->t);
    return o;
}

time_timer *time_new_timer(time_duration d) {
    return &channel_timer(&timer_kind, d, 0)->user.timer;
}

time_timer *time_after_func(time_duration d, void (*f)(void *), void *arg) {
    gocc__go_check((const void *)(uintptr_t)f);
    struct timer_object *o = object_new(&timer_kind, d, 0);
    o->f = f;
    o->arg = arg;
    o->t.fn = run_func;
    o->t.arg = o;
    handle_retain(o);
    timer_start(&o->t);
    return &o->user.timer;
}

bool time_timer_stop(time_timer *timer) {
    NIL_CHECK(timer);
    if (!timer->gocc__timer)
        panic_text("time: Stop called on uninitialized Timer");
    handle_use(timer);
    timer_check_bubble(timer->gocc__timer, "stop");
    struct timer_object *o = owner_of(timer, struct timer_object, user.timer);
    bool pending = timer_stop(&o->t);
    if (pending && o->f)
        handle_release(o);
    return pending;
}

bool time_timer_reset(time_timer *timer, time_duration d) {
    NIL_CHECK(timer);
    if (!timer->gocc__timer)
        panic_text("time: Reset called on uninitialized Timer");
    handle_use(timer);
    timer_check_bubble(timer->gocc__timer, "reset");
    struct timer_object *o = owner_of(timer, struct timer_object, user.timer);
    if (!o->f)
        return timer_reset(&o->t, when(d), 0);
    handle_retain(o); /* before it is armed: it may run at once */
    bool pending = timer_reset(&o->t, when(d), 0);
    if (pending)
        handle_release(o);
    return pending;
}

time_ticker *time_new_ticker(time_duration d) {
    if (d <= 0)
        panic_text("non-positive interval for NewTicker");
    return &channel_timer(&ticker_kind, d, d)->user.ticker;
}

void time_ticker_stop(time_ticker *ticker) {
    NIL_CHECK(ticker);
    if (!ticker->gocc__timer)
        return;
    handle_use(ticker);
    timer_check_bubble(ticker->gocc__timer, "stop");
    timer_stop(ticker->gocc__timer);
}

void time_ticker_reset(time_ticker *ticker, time_duration d) {
    if (d <= 0)
        panic_text("non-positive interval for Ticker.Reset");
    NIL_CHECK(ticker);
    if (!ticker->gocc__timer)
        panic_text("time: Reset called on uninitialized Ticker");
    handle_use(ticker);
    timer_check_bubble(ticker->gocc__timer, "reset");
    timer_reset(ticker->gocc__timer, when(d), d);
}

/* ---- channels that own their timer ---- */

static void *lone_channel(time_duration d, time_duration period) {
    struct timer *t = std_alloc(sizeof *t);
    t->when = when(d);
    t->period = period;
    t->fn = send_time;
    t->arg = t;
    t->drop = free;
    t->c = chan_make_timer(t, sizeof(time_time));
    timer_start(t);
    return t->c;
}

time_chan time_after(time_duration d) {
    return lone_channel(d, 0);
}

time_chan time_tick(time_duration d) {
    return d <= 0 ? NULL : lone_channel(d, d);
}
