/* SPDX-License-Identifier: MIT */
/*
 * Stopping the other threads of the scheduler for a report.
 *
 * Every other M gets a signal, stores where it was, and waits in the handler until
 * freeze_end().  Then parked goroutines stay parked, so that their stacks can be walked, and
 * those that were running have left their frames here; Go can say of them only that they run.
 *
 * Invariants
 *  - One freeze at a time (busy), each with a number.  The table is written before any signal is
 *    sent, and the freeze's number in an entry's stopped says (release, read with acquire) that the
 *    rest of the entry is there.
 *  - A frozen M may hold any lock.  So between begin and end nothing may be called that takes
 *    a lock of the runtime's or of C's; collecting and printing frames takes none.
 *  - An M that does not answer in time (blocked in the kernel with signals off) is left out.  One
 *    that only waits for a processor, or for a page, is given more: while it has not stopped, what
 *    it runs may move under whoever walks the stacks.
 */
#include "rt.h"
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#define ANSWER_NS 200000000
#ifdef RT_TSAN /* which keeps the signal back from a goroutine that computes and calls nothing */
#define LATEST_NS ANSWER_NS
#else
#define LATEST_NS INT64_C(10000000000)
#endif
#define FREEZE_SIGNAL SIGURG

static _Atomic bool busy;
#define FEW 8
static struct frozen few[FEW]; /* so that a small program can be looked at when memory is out */
static struct frozen *table = few;
static size_t table_n, table_room = FEW;
static _Atomic uint32_t answers;
static _Atomic uint32_t hold; /* futex: which freeze it is, while frozen Ms must wait; 0 */
static struct sigaction action_before;

static void on_freeze(int sig, siginfo_t *info, void *context) {
    int err = errno;
    struct m *m = rt_m_or_null();
    uint32_t which = atomic_load_explicit(&hold, memory_order_acquire);
    (void)sig, (void)info;
    for (size_t i = 0; m && which != 0 && i < table_n; i++) {
        struct frozen *f = &table[i];
        if (f->m != m || atomic_load_explicit(&f->stopped, memory_order_relaxed) == which)
            continue;
        f->g = m->g;
        trace_capture(f, fault_pc(context));
        atomic_store_explicit(&f->stopped, which, memory_order_release);
        atomic_fetch_add_explicit(&answers, 1, memory_order_release);
        futex_wake(&answers, 1);
        /* Not into the next freeze, whose signal waits until this handler is left. */
        while (atomic_load_explicit(&hold, memory_order_acquire) == which)
            futex_wait(&hold, which, -1);
    }
    errno = err;
}

/* In this freeze: one that is late for the last has an older number. */
static bool is_stopped(const struct frozen *f) {
    return atomic_load_explicit(&f->stopped, memory_order_acquire) == atomic_load(&hold);
}

static size_t count_ms(void) {
    size_t n = 0;
    for (struct m *m = atomic_load(&rt_sched.all_m); m; m = m->all_next)
        n++;
    return n;
}

/* The old one is kept, for a late handler may still look at it. */
static bool table_grow(size_t n) {
    void *at = mmap(NULL, n * sizeof *table, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
                    -1, 0);
    if (at == MAP_FAILED)
        return false;
    table = at;
    table_room = n;
    return true;
}

static bool table_make(void) {
    size_t n = count_ms();
    table_n = 0;
    if (n > table_room && !table_grow(2 * n))
        return false;
    const struct m *self = rt_m_or_null(); /* none where a thread's end is told, which has an M */
    int tid = (int)syscall(SYS_gettid);
    for (struct m *m = atomic_load(&rt_sched.all_m); m && table_n < n; m = m->all_next)
        if (m != self && !m->foreign && m->tid && m->tid != tid)
            table[table_n++].m = m;
    return true;
}

/* The signal is on its way to it: no more than the machine's other work is between. */
static bool will_answer(const struct frozen *f) {
    static char text[4096]; /* a stack may be all but full here */
    if (is_stopped(f) || !thread_tells(f->m->tid, "status", text, sizeof text))
        return false;
    const char *state = strstr(text, "\nState:\t"), *off = strstr(text, "\nSigBlk:\t");
    return state && strchr("RD", state[8]) && off &&
           !(strtoull(off + 9, NULL, 16) >> (FREEZE_SIGNAL - 1) & 1);
}

static bool some_will_answer(void) {
    for (size_t i = 0; i < table_n; i++)
        if (will_answer(&table[i]))
            return true;
    return false;
}

static void await_answers(uint32_t sent, int64_t end) {
    uint32_t have;
    int64_t now;
    while ((have = atomic_load_explicit(&answers, memory_order_acquire)) < sent &&
           (now = clock_mono()) < end)
        futex_wait(&answers, have, end - now);
}

bool freeze_begin(void) {
    if (atomic_exchange(&busy, true))
        return false;
    if (!table_make()) {
        atomic_store(&busy, false);
        return false;
    }
    static uint32_t which; /* odd, so never 0 */
    atomic_store(&answers, 0);
    atomic_store(&hold, which = (which + 2) | 1);
    struct sigaction act = {.sa_sigaction = on_freeze,
                            .sa_flags = SA_SIGINFO | SA_RESTART | SA_ONSTACK};
    fault_fill_mask(&act.sa_mask);
    sigaction(FREEZE_SIGNAL, &act, &action_before);
    uint32_t sent = 0;
    for (size_t i = 0; i < table_n; i++)
        sent += syscall(SYS_tgkill, getpid(), table[i].m->tid, FREEZE_SIGNAL) == 0;
    int64_t now = clock_mono(), latest = now + LATEST_NS;
    do
        await_answers(sent, now + ANSWER_NS);
    while (atomic_load(&answers) < sent && (now = clock_mono()) < latest && some_will_answer());
    return true;
}

void freeze_end(void) {
    atomic_store(&hold, 0);
    futex_wake(&hold, INT_MAX);
    sigaction(FREEZE_SIGNAL, &action_before, NULL);
    table_n = 0;
    atomic_store(&busy, false);
}

const void *freeze_frames(const struct g *g) {
    for (size_t i = 0; i < table_n; i++) {
        struct frozen *f = &table[i];
        if (is_stopped(f) && f->g == g)
            return f->frames;
    }
    return NULL;
}
