/* SPDX-License-Identifier: MIT */
/*
 * Stopping the other threads of the scheduler for a report.
 *
 * Every other M gets a signal, stores where it was, and waits in the handler until
 * freeze_end().  Then parked goroutines stay parked, so that their stacks can be walked, and
 * those that were running have left their frames here; Go can say of them only that they run.
 *
 * Invariants
 *  - One freeze at a time (busy).  The table is written before any signal is sent, and an
 *    entry's stopped says (release, read with acquire) that the rest of the entry is there.
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

#define ANSWER_NS     200000000
#define LATEST_NS     INT64_C(10000000000)
#define FREEZE_SIGNAL SIGURG

static _Atomic bool busy;
static struct frozen *table;
static size_t table_n, table_bytes;
static _Atomic uint32_t answers;
static _Atomic uint32_t hold; /* futex: 1 while frozen Ms must wait */
static struct sigaction action_before;

static void on_freeze(int sig, siginfo_t *info, void *context) {
    int err = errno;
    struct m *m = rt_m_or_null();
    (void)sig, (void)info;
    for (size_t i = 0; m && i < table_n; i++) {
        struct frozen *f = &table[i];
        if (f->m != m || atomic_load_explicit(&f->stopped, memory_order_relaxed))
            continue;
        f->g = m->g;
        trace_capture(f, fault_pc(context));
        atomic_store_explicit(&f->stopped, 1, memory_order_release);
        atomic_fetch_add_explicit(&answers, 1, memory_order_release);
        futex_wake(&answers, 1);
        while (atomic_load_explicit(&hold, memory_order_acquire))
            futex_wait(&hold, 1, -1);
    }
    errno = err;
}

static size_t count_ms(void) {
    size_t n = 0;
    for (struct m *m = atomic_load(&rt_sched.all_m); m; m = m->all_next)
        n++;
    return n;
}

static bool table_make(void) {
    size_t n = count_ms();
    table_n = 0;
    table_bytes = (n ? n : 1) * sizeof *table;
    table = mmap(NULL, table_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (table == MAP_FAILED)
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
    if (atomic_load_explicit(&f->stopped, memory_order_acquire) ||
        !thread_tells(f->m->tid, "status", text, sizeof text))
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
    atomic_store(&answers, 0);
    atomic_store(&hold, 1);
    struct sigaction act = {.sa_sigaction = on_freeze,
                            .sa_flags = SA_SIGINFO | SA_RESTART | SA_ONSTACK};
    sigfillset(&act.sa_mask);
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
    /* The table is not unmapped: a late handler may still look at it. */
    table_n = 0;
    atomic_store(&busy, false);
}

const void *freeze_frames(const struct g *g) {
    for (size_t i = 0; i < table_n; i++) {
        struct frozen *f = &table[i];
        if (atomic_load_explicit(&f->stopped, memory_order_acquire) && f->g == g)
            return f->frames;
    }
    return NULL;
}
