/* SPDX-License-Identifier: MIT */
/*
 * The HARD build (-DGOCC_HARD=1): makes rare orders common.  At every entry into the runtime
 * the seed decides: go on, yield, let the kernel run another thread, or lose some time; at
 * every readying whether runnext is used; and whether the scheduler loop looks at others
 * first.  Queues and caches are as small as they may be; lock ranks are checked, and so is what
 * the head comments of the scheduler promise.
 * GOCC_SEED=n chooses the sequence; each thread has its own, derived from its M's number.
 */
#include "rt.h"

#ifdef GOCC_HARD
#include <sched.h>
#include <time.h>

static uint64_t seed(void) {
    static _Atomic uint64_t value;
    uint64_t v = atomic_load_explicit(&value, memory_order_relaxed);
    if (v == 0) {
        const char *env = getenv("GOCC_SEED");
        v = (env != NULL ? strtoull(env, NULL, 0) : 1) * 2 + 1;
        atomic_store_explicit(&value, v, memory_order_relaxed);
    }
    return v;
}

static uint32_t draw(struct m *m) {
    if (m->hard == 0)
        m->hard = seed() * UINT64_C(0x9e3779b97f4a7c15) ^ ((uint64_t)(uint32_t)m->tid << 7) ^ 1;
    m->hard ^= m->hard << 13;
    m->hard ^= m->hard >> 7;
    m->hard ^= m->hard << 17;
    return (uint32_t)(m->hard >> 32);
}

bool hard_chance(uint32_t one_in) {
    struct m *m = rt_m_or_null();
    return m != NULL && draw(m) % one_in == 0;
}

void hard_late(void) {
    int saved = errno; /* the goroutine's: a signal interrupts the sleep */
    if (hard_chance(8))
        nanosleep(&(struct timespec){0, 300000}, NULL);
    errno = saved;
}

void rt_hard_point(void) {
    struct m *m = rt_m_or_null();
    if (m == NULL || m->in_rt > 0 || m->g == NULL)
        return;
    uint32_t r = draw(m) % 64;
    if (r < 4) {
        sched_gosched_entered(rt_enter_plain());
    } else if (r < 6) {
        sched_yield();
    } else if (r < 10) {
        for (uint32_t i = draw(m) % 500; i > 0; i--)
            cpu_relax();
    }
}

static void check(bool holds, const char *what, const struct g *g) {
    if (!holds)
        fatal_error("HARD: %s (goroutine %llu, state %d)", what,
                    g != NULL ? (unsigned long long)g->id : 0, g != NULL ? (int)g->state : 0);
}

void hard_check_run(const struct m *m, const struct g *g) {
    check(g->state == G_RUNNABLE, "who is switched to is not runnable", g);
    check(g->lock_m == NULL || g->lock_m == m, "it belongs to another thread", g);
    check(m->p != NULL && m->p->m == m, "who switches has no P of its own", g);
    check(m->in_rt == 1, "a switch that is not at depth 1", g);
}

void hard_check_ready(const struct g *g) {
    check(g->state == G_WAITING, "who is woken does not wait", g);
}

/* Who is in the global queue may run elsewhere at once. */
void hard_check_queued(const struct g *g) {
    const struct m *m = rt_m_or_null();
    check(m == NULL || m->g != g, "who still runs is queued", g);
}

void hard_check_bind(const struct m *m, struct p *p) {
    const struct m *owner = p->m;
    check(m->p == NULL, "an M gets a second P", m->g);
    check((owner == NULL || owner == m) && !p->idle && !p->parked, "a P gets a second M", m->g);
}

void hard_check_unbind(const struct m *m, struct p *p) {
    check(p != NULL && p->m == m, "an M gives up a P that is not its own", m->g);
}

void hard_check_wake(const struct m *m) {
    check(m->next_p == NULL && m->park == 0, "an M that has not taken its P is given another",
          NULL);
}

void hard_check_counts(void) {
    uint32_t away = rt_sched.n_idle_p + rt_sched.n_rest_p + rt_sched.n_parked_p +
                    rt_sched.n_coming_p;
    check(away <= rt_sched.n_procs && rt_sched.n_coming_p <= rt_sched.n_procs, "Ps are miscounted",
          NULL);
    check((int32_t)rt_sched.n_idle_m <= (int32_t)rt_sched.n_m, "more Ms are idle than there are",
          NULL);
    check((int32_t)rt_sched.n_spinning >= 0, "fewer than none searches", NULL);
}
#endif
