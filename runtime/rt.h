/* SPDX-License-Identifier: MIT */
/*
 * The runtime's own header: G (goroutine), M (thread), P (right to run goroutines).
 *
 * Invariants that hold everywhere
 *  - A P belongs to at most one M; only that M touches the P's plain fields (runnext, free
 *    lists, ticks).  Exception: whoever has stopped the M by the retake protocol (sysmon.c).
 *  - Program code runs with m->in_rt == 0.  Every runtime function that needs the P brackets
 *    its work with rt_enter()/rt_leave(); between the two the P cannot be taken away.
 *    park() is called at depth 1 only, so the depth is the same on both sides of a switch.
 *  - No thread-local variable is read but by rt_m(): a goroutine changes threads at any park.
 *  - A foreign thread (one the program made) has a pseudo-M without P and a pseudo-G that
 *    blocks on a futex; everything that touches a P must allow m->p == NULL.
 *  - Lock order: see enum lock_rank; a lock is never held while program code runs.
 */
#ifndef RT_H
#define RT_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1
#endif
#include "lib.h"
#include "switch.h"
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#define RT_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define RT_ASAN 1
#endif
#endif

#ifdef RT_TSAN
/* The detector intercepts libc's: to it, a copy into a waiting receiver is the sender's write. */
static inline void *tsan_unseen_copy(void *to, const void *from, size_t n) {
    for (size_t i = 0; i < n; i++)
        ((char *)to)[i] = ((const char *)from)[i];
    return to;
}
static inline void *tsan_unseen_fill(void *to, int value, size_t n) {
    for (size_t i = 0; i < n; i++)
        ((char *)to)[i] = (char)value;
    return to;
}
#define memcpy tsan_unseen_copy
#define memset tsan_unseen_fill
#endif

/* In a shared library that a program opens which gocc did not link: its handlers came first. */
#ifdef GOCC_GUEST
#define GUEST true
#else
#define GUEST false
#endif

#define likely(x)                       __builtin_expect(!!(x), 1)
#define unlikely(x)                     __builtin_expect(!!(x), 0)
#define barrier()                       __asm__ volatile("" ::: "memory")
#define container_of(ptr, type, member) ((type *)(((char *)(ptr)) - offsetof(type, member)))
#if defined(__x86_64__)
#define cpu_relax() __asm__ volatile("pause")
#else
#define cpu_relax() __asm__ volatile("yield")
#endif

struct g;
struct m;
struct p;
struct bubble; /* bubble.c */
struct panic;  /* panic.c */
struct fault;  /* fault.c */
struct frozen; /* freeze.c */

/* ---- locks (lock.c): spin, then futex; never held over program code ---- */
enum lock_rank { /* a thread may only lock upwards */
                 RANK_SYSMON = 1,
                 RANK_HANDLE,
                 RANK_SIGNAL,
                 RANK_BUBBLE,
                 RANK_TIMER,
                 RANK_TIMERS,
                 RANK_POLL,
                 RANK_SEMA,
                 RANK_NOTIFY,
                 RANK_CHAN,
                 RANK_SCHED,
                 RANK_STACK,
                 RANK_TRACE
};
/* Read at every entry into the runtime: a line that nothing else is written to. */
extern struct rt_flags {
    _Alignas(64) bool exact_membarrier; /* fence_init() */
    _Atomic bool solo;                  /* solo.c */
    uint32_t lock_held;                 /* 1; other in each generation of forked children */
} rt_flags;
struct lock {
    _Atomic uint32_t word; /* 0 free, else lock_held of the process that took it */
};
void lock_slow(struct lock *l);
void lock_pause(int round); /* spinning for long: let others run */
#ifdef GOCC_HARD
void lock_check_take(struct lock *l, int rank);
void lock_check_drop(struct lock *l);
void lock_check_none(void);
void lock_delay(void); /* in the gap of a plain take, and when one is held that others take so */
#else
#define lock_check_take(l, rank) ((void)0)
#define lock_check_drop(l)       ((void)0)
#define lock_check_none()        ((void)0)
#define lock_delay()             ((void)0)
#endif
static inline void lock_take(struct lock *l, int rank) {
    (void)rank;
    lock_check_take(l, rank);
    uint32_t free = 0;
    /* acquire: what the holder before wrote is visible; pairs with the release below */
    if (unlikely(!atomic_compare_exchange_strong_explicit(
            &l->word, &free, rt_flags.lock_held, memory_order_acquire, memory_order_relaxed)))
        lock_slow(l);
}
static inline bool lock_try(struct lock *l, int rank) {
    (void)rank;
    uint32_t free = 0;
    if (!atomic_compare_exchange_strong_explicit(&l->word, &free, rt_flags.lock_held,
                                                 memory_order_acquire, memory_order_relaxed))
        return false;
    lock_check_take(l, rank);
    return true;
}
/* A lock that only goroutines and threads of the program take: while one processor is at work
 * and there are no such threads, nobody can be in the way and no locked instruction is needed.
 * solo.c has the argument; the release is the same store in both cases. */
static inline void lock_take_program(struct lock *l, int rank) {
    /* acquire: what the other processor did before it went idle and set this */
    if (likely(atomic_load_explicit(&rt_flags.solo, memory_order_acquire)) &&
        likely(atomic_load_explicit(&l->word, memory_order_relaxed) == 0)) {
        lock_check_take(l, rank);
        lock_delay();
        atomic_store_explicit(&l->word, rt_flags.lock_held, memory_order_relaxed);
        barrier();
    } else {
        lock_take(l, rank);
        lock_delay();
    }
}
static inline void lock_drop(struct lock *l) {
    lock_check_drop(l);
    atomic_store_explicit(&l->word, 0, memory_order_release);
}
/*
 * Asymmetric fence: a store before fence_light() and the load after it cannot both be missed
 * by a thread that stores, calls fence_heavy() and loads.  membarrier() pays for both sides
 * (1-2 us on the rare one, nothing on the other); without it both are real fences.
 */
