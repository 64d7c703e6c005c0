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
 * A dead G goes to its P's free list before the switch away from its stack.  That is safe: the
 * P cannot be taken (in_rt) and nothing allocates from the list between there and the jump.
 */
#include "rt.h"

#ifdef GOCC_HARD
#define KEEP 4
#else
#define KEEP 512
#endif

void sched_run_after(struct m *m)
{
    void (*after)(void *) = m->after;
    if (after != NULL) {
        m->after = NULL;
        after(m->after_arg);
    }
}

/* The next of this P, or NULL: the scheduler loop must decide. */
static inline struct g *pick_next(struct m *m)
{
    struct p *p = m->p;
    struct g *g;
    if (unlikely(p == NULL || m->locked_g != NULL ||
                 atomic_load_explicit(&p->attention, memory_order_relaxed)))
        return NULL;
    if (unlikely(p->tick % 61 == 0) && (g = runq_global_get(p, 1)) != NULL) {
        p->tick++;
    } else if ((g = p->runnext) != NULL) {
        p->runnext = NULL; /* inherits the time slice */
    } else {
        p->tick++;
        p->want_resched = 0;
        if (unlikely(p->tick % 16 == 0) && p->timers.first <= clock_mono())
            return NULL;
        g = runq_get(p);
    }
    if (unlikely(g != NULL && g->lock_m != NULL)) {
        runq_put(p, g, true);
        return NULL;
    }
    return g;
}

static inline void set_running(struct m *m, struct g *g)
{
    m->g = g;
    g->m = m;
    atomic_store_explicit(&g->state, G_RUNNING, memory_order_relaxed);
}

/* Leaves from, which comes back here some time, maybe on another M. */
static void leave_to(struct m *m, struct g *from, struct g *next)
{
    from->err = *m->errno_ptr;
    if (likely(next != NULL)) {
        set_running(m, next);
        sanitize_switch(m, from, next, false);
        rt_switch(&from->ctx, &next->ctx);
    } else {
        m->g = NULL;
        sanitize_switch(m, from, NULL, false);
        rt_switch(&from->ctx, &m->g0);
    }
    m = rt_m();
    sanitize_switched(m, from);
    sched_run_after(m);
    *m->errno_ptr = from->err;
}

/* ---- threads of the program: they block as threads ---- */
static void park_foreign(struct g *g, void (*after)(void *), void *arg)
{
    atomic_store_explicit(&g->wake, 0, memory_order_relaxed);
    if (after != NULL)
        after(arg);
    /* acquire: what the waker did before sched_ready() is visible */
    while (atomic_load_explicit(&g->wake, memory_order_acquire) == 0)
        futex_wait(&g->wake, 0, -1);
    g->state = G_RUNNING;
}

static void ready_foreign(struct g *g)
{
    _Atomic uint32_t *word = &g->wake;
    atomic_store_explicit(word, 1, memory_order_release);
    futex_wake(word, 1); /* g may be gone; a wake of a stale address does nothing */
}

void sched_park(enum wait_reason why, void *on, void (*after)(void *), void *arg)
{
    struct m *m = rt_m();
    struct g *g = m->g;
    g->wait = (uint8_t)why;
    g->wait_on = on;
    g->wait_since = 0;
    atomic_store_explicit(&g->state, G_WAITING, memory_order_relaxed);
    if (unlikely(m->foreign)) {
        park_foreign(g, after, arg);
        return;
    }
    m->after = after;
    m->after_arg = arg;
    leave_to(m, g, pick_next(m));
}

static void ready(struct g *g, bool next)
{
    struct m *m = rt_m();
    atomic_store_explicit(&g->state, G_RUNNABLE, memory_order_relaxed);
    if (unlikely(g->foreign)) {
        ready_foreign(g);
    } else if (unlikely(m->p == NULL)) {
        runq_global_put(g, g, 1);
        proc_wake_if_idle();
    } else if (runq_put(m->p, g, next)) {
        proc_wake_if_idle();
    }
}

void sched_ready(struct g *g)
{
    ready(g, true);
}

void sched_ready_tail(struct g *g)
{
    ready(g, false);
}

void sched_ready_list(struct g *list)
{
    while (list != NULL) {
        struct g *g = list;
        list = g->next;
        ready(g, false);
    }
}

/* ---- yielding ---- */
static void put_global(void *g)
{
    runq_global_put(g, g, 1);
}

static void put_local(void *g)
{
    struct m *m = rt_m();
    if (m->p == NULL)
        put_global(g);
    else
        runq_put(m->p, g, false);
}

static void yield(struct m *m, struct g *g, struct g *next, void (*put)(void *))
{
    atomic_store_explicit(&g->state, G_RUNNABLE, memory_order_relaxed);
    m->after = put;
    m->after_arg = g;
    leave_to(m, g, next);
}

void sched_gosched(void)
{
    struct m *m = rt_enter();
    struct g *g = m->g;
    if (unlikely(m->foreign)) {
        spin_once();
        rt_leave();
        return;
    }
    struct g *next = pick_next(m);
    if (next == NULL && m->p != NULL && m->locked_g == NULL && !m->p->attention)
        next = runq_global_get(m->p, 0);
    if (next != NULL && next->lock_m != NULL) {
        runq_put(m->p, next, true);
        next = NULL;
    }
    yield(m, g, next, put_global);
    rt_leave();
}

