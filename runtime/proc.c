/* SPDX-License-Identifier: MIT */
/*
 * Ps and Ms: who runs, who sleeps, who is woken.
 *
 * Invariants, under rt_sched.lock
 *  - A P is bound to one M, or idle (p->idle, in idle_p), or in the hands of the one thread
 *    that took it from either.
 *  - An M in idle_m sleeps on m->park without a P; who takes it off sets m->next_p first.
 *  - n_idle_m counts idle_m and Ms of parked locked goroutines.  If it reaches n_m nobody of
 *    ours runs: then only timers, descriptors, signals or foreign threads can go on.
 *
 * No lost wake-up: whoever queues work does fence_light() and looks at n_idle_p and
 * n_spinning; an M that goes idle puts its P into the list (or leaves n_spinning), does
 * fence_heavy() and looks at all queues again.  One of the two sees the other.
 *
 * One idle M is the poller: it sleeps until the first timer is due, in poll_net() if the
 * program has descriptors there, else on its futex.  It holds no P and is not in idle_m.
 * There is none while another P looks at the descriptors itself, between goroutines that run for
 * microseconds: one asleep there is woken for each event, most of them too late, which cost an
 * echo on two processors 5.2 us instead of 3.5.  Whoever is last to give its P up finds no such P.
 * If it computes, or is asleep in C, sysmon finds after LOOK_NS that nobody has looked.
 */
#include "rt.h"
#include <dirent.h>
#include <sched.h>
#include <time.h>
#include <unistd.h>

#define SLICE_UNKNOWN 1000000 /* long enough to wake others for one goroutine */
#define SHORT_SLICE   20000
#define POLLS_NS      100000 /* that often, and it is left to look at the descriptors */
#define ASK_AGAIN_NS  1000000
#define ASK_UNTIL_NS  1000000000

struct sched rt_sched;

/* ---- how many ---- */
static int cpu_count(void) {
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0)
        return CPU_COUNT(&set);
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n < 1 ? 1 : (int)n;
}

static int wanted_procs(int cpus) {
    const char *env = getenv("GOMAXPROCS");
    long n = env != NULL ? strtol(env, NULL, 10) : 0;
    if (n <= 0) {
        double quota = quota_in("/proc/self/cgroup", "/sys/fs/cgroup");
        n = cpus;
        if (quota > 0 && quota < (double)cpus) /* as Go: rounded up, at least 2 */
            n = quota <= 2 ? (cpus < 2 ? cpus : 2) : (long)(quota + 0.999);
    }
    return n > PROC_MAX ? PROC_MAX : (int)n;
}

/* ---- Ps ---- */
static struct p *p_new(int id) {
    struct p *p = NULL;
    if (posix_memalign((void **)&p, 64, sizeof *p) != 0)
        fatal_error("out of memory (P)");
    memset(p, 0, sizeof *p);
    p->id = id;
    p->slice = SLICE_UNKNOWN;
    timer_heap_init(&p->timers);
    return p;
}

/* sched.lock held */
static void push_idle(struct p *p) {
    p->idle = true;
    p->idle_next = rt_sched.idle_p;
    rt_sched.idle_p = p;
    rt_sched.n_idle_p++;
    solo_recount(); /* may only become true here */
}

static struct p *pop_idle(void) {
    struct p *p = rt_sched.idle_p;
    if (p != NULL) {
        rt_sched.idle_p = p->idle_next;
        p->idle = false;
        rt_sched.n_idle_p--;
    }
    return p;
}

static struct m *pop_idle_m(void) {
    struct m *m = rt_sched.idle_m;
    if (m != NULL) {
        rt_sched.idle_m = m->idle_next;
        rt_sched.n_idle_m--;
    }
    return m;
}

