/* SPDX-License-Identifier: MIT */
/*
 * Semaphores on any 32-bit word, and notify lists: what the sync package stands on.
 *
 * Invariants
 *  - A waiter is queued only while its bucket's lock is held and after the count was found 0
 *    under it; a releaser adds to the count before it looks at the bucket.  So either the
 *    waiter sees the count, or the releaser sees the waiter: no wake-up is lost.
 *  - bucket->n counts waiters; it is raised before the count is looked at (seq_cst both).
 *  - A bucket is a list of roots, one per address, each the head of a FIFO of its waiters.
 *  - sema_park() and sema_wake() leave the count to their callers: still() has seen under the lock
 *    that a waker will come, and the waker has changed the word before it takes the lock.
 * 4096 buckets of a cache line: with fewer, 1e5 semaphores that all have waiters search long
 * lists; untouched buckets take no memory.
 */
#include "rt.h"

#define BUCKETS 4096

struct sema_waiter {
    struct waiter w;               /* first; w.next: the next one at this address */
    struct sema_waiter *last;      /* root: end of its FIFO */
    struct sema_waiter *up, *down; /* root: neighbours in the bucket */
    struct sema_wait *out;         /* sema_park */
    bool handoff;
};
struct bucket {
    _Alignas(64) struct lock lock;
    _Atomic uint32_t n;
    struct sema_waiter *roots;
};
static struct bucket buckets[BUCKETS];

static struct bucket *bucket_of(const void *addr) {
    return &buckets[((uintptr_t)addr * UINT64_C(0x9e3779b97f4a7c15)) >> 52];
}

static bool take(_Atomic uint32_t *s) {
    uint32_t v = atomic_load(s);
    while (v > 0)
        if (atomic_compare_exchange_weak(s, &v, v - 1))
            return true;
    return false;
}

static struct sema_waiter *find(struct bucket *b, const void *addr) {
    struct sema_waiter *r = b->roots;
    while (r != NULL && r->w.c != addr)
        r = r->down;
    return r;
}

/* x takes the place of root r in the bucket; x may be NULL. */
static void replace_root(struct bucket *b, struct sema_waiter *r, struct sema_waiter *x) {
    struct sema_waiter *up = r->up, *down = r->down;
    if (x != NULL) {
        x->up = up;
        x->down = down;
    }
    if (up != NULL)
        up->down = x != NULL ? x : down;
    else
        b->roots = x != NULL ? x : down;
    if (down != NULL)
        down->up = x != NULL ? x : up;
}

static void enqueue(struct bucket *b, struct sema_waiter *x, bool lifo) {
    struct sema_waiter *r = find(b, x->w.c);
    x->w.next = NULL;
    if (r == NULL) {
        x->last = x;
        x->up = NULL;
        x->down = b->roots;
        if (x->down != NULL)
            x->down->up = x;
        b->roots = x;
    } else if (lifo) {
        x->w.next = &r->w;
        x->last = r->last;
        replace_root(b, r, x);
    } else {
        r->last->w.next = &x->w;
        r->last = x;
    }
}

static struct sema_waiter *dequeue(struct bucket *b, const void *addr) {
    struct sema_waiter *r = find(b, addr);
    if (r == NULL)
        return NULL;
    struct sema_waiter *next = (struct sema_waiter *)r->w.next;
    if (next != NULL)
        next->last = r->last;
    replace_root(b, r, next);
    atomic_fetch_sub(&b->n, 1);
    if (r->out != NULL)
        r->out->more = next != NULL;
    return r;
}

/* False: the count was there after all. */
static bool wait_once(struct m *m, _Atomic uint32_t *s, struct sema_waiter *x, bool lifo,
                      enum wait_reason why) {
    struct bucket *b = bucket_of(s);
    *x = (struct sema_waiter){.w = {.g = m->g, .c = s}};
    lock_take(&b->lock, RANK_SEMA);
    atomic_fetch_add(&b->n, 1);
    if (take(s)) {
        atomic_fetch_sub(&b->n, 1);
        lock_drop(&b->lock);
        return false;
    }
    enqueue(b, x, lifo);
    sched_park_drop(why, s, &b->lock);
    return true;
}

