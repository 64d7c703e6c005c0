/* SPDX-License-Identifier: MIT */
/*
 * sysmon: a thread without a P that watches the others, and makes threads for those whose own state
 * a new one should not inherit (thread.c).
 */
#include "rt.h"

#ifdef GOCC_HARD
#define SLICE_NS  100000
#define MAX_DELAY 100000
#else
#define SLICE_NS  10000000
#define MAX_DELAY 10000000
#endif
#define REFUSED_NS  2000000
#define LOOK_NS     1000000 /* so long the Ps that work may leave the descriptors alone */
#define COMPUTES_NS 200000  /* a goroutine that others should not wait for: rest.c */
#define MINUTE_NS   INT64_C(60000000000)
#define STILL_NS    (10 * (int64_t)SLICE_NS) /* since when nothing moves: it may be asleep in C */

static struct {
    _Atomic uint32_t state; /* futex: 0 asleep for good, 1 awake */
    _Atomic bool running;
    _Atomic uint32_t dozes; /* futex: 1 asleep for a while */
    struct order *_Atomic orders;
} mon;
static struct m mon_m;

static void tell_time(int64_t now) {
    rt_sched.second = (uint32_t)(now / 1000000000);
    rt_sched.minute = (uint32_t)(now / MINUTE_NS);
}

void sysmon_kick(void) {
    fence_light(); /* the P has left the idle list; the heavy one is in sleep_deep() */
    if (likely(atomic_load_explicit(&mon.state, memory_order_relaxed) == 1))
        return;
    tell_time(clock_mono()); /* it has stood still meanwhile */
    if (atomic_exchange(&mon.state, 1) == 0)
        futex_wake(&mon.state, 1);
}

/* ---- the retake protocol ----
 * m runs program code, which marks nothing.  To take its P: ask (m->retake), make every CPU
 * pass a full fence (membarrier), look at m->in_rt.  If it is 0, then m has not entered the
 * runtime before it could see the question; on its next entry it will, and the exchange
 * ASKED -> HELD here against ASKED -> NONE there decides who was first. */
static bool hold(struct m *m) {
    uint32_t was = RETAKE_NONE;
    if (*(volatile uint32_t *)&m->in_rt != 0 ||
        (!atomic_compare_exchange_strong(&m->retake, &was, RETAKE_ASKED) && was != RETAKE_ASKED))
        return false;
    fence_heavy();
    if (*(volatile uint32_t *)&m->in_rt != 0) {
        was = RETAKE_ASKED;
        atomic_compare_exchange_strong(&m->retake, &was, RETAKE_NONE);
        return false;
    }
    was = RETAKE_ASKED;
    return atomic_compare_exchange_strong(&m->retake, &was, RETAKE_HELD);
}

/* One that is in the runtime whenever somebody looks, as a select that is always served, would be
 * stopped by nobody: it sees the question when it enters next, and lets the others go first, for
 * want_resched is set (rt_reacquire).  No fence: nothing is concluded from in_rt here.  The
 * question may stay open; then hold() makes its fence behind it as behind one of its own. */
static void ask_to_yield(struct m *m) {
    uint32_t was = RETAKE_NONE;
    atomic_compare_exchange_strong(&m->retake, &was, RETAKE_ASKED);
}

static bool take_p(struct m *m, struct p *p) {
    if (!hold(m))
        return false;
    if (m->p != p) {
        atomic_store(&m->retake, RETAKE_NONE);
        return false;
    }
    atomic_store(&p->m, NULL);
    atomic_store(&m->retake, RETAKE_LOST);
    return true;
}

/* It waits behind a goroutine that computes, and another P is idle.  m must not go on before all
 * is queued: it could be the last to stop, and see a deadlock. */
static void move_private(struct m *m, struct p *p) {
    if (!hold(m))
        return;
    if (m->p == p) {
        struct g *g = p->runnext;
        p->runnext = NULL;
        runq_publish_yielded(p);
        if (g != NULL)
            runq_global_put(g, g, 1);
    }
    atomic_store(&m->retake, RETAKE_NONE);
    proc_wake_if_idle();
}

/* 'R' in its stat: it only waits for a core. */
static bool wants_core(struct m *m) {
    char buf[256];
    if (!thread_tells(m->tid, "stat", buf, sizeof buf))
        return true;
    char *end = strrchr(buf, ')');
    return end != NULL && end[1] == ' ' && end[2] == 'R';
}

static bool waits_for(struct p *p, int64_t now) {
    return !runq_empty(p) || proc_private_work(p) ||
           atomic_load_explicit(&rt_sched.q_len, memory_order_relaxed) > 0 || timer_next() <= now;
}