struct p *proc_take_idle(void) {
    if (atomic_load_explicit(&rt_sched.n_idle_p, memory_order_relaxed) == 0)
        return NULL;
    lock_take(&rt_sched.lock, RANK_SCHED);
    struct p *p = pop_idle();
    bool wait = solo_recount();
    lock_drop(&rt_sched.lock);
    if (wait)
        solo_wait();
    return p;
}

/* For an M that has a goroutine in hand. */
struct p *proc_take_any(void) {
    if (rest_or_idle() == 0)
        return NULL;
    lock_take(&rt_sched.lock, RANK_SCHED);
    struct p *p = pop_idle();
    if (p == NULL)
        p = rest_pop();
    bool wait = solo_recount();
    lock_drop(&rt_sched.lock);
    if (wait)
        solo_wait();
    return p;
}

void proc_bind(struct m *m, struct p *p) {
    hard_check_bind(m, p);
    m->p = p;
    p->slice_at = 0; /* it was idle */
    atomic_store_explicit(&p->m, m, memory_order_release);
    sysmon_kick();
}

static struct p *unbind(struct m *m) {
    struct p *p = m->p;
    hard_check_unbind(m, p);
    m->p = NULL;
    atomic_store_explicit(&p->m, NULL, memory_order_release);
    return p;
}

/* ---- Ms ---- */
static void wake_m(struct m *m, struct p *p, bool spinning) {
    hard_check_wake(m);
    m->next_p = p;
    m->spinning = spinning;
    /* release: next_p before the word */
    atomic_store_explicit(&m->park, 1, memory_order_release);
    futex_wake(&m->park, 1);
}

static bool still_dead(void);

/* Only now is there a second one at work: solo.c. */
void proc_arrive(struct m *m) {
    struct p *p = m->next_p;
    m->next_p = NULL;
    if (p == NULL)
        return;
    lock_take(&rt_sched.lock, RANK_SCHED);
    rt_sched.n_coming_p--;
    bool wait = solo_recount();
    lock_drop(&rt_sched.lock);
    if (wait)
        solo_wait();
    proc_bind(m, p);
}

/* unsure: what check_dead() said. */
static void sleep_m(struct m *m, bool unsure) {
    int64_t ns = ASK_AGAIN_NS;
    while (atomic_load_explicit(&m->park, memory_order_acquire) == 0) {
        futex_wait(&m->park, 0, unsure ? ns : -1);
        ns *= 2;
        unsure = unsure && ns < ASK_UNTIL_NS && still_dead();
    }
    atomic_store_explicit(&m->park, 0, memory_order_relaxed);
    proc_arrive(m);
}

/* Not by m->park: m may have stopped being the poller and be in idle_m by now, and one that
 * wakes up while it is still in that list would be handed a P twice.  A late poll_word only
 * makes the next poller look once more. */
static void wake_poller(struct m *m) {
    if (m->in_poll) {
        poll_wake();
    } else {
        atomic_store_explicit(&rt_sched.poll_word, 1, memory_order_release);
        futex_wake(&rt_sched.poll_word, 1);
    }
}

/* Gives p to a sleeping M or a new one. */
void proc_start_m(struct p *p, bool spinning) {
    lock_take(&rt_sched.lock, RANK_SCHED);
    struct m *m = pop_idle_m();
    if (m == NULL)
        rt_sched.n_m++;
    uint32_t n = rt_sched.n_m;
    lock_drop(&rt_sched.lock);
    if (m != NULL) {
        wake_m(m, p, spinning);
        return;
    }
    m_check_limit(n);
    m = m_new();
    m->rand = fast_random();
    m->spinning = spinning;
    m->next_p = p;
    atomic_store_explicit(&p->m, m, memory_order_release);
    m_run(m);
    sysmon_kick();
}

/* Somebody queued work and nobody searches.  At most one at a time is woken; it wakes the
 * next one itself when it finds something. */
