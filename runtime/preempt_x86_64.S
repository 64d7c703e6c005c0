/* SPDX-License-Identifier: MIT */
/*
 * Where an interrupted goroutine goes instead (preempt.c).  On entry [rsp] is the interrupted pc
 * and the interrupted rsp is rsp + 8 + 128 (red zone).  Saves every general register, flags and,
 * by XSAVEC, x87, SSE, AVX, AVX-512 and APX state (MASK; AMX and PKRU are not goroutine's).
 * Whoever runs next finds the x87 stack empty, as every function expects it, and no exception
 * pending there.
 * The frame is a signal frame to unwinders, so dumps show the interrupted function exactly.
 */
#if defined(__x86_64__)
#define XSAVE_ROOM 2752
#define MASK       0x800e7
    .text
    .globl preempt_trampoline
    .hidden preempt_trampoline
    .type preempt_trampoline,@function
    .p2align 4
preempt_trampoline:
    .cfi_startproc
    .cfi_signal_frame
    .cfi_def_cfa rsp,136
    .cfi_offset rip,-136
    pushfq
    .cfi_adjust_cfa_offset 8
    cld
    pushq %rbp
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset rbp,0
    movq %rsp,%rbp
    .cfi_def_cfa_register rbp
    pushq %rax
    pushq %rbx
    .cfi_offset rbx,-168
    pushq %rcx
    pushq %rdx
    pushq %rsi
    pushq %rdi
    pushq %r8
    pushq %r9
    pushq %r10
    pushq %r11
    pushq %r12
    .cfi_offset r12,-240
    pushq %r13
    .cfi_offset r13,-248
    pushq %r14
    .cfi_offset r14,-256
    pushq %r15
    .cfi_offset r15,-264
    subq $XSAVE_ROOM,%rsp
    andq $-64,%rsp
    xorl %eax,%eax
    movq %rax,512(%rsp)
    movq %rax,520(%rsp)
    movq %rax,528(%rsp)
    movq %rax,536(%rsp)
    movq %rax,544(%rsp)
    movq %rax,552(%rsp)
    movq %rax,560(%rsp)
    movq %rax,568(%rsp)
    movl $MASK,%eax
    xorl %edx,%edx
    xsavec64 (%rsp)
    fnclex
    emms
    movq %rsp,%rbx
    call preempt_park
    movq %rbx,%rsp
    movl $MASK,%eax
    xorl %edx,%edx
    xrstor64 (%rsp)
    leaq -112(%rbp),%rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %r11
    popq %r10
    popq %r9
    popq %r8
    popq %rdi
    popq %rsi
    popq %rdx
    popq %rcx
    popq %rbx
    popq %rax
    popq %rbp
    .cfi_restore rbp
    .cfi_def_cfa rsp,144
    popfq
    .cfi_def_cfa_offset 136
    ret $128
    .cfi_endproc
    .size preempt_trampoline,.-preempt_trampoline
#endif
    .section .note.GNU-stack,"",%progbits
