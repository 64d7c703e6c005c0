/* SPDX-License-Identifier: MIT */
/*
 * Taking the processor from a goroutine that computes: sysmon sends SIGURG to its thread.
 *
 * The handler acts only if
 *  - program code was running (m->in_rt == 0) at a pc inside section gocc_text, which holds
 *    functions made from .gc code and nothing else, and
 *  - every frame from there up to the goroutine's entry lies in that section too.  A callback
 *    of qsort() or of a stream has C's frames below it, perhaps with a lock of C's held: with
 *    that test 0 of 480 such callbacks broke, without it 417.
 * Then it makes the interrupted function "call" preempt_trampoline, which saves all registers
 * including the vector state on the goroutine's stack and parks it in the global queue.
 * Otherwise sysmon hands the P to another M and the goroutine computes on without one.
 *
 * A program may have broken its stack and not yet come to that: a fault on the walk says no.
 * Unwinding in a handler is safe here because glibc >= 2.35 finds unwind tables without a lock
 * (_dl_find_object); preempt_init() makes the first call, so nothing is bound or loaded later.
 * A signal can cut short a sleep of C code (EINTR); it is only sent to threads whose CPU clock
 * runs.  Rejected: polls in loops, 5 to 40 times slower where they stop vectorisation.
 */
#include "rt.h"
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>
#include <unwind.h>

extern const char __start_gocc_text[] __attribute__((weak, visibility("hidden")));
extern const char __stop_gocc_text[] __attribute__((weak, visibility("hidden")));
extern const char __start_gocc_entry[] __attribute__((visibility("hidden")));
extern const char __stop_gocc_entry[] __attribute__((visibility("hidden")));

#define ROOM       8192 /* on the goroutine's stack: red zone, registers, vector state, a park */
#define MAX_FRAMES 200

bool preempt_possible;
void preempt_park(void);

#if !defined(RT_TSAN) && !defined(RT_ASAN)
void preempt_trampoline(void);

/* ---- making the goroutine call the trampoline ---- */
#if defined(__x86_64__)
#include <cpuid.h>

/* The trampoline saves the vector registers with XSAVEC. */
static bool can_save(void) {
    unsigned a, b, c, d;
    return __get_cpuid(1, &a, &b, &c, &d) && (c & (1u << 27)) != 0 /* OSXSAVE */ &&
           __get_cpuid_count(13, 1, &a, &b, &c, &d) && (a & 2) != 0;
}

static uintptr_t pc_of(const ucontext_t *uc) {
    return (uintptr_t)uc->uc_mcontext.gregs[REG_RIP];
}

static uintptr_t sp_of(const ucontext_t *uc) {
    return (uintptr_t)uc->uc_mcontext.gregs[REG_RSP];
}

static void divert(ucontext_t *uc) {
    greg_t *r = uc->uc_mcontext.gregs;
    r[REG_RSP] -= 136; /* the red zone, and where the trampoline returns to */
    *(greg_t *)r[REG_RSP] = r[REG_RIP];
    r[REG_RIP] = (greg_t)preempt_trampoline;
}
#else
/* No register is free for a jump back, so the kernel makes it: its own record of the interrupted
 * state is copied to the goroutine's stack, and the trampoline ends with rt_sigreturn there. */
struct sigframe { /* as the kernel has it */
    siginfo_t info;
    ucontext_t uc;
};
_Static_assert(sizeof(struct sigframe) == 4688, "preempt_aarch64.S knows it");
_Static_assert(offsetof(struct sigframe, uc.uc_mcontext.regs) == 312, "preempt_aarch64.S knows it");

enum { FPSIMD = 0x46508001, SVE = 0x53564501, ESR = 0x45535201 };

static bool can_save(void) {
    return true;
}

static uintptr_t pc_of(const ucontext_t *uc) {
    return uc->uc_mcontext.pc;
}

static uintptr_t sp_of(const ucontext_t *uc) {
    return uc->uc_mcontext.sp;
}

/* False: something in the record belongs to this thread (SME), or lies outside of it. */
static bool can_move(const ucontext_t *uc) {
    const char *at = (const char *)uc->uc_mcontext.__reserved;
    const char *end = at + sizeof uc->uc_mcontext.__reserved;
    const struct _aarch64_ctx *c;
    for (; at + sizeof *c <= end; at += c->size) {
        c = (const struct _aarch64_ctx *)(const void *)at;
        if (c->magic == 0)
            return true;
        if (c->size == 0 || (c->magic != FPSIMD && c->magic != SVE && c->magic != ESR))
            return false;
    }
    return false;
}