void fence_init(void); /* fence.c */
void fence_heavy(void);
/* Before the last look at a word that others change by plain stores while it is quiet. */
void fence_hear(const void *word);
static inline void fence_light(void) {
    barrier();
    if (unlikely(!rt_flags.exact_membarrier))
        atomic_thread_fence(memory_order_seq_cst);
    barrier();
}
int futex_wait(_Atomic uint32_t *word, uint32_t val, int64_t ns); /* ns < 0: for ever */
void futex_wake(_Atomic uint32_t *word, int n);

/* What C++ knows of a thread (its ABI's __cxa_eh_globals): the exceptions that are being caught.  A
 * goroutine that waits in a catch block takes them along. */
struct cxx_state {
    void *caught;
    unsigned uncaught;
};
struct cxx_state *__cxa_get_globals(void) __attribute__((weak));

/* FRESH: not a struct g yet but a struct fresh (spawn.c), which only runs through queues. */
enum g_state { G_UNUSED, G_FRESH, G_RUNNABLE, G_RUNNING, G_WAITING, G_DEAD };

/* One goroutine. Lies at the top of its own stack slot, so a parked one touches one page.
 * A line for switching, a line for starting, and the rest. */
struct g {
    struct g *next;        /* run queue, free list: whoever holds the G */
    _Atomic uint8_t state; /* enum g_state; next and state are where struct fresh has them */
    uint8_t wait;          /* enum wait_reason, while G_WAITING */
    bool foreign : 1;      /* pseudo-G of a thread of the program */
    bool system : 1;       /* the runtime's own: hidden in dumps and counts */
    bool odd : 1;          /* its stack is not of the usual size */
    bool bubbled : 1;      /* bubble.c: bubble != 0 */
    bool durable : 1;      /* bubble.c: it waits and its bubble does not count it */
    bool stuck : 1;        /* bubble.c: its bubble's goroutines belong into its last report */
    bool catches : 1;      /* cxx: it was left in the midst of an exception of C++ */
    bool pinned;           /* lock_m != NULL */
    int err;               /* errno while it does not run */
    struct ctx ctx;
    struct m *m;            /* running on; NULL otherwise */
    void *wait_on;          /* channel or semaphore it waits for, for dumps */
    uint32_t wait_minute;   /* rt_sched.minute when it parked */
    _Atomic uint32_t claim; /* select.c: who may wake it */

    void (*fn)(void *);
    void *arg;
    uint64_t id;
    void *created_pc;           /* return address of the go statement */
    uint64_t created_by;        /* id of the goroutine that executed it */
    struct gocc__frame *frames; /* panic.c */
    struct panic *panics;       /* panic.c */
    struct waiter *won;         /* select: the waiter that was served; first: start record */

    uint16_t handles;          /* leading counted handles in args, to release at the end */
    uint16_t bubble;           /* bubble.c; 0: none */
    bool goexiting;            /* panic.c */
    struct m *lock_m;          /* lock_os_thread */
    uint32_t locked;           /* nesting of lock_os_thread */
    uint32_t freed_at;         /* head of a batch in the pool: rt_sched.second */
    char *stack_lo, *stack_hi; /* usable range; the guard lies below stack_lo */
    struct slab *slab;         /* stack.c; NULL: foreign */
    uint32_t slot;
    uint32_t batch_n;                /* head of a list of free Gs: its length */
    uint32_t valgrind_id;            /* sanitize hooks */
    _Atomic uint32_t wake;           /* foreign: futex word, 1 = ready */
    void *fiber;                     /* ASan fake stack or TSan fiber */
    struct panic_store *panic_store; /* panic.c: recovered texts, NULL until the first panic */
    struct cxx_state cxx;            /* while it does not run, if catches */
};
_Static_assert(offsetof(struct g, fn) == 64, "a switch touches one line of a G");

/* One entry in a wait queue; lies on the waiting goroutine's stack, which never moves. */
struct waiter {
    struct waiter *next, *prev;
    struct g *g;
    void *elem;      /* where to copy from or to */
    void *c;         /* channel, or address of the semaphore */
    uint32_t ticket; /* notify list, sema hand-off */
    int32_t index;   /* select: case */
    bool is_select;
    bool success; /* woken by a partner, not by close */
};

#define RUNQ_SIZE 256
#ifdef GOCC_HARD
#define RUNQ_CAP 8 /* smallest queue that still has halves */
#else
#define RUNQ_CAP RUNQ_SIZE
#endif

struct timer_entry {
    int64_t when;
    struct timer *t;
};
struct timer_heap {
    struct lock lock; /* guards the heap and rt[] of the timers in it */
    struct timer_entry *e;
    uint32_t n, cap;
    _Atomic int64_t first;         /* when of e[0], INT64_MAX if empty; read without the lock */
    struct timer *_Atomic running; /* its fn runs now, on running_m, outside the lock */
    struct m *running_m;
    bool shuffles; /* those due at the same instant: of a bubble */
};

