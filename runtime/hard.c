/* SPDX-License-Identifier: MIT */
/*
 * The HARD build (-DGOCC_HARD=1): makes rare orders common.  At every entry into the runtime
 * the seed decides: go on, yield, let the kernel run another thread, or lose some time; at
 * every readying whether runnext is used; and whether the scheduler loop looks at others
 * first.  Queues and caches are as small as they may be, lock ranks are checked.
 * GOCC_SEED=n chooses the sequence; each thread has its own, derived from its M's number.
 */
#include "rt.h"

#ifdef GOCC_HARD
#include <sched.h>

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
#endif
