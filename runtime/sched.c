/* SPDX-License-Identifier: MIT */
/*
 * Starting, parking, readying and ending goroutines: the part of the scheduler that runs on
 * goroutine stacks.
 *
 * A goroutine that stops switches straight to the next one of its P; the scheduler stack (g0,
 * find.c) is entered only when the local queue has nothing or something unusual is up.  What
 * must not happen before the registers are saved (unlock the channel, queue the goroutine,
 * free the dead one) is left in m->after and done by whoever comes next on this M.
 *
 * States: UNUSED -> RUNNABLE -> RUNNING -> WAITING -> RUNNABLE ..., RUNNING -> DEAD -> RUNNABLE.
 * Only the goroutine itself leaves RUNNING; only the one that took it off its wait queue
 * leaves WAITING.  (Go's states of collecting and of copying stacks do not exist here.)
 *
 */
#include "rt.h"

static inline __attribute__((always_inline)) void run_after(struct m *m) {
    struct lock *lock = m->after_drop;
    if (lock != NULL) {
        m->after_drop = NULL;
        lock_drop(lock);
    }
    void (*after)(void *) = m->after;
    if (after != NULL) {
        m->after = NULL;
        after(m->after_arg);
    }
    lock_check_none();
}

void sched_run_after(struct m *m) {
    run_after(m);
}

/* g was taken from a queue: is it one to switch to? */
static inline __attribute__((always_inline)) struct g *usable(struct m *m, struct g *g) {
    if (atomic_load_explicit(&g->state, memory_order_relaxed) == G_FRESH)
        return spawn_attach(m, g);
    if (unlikely(g->pinned)) {
        runq_put(m->p, g, true);
        return NULL;
    }
    return g;
}

/* Every 61st turn the global queue comes first, so that it cannot starve.  Neither can those who
 * yielded while others keep it from ever being empty: they get their places in it. */
struct g *sched_pick_fair(struct p *p) {
    if (rt_sched.q_len > 0)
        runq_publish_yielded(p);
    struct g *g = runq_global_get(p, 1);
    return g != NULL ? g : runq_get_yielded(p);
}

/* Every 16 picks: how long were they, and is a timer due? */
static bool look_at_clock(struct p *p) {
    int64_t now = clock_mono();
    if (p->slice_at != 0)
        p->slice = (now - p->slice_at) / 16;
    p->slice_at = now;
    return p->timers.first <= now;
}

/* Partners that wake each other look at no clock for a whole slice. */
static inline bool is_timer_due(struct p *p) {
    return unlikely(++p->hand_overs % 64 == 0) && p->timers.first != INT64_MAX &&
           p->timers.first <= clock_mono();
}

/* Nothing in runnext: the ring, and now and then a look at the timers. */
static struct g *pick_ring(struct m *m, struct p *p) {
    p->tick++;
    atomic_store_explicit(&p->want_resched, 0, memory_order_relaxed);
    if (unlikely(p->tick % 16 == 0) && look_at_clock(p))
        return NULL;
    struct g *g = runq_empty(p) ? NULL : runq_get(p);
    if (g == NULL && rt_sched.q_len == 0)
        g = runq_get_yielded(p);
    return g != NULL ? usable(m, g) : NULL;
}

/* The next of this P, or NULL: the scheduler loop must decide. */
static inline __attribute__((always_inline)) struct g *pick_next(struct m *m) {
    struct p *p = m->p;
    struct g *g;
    if (unlikely(p == NULL || m->locked_g != NULL ||
                 atomic_load_explicit(&p->attention, memory_order_relaxed)) ||
        hard_chance(8))
        return NULL;
    if (unlikely(p->tick % 61 == 0) && (g = sched_pick_fair(p)) != NULL) {
        p->tick++;
        return usable(m, g);
    }
    if ((g = p->runnext) == NULL)
        return pick_ring(m, p);
    if (is_timer_due(p))
        return NULL;
    p->runnext = NULL; /* inherits the time slice */
    return usable(m, g);
}