/* Asks by signal; true when that has not helped for a while: the P must go without it. */
static bool preempt_refused(struct m *m, struct p *p, uint32_t tick, int64_t now) {
    if (p->asked_tick != tick || p->asked_at == 0) {
        p->asked_tick = tick;
        p->asked_at = now;
        preempt_send(m);
        return false;
    }
    return now - p->asked_at > REFUSED_NS;
}

/* It computes and others wait behind it: they should not, even if a P rests (rest.c).  Where a try
 * has shown that two Ps do less, handing over in turn (which stays the same tick) is no reason. */
static void end_rests_beside(struct p *p, const struct m *m, int64_t now) {
    uint32_t left = (uint32_t)(*(const volatile uint64_t *)&m->in_rt_left >> 32);
    if (left != p->seen_left) {
        p->seen_left = left;
        p->left_since = now;
    }
    int64_t since = rest_is_measured() ? p->left_since : p->seen_since;
    if (now - since > COMPUTES_NS && waits_for(p, now))
        proc_end_rests(INT64_MAX);
}

/* Nobody waits for its P; but if it sleeps in the kernel and gives the P up, all may be idle, and
 * so may be sysmon.  (One that slept in C beside an idle P: 800 wake-ups a second, now none.)  Only
 * where nothing has moved for long, for the answer is a system call, and where it is no reason to
 * preempt anybody: another P is idle. */
static bool may_sleep_long(const struct p *p, bool idle_p, int64_t now) {
    return idle_p && now - p->seen_since > STILL_NS;
}

/* True: something was done. */
static bool watch(struct p *p, int64_t now) {
    struct m *m = atomic_load_explicit(&p->m, memory_order_acquire);
    if (m == NULL)
        return false;
    uint32_t tick = *(volatile uint32_t *)&p->tick;
    if (tick != p->seen_tick) {
        p->seen_tick = tick;
        p->seen_since = now;
        p->seen_cpu = 0;
        return false;
    }
    /* Also to goroutines that keep handing over to each other and are in the runtime just now. */
    bool over = now - p->seen_since > SLICE_NS;
    bool waited_for = over && waits_for(p, now);
    if (waited_for)
        p->want_resched = 1;
    if (*(volatile uint32_t *)&m->in_rt != 0) {
        if (waited_for)
            ask_to_yield(m);
        return false;
    }
    if (rt_sched.n_rest_p > 0)
        end_rests_beside(p, m, now);
    bool idle_p = atomic_load(&rt_sched.n_idle_p) > 0;
    if (idle_p && proc_private_work(p))
        move_private(m, p);
    if (idle_p && !runq_empty(p))
        proc_wake_if_idle();
    if (!waits_for(p, now) && (idle_p || poll_waiters() == 0) &&
        (rt_sched.poller != NULL || timer_next() == INT64_MAX) && !may_sleep_long(p, idle_p, now))
        return false;
    int64_t cpu = thread_cpu(m);
    bool asleep = p->seen_cpu != 0 && cpu == p->seen_cpu && !wants_core(m);
    p->seen_cpu = cpu;
    if (!asleep && over && !idle_p && preempt_possible && !preempt_refused(m, p, tick, now))
        return true;
    if ((asleep || (over && !idle_p)) && take_p(m, p)) {
        hard_late();
        proc_hand_off(p);
        return true;
    }
    return false;
}

static void overdue_timers(int64_t now) {
    for (uint32_t i = 0; i < rt_sched.n_procs; i++) {
        struct p *p = rt_sched.procs[i];
        if (p->timers.first > now)
            continue;
        p->attention = 1;
        proc_wake_if_idle();
    }
}

/* A P that GOMAXPROCS has no room for any more counts until it is given up: its M may sleep in the
 * kernel, and goroutines wait behind it.  Without sched.lock a hint: the counts are read one after
 * the other, and a P that goes from one to the other meanwhile may count twice or not at all. */
static bool all_idle(void) {
    return rest_or_idle() + rt_sched.n_parked_p >= rt_sched.n_procs;
}

/* Who takes a P from the idle ones after this sees, by the lock, that sysmon is about to sleep. */
static bool all_idle_surely(void) {
    lock_take(&rt_sched.lock, RANK_SCHED);
    bool is = all_idle();
    lock_drop(&rt_sched.lock);
    return is;
}

/* Once a second: stacks that nobody has used for some seconds. */
static void release_stacks(int64_t now) {
    uint32_t before = rt_sched.second;
    tell_time(now);
    if (rt_sched.second != before)
        stack_release_idle();
}

/* An idle program is woken a few times more, until its stacks are given back; then never. */
static void sleep_deep(void) {
    atomic_store(&mon.state, 0);
    fence_heavy();
    while (atomic_load(&mon.state) == 0 && atomic_load(&mon.orders) == NULL && all_idle_surely()) {
        tell_time(clock_mono());
        futex_wait(&mon.state, 0, stack_release_idle() ? 2000000000 : -1);
    }
    atomic_store(&mon.state, 1);
}