struct p {
    /* owner's line */
    struct g *runnext;                 /* plain: others only by the retake protocol */
    struct g *yield_head, *yield_tail; /* the global queue's end, seen by this P only: runq.c */
    struct g *free_g;                  /* LIFO of dead Gs with their stacks */
    struct fresh *free_fresh;          /* LIFO of start records */
    uint32_t free_n, free_fresh_n;
    uint32_t tick;              /* schedules; a runnext hand-over inherits the slice */
    uint32_t hand_overs;        /* by runnext */
    int64_t slice, slice_at;    /* mean ns between ring picks of late; when measured */
    uint64_t next_id, last_id;  /* batch of goroutine ids */
    int64_t n_started, n_ended; /* goroutines; read by others for the count */
    int id;
    _Atomic uint8_t attention;    /* the scheduler loop must look: dying, timers, HARD */
    _Atomic uint8_t want_resched; /* slice is over: ready() must not use runnext */
    struct m *_Atomic m;
    struct p *idle_next; /* sched.lock */
    bool idle;           /* sched.lock */
    _Atomic bool dying;  /* GOMAXPROCS went down */
    _Atomic bool parked; /* dying and out of use, or not yet in use */
    int64_t polled_at;   /* when it last looked at the descriptors, without waiting: proc.c */
    /* rest.c */
    int64_t stole_at;    /* when it last took goroutines from others, 0: settled */
    int64_t stole_ended; /* n_ended then */
    uint32_t stole_tick; /* tick then */
    bool stole_queued;   /* from the global queue */
    uint32_t unpaid;     /* times in a row that this was not worth it */
    _Atomic bool told_to_rest;
    _Atomic int64_t rest_until; /* 0: it does not want to rest */
    /* the ring: head moves by CAS (owner and thieves), tail by the owner only */
    _Alignas(64) _Atomic uint32_t head;
    _Atomic uint32_t tail;
    struct g *_Atomic ring[RUNQ_SIZE];
    _Alignas(64) struct timer_heap timers;
    /* sysmon's notes */
    _Alignas(64) uint32_t seen_tick;
    int64_t seen_since;
    uint32_t seen_left; /* m->in_rt_left, its upper half */
    int64_t left_since; /* since when it has been that */
    int64_t seen_cpu;
    uint32_t asked_tick; /* a signal was sent to the goroutine of this tick */
    int64_t asked_at;
};

enum retake { RETAKE_NONE, RETAKE_ASKED, RETAKE_HELD, RETAKE_LOST };

struct m {
    struct m *self;
    struct g *g;             /* current G (or pseudo-G); g0 of the scheduler: NULL */
    struct p *p;             /* NULL: foreign, idle, or taken by sysmon */
    union {                  /* one addition changes both: rt_leave() */
        uint32_t in_rt;      /* depth of rt_enter; 0: program code runs */
        uint64_t in_rt_left; /* in_rt, and above it how often the runtime was left: rest.c */
    };
    uint32_t contended;      /* how often a lock was not free at once: rest.c */
    uint32_t spin_pauses;    /* sema.c: how long it looks away */
    int64_t spun_at;         /* sema.c: when it last had done so */
    _Atomic uint32_t retake; /* enum retake */
    int *errno_ptr;
    void (*after)(void *); /* run by whoever comes next on this M */
    void *after_arg;
    struct lock *after_drop; /* dropped before after() */
    struct cxx_state *cxx;   /* the thread's; NULL: a program without C++ */
    struct ctx g0;           /* the scheduler loop, on the thread's own stack */
    struct g *dead;          /* TSan and ASan: freed by the next one */
    struct g *locked_g;      /* lock_os_thread */
    bool foreign, spinning, blocked;
    bool ending;                /* its locked goroutine has ended, and so does the thread */
    bool listed;                /* is in all_m */
    bool stays;                 /* its thread does nothing more, and does not end */
    uint8_t rites;              /* rounds of destructors since it began to end */
    bool in_poll;               /* the poller, asleep in poll_net (else on its futex) */
    _Atomic int64_t poll_until; /* when the poller will look again */
    _Atomic uint32_t park;      /* futex: 1 = wake up */
    struct m *idle_next;        /* sched.lock */
    struct m *all_next;
    struct p *next_p; /* handed over with the wake-up */
    uint32_t forking; /* fork.c: how many Ps it holds the timers of; 0: it does not fork */
    uint64_t rand;
#ifdef GOCC_HARD
    uint64_t hard; /* hard.c: state of its generator */
#endif
    pthread_t thread;
    clockid_t cpu_clock;
    _Atomic int tid;          /* 0: no thread */
    _Atomic int gone;         /* the tid that it had, which may still be about to end */
    _Atomic bool stop_signal; /* SIGURG is on its way */
    void *sigstack;           /* fault.c */
    volatile bool in_fault;   /* its handler runs, which may be interrupted by itself */
    struct bubble *blocks_in; /* bubble.c: after() counts a goroutine of this one as blocked */
    void (*blocked_after)(void *);
    void *blocked_arg;
    void *fiber; /* sanitizer identity of the thread's own stack */
    const void *stack_bottom;
    size_t stack_size;
    uintptr_t own_lo, own_hi; /* race.c: thread-local memory */
};

#define PROC_MAX 1024
struct sched {
    struct lock lock; /* guards: global queue, idle lists, counts below; short, no call out */
    struct runq_block *q_first, *q_last, *q_spare; /* runq_global.c */
    uint32_t n_q_spare;
    _Atomic uint32_t q_len;
    struct m *idle_m;
    struct p *idle_p;
    _Atomic uint32_t n_idle_p;
    struct p *rest_p; /* rest.c */
    _Atomic uint32_t n_rest_p;
    _Atomic uint32_t n_parked_p;
    uint32_t n_coming_p;            /* handed to an M that has not woken up yet */
    uint32_t n_idle_m, n_m;         /* Ms of the runtime, without sysmon */
    uint32_t solo_asked, solo_done; /* solo.c */
    _Atomic uint32_t n_spinning;
    _Atomic uint32_t n_p;       /* GOMAXPROCS */
    struct p *procs[PROC_MAX];  /* made once, kept for ever */
    _Atomic uint32_t n_procs;   /* how many have been made */
    struct m *_Atomic all_m;    /* every real M; none is ever freed */
    struct m *_Atomic poller;   /* the idle M that waits for timers and I/O */
    _Atomic uint32_t poll_word; /* futex it sleeps on when nothing is in poll_net() */
    _Atomic int32_t n_foreign;  /* live pseudo-Ms */
    _Atomic int64_t n_g;        /* user goroutines that have not ended */
    _Atomic uint64_t id_gen;
    _Atomic int32_t no_deadlock; /* deadlock_suppress */
    uint32_t second;             /* of the monotonic clock, as sysmon last saw it */
    uint32_t minute;             /* of the monotonic clock, as sysmon last saw it */
    _Atomic bool ready;          /* there are Ps */
    bool started;                /* somebody has said go */
    bool no_main;                /* started by a thread of the program: no goroutine 1 */
    uint32_t n_cpu;
    _Atomic bool main_gone; /* main called Goexit */
    _Atomic bool main_left; /* by pthread_exit(), before its P is given away; orders nothing more */
};
extern struct sched rt_sched;

