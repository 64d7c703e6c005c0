/* SPDX-License-Identifier: MIT */
/*
 * How a program begins: the linker's --wrap=main sends the C library here; main runs as
 * goroutine 1 on a stack of its own, and the first thread becomes the first M.  That main is
 * not on the thread's own stack costs 64 MiB of address space and buys that it can park.
 */
#include "rt.h"
#include <stdio.h>

#define MAIN_STACK ((size_t)64 << 20)

extern int __real_main(int, char **, char **) __attribute__((weak));
int __wrap_main(int argc, char **argv, char **envp);

static struct {
    int (*fn)(int, char **);
    int argc, status;
    char **argv, **envp;
    bool back;          /* gocc_main: return instead of exit */
    struct ctx caller;
} start;

static void run_main(void *arg)
{
    (void)arg;
    int status = start.fn != NULL ? start.fn(start.argc, start.argv)
                                  : __real_main(start.argc, start.argv, start.envp);
    exit(status);
}

static void start_scheduler(void)
{
    static struct m m0;
    m_forget_foreign();
    proc_init();
    rt_sched.no_main = false;
    m0.rand = (uint64_t)clock_mono() | 1;
    m_adopt_thread(&m0);
    lock_take(&rt_sched.lock, RANK_SCHED);
    rt_sched.n_m++;
    lock_drop(&rt_sched.lock);
    m0.in_rt = 1;
    struct p *p = proc_take_idle();
    if (p != NULL)
        proc_bind(&m0, p);
    struct g *g = spawn_main(run_main, MAIN_STACK);
    if (m0.p != NULL)
        runq_put(m0.p, g, true);
    else
        runq_global_put(g, g, 1);
    find_loop();
}

int __wrap_main(int argc, char **argv, char **envp)
{
    start.argc = argc;
    start.argv = argv;
    start.envp = envp;
    start_scheduler();
    return 0;
}

int gocc_main(int (*fn)(int, char **), int argc, char **argv)
{
    start.fn = fn;
    start.argc = argc;
    start.argv = argv;
    start_scheduler();
    return 0;
}
