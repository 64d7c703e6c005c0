/* SPDX-License-Identifier: MIT */
/*
 * Ps that rest: where a second processor only pulls partners apart, it is left alone for a while.
 *
 * Two signs, because partners are pulled apart in two ways.
 *  - A P without work takes goroutines from the others' rings, and they block again at once, for
 *    their partners are where they came from.  After PATIENCE times in a row, each over within
 *    PAID_NS, the P rests.  (select over 4 channels with 2 Ps: 250 ns before, 117 now, 115 with 1.)
 *    So it does after many that have ended at once, each sooner than it can be brought over.
 *    (spawn_block with 2 Ps: 51 ns before, 42.5 now, 42 with 1; goroutines of 120 ns: 250 and 154.)
 *  - Two Ps are both busy, but with the same channels, whose lines go to and fro.  Then locks
 *    are found taken; sysmon counts that, and is woken by it.  Whether fewer Ps do more cannot
 *    be told from it (those who compute for half a microsecond between two operations gain from
 *    the second P and meet as often), so it is tried: one P gives its goroutines to the others
 *    and rests, and goes on resting only if operations per second, counted at rt_leave(), have
 *    risen.
 *
 * A P that rests lies in rest_p instead of idle_p, where neither queueing nor its own second
 * look finds it.  It does not even wait until the queue of all is empty, if nobody is idle (a
 * million goroutines that end at once, two Ps: 77 ns each, now 61; one P: 63).  It comes back when
 * its time is over, when sysmon sees a goroutine that runs for long while others wait behind it, or
 * when an M needs a P for a goroutine that it has in hand. (Partners that hand over to each other
 * in turn inherit a time slice and look like one that runs for long; where it was measured that
 * they do more on one P, they are let alone.  Ended by that, many_to_many rested only every other
 * millisecond: 10.9 ns with 2 Ps, now 6.8, 6.3 with 1.)
 *
 * Invariants, under rt_sched.lock
 *  - A P that rests has nothing in its queues and no M.  Its timers are seen by the poller.
 *  - At least one P of those in use does not rest.  So work that is queued finds either an idle P,
 *    as proc.c proves, or a running one that comes to it.
 *
 * Rejected
 *  - Looking away from a lock that is often found taken for longer and longer, as mutexes do
 *    (sema.c): fan_in 7.6 ns instead of 7.1, for it hides what resting is decided by.
 *  - Stealing only from rings whose length times mean slice is 20 us of work: no row of a channel
 *    gained, and starting goroutines in batches lost the second P (127 -> 200 ns).
 *  - Resting at a fixed rate of locks that are not free: it is the same, one in 3 us, for four
 *    senders with four receivers and for workers of half a microsecond, who gain from the second P.
 *  - Counting a wait for a mutex like a steal that was not worth it: few are stolen there, the
 *    two Ps hand the goroutines to each other (mutex_10 with 2 Ps: 31 -> 45 ns).  And such waits do
 *    not enter the rate, for a mutex that is free is locked without the runtime.
 */
#include "rt.h"

#ifdef GOCC_HARD
#define PATIENCE 1
#define CROWDED  INT64_MAX
#define LOOK_NS  100000
#define TRUST_NS 1000000
#else
#define PATIENCE 4
#define CROWDED  10000    /* ns from one lock that was not free to the next */
#define LOOK_NS  500000   /* long enough to measure a rate */
#define TRUST_NS 20000000 /* how long the outcome of a try is believed, at first */
#endif
#define PAID_NS   5000
#define EACH_NS   300 /* that a start record costs on its way to another core and back */
#define MANY      32  /* the last ones are shared out in ever smaller lots, which say nothing */
#define REST_NS   1000000
#define REST_MAX  4 /* doublings */
#define TRUST_MAX 3 /* doublings */

/* ---- the first sign ---- */
/* Whether that was worth it; 0: who can say.  Who has run to his end had no partners to be pulled
 * from, but his start record came over from another core and its memory goes back there; and what
 * lies in the queue of all was not taken from anybody. */
static int paid(const struct p *p, int64_t ns) {
    uint32_t n = p->tick - p->stole_tick;
    if (2 * (p->n_ended - p->stole_ended) >= n)
        return n < MANY ? 0 : ns < n * EACH_NS ? -1 : 1;
    return p->stole_queued ? 0 : ns < PAID_NS ? -1 : 1;
}

static void settle(struct p *p, int64_t now) {
    int outcome = paid(p, now - p->stole_at);
    p->stole_at = 0;
    if (outcome == 0)
        return;
    p->unpaid = outcome < 0 ? p->unpaid + 1 : 0;
    if (p->unpaid < PATIENCE)
        return;
    uint32_t over = p->unpaid - PATIENCE;
    p->rest_until = now + (INT64_C(1) * REST_NS << (over < REST_MAX ? over : REST_MAX));
}