/* ---- the current M and G; asm volatile so that no value lives across a switch ---- */
extern _Thread_local struct m *gocc__m __attribute__((tls_model("initial-exec")));
struct m *m_foreign(void); /* thread.c: makes the calling thread a pseudo-M */
static inline struct m *rt_m_or_null(void) {
    struct m *m;
#if defined(__x86_64__)
    __asm__ volatile("movq gocc__m@gottpoff(%%rip), %0\n\tmovq %%fs:(%0), %0" : "=r"(m)::"memory");
#elif defined(__aarch64__)
    struct m **at;
    __asm__ volatile("adrp %0, :gottprel:gocc__m\n\tldr %0, [%0, :gottprel_lo12:gocc__m]\n\t"
                     "mrs %1, tpidr_el0\n\tadd %0, %0, %1"
                     : "=&r"(at), "=&r"(m)::"memory");
    m = *(struct m *volatile *)at;
#else
#error "no port of the runtime to this processor"
#endif
    return m;
}
/* Where the chain of defer frames of the goroutine begins: gocc__frame_enter in abi.h reads it. */
extern _Thread_local struct gocc__frame **gocc__frames __attribute__((tls_model("initial-exec")));
static inline void rt_set_frames(struct gocc__frame **head) {
    void *at;
#if defined(__x86_64__)
    __asm__ volatile("movq gocc__frames@gottpoff(%%rip), %0\n\tmovq %1, %%fs:(%0)"
                     : "=&r"(at)
                     : "r"(head)
                     : "memory");
#else
    gocc__frames = head;
    (void)at;
#endif
}
static inline struct m *rt_m(void) {
    struct m *m = rt_m_or_null();
    return likely(m != NULL) ? m : m_foreign();
}
static inline struct g *rt_g(void) /* NULL on a scheduler stack */
{
    return rt_m()->g;
}

void rt_reacquire(struct m *m); /* proc.c: the P was asked for or taken meanwhile */
#ifdef GOCC_HARD
void rt_hard_point(void); /* yield, steal, delay from the seed */
bool hard_chance(uint32_t one_in);
void hard_late(void); /* between a look and what follows from it: others may all stop meanwhile */
/* What the head comments promise; fatal if it does not hold. */
void hard_check_run(const struct m *m, const struct g *g); /* m is about to switch to g */
void hard_check_ready(const struct g *g);                  /* who waits is about to be queued */
void hard_check_queued(const struct g *g);                 /* in the global queue */
void hard_check_bind(const struct m *m, struct p *p);
void hard_check_unbind(const struct m *m, struct p *p);
void hard_check_wake(const struct m *m);
void hard_check_counts(void); /* sched.lock held */
#else
#define hard_chance(one_in)     false
#define hard_late()             ((void)0)
#define hard_check_run(m, g)    ((void)0)
#define hard_check_ready(g)     ((void)0)
#define hard_check_queued(g)    ((void)0)
#define hard_check_bind(m, p)   ((void)0)
#define hard_check_unbind(m, p) ((void)0)
#define hard_check_wake(m)      ((void)0)
#define hard_check_counts()     ((void)0)
#endif
/* Program code -> runtime. The compiler barrier with the membarrier() of the asking side
 * makes a store-load fence unnecessary here (asymmetric Dekker, see sysmon.c). */
static inline struct m *rt_enter_plain(void) {
    struct m *m = rt_m();
    *(volatile uint64_t *)&m->in_rt_left = m->in_rt_left + 1;
    fence_light();
    if (unlikely(atomic_load_explicit(&m->retake, memory_order_relaxed) != RETAKE_NONE)) {
        rt_reacquire(m);
        m = rt_m();
    }
    return m;
}
static inline struct m *rt_enter(void) {
#ifdef GOCC_HARD
    rt_hard_point();
#endif
    return rt_enter_plain();
}
/* m is known: nothing has parked since rt_enter(). */
static inline void rt_leave_m(struct m *m) {
    proc_unpin((struct proc_pin){.left = &m->in_rt_left});
}
static inline void rt_leave(void) {
    rt_leave_m(rt_m_or_null()); /* whoever has entered has an M */
}

/* ---- sched.c ---- */
void sched_run_after(struct m *m);
void sched_entry(void);                 /* first C code of a goroutine */
struct g *sched_pick_fair(struct p *p); /* of the global queue; NULL: nobody waits there */
void sched_requeue(struct m *m);        /* depth 1, P lost: to the global queue */
void sched_ready_slow(struct g *g, bool next);
/* Waiting -> runnable, into runnext: it runs when the current one parks.  At depth >= 1.
 * No other P is woken for it: partners are faster on one processor. */
static inline void sched_ready(struct g *g) {
    struct p *p = rt_m()->p;
    hard_check_ready(g);
    if (likely(!g->foreign && !g->bubbled && p != NULL && p->runnext == NULL && !p->want_resched) &&
        !hard_chance(4)) {
        atomic_store_explicit(&g->state, G_RUNNABLE, memory_order_relaxed);
        p->runnext = g;
    } else {
        sched_ready_slow(g, true);
    }
}
void sched_ready_tail(struct g *g);    /* the same, behind the others of this P */
void sched_ready_list(struct g *list); /* linked by next; from poll: global queue */
/* Parks the current G. What must wait until its state is saved: dropping the lock, or after(arg).
 * Depth 1. */
