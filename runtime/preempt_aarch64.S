/* SPDX-License-Identifier: MIT */
/*
 * Where a goroutine goes on that was stopped by signal: sp is at the kernel's record of what was
 * interrupted (struct sigframe, preempt.c), and so the stack can be walked from here.
 */
#if defined(__aarch64__)
#define FRAME 4688
#define REGS  312
#define SYS_rt_sigreturn 139

    .text
    .globl preempt_trampoline
    .hidden preempt_trampoline
    .hidden preempt_park_frame
    .type preempt_trampoline,%function
    .p2align 4
preempt_trampoline:
    .cfi_startproc
    .cfi_signal_frame
    .cfi_return_column 96
    .cfi_def_cfa sp, FRAME
    .cfi_offset 96, REGS + 8 * 32 - FRAME
    .irp r, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30
    .cfi_offset \r, REGS + 8 * \r - FRAME
    .endr
    bti jc
    mov x0, sp
    bl preempt_park_frame
    mov x8, #SYS_rt_sigreturn
    svc #0
    brk #1
    .cfi_endproc
    .size preempt_trampoline,.-preempt_trampoline
#endif
    .section .note.GNU-stack,"",%progbits
