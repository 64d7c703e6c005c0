/* SPDX-License-Identifier: MIT */
/*
 * How a program begins: the linker's --wrap=main sends the C library here; main runs as
 * goroutine 1 on a stack of its own, and the first thread becomes the first M.  That main is
 * not on the thread's own stack costs 64 MiB of address space and buys that it can park.
 */
#include "rt.h"
#include <stdio.h>
#include <unistd.h>

#define MAIN_STACK ((size_t)64 << 20)

extern int __real_main(int, char **, char **) __attribute__((weak));
int __wrap_main(int argc, char **argv, char **envp);

static struct {
    int argc;
    char **argv, **envp;
} start;

ENTRY_SECTION static void run_main(void *arg) {
    (void)arg;
    int status = __real_main(start.argc, start.argv, start.envp);
    panic_let_finish();
    exit(status);
}

int __wrap_main(int argc, char **argv, char **envp) {
    static _Alignas(64) struct m m0;
    start.argc = argc;
    start.argv = argv;
    start.envp = envp;
    m_forget_foreign();
    proc_init();
    rt_sched.no_main = false;
    m0.rand = (uint64_t)clock_mono() | 1;
    m0.in_rt = 1;
    m_adopt_thread(&m0);
    lock_take(&rt_sched.lock, RANK_SCHED);
    rt_sched.n_m++;
    lock_drop(&rt_sched.lock);
    struct p *p = proc_take_idle();
    if (p != NULL)
        proc_bind(&m0, p);
    struct g *g = spawn_main(run_main, NULL, MAIN_STACK);
    if (m0.p != NULL)
        runq_put(m0.p, g, true);
    else
        runq_global_put(g, g, 1);
    find_loop();
    m_first_waits(&m0); /* goroutine 1 was locked to this thread and has ended: the others go on */
}

/* ---- a program with a main of its own ---- */
struct call {
    int (*fn)(int, char **);
    int argc, status;
    char **argv;
    _Atomic uint32_t done;
};

ENTRY_SECTION static void run_call(void *arg) {
    struct call *c = *(struct call **)arg;
    c->status = c->fn(c->argc, c->argv);
    rt_sched.no_main = true; /* what goes on now is no deadlock of ours to find */
    tsan_release(c);
    atomic_store_explicit(&c->done, 1, memory_order_release);
    futex_wake(&c->done, 1);
}

/* The calling thread only waits: it is not counted as one that could still send. */
int gocc_main(int (*fn)(int, char **), int argc, char **argv) {
    struct call c = {.fn = fn, .argc = argc, .argv = argv}, *at = &c;
    proc_init();
    rt_sched.no_main = false;
    rt_m();
    thread_set_aside(true);
    struct g *g = spawn_main(run_call, &at, MAIN_STACK);
    runq_global_put(g, g, 1);
    proc_wake();
    while (atomic_load_explicit(&c.done, memory_order_acquire) == 0)
        futex_wait(&c.done, 0, -1);
    tsan_acquire(&c);
    thread_set_aside(false);
    return c.status;
}