void sched_park_drop(enum wait_reason why, void *on, struct lock *lock);
void sched_park(enum wait_reason why, void *on, void (*after)(void *), void *arg);
void sched_yield_local(void);            /* depth 1: behind the others of this P */
void sched_gosched_entered(struct m *m); /* the same from depth 1; leaves the runtime */
void sched_gosched(void);                /* depth 0: to the tail of the global queue */
_Noreturn void sched_exit_g(void);       /* depth 0: the current G has ended; never returns */
void sched_leave_g(void); /* the same for who has left its stack already; the P is given away */

/* ---- bubble.c: goroutines with a clock of their own ---- */
void bubble_born(uint16_t id);                 /* a goroutine of it was started */
void bubble_died(struct g *g);                 /* depth 0, on its own stack */
void bubble_parks(struct m *m, struct g *g);   /* g is bubbled; what is to come after is set */
void bubble_readies(struct m *m, struct g *g); /* g is bubbled and about to be queued */
struct timer_heap *bubble_heap(uint16_t id);
uint64_t bubble_number(const struct g *g); /* for reports; 0: in none */
static inline uint16_t bubble_here(void) {
    const struct g *g;
    return unlikely(rt_bubbles != 0) && (g = rt_g()) != NULL ? g->bubble : 0;
}

/* ---- spawn.c ---- */
struct g *spawn_main(void (*fn)(void *), void *arg, size_t stack);
void spawn_first(void);                               /* before the first goroutine but main */
struct g *spawn_attach(struct m *m, struct g *fresh); /* gives a start record its stack */
void spawn_bury(struct m *m, struct g *g); /* the current G has ended, about to leave it */
void sched_each_g(void (*fn)(struct g *g, void *arg), void *arg); /* all live Gs */
int64_t sched_live(void); /* user goroutines that have not ended */

/* ---- find.c: the scheduler loop of an M, on g0 ---- */
void find_loop(void); /* returns when the thread shall end */

/* ---- proc.c: Ps and Ms, idle and waking ---- */
void proc_init(void);   /* once */
void proc_ensure(void); /* scheduler runs, though main is no goroutine */
void proc_wake(void);   /* start or wake an M for an idle P, if any */
void proc_bind(struct m *m, struct p *p);
void proc_attention(void);                      /* all Ps look */
struct p *proc_take_idle(void);                 /* NULL: all are busy, or rest */
struct p *proc_take_any(void);                  /* also one that rests */
void proc_hand_off(struct p *p);                /* give a P without M away: run it or idle it */
void proc_start_m(struct p *p, bool spinning);  /* p is counted in n_coming_p */
void proc_arrive(struct m *m);                  /* m has woken up with m->next_p */
void proc_stop_m(struct m *m);                  /* sleeps until somebody gives it a P */
void proc_idle_and_recheck(struct m *m);        /* gives up the P unless there is work after all */
bool proc_polled_since(int64_t then);           /* by a P that works, between goroutines */
void proc_poll_or_stop(struct m *m);            /* no P: sleep as the poller, or until woken */
bool proc_rest(struct m *m);                    /* m->p was told to rest; false: it must not */
void proc_end_rests(int64_t now);               /* of those whose time is over */
void proc_retire(struct m *m);                  /* m->p is dying */
void proc_run_locked(struct m *m, struct g *g); /* g belongs to another M: give it the P */
void proc_stop_locked(struct m *m);             /* until its goroutine is to run */
void proc_leave(struct m *m);                   /* its thread is about to end */
void proc_forget_m(void);                       /* one less */
void proc_foreign_gone(void);                   /* a thread of the program sends nothing any more */
void proc_timer_added(int64_t when);            /* is the poller asleep for longer than that */
void proc_thread_parks(void);                   /* does anybody stay awake for the timers */
bool proc_private_work(const struct p *p);      /* which nobody can steal */
/* Work was put into p's ring.  If the goroutines of late were short, what waits is done sooner
 * here than another core wakes up (60 us) and pulls it over; sysmon sees if that was wrong. */
#define WORTH_WAKING_NS 20000
void proc_wake(void);
static inline void proc_wake_for(struct p *p) {
    fence_light();
    if (unlikely(atomic_load_explicit(&rt_sched.n_idle_p, memory_order_relaxed) != 0) &&
        atomic_load_explicit(&rt_sched.n_spinning, memory_order_relaxed) == 0 &&
        (p->tail - p->head) * p->slice >= WORTH_WAKING_NS)
        proc_wake();
}
static inline void proc_wake_if_idle(void) /* after work was queued */
{
    fence_light();
    if (unlikely(atomic_load_explicit(&rt_sched.n_idle_p, memory_order_relaxed) != 0) &&
        atomic_load_explicit(&rt_sched.n_spinning, memory_order_relaxed) == 0)
        proc_wake();
}

/* ---- quota.c: processors that the control groups leave to us; 0: all ---- */
double quota_in(const char *groups, const char *mounts);

/* ---- rest.c: Ps that look for no work for a while ---- */
/* p has taken goroutines: from another P, or that were queued for all */
void rest_stole(struct p *p, int64_t now, bool queued);
bool rest_leaves_queue(const struct p *p);  /* the global queue is for another P that works */
bool rest_wanted(struct p *p, int64_t now); /* p has run dry: is searching not worth it */
bool rest_push(struct p *p);                /* sched.lock held; false: it need or must not rest */
struct p *rest_pop(void);                   /* sched.lock held; NULL: none rests */
struct p *rest_take_due(int64_t now);       /* sched.lock held; a list by idle_next */
bool rest_balance(int64_t now);             /* sysmon: are there too many at work */
bool rest_is_measured(void); /* sysmon: the one that rests was told to, to see if that pays */
static inline uint32_t rest_or_idle(void) {
    return atomic_load_explicit(&rt_sched.n_idle_p, memory_order_relaxed) +
           atomic_load_explicit(&rt_sched.n_rest_p, memory_order_relaxed);
}

