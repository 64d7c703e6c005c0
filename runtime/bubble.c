/* SPDX-License-Identifier: MIT */
/*
 * Bubbles of package synctest: goroutines with a clock of their own, which moves on only when
 * all of them wait for one another.
 *
 * A goroutine belongs to the bubble of the one that started it; so does a channel to the one
 * where it was made.  `running` counts the goroutines that are not durably blocked: that wait for
 * nothing that somebody outside could bring about.  The goroutine that called synctest_test
 * drives: whenever running is 0 it wakes synctest_wait, or moves the clock to the next timer.
 *
 * Invariants
 *  - A goroutine leaves `running` after its registers are saved and enters it before it is
 *    queued, so a count of 0 means that nobody moves or is about to.  Only the driver and its
 *    timers can change that then.
 *  - The bubble's timers lie in a heap of its own that no P looks at.
 *  - A bubble's memory is never freed, for stopped timers keep the address of their heap; ids
 *    are not used again before all others have been, so a channel that outlives its bubble is
 *    hardly mistaken for one of the next.
 *
 * What it costs those who do not use it: a byte of flags that park and ready test anyway for
 * threads of the program, and one test per `go` and per reading of the clock by the library.
 * Rejected: looking for quiet by walking all goroutines again and again, which needs a count of
 * parks in each anyway to be sure, and cannot tell when to look.
 */
#include "chan.h"

#define YEAR_2000 INT64_C(946684800000000000) /* midnight UTC, in ns since 1970 */

struct bubble {
    uint16_t id;
    uint64_t number;           /* for reports: the first is 1 */
    _Atomic int32_t running;   /* not durably blocked, or about to be so */
    _Atomic int32_t total;     /* have not ended; the driver is in neither */
    _Atomic bool driver_waits; /* who makes it false readies the driver */
    _Atomic bool waiting;      /* somebody is in bubble_wait */
    bool main_ended;
    struct g *driver, *waiter;
    _Atomic int64_t now;
    struct timer_heap timers;
    struct bubble *next_free;
};

uint32_t rt_bubbles;

static struct {
    struct lock lock; /* guards what follows */
    struct bubble *free;
    uint16_t last_id;
    uint64_t made;
} pool;
static struct bubble *table[UINT16_MAX + 1];

/* ---- making ---- */
static uint16_t unused_id(void) {
    for (uint32_t tries = 0; tries < UINT16_MAX; tries++) {
        pool.last_id = pool.last_id == UINT16_MAX ? 1 : pool.last_id + 1;
        if (table[pool.last_id] == NULL)
            return pool.last_id;
    }
    fatal_error("synctest: more than %d bubbles", UINT16_MAX);
}

static struct bubble *bubble_new(struct g *driver) {
    lock_take(&pool.lock, RANK_BUBBLE);
    struct bubble *b = pool.free;
    if (b != NULL)
        pool.free = b->next_free;
    else if ((b = calloc(1, sizeof *b)) != NULL)
        timer_heap_init(&b->timers);
    else
        fatal_error("out of memory (bubble)");
    b->timers.shuffles = true;
    b->id = unused_id();
    b->number = ++pool.made;
    b->driver = driver;
    b->main_ended = false;
    b->now = YEAR_2000;
    table[b->id] = b;
    rt_bubbles++;
    lock_drop(&pool.lock);
    return b;
}

static void bubble_free(struct bubble *b) {
    timer_heap_clear(&b->timers);
    lock_take(&pool.lock, RANK_BUBBLE);
    table[b->id] = NULL;
    rt_bubbles--;
    b->next_free = pool.free;
    pool.free = b;
    lock_drop(&pool.lock);
}

static struct bubble *bubble_of(const struct g *g) {
    return table[g->bubble];
}

struct timer_heap *bubble_heap(uint16_t id) {
    return &table[id]->timers;
}

uint64_t bubble_number(const struct g *g) {
    return g->bubble != 0 ? bubble_of(g)->number : 0;
}

int64_t bubble_clock(void) {
    const struct g *g = rt_g();
    return g != NULL && g->bubble != 0 ? bubble_of(g)->now : 0;
}

uint16_t bubble_current(void) {
    return bubble_here();
}

/* ---- who is blocked ---- */
static void count_down(struct bubble *b) {
    bool waits = true;
    tsan_release(b);
    /* seq_cst, as in driver_parked(): one of the two sees the other's write */
    if (atomic_fetch_sub(&b->running, 1) == 1 &&
        atomic_compare_exchange_strong(&b->driver_waits, &waits, false))
        sched_ready(b->driver);
}

void bubble_born(uint16_t id) {
    atomic_fetch_add(&table[id]->total, 1);
    atomic_fetch_add(&table[id]->running, 1);
}

void bubble_died(struct g *g) {
    struct bubble *b = bubble_of(g);
    rt_enter();
    atomic_fetch_sub(&b->total, 1);
    g->bubbled = false;
    g->bubble = 0;
    count_down(b);
    rt_leave();
}

static bool inside(const struct g *g, const struct chan *c) {
    return c->bubble == g->bubble;
}