void proc_wake(void) {
    uint32_t none = 0;
    hard_late();
    if (!atomic_compare_exchange_strong(&rt_sched.n_spinning, &none, 1))
        return;
    lock_take(&rt_sched.lock, RANK_SCHED);
    struct m *poller = atomic_load(&rt_sched.poller);
    struct p *p = NULL;
    if (rt_sched.idle_m != NULL || poller == NULL)
        p = pop_idle();
    if (p != NULL)
        rt_sched.n_coming_p++;
    else /* under the lock: whoever sees a P that becomes idle now sees nobody who would search */
        atomic_fetch_sub(&rt_sched.n_spinning, 1);
    lock_drop(&rt_sched.lock);
    if (p != NULL) {
        proc_start_m(p, true);
        return;
    }
    if (poller != NULL)
        wake_poller(poller);
}

static bool has_work(struct p *p) {
    return !runq_empty(p) || p->runnext != NULL || p->yield_head != NULL ||
           atomic_load_explicit(&rt_sched.q_len, memory_order_relaxed) > 0;
}

static void back_in_use(struct p *p) {
    p->parked = false;
    rt_sched.n_parked_p--;
    push_idle(p);
}

/* p is nobody's; it may have been wanted again meanwhile. */
static void retire(struct p *p) {
    runq_drain(p);
    timer_adopt(p, rt_sched.procs[0]);
    lock_take(&rt_sched.lock, RANK_SCHED);
    p->parked = true;
    rt_sched.n_parked_p++;
    if (!p->dying)
        back_in_use(p);
    lock_drop(&rt_sched.lock);
}

/* Timers or descriptors want a poller and there is none. */
static bool wants_poller(void) {
    return atomic_load(&rt_sched.poller) == NULL &&
           (timer_next() != INT64_MAX || (poll_active() && poll_waiters() > 0));
}

void proc_hand_off(struct p *p) {
    atomic_store_explicit(&p->m, NULL, memory_order_release);
    if (p->dying) {
        deadlock_suppress(1); /* sysmon, which is no M, holds its goroutines: see check_dead() */
        retire(p);
        proc_wake_if_idle(); /* before that is over: timers count nowhere while they move */
        deadlock_suppress(-1);
        return;
    }
    if (has_work(p) || wants_poller()) {
        lock_take(&rt_sched.lock, RANK_SCHED);
        rt_sched.n_coming_p++;
        lock_drop(&rt_sched.lock);
        proc_start_m(p, false);
        return;
    }
    lock_take(&rt_sched.lock, RANK_SCHED);
    push_idle(p);
    lock_drop(&rt_sched.lock);
    fence_heavy();
    if (atomic_load(&rt_sched.q_len) > 0)
        proc_wake_if_idle();
}

/* ---- giving up ---- */
static bool queued_anywhere(void) {
    if (atomic_load_explicit(&rt_sched.q_len, memory_order_relaxed) > 0)
        return true;
    uint32_t n = atomic_load_explicit(&rt_sched.n_procs, memory_order_acquire);
    for (uint32_t i = 0; i < n; i++)
        if (!runq_empty(rt_sched.procs[i]))
            return true;
    return false;
}

static bool work_anywhere(void) {
    if (queued_anywhere())
        return true;
    int64_t next = timer_next();
    return next != INT64_MAX && next <= clock_mono();
}

static void stop_spinning(struct m *m) {
    if (m->spinning) {
        m->spinning = false;
        atomic_fetch_sub(&rt_sched.n_spinning, 1);
    }
}

void proc_idle_and_recheck(struct m *m) {
    lock_take(&rt_sched.lock, RANK_SCHED);
    bool work = rt_sched.q_len > 0 && !rest_leaves_queue(m->p);
    if (work || m->p->dying || m->p->attention) {
        lock_drop(&rt_sched.lock);
        return;
    }
    struct p *mine = unbind(m);
    bool rests = rest_push(mine), searched = m->spinning;
    if (!rests)
        push_idle(mine);
    solo_recount();
    lock_drop(&rt_sched.lock);
    if (searched)
        hard_late();
    stop_spinning(m);
    if (rests && !searched)
        return; /* whom others saw search must look: they have not woken another P, which is idle */
    fence_heavy();
    if (!work_anywhere())
        return;
    struct p *p = proc_take_idle();
    if (p != NULL) {
        m->spinning = true;
        atomic_fetch_add(&rt_sched.n_spinning, 1);
        proc_bind(m, p);
    }
}

