/* SPDX-License-Identifier: MIT */
/*
 * Timers: a heap of four children per P.
 *
 * Invariants
 *  - A timer is in at most one heap; rt->heap is the heap it was put into last, rt->index its
 *    place there or NOWHERE.  Both change under that heap's lock only.
 *  - An entry's when is not later than its timer's: a reset to a later time, what deadlines see
 *    again and again, leaves the entry alone, and it is moved when it comes to the top.
 *  - heap->first is the when of the top entry, INT64_MAX if empty; written under the lock.
 *  - fn runs without the lock (it may release handles, which may stop timers), but
 *    heap->running names the timer, and stop and reset wait until it does not: after them no
 *    old run can be observed and the memory of the timer may go.  Not when fn itself, on the
 *    running M, stops its own timer.  After fn nothing touches the timer.  So a timer does not
 *    change heaps while it runs.
 *  - Starting and stopping the same timer from two threads at once is ordered by rt->lock.
 * Deletion is eager: C frees the memory at once.  A timer put last is near a leaf, so an
 * abandoned time-out costs two heap locks and a few moves, not a sift through the heap.
 */
#include "rt.h"
#include <time.h>

#define NOWHERE UINT32_MAX

struct timer_rt {
    struct timer_heap *_Atomic heap;
    uint32_t index;
    uint16_t bubble;  /* whose heap it goes into; 0: that of a P */
    struct lock lock; /* orders start, stop and reset; taken before the heap's lock */
    uint32_t rand;    /* decides in a heap that shuffles */
};
_Static_assert(sizeof(struct timer_rt) <= sizeof(((struct timer *)0)->rt), "room in struct timer");

static struct timer_rt *rt_of(struct timer *t) {
    return (struct timer_rt *)(void *)t->rt;
}

int64_t clock_mono(void) {
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return ts.tv_sec * INT64_C(1000000000) + ts.tv_nsec;
}

void timer_heap_init(struct timer_heap *h) {
    atomic_store(&h->first, INT64_MAX);
}

/* ---- the heap; its lock is held ---- */
static void place(struct timer_heap *h, uint32_t i, struct timer_entry e) {
    h->e[i] = e;
    rt_of(e.t)->index = i;
}

static bool before(const struct timer_heap *h, struct timer_entry a, struct timer_entry b) {
    return a.when < b.when ||
           (a.when == b.when && unlikely(h->shuffles) && rt_of(a.t)->rand < rt_of(b.t)->rand);
}

static void sift_up(struct timer_heap *h, uint32_t i, struct timer_entry e) {
    while (i > 0) {
        uint32_t up = (i - 1) / 4;
        if (!before(h, e, h->e[up]))
            break;
        place(h, i, h->e[up]);
        i = up;
    }
    place(h, i, e);
}

static uint32_t least_child(struct timer_heap *h, uint32_t i) {
    uint32_t first = 4 * i + 1, least = first;
    uint32_t end = first + 4 < h->n ? first + 4 : h->n;
    for (uint32_t c = first + 1; c < end; c++)
        if (before(h, h->e[c], h->e[least]))
            least = c;
    return least;
}

static void sift_down(struct timer_heap *h, uint32_t i, struct timer_entry e) {
    for (uint32_t c; (c = least_child(h, i)) < h->n; i = c) {
        if (!before(h, h->e[c], e))
            break;
        place(h, i, h->e[c]);
    }
    place(h, i, e);
}

static void set_first(struct timer_heap *h) {
    atomic_store_explicit(&h->first, h->n > 0 ? h->e[0].when : INT64_MAX, memory_order_release);
}

static void insert(struct timer_heap *h, struct timer *t) {
    if (h->n == h->cap) {
        uint32_t cap = h->cap == 0 ? 64 : h->cap * 2;
        race_hide(true); /* another thread's goroutine may have made it */
        struct timer_entry *e = realloc(h->e, cap * sizeof *e);
        race_hide(false);
        if (e == NULL)
            fatal_error("out of memory (timers)");
        h->e = e;
        h->cap = cap;
    }
    atomic_store_explicit(&rt_of(t)->heap, h, memory_order_relaxed);
    if (unlikely(h->shuffles))
        rt_of(t)->rand = (uint32_t)(fast_random() >> 32);
    sift_up(h, h->n++, (struct timer_entry){t->when, t});
    set_first(h);
}

