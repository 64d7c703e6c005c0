/* SPDX-License-Identifier: MIT */
/*
 * Signals for the program, and SIGQUIT for whoever wants to know what it is doing.
 *
 * Invariants
 *  - The handler sets a bit and writes to an eventfd, nothing else; one hidden goroutine
 *    waits for that descriptor and calls the functions.  Signals that come before the
 *    goroutine has looked are delivered once, as the kernel does it.
 *  - Orders: the bit is set before the write and taken after the read (both sequentially
 *    consistent), so no signal is left behind.
 *  - handling counts the threads in the handler, delivering those who call functions for bits
 *    that they have taken.  When a signal has its old action back, handling has been 0, the bits
 *    have been taken and delivering has been 0, all that was caught has been handed out.  For
 *    that, a function stays in forward[] when its signal is not caught any more.
 *  - A forwarded signal can wake a program that waits, so there is no deadlock report while
 *    one is forwarded: deadlock_suppress().
 *  - SIGSEGV, SIGBUS and SIGFPE are not forwarded; they are faults (fault.c).
 */
#include "rt.h"
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SIGNALS 65

static struct lock forward_lock; /* guards changes of forward[]; the handler reads nothing of it */
static void (*_Atomic forward[SIGNALS])(int sig);
static bool caught[SIGNALS]; /* under forward_lock */
static _Atomic uint64_t pending;
static _Atomic uint32_t handling, delivering;
static int event_fd = -1;

#if !defined(RT_TSAN)
#define BARE
#elif defined(__clang__)
#define BARE __attribute__((disable_sanitizer_instrumentation))
#else
#define BARE __attribute__((no_sanitize("thread")))
#endif

/* Not by write(): of that ThreadSanitizer has its own. */
BARE static void on_signal(int sig) {
    int err = errno;
    uint64_t one = 1;
    atomic_fetch_add(&handling, 1);
    atomic_fetch_or(&pending, UINT64_C(1) << (sig - 1));
    syscall(SYS_write, event_fd, &one, sizeof one);
    atomic_fetch_sub(&handling, 1);
    errno = err;
}

#if defined(RT_TSAN) && defined(__x86_64__)
#define AT_ONCE
/* ThreadSanitizer keeps a signal back until the thread calls what it knows, and a thread of ours
 * that has nothing to do calls nothing: the kernel gets the handler itself. */
void signal_return(void);
__asm__(".text\n.hidden signal_return\n.globl signal_return\nsignal_return:\n\t"
        "movl $15, %eax\n\tsyscall\n");

struct kernel_action {
    void (*handler)(int, siginfo_t *, void *);
    unsigned long flags;
    void (*restorer)(void);
    uint64_t mask;
};

static void handle_by_kernel(int sig, const struct kernel_action *act, struct kernel_action *old) {
    syscall(SYS_rt_sigaction, sig, act, old, sizeof act->mask);
}

BARE static void signal_now(int sig, siginfo_t *info, void *context) {
    (void)info, (void)context;
    on_signal(sig);
}

static void handle_now(int sig) {
    struct kernel_action act = {signal_now, SA_SIGINFO | SA_RESTART | SA_ONSTACK | 0x04000000,
                                signal_return, 0};
    handle_by_kernel(sig, &act, NULL);
}

static bool is_ours(const struct sigaction *act) {
    return act->sa_handler == on_signal || act->sa_sigaction == signal_now;
}
#else
static void handle_now(int sig) {
    (void)sig;
}

static bool is_ours(const struct sigaction *act) {
    return act->sa_handler == on_signal;
}
#endif

static void deliver(void) {
    atomic_fetch_add(&delivering, 1);
    uint64_t set = atomic_exchange(&pending, 0);
    for (int sig = 1; sig < SIGNALS; sig++) {
        void (*fn)(int) = set >> (sig - 1) & 1 ? atomic_load(&forward[sig]) : NULL;
        if (fn)
            fn(sig);
    }
    atomic_fetch_sub(&delivering, 1);
}

void signal_settle(void) {
    while (atomic_load(&handling) != 0)
        gocc_yield();
    deliver();
    while (atomic_load(&delivering) != 0)
        gocc_yield();
}

/* The program did not start this goroutine: neither dumps nor counts show it. */
static void hide_self(void) {
    rt_g()->system = true;
    atomic_fetch_sub_explicit(&rt_sched.n_g, 1, memory_order_relaxed);
}

static void forwarder(void *arg) {
    struct poll_desc *pd = arg;
    uint64_t count;
    hide_self();
    for (;;) {
        while (read(event_fd, &count, sizeof count) > 0)
            deliver();
        poll_wait(pd, 'r');
    }
}

static void start_forwarder(void) {
    event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    struct poll_desc *pd = event_fd < 0 ? NULL : poll_open(event_fd);
    if (!pd)
        fatal_error("signal: cannot wait for signals: %s", strerror(errno));
    sanitize_no_leak(pd); /* only the forwarder's stack knows it */
    go_start(forwarder, pd);
}

/* What was there before comes back: a program under nohup(1) goes on ignoring SIGHUP.  What the
 * program itself has set meanwhile stays. */
static void set_action(int sig, bool ours) {
    static struct sigaction before[SIGNALS];
    struct sigaction act = {.sa_handler = on_signal, .sa_flags = SA_RESTART | SA_ONSTACK};
    struct sigaction now;
    if (ours) {
        sigaction(sig, &act, &before[sig]);
        handle_now(sig);
    } else if (sigaction(sig, NULL, &now) == 0 && is_ours(&now))
        sigaction(sig, &before[sig], NULL);
}

