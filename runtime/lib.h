/* SPDX-License-Identifier: MIT */
/*
 * What the runtime lends the standard library (stdlib/), and nothing a user sees.
 * All of it may be called from a goroutine and from a foreign thread, unless said.
 * Everything here is hidden in the built library.
 */
#ifndef GOCC_LIB_H
#define GOCC_LIB_H

#include "gocc/abi.h"
#include "gocc/runtime.h"
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- what orders what, told to the race detector (runtime/race.c) ---- */
#if defined(__SANITIZE_THREAD__)
#define RT_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define RT_TSAN 1
#endif
#endif
#ifdef RT_TSAN
void gocc__race_acquire(const void *at) __attribute__((visibility("default")));
void gocc__race_release(const void *at) __attribute__((visibility("default")));
#define tsan_acquire(at) gocc__race_acquire((const void *)(at))
#define tsan_release(at) gocc__race_release((const void *)(at))
#else
#define tsan_acquire(at) ((void)0)
#define tsan_release(at) ((void)0)
#endif

/* ---- why a goroutine waits: what dumps print in brackets ---- */
enum wait_reason {
    WAIT_NONE,
    WAIT_CHAN_RECV,
    WAIT_CHAN_RECV_NIL,
    WAIT_CHAN_SEND,
    WAIT_CHAN_SEND_NIL,
    WAIT_SELECT,
    WAIT_SELECT_NO_CASES,
    WAIT_SLEEP,
    WAIT_SEMACQUIRE,
    WAIT_MUTEX,
    WAIT_RWMUTEX_RLOCK,
    WAIT_RWMUTEX_LOCK,
    WAIT_COND,
    WAIT_WAITGROUP,
    WAIT_WAITGROUP_OUTSIDE, /* one that is not of the waiter's bubble */
    WAIT_IO,
    WAIT_SYNCTEST,
    WAIT_SYNCTEST_RUN,
    WAIT_REASONS
};

