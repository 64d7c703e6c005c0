/* SPDX-License-Identifier: MIT */
/*
 * select.
 *
 * First look, without locks, at all cases; draw one uniformly among those that look ready
 * (reservoir: the k-th ready one replaces the choice with probability 1/k, which needs no
 * shuffled order); lock its channel and try.  If that fails, or none looked ready, lock all
 * channels in the order of their addresses, look again, and park with a waiter in each queue.
 *
 * A default is taken only after the look under all locks, or when every channel was surely
 * not ready: two channels looked at one after the other may both seem idle while a token
 * moves between them, so the quick look may not decide for default with several cases.
 *
 * Who serves a parked select wins g->claim (0 -> 1).  A time-out is a timer on the stack; it
 * starts before the channels are locked (its lock comes earlier in the order), while claim is
 * NOT_PARKED, so that it cannot ready a goroutine whose registers are not saved.
 * Afterwards the waiters are taken out under their channels' locks, one by one.  That also
 * waits until parked(), which runs on the other side of the switch and reads our stack, is
 * through: the channel that won was unlocked before it could be served, the others we lock.
 */
#include "chan.h"

#define FEW 16
enum { CLAIM_OPEN, CLAIM_TAKEN, CLAIM_NOT_PARKED, CLAIM_EARLY };

struct select {
    struct gocc__case *cases;
    struct chan **order; /* channels by address, without NULL and repeats */
    struct waiter *w;    /* one per case; the index tells which */
    struct g *g;
    int n, n_order;
    int n_channels; /* cases with one: more than n_order if some have the same */
    int timeout;    /* case with the shortest time-out, or -1 */
    struct timer timer;
};

/* ---- the look without locks ---- */
static bool looks_ready(const struct gocc__case *k) {
    struct chan *c = k->c;
    if (k->op == GOCC__TIMEOUT)
        return k->wait <= 0;
    if (c == NULL)
        return false;
    if (atomic_load_explicit(&c->closed, memory_order_acquire))
        return true;
    size_t count = *(volatile size_t *)&c->count;
    if (k->op == GOCC__SEND)
        return c->cap > count || *(struct waiter *volatile *)&c->recvq.first != NULL;
    return count > 0 || *(struct waiter *volatile *)&c->sendq.first != NULL;
}

static int draw(const struct gocc__case *cases, int n) {
    int chosen = -1;
    uint32_t ready = 0;
    for (int i = 0; i < n; i++)
        if (looks_ready(&cases[i]) && (++ready == 1 || ((fast_random() >> 32) * ready) >> 32 == 0))
            chosen = i;
    return chosen;
}

/* The channel of the case is locked.  False: it is not ready. */
static bool perform(struct gocc__case *k, struct g **wake) {
    struct chan *c = k->c;
    bool ok;
    if (k->op == GOCC__SEND)
        return chan_send_locked(c, k->v, wake);
    if (!chan_recv_locked(c, k->v, &ok, wake))
        return false;
    k->ok = ok;
    return true;
}

static bool send_on_closed(const struct gocc__case *k) {
    const struct chan *c = k->c;
    return k->op == GOCC__SEND && c->closed;
}

static bool try_one(struct gocc__case *k) {
    struct chan *c = k->c;
    struct g *wake = NULL;
    if (k->op == GOCC__TIMEOUT)
        return true;
    lock_take_program(&c->lock, RANK_CHAN);
    if (send_on_closed(k)) {
        lock_drop(&c->lock);
        rt_leave();
        chan_panic_closed();
    }
    bool done = perform(k, &wake);
    lock_drop(&c->lock);
    if (done && wake != NULL)
        sched_ready(wake);
    return done;
}

/* ---- all channels locked ---- */
static void put_in_order(struct select *s, struct chan *c) {
    int at = s->n_order;
    for (; at > 0 && s->order[at - 1] >= c; at--)
        if (s->order[at - 1] == c)
            return;
    for (int i = s->n_order++; i > at; i--)
        s->order[i] = s->order[i - 1];
    s->order[at] = c;
}

/* The channels by address, and the case with the shortest time-out. */
static void prepare(struct select *s) {
    s->n_order = s->n_channels = 0;
    s->timeout = -1;
    for (int i = 0; i < s->n; i++) {
        const struct gocc__case *k = &s->cases[i];
        if (k->op != GOCC__TIMEOUT) {
            if (k->c != NULL) {
                put_in_order(s, k->c);
                s->n_channels++;
            }
        } else if (s->timeout < 0 || k->wait < s->cases[s->timeout].wait) {
            s->timeout = i;
        }
    }
}

