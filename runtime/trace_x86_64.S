/* SPDX-License-Identifier: MIT */
/*
 * Looking at stacks on x86-64: a call on a parked goroutine's stack, and the landing place
 * of faults.  Both are frames that libgcc's unwinder and gdb can walk through.
 */
#if defined(__x86_64__)
    .text
/* trace_on_parked(struct ctx *parked, void (*fn)(void *), void *arg)
 * Runs fn(arg) below the goroutine's saved registers, as if the function that parked had
 * called it.  Nothing above the saved stack pointer is written, so the goroutine can go on
 * afterwards.  At a switch the stack holds six registers, and is 16-aligned. */
    .globl trace_on_parked
    .hidden trace_on_parked
    .type trace_on_parked,@function
    .p2align 4
trace_on_parked:
    .cfi_startproc
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
    movq (%rdi),%r8
    movq 8(%rdi),%r9
    movq %rsp,-8(%r8)
    movq %r9,-16(%r8)
    movq (%r8),%r15
    movq 8(%r8),%r14
    movq 16(%r8),%r13
    movq 24(%r8),%r12
    movq 32(%r8),%rbx
    movq 40(%r8),%rbp
    leaq -16(%r8),%rsp
    .cfi_remember_state
    .cfi_def_cfa rsp,64
    .cfi_offset rip,-64
    .cfi_same_value rbp
    .cfi_same_value rbx
    .cfi_same_value r12
    .cfi_same_value r13
    .cfi_same_value r14
    .cfi_same_value r15
    movq %rdx,%rdi
    call *%rsi
    movq 8(%rsp),%rsp
    .cfi_restore_state
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbx
    popq %rbp
    .cfi_def_cfa rsp,8
    ret
    .cfi_endproc
    .size trace_on_parked,.-trace_on_parked

/* A fault handler sends the goroutine here: the interrupted pc lies 136 bytes below the
 * interrupted rsp (128 are the red zone), rdi is an aligned struct fault further down. */
    .globl fault_entry
    .hidden fault_entry
    .type fault_entry,@function
    .p2align 4
    nop /* unwinders that look up pc - 1 stay inside */
fault_entry:
    .cfi_startproc
    .cfi_signal_frame
    .cfi_def_cfa rsp,136
    .cfi_offset rip,-136
    cld
    pushq %rbp
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset rbp,0
    movq %rsp,%rbp
    .cfi_def_cfa_register rbp
    movq %rdi,%rsp
    call fault_panic
    ud2
    .cfi_endproc
    .size fault_entry,.-fault_entry
#endif
    .section .note.GNU-stack,"",%progbits