static inline __attribute__((always_inline)) void set_running(struct m *m, struct g *g) {
    hard_check_run(m, g);
    m->g = g;
    g->m = m;
    rt_set_frames(&g->frames);
    atomic_store_explicit(&g->state, G_RUNNING, memory_order_relaxed);
}

/* The next one on this thread is in no catch block of from's. */
static __attribute__((noinline, cold)) void take_exceptions(struct m *m, struct g *from) {
    from->catches = m->cxx->caught != NULL || m->cxx->uncaught != 0;
    from->cxx = *m->cxx;
    *m->cxx = (struct cxx_state){NULL, 0};
}

static __attribute__((noinline, cold)) void bring_exceptions(struct m *m, struct g *g) {
    *m->cxx = g->cxx;
    g->catches = false;
}

/* Leaves from, which comes back here some time, maybe on another M. */
static inline __attribute__((always_inline)) void leave_to(struct m *m, struct g *from,
                                                           struct g *next) {
    from->err = *m->errno_ptr;
    if (unlikely(m->cxx != NULL))
        take_exceptions(m, from);
    if (likely(next != NULL)) {
        set_running(m, next);
        sanitize_switch(m, from, next, false);
        rt_switch_inline(&from->ctx, &next->ctx);
    } else {
        m->g = NULL;
        sanitize_switch(m, from, NULL, false);
        rt_switch(&from->ctx, &m->g0);
    }
    m = rt_m_or_null(); /* it is some M that has switched here */
    sanitize_switched(m, from);
    run_after(m);
    race_thread_shared(m);
    if (unlikely(from->catches))
        bring_exceptions(m, from);
    *m->errno_ptr = from->err;
}

/* ---- threads of the program: they block as threads ---- */
static void park_foreign(struct g *g, void (*after)(void *), void *arg) {
    atomic_store_explicit(&g->wake, 0, memory_order_relaxed);
    race_thread_parks(g);
    if (after != NULL)
        after(arg);
    proc_thread_parks();
    /* acquire: what the waker did before sched_ready() is visible */
    while (atomic_load_explicit(&g->wake, memory_order_acquire) == 0)
        futex_wait(&g->wake, 0, -1);
    race_thread_woken(g);
    g->state = G_RUNNING;
}

static void ready_foreign(struct g *g) {
    _Atomic uint32_t *word = &g->wake;
    atomic_store_explicit(word, 1, memory_order_release);
    futex_wake(word, 1); /* g may be gone; a wake of a stale address does nothing */
}

static inline __attribute__((always_inline)) void going_to_wait(struct g *g, enum wait_reason why,
                                                                void *on) {
    g->wait = (uint8_t)why;
    g->wait_on = on;
    g->wait_minute = rt_sched.minute;
    atomic_store_explicit(&g->state, G_WAITING, memory_order_relaxed);
}

/* One test of one byte for both. */
static inline bool is_special(const struct g *g) {
    return g->foreign || g->bubbled;
}

static void drop(void *lock) {
    lock_drop(lock);
}

void sched_park_drop(enum wait_reason why, void *on, struct lock *lock) {
    struct m *m = rt_m();
    struct g *g = m->g;
    going_to_wait(g, why, on);
    if (unlikely(is_special(g))) {
        if (g->foreign) {
            park_foreign(g, drop, lock);
            return;
        }
        bubble_parks(m, g);
    }
    m->after_drop = lock;
    leave_to(m, g, pick_next(m));
}

void sched_park(enum wait_reason why, void *on, void (*after)(void *), void *arg) {
    struct m *m = rt_m();
    struct g *g = m->g;
    going_to_wait(g, why, on);
    m->after = after;
    m->after_arg = arg;
    if (unlikely(is_special(g))) {
        if (g->foreign) {
            m->after = NULL;
            park_foreign(g, after, arg);
            return;
        }
        bubble_parks(m, g);
    }
    leave_to(m, g, pick_next(m));
}

