/* SPDX-License-Identifier: MIT */
/*
 * Faults: what SIGSEGV, SIGBUS and SIGFPE become.
 *
 *   guard below the running stack               fatal error: stack overflow
 *   first 64 KiB, or a division, in the program  panic: runtime error: ..., can be recovered
 *   anything else                                fatal error with the stack
 *
 * Invariants
 *  - The handler runs on the M's signal stack, for the goroutine's may be full.
 *  - A panic does not start in the handler: the goroutine is sent to fault_entry, as if the
 *    faulting instruction had called it, so the signal mask and the signal stack are free
 *    again when deferred calls run, and the stack can be walked through that frame.
 *  - A fault becomes a panic only if no lock of the runtime's or of C's can be held: in code
 *    of the executable outside the runtime, of a shared library that gocc made, or in a C
 *    function that such code called directly (strlen(NULL)).  A deeper one may have locked a
 *    stream or the heap.
 *  - A handler that the program has installed before us or installs later is its own; but in a
 *    shared library with a runtime of its own, one from before is passed what is no panic.
 *
 * aarch64 does not trap divisions by zero; there the compiler puts a test before each
 * (-fsanitize=integer-divide-by-zero), which calls the function at the end of this file.
 */
#include "rt.h"
#include <link.h>
#include <stdio.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>
#include <unwind.h>

#define NIL_PAGES     65536
#define SIGSTACK_SIZE (128 * 1024)
#define ENTRY_SIZE    64 /* of fault_entry, at most */
#define BIG_FRAME     (UINT64_C(1) << 30)
#define NEAR          65536
#define ROOM_TO_DIE   12288

void fault_entry(void); /* trace_*.S: calls fault_panic */

#if defined(RT_ASAN) || defined(RT_TSAN)
#define SANITIZED true
#else
#define SANITIZED false
#endif
#ifdef RT_TSAN
#define RACE true
#else
#define RACE false
#endif

static struct sigaction before[NSIG]; /* what a sanitizer or such a program had installed */
static uintptr_t text_lo, text_hi;    /* code of the object that the runtime is in */

static size_t sigstack_size(void) {
    size_t least = 4 * getauxval(AT_MINSIGSTKSZ);
    return least > SIGSTACK_SIZE ? (least + 4095) & ~(size_t)4095 : SIGSTACK_SIZE;
}

/* ---- registers ---- */

#if defined(__x86_64__)
#define RED_ZONE 128
static uintptr_t get_pc(const ucontext_t *uc) {
    return (uintptr_t)uc->uc_mcontext.gregs[REG_RIP];
}
static uintptr_t get_sp(const ucontext_t *uc) {
    return (uintptr_t)uc->uc_mcontext.gregs[REG_RSP];
}
/* The processor tells no address that is not canonical, but the pointer is still in a register. */
static bool holds_poison(const ucontext_t *uc) {
    for (int i = REG_R8; i <= REG_RSP; i++)
        if ((uint64_t)uc->uc_mcontext.gregs[i] == UINT64_C(0x0101010101010101) * HANDLE_POISON)
            return true;
    return false;
}
static void set_pc_sp(ucontext_t *uc, uintptr_t pc, uintptr_t sp) {
    uc->uc_mcontext.gregs[REG_RIP] = (greg_t)pc;
    uc->uc_mcontext.gregs[REG_RSP] = (greg_t)sp;
}
static void set_arg(ucontext_t *uc, void *arg) {
    uc->uc_mcontext.gregs[REG_RDI] = (greg_t)arg;
}
/* A function finds the x87 stack empty; and an exception that stays pending would trap again. */
static void clear_fp_stack(ucontext_t *uc, int sig) {
    struct _libc_fpstate *fp = uc->uc_mcontext.fpregs;
    if (fp == NULL)
        return;
    fp->ftw = 0;
    if (sig == SIGFPE)
        fp->swd &= 0x7f00;
}
#else
static uintptr_t get_pc(const ucontext_t *uc) {
    return uc->uc_mcontext.pc;
}
static uintptr_t get_sp(const ucontext_t *uc) {
    return uc->uc_mcontext.sp;
}
static bool holds_poison(const ucontext_t *uc) {
    (void)uc;
    return false; /* who reads the address sees it */
}
static void set_pc_sp(ucontext_t *uc, uintptr_t pc, uintptr_t sp) {
    uc->uc_mcontext.pc = pc;
    uc->uc_mcontext.sp = sp;
}
static void set_arg(ucontext_t *uc, void *arg) {
    uc->uc_mcontext.regs[0] = (uintptr_t)arg;
}
#endif