/* ---- solo.c: one processor alone at work ---- */
bool solo_recount(void); /* sched.lock held; true: solo_wait() after it is dropped */
void solo_wait(void);
void solo_foreign(int delta); /* a thread of the program comes or goes */

/* ---- stack.c ---- */
void stack_init(void);
struct g *stack_alloc(size_t size);          /* a G at the top of a fresh or used slot */
void stack_free(struct g *list, uint32_t n); /* of one class */
bool stack_is_usual(struct g *g);            /* of the size that new goroutines get */
extern bool stack_mixed;                     /* the usual size has changed: look */
struct g *stack_find(const void *addr);      /* the G in whose slot addr lies, guard included */
size_t stack_size_now(void);
size_t stack_limit(const struct g *g); /* what it may use; not of a foreign one */
size_t stack_set_size(size_t bytes);
bool stack_release_idle(void); /* sysmon; false: nothing is left to release */
void stack_each_g(void (*fn)(struct g *g, void *arg), void *arg);

/* ---- limit.c ---- */
const char *limit_of_memory(size_t bytes); /* which refuses them now; NULL: not known */
long limit_of_maps(void);                  /* 0: not known */

/* ---- thread.c ---- */
void thread_init(void); /* once, before there are others of ours */
struct m *m_new(void);  /* prepared; m_run starts its thread */
void m_run(struct m *m);
void m_end(struct m *m);                   /* the calling thread's */
_Noreturn void m_first_waits(struct m *m); /* the first thread's, behind m_end() */
void m_adopt_thread(struct m *m);          /* the calling thread is m from now on */
void m_init_self(struct m *m);
void m_remember_mask(void); /* signal mask for the threads to come */
void m_check_limit(uint32_t have);
void m_forget_foreign(void);
void thread_set_aside(bool aside);       /* the calling thread sends nothing meanwhile */
void thread_helper(void *(*fn)(void *)); /* a thread that is no M */
void thread_count_helper(void);          /* that it is one */
void thread_make(void *(*fn)(void *), void *arg);
int thread_count_foreign(void); /* threads in /proc/self/task that are not ours */
int64_t thread_cpu(struct m *m);
bool thread_tells(int tid, const char *file, char *text, size_t size); /* of the kernel's of it */

/* ---- runq.c ---- */
bool runq_put(struct p *p, struct g *g, bool next); /* true: there is more than runnext now */
struct g *runq_get(struct p *p);
struct g *runq_steal(struct p *p, struct p *victim);
static inline bool runq_empty(const struct p *p) {
    return atomic_load_explicit(&p->head, memory_order_acquire) ==
           atomic_load_explicit(&p->tail, memory_order_acquire);
}
void runq_ring_put(struct p *p, struct g *g);
void runq_drain(struct p *p);                           /* everything to the global queue */
static inline void runq_yield(struct p *p, struct g *g) /* as if to the global queue's tail */
{
    g->next = NULL;
    if (p->yield_head == NULL)
        p->yield_head = g;
    else
        p->yield_tail->next = g;
    p->yield_tail = g;
}
static inline struct g *runq_get_yielded(struct p *p) {
    struct g *g = p->yield_head;
    if (g != NULL)
        p->yield_head = g->next;
    return g;
}
void runq_publish_yielded(struct p *p); /* now really there */

/* ---- runq_global.c ---- */
void runq_global_init(void);
void runq_global_put(struct g *list_head, struct g *list_tail, uint32_t n);
void runq_global_put_all(struct g *const *batch, uint32_t n); /* n > 0 */
struct g *runq_global_get(struct p *p, uint32_t max);
void runq_global_forget(void); /* the queue's content */

/* ---- timer.c ---- */
void timer_start_own(struct timer *t); /* known to the caller only; depth 1 */
bool timer_stop_own(struct timer *t);
void timer_put_in(struct timer *t, uint16_t bubble);
bool timer_run(struct p *p, int64_t now); /* runs what is due; did something run */
bool timer_run_heap(struct timer_heap *h, int64_t now);
void timer_heap_clear(struct timer_heap *h);
int64_t timer_next(void);        /* over all Ps */
bool timer_run_all(int64_t now); /* what is due on any P; did something run */
void timer_run_if_due(struct timer *t);
bool timer_any_waited(void); /* would one that fires wake somebody */
void timer_heap_init(struct timer_heap *h);
void timer_adopt(struct p *from, struct p *to);

/* ---- chan.c ---- */
bool chan_drain_timer(void *c); /* was a value in the buffer */
bool chan_has_receiver(void *c);

/* ---- sysmon.c ---- */
void sysmon_start(void);
void sysmon_hurry(void); /* look now: something is in a bad way */
void sysmon_kick(void);
bool sysmon_makes_thread(void *(*fn)(void *), void *arg); /* false: not there yet */

/* ---- preempt.c ---- */
extern bool preempt_possible;
void preempt_init(void);        /* once, at the first go */
void preempt_send(struct m *m); /* stop the goroutine on m, if it is safe there */
/* Frames of ours that every goroutine stands on. */
#define ENTRY_SECTION __attribute__((section("gocc_entry"), noinline))

