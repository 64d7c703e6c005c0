/* SPDX-License-Identifier: MIT */
/*
 * sync.Pool: items kept per processor (P), so that get and put after each other stay in one
 * core's cache.
 *
 * Invariants
 *  - While pinned, a goroutine is alone on its P: `private` of that P is its own, without a lock.
 *    The one exception is the purge, which leaves private slots alone but for its own P's.
 *  - `shared` (a stack of blocks) belongs to whoever holds the shard's flag; the flag is held
 *    while pinned only, for a few instructions, and nothing of the program runs meanwhile.
 *  - An item is in exactly one place, so it is never handed out twice.
 *  - Shards never move: the table is made once, for as many Ps as there are CPUs; more Ps than
 *    that share.  Threads that run no P use the last shard, always with the flag.
 *
 * Orders: taking the flag acquires and giving it up releases, so put comes before the get that
 * returns the item; the private slot stays on one P, whose goroutines the scheduler orders.
 *
 * Go's lock-free chain of rings was rejected: it saves the flag (one exchange, 3 ns, and only
 * when the private slot is taken) and needs a collector, or counters on every item.
 *
 * There is no collector to drop old items: every 64th put of a shard's overflow asks the clock,
 * and if a second has passed the pool does what a collection does, to items that have a `free`.
 */
#include "std.h"
#include <gocc/sync.h>

#define PURGE_AFTER 1000000000 /* ns */
#define PURGE_LOOK  64         /* puts between two looks at the clock */

struct stack {
    void **items;
    uint32_t n, cap;
};

struct shard {
    void *private;
    uint32_t flag; /* atomic: shared and old are in use */
    uint32_t puts;
    struct stack shared;
    struct stack old; /* what lay here through one purge */
} __attribute__((aligned(128)));

struct local {
    int64_t purged; /* atomic, ns */
    int n;          /* shards of Ps; one more follows */
    struct shard shards[];
};

/* ---- a shard ---- */

static void shard_take(struct shard *s) {
    while (__atomic_exchange_n(&s->flag, 1, GOCC__RACE_ORDER(__ATOMIC_ACQUIRE, __ATOMIC_RELAXED)))
        spin_once();
}

static void shard_drop(struct shard *s) {
    __atomic_store_n(&s->flag, 0, GOCC__RACE_ORDER(__ATOMIC_RELEASE, __ATOMIC_RELAXED));
}

static void stack_push(struct stack *s, void *item) {
    if (s->n == s->cap) {
        uint32_t cap = s->cap ? s->cap * 2 : 16;
        void **items = realloc(s->items, cap * sizeof *items);
        if (!items)
            fatal_error("out of memory (pool of %u items)", cap);
        s->items = items;
        s->cap = cap;
    }
    s->items[s->n++] = item;
}

static void *stack_pop(struct stack *s) {
    return s->n ? s->items[--s->n] : NULL;
}

/* Other processors' items: only worth the exchange if there is something. */
static void *shard_steal(struct shard *s) {
    if (!__atomic_load_n(&s->shared.n, __ATOMIC_RELAXED) &&
        !__atomic_load_n(&s->old.n, __ATOMIC_RELAXED))
        return NULL;
    shard_take(s);
    void *item = stack_pop(&s->shared);
    if (!item)
        item = stack_pop(&s->old);
    shard_drop(s);
    return item;
}

/* ---- the pool ---- */

static struct local *pool_make(sync_pool *p) {
    int n = gocc_num_cpu() > proc_count() ? gocc_num_cpu() : proc_count();
    size_t size = sizeof(struct local) + ((size_t)n + 1) * sizeof(struct shard);
    struct local *made = aligned_alloc(128, size);
    if (!made)
        fatal_error("out of memory (pool)");
    memset(made, 0, size);
    made->purged = clock_mono();
    made->n = n;
    void *none = NULL;
    /* release: the zeroes above come before; acquire: or the other one's */
    if (__atomic_compare_exchange_n(&p->gocc__local, &none, made, false, __ATOMIC_ACQ_REL,
                                    __ATOMIC_ACQUIRE))
        return made;
    free(made);
    return none;
}

static inline struct local *pool_local(sync_pool *p) {
    struct local *l = __atomic_load_n(&p->gocc__local, __ATOMIC_ACQUIRE);
    return l ? l : pool_make(p);
}

static inline struct shard *shard_of(struct local *l, int pin) {
    return &l->shards[pin < 0 ? l->n : pin < l->n ? pin : pin % l->n];
}

/* The Ps beyond the shards share them, and may not touch the private slots. */
static inline bool has_private(struct local *l, int pin) {
    return pin >= 0 && pin < l->n;
}