uintptr_t fault_pc(void *context) {
    return get_pc(context);
}

/* A call through a bad pointer: the caller is to blame, as if its call had faulted.  Nothing else
 * can be walked from. */
static void blame_caller(ucontext_t *uc, struct fault *f) {
    uintptr_t sp = get_sp(uc);
    if (f->sig == SIGFPE || (f->pc != f->addr && f->pc != 0))
        return;
#if defined(__x86_64__)
    f->pc = *(uintptr_t *)sp - 1;
    sp += sizeof(uintptr_t);
#else
    f->pc = uc->uc_mcontext.regs[30] - 4;
#endif
    set_pc_sp(uc, f->pc, sp);
}

/* The goroutine goes on at fault_entry with f copied below its stack pointer. */
#if defined(__x86_64__)
static void divert(ucontext_t *uc, const struct fault *f) {
    uintptr_t sp = get_sp(uc) - RED_ZONE;
    struct fault *copy = (struct fault *)((sp - 16 - sizeof *f) & ~(uintptr_t)15);
    *copy = *f;
    sp -= sizeof(uintptr_t);
    *(uintptr_t *)sp = f->pc;
    clear_fp_stack(uc, f->sig);
    set_pc_sp(uc, (uintptr_t)fault_entry, sp);
    set_arg(uc, copy);
}
#else
struct landing { /* what the interrupted function had in its registers, for who walks the stack */
    struct fault fault;
    uint64_t regs[31], pc;
    uint64_t to_even;
};
_Static_assert(sizeof(struct landing) == 304, "trace_aarch64.S knows it");
_Static_assert(offsetof(struct landing, regs) == 40, "trace_aarch64.S knows it");

static void divert(ucontext_t *uc, const struct fault *f) {
    struct landing *l = (struct landing *)(get_sp(uc) - sizeof *l);
    *l = (struct landing){.fault = *f, .pc = f->pc};
    memcpy(l->regs, uc->uc_mcontext.regs, sizeof l->regs);
    set_pc_sp(uc, (uintptr_t)fault_entry, (uintptr_t)l);
    set_arg(uc, l);
}
#endif

/* ---- what is it ---- */

/* INT_MIN / -1 traps like a division by zero; the dividend tells them apart. */
static bool division_overflowed(const ucontext_t *uc) {
#if defined(__x86_64__)
    const uint8_t *op = (const uint8_t *)uc->uc_mcontext.gregs[REG_RIP];
    uint64_t low = (uint64_t)uc->uc_mcontext.gregs[REG_RAX];
    if ((*op & 0xf8) == 0x48)
        return low == 1ull << 63;
    return (uint32_t)low == 1u << 31;
#else
    (void)uc;
    return false;
#endif
}

static const char *fault_text(const struct fault *f, const ucontext_t *uc) {
    if (f->sig == SIGFPE && f->code == FPE_INTDIV)
        return division_overflowed(uc) ? "integer overflow" : "integer divide by zero";
    if (f->sig == SIGFPE)
        return "floating point error";
    return "invalid memory address or nil pointer dereference";
}

static bool is_nil_or_division(const struct fault *f) {
    if (f->sig == SIGFPE)
        return true;
    /* The kernel reports no address for a non-canonical one: code says so. */
    return f->code > 0 && f->code != SI_KERNEL && f->addr < NIL_PAGES;
}

bool fault_in_program(uintptr_t pc) {
    return pc >= text_lo && pc < text_hi;
}

/* The C library's own code, and that of plain shared libraries, is not. */
static bool may_panic(uintptr_t pc) {
    return fault_in_program(pc) || object_uses_runtime(pc);
}

struct two_frames {
    uintptr_t pc, caller;
    bool found;
};

static _Unwind_Reason_Code on_frame(struct _Unwind_Context *at, void *arg) {
    struct two_frames *t = arg;
    uintptr_t pc = _Unwind_GetIP(at);
    if (t->found) {
        t->caller = pc;
        return _URC_END_OF_STACK;
    }
    t->found = pc == t->pc;
    return _URC_NO_REASON;
}