static void delete_at(struct timer_heap *h, uint32_t i) {
    rt_of(h->e[i].t)->index = NOWHERE;
    struct timer_entry last = h->e[--h->n];
    if (i < h->n) {
        if (i > 0 && before(h, last, h->e[(i - 1) / 4]))
            sift_up(h, i, last);
        else
            sift_down(h, i, last);
    }
    set_first(h);
}

/* ---- start, stop, reset ---- */
void timer_put_in(struct timer *t, uint16_t bubble) {
    rt_of(t)->bubble = bubble;
}

static struct timer_heap *own_heap(struct m *m) {
    if (m->p != NULL)
        return &m->p->timers;
    if (unlikely(!rt_sched.ready))
        proc_ensure();
    return &rt_sched.procs[0]->timers;
}

static void start(struct m *m, struct timer *t) {
    uint16_t bubble = rt_of(t)->bubble;
    struct timer_heap *h = unlikely(bubble != 0) ? bubble_heap(bubble) : own_heap(m);
    if (t->when < 0)
        t->when = 0;
    int64_t when = t->when;
    race_release_store(t);
    lock_take(&h->lock, RANK_TIMERS);
    insert(h, t);
    bool first = h->e[0].t == t;
    lock_drop(&h->lock);
    if (first && bubble == 0) /* t itself may be gone already */
        proc_timer_added(when);
}

static void wait_run(struct m *m, struct timer_heap *h, struct timer *t) {
    /* acquire: the effects of the run that has just ended are visible */
    for (int i = 0; atomic_load_explicit(&h->running, memory_order_acquire) == t; i++) {
        if (h->running_m == m)
            return;
        if (i < 1000)
            cpu_relax();
        else
            lock_pause(i - 1000);
    }
}

static bool stop(struct m *m, struct timer *t) {
    for (;;) {
        struct timer_heap *h = atomic_load_explicit(&rt_of(t)->heap, memory_order_acquire);
        if (h == NULL)
            return false;
        lock_take(&h->lock, RANK_TIMERS);
        if (atomic_load_explicit(&rt_of(t)->heap, memory_order_relaxed) != h) {
            lock_drop(&h->lock);
            continue;
        }
        bool pending = rt_of(t)->index != NOWHERE;
        if (pending)
            delete_at(h, rt_of(t)->index);
        lock_drop(&h->lock);
        wait_run(m, h, t);
        return pending;
    }
}

/* For timers that only the calling goroutine knows. */
void timer_start_own(struct timer *t) {
    start(rt_m(), t);
}

bool timer_stop_own(struct timer *t) {
    return stop(rt_m(), t);
}

/* A bubble's clock stands still while somebody runs: what is due goes off now, as it would for the
 * real clock, not when all of them wait.  Depth 1, no locks. */
static void due_at_once(uint16_t bubble, int64_t when) {
    if (unlikely(bubble != 0) && when <= bubble_clock())
        timer_run_heap(bubble_heap(bubble), bubble_clock());
}

/* One that starts a goroutine wants somebody to see to it, whatever the others compute. */
void timer_start(struct timer *t) {
    struct m *m = rt_enter();
    if (unlikely(!rt_sched.started) && t->c == NULL)
        spawn_first();
    uint16_t bubble = bubble_here();
    int64_t when = t->when;
    lock_take(&rt_of(t)->lock, RANK_TIMER);
    timer_put_in(t, bubble);
    start(m, t);
    lock_drop(&rt_of(t)->lock);
    due_at_once(bubble, when);
    rt_leave();
}

void timer_check_bubble(struct timer *t, const char *what) {
    uint16_t bubble = rt_of(t)->bubble;
    if (unlikely(bubble != 0) && bubble != bubble_here())
        fatal_error("%s of synctest timer from outside bubble", what);
}

/* A channel timer that has fired into its buffer counts as pending until it is received. */
bool timer_stop(struct timer *t) {
    struct m *m = rt_enter();
    lock_take(&rt_of(t)->lock, RANK_TIMER);
    bool pending = stop(m, t);
    if (t->c != NULL && chan_drain_timer(t->c))
        pending = true;
    lock_drop(&rt_of(t)->lock);
    rt_leave();
    return pending;
}