static bool is_fault(int sig) {
    return sig == SIGSEGV || sig == SIGBUS || sig == SIGFPE;
}

void signal_forward(int sig, void (*fn)(int sig)) {
    static bool started;
    if (sig < 1 || sig >= SIGNALS || is_fault(sig) || sig == SIGKILL || sig == SIGSTOP)
        return;
    lock_take(&forward_lock, RANK_SIGNAL);
    bool start = fn && !started;
    bool had = caught[sig];
    caught[sig] = fn != NULL;
    if (fn)
        atomic_store(&forward[sig], fn);
    started |= fn != NULL;
    lock_drop(&forward_lock);
    if (start)
        start_forwarder();
    if (had != (fn != NULL))
        deadlock_suppress(fn ? 1 : -1);
    set_action(sig, fn != NULL);
}

/* ---- SIGQUIT: every goroutine, then the end, as in Go ---- */

static void report_quit(uintptr_t pc, int code, struct g *g) {
    struct out o;
    death_begin(&o);
    out_text(&o, "SIGQUIT: quit\nPC=");
    out_hex(&o, pc);
    out_text(&o, " sigcode=");
    out_dec(&o, code);
    out_char(&o, '\n');
    bool crash;
    if (death_traceback(&crash) > TRACEBACK_NONE) {
        if (g) {
            out_char(&o, '\n');
            trace_write_at(&o, g, pc);
        }
        trace_write_others(&o, g);
    }
    death_end(&o);
}

static void on_quit(int sig, siginfo_t *info, void *context) {
    struct m *m = rt_m_or_null();
    (void)sig;
    report_quit(fault_pc(context), info->si_code, m ? m->g : NULL);
}

#ifdef AT_ONCE
/* The thread that gets it may be in the midst of the detector, where a report could wait for what
 * this thread itself holds.  So another one reports, as soon as there is a second thread at all;
 * before that, one without a goroutine, or the detector tells when. */
static struct {
    _Atomic uint32_t asked; /* futex; set after pc and code, and read before them */
    _Atomic bool watched;
    uintptr_t pc;
    int code;
    struct kernel_action detectors;
} quit;

BARE static void quit_now(int sig, siginfo_t *info, void *context) {
    int err = errno;
    struct m *m = rt_m_or_null();
    if (atomic_load(&quit.watched)) {
        quit.pc = fault_pc(context);
        quit.code = info->si_code;
        atomic_store(&quit.asked, 1);
        futex_wake(&quit.asked, 1);
    } else if (m != NULL && m->g == NULL) {
        on_quit(sig, info, context);
    } else {
        quit.detectors.handler(sig, info, context);
    }
    errno = err;
}

static void *watch_quit(void *arg) {
    (void)arg;
    while (atomic_load(&quit.asked) == 0)
        futex_wait(&quit.asked, 0, -1);
    report_quit(quit.pc, quit.code, NULL);
    return NULL;
}

/* If it is the runtime's at all. */
void signal_watch_quit(void) {
    if (quit.detectors.handler != NULL && !atomic_exchange(&quit.watched, true))
        thread_helper(watch_quit);
}

static void quit_at_once(void) {
    struct sigaction now;
    if (sigaction(SIGQUIT, NULL, &now) != 0 || now.sa_sigaction != on_quit)
        return;
    handle_by_kernel(SIGQUIT, NULL, &quit.detectors);
    struct kernel_action act = quit.detectors;
    act.handler = quit_now;
    handle_by_kernel(SIGQUIT, &act, NULL);
}

static void quit_after_fork(void) {
    atomic_store(&quit.watched, false);
}
#else
static void quit_at_once(void) {
}

static void quit_after_fork(void) {
}
#endif

/* ---- SIGPIPE: as in Go, it ends the program only for standard output and error ---- */

static bool is_broken(int fd) {
    struct pollfd p = {.fd = fd};
    return poll(&p, 1, 0) == 1 && (p.revents & (POLLERR | POLLHUP));
}

/* Which descriptor it was, the kernel does not say. */
static void on_pipe(int sig) {
    int err = errno;
    if (is_broken(STDOUT_FILENO) || is_broken(STDERR_FILENO)) {
        signal(sig, SIG_DFL);
        raise(sig);
    }
    errno = err;
}

/* The child must not wake its parent, and has no forwarder. */
void signal_after_fork(void) {
    quit_after_fork();
    if (event_fd < 0)
        return;
    close(event_fd);
    event_fd = -1;
    atomic_store(&pending, 0);
    atomic_store(&handling, 0);
    atomic_store(&delivering, 0);
    start_forwarder();
}

static void take_over(int sig, struct sigaction act) {
    struct sigaction now;
    act.sa_flags |= SA_RESTART | SA_ONSTACK;
    if (sigaction(sig, NULL, &now) == 0 && !(now.sa_flags & SA_SIGINFO) &&
        now.sa_handler == SIG_DFL)
        sigaction(sig, &act, NULL);
}

void signal_init(void) {
    fork_init();
    take_over(SIGQUIT, (struct sigaction){.sa_sigaction = on_quit, .sa_flags = SA_SIGINFO});
    quit_at_once();
    take_over(SIGPIPE, (struct sigaction){.sa_handler = on_pipe});
}

struct lock *signal_forward_lock(void) /* for fork.c */
{
    return &forward_lock;
}
