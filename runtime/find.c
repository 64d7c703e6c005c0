/* SPDX-License-Identifier: MIT */
/*
 * The scheduler loop of an M, on its own stack (g0).
 *
 * Invariants
 *  - m->in_rt is 1 all the time, so nobody takes the P; m->g is NULL.
 *  - Order of the search: timers that are due, every 61st time the global queue, runnext, own
 *    ring, global queue, descriptors, rings of others in random order, timers of others.
 *  - n_spinning counts Ms with m->spinning; at most half as many as there are busy Ps search.
 *    The last to find something wakes another one, so a burst of work spreads like a chain.
 *
 * An M that found nothing looks on for SPIN_NS before it sleeps, if other Ps are busy: a
 * sleeping virtual core takes 60 us to wake here, so waiting as long costs at most twice.
 */
#include "rt.h"

#define SPIN_NS 50000

/* Others' runnext is left alone (see runq.c); sysmon moves one that waits too long. */
static struct g *steal(struct m *m) {
    uint32_t n = atomic_load_explicit(&rt_sched.n_procs, memory_order_acquire);
    uint32_t at = (uint32_t)(((fast_random() >> 32) * n) >> 32);
    for (uint32_t i = 0; i < n; i++, at = at + 1 == n ? 0 : at + 1) {
        struct p *victim = rt_sched.procs[at];
        if (victim == m->p || runq_empty(victim))
            continue;
        struct g *g = runq_steal(m->p, victim);
        if (g != NULL)
            return g;
    }
    return NULL;
}

static struct g *from_net(int64_t delay) {
    if (!poll_active() || poll_waiters() == 0)
        return NULL;
    struct g *list = poll_net(delay);
    *(volatile int64_t *)&rt_m()->p->polled_at = clock_mono();
    if (list == NULL)
        return NULL;
    sched_ready_list(list); /* a thread of the program may be among them */
    return runq_get(rt_m()->p);
}

static struct g *from_global(struct p *p) {
    if (unlikely(rest_leaves_queue(p)))
        return NULL;
    struct g *g = runq_global_get(p, 0);
    if (g != NULL && rt_sched.n_procs > 1)
        rest_stole(p, clock_mono(), true);
    return g;
}

static struct g *look(struct m *m) {
    struct p *p = m->p;
    struct g *g = NULL;
    if (p->tick % 61 == 0)
        g = sched_pick_fair(p);
    if (g == NULL)
        g = runq_get(p);
    if (g == NULL)
        g = from_global(p);
    if (g == NULL)
        g = runq_get_yielded(p);
    if (g == NULL)
        g = from_net(0);
    return g;
}

static bool may_spin(struct m *m) {
    if (m->spinning)
        return true;
    uint32_t busy = rt_sched.n_p - rest_or_idle();
    if (2 * rt_sched.n_spinning >= busy)
        return false;
    m->spinning = true;
    atomic_fetch_add(&rt_sched.n_spinning, 1);
    return true;
}

static struct g *search_others(struct m *m) {
    if (rt_sched.n_procs == 1 || rest_wanted(m->p, clock_mono()) || !may_spin(m))
        return NULL;
    int64_t end = 0;
    for (int round = 0;; round++) {
        struct g *g = steal(m);
        if (g != NULL) {
            rest_stole(m->p, clock_mono(), false);
            return g;
        }
        if ((g = runq_global_get(m->p, 0)) != NULL)
            return g;
        if (round % 16 == 0) {
            int64_t now = clock_mono();
            if (end == 0)
                end = now + SPIN_NS;
            if (now > end || rest_or_idle() + rt_sched.n_spinning >= rt_sched.n_p)
                return NULL;
            if (timer_run_all(now))
                return runq_get(m->p);
        }
        for (int i = 0; i < 20; i++)
            cpu_relax();
    }
}

static void attend(struct m *m) {
    m->p->attention = 0;
    if (m->p->dying)
        proc_retire(m);
    else if (m->p->told_to_rest && proc_rest(m))
        proc_poll_or_stop(m);
}

static struct g *find(struct m *m) {
    for (;;) {
        if (m->locked_g != NULL) {
            proc_stop_locked(m);
            return m->locked_g;
        }
        if (m->p != NULL && m->p->attention)
            attend(m);
        if (m->p == NULL) {
            struct p *p = proc_take_idle();
            if (p == NULL) {
                proc_stop_m(m);
                continue;
            }
            proc_bind(m, p);
        }
        if (m->p->timers.first != INT64_MAX)
            timer_run(m->p, clock_mono());
        struct g *g = runq_empty(m->p) && hard_chance(4) ? steal(m) : NULL;
        if (g == NULL)
            g = look(m);
        if (g == NULL)
            g = search_others(m);
        if (g == NULL && timer_run_all(clock_mono()))
            g = runq_get(m->p);
        if (g != NULL)
            return g;
        proc_idle_and_recheck(m);
        if (m->p == NULL)
            proc_poll_or_stop(m);
    }
}

static void found(struct m *m) {
    if (!m->spinning)
        return;
    m->spinning = false;
    atomic_fetch_sub(&rt_sched.n_spinning, 1);
    proc_wake_if_idle();
}

void find_loop(void) {
    for (;;) {
        struct m *m = rt_m();
        sched_run_after(m);
        if (unlikely(m->ending)) {
            proc_leave(m);
            m_end(m);
            return;
        }
        struct g *g = find(m);
        found(m);
        if (g->state == G_FRESH)
            g = spawn_attach(m, g);
        if (g->pinned && g->lock_m != m) {
            proc_run_locked(m, g);
            continue;
        }
        m->p->tick++;
        atomic_store_explicit(&m->p->want_resched, 0, memory_order_relaxed);
        hard_check_run(m, g);
        m->g = g;
        g->m = m;
        rt_set_frames(&g->frames);
        atomic_store_explicit(&g->state, G_RUNNING, memory_order_relaxed);
        struct trace_slice slice;
        bool events = atomic_load_explicit(&rt_events, memory_order_relaxed);
        if (unlikely(events))
            events_begin(&slice, m, g);
        sanitize_switch(m, NULL, g, false);
        rt_switch(&m->g0, &g->ctx);
        sanitize_switched(rt_m(), NULL);
        if (unlikely(events))
            events_end(&slice, g);
    }
}
