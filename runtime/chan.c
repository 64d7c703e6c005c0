/* SPDX-License-Identifier: MIT */
/*
 * Channels.
 *
 * Invariants, under c->lock
 *  - At most one of recvq and sendq is non-empty, except that one select may wait in both.
 *  - cap > 0: receivers wait only if count == 0, senders only if count == cap.
 *  - A closed channel has empty wait queues.
 *  - A waiter lies on the stack of a parked goroutine and is touched by others only while it
 *    is in a queue; who takes it out owns the goroutine and must ready it.  A select's waiters
 *    hang in several queues: g->claim says who was first.
 *  - A value goes straight from the sender's to the receiver's memory when one of them waits.
 * c->lock is the last lock taken; under it only wait queues, the buffer and copies are touched.
 * Rejected: a lock-free ring for buffered channels (libcsp's 7 ns): it cannot keep Go's order
 * between parked and arriving senders, and select needs the lock anyway.
 */
#include "chan.h"

static inline __attribute__((always_inline)) void copy(void *to, const void *from, size_t n) {
    if (n == 8)
        memcpy(to, from, 8);
    else if (n == 4)
        memcpy(to, from, 4);
    else
        memcpy(to, from, n);
}

static char *slot(struct chan *c, size_t i) {
    return c->buf + i * c->elem;
}

/* A channel without a buffer, or of void, has no slots: see race.c. */
static inline void race_at(struct chan *c, size_t i, struct g *partner) {
    void *at = c->elem > 0 ? slot(c, i) : c->buf - 1;
    (void)at;
    if (partner == NULL)
        race_slot(at);
    else
        race_slot_of(partner, at);
}

static void serve(struct waiter *w) {
    w->success = true;
    if (w->is_select)
        w->g->won = w;
}

/* The first waiter that nobody else has served. */
static inline struct waiter *dequeue(struct waitq *q) {
    struct waiter *w;
    while ((w = q->first) != NULL) {
        chan_unlink(q, w);
        if (!w->is_select || chan_claim(w->g))
            return w;
    }
    return NULL;
}

/* ---- making ---- */
static void chan_destroy(void *h) {
    struct chan *c = h;
    struct timer *t = c->timer;
    if (t == NULL)
        return;
    c->timer = NULL;
    t->c = NULL;
    timer_stop(t);
    if (t->drop != NULL)
        t->drop(t->arg);
}

static const struct handle_kind chan_kind = {"channel", chan_destroy};

/* What no address space of today can hold, as Go has it; less may still be too much (handle_new).
 */
#define BYTES_MOST ((size_t)1 << 48)

void *gocc__chan_make(size_t elem, long long cap) {
    size_t bytes;
    if (cap < 0 || (unsigned long long)cap > PTRDIFF_MAX ||
        __builtin_mul_overflow(elem, (size_t)cap, &bytes) ||
        bytes > BYTES_MOST - sizeof(struct chan))
        gocc__panic("makechan: size out of range");
    struct chan *c = handle_new(sizeof(struct chan) + bytes, &chan_kind);
    c->elem = elem;
    c->cap = (size_t)cap;
    c->bubble = bubble_here();
    return c;
}

void *chan_make_timer(struct timer *t, size_t elem) {
    struct chan *c = gocc__chan_make(elem, 1);
    c->timer = t;
    return c;
}

/* Cuts the link; when it returns, nobody who has followed it is still at the timer. */
static struct timer *cut(struct chan *c) {
    lock_take_program(&c->lock, RANK_CHAN);
    struct timer *t = c->timer;
    c->timer = NULL;
    for (int i = 0; c->looking > 0; i++) {
        lock_drop(&c->lock);
        lock_pause(i);
        lock_take_program(&c->lock, RANK_CHAN);
    }
    lock_drop(&c->lock);
    return t;
}

void chan_drop_timer(void *chan) {
    rt_enter();
    struct timer *t = cut(chan);
    if (t != NULL) {
        t->c = NULL;
        timer_stop(t);
    }
    rt_leave();
}

static struct timer *look_at_timer(struct chan *c) {
    lock_take_program(&c->lock, RANK_CHAN);
    struct timer *t = c->count == 0 && c->looking < UINT8_MAX ? c->timer : NULL;
    c->looking += t != NULL;
    lock_drop(&c->lock);
    return t;
}

void chan_run_timer(struct chan *c) {
    rt_enter();
    struct timer *t = look_at_timer(c);
    if (t != NULL) {
        timer_run_if_due(t);
        lock_take_program(&c->lock, RANK_CHAN);
        c->looking--;
        lock_drop(&c->lock);
    }
    rt_leave();
}

bool chan_drain_timer(void *chan) {
    struct chan *c = chan;
    lock_take_program(&c->lock, RANK_CHAN);
    bool any = c->count > 0;
    c->count = 0;
    c->sendx = c->recvx = 0;
    lock_drop(&c->lock);
    return any;
}