/* Without a poller the descriptors are left to the Ps that work: proc_poll_or_stop().  One that has
 * become busy is relieved by another, and while all are busy nobody else may look. */
static void poll_network(int64_t now) {
    static int64_t last;
    if (atomic_load(&rt_sched.poller) != NULL || !poll_active() || poll_waiters() == 0)
        return;
    if (rest_or_idle() > 0 && !proc_polled_since(now - LOOK_NS))
        proc_wake_if_idle();
    if (now - last < SLICE_NS)
        return;
    last = now;
    deadlock_suppress(1); /* no M holds what is taken here: see check_dead() */
    sched_ready_list(poll_net(0));
    deadlock_suppress(-1);
    if (all_idle()) /* the last to stop may have found no deadlock because of us */
        proc_wake_if_idle();
}

/* Functions that ask for the current M find one here; it is no thread of the program, so it
 * is not counted as one that may still send. */
static void become_m(void) {
    static struct g g;
    mon_m.foreign = true;
    mon_m.g = &g;
    mon_m.rand = 0x5eed;
    g.foreign = g.system = true;
    g.m = &mon_m;
    m_init_self(&mon_m);
}

/* Relaxed: a sleep that is not seen lasts MAX_DELAY at the most.  The exchanges are of one word
 * with the futex: who changes it before the sleep begins keeps it from beginning. */
void sysmon_hurry(void) {
    if (atomic_load_explicit(&mon.dozes, memory_order_relaxed) != 0 &&
        atomic_exchange(&mon.dozes, 0) != 0)
        futex_wake(&mon.dozes, 1);
}

/* True: it was woken before its time.  Who gives an order after this looked at them sees it doze.
 */
static bool doze(int64_t ns) {
    atomic_store(&mon.dozes, 1);
    if (atomic_load(&mon.orders) == NULL)
        futex_wait(&mon.dozes, 1, ns);
    return atomic_exchange(&mon.dozes, 0) == 0;
}

/* ---- threads ---- */

/* A list that anybody adds to and sysmon takes whole, so no entry comes back while somebody adds.
 * All seq_cst: who has added looks whether sysmon sleeps, and sysmon says that it will before it
 * looks at the list. */
struct order { /* on the stack of who waits for it */
    struct order *next;
    void *(*fn)(void *);
    void *arg;
    _Atomic uint32_t done; /* futex */
};

/* The caller may hold the lock of a timer that it starts, which sysmon never takes. */
bool sysmon_makes_thread(void *(*fn)(void *), void *arg) {
    struct order o = {.fn = fn, .arg = arg};
    if (!atomic_load(&mon.running) || rt_m_or_null() == &mon_m)
        return false;
    o.next = atomic_load(&mon.orders);
    while (!atomic_compare_exchange_weak(&mon.orders, &o.next, &o))
        ;
    sysmon_kick();
    sysmon_hurry();
    while (atomic_load(&o.done) == 0)
        futex_wait(&o.done, 0, -1);
    return true;
}

static void serve(void) {
    struct order *o = atomic_exchange(&mon.orders, NULL), *next;
    for (; o != NULL; o = next) {
        _Atomic uint32_t *done = &o->done;
        next = o->next;
        thread_make(o->fn, o->arg);
        atomic_store(done, 1); /* o may be gone now; a wake of a stale address does nothing */
        futex_wake(done, 1);
    }
}

static void *sysmon(void *arg) {
    int64_t delay = 20000;
    int idle = 0;
    (void)arg;
    become_m();
    for (;;) {
        if (doze(delay))
            idle = 0;
        serve();
        if (all_idle()) {
            sleep_deep();
            idle = 0;
        }
        int64_t now = clock_mono();
        release_stacks(now);
        bool did = false;
        overdue_timers(now);
        bool crowded = rest_balance(now);
        if (rt_sched.n_rest_p > 0)
            proc_end_rests(now);
        poll_network(now);
        for (uint32_t i = 0; i < rt_sched.n_procs; i++)
            did |= watch(rt_sched.procs[i], now);
        idle = did ? 0 : idle + 1;
        delay = idle < 50 ? 20000 : delay * 2;
        int64_t cap = crowded || rest_or_idle() > 0 ? MAX_DELAY / 10 : MAX_DELAY;
        if (delay > cap)
            delay = cap;
    }
    return NULL;
}

void sysmon_start(void) {
    if (!atomic_load_explicit(&mon.running, memory_order_relaxed) &&
        !atomic_exchange(&mon.running, true)) {
        atomic_store(&mon.state, 1);
        thread_count_helper();
        thread_make(sysmon, NULL);
    }
}

void sysmon_forget(void) {
    atomic_store(&mon.running, false);
    atomic_store(&mon.orders, NULL);
    atomic_store(&mon.state, 0);
}
