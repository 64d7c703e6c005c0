/* SPDX-License-Identifier: MIT */
/*
 * The birth and the grave of goroutines.
 *
 * `go` makes only a start record (struct fresh, a cache line with two words of arguments); it runs
 * through the queues like a G, and gets a stack when a P is about to run it: the one that the last
 * goroutine to end on that P has left, still in the cache.  Ten thousand `go` in a row so work
 * on one stack instead of ten thousand cold pages (measured: 197 ns each before, see make bench).
 * More arguments lie in a second record, many in memory of their own.  (Records of two lines with
 * room for eight words: a million at once took 118 ns each instead of 72.)
 *
 * Invariants
 *  - struct fresh begins like struct g with next and state; queues touch nothing else.
 *  - A record that is not G_FRESH is in one free list: of a P, or of the pool under its lock.
 *  - A dead G goes to its P's free list before the switch away from its stack.  That is safe:
 *    the P cannot be taken (in_rt) and only spawn_attach() of this M allocates from the list.
 *    It may give that very stack to the next goroutine: only the 64 bytes of arguments at the
 *    top are written, which lie above the frames of the dead one; larger arguments take
 *    another stack.
 */
#include "rt.h"

#ifdef GOCC_HARD
#define KEEP 4
#else
#define KEEP 512
#endif
#define ARGS  64
#define FEW   16   /* bytes of arguments in the record */
#define SOME  48   /* in a second one, behind next and state */
#define CHUNK 1024 /* records made at once */

enum args_place { ARGS_HERE, ARGS_MORE, ARGS_BIG };

struct fresh {
    struct g *next;
    _Atomic uint8_t state;
    uint8_t place; /* enum args_place */
    uint16_t handles;
    uint16_t bubble;
    uint16_t fp; /* fp_now() */
    union {
        struct {
            void (*fn)(void *);
            uint64_t id;
            void *created_pc;
            uint64_t created_by;
            union {
                char few[FEW];
                struct fresh *more;
                struct {
                    void *big;
                    size_t big_size;
                };
                struct { /* head of a list in the pool */
                    struct fresh *next_batch;
                    uint32_t batch_n; /* its length */
                };
            };
        };
        char some[SOME]; /* a second record of another one, and G_DEAD */
    };
#ifdef RT_TSAN
    void *fiber;
#endif
};
_Static_assert(offsetof(struct fresh, state) == offsetof(struct g, state), "queues see both");
#ifdef RT_TSAN
#define fiber_of(r) (r)->fiber
#else
#define fiber_of(r) NULL
_Static_assert(sizeof(struct fresh) == 64, "a cache line");
#endif

struct chunk {
    struct chunk *next;
    struct fresh *r;
};

static struct {
    struct lock lock;      /* guards batches */
    struct fresh *batches; /* linked by next_batch, each a list by next */
    struct chunk *_Atomic chunks;
} pool;

/* ---- start records ---- */
static struct fresh *fresh_chunk(void) {
    struct fresh *r = NULL;
    struct chunk *c = malloc(sizeof *c);
    if (c == NULL || posix_memalign((void **)&r, 64, CHUNK * sizeof *r) != 0)
        fatal_error("out of memory (go)");
    memset(r, 0, CHUNK * sizeof *r);
    for (int i = 0; i < CHUNK - 1; i++)
        r[i].next = (struct g *)&r[i + 1];
    r->batch_n = CHUNK;
    c->r = r;
    struct chunk *head = atomic_load_explicit(&pool.chunks, memory_order_relaxed);
    do
        c->next = head;
    while (!atomic_compare_exchange_weak_explicit(&pool.chunks, &head, c, memory_order_release,
                                                  memory_order_relaxed));
    return r;
}

static struct fresh *fresh_batch(void) {
    lock_take(&pool.lock, RANK_STACK);
    struct fresh *r = pool.batches;
    if (r != NULL)
        pool.batches = r->next_batch;
    lock_drop(&pool.lock);
    return r != NULL ? r : fresh_chunk();
}

static void fresh_to_pool(struct fresh *list, uint32_t n) {
    list->batch_n = n;
    lock_take(&pool.lock, RANK_STACK);
    list->next_batch = pool.batches;
    pool.batches = list;
    lock_drop(&pool.lock);
}