/* ---- fatal errors and panics ---- */
/* "fatal error: ", not recoverable, status 2 */
_Noreturn void fatal_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* The same of "out of memory": so many bytes at once; the limit that was met is told. */
_Noreturn void fatal_refused(size_t bytes, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
#define panic_text gocc__panic                  /* recoverable, the text as it is */
_Noreturn void panic_runtime(const char *text); /* "runtime error: " + text */

/* ---- semaphores (runtime/sema.c): *s is the count; waiters hang on its address ---- */
void sema_acquire(_Atomic uint32_t *s, bool lifo, enum wait_reason why);
void sema_release(_Atomic uint32_t *s, bool handoff); /* handoff: the woken one runs at once */

/* The same queues for words with a meaning of their own.  still and hand run under the lock of the
 * queue at addr, where they may change the word; nothing else there is touched. */
struct sema_wait {
    int64_t since; /* of the first park; later ones go to the front */
    bool more;     /* others waited when it was woken */
    bool handed;   /* what it waits for was handed to it */
};
typedef bool sema_still(void *addr, const struct sema_wait *w);
typedef void sema_hand(void *addr, const struct sema_wait *w); /* NULL: nobody waited */
/* Parks the caller if still() says so; false: it did not.  It may be woken for nothing.  Who gives
 * the word up by a plain store (gocc__quiet) learns of it. */
bool sema_park(void *addr, struct sema_wait *w, sema_still *still, enum wait_reason why);
void sema_wake(void *addr, sema_hand *hand); /* the first; it runs at once, if hand is not NULL */

/* ---- tickets for condition variables: FIFO, a notify after add() is never lost ---- */
struct notify_list {
    _Atomic uint32_t wait; /* next ticket to give */
    uint32_t notify;       /* next ticket to wake; under lock */
    _Atomic uint32_t lock;
    void *head, *tail;
};
uint32_t notify_list_add(struct notify_list *l);
void notify_list_wait(struct notify_list *l, uint32_t ticket);
void notify_list_one(struct notify_list *l);
void notify_list_all(struct notify_list *l);

/* ---- spinning before parking: Go's conditions, or only lines to pull (sema.c) ---- */
bool spin_allowed(int round);
int32_t spin_while(const int32_t *word, int32_t mask, int32_t value); /* the word as last seen */
void spin_once(void);

/* ---- clock and timers (runtime/timer.c) ----
 * A timer runs fn(arg, seq, late) on the scheduler, which must not block; start/stop/reset
 * follow Go 1.23: after stop or reset returned, an old run can no longer be observed.  */
int64_t clock_mono(void); /* ns */
/* Bubbles (runtime/bubble.c): a clock in ns since 1970 for the goroutines in one, else 0. */
extern uint32_t rt_bubbles; /* how many there are */
int64_t bubble_clock(void);
uint16_t bubble_current(void); /* the caller's; 0: it is in none */
static inline int64_t clock_of_bubble(void) {
    return __builtin_expect(rt_bubbles != 0, 0) ? bubble_clock() : 0;
}
/* The clock that timers of this goroutine go by. */
static inline int64_t clock_now(void) {
    int64_t now = clock_of_bubble();
    return now != 0 ? now : clock_mono();
}
/* Both return NULL, or what to panic with. */
const char *bubble_run(void (*f)(void *), void *arg);
const char *bubble_wait(void);
struct timer {
    int64_t when, period;
    void (*fn)(void *arg, int64_t late);
    void *arg;
    void *c;                 /* channel of a channel timer: sent to synchronously, else NULL */
    void (*drop)(void *arg); /* may be NULL; see chan_make_timer */
    void *rt[3];             /* the runtime's own */
};
void timer_start(struct timer *t); /* t->when is set */
bool timer_stop(struct timer *t);  /* was it pending */
/* "stop": fatal when t is of a bubble and the caller is not in it */
void timer_check_bubble(struct timer *t, const char *what);
bool timer_reset(struct timer *t, int64_t when, int64_t period); /* was it pending */
/* The channel of a timer: len and cap show 0.  Channel and timer may outlive each other:
 * when the channel's last reference goes, the timer is stopped, then t->drop(t->arg) called;
 * chan_drop_timer(c) stops the timer and cuts the link. */
void *chan_make_timer(struct timer *t, size_t elem_size);
void chan_drop_timer(void *c);
void sleep_ns(int64_t ns); /* parks; <= 0 returns at once */

/* ---- counted handles: a 16-byte header lies in front of the object ---- */
struct handle_kind {
    const char *name;         /* "context", for messages */
    void (*destroy)(void *h); /* the last reference went; frees what h owns, not h */
};
void *handle_new(size_t size, const struct handle_kind *kind); /* zeroed, one reference */
void *handle_retain(const void *h);
void handle_release(const void *h);
bool handle_is(const void *h, const struct handle_kind *kind);
_Noreturn void handle_is_dead(const void *h); /* the fatal error of a use */
void handle_check_dead(const void *inside);   /* the same if it lies in one; else returns */
/* static handles are never freed: struct { struct gocc_handle head; T object; } */
struct gocc_handle {
    _Atomic uint32_t refs; /* HANDLE_STATIC: for ever */
    uint32_t magic;        /* HANDLE_ALIVE or HANDLE_DEAD */
    const struct handle_kind *kind;
};
#define HANDLE_STATIC 0x80000000u
#define HANDLE_ALIVE  0x676f6363u
#define HANDLE_DEAD   0x64656164u
/* A dead one is fatal; NULL is none. */
static inline void handle_use(const void *h) {
    if (h && __builtin_expect(((const struct gocc_handle *)h - 1)->magic != HANDLE_ALIVE, 0))
        handle_is_dead(h);
}

/* ---- goroutines for library code ---- */
void go_start(void (*fn)(void *), void *arg); /* runs fn(arg); arg is passed, not copied */
/* No preemption and no park between the two. */
struct proc_pin {
    int p;                   /* index of this P; -1: there is none */
    volatile uint64_t *left; /* m->in_rt_left */
};
struct proc_pin proc_pin(void);
static inline void proc_unpin(struct proc_pin pin) {
    __asm__ volatile("" ::: "memory");
    *pin.left = *pin.left + (UINT64_C(1) << 32) - 1;
}
int proc_count(void); /* GOMAXPROCS now */
uint64_t fast_random(void);
int64_t goroutine_id(void); /* 0: a thread of the program */
/* runs fn(arg) as a deferred call would be run: what stops it (panic, Goexit) is told */
enum call_end { CALL_RETURNED, CALL_PANICKED, CALL_GOEXIT };
enum call_end call_protected(void (*fn)(void *), void *arg); /* stops it; the caller goes on */
struct call_panic {
    char *text;
    const void *value;
};
/* copied, unless it is NULL, is called when *why is not needed any more */
_Noreturn void call_panic_again(const struct call_panic *why, void (*copied)(void *), void *arg);
/* whatever stops fn goes on after `after` */
enum call_end call_with_cleanup(void (*fn)(void *), void *arg, void (*after)(void *));
/* the same, and `after` is told how fn has ended; it owns the text of why.  It still is a deferred
 * call: the stack of a panic is whole, and panic_is_final() may be called. */
void call_with_end(void (*fn)(void *), void *arg,
                   void (*after)(void *, enum call_end, struct call_panic why));
/* The panic that runs this deferred call is nobody's to recover: the process ends with it. */
_Noreturn void panic_is_final(void);

/* ---- netpoller (runtime/poll.c): park until fd is ready ---- */
struct poll_desc;
struct poll_desc *poll_open(int fd);   /* NULL: fd cannot be polled, errno says why */
void poll_evict(struct poll_desc *pd); /* wakes the waiters with POLL_CLOSED, now and later */
void poll_close(struct poll_desc *pd); /* the same, and pd is gone */
enum poll_result { POLL_READY, POLL_TIMEOUT, POLL_CLOSED };
enum poll_result poll_wait(struct poll_desc *pd, char mode);  /* 'r' 'w' */
enum poll_result poll_check(struct poll_desc *pd, char mode); /* what a wait would say first */
/* when by clock_mono(), 0: none.  Calls for one pd come one after the other. */
void poll_set_deadline(struct poll_desc *pd, char mode, int64_t when);
/* An end, an error or out-of-band data has been announced: a short read may not be all. */
bool poll_eager(struct poll_desc *pd);

/* ---- signals: fn(sig) is called on a goroutine of the runtime, never in the handler ---- */
void signal_forward(int sig, void (*fn)(int sig)); /* fn NULL: back to the default action */
/* Returns when all that was caught of signals that are not forwarded any more has been handed to
 * their functions; no lock that a function takes may be held. */
void signal_settle(void);
void deadlock_suppress(int delta); /* > 0: something outside can still wake us */

/* ---- introspection ---- */
size_t trace_goroutine(char *buf, size_t size, bool all);
/* Return addresses, 0 of the function that called into the library.  Where functions were inlined
 * the top byte says which of them, outwards from 0: code never lies that high. */
#define TRACE_LEVEL 56
int trace_callers(int skip, uintptr_t *pc, int n);
struct trace_frame { /* texts are lent for ever; file NULL, line 0: not known */
    const char *function, *file;
    int line;
    uintptr_t entry;
};
/* The function at pc; level counts outwards where functions were inlined there. */
bool trace_frame_at(uintptr_t pc, int level, struct trace_frame *frame);
/* Stacks as addresses, innermost first; a return address less one, so that it lies in the call. */
#define TRACE_DEPTH 61
struct trace_stack {
    int64_t goroutine; /* 0: a thread of the program, or between goroutines */
    int64_t count;     /* 1; for those who merge equal ones */
    int n;
    uintptr_t pc[TRACE_DEPTH];
};
void trace_here(struct trace_stack *s, int skip);             /* 0: from the program's function */
void trace_interrupted(void *context, struct trace_stack *s); /* in a signal handler */
size_t trace_stacks(struct trace_stack *list, size_t room);   /* all goroutines; their number */
/* Without the frames in front that are the runtime's own. */
void trace_strip(struct trace_stack *s);
/* While events are on, each time that a goroutine ran (runtime/events.c). */
struct trace_slice {
    int64_t from;       /* by clock_mono() */
    _Atomic int64_t to; /* 0: not complete */
    int64_t goroutine;
    uintptr_t fn, created; /* what it was started with, and where */
    const char *why;       /* it stopped */
    int p;
};
bool events_start(void);                                        /* false: no memory */
const struct trace_slice *events_stop(size_t *n, size_t *lost); /* they stay until the next start */
void death_set_traceback(const char *word); /* beside GOTRACEBACK; word is kept */

#endif
