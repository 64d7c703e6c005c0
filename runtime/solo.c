/* SPDX-License-Identifier: MIT */
/*
 * One processor alone at work: then locks of channels are taken without a locked instruction.
 *
 * Half of the time of a buffered send or receive is its compare-and-swap (8 of 20 ns; 11.5 of 23 in
 * a profile), and most programs have phases in which one P runs and the others are idle.
 *
 * Invariants
 *  - rt_flags.solo is written under sched.lock.  It is true only while exactly one P is neither
 * idle nor resting nor parked nor on its way to an M that is still asleep, and no thread of the
 * program is known to the runtime.
 *  - A lock that lock_take_program() takes is never taken by an M without a P, but for
 *    pseudo-Ms of such threads; and only between rt_enter() and rt_leave().
 *
 * Setting it needs no care: who sets it has just put its own P aside, or has the only one.
 * The one who goes on takes the locks of others as they left them (acquire on rt_flags.solo).
 *
 * Clearing it does, for the one at work may have read true and not yet have stored 1 in a lock.
 * Whoever is about to be the second clears it, makes every processor pass a fence, and waits until
 * the one at work has left the runtime once, or was not in it: what it enters after the fence reads
 * false.  A second fence makes its stores visible where stores may pass each other.
 * A third that comes meanwhile finds it cleared, and must wait as well: solo_asked numbers the
 * times that it was cleared, solo_done is the last one that somebody has waited out.
 *
 * Rejected: that the one at work clears it when it wakes another, which needs no fence: on a busy
 * machine the other came milliseconds later.  One flag for GOMAXPROCS=1 only (then two processors
 * would be twice as slow as one wherever partners run on one of them).
 */
#include "rt.h"

/* sched.lock held.  Where all are away nobody has to be waited for. */
bool solo_recount(void) {
    bool was = atomic_load_explicit(&rt_flags.solo, memory_order_relaxed);
    hard_check_counts();
    uint32_t away = rt_sched.n_idle_p + rt_sched.n_rest_p + rt_sched.n_parked_p +
                    rt_sched.n_coming_p;
    bool is = rt_sched.n_procs == away + 1 && atomic_load(&rt_sched.n_foreign) == 0;
    if (is != was) /* release: what this thread has done, before others take locks plainly */
        atomic_store_explicit(&rt_flags.solo, is, memory_order_release);
    if (was && !is && away < rt_sched.n_procs)
        rt_sched.solo_asked++;
    return !is && rt_sched.solo_asked != rt_sched.solo_done;
}

static bool inside(struct m *m) {
    return *(struct p *volatile *)&m->p != NULL && *(volatile uint32_t *)&m->in_rt != 0;
}

static void wait_for(struct m *m) {
    uint64_t left = *(volatile uint64_t *)&m->in_rt_left >> 32;
    for (int i = 0; inside(m) && *(volatile uint64_t *)&m->in_rt_left >> 32 == left; i++)
        if (i < 100)
            cpu_relax();
        else
            lock_pause(i - 100);
}

static void wait_for_others(const struct m *self) {
    fence_heavy();
    for (struct m *m = atomic_load(&rt_sched.all_m); m != NULL; m = m->all_next)
        if (m != self)
            wait_for(m);
    fence_heavy();
}

void solo_wait(void) {
    const struct m *self = rt_m_or_null();
    if (self != NULL && self->p != NULL)
        return;
    lock_take(&rt_sched.lock, RANK_SCHED);
    uint32_t asked = rt_sched.solo_asked;
    lock_drop(&rt_sched.lock);
    wait_for_others(self);
    lock_take(&rt_sched.lock, RANK_SCHED);
    if (rt_sched.solo_asked == asked)
        rt_sched.solo_done = asked;
    lock_drop(&rt_sched.lock);
}

void solo_foreign(int delta) {
    lock_take(&rt_sched.lock, RANK_SCHED);
    atomic_fetch_add(&rt_sched.n_foreign, delta);
    bool wait = solo_recount();
    lock_drop(&rt_sched.lock);
    if (wait)
        solo_wait();
}