static struct fresh *fresh_get(struct p *p) {
    struct fresh *r;
    if (likely(p != NULL && p->free_fresh != NULL)) {
        r = p->free_fresh;
        p->free_fresh = (struct fresh *)r->next;
        p->free_fresh_n--;
        return r;
    }
    r = fresh_batch();
    struct fresh *rest = (struct fresh *)r->next;
    if (p != NULL) {
        p->free_fresh = rest;
        p->free_fresh_n = r->batch_n - 1;
    } else if (rest != NULL) {
        fresh_to_pool(rest, r->batch_n - 1);
    }
    return r;
}

static void fresh_flush(struct p *p) {
    struct fresh *last = p->free_fresh;
    for (uint32_t i = 1; i < KEEP / 2; i++)
        last = (struct fresh *)last->next;
    struct fresh *rest = (struct fresh *)last->next;
    last->next = NULL;
    fresh_to_pool(rest, p->free_fresh_n - KEEP / 2);
    p->free_fresh_n = KEEP / 2;
}

static void fresh_put(struct p *p, struct fresh *r) {
    atomic_store_explicit(&r->state, G_DEAD, memory_order_relaxed);
    if (unlikely(p->free_fresh_n >= KEEP))
        fresh_flush(p);
    r->next = (struct g *)p->free_fresh;
    p->free_fresh = r;
    p->free_fresh_n++;
}

/* ---- free Gs ---- */
static inline bool usual(struct g *g) {
    return likely(!g->odd) && (likely(!stack_mixed) || stack_is_usual(g));
}

static struct g *g_refill(struct p *p) {
    struct g *g = stack_alloc(0);
    if (g->next != NULL) {
        p->free_g = g->next;
        p->free_n = g->batch_n - 1;
    }
    return g;
}

static struct g *g_get(struct p *p) {
    struct g *g;
    while (likely((g = p->free_g) != NULL)) {
        p->free_g = g->next;
        p->free_n--;
        if (likely(usual(g)))
            return g;
        g->next = NULL;
        g->batch_n = 1;
        stack_free(g, 1);
    }
    return g_refill(p);
}