bool proc_rest(struct m *m) {
    struct p *p = m->p;
    runq_drain(p);
    lock_take(&rt_sched.lock, RANK_SCHED);
    p->told_to_rest = false;
    bool rests = rest_push(p);
    if (rests)
        unbind(m);
    solo_recount();
    lock_drop(&rt_sched.lock);
    if (rests)
        stop_spinning(m);
    proc_wake_if_idle(); /* for what has just gone to the global queue */
    return rests;
}

void proc_end_rests(int64_t now) {
    struct p *p;
    lock_take(&rt_sched.lock, RANK_SCHED);
    struct p *due = rest_take_due(now);
    while ((p = due) != NULL) {
        due = p->idle_next;
        push_idle(p);
    }
    lock_drop(&rt_sched.lock);
    if (work_anywhere())
        proc_wake_if_idle();
}

/* Plain words of whoever has the P: for others a hint, and certain when nobody of ours runs. */
bool proc_private_work(const struct p *p) {
    return *(struct g *volatile const *)&p->runnext != NULL ||
           *(struct g *volatile const *)&p->yield_head != NULL;
}

/* A P that sysmon has taken, and not handed on yet. */
static bool work_in_transit(void) {
    /* acquire: pairs with the release behind which procs[i] is complete */
    uint32_t n = atomic_load_explicit(&rt_sched.n_procs, memory_order_acquire);
    for (uint32_t i = 0; i < n; i++)
        if (proc_private_work(rt_sched.procs[i]))
            return true;
    return false;
}

/* Nobody of ours runs.  sched.lock held; dropped if this returns.  True: but for threads that are
 * not ours.  One may be about to end, and is in the kernel's list for some time after its joining;
 * nobody would look again after that. */
static bool check_dead(void) {
    uint32_t running = rt_sched.n_m - rt_sched.n_idle_m;
    lock_drop(&rt_sched.lock);
    /* poll_waiters() before no_deadlock: sysmon, which is no M, counts there while it holds
     * goroutines that it has taken from the poller. */
    if (running > 0 || rt_sched.no_main || atomic_load(&rt_sched.poller) != NULL ||
        poll_waiters() > 0 || atomic_load(&rt_sched.no_deadlock) > 0)
        return false;
    if (atomic_load(&rt_sched.n_foreign) > 0 || timer_any_waited())
        return false;
    if (thread_count_foreign() > 0)
        return true;
    /* A timer that is due is no work: it would wake nobody, and nobody is left to run it. */
    if (queued_anywhere() || work_in_transit() || atomic_load(&rt_sched.n_spinning) > 0)
        return false;
    lock_take(&rt_sched.lock, RANK_SCHED); /* what sysmon queued may run by now, or be on its way */
    bool still = rt_sched.n_idle_m == rt_sched.n_m && rt_sched.q_len == 0 &&
                 rt_sched.no_deadlock == 0;
    lock_drop(&rt_sched.lock);
    if (still && !(rt_sched.main_left && sched_live() == 0)) /* that is the end: thread.c */
        trace_fatal_deadlock();
    return false;
}

static bool still_dead(void) {
    lock_take(&rt_sched.lock, RANK_SCHED);
    if (rt_sched.n_idle_m == rt_sched.n_m)
        return check_dead();
    lock_drop(&rt_sched.lock);
    return false;
}

/* The poller's timer was stopped, or nobody receives from its channel any more. */
static bool polls_in_vain(void) {
    return poll_waiters() == 0 && !timer_any_waited();
}