static void lock_all(struct select *s) {
    for (int i = 0; i < s->n_order; i++)
        lock_take_program(&s->order[i]->lock, RANK_CHAN);
}

static void unlock_all(struct select *s) {
    for (int i = s->n_order; --i >= 0;)
        lock_drop(&s->order[i]->lock);
}

/* Of two cases that wait in one queue the first is served: each must have the same chance to be
 * that one. */
static void assign_waiters(struct select *s) {
    bool shared = s->n_channels > s->n_order;
    for (int i = 0; i < s->n; i++) {
        int j = shared ? (int)(((fast_random() >> 32) * (uint32_t)(i + 1)) >> 32) : i;
        s->w[i].index = s->w[j].index;
        s->w[j].index = i;
    }
}

static void enqueue_all(struct select *s) {
    assign_waiters(s);
    for (int i = 0; i < s->n; i++) {
        struct waiter *w = &s->w[i];
        struct gocc__case *k = &s->cases[w->index];
        w->c = k->op == GOCC__TIMEOUT ? NULL : k->c;
        if (w->c == NULL)
            continue;
        w->g = s->g;
        w->elem = k->v;
        w->is_select = true;
        chan_enqueue(
            k->op == GOCC__SEND ? &((struct chan *)w->c)->sendq : &((struct chan *)w->c)->recvq, w);
    }
}

/* One channel after the other; see the head of the file for what else the locking is for. */
static void dequeue_all(struct select *s) {
    struct waiter *won = s->g->won;
    for (int i = 0; i < s->n; i++) {
        struct waiter *w = &s->w[i];
        struct chan *c = w->c;
        if (c == NULL || w == won)
            continue;
        lock_take_program(&c->lock, RANK_CHAN);
        chan_unlink(s->cases[w->index].op == GOCC__SEND ? &c->sendq : &c->recvq, w);
        lock_drop(&c->lock);
    }
}

/* ---- time-outs ---- */
static void time_over(void *arg, int64_t late) {
    struct g *g = arg;
    uint32_t was = CLAIM_OPEN;
    (void)late;
    while (!atomic_compare_exchange_weak(&g->claim, &was,
                                         was == CLAIM_NOT_PARKED ? CLAIM_EARLY : CLAIM_TAKEN))
        if (was == CLAIM_TAKEN)
            return; /* a channel was first */
    if (was == CLAIM_OPEN)
        sched_ready_tail(g);
}

static void start_timer(struct select *s) {
    int64_t wait = s->cases[s->timeout].wait, now = clock_now();
    s->timer = (struct timer){
        .when = wait > INT64_MAX - now ? INT64_MAX - 1 : now + wait, .fn = time_over, .arg = s->g};
    timer_put_in(&s->timer, s->g->bubble);
    timer_start_own(&s->timer);
}

/* ---- parking ---- */
/* The goroutine may go on as soon as claim is open or a channel unlocked, so nothing of its
 * stack is read after that but order[], which stays until the last is unlocked. */
static void parked(void *arg) {
    struct select *s = arg;
    struct g *g = s->g;
    struct chan **order = s->order;
    int n = s->n_order;
    uint32_t was = CLAIM_NOT_PARKED;
    bool early = s->timeout >= 0 && !atomic_compare_exchange_strong(&g->claim, &was, CLAIM_OPEN);
    if (early)
        atomic_store(&g->claim, CLAIM_TAKEN);
    while (n > 0)
        lock_drop(&order[--n]->lock);
    if (early)
        sched_ready_tail(g);
}

static int wait_for_one(struct select *s) {
    struct g *g = s->g;
    g->won = NULL;
    enqueue_all(s);
    if (unlikely(g->bubbled))
        g->durable = bubble_has_all(g, s->order, s->n_order);
    sched_park(WAIT_SELECT, s->n_order == 1 ? s->order[0] : NULL, parked, s);
    if (s->timeout >= 0 && g->won != NULL)
        timer_stop_own(&s->timer);
    dequeue_all(s);
    struct waiter *w = g->won;
    g->won = NULL;
    rt_leave();
    if (w == NULL)
        return s->timeout;
    struct gocc__case *k = &s->cases[w->index];
    if (k->op == GOCC__SEND && unlikely(!w->success))
        chan_panic_closed();
    k->ok = w->success;
    return w->index;
}

