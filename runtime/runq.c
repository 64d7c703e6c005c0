/* SPDX-License-Identifier: MIT */
/*
 * The run queues of Ps: a slot runnext and a ring of 256 each.  The global one is runq_global.c.
 *
 * Invariants
 *  - tail is written by the owner alone; head moves by compare-and-swap, by the owner and by
 *    thieves.  head <= tail <= head + RUNQ_CAP as unsigned differences.
 *  - An entry ring[i] with head <= i < tail is not written until head has passed it.
 *  - runnext is a plain field: only the owner reads or writes it, or a thread that holds the
 *    P by the retake protocol.  Go swaps it atomically (2.8 ns here, twice per hand-over); a
 *    thief that wants it pays for that instead, and it seldom should have it: the two sides of
 *    an unbuffered channel are faster on one processor than pulled apart.
 */
#include "rt.h"

#ifdef GOCC_HARD
#define FAR     5
#define COLD_NS 0
#else
#define FAR     8  /* a cache miss is as long as so many short goroutines */
#define COLD_NS 50 /* goroutines that take longer each may be out of the cache */
#endif
#define NEAR 3

/* ---- yielded goroutines (runq_yield and runq_get_yielded in rt.h) ----
 * runtime.Gosched puts its caller at the tail of the global queue.  While no other P looks for
 * work, the last stretch of that queue is kept in the P, without the lock (40 ns a yield
 * before, 15 now).  It is published before anything else of this P goes to the global queue,
 * so the order is Go's; sysmon publishes it when a P falls idle. */
void runq_publish_yielded(struct p *p) {
    struct g *head = p->yield_head;
    uint32_t n = 1;
    if (head == NULL)
        return;
    for (struct g *g = head; g != p->yield_tail; g = g->next)
        n++;
    p->yield_head = NULL;
    runq_global_put(head, p->yield_tail, n);
}

/* Half of the full ring and g go to the global queue.  false: thieves have made room. */
static bool overflow(struct p *p, struct g *g, uint32_t head) {
    struct g *batch[RUNQ_CAP / 2 + 1];
    uint32_t n = RUNQ_CAP / 2;
    for (uint32_t i = 0; i < n; i++)
        batch[i] = atomic_load_explicit(&p->ring[(head + i) % RUNQ_SIZE], memory_order_relaxed);
    /* release: the entries are ours before anybody sees the new head */
    if (!atomic_compare_exchange_strong_explicit(&p->head, &head, head + n, memory_order_release,
                                                 memory_order_relaxed))
        return false;
    batch[n] = g;
    runq_publish_yielded(p);
    runq_global_put_all(batch, n + 1);
    return true;
}

void runq_ring_put(struct p *p, struct g *g) {
    for (;;) {
        /* acquire: a thief has read the entries before it moved head past them */
        uint32_t head = atomic_load_explicit(&p->head, memory_order_acquire);
        uint32_t tail = atomic_load_explicit(&p->tail, memory_order_relaxed);
        if (likely(tail - head < RUNQ_CAP)) {
            atomic_store_explicit(&p->ring[tail % RUNQ_SIZE], g, memory_order_relaxed);
            /* release: the entry before the tail that covers it */
            atomic_store_explicit(&p->tail, tail + 1, memory_order_release);
            return;
        }
        if (overflow(p, g, head))
            return;
    }
}

bool runq_put(struct p *p, struct g *g, bool next) {
    if (next && likely(!atomic_load_explicit(&p->want_resched, memory_order_relaxed)) &&
        !hard_chance(4)) {
        struct g *old = p->runnext;
        p->runnext = g;
        if (old == NULL)
            return false;
        g = old;
    }
    runq_ring_put(p, g);
    return true;
}