/* One M fewer runs.  If only the poller is left and sleeps for nothing, nobody else would tell it
 * before its time, which may be hours away; it will stop, too, and report the deadlock.
 * sched.lock held; dropped if this returns.  True: as check_dead(). */
static bool fewer_run(void) {
    if (rt_sched.n_idle_m == rt_sched.n_m)
        return check_dead();
    bool one = rt_sched.n_idle_m + 1 == rt_sched.n_m;
    struct m *poller = atomic_load(&rt_sched.poller); /* under the lock: see only_dead_timers() */
    lock_drop(&rt_sched.lock);
    if (one && poller != NULL && polls_in_vain())
        wake_poller(poller);
    return false;
}

void proc_stop_m(struct m *m) {
    lock_take(&rt_sched.lock, RANK_SCHED);
    m->idle_next = rt_sched.idle_m;
    rt_sched.idle_m = m;
    rt_sched.n_idle_m++;
    sleep_m(m, fewer_run());
}

/* ---- the poller ---- */
static void got_ready(struct m *m, struct g *list) {
    struct p *p = proc_take_any();
    if (p != NULL)
        proc_bind(m, p);
    sched_ready_list(list);
}

/* An M that stops later sees the poller, which was set before: fewer_run(). */
static bool only_dead_timers(void) {
    lock_take(&rt_sched.lock, RANK_SCHED);
    bool alone = rt_sched.n_idle_m + 1 == rt_sched.n_m;
    lock_drop(&rt_sched.lock);
    return alone && polls_in_vain();
}

static void sleep_as_poller(struct m *m) {
    int64_t next = timer_next();
    struct g *list = NULL;
    atomic_store(&m->poll_until, next);
    fence_heavy(); /* a timer added before this is seen now, one after it sees poll_until */
    int64_t now_next = timer_next();
    if (now_next < next)
        next = now_next; /* if it is later we keep our word all the same */
    int64_t delay = next == INT64_MAX ? -1 : next - clock_mono();
    if ((next == INT64_MAX || delay > 0) && !only_dead_timers()) {
        if (m->in_poll)
            list = poll_net(delay);
        else
            futex_wait(&rt_sched.poll_word, 0, delay);
    }
    atomic_store(&rt_sched.poll_word, 0);
    atomic_store(&rt_sched.poller, NULL);
    got_ready(m, list);
}

bool proc_polled_since(int64_t then) {
    /* acquire: pairs with the release behind which procs[i] is complete */
    uint32_t n = atomic_load_explicit(&rt_sched.n_procs, memory_order_acquire);
    for (uint32_t i = 0; i < n; i++) {
        struct p *p = rt_sched.procs[i];
        /* p->m is given up under sched.lock: the last of two that ask sees that of the other.
         * slice and polled_at are plain words of whoever has the P, and hints here. */
        if (atomic_load(&p->m) != NULL && *(volatile int64_t *)&p->slice < SHORT_SLICE &&
            *(volatile int64_t *)&p->polled_at >= then)
            return true;
    }
    return false;
}

void proc_poll_or_stop(struct m *m) {
    struct m *none = NULL;
    bool poll = poll_active() && poll_waiters() > 0;
    bool timers = timer_next() != INT64_MAX;
    bool wanted = poll || (timers && !only_dead_timers());
    struct m *other = atomic_load(&rt_sched.poller);
    if (poll && !timers && proc_polled_since(clock_mono() - POLLS_NS))
        wanted = poll = false;
    if (wanted && other == NULL) {
        m->in_poll = poll_active();
        atomic_store(&m->poll_until, 0);
        if (atomic_compare_exchange_strong(&rt_sched.poller, &none, m)) {
            sleep_as_poller(m);
            return;
        }
    } else if (poll && other != NULL && !other->in_poll) {
        wake_poller(other); /* it went to sleep before there were descriptors */
    }
    proc_stop_m(m);
}