static void divert(ucontext_t *uc) {
    struct sigframe *f = (struct sigframe *)(uc->uc_mcontext.sp - sizeof *f);
    if (!can_move(uc))
        return;
    f->uc = *uc;
    uc->uc_mcontext.sp = (uintptr_t)f;
    uc->uc_mcontext.pc = (uintptr_t)preempt_trampoline;
}

/* The goroutine may go on on another thread, which has another signal stack. */
void preempt_park_frame(struct sigframe *f);
void preempt_park_frame(struct sigframe *f) {
    preempt_park();
    sigaltstack(NULL, &f->uc.uc_stack);
}
#endif

/* ---- the handler ---- */

static struct sigaction before;

struct walk {
    uintptr_t from;
    int n;
    bool started, clean;
};

static bool inside(uintptr_t pc, const char *start, const char *stop) {
    return pc >= (uintptr_t)start && pc < (uintptr_t)stop;
}

static _Unwind_Reason_Code look_at(struct _Unwind_Context *c, void *arg) {
    struct walk *w = arg;
    int exact = 0;
    uintptr_t pc = _Unwind_GetIPInfo(c, &exact);
    if (pc == w->from)
        w->started = true;
    if (!w->started)
        return w->n++ < 8 ? _URC_NO_REASON : _URC_END_OF_STACK; /* the handler's own frames */
    if (inside(pc, __start_gocc_entry, __stop_gocc_entry + 1)) {
        w->clean = true;
        return _URC_END_OF_STACK;
    }
    return inside(pc - !exact, __start_gocc_text, __stop_gocc_text) && w->n++ < MAX_FRAMES
               ? _URC_NO_REASON
               : _URC_END_OF_STACK;
}

static void walk(void *arg) {
    _Unwind_Backtrace(look_at, arg);
}

static bool may_stop(struct m *m, const ucontext_t *uc) {
    struct g *g = m->g;
    uintptr_t pc = pc_of(uc), sp = sp_of(uc);
    if (m->in_rt != 0 || g == NULL || g->foreign || g->locked != 0 ||
        !inside(pc, __start_gocc_text, __stop_gocc_text))
        return false;
    if (sp < (uintptr_t)g->stack_lo + ROOM || sp >= (uintptr_t)g->stack_hi)
        return false;
    struct walk w = {.from = pc};
    return trace_guarded(walk, &w) && w.clean;
}

static void pass_on(int sig, siginfo_t *info, void *context) {
    if (before.sa_flags & SA_SIGINFO)
        before.sa_sigaction(sig, info, context);
    else if (before.sa_handler != SIG_DFL && before.sa_handler != SIG_IGN)
        before.sa_handler(sig);
}

static void on_urgent(int sig, siginfo_t *info, void *context) {
    struct m *m = rt_m_or_null();
    if (m == NULL || !atomic_exchange_explicit(&m->stop_signal, false, memory_order_relaxed)) {
        pass_on(sig, info, context);
        return;
    }
    int err = errno;
    if (may_stop(m, context))
        divert(context);
    errno = err;
}

static _Unwind_Reason_Code once(struct _Unwind_Context *c, void *arg) {
    (void)c, (void)arg;
    return _URC_END_OF_STACK;
}

void preempt_init(void) {
    struct sigaction sa = {.sa_sigaction = on_urgent,
                           .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART};
    if ((uintptr_t)__start_gocc_text == (uintptr_t)__stop_gocc_text || !can_save())
        return;
    _Unwind_Backtrace(once, NULL);
    fault_fill_mask(&sa.sa_mask);
    preempt_possible = sigaction(SIGURG, &sa, &before) == 0;
}
#else
void preempt_init(void) {
}
#endif

void preempt_send(struct m *m) {
    atomic_store_explicit(&m->stop_signal, true, memory_order_relaxed);
    syscall(SYS_tgkill, getpid(), m->tid, SIGURG);
}

/* Called by the trampoline on the goroutine's stack. */
void preempt_park(void) {
    sched_requeue(rt_enter_plain());
    rt_leave();
}
