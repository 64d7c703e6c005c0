/* SPDX-License-Identifier: MIT */
/*
 * The way back after a recovered panic: out of the function whose defer recovered, to its caller.
 *
 * Invariants
 *  - A function with defers stores nothing of its caller's registers (it did: 9 stores, and every
 *    variable spilled, 4 ns a call).  They are found when they are needed, from the unwind
 *    tables, which every C compiler makes on x86-64; a frame on the way without tables is a
 *    fatal error that says so, never a guess.
 *  - struct gocc__frame lies in its function's stack frame: the function is the first one on the
 *    way out whose frame ends above that address.
 *  - A rule once published is never changed nor freed, so readers take no lock.  Only addresses in
 *    the executable are kept: what dlclose() removes may come back as something else.
 *
 * Rejected: _Unwind_Backtrace() alone, some 120 ns a frame where a kept rule takes 5; the C++
 * personality machinery, 1.9 us for two frames; -fexceptions and cleanups, which would run the
 * deferred calls after the stack of a panic is gone.
 *
 * Other processors, and code under a sanitizer (whose frames may lie elsewhere), store the
 * registers in the frame: abi.h, jump_back in panic.c.
 */
#include "rt.h"

#if defined(__x86_64__)
#include <unwind.h>

struct place {
    uintptr_t kept[UNWIND_KEPT + 1]; /* with the stack pointer */
    uintptr_t pc;
    bool exact; /* pc is an instruction, not what a call returns to */
};

/* ---- rules that have been read before ---- */

#define CACHE_SIZE 1024
#define PROBES     4
static struct unwind_rule *_Atomic cache[CACHE_SIZE];

static void cache_add(struct unwind_rule *_Atomic *slot, const struct unwind_rule *rule) {
    struct unwind_rule *mine = malloc(sizeof *mine), *none = NULL;
    if (mine == NULL)
        return;
    *mine = *rule;
    /* release: whoever sees the pointer sees the rule behind it */
    if (!atomic_compare_exchange_strong_explicit(slot, &none, mine, memory_order_release,
                                                 memory_order_relaxed))
        free(mine);
}

/* NULL: it cannot be told.  buf is for a rule that is not kept. */
static const struct unwind_rule *rule_for(uintptr_t at, struct unwind_rule *buf) {
    uintptr_t hash = (at * 0x9e3779b97f4a7c15u) >> 54;
    struct unwind_rule *_Atomic *empty = NULL;
    for (uintptr_t i = 0; i < PROBES && empty == NULL; i++) {
        struct unwind_rule *_Atomic *slot = &cache[(hash + i) % CACHE_SIZE];
        /* acquire: pairs with the release that published it */
        const struct unwind_rule *known = atomic_load_explicit(slot, memory_order_acquire);
        if (known == NULL)
            empty = slot;
        else if (known->at == at)
            return known;
    }
    if (!unwind_rule_read(at, buf))
        return NULL;
    if (empty != NULL && fault_in_program(at))
        cache_add(empty, buf);
    return buf;
}

/* ---- walking ---- */

/* To the caller; the place stays as it was if that cannot be told. */
static bool step(struct place *p) {
    struct unwind_rule buf;
    const struct unwind_rule *rule = rule_for(p->exact ? p->pc : p->pc - 1, &buf);
    if (rule == NULL)
        return false;
    uintptr_t cfa = p->kept[rule->cfa_reg] + (uintptr_t)(intptr_t)rule->cfa_off;
    for (int i = 0; i < UNWIND_KEPT; i++)
        if (rule->kept[i] != 0)
            p->kept[i] = *(uintptr_t *)(cfa + (uintptr_t)(intptr_t)rule->kept[i]);
    p->pc = *(uintptr_t *)(cfa + (uintptr_t)(intptr_t)rule->ra_off);
    p->kept[UNWIND_RSP] = cfa;
    p->exact = rule->signal;
    return true;
}

struct search {
    struct place place;
    uintptr_t frame;
    bool found;
};

static _Unwind_Reason_Code on_frame(struct _Unwind_Context *at, void *arg) {
    static const int columns[UNWIND_KEPT] = {3, 6, 12, 13, 14, 15};
    struct search *s = arg;
    uintptr_t sp = _Unwind_GetCFA(at); /* of the frame at hand, not of its caller */
    if (sp <= s->frame || _Unwind_GetIP(at) == 0)
        return _URC_NO_REASON;
    for (int i = 0; i < UNWIND_KEPT; i++)
        s->place.kept[i] = _Unwind_GetGR(at, columns[i]);
    s->place.kept[UNWIND_RSP] = sp;
    s->place.pc = _Unwind_GetIP(at);
    s->found = true;
    return _URC_END_OF_STACK;
}

static bool walk_slowly(struct place *p, uintptr_t frame) {
    struct search s = {.frame = frame};
    _Unwind_Backtrace(on_frame, &s);
    *p = s.place;
    return s.found;
}

static bool walk(struct place *p, uintptr_t frame) {
    while (p->kept[UNWIND_RSP] <= frame)
        if (!step(p))
            return false;
    return true;
}

/* ---- going there ---- */

struct result {
    uint64_t integer, real;
};

static struct result result_of(const struct gocc__frame *f) {
    struct result r = {0, 0};
    const void *at = (const char *)f + f->table->at;
    unsigned how = f->table->fn_at;
    memcpy(how & GOCC__REAL ? &r.real : &r.integer, at, how & GOCC__SIZE);
    return r;
}

__attribute__((noreturn, noinline)) static void go_to(const struct place *p, struct result r) {
    __asm__ volatile("movq %2, %%xmm0\n\tmovq 56(%%rcx), %%rdx\n\t"
                     "movq (%%rcx), %%rbx\n\tmovq 8(%%rcx), %%rbp\n\tmovq 16(%%rcx), %%r12\n\t"
                     "movq 24(%%rcx), %%r13\n\tmovq 32(%%rcx), %%r14\n\tmovq 40(%%rcx), %%r15\n\t"
                     "movq 48(%%rcx), %%rsp\n\tjmpq *%%rdx"
                     :
                     : "c"(p), "a"(r.integer), "r"(r.real)
                     : "memory");
    __builtin_unreachable();
}

__attribute__((noinline)) _Noreturn void unwind_return(const struct gocc__frame *f) {
    struct place p = {.exact = true};
    sanitize_no_return();
    __asm__ volatile("leaq 1f(%%rip), %%rax\n1:\n\tmovq %%rax, 56(%0)\n\t"
                     "movq %%rbx, (%0)\n\tmovq %%rbp, 8(%0)\n\tmovq %%r12, 16(%0)\n\t"
                     "movq %%r13, 24(%0)\n\tmovq %%r14, 32(%0)\n\tmovq %%r15, 40(%0)\n\t"
                     "movq %%rsp, 48(%0)"
                     :
                     : "D"(&p)
                     : "rax", "memory");
    if (!walk(&p, (uintptr_t)f) && !walk_slowly(&p, (uintptr_t)f))
        fatal_error("recovered a panic that has come through a function without unwind tables "
                    "(compile it with -fasynchronous-unwind-tables)");
    go_to(&p, result_of(f));
}
#endif