void sema_acquire(_Atomic uint32_t *s, bool lifo, enum wait_reason why) {
    if (take(s)) {
        tsan_acquire((void *)s);
        return;
    }
    struct m *m = rt_enter();
    struct sema_waiter x;
    while (wait_once(m, s, &x, lifo, why)) {
        if (x.handoff || take(s))
            break;
        m = rt_m();
    }
    rt_leave();
    tsan_acquire((void *)s);
}

void sema_release(_Atomic uint32_t *s, bool handoff) {
    struct bucket *b = bucket_of(s);
    tsan_release((void *)s);
    atomic_fetch_add(s, 1);
    if (atomic_load(&b->n) == 0)
        return;
    rt_enter();
    lock_take(&b->lock, RANK_SEMA);
    struct sema_waiter *x = atomic_load(&b->n) == 0 ? NULL : dequeue(b, (void *)s);
    lock_drop(&b->lock);
    if (x != NULL) {
        bool direct = handoff && take(s);
        x->handoff = direct;
        sched_ready(x->w.g);
        if (direct)
            sched_yield_local();
    }
    rt_leave();
}

/* ---- queues for words of another meaning ----
 * Whoever wakes may come late, when other memory lies at addr: then a waiter of whatever kind
 * looks at its word once more. */
bool sema_park(void *addr, struct sema_wait *w, sema_still *still, enum wait_reason why) {
    struct m *m = rt_enter();
    struct bucket *b = bucket_of(addr);
    struct sema_waiter x = {.w = {.g = m->g, .c = addr}, .out = w};
    w->handed = false;
    fence_hear(addr);
    lock_take(&b->lock, RANK_SEMA);
    if (!still(addr, w)) {
        lock_drop(&b->lock);
        rt_leave();
        return false;
    }
    enqueue(b, &x, w->since != 0);
    if (w->since == 0)
        w->since = clock_mono();
    atomic_fetch_add(&b->n, 1);
    sched_park_drop(why, addr, &b->lock);
    rt_leave();
    if (w->handed)
        tsan_acquire(addr);
    return true;
}

static struct sema_waiter *first_of(struct bucket *b, void *addr, sema_hand *hand) {
    struct sema_waiter *x = dequeue(b, addr);
    struct sema_wait *w = x != NULL ? x->out : NULL;
    if (hand == NULL)
        return x;
    tsan_release(addr);
    if (w != NULL)
        w->handed = true;
    hand(addr, w);
    return x;
}

void sema_wake(void *addr, sema_hand *hand) {
    struct bucket *b = bucket_of(addr);
    rt_enter();
    lock_take(&b->lock, RANK_SEMA);
    struct sema_waiter *x = first_of(b, addr, hand);
    lock_drop(&b->lock);
    if (x != NULL)
        sched_ready(x->w.g);
    if (x != NULL && hand != NULL)
        sched_yield_local();
    rt_leave();
}

/* ---- notify lists ---- */
static struct lock *list_lock(struct notify_list *l) {
    return (struct lock *)(void *)&l->lock;
}

/* Tickets wrap; only their distance has a meaning. */
static bool before(uint32_t a, uint32_t b) {
    return (int32_t)(a - b) < 0;
}

uint32_t notify_list_add(struct notify_list *l) {
    return atomic_fetch_add(&l->wait, 1);
}

void notify_list_wait(struct notify_list *l, uint32_t ticket) {
    struct m *m = rt_enter();
    lock_take(list_lock(l), RANK_NOTIFY);
    if (before(ticket, l->notify)) {
        lock_drop(list_lock(l));
        rt_leave();
        return;
    }
    struct waiter w = {.g = m->g, .ticket = ticket, .c = l};
    if (l->tail == NULL)
        l->head = &w;
    else
        ((struct waiter *)l->tail)->next = &w;
    l->tail = &w;
    sched_park_drop(WAIT_COND, l, list_lock(l));
    rt_leave();
}

