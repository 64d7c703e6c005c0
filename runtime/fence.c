/* SPDX-License-Identifier: MIT */
/*
 * The heavy side of the asymmetric fence: membarrier(2), and what is done where it is not given.
 *
 * A program may install a filter of system calls when it has long been running.  From then on both
 * sides fence, but a thread that has just read that it need not is beyond our reach, once.  So the
 * thread that is refused visits each processor: it runs there only after who ran there before was
 * switched out, which is a full fence.  Then:
 *
 *  - Who read that it need not before it was switched out has the store before that visible to
 *    everybody; who reads it later finds that it must.
 *  - A thread that goes to a processor which has been visited was switched out on its way.
 *  - Who is refused, or finds membarrier given up, while another one visits waits for its end.
 *
 * Invariants: exact_membarrier becomes false after `leaving` says so, and never true again; then no
 * mark is quiet.
 * Rejected: to take a page away from the process, which interrupts its other processors on x86-64
 * only, and not on all of those.
 */
#include "rt.h"
#include <linux/membarrier.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#define STORE_PAUSES 50 /* 1 ms; a store buffer takes a microsecond */

/* A word's mark goes from quiet to told, and to heard behind the fence. */
#define TOLD 2
uint8_t gocc__quiet[GOCC__QUIET_MARKS];

/* lock_held of the process in which a thread visits, so that a child of a fork does not wait. */
static _Atomic uint32_t leaving;

static bool given(void) {
    return __atomic_load_n(&rt_flags.exact_membarrier, __ATOMIC_SEQ_CST);
}

void fence_init(void) {
    long have = syscall(SYS_membarrier, MEMBARRIER_CMD_QUERY, 0, 0);
    rt_flags.exact_membarrier = have > 0 && (have & MEMBARRIER_CMD_PRIVATE_EXPEDITED) != 0 &&
                                syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED,
                                        0, 0) == 0;
    if (given()) /* nobody waits yet */
        memset(gocc__quiet, GOCC__QUIET, sizeof gocc__quiet);
}

/* ---- visiting ---- */

static bool visit_each(const cpu_set_t *cpus) {
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
        cpu_set_t one;
        CPU_ZERO(&one);
        CPU_SET(cpu, &one);
        if (CPU_ISSET(cpu, cpus) && sched_setaffinity(0, sizeof one, &one) != 0)
            return false;
    }
    return true;
}

/* Threads of the program are in no list. */
static bool others_stay_in(const cpu_set_t *cpus) {
    for (struct m *m = atomic_load(&rt_sched.all_m); m != NULL; m = m->all_next) {
        cpu_set_t its, both;
        int tid = atomic_load(&m->tid);
        if (tid == 0 || sched_getaffinity(tid, sizeof its, &its) != 0)
            continue;
        CPU_AND(&both, &its, cpus);
        if (!CPU_EQUAL(&both, &its))
            return false;
    }
    return atomic_load(&rt_sched.n_foreign) == 0;
}

/* True: no thread can have been anywhere else. */
static bool visit(void) {
    cpu_set_t mine;
    if (sched_getaffinity(0, sizeof mine, &mine) != 0)
        return false;
    bool seen = visit_each(&mine);
    sched_setaffinity(0, sizeof mine, &mine);
    return others_stay_in(&mine) && seen;
}

/* ---- refused ---- */

/* Nothing but time is left where a processor is out of reach. */
static void leave(void) {
    if (!given())
        return;
    __atomic_store_n(&rt_flags.exact_membarrier, false, __ATOMIC_SEQ_CST);
    memset(gocc__quiet, TOLD, sizeof gocc__quiet);
    bool seen = visit();
    for (int i = 0; !seen && i < STORE_PAUSES; i++)
        lock_pause(20);
}

static void leave_or_wait(void) {
    uint32_t self = rt_flags.lock_held, was = atomic_load(&leaving);
    if (was != self && atomic_compare_exchange_strong(&leaving, &was, self)) {
        leave();
        atomic_store(&leaving, 0);
    }
    while (atomic_load(&leaving) == self)
        lock_pause(20);
}

void fence_heavy(void) {
    int saved = errno;
    if (given() ? syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0) != 0
                : atomic_load(&leaving) != 0)
        leave_or_wait();
    errno = saved;
    atomic_thread_fence(memory_order_seq_cst);
}

void fence_hear(const void *word) {
    uint8_t *mark = &gocc__quiet[gocc__quiet_at(word) - gocc__quiet];
    /* acquire, with the release below: behind another's fence as behind one's own */
    if (__atomic_load_n(mark, __ATOMIC_ACQUIRE) == GOCC__HEARD)
        return;
    __atomic_store_n(mark, TOLD, __ATOMIC_RELAXED); /* the fence orders it */
    fence_heavy();
    __atomic_store_n(mark, GOCC__HEARD, __ATOMIC_RELEASE);
}