void sched_yield_local(void)
{
    struct m *m = rt_m();
    if (!m->foreign)
        yield(m, m->g, pick_next(m), put_local);
}

/* The P is lost: wait in the global queue until an M with a P comes by.  Depth 1. */
void sched_requeue(struct m *m)
{
    yield(m, m->g, NULL, put_global);
}

/* ---- free Gs ---- */
static struct g *g_get(struct p *p)
{
    struct g *g;
    while (p != NULL && (g = p->free_g) != NULL) {
        p->free_g = g->next;
        p->free_n--;
        if (likely(stack_is_usual(g)))
            return g;
        g->next = NULL;
        g->batch_n = 1;
        stack_free(g, 1);
    }
    g = stack_alloc(0);
    if (g->next != NULL) {
        if (p != NULL) {
            p->free_g = g->next;
            p->free_n = g->batch_n - 1;
        } else {
            g->next->batch_n = g->batch_n - 1;
            stack_free(g->next, g->batch_n - 1);
        }
    }
    return g;
}

/* The colder half of the list goes to the pool. */
static void g_flush(struct p *p)
{
    struct g *last = p->free_g;
    uint32_t keep = KEEP / 2;
    for (uint32_t i = 1; i < keep; i++)
        last = last->next;
    struct g *rest = last->next;
    last->next = NULL;
    rest->batch_n = p->free_n - keep;
    p->free_n = keep;
    stack_free(rest, rest->batch_n);
}

static void g_put(struct p *p, struct g *g)
{
    if (unlikely(p->free_n >= KEEP))
        g_flush(p);
    g->next = p->free_g;
    p->free_g = g;
    p->free_n++;
}

static void free_later(void *arg)
{
    struct g *g = arg;
    g->next = NULL;
    g->batch_n = 1;
    stack_free(g, 1);
}

/* ---- go ---- */
static uint64_t new_id(struct p *p)
{
    if (p == NULL)
        return atomic_fetch_add(&rt_sched.id_gen, 1) + 1;
    if (unlikely(p->next_id == p->last_id)) {
        p->next_id = atomic_fetch_add(&rt_sched.id_gen, 16) + 1;
        p->last_id = p->next_id + 16;
    }
    return p->next_id++;
}

static void prepare(struct g *g, void (*fn)(void *), const void *args, size_t size)
{
    char *top = (char *)((uintptr_t)(g->stack_hi - size) & ~(uintptr_t)63);
    if (unlikely(size > (size_t)(g->stack_hi - g->stack_lo) / 2))
        fatal_error("go: %zu bytes of arguments do not fit on a goroutine stack of %zu bytes", size,
                    (size_t)(g->stack_hi - g->stack_lo));
    if (size > 0)
        memcpy(top, args, size);
    g->fn = fn;
    g->arg = top;
#if defined(__x86_64__)
    g->ctx.sp = top - 64; /* six registers, then 16-aligned */
    g->ctx.fp_mode = 0x1f80;
    g->ctx.fp_cw = 0x37f;
#else
    g->ctx.sp = top - 160;
    g->ctx.fp_mode = 0;
#endif
    g->ctx.pc = (void *)rt_entry;
}

static void g_clear(struct g *g)
{
    g->wait = 0;
    g->system = false;
    g->goexiting = false;
    g->preempted = false;
    g->handles = 0;
    g->claim = 0;
    g->err = 0;
    g->locked = 0;
    g->lock_m = NULL;
    g->frames = NULL;
    g->panics = NULL;
    g->wait_on = NULL;
    g->m = NULL;
}

static struct g *new_g_on(struct g *g, struct m *m, void (*fn)(void *), const void *args,
                          size_t size, void *pc)
{
    g_clear(g);
    prepare(g, fn, args, size);
    g->id = new_id(m->p);
    g->created_pc = pc;
    g->created_by = m->g != NULL ? m->g->id : 0;
    sanitize_g_new(g);
    sanitize_stack_new(g);
    if (m->p != NULL)
        m->p->n_started++;
    else
        atomic_fetch_add_explicit(&rt_sched.n_g, 1, memory_order_relaxed);
    atomic_store_explicit(&g->state, G_RUNNABLE, memory_order_release);
    return g;
}

struct g *sched_new_g(void (*fn)(void *), const void *args, size_t size, void *pc)
{
    struct m *m = rt_m();
    return new_g_on(g_get(m->p), m, fn, args, size, pc);
}

struct g *sched_new_main(void (*fn)(void *), size_t stack)
{
    struct g *g = stack_alloc(stack > stack_size_now() ? stack : 0);
    return new_g_on(g, rt_m(), fn, NULL, 0, NULL);
}

/* A program that never says go has no second thread. */
static void first_go(void)
{
    proc_ensure();
    sysmon_start();
    rt_sched.started = true;
}