void sched_ready_slow(struct g *g, bool next) {
    struct m *m = rt_m();
    hard_check_ready(g);
    if (unlikely(g->bubbled))
        bubble_readies(m, g);
    atomic_store_explicit(&g->state, G_RUNNABLE, memory_order_relaxed);
    if (unlikely(g->foreign)) {
        ready_foreign(g);
    } else if (unlikely(m->p == NULL)) {
        runq_global_put(g, g, 1);
        proc_wake_if_idle();
    } else if (runq_put(m->p, g, next)) {
        proc_wake_for(m->p);
    }
}

void sched_ready_tail(struct g *g) {
    sched_ready_slow(g, false);
}

void sched_ready_list(struct g *list) {
    while (list != NULL) {
        struct g *g = list;
        list = g->next;
        sched_ready_slow(g, false);
    }
}

/* ---- yielding ---- */
/* Without a P: none was left for it, but the last that had one may have stopped since, and an M
 * that g is locked to looks for none. */
static void put_global(void *g) {
    struct p *p = rt_m()->p;
    if (p != NULL)
        runq_publish_yielded(p); /* they came before it */
    runq_global_put(g, g, 1);
    if (p == NULL)
        proc_wake_if_idle();
}

static void put_local(void *g) {
    struct p *p = rt_m()->p;
    if (p == NULL)
        put_global(g);
    else
        runq_put(p, g, false);
}

static void yield(struct m *m, struct g *g, struct g *next, void (*put)(void *)) {
    atomic_store_explicit(&g->state, G_RUNNABLE, memory_order_relaxed);
    m->after = put;
    m->after_arg = g;
    leave_to(m, g, next);
}

/* An M that searches should see it: really into the global queue. */
static void yield_visibly(struct m *m, struct g *g) {
    struct g *next = pick_next(m);
    if (next == NULL && m->p != NULL && m->locked_g == NULL && !m->p->attention &&
        (next = runq_global_get(m->p, 0)) != NULL)
        next = usable(m, next);
    yield(m, g, next, put_global);
}

/* The common case of the general way below: others have yielded too and nothing else waits.  The
 * P's own stretch of the queue is out of reach for others while we are in here, and nothing is
 * picked after that could publish it; so g may be in it before its registers are saved. */
static inline __attribute__((always_inline)) bool yield_to_yielded(struct m *m, struct g *g) {
    struct p *p = m->p;
    if (unlikely(p == NULL))
        return false;
    struct g *next = p->yield_head;
    if (unlikely(next == NULL || next->pinned || p->runnext != NULL || !runq_empty(p) ||
                 rt_sched.q_len != 0 || p->attention || m->locked_g != NULL ||
                 (p->tick + 1) % 16 == 0))
        return false;
    p->tick++;
    atomic_store_explicit(&p->want_resched, 0, memory_order_relaxed);
    atomic_store_explicit(&g->state, G_RUNNABLE, memory_order_relaxed);
    runq_yield(p, g);
    p->yield_head = next->next;
    leave_to(m, g, next);
    return true;
}

/* pick_next() had nothing: because there is nothing, and no timer to look at? */
static bool nobody_else(const struct m *m) {
    const struct p *p = m->p;
    return p != NULL && m->locked_g == NULL && !p->attention && p->tick % 16 != 0 &&
           !proc_private_work(p) && runq_empty(p) && rt_sched.q_len == 0;
}

/* After the choice, and behind the switch: what pick_next() does may publish the P's stretch of
 * the queue, and a g in it would run elsewhere on the stack that it still runs on here. */
static void put_yielded(void *g) {
    struct p *p = rt_m()->p;
    if (p == NULL)
        put_global(g);
    else
        runq_yield(p, g);
}

static void yield_in_private(struct m *m, struct g *g) {
    struct g *next = pick_next(m);
    if (next != NULL || !nobody_else(m))
        yield(m, g, next, put_yielded);
}

static inline __attribute__((always_inline)) void gosched(struct m *m) {
    struct g *g = m->g;
    if (unlikely(m->foreign))
        spin_once();
    else if (rt_sched.n_spinning > 0)
        yield_visibly(m, g);
    else if (!yield_to_yielded(m, g))
        yield_in_private(m, g);
    rt_leave();
}

void sched_gosched_entered(struct m *m) {
    gosched(m);
}

void sched_gosched(void) {
    gosched(rt_enter());
}