void proc_timer_added(int64_t when) {
    fence_light();
    struct m *m = atomic_load_explicit(&rt_sched.poller, memory_order_relaxed);
    if (m != NULL) {
        if (atomic_load(&m->poll_until) > when)
            wake_poller(m);
    } else {
        proc_wake_if_idle();
    }
}

/* A thread of the program may wait for a timer for which no M stays awake: only_dead_timers().
 * Light fence: it has said before that it waits (timer_any_waited), and looks for a poller now. */
void proc_thread_parks(void) {
    fence_light();
    if (atomic_load(&rt_sched.poller) == NULL && timer_next() != INT64_MAX)
        proc_wake_if_idle();
}

/* ---- goroutines that are locked to a thread ---- */
/* g was queued behind its switch, so other may still be on its way to proc_stop_locked(); it gives
 * the P that it has away all the same.  (If it kept that one, this one would lie in next_p for as
 * long as g runs, and be lost with the next hand-over.)  n_idle_m may be below 0 meanwhile. */
void proc_run_locked(struct m *m, struct g *g) {
    struct m *other = g->lock_m;
    struct p *p = unbind(m);
    stop_spinning(m);
    lock_take(&rt_sched.lock, RANK_SCHED);
    rt_sched.n_idle_m--;
    rt_sched.n_coming_p++;
    lock_drop(&rt_sched.lock);
    wake_m(other, p, false);
    proc_stop_m(m);
}

void proc_stop_locked(struct m *m) {
    if (m->p != NULL) {
        struct p *p = unbind(m);
        stop_spinning(m);
        proc_hand_off(p);
    }
    lock_take(&rt_sched.lock, RANK_SCHED);
    rt_sched.n_idle_m++;
    sleep_m(m, fewer_run()); /* nobody but proc_run_locked() wakes it */
}

void proc_leave(struct m *m) {
    struct p *p = unbind(m);
    stop_spinning(m);
    proc_hand_off(p);
}

void proc_forget_m(void) {
    lock_take(&rt_sched.lock, RANK_SCHED);
    rt_sched.n_m--;
    fewer_run();
}

/* It was what kept the last to stop from reporting a deadlock: one more shall look. */
void proc_foreign_gone(void) {
    lock_take(&rt_sched.lock, RANK_SCHED);
    bool all_stopped = rt_sched.n_idle_m == rt_sched.n_m;
    lock_drop(&rt_sched.lock);
    if (all_stopped && !rt_sched.no_main)
        proc_wake_if_idle();
}

/* ---- the P was taken while program code ran (sysmon.c) ---- */
/* The question was answered by coming here.  Relaxed: sysmon sets want_resched before it asks, and
 * that exchange was an acquire. */
static void asked(struct m *m) {
    if (m->p != NULL && m->g != NULL && !m->foreign &&
        atomic_load_explicit(&m->p->want_resched, memory_order_relaxed))
        sched_requeue(m); /* the slice is over and others wait */
}

void rt_reacquire(struct m *m) {
    if (m->in_rt > 1)
        return;             /* we were inside before it was asked for: refused by in_rt */
    for (int i = 0;; i++) { /* who was held, and let go, may be asked at once again */
        uint32_t now = RETAKE_ASKED;
        if (atomic_compare_exchange_strong(&m->retake, &now, RETAKE_NONE)) {
            asked(m);
            return;
        }
        if (now == RETAKE_NONE)
            return;
        if (now == RETAKE_LOST)
            break;
        lock_pause(i);
    }
    m->p = NULL;
    atomic_store(&m->retake, RETAKE_NONE);
    struct p *p = proc_take_any();
    if (p != NULL) {
        proc_bind(m, p);
        return;
    }
    hard_late();
    sched_requeue(m);
}

/* ---- GOMAXPROCS ---- */
void proc_retire(struct m *m) {
    struct p *p = unbind(m);
    stop_spinning(m);
    retire(p);
}

