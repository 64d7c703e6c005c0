/* SPDX-License-Identifier: MIT */
/*
 * fork(): the child has one thread, and so it has one goroutine, the one that forked.
 *
 * As with threads, the others do not exist in the child: their stacks are there, but they are
 * never run again.  The forking goroutine goes on, may park, use timers, start goroutines and
 * open descriptors; the scheduler around it is made anew.  What waited in the queues of a
 * channel when the process forked ends silently if the child serves it.
 *
 * The alternative, to let every parked goroutine live on in both processes, was rejected: a
 * server would answer each request twice.
 *
 * The runtime's own locks are taken before the fork, in the order of their ranks, so that what
 * they guard is whole in the child.  Those of channels, semaphores and timers are too many for
 * that: one in which another thread was at that very moment guards something half done.  The
 * child finds it locked by a process that is not itself (lock_held) and dies with a message when
 * it wants to use it.  exec, the usual thing to do next, touches none of it.
 *
 * Rejected: waiting until all other threads are outside of the runtime.  Threads of the program
 * are in no list, and one that waits for its turn in the kernel may take long to come out.
 */
#include "rt.h"

static void gone(void *arg) {
    (void)arg;
}

/* If something wakes this goroutine, it begins anew with a function that does nothing. */
static void forget_g(struct g *g, void *self) {
    if (g == self || !g->slab)
        return;
    g->system = true;
    g->fn = gone;
    g->handles = 0;
    g->frames = NULL;
    g->panics = NULL;
    g->lock_m = NULL;
    g->pinned = false;
    g->ctx.pc = (void *)rt_entry;
}

/* Sleeping and selecting goroutines have their timers on their stacks; the program's own
 * timers stay. */
static void forget_timers(struct p *p, struct g *self) {
    struct timer_heap *h = &p->timers;
    h->running = NULL;
    for (uint32_t i = 0; i < h->n;) {
        struct timer *t = h->e[i].t;
        struct g *owner = stack_find(t);
        if (owner && owner != self)
            timer_stop(t);
        if (i < h->n && h->e[i].t == t)
            i++;
    }
}

static void forget_work(struct p *p) {
    p->runnext = p->yield_head = p->yield_tail = NULL;
    p->head = 0;
    p->tail = 0;
    p->n_started = p->n_ended = 0;
    p->want_resched = 0;
    /* Another thread may have been changing these; what they held is lost to the child. */
    p->free_g = NULL;
    p->free_fresh = NULL;
    p->free_n = p->free_fresh_n = 0;
}

static void idle_others(struct m *m) {
    rt_sched.idle_p = NULL;
    rt_sched.n_idle_p = 0;
    rt_sched.rest_p = NULL;
    rt_sched.n_rest_p = 0;
    for (uint32_t i = rt_sched.n_procs; i-- > 0;) {
        struct p *p = rt_sched.procs[i];
        if (!m->foreign && !m->p && !p->parked)
            m->p = p;
        p->m = p == m->p ? m : NULL;
        p->idle = p != m->p && !p->parked;
        if (!p->idle)
            continue;
        p->idle_next = rt_sched.idle_p;
        rt_sched.idle_p = p;
        rt_sched.n_idle_p++;
    }
    solo_recount();
}

static void renew_sched(struct m *m) {
    runq_global_forget();
    rt_sched.idle_m = NULL;
    rt_sched.n_idle_m = 0;
    rt_sched.n_m = m->foreign ? 0 : 1;
    rt_sched.n_foreign = m->foreign ? 1 : 0;
    rt_sched.n_spinning = 0;
    rt_sched.n_coming_p = 0;
    rt_sched.poller = NULL;
    rt_sched.n_g = m->foreign ? 0 : 1;
    rt_sched.started = false;
    rt_sched.all_m = m->foreign ? NULL : m;
    m->all_next = NULL;
    m->idle_next = NULL;
    m->retake = RETAKE_NONE;
    m->spinning = false;
    m->next_p = NULL;
}

/* lock_slow() takes a lock without a look at its rank: many of one rank are taken here. */
static void each_lock(const struct m *m, void (*fn)(struct lock *l)) {
    fn(handle_grave_lock());
    fn(signal_forward_lock());
    for (uint32_t i = 0; i < m->forking; i++)
        fn(&rt_sched.procs[i]->timers.lock);
    fn(poll_free_lock());
    fn(&rt_sched.lock);
    fn(spawn_pool_lock());
    fn(stack_pool_lock());
    fn(thread_spare_lock());
}

static void drop(struct lock *l) {
    atomic_store_explicit(&l->word, 0, memory_order_release);
}

/* Others may fork at the same time, and more Ps may be made before sched.lock is taken: what is
 * dropped is what this thread has taken. */
static void prepare(void) {
    if (!atomic_load(&rt_sched.ready))
        return;
    struct m *m = rt_enter();
    m->forking = rt_sched.n_procs;
    each_lock(m, lock_slow);
}

/* The thread that forks, if prepare() did something. */
static struct m *end_prepared(void) {
    struct m *m = rt_m_or_null();
    if (m == NULL || m->forking == 0)
        return NULL;
    each_lock(m, drop);
    m->forking = 0;
    return m;
}

static void in_parent(void) {
    if (end_prepared() != NULL)
        rt_leave();
}

static void in_child(void) {
    struct m *m = end_prepared();
    death_after_fork();
    if (m == NULL)
        return;
    rt_flags.lock_held++;
    m_after_fork(m);
    renew_sched(m);
    for (uint32_t i = 0; i < rt_sched.n_procs; i++)
        forget_work(rt_sched.procs[i]);
    idle_others(m);
    sched_each_g(forget_g, m->g);
    for (uint32_t i = 0; i < rt_sched.n_procs; i++)
        forget_timers(rt_sched.procs[i], m->g);
    sysmon_forget();
    poll_after_fork();
    signal_after_fork();
    rt_leave();
}

void fork_init(void) {
    pthread_atfork(prepare, in_parent, in_child);
}