static bool purge_due(struct local *l, struct shard *s) {
    if (++s->puts % PURGE_LOOK)
        return false;
    int64_t now = clock_mono();
    int64_t last = __atomic_load_n(&l->purged, __ATOMIC_RELAXED);
    /* relaxed: decides who purges, nothing else */
    return now - last > PURGE_AFTER &&
           __atomic_compare_exchange_n(&l->purged, &last, now, false, __ATOMIC_RELAXED,
                                       __ATOMIC_RELAXED);
}

/* True: it is time to purge. */
__attribute__((noinline)) static bool put_shared(sync_pool *p, struct local *l, struct shard *s,
                                                 void *item) {
    shard_take(s);
    stack_push(&s->shared, item);
    bool due = p->free && purge_due(l, s);
    shard_drop(s);
    return due;
}

/* Go's word for a nil receiver of these two. */
static inline void check_pool(const sync_pool *p) {
    if (__builtin_expect(!p, 0))
        panic_text("nil Pool");
}

void sync_pool_put(sync_pool *p, const void *item) {
    if (!item)
        return;
    check_pool(p);
    struct local *l = pool_local(p);
    gocc__race_release(item);
    struct proc_pin pin = proc_pin();
    struct shard *s = shard_of(l, pin.p);
    bool due = false;
    if (has_private(l, pin.p) && !s->private)
        s->private = UNCONST(item);
    else
        due = put_shared(p, l, s, UNCONST(item));
    proc_unpin(pin);
    if (due)
        sync_pool_purge(p);
}

__attribute__((noinline)) static void *get_slow(struct local *l, int pin) {
    int first = (int)(shard_of(l, pin) - l->shards);
    void *item = NULL;
    for (int i = 0; !item && i <= l->n; i++)
        item = shard_steal(&l->shards[(first + i) % (l->n + 1)]);
    return item;
}

void *sync_pool_get(sync_pool *p) {
    check_pool(p);
    struct local *l = __atomic_load_n(&p->gocc__local, __ATOMIC_ACQUIRE);
    void *item = NULL;
    if (l) {
        struct proc_pin pin = proc_pin();
        struct shard *s = shard_of(l, pin.p);
        if (has_private(l, pin.p) && s->private) {
            item = s->private;
            s->private = NULL;
        } else {
            item = get_slow(l, pin.p);
        }
        proc_unpin(pin);
    }
    if (item)
        gocc__race_acquire(item);
    if (!item && p->new)
        item = (*p->new)(p->arg);
    return item;
}

/* ---- purging ---- */

static struct stack shard_age(struct shard *s) {
    shard_take(s);
    struct stack gone = s->old;
    s->old = s->shared;
    s->shared = (struct stack){NULL, 0, 0};
    shard_drop(s);
    return gone;
}

struct purge {
    sync_pool *p;
    struct shard *s;
    struct stack gone;
    uint32_t freed;
};

static void purge_free(void *purge) {
    struct purge *g = purge;
    while (g->freed < g->gone.n) {
        void *item = g->gone.items[g->freed++];
        gocc__race_acquire(item);
        g->p->free(item, g->p->arg);
    }
}

/* Of a `free` that panicked: what it did not come to is old still. */
static void purge_end(void *purge) {
    struct purge *g = purge;
    shard_take(g->s);
    for (uint32_t i = g->freed; i < g->gone.n; i++)
        stack_push(&g->s->old, g->gone.items[i]);
    shard_drop(g->s);
    free(g->gone.items);
}

void sync_pool_purge(sync_pool *p) {
    NIL_CHECK(p);
    struct local *l = __atomic_load_n(&p->gocc__local, __ATOMIC_ACQUIRE);
    for (int i = 0; l && i <= l->n; i++) {
        struct proc_pin pin = proc_pin();
        struct shard *s = &l->shards[i];
        if (pin.p == i && s->private) {
            shard_take(s);
            stack_push(&s->shared, s->private);
            shard_drop(s);
            s->private = NULL;
        }
        struct purge g = {p, s, shard_age(s), 0};
        proc_unpin(pin);
        if (p->free && g.gone.n > 0)
            call_with_cleanup(purge_free, &g, purge_end);
        else
            free(g.gone.items);
    }
}

void sync_pool_destroy(sync_pool *p) {
    NIL_CHECK(p);
    struct local *l = p->gocc__local;
    sync_pool_purge(p);
    sync_pool_purge(p);
    for (int i = 0; l && i < l->n; i++) {
        void *item = l->shards[i].private;
        l->shards[i].private = NULL;
        if (item && p->free)
            p->free(item, p->arg);
    }
    free(l);
    p->gocc__local = NULL;
}