/* A timer that waits in the heap where it would go again is changed within it.  Not while it runs:
 * what that run sends must be drained afterwards. */
static bool move(struct m *m, struct timer *t, int64_t when, int64_t period) {
    struct timer_heap *h = atomic_load_explicit(&rt_of(t)->heap, memory_order_acquire);
    uint16_t bubble = bubble_here();
    if (h == NULL || h != (unlikely(bubble != 0) ? bubble_heap(bubble) : own_heap(m)))
        return false;
    lock_take(&h->lock, RANK_TIMERS);
    uint32_t i = rt_of(t)->index;
    if (rt_of(t)->heap != h || i == NOWHERE || h->running == t) {
        lock_drop(&h->lock);
        return false;
    }
    if (t->c != NULL)
        chan_drain_timer(t->c);
    t->when = when < 0 ? 0 : when;
    t->period = period;
    race_release_store(t);
    bool first = false;
    if (t->when < h->e[i].when) {
        sift_up(h, i, (struct timer_entry){t->when, t});
        set_first(h);
        first = h->e[0].t == t;
    }
    lock_drop(&h->lock);
    if (first && bubble == 0)
        proc_timer_added(when);
    return true;
}

bool timer_reset(struct timer *t, int64_t when, int64_t period) {
    struct m *m = rt_enter();
    lock_take(&rt_of(t)->lock, RANK_TIMER);
    if (move(m, t, when, period)) {
        lock_drop(&rt_of(t)->lock);
        due_at_once(bubble_here(), when);
        rt_leave();
        return true;
    }
    bool pending = stop(m, t);
    if (t->c != NULL && chan_drain_timer(t->c))
        pending = true;
    t->when = when;
    t->period = period;
    timer_put_in(t, bubble_here());
    start(m, t);
    lock_drop(&rt_of(t)->lock);
    due_at_once(bubble_here(), when);
    rt_leave();
    return pending;
}

/* ---- running: on the scheduler, at depth 1 ---- */
/* Entries that were put off are moved when their old time comes. */
static void settle(struct timer_heap *h, int64_t now) {
    struct timer *t;
    while (h->n > 0 && h->e[0].when <= now && (t = h->e[0].t)->when > h->e[0].when) {
        sift_down(h, 0, (struct timer_entry){t->when, t});
        set_first(h);
    }
}

/* The timer at place i, which is due; the heap's lock is let go meanwhile. */
static void run_at(struct timer_heap *h, uint32_t i, int64_t now) {
    struct timer *t = h->e[i].t;
    int64_t late = now - t->when;
    void (*fn)(void *, int64_t) = t->fn;
    void *arg = t->arg;
    if (t->period > 0) {
        int64_t past = t->period * (late / t->period); /* no more than late */
        if (__builtin_add_overflow(t->when + past, t->period, &t->when))
            t->when = INT64_MAX - 1; /* as a sleep for ever */
        sift_down(h, i, (struct timer_entry){t->when, t});
        set_first(h);
    } else {
        delete_at(h, i);
    }
    h->running_m = rt_m();
    atomic_store_explicit(&h->running, t, memory_order_relaxed);
    lock_drop(&h->lock);
    hard_late();
    void *from = race_timer_enter(t);
    fn(arg, late);
    race_timer_leave(from);
    lock_take(&h->lock, RANK_TIMERS);
    /* release: pairs with wait_run() */
    atomic_store_explicit(&h->running, NULL, memory_order_release);
}

static bool run_one(struct timer_heap *h, int64_t now) {
    settle(h, now);
    if (h->n == 0 || h->e[0].when > now || h->running != NULL)
        return false;
    run_at(h, 0, now);
    return true;
}

/* Waits for a run under way: it may be that of t, and only one goes on at a time.  relaxed: the
 * word changes under the lock only. */
static void lock_idle_heap(struct timer_heap *h) {
    lock_take(&h->lock, RANK_TIMERS);
    for (int i = 0; atomic_load_explicit(&h->running, memory_order_relaxed) != NULL; i++) {
        lock_drop(&h->lock);
        lock_pause(i);
        lock_take(&h->lock, RANK_TIMERS);
    }
}

/* For one whose channel somebody looks at, on any thread, before the scheduler has come to it.  The
 * caller keeps t alive.  Without the lock, acquire for the heap and relaxed for the time: who sees
 * what was before a reset has looked before it; under the lock both are read again. */