void notify_list_all(struct notify_list *l) {
    if (atomic_load(&l->wait) == *(volatile uint32_t *)&l->notify)
        return;
    rt_enter();
    lock_take(list_lock(l), RANK_NOTIFY);
    struct waiter *w = l->head;
    l->head = l->tail = NULL;
    l->notify = atomic_load(&l->wait);
    lock_drop(list_lock(l));
    while (w != NULL) {
        struct waiter *next = w->next;
        sched_ready(w->g);
        w = next;
    }
    rt_leave();
}

static struct waiter *unlink_ticket(struct notify_list *l, uint32_t ticket) {
    struct waiter *prev = NULL;
    for (struct waiter *w = l->head; w != NULL; prev = w, w = w->next) {
        if (w->ticket != ticket)
            continue;
        if (prev != NULL)
            prev->next = w->next;
        else
            l->head = w->next;
        if (l->tail == w)
            l->tail = prev;
        return w;
    }
    return NULL;
}

/* The ticket may belong to one that has not got to notify_list_wait() yet: it will see that
 * l->notify has passed it. */
void notify_list_one(struct notify_list *l) {
    if (atomic_load(&l->wait) == *(volatile uint32_t *)&l->notify)
        return;
    rt_enter();
    lock_take(list_lock(l), RANK_NOTIFY);
    struct waiter *w = NULL;
    if (l->notify != atomic_load(&l->wait))
        w = unlink_ticket(l, l->notify++);
    lock_drop(list_lock(l));
    if (w != NULL)
        sched_ready(w->g);
    rt_leave();
}

/* ---- spinning ----
 * Only where somebody else runs, and nothing of ours waits or what waits is worth little: when an M
 * did less than MEET_NS between two locks that it found taken, all that it does is to pull the line
 * away from those who get on.  Then it looks away twice as long as the last time, and half as long
 * when it has done more or has waited in vain.  (Ten goroutines that only count under a lock, two
 * processors: 34 ns before, 13.7 now, 12.9 with one; 15.4 when it began anew each time that it had
 * done more.  A hold of 30 ns each 300 ns: 90 and 55, one processor 90.)
 */
#define PAUSES     30 /* Go's */
#define PAUSES_MAX 960
#define MEET_NS    1000

static void look_less(struct m *m) {
    m->spin_pauses = m->spin_pauses / 2 > PAUSES ? m->spin_pauses / 2 : PAUSES;
}

static void spin_begin(struct m *m) {
    if (clock_mono() - m->spun_at > MEET_NS)
        look_less(m);
    else if (m->spin_pauses < PAUSES_MAX)
        m->spin_pauses *= 2;
}

static void spin_end(struct m *m, bool in_vain) {
    m->spun_at = clock_mono();
    if (in_vain)
        look_less(m);
}

bool spin_allowed(int round) {
    struct m *m = rt_m();
    if (round >= 4 || rt_sched.n_cpu <= 1)
        return false;
    if (m->p == NULL)
        return m->foreign;
    uint32_t n = atomic_load_explicit(&rt_sched.n_p, memory_order_relaxed);
    uint32_t idle = rest_or_idle();
    uint32_t spinning = atomic_load_explicit(&rt_sched.n_spinning, memory_order_relaxed);
    if (n <= 1 || idle + spinning + 1 >= n)
        return false;
    return m->spin_pauses > PAUSES || (m->p->runnext == NULL && runq_empty(m->p));
}

static void look_away(uint32_t pauses) {
    while (pauses-- > 0)
        cpu_relax();
}

void spin_once(void) {
    look_away(PAUSES);
}

/* The library is not preempted, so it is one M throughout.  Relaxed: a look, which orders nothing;
 * who sees the lock free takes it by a compare-and-swap that acquires. */
int32_t spin_while(const int32_t *word, int32_t mask, int32_t value) {
    struct m *m = rt_m();
    int32_t seen = __atomic_load_n(word, __ATOMIC_RELAXED);
    if ((seen & mask) != value)
        return seen;
    spin_begin(m);
    for (int round = 0; (seen & mask) == value && spin_allowed(round); round++) {
        look_away(m->spin_pauses);
        seen = __atomic_load_n(word, __ATOMIC_RELAXED);
    }
    spin_end(m, (seen & mask) == value);
    return seen;
}