/* The colder half of the list goes to the pool. */
static void g_flush(struct p *p) {
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

static void g_put(struct p *p, struct g *g) {
    if (unlikely(p->free_n >= KEEP))
        g_flush(p);
    g->next = p->free_g;
    p->free_g = g;
    p->free_n++;
}

static void free_later(void *arg) {
    struct g *g = arg;
    g->next = NULL;
    g->batch_n = 1;
    g->odd = false;
    stack_free(g, 1);
}

/* ---- how to compute ---- */
/* Rounding, traps, and whether tiny numbers count are handed down, as from thread to thread in C
 * (-ffast-math sets them before main).  Those of x87 and SSE differ in no program but in x87's
 * precision, so all fits into the 16 bits that a start record has left. */
#if defined(__x86_64__)
static inline uint16_t fp_now(void) {
    uint32_t mxcsr;
    uint16_t cw;
    __asm__ volatile("stmxcsr %0\n\tfnstcw %1" : "=m"(mxcsr), "=m"(cw));
    return (uint16_t)((mxcsr & 0xffc0) | (cw >> 8 & 0xf));
}

static inline void fp_set(struct ctx *c, uint16_t fp) {
    c->fp_mode = fp & 0xffc0;
    c->fp_cw = (uint16_t)(0x40 | (fp & 0xf) << 8 | (fp >> 7 & 0x3f));
}
#else
static inline uint16_t fp_now(void) {
    uint64_t fpcr;
    __asm__ volatile("mrs %0, fpcr" : "=r"(fpcr));
    return (uint16_t)((fpcr >> 16 & 0x3ff) << 6 | (fpcr >> 8 & 0x1f));
}

static inline void fp_set(struct ctx *c, uint16_t fp) {
    c->fp_mode = (uint32_t)(fp >> 6) << 16 | (uint32_t)(fp & 0x1f) << 8;
}
#endif

static uint16_t fp_first; /* of main, for what no goroutine starts */

/* ---- go ---- */
static uint64_t new_id(struct p *p) {
    if (p == NULL)
        return atomic_fetch_add(&rt_sched.id_gen, 1) + 1;
    if (unlikely(p->next_id == p->last_id)) {
        p->next_id = atomic_fetch_add(&rt_sched.id_gen, 16) + 1;
        p->last_id = p->next_id + 16;
    }
    return p->next_id++;
}

static void args_too_big(struct g *g, size_t size) {
    fatal_error("go: %zu bytes of arguments do not fit on a goroutine stack of %zu bytes", size,
                (size_t)(g->stack_hi - g->stack_lo));
}

static char *copy_big(struct g *g, const void *args, size_t size) {
    char *top = (char *)((uintptr_t)((char *)g - size) & ~(uintptr_t)63);
    if (size > (size_t)(g->stack_hi - g->stack_lo) / 2)
        args_too_big(g, size);
    memcpy(top, args, size);
    return top;
}

static void prepare(struct g *g, void (*fn)(void *), const struct fresh *r) {
    char *top = (char *)g - ARGS;
    if (likely(r->place == ARGS_HERE))
        memcpy(top, r->few, FEW);
    else if (likely(r->place == ARGS_MORE))
        memcpy(top, r->more->some, SOME);
    else
        top = copy_big(g, r->big, r->big_size);
    g->fn = fn;
    g->arg = top;
#if defined(__x86_64__)
    g->ctx.sp = top - 64; /* six registers, then 16-aligned */
#else
    g->ctx.sp = top - 160;
#endif
    fp_set(&g->ctx, r->fp);
    g->ctx.pc = (void *)rt_entry;
    g->system = false;
    g->bubbled = g->durable = g->stuck = g->catches = false;
    g->bubble = 0;
    g->goexiting = false;
    g->lock_m = NULL;
    g->pinned = false;
    g->frames = NULL;
    g->panics = NULL;
    sanitize_stack_new(g);
}

static void drop_args(struct p *p, struct fresh *r) {
    if (likely(r->place == ARGS_MORE)) {
        fresh_put(p, r->more);
        return;
    }
    race_hide(true);
    free(r->big);
    race_hide(false);
}

struct g *spawn_attach(struct m *m, struct g *fresh) {
    struct fresh *r = (struct fresh *)fresh;
    struct g *g = g_get(m->p);
    if (unlikely(r->place == ARGS_BIG && g == m->g)) {
        struct g *other = g_get(m->p);
        g_put(m->p, g);
        g = other;
    }
    prepare(g, r->fn, r);
    sanitize_g_new(g, fiber_of(r));
    g->id = r->id;
    g->created_pc = r->created_pc;
    g->created_by = r->created_by;
    g->handles = r->handles;
    if (unlikely(r->bubble != 0)) {
        g->bubble = r->bubble;
        g->bubbled = true;
    }
    g->won = NULL;
    if (unlikely(r->place != ARGS_HERE))
        drop_args(m->p, r);
    fresh_put(m->p, r);
    /* release: a walk that sees the state sees the rest */
    atomic_store_explicit(&g->state, G_RUNNABLE, memory_order_release);
    return g;
}

/* arg: one pointer is copied, or NULL. */
struct g *spawn_main(void (*fn)(void *), void *arg, size_t stack) {
    struct fresh args = {.place = ARGS_HERE, .fp = fp_now()};
    bool odd = stack > stack_size_now();
    struct m *m = rt_m();
    struct g *g = stack_alloc(odd ? stack : 0);
    if (g->next != NULL)
        stack_free(g->next, g->batch_n - 1);
    if (arg != NULL)
        memcpy(args.few, arg, sizeof(void *));
    fp_first = args.fp;
    prepare(g, fn, &args);
    sanitize_g_new(g, race_fiber((void *)fn));
    g->odd = odd;
    g->id = new_id(m->p);
    g->created_pc = NULL;
    g->handles = 0;
    g->won = NULL;
    atomic_fetch_add_explicit(&rt_sched.n_g, 1, memory_order_relaxed);
    atomic_store_explicit(&g->state, G_RUNNABLE, memory_order_release);
    return g;
}

/* A program that never says go, and locks no goroutine to its thread, has no second thread. */
void spawn_first(void) {
    proc_ensure();
    preempt_init();
    sysmon_start();
    signal_watch_quit();
    if (rt_sched.no_main)
        fp_first = fp_now();
    rt_sched.started = true;
}

static void fill_big(struct fresh *r, const void *args, size_t size, unsigned handles) {
    r->place = ARGS_BIG;
    race_hide(true);
    r->big = malloc(size);
    race_hide(false);
    r->big_size = size;
    if (r->big == NULL || handles > UINT16_MAX)
        fatal_error("out of memory (arguments of go)");
    memcpy(r->big, args, size);
}

static inline void fill_args(struct p *p, struct fresh *r, const void *args, size_t size,
                             unsigned handles) {
    r->handles = (uint16_t)handles;
    if (likely(size <= FEW)) {
        r->place = ARGS_HERE;
        memcpy(r->few, args, size);
    } else if (likely(size <= SOME)) {
        r->place = ARGS_MORE;
        r->more = fresh_get(p);
        memcpy(r->more->some, args, size);
    } else {
        fill_big(r, args, size, handles);
    }
    for (unsigned i = 0; unlikely(i < handles); i++)
        handle_retain(((void *const *)args)[i]);
}

static inline void go(void (*fn)(void *), const void *args, size_t size, unsigned handles,
                      void *pc) {
    struct m *m = rt_enter();
    if (unlikely(!rt_sched.started))
        spawn_first();
    struct p *p = m->p;
    struct fresh *r = fresh_get(p);
    r->fn = fn;
    r->id = new_id(p);
    r->created_pc = pc;
    r->created_by = m->g != NULL ? m->g->id : 0;
    r->bubble = m->g != NULL ? m->g->bubble : 0;
    r->fp = m->g != NULL ? fp_now() : fp_first;
    if (unlikely(r->bubble != 0))
        bubble_born(r->bubble);
    fill_args(p, r, args, size, handles);
    struct g *g = (struct g *)r;
#ifdef RT_TSAN
    r->fiber = race_fiber(pc);
#endif
    atomic_store_explicit(&r->state, G_FRESH, memory_order_release);
    if (likely(p != NULL)) {
        p->n_started++;
        if (runq_put(p, g, true))
            proc_wake_for(p);
    } else {
        atomic_fetch_add_explicit(&rt_sched.n_g, 1, memory_order_relaxed);
        runq_global_put(g, g, 1);
        proc_wake_if_idle();
    }
    rt_leave();
}

void gocc__go(void (*fn)(void *), const void *args, size_t size, unsigned handles) {
    go(fn, args, size, handles, __builtin_return_address(0));
}

void gocc__go_check(const void *fn) {
    if (unlikely(fn == NULL))
        fatal_error("go of nil func value");
}

struct plain {
    void (*fn)(void *);
    void *arg;
};

ENTRY_SECTION static void run_plain(void *arg) {
    struct plain *p = arg;
    p->fn(p->arg);
}

void go_start(void (*fn)(void *), void *arg) {
    struct plain p = {fn, arg};
    go(run_plain, &p, sizeof p, 0, __builtin_return_address(0));
}

void gocc_go(void (*fn)(void *), void *arg) {
    struct plain p = {fn, arg};
    gocc__go_check((const void *)fn);
    go(run_plain, &p, sizeof p, 0, __builtin_return_address(0));
}

/* ---- the end ---- */
void spawn_bury(struct m *m, struct g *g) {
    atomic_store_explicit(&g->state, G_DEAD, memory_order_relaxed);
    sanitize_g_end(g);
    if (!g->system)
        m->p->n_ended++;
    if (unlikely(g->pinned)) {
        g->lock_m->locked_g = NULL;
        g->lock_m = NULL;
        g->pinned = false;
        g->locked = 0;
    }
    if (usual(g)) {
        g_put(m->p, g);
    } else {
        m->after = free_later;
        m->after_arg = g;
    }
}

/* ---- counts and walks ---- */
int64_t sched_live(void) {
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

static void each_live(struct g *g, void *arg) {
    struct each *e = arg;
    /* acquire: pairs with the release in spawn_attach, so id and created_* are set */
    uint8_t state = atomic_load_explicit(&g->state, memory_order_acquire);
    if (state != G_UNUSED && state != G_DEAD && !g->system)
        e->fn(g, e->arg);
}

/* One that has not begun is shown as a G about to enter its function. */
static void each_fresh(struct fresh *r, struct each *e) {
    if (atomic_load_explicit(&r->state, memory_order_acquire) != G_FRESH)
        return;
    struct g g = {.id = r->id,
                  .fn = r->fn,
                  .created_pc = r->created_pc,
                  .created_by = r->created_by,
                  .bubble = r->bubble,
                  .ctx.pc = (void *)rt_entry,
                  .state = G_RUNNABLE};
    e->fn(&g, e->arg);
}

void sched_each_g(void (*fn)(struct g *g, void *arg), void *arg) {
    struct each e = {fn, arg};
    stack_each_g(each_live, &e);
    for (struct chunk *c = atomic_load(&pool.chunks); c != NULL; c = c->next)
        for (int i = 0; i < CHUNK; i++)
            each_fresh(&c->r[i], &e);
}

struct lock *spawn_pool_lock(void) /* for fork.c */
{
    return &pool.lock;
}
