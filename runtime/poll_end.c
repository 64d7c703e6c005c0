/* SPDX-License-Identifier: MIT */
/*
 * How a wait for a descriptor ends without it being ready: closing and deadlines.  In a file of
 * its own, so that programs without files and sockets do not carry it.
 */
#include "rt.h"

/* Those who wait come back with POLL_CLOSED, and everybody who will. */
static struct g *evict(struct poll_desc *pd) {
    lock_take(&pd->lock, RANK_POLL);
    pd->closing = true;
    struct g *list = poll_take_waiters(pd, 0, POLL_CLOSED, NULL);
    list = poll_take_waiters(pd, 1, POLL_CLOSED, list);
    lock_drop(&pd->lock);
    return list;
}

void poll_evict(struct poll_desc *pd) {
    rt_enter();
    sched_ready_list(evict(pd));
    rt_leave();
}

void poll_close(struct poll_desc *pd) {
    rt_enter();
    if (pd->limits) {
        timer_stop(&pd->limits->timer[0]);
        timer_stop(&pd->limits->timer[1]);
    }
    struct g *list = evict(pd);
    poll_os_close(pd);
    sched_ready_list(list);
    poll_drop(pd);
    rt_leave();
}

/* ---- deadlines: set by one at a time, who holds the descriptor (stdlib/io/fd.c) ---- */

static void expire(struct poll_desc *pd, int dir) {
    lock_take(&pd->lock, RANK_POLL);
    pd->expired[dir] = true;
    struct g *list = poll_take_waiters(pd, dir, POLL_TIMEOUT, NULL);
    lock_drop(&pd->lock);
    sched_ready_list(list);
}

static void read_expired(void *pd, int64_t late) {
    (void)late;
    rt_enter();
    expire(pd, 0);
    rt_leave();
}

static void write_expired(void *pd, int64_t late) {
    (void)late;
    rt_enter();
    expire(pd, 1);
    rt_leave();
}

static bool have_limits(struct poll_desc *pd) {
    if (!pd->limits && (pd->limits = calloc(1, sizeof *pd->limits)) != NULL) {
        pd->limits->timer[0].fn = read_expired;
        pd->limits->timer[1].fn = write_expired;
        pd->limits->timer[0].arg = pd->limits->timer[1].arg = pd;
    }
    return pd->limits != NULL;
}

/* Once the timer is stopped no run of it is under way, so nobody but us sets expired. */
void poll_set_deadline(struct poll_desc *pd, char mode, int64_t when) {
    int dir = mode == 'w';
    if (!pd->limits && when == 0)
        return;
    if (!have_limits(pd))
        fatal_error("out of memory (deadline)");
    rt_enter();
    timer_stop(&pd->limits->timer[dir]);
    atomic_store_explicit(&pd->expired[dir], false, memory_order_relaxed);
    if (when != 0 && when <= clock_mono())
        expire(pd, dir);
    else if (when != 0)
        timer_reset(&pd->limits->timer[dir], when, 0);
    rt_leave();
}

bool poll_eager(struct poll_desc *pd) {
    return atomic_load_explicit(&pd->eager, memory_order_relaxed);
}