/* ---- poll.c, poll_epoll.c ---- */
bool poll_active(void);            /* somebody has opened a descriptor */
uint32_t poll_waiters(void);       /* goroutines parked in poll_wait */
struct g *poll_net(int64_t delay); /* ns; < 0 for ever; list of ready Gs by next */
void poll_wake(void);              /* makes a sleeping poll_net return */
struct poll_waiter {               /* on the stack of a goroutine in poll_wait */
    struct poll_waiter *next;
    struct g *g;
    enum poll_result result;
    uint8_t dir; /* 0 read, 1 write */
};
struct poll_limits {
    struct timer timer[2];
};
struct poll_desc { /* see poll.c for what guards what */
    struct lock lock;
    int fd;
    _Atomic uint32_t refs;
    bool ready[2];
    _Atomic bool closing, expired[2]; /* written under the lock, or while nobody waits */
    _Atomic bool eager;               /* see poll_eager */
    uint32_t generation;
    struct poll_limits *limits; /* NULL until the first deadline */
    struct poll_waiter *first[2];
    struct poll_desc *next_free;
};
int poll_os_open(struct poll_desc *pd); /* 0 or an errno value */
void poll_os_close(struct poll_desc *pd);
struct g *poll_event(struct poll_desc *pd, bool in, bool out, bool eager, struct g *list);
struct g *poll_take_waiters(struct poll_desc *pd, int dir, enum poll_result why, struct g *list);
void poll_drop(struct poll_desc *pd);
void poll_os_forget(void);
/* ---- fork.c: what the child of a fork forgets ---- */
void fork_init(void);
struct lock *stack_pool_lock(void);
struct lock *thread_spare_lock(void);
struct lock *handle_grave_lock(void);
struct lock *signal_forward_lock(void);
struct lock *poll_free_lock(void);
struct lock *spawn_pool_lock(void);
void m_after_fork(struct m *m);
void sysmon_forget(void);
void poll_after_fork(void);
void signal_after_fork(void);

/* ---- handle.c ---- */
#define HANDLE_POISON 0xdd /* what debug builds leave in dead objects */
void handle_release_at_end(const void *h, uint64_t goroutine); /* what `go` has retained */
bool handle_alive(const void *h); /* as long as nobody reuses its memory */

/* ---- panic.c, fault.c, signal.c, trace.c: called by the scheduler ---- */
void panic_let_finish(void);
void panic_goroutine_end(struct g *g); /* fn returned: drops what panic.c holds for g */
void fault_init(void);                 /* handlers, once */
void fault_fill_mask(sigset_t *set);   /* all but faults, for which the kernel would kill at once */
void fault_m_init(struct m *m);        /* sigaltstack of the calling thread */
void fault_m_exit(struct m *m);        /* if it is still that */
void signal_init(void);
#if defined(RT_TSAN) && defined(__x86_64__)
void signal_watch_quit(void); /* from now on there may be more threads than one */
#else
#define signal_watch_quit() ((void)0)
#endif
_Noreturn void trace_fatal_deadlock(void); /* "all goroutines are asleep" or "no goroutines" */
_Noreturn void panic_goexit(void);         /* runs the defers, then sched_exit_g() */
_Noreturn void panic_fault(const struct fault *fault); /* fault.c only */
bool fault_in_program(uintptr_t pc); /* in code of the object that the runtime is in */

/* ---- object.c ---- */
bool object_uses_runtime(uintptr_t pc); /* in code of a shared library that gocc made */

/* ---- frame.c ---- */
/* In its `armed`: f's other defers run, for another reason than a panic.  No panic that is older
 * can be recovered by what they call. */
#define FRAME_RESTING (1u << 31)
struct due_call { /* that is due, and what it may be known by when it recovers */
    void (*run)(void *);
    void *record; /* its argument */
    void (*fn)(void);
};
/* The last one that has been deferred; it counts as run from here on. */
bool frame_take(struct gocc__frame *f, struct due_call *c);
void frame_drop(struct g *g, struct gocc__frame *f);   /* off the chain, by a panic */
void frame_run_rest(struct gocc__frame *f);            /* after a recovery */
extern const struct gocc__deferred frame_no_result[1]; /* a list of what recovers nothing */

/* ---- unwind.c, unwind_cfi.c: out of a function that recovered, x86-64 only ---- */
_Noreturn void unwind_return(const struct gocc__frame *f); /* to its caller, with its result */
/* The registers that a function keeps for its caller, besides the stack pointer, in this order. */
enum { UNWIND_RBX, UNWIND_RBP, UNWIND_R12, UNWIND_R13, UNWIND_R14, UNWIND_R15, UNWIND_KEPT };
#define UNWIND_RSP UNWIND_KEPT

/* What holds at one instruction: the CFA (the caller's stack pointer) is a register plus an
 * offset; a kept register is where it was, or lies at an offset from the CFA. */
struct unwind_rule {
    uintptr_t at;
    uint8_t cfa_reg; /* of the enum, or UNWIND_RSP */
    bool signal;     /* the frame was interrupted: its caller's pc is no return address */
    int32_t cfa_off, ra_off;
    int32_t kept[UNWIND_KEPT]; /* 0: where it was */
};

/* False: no tables, or more than a rule can say. */
bool unwind_rule_read(uintptr_t at, struct unwind_rule *rule);

/* ---- death.c: the last words of the process, one thread at a time ---- */
struct out { /* where a report goes: fd, or a buffer that silently fills up */
    int fd;  /* < 0: only the buffer */
    char *buf;
    size_t n, size;
};
struct fault { /* what a signal handler saw */
    int sig, code;
    uintptr_t addr, pc;
    const char *text; /* of the panic that it becomes */
    bool in_handler;  /* of a signal, which the program has installed */
    bool cramped;     /* seen on a small signal stack */
    bool released;    /* the pointer is what debug builds leave in dead objects */
    bool fatal;
};
void out_char(struct out *o, char c);
void out_text(struct out *o, const char *s);
void out_dec(struct out *o, int64_t v);
void out_hex(struct out *o, uint64_t v); /* with 0x */
void out_flush(struct out *o);
void death_begin(struct out *o);         /* o writes to standard error from now on */
void death_after_fork(void);             /* the thread that reports is not in the child */
_Noreturn void death_end(struct out *o); /* flushes C's streams; status 2, or SIGABRT */
enum traceback { TRACEBACK_NONE, TRACEBACK_SINGLE, TRACEBACK_ALL, TRACEBACK_SYSTEM };
enum traceback death_traceback(bool *crash); /* GOTRACEBACK */