static void look_for_caller(void *arg) {
    _Unwind_Backtrace(on_frame, arg);
}

static bool called_by_program(uintptr_t pc) {
    struct two_frames t = {.pc = pc};
    return trace_guarded(look_for_caller, &t) && may_panic(t.caller);
}

/* A handler of the program's, on the goroutine's stack: a panic would jump out of it, over C code
 * that may hold a lock, with signals blocked.  (Not seen where SA_NODEFER lets all through.) */
struct handler_frame {
    uintptr_t pc, younger;
    bool started, found;
};

static _Unwind_Reason_Code on_handler_frame(struct _Unwind_Context *at, void *arg) {
    struct handler_frame *h = arg;
    int interrupted = 0;
    uintptr_t pc = _Unwind_GetIPInfo(at, &interrupted);
    h->found = h->started && interrupted != 0 && h->younger - (uintptr_t)fault_entry >= ENTRY_SIZE;
    h->started |= pc == h->pc;
    h->younger = pc;
    return h->found ? _URC_END_OF_STACK : _URC_NO_REASON;
}

static void look_for_handler(void *arg) {
    _Unwind_Backtrace(on_handler_frame, arg);
}

static bool in_handler(uintptr_t pc, const ucontext_t *uc) {
    struct handler_frame h = {.pc = pc};
    return !sigisemptyset(&uc->uc_sigmask) && (!trace_guarded(look_for_handler, &h) || h.found);
}

static bool becomes_panic(const struct m *m, const struct g *g, struct fault *f,
                          const ucontext_t *uc) {
    uintptr_t sp = get_sp(uc);
    if (!is_nil_or_division(f) || m->in_rt != 0)
        return false;
    if (g->stack_lo && (sp < (uintptr_t)g->stack_lo + 1024 || sp >= (uintptr_t)g->stack_hi))
        return false;
    if (!may_panic(f->pc) && !called_by_program(f->pc))
        return false;
    f->in_handler = in_handler(f->pc, uc);
    return !f->in_handler;
}

static bool on_signal_stack(const struct m *m, uintptr_t sp) {
    uintptr_t lo = (uintptr_t)m->sigstack;
    return lo && sp >= lo && sp < lo + sigstack_size();
}

/* In the guard; or far below it, where a big frame without stack probes can get. */
static bool is_overflow(const struct m *m, const struct g *g, const struct fault *f, uintptr_t sp) {
    uintptr_t lo = (uintptr_t)g->stack_lo;
    if (f->sig == SIGFPE)
        return false;
    if (!g->slab) /* where a thread of the program has its guard, only the C library knows */
        return f->sig == SIGSEGV && f->code == SEGV_ACCERR && f->addr - (sp - NEAR) < 2 * NEAR;
    if (sp < lo && lo - sp < BIG_FRAME && !on_signal_stack(m, sp))
        return true;
    return f->addr < lo && stack_find((void *)f->addr) == g;
}

/* ---- what becomes of it ---- */

static const char *signal_name(int sig) {
    switch (sig) {
    case SIGSEGV:
        return "SIGSEGV: segmentation violation";
    case SIGBUS:
        return "SIGBUS: bus error";
    default:
        return "SIGFPE: floating-point exception";
    }
}

void fault_write(struct out *o, const struct fault *f) {
    out_text(o, "[signal ");
    out_text(o, signal_name(f->sig));
    out_text(o, " code=");
    out_hex(o, (uint64_t)(unsigned)f->code);
    out_text(o, " addr=");
    out_hex(o, f->addr);
    out_text(o, " pc=");
    out_hex(o, f->pc);
    out_text(o, "]\n");
}

static void write_limit(struct out *o, const struct g *g, uintptr_t sp) {
    if (!g->slab) {
        out_text(o, "runtime: stack of a thread of the program is full\nruntime: sp=");
        out_hex(o, sp);
        out_text(o, "\nfatal error: stack overflow\n");
        return;
    }
    out_text(o, "runtime: goroutine stack exceeds ");
    out_dec(o, (int64_t)stack_limit(g));
    out_text(o, "-byte limit\nruntime: sp=");
    out_hex(o, sp);
    out_text(o, " stack=[");
    out_hex(o, (uintptr_t)g->stack_lo);
    out_text(o, ", ");
    out_hex(o, (uintptr_t)g->stack_hi);
    out_text(o, "]\nfatal error: stack overflow\n");
}