bool chan_has_receiver(void *chan) {
    struct chan *c = chan;
    return c->recvq.first != NULL;
}

/* From a sender to a receiver that waits, though there may be a buffer, which then is empty. */
static inline void race_handed(struct chan *c, struct g *receiver) {
    if (c->cap == 0) {
        race_pass(receiver);
        return;
    }
    race_at(c, c->recvx, NULL);
    race_at(c, c->recvx, receiver);
#ifdef RT_TSAN
    c->recvx = c->sendx = c->recvx + 1 == c->cap ? 0 : c->recvx + 1;
#endif
}

/* ---- the two operations, c->lock held; true: done, *wake must be readied after unlock ---- */
static inline __attribute__((always_inline)) bool send_locked(struct chan *c, const void *v,
                                                              struct g **wake) {
    struct waiter *w = dequeue(&c->recvq);
    if (w != NULL) {
        if (w->elem != NULL)
            copy(w->elem, v, c->elem);
        race_handed(c, w->g);
        serve(w);
        *wake = w->g;
        return true;
    }
    if (c->count == c->cap)
        return false;
    race_at(c, c->sendx, NULL);
    copy(slot(c, c->sendx), v, c->elem);
    if (++c->sendx == c->cap)
        c->sendx = 0;
    c->count++;
    *wake = NULL;
    return true;
}

bool chan_send_locked(struct chan *c, const void *v, struct g **wake) {
    return send_locked(c, v, wake);
}

static inline void take_from_buffer(struct chan *c, void *v) {
    if (v != NULL)
        copy(v, slot(c, c->recvx), c->elem);
    race_at(c, c->recvx, NULL);
    if (++c->recvx == c->cap)
        c->recvx = 0;
    c->count--;
}

static inline void refill_from(struct chan *c, struct waiter *w) {
    copy(slot(c, c->sendx), w->elem, c->elem);
    race_at(c, c->sendx, w->g);
    if (++c->sendx == c->cap)
        c->sendx = 0;
    c->count++;
}

static inline __attribute__((always_inline)) bool recv_locked(struct chan *c, void *v, bool *ok,
                                                              struct g **wake) {
    *wake = NULL;
    *ok = true;
    if (c->count > 0)
        take_from_buffer(c, v);
    else if (c->closed) {
        if (v != NULL)
            memset(v, 0, c->elem);
        *ok = false;
        tsan_acquire(&c->closed);
        return true;
    } else if (c->cap > 0 || c->sendq.first == NULL)
        return false;
    struct waiter *w = dequeue(&c->sendq);
    if (w == NULL)
        return c->cap > 0;
    if (c->cap > 0) {
        refill_from(c, w);
    } else {
        if (v != NULL)
            copy(v, w->elem, c->elem);
        race_pass(w->g);
    }
    serve(w);
    *wake = w->g;
    return true;
}

bool chan_recv_locked(struct chan *c, void *v, bool *ok, struct g **wake) {
    return recv_locked(c, v, ok, wake);
}

_Noreturn void chan_panic_closed(void) {
    gocc__panic("send on closed channel");
}

static _Noreturn void park_forever(enum wait_reason why) {
    for (;;) {
        rt_enter();
        sched_park(why, NULL, NULL, NULL);
        rt_leave();
    }
}

/* ---- send ---- */
static __attribute__((noinline)) void send_park(struct m *m, struct chan *c, const void *v) {
    struct waiter w = {.g = m->g, .elem = (void *)(uintptr_t)v, .c = c};
    if (unlikely(c->bubble != 0))
        bubble_check_wait(m->g, c, true);
    chan_enqueue(&c->sendq, &w);
    sched_park_drop(WAIT_CHAN_SEND, c, &c->lock);
    rt_leave();
    if (unlikely(!w.success))
        chan_panic_closed();
}

void gocc__chan_send(void *chan, const void *v) {
    struct chan *c = chan;
    struct g *wake;
    if (unlikely(c == NULL))
        park_forever(WAIT_CHAN_SEND_NIL);
    struct m *m = rt_enter();
    race_read(&c->closed, __builtin_return_address(0));
    lock_take_program(&c->lock, RANK_CHAN);
    if (unlikely(c->closed)) {
        lock_drop(&c->lock);
        rt_leave();
        chan_panic_closed();
    }
    if (!send_locked(c, v, &wake)) {
        send_park(m, c, v);
        return;
    }
    lock_drop(&c->lock);
    if (wake != NULL)
        sched_ready(wake);
    rt_leave_m(m);
}

gocc__bool gocc__chan_try_send(void *chan, const void *v) {
    struct chan *c = chan;
    struct g *wake = NULL;
    if (c == NULL)
        return false;
    rt_enter();
    race_read(&c->closed, __builtin_return_address(0));
    lock_take_program(&c->lock, RANK_CHAN);
    if (unlikely(c->closed)) {
        lock_drop(&c->lock);
        rt_leave();
        chan_panic_closed();
    }
    bool done = send_locked(c, v, &wake);
    lock_drop(&c->lock);
    if (done && wake != NULL)
        sched_ready(wake);
    rt_leave();
    return done;
}

