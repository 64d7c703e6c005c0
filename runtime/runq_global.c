/* SPDX-License-Identifier: MIT */
/*
 * The global run queue: what overflows from the rings, what has no P, and every 61st look.
 *
 * A FIFO of pointers in blocks.  Nothing of a goroutine is read or written here: a thousand start
 * records that another processor has made are a thousand cache misses, which nobody may suffer
 * while he holds sched.lock.
 *
 * Invariants, under sched.lock
 *  - The queue is at[from..to) of the blocks from q_first to q_last, in this order; q_len is the
 *    sum.  Only q_last has room behind `to`, and only q_first has taken ones before `from`.
 *  - There is always a block; one that runs empty is reset or goes to q_spare.  Blocks are never
 *    freed: they are 8 bytes for each goroutine that ever waited here at the same time.
 *  - malloc() is not called under the lock: who finds no room drops it, adds a block to the spare
 *    ones, and looks again.
 * q_len is written relaxed, for the lock orders it; without the lock it is a hint, and who is about
 * to stop looks at it once more behind a fence or under the lock (proc_idle_and_recheck).
 *
 * Rejected: a list through g->next, as Go's.  Who took half a ring of it walked 128 cold records
 * under the lock, up to 13 us, while others waited to put theirs (a million goroutines at once,
 * two Ps: 86 ns each, now 78; one P: 70 and 64).
 */
#include "rt.h"

#ifdef GOCC_HARD
#define BLOCK 3
#else
#define BLOCK 509 /* 4 KiB with the head */
#endif

struct runq_block {
    struct runq_block *next;
    uint32_t from, to;
    struct g *at[BLOCK];
};

static struct runq_block first_block;

void runq_global_init(void) {
    rt_sched.q_first = rt_sched.q_last = &first_block;
}

static void block_add(void) {
    struct runq_block *b = malloc(sizeof *b);
    if (b == NULL)
        fatal_error("out of memory (run queue)");
    lock_take(&rt_sched.lock, RANK_SCHED);
    b->next = rt_sched.q_spare;
    rt_sched.q_spare = b;
    rt_sched.n_q_spare++;
    lock_drop(&rt_sched.lock);
}

static void lock_with_room(uint32_t n) {
    for (;;) {
        lock_take(&rt_sched.lock, RANK_SCHED);
        if (BLOCK - rt_sched.q_last->to + BLOCK * rt_sched.n_q_spare >= n)
            return;
        lock_drop(&rt_sched.lock);
        block_add();
    }
}

static void block_append(void) {
    struct runq_block *b = rt_sched.q_spare;
    rt_sched.q_spare = b->next;
    rt_sched.n_q_spare--;
    b->next = NULL;
    b->from = b->to = 0;
    rt_sched.q_last->next = b;
    rt_sched.q_last = b;
}

static inline void push(struct g *g) {
    if (unlikely(rt_sched.q_last->to == BLOCK))
        block_append();
    rt_sched.q_last->at[rt_sched.q_last->to++] = g;
}

static void longer_by(uint32_t n) {
    atomic_store_explicit(&rt_sched.q_len, rt_sched.q_len + n, memory_order_relaxed);
}

void runq_global_put_all(struct g *const *batch, uint32_t n) {
    hard_check_queued(batch[n - 1]);
    lock_with_room(n);
    for (uint32_t i = 0; i < n; i++)
        push(batch[i]);
    longer_by(n);
    lock_drop(&rt_sched.lock);
}

/* A list by next. */
void runq_global_put(struct g *head, struct g *tail, uint32_t n) {
    hard_check_queued(tail);
    lock_with_room(n);
    for (struct g *g = head;; g = g->next) {
        push(g);
        if (g == tail)
            break;
    }
    longer_by(n);
    lock_drop(&rt_sched.lock);
}

static void first_is_empty(void) {
    struct runq_block *b = rt_sched.q_first;
    if (b == rt_sched.q_last) {
        b->from = b->to = 0;
        return;
    }
    rt_sched.q_first = b->next;
    b->next = rt_sched.q_spare;
    rt_sched.q_spare = b;
    rt_sched.n_q_spare++;
}

static inline struct g *pop(void) {
    struct runq_block *b = rt_sched.q_first;
    struct g *g = b->at[b->from++];
    if (unlikely(b->from == b->to))
        first_is_empty();
    return g;
}

static uint32_t share(const struct p *p, uint32_t max) {
    uint32_t n = rt_sched.q_len / rt_sched.n_p + 1;
    uint32_t room = max == 1 ? 1 : (RUNQ_CAP - (p->tail - p->head)) / 2;
    if (n > rt_sched.q_len)
        n = rt_sched.q_len;
    if (max > 0 && n > max)
        n = max;
    return n < room ? n : room;
}

/* One is returned, the rest goes into p's ring. */
static struct g *take(struct p *p, uint32_t n) {
    if (n == 0)
        return NULL;
    atomic_store_explicit(&rt_sched.q_len, rt_sched.q_len - n, memory_order_relaxed);
    struct g *g = pop();
    while (--n > 0)
        runq_ring_put(p, pop());
    return g;
}

/* A fair share, at most max; max 0: no limit but the ring's room. */
struct g *runq_global_get(struct p *p, uint32_t max) {
    if (atomic_load_explicit(&rt_sched.q_len, memory_order_relaxed) == 0)
        return NULL;
    lock_take(&rt_sched.lock, RANK_SCHED);
    struct g *g = take(p, share(p, max));
    lock_drop(&rt_sched.lock);
    return g;
}

/* The child of a fork has nothing to run but the goroutine that forked. */
void runq_global_forget(void) {
    while (rt_sched.q_len > 0) {
        rt_sched.q_len--;
        pop();
    }
}