static void go(void (*fn)(void *), const void *args, size_t size, unsigned handles, void *pc)
{
    struct m *m = rt_enter();
    if (unlikely(!rt_sched.started))
        first_go();
    struct g *g = sched_new_g(fn, args, size, pc);
    g->handles = handles;
    for (unsigned i = 0; i < handles; i++)
        handle_retain(((void **)g->arg)[i]);
    if (likely(m->p != NULL)) {
        if (runq_put(m->p, g, true))
            proc_wake_if_idle();
    } else {
        runq_global_put(g, g, 1);
        proc_wake_if_idle();
    }
    rt_leave();
}

void gocc__go(void (*fn)(void *), const void *args, size_t size, unsigned handles)
{
    go(fn, args, size, handles, __builtin_return_address(0));
}

void gocc__go_check(const void *fn)
{
    if (unlikely(fn == NULL))
        fatal_error("go of nil func value");
}

struct plain {
    void (*fn)(void *);
    void *arg;
};

static void run_plain(void *arg)
{
    struct plain *p = arg;
    p->fn(p->arg);
}

void go_start(void (*fn)(void *), void *arg)
{
    go(run_plain, &(struct plain){fn, arg}, sizeof(struct plain), 0, __builtin_return_address(0));
}

void gocc_go(void (*fn)(void *), void *arg)
{
    gocc__go_check((const void *)fn);
    go(run_plain, &(struct plain){fn, arg}, sizeof(struct plain), 0, __builtin_return_address(0));
}

void sched_entry(void)
{
    struct m *m = rt_m();
    struct g *g = m->g;
    sanitize_switched(m, g);
    sched_run_after(m);
    *m->errno_ptr = 0;
    rt_leave();
    g->fn(g->arg);
    sched_exit_g();
}

/* ---- the end ---- */
static void release_handles(struct g *g)
{
    void **h = g->arg;
    for (uint32_t i = 0; i < g->handles; i++)
        handle_release(h[i]);
    g->handles = 0;
}

static void bury(struct m *m, struct g *g)
{
    struct p *p = m->p;
    atomic_store_explicit(&g->state, G_DEAD, memory_order_relaxed);
    sanitize_g_end(g);
    if (!g->system)
        p->n_ended++;
    if (g->lock_m != NULL) {
        g->lock_m->locked_g = NULL;
        g->lock_m = NULL;
    }
    if (likely(stack_is_usual(g))) {
        g_put(p, g);
    } else {
        m->after = free_later;
        m->after_arg = g;
    }
}

void sched_exit_g(void)
{
    struct g *g = rt_g();
    panic_goroutine_end(g);
    if (unlikely(g->handles > 0))
        release_handles(g);
    if (unlikely(g->id == 1))
        rt_sched.main_gone = true;
    struct m *m = rt_enter();
    bury(m, g);
    struct g *next = pick_next(m);
    if (likely(next != NULL)) {
        set_running(m, next);
        sanitize_switch(m, g, next, true);
        rt_jump(&next->ctx);
    }
    m->g = NULL;
    sanitize_switch(m, g, NULL, true);
    rt_jump(&m->g0);
}

/* ---- counts and walks ---- */
int64_t sched_live(void)
{
    int64_t n = rt_sched.n_g;
    for (uint32_t i = 0; i < rt_sched.n_procs; i++) {
        struct p *p = rt_sched.procs[i];
        n += *(volatile int64_t *)&p->n_started - *(volatile int64_t *)&p->n_ended;
    }
    return n;
}

struct each {
    void (*fn)(struct g *g, void *arg);
    void *arg;
};

static void each_live(struct g *g, void *arg)
{
    struct each *e = arg;
    /* acquire: pairs with the release in new_g_on, so id and created_* are set */
    uint8_t state = atomic_load_explicit(&g->state, memory_order_acquire);
    if (state != G_UNUSED && state != G_DEAD && !g->system)
        e->fn(g, e->arg);
}

void sched_each_g(void (*fn)(struct g *g, void *arg), void *arg)
{
    stack_each_g(each_live, &(struct each){fn, arg});
}

/* ---- for the public API ---- */
int proc_pin(void)
{
    struct p *p = rt_enter()->p;
    return p != NULL ? p->id : -1;
}

void proc_unpin(void)
{
    rt_leave();
}

void gocc_lock_os_thread(void)
{
    struct m *m = rt_enter();
    struct g *g = m->g;
    if (!m->foreign) {
        g->locked++;
        g->lock_m = m;
        m->locked_g = g;
    }
    rt_leave();
}

void gocc_unlock_os_thread(void)
{
    struct m *m = rt_enter();
    struct g *g = m->g;
    if (!m->foreign && g->locked > 0 && --g->locked == 0) {
        g->lock_m = NULL;
        m->locked_g = NULL;
    }
    rt_leave();
}

uint64_t fast_random(void)
{
    struct m *m = rt_m();
    uint64_t x = m->rand; /* wyrand: one multiplication, passes BigCrush */
    m->rand = x += UINT64_C(0xa0761d6478bd642f);
    __uint128_t t = (__uint128_t)x * (x ^ UINT64_C(0xe7037ed1a0b428db));
    return (uint64_t)(t >> 64) ^ (uint64_t)t;
}