/* ---- receive ---- */
static __attribute__((noinline)) bool recv_park(struct m *m, struct chan *c, void *v) {
    struct waiter w = {.g = m->g, .elem = v, .c = c};
    if (unlikely(c->bubble != 0))
        bubble_check_wait(m->g, c, false);
    chan_enqueue(&c->recvq, &w);
    sched_park_drop(WAIT_CHAN_RECV, c, &c->lock);
    rt_leave();
    return w.success;
}

gocc__bool gocc__chan_recv_ok(void *chan, void *v) {
    struct chan *c = chan;
    struct g *wake;
    bool ok;
    if (unlikely(c == NULL))
        park_forever(WAIT_CHAN_RECV_NIL);
    struct m *m = rt_enter();
    lock_take_program(&c->lock, RANK_CHAN);
    if (!recv_locked(c, v, &ok, &wake))
        return recv_park(m, c, v);
    lock_drop(&c->lock);
    if (wake != NULL)
        sched_ready(wake);
    rt_leave_m(m);
    return ok;
}

void gocc__chan_recv(void *c, void *v) {
    gocc__chan_recv_ok(c, v);
}

void *gocc__chan_recv_at(void *c, void *v) {
    gocc__chan_recv_ok(c, v);
    return v;
}

/* Looks without the lock: for a poll on an empty open channel.  closed is read last (acquire: not
 * before the other): if it is false then, the channel was open as well when it was empty.  The
 * other way round, one that is closed and then emptied would be found open and empty. */
static bool surely_empty(struct chan *c) {
    bool empty = c->cap > 0 ? __atomic_load_n(&c->count, __ATOMIC_ACQUIRE) == 0
                            : __atomic_load_n(&c->sendq.first, __ATOMIC_ACQUIRE) == NULL;
    lock_delay();
    return empty && !atomic_load_explicit(&c->closed, memory_order_acquire);
}

gocc__bool gocc__chan_try_recv(void *chan, void *v, gocc__bool *ok) {
    struct chan *c = chan;
    struct g *wake = NULL;
    bool got = false;
    if (c == NULL)
        return false;
    chan_look_at_clock(c);
    if (surely_empty(c))
        return false;
    rt_enter();
    lock_take_program(&c->lock, RANK_CHAN);
    bool done = recv_locked(c, v, &got, &wake);
    lock_drop(&c->lock);
    if (wake != NULL)
        sched_ready(wake);
    rt_leave();
    if (done && ok != NULL)
        *ok = got;
    return done;
}

/* ---- close ---- */
static struct g *take_all(struct chan *c, struct waitq *q, struct g *list) {
    struct waiter *w;
    while ((w = dequeue(q)) != NULL) {
        if (q == &c->recvq && w->elem != NULL)
            memset(w->elem, 0, c->elem);
        w->success = false;
        race_acquire_for(w->g, &c->closed);
        if (w->is_select)
            w->g->won = w;
        w->g->next = list;
        list = w->g;
    }
    return list;
}

void gocc__chan_close(void *chan) {
    struct chan *c = chan;
    if (unlikely(c == NULL))
        gocc__panic("close of nil channel");
    if (unlikely(c->bubble != 0) && c->bubble != bubble_here()) {
        handle_check_dead(c); /* one that is gone has any bubble */
        fatal_error("close of synctest channel from outside bubble");
    }
    rt_enter();
    lock_take_program(&c->lock, RANK_CHAN);
    if (unlikely(c->closed)) {
        lock_drop(&c->lock);
        rt_leave();
        gocc__panic("close of closed channel");
    }
    race_write(&c->closed, __builtin_return_address(0));
    race_release_store(&c->closed);
    atomic_store_explicit(&c->closed, true, memory_order_release);
    struct g *list = take_all(c, &c->recvq, NULL);
    list = take_all(c, &c->sendq, list);
    lock_drop(&c->lock);
    while (list != NULL) {
        struct g *g = list;
        list = g->next;
        sched_ready(g);
    }
    rt_leave();
}

/* A channel of void may hold more than an int can tell. */
static int as_int(size_t n) {
    return n > INT_MAX ? INT_MAX : (int)n;
}

/* The channel of a timer looks unbuffered, as Go's have since 1.23. */
int gocc__chan_len(const void *chan) {
    const struct chan *c = chan;
    handle_use(c);
    return c == NULL || c->timer != NULL ? 0 : as_int(*(const volatile size_t *)&c->count);
}

int gocc__chan_cap(const void *chan) {
    const struct chan *c = chan;
    handle_use(c);
    return c == NULL || c->timer != NULL ? 0 : as_int(c->cap);
}
