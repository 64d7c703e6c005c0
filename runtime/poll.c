/* SPDX-License-Identifier: MIT */
/*
 * Waiting for descriptors: the part that knows no operating system interface.
 *
 * Invariants
 *  - pd->lock guards everything in the descriptor but refs.  Under it nobody parks, starts a
 *    timer or calls out; the timer heap's lock may not be taken under it.
 *  - Events are edge-triggered.  One that finds nobody waiting is kept in ready[], so a wait
 *    that comes after the event returns at once; a stale one costs its caller one more
 *    read() that says EAGAIN.  That is why poll_wait() may report ready for nothing.
 *  - A waiter lies on its goroutine's stack.  Whoever unlinks it (event, close, timeout) sets
 *    result and readies the goroutine; nobody else may.
 *  - A deadline belongs to the descriptor and a direction, not to one wait: setting it wakes
 *    those who wait already, and one that stands costs a wait nothing.  (A timer per wait was
 *    240 ns a read.)  The timers come with the first deadline and stay with the descriptor.
 *  - Descriptors are never unmapped, for the kernel may still hand out the address of a
 *    closed one; such an event is a stale one of whatever took its place.
 */
#include "rt.h"

static struct lock free_lock; /* guards free_list; nothing else is done under it */
static struct poll_desc *free_list;
static _Atomic uint32_t waiting; /* goroutines in poll_wait; read by the scheduler */

static uint32_t generation; /* of the kernel's part: one more after each fork */

void poll_after_fork(void) {
    poll_os_forget();
    generation++;
    atomic_store(&waiting, 0);
}

/* acquire, with the release of unlink_waiter(): who misses a waiter sees what the one who took
 * it off did before, which check_dead() relies on. */
uint32_t poll_waiters(void) {
    return atomic_load_explicit(&waiting, memory_order_acquire);
}

static struct poll_desc *desc_new(void) {
    lock_take(&free_lock, RANK_POLL);
    struct poll_desc *pd = free_list;
    if (pd)
        free_list = pd->next_free;
    lock_drop(&free_lock);
    return pd ? pd : calloc(1, sizeof *pd);
}

/* The user and every goroutine in poll_wait() hold the descriptor. */
void poll_drop(struct poll_desc *pd) {
    /* release: the others' use is over; acquire: before it is used again */
    if (atomic_fetch_sub_explicit(&pd->refs, 1, memory_order_acq_rel) != 1)
        return;
    lock_take(&free_lock, RANK_POLL);
    pd->next_free = free_list;
    free_list = pd;
    lock_drop(&free_lock);
}

static void reset(struct poll_desc *pd, int fd) {
    pd->fd = fd;
    pd->ready[0] = pd->ready[1] = false;
    pd->closing = pd->eager = pd->expired[0] = pd->expired[1] = false;
    pd->generation = generation;
    atomic_store_explicit(&pd->refs, 1, memory_order_relaxed);
}

struct poll_desc *poll_open(int fd) {
    rt_enter();
    struct poll_desc *pd = desc_new();
    int err = pd ? 0 : ENOMEM;
    if (pd) {
        reset(pd, fd);
        err = poll_os_open(pd);
        if (err) {
            poll_drop(pd);
            pd = NULL;
        }
    }
    rt_leave();
    if (err)
        errno = err;
    return pd;
}

/* ---- waiters; pd->lock is held ---- */

static void link_waiter(struct poll_desc *pd, struct poll_waiter *w) {
    w->next = pd->first[w->dir];
    pd->first[w->dir] = w;
    atomic_fetch_add_explicit(&waiting, 1, memory_order_relaxed);
}

static void unlink_waiter(struct poll_desc *pd, struct poll_waiter *w) {
    struct poll_waiter **at = &pd->first[w->dir];
    while (*at != w)
        at = &(*at)->next;
    *at = w->next;
    atomic_fetch_sub_explicit(&waiting, 1, memory_order_release);
}

/* All waiters of one direction, put in front of list. */
struct g *poll_take_waiters(struct poll_desc *pd, int dir, enum poll_result why, struct g *list) {
    struct poll_waiter *w;
    while ((w = pd->first[dir]) != NULL) {
        unlink_waiter(pd, w);
        w->result = why;
        w->g->next = list;
        list = w->g;
    }
    return list;
}

struct g *poll_event(struct poll_desc *pd, bool in, bool out, bool eager, struct g *list) {
    bool happened[2] = {in, out};
    lock_take(&pd->lock, RANK_POLL);
    if (eager)
        pd->eager = true;
    for (int dir = 0; dir < 2; dir++) {
        if (!happened[dir])
            continue;
        if (!pd->first[dir])
            pd->ready[dir] = true;
        else
            list = poll_take_waiters(pd, dir, POLL_READY, list);
    }
    lock_drop(&pd->lock);
    return list;
}

/* ---- waiting ---- */

enum poll_result poll_check(struct poll_desc *pd, char mode) {
    if (atomic_load_explicit(&pd->closing, memory_order_relaxed))
        return POLL_CLOSED;
    return atomic_load_explicit(&pd->expired[mode == 'w'], memory_order_relaxed) ? POLL_TIMEOUT
                                                                                 : POLL_READY;
}

static void unlock_parked(void *pd) {
    lock_drop(&((struct poll_desc *)pd)->lock);
    /* A thread of the program waits; there may be no M that would poll for it. */
    if (unlikely(rt_m()->foreign))
        proc_wake_if_idle();
}

/* Opened before a fork: those who waited then do not exist here. */
static void adopt(struct poll_desc *pd) {
    pd->generation = generation;
    pd->first[0] = pd->first[1] = NULL;
    poll_os_open(pd);
}

/* pd->lock is held and dropped here. */
static enum poll_result wait_locked(struct poll_desc *pd, struct poll_waiter *w) {
    enum poll_result now = poll_check(pd, w->dir ? 'w' : 'r');
    if (now != POLL_READY || pd->ready[w->dir]) {
        if (now == POLL_READY)
            pd->ready[w->dir] = false; /* kept for who comes when the deadline is moved */
        lock_drop(&pd->lock);
        return now;
    }
    link_waiter(pd, w);
    sched_park(WAIT_IO, pd, unlock_parked, pd);
    return w->result;
}

enum poll_result poll_wait(struct poll_desc *pd, char mode) {
    struct m *m = rt_enter();
    struct poll_waiter w = {.g = m->g, .dir = mode == 'w'};
    if (m->foreign)
        proc_ensure();
    atomic_fetch_add_explicit(&pd->refs, 1, memory_order_relaxed);
    lock_take(&pd->lock, RANK_POLL);
    if (unlikely(pd->generation != generation))
        adopt(pd);
    enum poll_result r = wait_locked(pd, &w);
    poll_drop(pd);
    rt_leave();
    return r;
}

struct lock *poll_free_lock(void) /* for fork.c */
{
    return &free_lock;
}