static int perform_locked(struct select *s, int i) {
    struct g *wake = NULL;
    struct gocc__case *k = &s->cases[i];
    if (k->op == GOCC__TIMEOUT)
        return unlock_all(s), i;
    if (send_on_closed(k)) {
        unlock_all(s);
        if (s->timeout >= 0)
            timer_stop_own(&s->timer);
        rt_leave();
        chan_panic_closed();
    }
    bool done = perform(k, &wake);
    if (!done)
        return -1; /* only waiters that are being served elsewhere: now they are gone */
    unlock_all(s);
    if (wake != NULL)
        sched_ready(wake);
    return i;
}

/* Locks everything; the index, -1 for default, or parks. */
static int select_locked(struct select *s, bool has_default) {
    int i;
    prepare(s);
    if (has_default)
        s->timeout = -1;
    /* without a timer only channels can claim, and their locks are held until it is parked */
    atomic_store_explicit(&s->g->claim, s->timeout >= 0 ? CLAIM_NOT_PARKED : CLAIM_OPEN,
                          memory_order_relaxed);
    if (s->timeout >= 0)
        start_timer(s);
    lock_all(s);
    while ((i = draw(s->cases, s->n)) >= 0) {
        int got = perform_locked(s, i);
        if (got < 0)
            continue;
        if (s->timeout >= 0)
            timer_stop_own(&s->timer);
        rt_leave();
        return got;
    }
    if (has_default) {
        unlock_all(s);
        rt_leave();
        return -1;
    }
    return wait_for_one(s);
}

static int select_few(struct gocc__case *cases, int n, bool has_default, struct g *g) {
    struct chan *order[FEW];
    struct waiter w[FEW];
    struct select s; /* the timer is filled in when it is needed */
    s.cases = cases;
    s.n = n;
    s.order = order;
    s.w = w;
    s.g = g;
    return select_locked(&s, has_default);
}

/* Freed also when a send on a closed channel panics: the arrays hang on the goroutine's
 * defer frames, so a plain free() after the call would be skipped. */
static void free_defer(void *record) {
    free(((struct gocc__defer *)record)[1].next);
}

static int select_many(struct gocc__case *cases, int n, bool has_default, struct g *g) {
    size_t order = (size_t)n * sizeof(struct chan *);
    char *room = malloc(order + (size_t)n * sizeof(struct waiter));
    if (room == NULL)
        fatal_error("out of memory (select of %d cases)", n);
    struct gocc__frame f;
    struct gocc__defer d[2] = {[1] = {.next = (void *)room}};
    gocc__frame_link(&f, frame_no_result, NULL);
    gocc__defer_push(&f, d, free_defer, NULL);
    struct select s = {
        .cases = cases, .n = n, .order = (void *)room, .w = (void *)(room + order), .g = g};
    int i = select_locked(&s, has_default);
    gocc__frame_run(&f);
    gocc__frame_leave(&f);
    return i;
}

static _Noreturn void select_nothing(void) {
    for (;;) {
        rt_enter();
        sched_park(WAIT_SELECT_NO_CASES, NULL, NULL, NULL);
        rt_leave();
    }
}

/* The race detector sees a send and a close that nothing orders. */
static inline void race_sent(const struct gocc__case *k, void *pc) {
    struct chan *c = k->op == GOCC__SEND ? k->c : NULL;
    (void)pc;
    if (c != NULL)
        race_read(&c->closed, pc);
}

static inline void look_at_clocks(const struct gocc__case *cases, int n) {
    for (int i = 0; i < n; i++)
        if (cases[i].op == GOCC__RECV && cases[i].c != NULL)
            chan_look_at_clock(cases[i].c);
}

int gocc__select(struct gocc__case *cases, int n, int has_default) {
    if (n == 0 && !has_default)
        select_nothing();
    struct m *m = rt_enter();
    look_at_clocks(cases, n);
    for (int tries = 0; tries < 2; tries++) {
        int i = draw(cases, n);
        if (i < 0)
            break;
        if (try_one(&cases[i])) {
            rt_leave();
            race_sent(&cases[i], __builtin_return_address(0));
            return i;
        }
    }
    int chosen = n <= FEW ? select_few(cases, n, has_default != 0, m->g)
                          : select_many(cases, n, has_default != 0, m->g);
    if (chosen >= 0)
        race_sent(&cases[chosen], __builtin_return_address(0));
    return chosen;
}