/* sched.lock held */
static void grow(uint32_t n) {
    for (uint32_t i = 0; i < n; i++) {
        if (i == rt_sched.n_procs) {
            rt_sched.procs[i] = p_new((int)i);
            rt_sched.procs[i]->parked = true;
            rt_sched.n_parked_p++;
            atomic_store_explicit(&rt_sched.n_procs, i + 1, memory_order_release);
        }
        rt_sched.procs[i]->dying = false;
        if (rt_sched.procs[i]->parked)
            back_in_use(rt_sched.procs[i]);
    }
}

void proc_attention(void) {
    lock_take(&rt_sched.lock, RANK_SCHED);
    for (uint32_t i = 0; i < rt_sched.n_procs; i++)
        rt_sched.procs[i]->attention = true;
    lock_drop(&rt_sched.lock);
}

/* Busy Ps go when their M passes the scheduler: no need to stop the world.  Returns the idle ones,
 * which the caller retires without the lock that is held here. */
static struct p *shrink(uint32_t n) {
    for (uint32_t i = n; i < rt_sched.n_procs; i++) {
        rt_sched.procs[i]->dying = true;
        rt_sched.procs[i]->attention = true;
    }
    struct p *keep = NULL, *p, *gone = NULL;
    while ((p = rest_pop()) != NULL)
        push_idle(p);
    while ((p = pop_idle()) != NULL) {
        struct p **list = p->dying ? &gone : &keep;
        p->idle_next = *list;
        *list = p;
    }
    while ((p = keep) != NULL) {
        keep = p->idle_next;
        push_idle(p);
    }
    return gone;
}

/* In one step: of two who do this at once one is last in everything, so that n_p is right. */
static int set_procs(uint32_t n) {
    lock_take(&rt_sched.lock, RANK_SCHED);
    int old = (int)atomic_exchange(&rt_sched.n_p, n);
    struct p *gone = shrink(n), *p;
    grow(n);
    lock_drop(&rt_sched.lock);
    while ((p = gone) != NULL) {
        gone = p->idle_next;
        retire(p);
    }
    return old;
}

int gocc_gomaxprocs(int n) {
    proc_ensure();
    int old = (int)rt_sched.n_p;
    if (n < 1 || n == old)
        return old;
    if (n > PROC_MAX)
        n = PROC_MAX;
    rt_enter();
    old = set_procs((uint32_t)n);
    proc_wake_if_idle();
    rt_leave();
    if (n < old)
        sched_gosched();
    return old;
}

int gocc_num_cpu(void) {
    return rt_sched.n_cpu > 0 ? (int)rt_sched.n_cpu : cpu_count();
}

int proc_count(void) {
    proc_ensure();
    return (int)rt_sched.n_p;
}

int gocc_num_goroutine(void) {
    return (int)sched_live();
}

void deadlock_suppress(int delta) {
    atomic_fetch_add(&rt_sched.no_deadlock, delta);
}

/* ---- start ---- */
static void init_once(void) {
    runq_global_init();
    fence_init();
    stack_init();
    thread_init();
    rt_sched.n_cpu = (uint32_t)cpu_count();
    uint32_t n = (uint32_t)wanted_procs((int)rt_sched.n_cpu);
    rt_sched.n_p = n;
    lock_take(&rt_sched.lock, RANK_SCHED);
    grow(n);
    lock_drop(&rt_sched.lock);
    fault_init();
    signal_init();
    m_remember_mask();
    atomic_store_explicit(&rt_sched.ready, true, memory_order_release);
}

void proc_init(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, init_once);
}

/* Called by threads of the program: there may be no main goroutine at all. */
void proc_ensure(void) {
    if (atomic_load_explicit(&rt_sched.ready, memory_order_acquire))
        return;
    rt_sched.no_main = true;
    proc_init();
}