uintptr_t fault_pc(void *context);                          /* of a ucontext_t */
void fault_write(struct out *o, const struct fault *f);     /* [signal SIGSEGV: ...] */
void panic_write_pending(struct out *o, const struct g *g); /* before a fatal error */

/* ---- trace.c, symbol.c ---- */
void trace_write_self(struct out *o, struct g *g); /* header, frames, created by */
void trace_write_others(struct out *o, struct g *self);
void trace_write_at(struct out *o, struct g *g, uintptr_t pc); /* pc: skip handler frames */
void trace_fault(void); /* in a handler: if the unwinder failed, escapes */
bool trace_guarded(void (*fn)(void *), void *arg); /* false: it stumbled */
void trace_capture(struct frozen *f, uintptr_t pc);
struct symbol {
    const char *function, *file; /* NULL: not known */
    int line;
    uintptr_t entry; /* start of the function, 0: not known */
};
/* Calls fn for each (inlined) function at pc, innermost first; until fn returns false. */
void symbol_each(uintptr_t pc, bool (*fn)(const struct symbol *s, void *arg), void *arg);
void symbol_prepare(void); /* before a freeze */
bool symbol_is_runtime(const struct symbol *s);
bool symbol_is_library(const struct symbol *s);

const char *trace_wait_name(unsigned why);

/* ---- events.c ---- */
extern _Atomic bool rt_events;
void events_begin(struct trace_slice *s, struct m *m, const struct g *g);
void events_end(struct trace_slice *s, const struct g *g);

/* ---- freeze.c: the other Ms stand still in a signal handler ---- */
struct frozen { /* one M; what it ran when it was stopped */
    struct m *m;
    struct g *g;
    _Atomic uint32_t stopped; /* the number of the freeze */
    uintptr_t frames[104];    /* trace.c */
};
bool freeze_begin(void); /* false: not possible; nobody is frozen */
void freeze_end(void);
const void *freeze_frames(const struct g *g); /* of trace.c; NULL: no frozen M runs g */

/* ---- sanitize.c: switching as ASan, TSan and valgrind see it; nothing otherwise ---- */
#if defined(RT_ASAN) || defined(RT_TSAN)
void sanitize_g_new(struct g *g, void *fiber); /* fiber: of race_fiber(), or NULL */
void sanitize_g_end(struct g *g);
void sanitize_switch(struct m *m, struct g *from, struct g *to, bool dying); /* NULL: g0 */
void sanitize_switched(struct m *m, struct g *self);
void sanitize_left(struct m *m); /* not by us: its thread is on its own stack again */
#else
#define sanitize_g_new(g, fiber)            ((void)0)
#define sanitize_g_end(g)                   ((void)0)
#define sanitize_switch(m, from, to, dying) ((void)0)
#define sanitize_switched(m, self)          ((void)0)
#define sanitize_left(m)                    ((void)0)
#endif
#if defined(RT_ASAN) || defined(RT_TSAN)
void sanitize_no_return(void); /* before a jump that leaves frames behind */
#else
#define sanitize_no_return() ((void)0)
#endif
#ifdef RT_ASAN
void __lsan_ignore_object(const void *p) __attribute__((weak));
/* p hangs on a struct g, which LeakSanitizer does not look into; so does all that p points to. */
static inline void sanitize_no_leak(const void *p) {
    if (__lsan_ignore_object != NULL)
        __lsan_ignore_object(p);
}
#else
#define sanitize_no_leak(p) ((void)0)
#endif
void sanitize_stack_new(struct g *g); /* valgrind; cheap, always called */

/* ---- race.c: what orders what, told to the race detector; nothing otherwise ---- */
#ifdef RT_TSAN
void *race_fiber(void *pc); /* of a goroutine that the caller has started */
void race_fiber_end(void *fiber);
void race_forget(char *lo, char *hi); /* this memory begins a new life */
void race_thread_memory(struct m *m); /* called on m's thread */
void race_thread_shared(struct m *m); /* it goes on with another goroutine */
void race_hide(bool on);              /* what the caller allocates and frees is its own affair */
void race_pass(struct g *partner);    /* a value goes straight from one to the other */
void race_slot(void *slot);           /* a value is put into a buffer, or taken out */
void race_slot_of(struct g *g, void *slot); /* the same, done for a waiting partner */
void race_release_store(void *at);
void race_acquire_for(struct g *g, void *at);
void race_read(void *at, void *pc); /* as if the program's code at pc did it */
void race_write(void *at, void *pc);
void *race_timer_enter(struct timer *t); /* until the next: what t does follows its start */
void race_timer_leave(void *entered);
void race_thread_parks(struct g *g); /* a thread of the program */
void race_thread_woken(struct g *g);
#else
#define race_fiber(pc)          NULL
#define race_forget(lo, hi)     ((void)0)
#define race_thread_memory(m)   ((void)0)
#define race_thread_shared(m)   ((void)0)
#define race_hide(on)           ((void)0)
#define race_pass(partner)      ((void)0)
#define race_slot(slot)         ((void)0)
#define race_slot_of(g, slot)   ((void)0)
#define race_release_store(at)  ((void)0)
#define race_acquire_for(g, at) ((void)0)
#define race_read(at, pc)       ((void)0)
#define race_write(at, pc)      ((void)0)
#define race_timer_enter(t)     NULL
#define race_timer_leave(from)  ((void)(from))
#define race_thread_parks(g)    ((void)0)
#define race_thread_woken(g)    ((void)0)
#endif

#endif
