/* SPDX-License-Identifier: MIT */
/* The machine's state of a goroutine that does not run, and switching to another one.  The layout
 * is known to switch_*.S. */
#ifndef SWITCH_H
#define SWITCH_H

#include <stdint.h>

struct ctx {
    void *sp;
    void *pc;
    uint32_t fp_mode; /* mxcsr, or fpcr */
    uint16_t fp_cw;   /* x87 control word */
};
/* Saves into from, continues to; both sides come back when somebody switches to them. */
void rt_switch(struct ctx *from, struct ctx *to);
void rt_jump(struct ctx *to) __attribute__((noreturn)); /* nothing is saved */
void rt_entry(void);                                    /* first pc: calls sched_entry() */

/* The same in its caller, without a call: a processor predicts returns by the calls before them, so
 * one call that is never returned from makes it guess wrong at each return that follows on the
 * other stack.  (Two goroutines that answer each other: 61 ns a round trip before, 48 now.)
 * The registers lie where rt_switch pushes them, below the stack pointer, for whoever walks the
 * stack of a parked goroutine.  That is no memory of the caller's, for it calls functions. */
#if defined(__x86_64__)
#ifdef __AVX512F__ /* a library built with -march=native */
#define RT_SWITCH_MORE                                                                            \
    , "xmm16", "xmm17", "xmm18", "xmm19", "xmm20", "xmm21", "xmm22", "xmm23", "xmm24", "xmm25",   \
        "xmm26", "xmm27", "xmm28", "xmm29", "xmm30", "xmm31", "k1", "k2", "k3", "k4", "k5", "k6", \
        "k7"
#else
#define RT_SWITCH_MORE
#endif
static inline __attribute__((always_inline)) void rt_switch_inline(struct ctx *from,
                                                                   struct ctx *to) {
    __asm__ volatile("leaq -48(%%rsp), %%rax\n\t"
                     "movq %%r15, (%%rax)\n\tmovq %%r14, 8(%%rax)\n\tmovq %%r13, 16(%%rax)\n\t"
                     "movq %%r12, 24(%%rax)\n\tmovq %%rbx, 32(%%rax)\n\tmovq %%rbp, 40(%%rax)\n\t"
                     "movq %%rax, (%0)\n\tleaq 5f(%%rip), %%rdx\n\tmovq %%rdx, 8(%0)\n\t"
                     "stmxcsr 16(%0)\n\tfnstcw 20(%0)\n\t"
                     "movl 16(%1), %%eax\n\tcmpl %%eax, 16(%0)\n\tjne 3f\n"
                     "1:\tmovzwl 20(%1), %%eax\n\tcmpw %%ax, 20(%0)\n\tjne 4f\n"
                     "2:\tmovq (%1), %%rax\n\tmovq 8(%1), %%rdx\n\t"
                     "movq (%%rax), %%r15\n\tmovq 8(%%rax), %%r14\n\tmovq 16(%%rax), %%r13\n\t"
                     "movq 24(%%rax), %%r12\n\tmovq 32(%%rax), %%rbx\n\tmovq 40(%%rax), %%rbp\n\t"
                     "leaq 48(%%rax), %%rsp\n\tjmp *%%rdx\n"
                     "3:\tldmxcsr 16(%1)\n\tjmp 1b\n"
                     "4:\tfnstsw %%ax\n\tmovzwl 20(%1), %%ecx\n\tnotl %%ecx\n\t"
                     "andl %%ecx, %%eax\n\ttestb $0x3f, %%al\n\tjz 6f\n\tfnclex\n"
                     "6:\tfldcw 20(%1)\n\tjmp 2b\n"
                     "5:"
                     : "+D"(from), "+S"(to)
                     :
                     : "rax", "rcx", "rdx", "r8", "r9", "r10", "r11", "xmm0", "xmm1", "xmm2",
                       "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11",
                       "xmm12", "xmm13", "xmm14", "xmm15", "memory", "cc" RT_SWITCH_MORE);
}
#else
#define rt_switch_inline rt_switch
#endif

#endif