static bool durable(const struct g *g) {
    switch (g->wait) {
    case WAIT_CHAN_RECV:
    case WAIT_CHAN_SEND:
        return inside(g, g->wait_on);
    case WAIT_SELECT:
        return g->durable; /* select.c has looked at all channels */
    case WAIT_CHAN_RECV_NIL:
    case WAIT_CHAN_SEND_NIL:
    case WAIT_SELECT_NO_CASES:
    case WAIT_SLEEP:
    case WAIT_COND:
    case WAIT_WAITGROUP:
    case WAIT_SYNCTEST:
        return true;
    default:
        return false;
    }
}

bool bubble_has_all(const struct g *g, struct chan *const *c, int n) {
    for (int i = 0; i < n; i++)
        if (!inside(g, c[i]))
            return false;
    return true;
}

static void parked(void *arg) {
    struct m *m = arg;
    struct bubble *b = m->blocks_in;
    if (m->blocked_after != NULL)
        m->blocked_after(m->blocked_arg);
    m->blocks_in = NULL;
    count_down(b);
}

void bubble_parks(struct m *m, struct g *g) {
    g->durable = g != bubble_of(g)->driver && durable(g);
    if (!g->durable)
        return;
    tsan_release(bubble_of(g)); /* here it is still the goroutine that does */
    m->blocks_in = bubble_of(g);
    m->blocked_after = m->after;
    m->blocked_arg = m->after_arg;
    m->after = parked;
    m->after_arg = m;
}

static _Noreturn void touched_from_outside(const struct g *g) {
    switch (g->wait) {
    case WAIT_CHAN_RECV:
        fatal_error("send on synctest channel from outside bubble");
    case WAIT_CHAN_SEND:
        fatal_error("receive on synctest channel from outside bubble");
    case WAIT_SELECT:
        fatal_error("select on synctest channel from outside bubble");
    default:
        fatal_error("semaphore wake of synctest goroutine from outside bubble");
    }
}

void bubble_readies(struct m *m, struct g *g) {
    struct bubble *b = bubble_of(g);
    if (!g->durable)
        return;
    if (m->blocks_in != b && (m->g == NULL || m->g->bubble != g->bubble))
        touched_from_outside(g);
    g->durable = false;
    atomic_fetch_add(&b->running, 1);
}

void bubble_check_wait(const struct g *g, const struct chan *c, bool send) {
    if (c->bubble != 0 && c->bubble != g->bubble)
        fatal_error("%s on synctest channel from outside bubble", send ? "send" : "receive");
}

/* ---- the driver ---- */
static void driver_parked(void *arg) {
    struct bubble *b = arg;
    bool waits = true;
    atomic_store(&b->driver_waits, true);
    if (atomic_load(&b->running) == 0 &&
        atomic_compare_exchange_strong(&b->driver_waits, &waits, false))
        sched_ready(b->driver);
}

static void wait_until_blocked(struct bubble *b) {
    rt_enter();
    while (atomic_load(&b->running) != 0)
        sched_park(WAIT_SYNCTEST_RUN, NULL, driver_parked, b);
    rt_leave();
    tsan_acquire(b);
}

static void wake_waiter(struct bubble *b) {
    struct g *g = b->waiter;
    b->waiter = NULL;
    rt_enter();
    sched_ready(g);
    rt_leave();
}

static void fire(struct bubble *b, int64_t now) {
    rt_enter();
    b->now = now;
    timer_run_heap(&b->timers, now);
    rt_leave();
}

/* NULL, or why it cannot go on. */
static const char *drive(struct bubble *b) {
    for (;;) {
        wait_until_blocked(b);
        if (b->waiter != NULL) {
            wake_waiter(b);
            continue;
        }
        if (b->total == 0)
            return NULL;
        if (b->main_ended) /* time stops with it */
            return "deadlock: main bubble goroutine has exited but blocked goroutines remain";
        int64_t next = b->timers.first;
        if (next == INT64_MAX)
            return "deadlock: all goroutines in bubble are blocked";
        fire(b, next > b->now ? next : b->now);
    }
}

struct main {
    void (*f)(void *);
    void *arg;
    struct bubble *b;
};

static void main_over(void *arg) {
    ((struct main *)arg)->b->main_ended = true;
}

static void main_call(void *arg) {
    struct main *m = arg;
    m->f(m->arg);
}

static void main_start(void *arg) {
    call_with_cleanup(main_call, arg, main_over);
}

const char *bubble_run(void (*f)(void *), void *arg) {
    struct g *g = rt_m()->g;
    if (g->bubble != 0)
        return "synctest.Run called from within a synctest bubble";
    struct bubble *b = bubble_new(g);
    struct main m = {f, arg, b};
    g->bubble = b->id;
    g->bubbled = true;
    g->stuck = false;
    go_start(main_start, &m);
    const char *why = drive(b);
    g->bubbled = false;
    g->bubble = 0;
    g->stuck = why != NULL;
    if (why == NULL) /* else its goroutines stay, and it with them */
        bubble_free(b);
    return why;
}

const char *bubble_wait(void) {
    struct g *g = rt_m()->g;
    if (g->bubble == 0)
        return "goroutine is not in a bubble";
    struct bubble *b = bubble_of(g);
    if (atomic_exchange(&b->waiting, true))
        return "wait already in progress";
    rt_enter();
    b->waiter = g;
    sched_park(WAIT_SYNCTEST, NULL, NULL, NULL);
    rt_leave();
    tsan_acquire(b);
    atomic_store(&b->waiting, false);
    return NULL;
}