/* <gocc/runtime.h> */
void gocc_yield(void) __attribute__((alias("sched_gosched")));
void gocc_gosched(void) __attribute__((alias("sched_gosched")));

void sched_yield_local(void) {
    struct m *m = rt_m();
    if (!m->foreign)
        yield(m, m->g, pick_next(m), put_local);
}

/* The P is lost: wait in the global queue until an M with a P comes by.  Depth 1. */
void sched_requeue(struct m *m) {
    yield(m, m->g, NULL, put_global);
}

ENTRY_SECTION void sched_entry(void) {
    struct m *m = rt_m();
    struct g *g = m->g;
    sanitize_switched(m, g);
    sched_run_after(m);
    race_thread_shared(m);
    *m->errno_ptr = 0;
    rt_leave();
    g->fn(g->arg);
    sched_exit_g();
}

/* ---- the end ---- */
static void release_handles(struct g *g) {
    void **h = g->arg;
    for (uint32_t i = 0; i < g->handles; i++)
        handle_release_at_end(h[i], g->id);
    g->handles = 0;
}

static void drop_belongings(struct g *g) {
    struct cxx_state *cxx = rt_m()->cxx;
    if (unlikely(cxx != NULL)) /* runtime_goexit() in a catch block */
        *cxx = (struct cxx_state){NULL, 0};
    panic_goroutine_end(g);
    if (unlikely((g->handles | g->bubble) != 0)) {
        release_handles(g);
        if (g->bubbled)
            bubble_died(g);
    }
    if (unlikely(g->id == 1))
        rt_sched.main_gone = true;
}

void sched_exit_g(void) {
    struct g *g = rt_g();
    drop_belongings(g);
    struct m *m = rt_enter();
    m->ending = unlikely(g->pinned);
    if (unlikely(m->ending))
        race_release_store(&m->ending);
#if defined(RT_ASAN) || defined(RT_TSAN)
    struct g *next = m->ending ? NULL
                               : pick_next(m); /* never our own stack: its shadow is in use */
    spawn_bury(m, g);
#else
    spawn_bury(m, g);
    struct g *next = unlikely(m->ending) ? NULL : pick_next(m);
#endif
    if (likely(next != NULL)) {
        set_running(m, next);
        sanitize_switch(m, g, next, true);
        rt_jump(&next->ctx);
    }
    m->g = NULL;
    sanitize_switch(m, g, NULL, true);
    rt_jump(&m->g0);
}

void sched_leave_g(void) {
    struct g *g = rt_g();
    drop_belongings(g);
    struct m *m = rt_enter();
    race_release_store(&m->ending);
    spawn_bury(m, g);
    m->g = NULL;
    sched_run_after(m);
    proc_leave(m);
}

/* ---- for the public API ---- */
struct proc_pin proc_pin(void) {
    struct m *m = rt_enter();
    return (struct proc_pin){m->p != NULL ? m->p->id : -1, &m->in_rt_left};
}

void gocc_lock_os_thread(void) {
    struct m *m = rt_enter();
    struct g *g = m->g;
    if (unlikely(!rt_sched.started) && !m->foreign)
        spawn_first(); /* sysmon shall be of a thread that nobody has changed yet: thread.c */
    if (!m->foreign) {
        g->locked++;
        g->lock_m = m;
        g->pinned = true;
        m->locked_g = g;
    }
    rt_leave();
}

void gocc_unlock_os_thread(void) {
    struct m *m = rt_enter();
    struct g *g = m->g;
    if (!m->foreign && g->locked > 0 && --g->locked == 0) {
        g->lock_m = NULL;
        g->pinned = false;
        m->locked_g = NULL;
    }
    rt_leave();
}

uint64_t fast_random(void) {
    struct m *m = rt_m();
    uint64_t x = m->rand; /* wyrand: one multiplication, passes BigCrush */
    m->rand = x += UINT64_C(0xa0761d6478bd642f);
    __uint128_t t = (__uint128_t)x * (x ^ UINT64_C(0xe7037ed1a0b428db));
    return (uint64_t)(t >> 64) ^ (uint64_t)t;
}