void timer_run_if_due(struct timer *t) {
    struct timer_heap *h = atomic_load_explicit(&rt_of(t)->heap, memory_order_acquire);
    int64_t now = unlikely(rt_of(t)->bubble != 0) ? clock_now() : clock_mono();
    /* a ticker's is changed before it has sent */
    if (h == NULL || (t->period == 0 && __atomic_load_n(&t->when, __ATOMIC_RELAXED) > now))
        return;
    lock_idle_heap(h);
    uint32_t i = rt_of(t)->index;
    if (atomic_load_explicit(&rt_of(t)->heap, memory_order_relaxed) == h && i != NOWHERE &&
        t->when <= now)
        run_at(h, i, now);
    lock_drop(&h->lock);
}

bool timer_run_heap(struct timer_heap *h, int64_t now) {
    bool any = false;
    if (atomic_load_explicit(&h->first, memory_order_acquire) > now)
        return false;
    lock_take(&h->lock, RANK_TIMERS);
    while (run_one(h, now))
        any = true;
    lock_drop(&h->lock);
    return any;
}

bool timer_run(struct p *p, int64_t now) {
    return timer_run_heap(&p->timers, now);
}

/* What is still in it will not run; stopping or starting it again is allowed. */
void timer_heap_clear(struct timer_heap *h) {
    lock_take(&h->lock, RANK_TIMERS);
    while (h->n > 0)
        delete_at(h, h->n - 1);
    lock_drop(&h->lock);
}

bool timer_run_all(int64_t now) {
    bool any = false;
    for (uint32_t i = 0; i < rt_sched.n_procs; i++)
        any |= timer_run(rt_sched.procs[i], now);
    return any;
}

int64_t timer_next(void) {
    int64_t next = INT64_MAX;
    for (uint32_t i = 0; i < rt_sched.n_procs; i++) {
        int64_t first = atomic_load_explicit(&rt_sched.procs[i]->timers.first,
                                             memory_order_acquire);
        if (first < next)
            next = first;
    }
    return next;
}

/* A ticker whose channel nobody reads keeps nobody alive. */
bool timer_any_waited(void) {
    bool any = false;
    for (uint32_t i = 0; i < rt_sched.n_procs && !any; i++) {
        struct timer_heap *h = &rt_sched.procs[i]->timers;
        lock_take(&h->lock, RANK_TIMERS);
        for (uint32_t k = 0; k < h->n && !any; k++) {
            void *c = *(void *volatile *)&h->e[k].t->c; /* which goes before the timer does */
            any = c == NULL || chan_has_receiver(c);
        }
        lock_drop(&h->lock);
    }
    return any;
}

/* from's P retires.  Heaps are locked one after the other: a timer in between is found by
 * nobody but stop(), which looks at rt->heap again.  A ticker whose fn runs stays until that is
 * over: who stops it waits where it is. */
void timer_adopt(struct p *from, struct p *to) {
    for (;;) {
        lock_take(&from->timers.lock, RANK_TIMERS);
        struct timer_heap *a = &from->timers, *b = &to->timers;
        if (a->n == 0) {
            lock_drop(&a->lock);
            return;
        }
        struct timer *t = a->e[0].t;
        if (a->running == t || !lock_try(&b->lock, RANK_TIMERS)) {
            lock_drop(&a->lock);
            lock_pause(0);
            continue;
        }
        delete_at(a, 0);
        insert(b, t);
        lock_drop(&b->lock);
        lock_drop(&a->lock);
    }
}

/* ---- sleep ---- */
static void sleep_over(void *g, int64_t late) {
    (void)late;
    sched_ready_tail(g);
}

static void sleep_parked(void *t) {
    timer_start_own(t);
}

void sleep_ns(int64_t ns) {
    if (ns <= 0)
        return;
    struct m *m = rt_enter();
    int64_t now = clock_now();
    struct timer t = {
        .when = ns > INT64_MAX - now ? INT64_MAX - 1 : now + ns, .fn = sleep_over, .arg = m->g};
    timer_put_in(&t, m->g->bubble);
    sched_park(WAIT_SLEEP, NULL, sleep_parked, &t);
    rt_leave();
}

void gocc_sleep(long long ns) {
    sleep_ns(ns);
}