void rest_stole(struct p *p, int64_t now, bool queued) {
    if (p->stole_at != 0)
        settle(p, now);
    p->stole_at = now;
    p->stole_tick = p->tick;
    p->stole_ended = p->n_ended;
    p->stole_queued = queued;
}

bool rest_wanted(struct p *p, int64_t now) {
    if (p->stole_at != 0)
        settle(p, now);
    if (p->rest_until <= now)
        p->rest_until = 0;
    return p->rest_until != 0;
}

/* p should rest, and what lies in the queue of all is left to another P that is at work.  Without
 * sched.lock the answer may be out of date. */
bool rest_leaves_queue(const struct p *p) {
    return p->rest_until != 0 && rt_sched.n_idle_p == 0 && rt_sched.n_rest_p + 1 < rt_sched.n_p &&
           p->rest_until > clock_mono();
}

/* ---- the list ---- */
bool rest_push(struct p *p) {
    if (p->rest_until == 0 || p->dying || rt_sched.n_rest_p + 1 >= rt_sched.n_p)
        return false;
    p->idle_next = rt_sched.rest_p;
    rt_sched.rest_p = p;
    rt_sched.n_rest_p++;
    return true;
}

struct p *rest_pop(void) {
    struct p *p = rt_sched.rest_p;
    if (p != NULL) {
        rt_sched.rest_p = p->idle_next;
        rt_sched.n_rest_p--;
    }
    return p;
}

struct p *rest_take_due(int64_t now) {
    struct p *due = NULL, **at = &rt_sched.rest_p, *p;
    while ((p = *at) != NULL) {
        if (p->rest_until > now) {
            at = &p->idle_next;
            continue;
        }
        *at = p->idle_next;
        rt_sched.n_rest_p--;
        p->rest_until = 0;
        p->idle_next = due;
        due = p;
    }
    return due;
}

/* ---- the second sign; sysmon only ---- */
static struct {
    int64_t at;               /* of the last look */
    uint64_t left, contended; /* sums then */
    struct p *tried;          /* told to rest at the last look, or believed to rest well */
    double rate;              /* operations per ns before that */
    bool meet;                /* locks were found taken often, of late */
    bool trusted;             /* the try was good */
    int64_t next_try;
    int good, bad; /* outcomes in a row */
} crowd;

static void sums(uint64_t *left, uint64_t *contended) {
    *left = *contended = 0;
    for (struct m *m = atomic_load(&rt_sched.all_m); m != NULL; m = m->all_next) {
        *left += *(volatile uint64_t *)&m->in_rt_left >> 32;
        *contended += *(volatile uint32_t *)&m->contended;
    }
}

/* The last one that runs, if another does. */
static struct p *one_too_many(void) {
    struct p *last = NULL;
    int busy = 0;
    for (uint32_t i = 0; i < rt_sched.n_procs; i++) {
        struct p *p = rt_sched.procs[i];
        if (atomic_load_explicit(&p->m, memory_order_relaxed) == NULL || p->dying)
            continue;
        last = p;
        busy++;
    }
    return busy > 1 ? last : NULL;
}

static int64_t trust(int outcomes) {
    return INT64_C(1) * TRUST_NS << (outcomes < TRUST_MAX ? outcomes : TRUST_MAX);
}

static void begin_try(double rate, int64_t now) {
    struct p *p = one_too_many();
    if (p == NULL)
        return;
    crowd.tried = p;
    crowd.rate = rate;
    crowd.trusted = false;
    p->rest_until = now + trust(crowd.good);
    p->told_to_rest = true;
    p->attention = 1;
}

static void end_try(double rate, int64_t now) {
    if (rate > crowd.rate * 1.1) {
        crowd.trusted = true;
        crowd.good++;
        crowd.bad = 0;
        return;
    }
    crowd.tried->rest_until = 0;
    crowd.tried = NULL;
    crowd.next_try = now + trust(crowd.bad++);
    crowd.good = 0;
    proc_end_rests(now);
}

bool rest_is_measured(void) {
    return crowd.tried != NULL;
}

/* True: look again soon. */
bool rest_balance(int64_t now) {
    uint64_t left, contended;
    int64_t ns = now - crowd.at;
    if (rt_sched.n_p == 1)
        return false;
    if (ns < LOOK_NS)
        return crowd.meet;
    sums(&left, &contended);
    double rate = (double)(uint32_t)(left - crowd.left) / (double)ns;
    int64_t met = (uint32_t)(contended - crowd.contended);
    crowd.at = now;
    crowd.left = left;
    crowd.contended = contended;
    if (crowd.tried != NULL && crowd.tried->rest_until == 0)
        crowd.tried = NULL; /* its time was over, or it was needed */
    crowd.meet = met > 0 && ns / met <= CROWDED;
    if (crowd.tried != NULL && !crowd.trusted)
        end_try(rate, now);
    else if (crowd.meet && now >= crowd.next_try)
        begin_try(rate, now);
    return crowd.meet;
}