static void write_stack(struct out *o, struct g *g, const struct fault *f) {
    bool crash;
    if (death_traceback(&crash) == TRACEBACK_NONE)
        return;
    out_char(o, '\n');
    if (f->cramped)
        out_text(o, "no room to walk it on the signal stack that the program has given\n");
    else
        trace_write_at(o, g, f->pc);
}

_Noreturn static void die_overflow(struct g *g, const struct fault *f, uintptr_t sp) {
    struct out o;
    death_begin(&o);
    write_limit(&o, g, sp);
    write_stack(&o, g, f);
    death_end(&o);
}

_Noreturn static void die_fault(struct g *g, const struct fault *f) {
    struct out o;
    death_begin(&o);
    if (f->in_handler) {
        out_text(&o, "fatal error: fault in a signal handler\n");
    } else if (may_panic(f->pc) && f->sig != SIGFPE) {
        out_text(&o, "unexpected fault address ");
        if (f->released)
            out_text(&o, "read from an object that was released before: it is filled with 0xdd");
        else if (f->code == SI_KERNEL)
            out_text(&o, "that no pointer can have (the processor does not tell)");
        else
            out_hex(&o, f->addr);
        out_text(&o, "\nfatal error: fault\n");
    } else {
        out_text(&o, "fatal error: unexpected signal outside the program's own code\n");
    }
    fault_write(&o, f);
    write_stack(&o, g, f);
    death_end(&o);
}

/* On the goroutine's own stack. */
__attribute__((used)) void fault_panic(const struct fault *f) {
    if (f->fatal)
        die_fault(rt_g(), f);
    panic_fault(f);
}

/* A program may give a thread of ours another signal stack, for which some KiB look like enough. */
static bool is_cramped(const ucontext_t *uc) {
    uintptr_t left = (uintptr_t)__builtin_frame_address(0) - (uintptr_t)uc->uc_stack.ss_sp;
    return left < uc->uc_stack.ss_size && left < ROOM_TO_DIE;
}

/* Where there is more room. */
static bool can_die_at_home(const struct g *g, const struct fault *f, const ucontext_t *uc) {
    uintptr_t sp = get_sp(uc);
    return f->cramped && g && g->slab && sp >= (uintptr_t)g->stack_lo + ROOM_TO_DIE &&
           sp < (uintptr_t)g->stack_hi;
}

/* Sent by kill(): what C does. */
static void die_by_default(int sig) {
    signal(sig, SIG_DFL);
    raise(sig);
}

/* Whether that was all: it may have repaired what was wrong, or leave the next fault to kill.
 * ThreadSanitizer is not asked: its own report faults again before it has shown a stack. */
static bool pass_on(int sig, siginfo_t *info, void *context) {
    struct sigaction *to = &before[sig];
    if (RACE)
        return false;
    if (to->sa_flags & SA_SIGINFO)
        to->sa_sigaction(sig, info, context);
    else if (to->sa_handler != SIG_DFL && to->sa_handler != SIG_IGN)
        to->sa_handler(sig);
    else
        return false;
    return GUEST;
}

/* The handler itself has run out of its stack, and would again: all that it takes here has been
 * called before, for the dynamic linker needs much room to find a function. */
static void check_signal_stack(const struct m *m, const ucontext_t *uc) {
    static const char text[] =
        "fatal error: fault, and the signal stack that the program has given "
        "(sigaltstack) is too small to tell more: 16 KiB would do\n";
    uintptr_t below = (uintptr_t)uc->uc_stack.ss_sp - get_sp(uc);
    if (m == NULL || !m->in_fault || below == 0 || below > NEAR)
        return;
    syscall(SYS_write, STDERR_FILENO, text, sizeof text - 1);
    syscall(SYS_exit_group, 2);
}

