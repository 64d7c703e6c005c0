/* SPDX-License-Identifier: MIT */
/*
 * Switching stacks as AddressSanitizer, ThreadSanitizer and valgrind must see it.
 *
 * Invariants
 *  - ASan: every switch is bracketed by sanitize_switch() on the old stack and
 *    sanitize_switched() on the new one; a dying goroutine gives its fake stack up.
 *  - TSan: a fiber per goroutine and per scheduler stack, flag 1: switching is no
 *    synchronisation, else every race between two goroutines of one thread would be hidden.
 *    What orders goroutines is in race.c.
 *  - A fiber cannot be destroyed while it runs; the next one does it (m->dead).
 *  - These functions must not be instrumented: they enter on one fiber and leave on another.
 */
#include "rt.h"
#if __has_include(<valgrind/valgrind.h>)
#include <valgrind/valgrind.h>
#endif

void sanitize_stack_new(struct g *g) {
#ifdef VALGRIND_STACK_REGISTER
    static _Atomic int watched; /* 1 no, 2 yes */
    int w = atomic_load_explicit(&watched, memory_order_relaxed);
    if (unlikely(w == 0)) {
        w = RUNNING_ON_VALGRIND ? 2 : 1;
        atomic_store_explicit(&watched, w, memory_order_relaxed);
    }
    if (unlikely(w == 2) && g->valgrind_id == 0)
        g->valgrind_id = 1 + VALGRIND_STACK_REGISTER(g->stack_lo, g->stack_hi);
#else
    (void)g;
#endif
}

#if defined(__clang__)
#define BARE __attribute__((disable_sanitizer_instrumentation, noinline))
#else
#define BARE __attribute__((no_sanitize("thread", "address"), noinline))
#endif

#if defined(RT_ASAN)
void __sanitizer_start_switch_fiber(void **save, const void *bottom, size_t size);
void __sanitizer_finish_switch_fiber(void *saved, const void **bottom, size_t *size);
void __asan_handle_no_return(void);
void __asan_unpoison_memory_region(void const volatile *at, size_t size);

void sanitize_no_return(void) {
    __asan_handle_no_return();
}

BARE void sanitize_g_new(struct g *g, void *fiber) {
    g->fiber = fiber;
}

/* The next goroutine on this stack must not trip over the redzones of dead frames: Goexit has
 * left those above this one as they were. */
BARE void sanitize_g_end(struct g *g) {
    char *here = __builtin_frame_address(0);
    if (here < g->stack_lo || here >= g->stack_hi) /* sched_leave_g() */
        here = g->stack_lo;
    __asan_unpoison_memory_region(here, (size_t)(g->stack_hi - here));
}

BARE static void find_thread_stack(struct m *m) {
    pthread_attr_t attr;
    void *at;
    if (pthread_getattr_np(pthread_self(), &attr) != 0)
        return;
    pthread_attr_getstack(&attr, &at, &m->stack_size);
    pthread_attr_destroy(&attr);
    m->stack_bottom = at;
}

BARE void sanitize_switch(struct m *m, struct g *from, struct g *to, bool dying) {
    void **save = dying ? NULL : from ? &from->fiber : &m->fiber;
    if (!from && !m->stack_bottom)
        find_thread_stack(m);
    if (to)
        __sanitizer_start_switch_fiber(save, to->stack_lo, (size_t)(to->stack_hi - to->stack_lo));
    else
        __sanitizer_start_switch_fiber(save, m->stack_bottom, m->stack_size);
}

BARE void sanitize_switched(struct m *m, struct g *self) {
    __sanitizer_finish_switch_fiber(self ? self->fiber : m->fiber, NULL, NULL);
}

/* The frames of the scheduler loop have been jumped over, too. */
BARE void sanitize_left(struct m *m) {
    sanitize_switch(m, m->g, NULL, true);
    sanitize_switched(m, NULL);
    __asan_unpoison_memory_region(m->stack_bottom, m->stack_size);
}
#elif defined(RT_TSAN)
void *__tsan_get_current_fiber(void);
void __tsan_switch_to_fiber(void *fiber, unsigned flags);
#define NO_SYNC 1

BARE void sanitize_no_return(void) {
}

BARE void sanitize_g_new(struct g *g, void *fiber) {
    g->fiber = fiber;
}

/* Whoever comes next on this stack has nothing to do with what happened there. */
BARE void sanitize_g_end(struct g *g) {
    race_forget(g->stack_lo, (char *)(g + 1));
    rt_m()->dead = g->fiber;
}

BARE void sanitize_switch(struct m *m, struct g *from, struct g *to, bool dying) {
    (void)dying;
    if (!from && !m->fiber)
        m->fiber = __tsan_get_current_fiber();
    __tsan_switch_to_fiber(to ? to->fiber : m->fiber, NO_SYNC);
}

BARE void sanitize_switched(struct m *m, struct g *self) {
    void *dead = m->dead;
    (void)self;
    m->dead = NULL;
    if (dead)
        race_fiber_end(dead);
}

BARE void sanitize_left(struct m *m) {
    sanitize_switch(m, m->g, NULL, true);
    sanitize_switched(m, NULL);
}
#endif