/*
 * Fetches into the cache what those who run soon touch first: far, the line for switching; near,
 * whose line has arrived meanwhile, where its stack ends.  A million parked goroutines that were
 * woken ran at the pace of two cache misses each (697 ns for wake and run, now 470).  Others may
 * have taken far and near, and they may have ended; Gs and start records stay readable for ever,
 * and nothing but an address to fetch follows from what is read, so the loads are relaxed. Where
 * goroutines are short and in the cache it would cost 2 ns of 18: they are left alone.
 */
static __attribute__((noinline, cold)) void come_near(struct p *p, uint32_t head) {
    struct g *far = atomic_load_explicit(&p->ring[(head + FAR) % RUNQ_SIZE], memory_order_relaxed);
    struct g *near = atomic_load_explicit(&p->ring[(head + NEAR) % RUNQ_SIZE],
                                          memory_order_relaxed);
    __builtin_prefetch(far);
    if (atomic_load_explicit(&near->state, memory_order_relaxed) == G_FRESH)
        return;
    const char *sp = *(char *volatile *)&near->ctx.sp;
    __builtin_prefetch(sp);
    __builtin_prefetch(sp + 64);
    __builtin_prefetch(&near->fn);
}

static inline __attribute__((always_inline)) struct g *ring_get(struct p *p) {
    for (;;) {
        uint32_t head = atomic_load_explicit(&p->head, memory_order_acquire);
        uint32_t n = atomic_load_explicit(&p->tail, memory_order_relaxed) - head;
        if (n == 0)
            return NULL;
        if (unlikely(n > FAR && p->slice > COLD_NS))
            come_near(p, head);
        struct g *g = atomic_load_explicit(&p->ring[head % RUNQ_SIZE], memory_order_relaxed);
        if (atomic_compare_exchange_strong_explicit(&p->head, &head, head + 1, memory_order_release,
                                                    memory_order_relaxed))
            return g;
    }
}

struct g *runq_get(struct p *p) {
    struct g *g = p->runnext;
    if (g != NULL) {
        p->runnext = NULL;
        return g;
    }
    return ring_get(p);
}

/* Copies up to half of the victim's ring behind p's tail (not yet published). */
static uint32_t grab(struct p *p, struct p *victim, uint32_t at) {
    for (;;) {
        uint32_t head = atomic_load_explicit(&victim->head, memory_order_acquire);
        uint32_t tail = atomic_load_explicit(&victim->tail, memory_order_acquire);
        uint32_t n = tail - head;
        n -= n / 2;
        if (n == 0)
            return 0;
        if (n > RUNQ_CAP / 2)
            continue; /* head and tail were not of one moment */
        for (uint32_t i = 0; i < n; i++) {
            struct g *g = atomic_load_explicit(&victim->ring[(head + i) % RUNQ_SIZE],
                                               memory_order_relaxed);
            atomic_store_explicit(&p->ring[(at + i) % RUNQ_SIZE], g, memory_order_relaxed);
        }
        /* release: we have read the entries before the owner may overwrite them */
        if (atomic_compare_exchange_strong_explicit(&victim->head, &head, head + n,
                                                    memory_order_acq_rel, memory_order_relaxed))
            return n;
    }
}

/* p's ring is empty: room for half of another. */
struct g *runq_steal(struct p *p, struct p *victim) {
    uint32_t tail = atomic_load_explicit(&p->tail, memory_order_relaxed);
    uint32_t n = grab(p, victim, tail);
    if (n == 0)
        return NULL;
    n--;
    struct g *g = atomic_load_explicit(&p->ring[(tail + n) % RUNQ_SIZE], memory_order_relaxed);
    if (n > 0)
        atomic_store_explicit(&p->tail, tail + n, memory_order_release);
    return g;
}

/* The caller owns p.  Order: runnext first, as it would have run. */
void runq_drain(struct p *p) {
    struct g *head = NULL, *tail = NULL, *g;
    uint32_t n = 0;
    runq_publish_yielded(p);
    while ((g = runq_get(p)) != NULL) {
        if (head == NULL)
            head = g;
        else
            tail->next = g;
        tail = g;
        n++;
    }
    if (n > 0)
        runq_global_put(head, tail, n);
}