static void on_fault(int sig, siginfo_t *info, void *context) {
    int err = errno;
    ucontext_t *uc = context;
    struct m *m = rt_m_or_null();
    check_signal_stack(m, uc);
    trace_fault();
    struct g *g = m ? m->g : NULL;
    if (m)
        m->in_fault = true;
    struct fault f = {
        .sig = sig, .code = info->si_code, .addr = (uintptr_t)info->si_addr, .pc = get_pc(uc)};
    f.cramped = is_cramped(uc);
    f.released = info->si_code == SI_KERNEL && holds_poison(uc);
    if (info->si_code <= 0) {
        die_by_default(sig);
        return;
    }
    if (g && is_overflow(m, g, &f, get_sp(uc)))
        die_overflow(g, &f, get_sp(uc));
    f.text = fault_text(&f, uc);
    uintptr_t pc = f.pc, sp = get_sp(uc);
    blame_caller(uc, &f);
    if (!g || !becomes_panic(m, g, &f, uc)) {
        uintptr_t blamed_sp = get_sp(uc);
        set_pc_sp(uc, pc, sp);
        if (m)
            m->in_fault = false;
        if (pass_on(sig, info, context))
            return;
        set_pc_sp(uc, f.pc, blamed_sp);
        if (!can_die_at_home(g, &f, uc))
            die_fault(g, &f);
        f.fatal = true;
        f.cramped = false;
    }
    divert(uc, &f);
    m->in_fault = false;
    errno = err;
}

/* ---- set-up ---- */

void fault_fill_mask(sigset_t *set) {
    sigfillset(set);
    sigdelset(set, SIGSEGV);
    sigdelset(set, SIGBUS);
    sigdelset(set, SIGFPE);
}

static int on_object(struct dl_phdr_info *info, size_t size, void *arg) {
    (void)size, (void)arg;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *ph = &info->dlpi_phdr[i];
        if (ph->p_type != PT_LOAD || !(ph->p_flags & PF_X))
            continue;
        text_lo = info->dlpi_addr + ph->p_vaddr;
        text_hi = text_lo + ph->p_memsz;
        if (fault_in_program((uintptr_t)fault_init))
            return 1;
    }
    return 0;
}

/* A handler that is there already is the program's; but in sanitizer builds it is the
 * sanitizer's, or in a guest the host's, which gets what is no panic. */
static void handle(int sig) {
    struct sigaction act = {.sa_sigaction = on_fault,
                            .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
    struct sigaction *now = &before[sig];
    if (sigaction(sig, NULL, now) != 0)
        return;
    bool free = !(now->sa_flags & SA_SIGINFO) && now->sa_handler == SIG_DFL;
    if (free || GUEST || (SANITIZED && (now->sa_flags & SA_SIGINFO)))
        sigaction(sig, &act, NULL);
}

void fault_init(void) {
    dl_iterate_phdr(on_object, NULL);
    handle(SIGSEGV);
    handle(SIGBUS);
    handle(SIGFPE);
}

void fault_m_init(struct m *m) {
    stack_t now;
    size_t size = sigstack_size();
    if (sigaltstack(NULL, &now) == 0 && !(now.ss_flags & SS_DISABLE))
        return;
    void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
                    -1, 0);
    if (at == MAP_FAILED && m->foreign)
        return;
    if (at == MAP_FAILED) /* without it an overflow of a goroutine's stack ends in silence */
        fatal_error("out of memory (signal stack)");
    stack_t mine = {.ss_sp = at, .ss_size = size};
    sigaltstack(&mine, NULL);
    m->sigstack = at;
}

void fault_m_exit(struct m *m) {
    stack_t now, off = {.ss_flags = SS_DISABLE};
    if (!m->sigstack)
        return;
    if (sigaltstack(NULL, &now) == 0 && now.ss_sp == m->sigstack)
        sigaltstack(&off, NULL);
    munmap(m->sigstack, sigstack_size());
    m->sigstack = NULL;
}

#if defined(__aarch64__)
/* Weak: a program with -fsanitize=undefined brings its own. */
__attribute__((weak, visibility("default"), noreturn)) void
__ubsan_handle_divrem_overflow(void *where, uintptr_t a, uintptr_t b);
void __ubsan_handle_divrem_overflow(void *where, uintptr_t a, uintptr_t b) {
    (void)where, (void)a, (void)b;
    panic_runtime("integer divide by zero");
}
#endif
