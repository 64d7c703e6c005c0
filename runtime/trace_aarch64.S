/* SPDX-License-Identifier: MIT */
/*
 * Looking at stacks on aarch64; see trace_x86_64.S.  At a switch the stack holds the
 * 160-byte frame of rt_switch.
 */
#if defined(__aarch64__)
    .text
    .globl trace_on_parked
    .hidden trace_on_parked
    .type trace_on_parked,%function
    .p2align 4
trace_on_parked:
    .cfi_startproc
    stp x29, x30, [sp, #-96]!
    .cfi_def_cfa_offset 96
    .cfi_offset x29, -96
    .cfi_offset x30, -88
    stp x19, x20, [sp, #16]
    stp x21, x22, [sp, #32]
    stp x23, x24, [sp, #48]
    stp x25, x26, [sp, #64]
    stp x27, x28, [sp, #80]
    mov x9, sp
    ldr x10, [x0]
    ldr x11, [x0, #8]
    stp x11, x9, [x10, #-16]
    ldr x29, [x10]
    ldp x19, x20, [x10, #16]
    ldp x21, x22, [x10, #32]
    ldp x23, x24, [x10, #48]
    ldp x25, x26, [x10, #64]
    ldp x27, x28, [x10, #80]
    sub sp, x10, #16
    .cfi_remember_state
    .cfi_def_cfa sp, 176
    .cfi_offset x30, -176
    .cfi_same_value x29
    mov x0, x2
    blr x1
    ldr x9, [sp, #8]
    mov sp, x9
    .cfi_restore_state
    ldp x19, x20, [sp, #16]
    ldp x21, x22, [sp, #32]
    ldp x23, x24, [sp, #48]
    ldp x25, x26, [sp, #64]
    ldp x27, x28, [sp, #80]
    ldp x29, x30, [sp], #96
    .cfi_def_cfa_offset 0
    .cfi_restore x29
    .cfi_restore x30
    ret
    .cfi_endproc
    .size trace_on_parked,.-trace_on_parked

/* A fault handler sends the goroutine here: sp and x0 are at a struct landing (fault.c), above
 * which begins the stack of what was interrupted. */
#define LANDING 304
#define REGS    40
    .globl fault_entry
    .hidden fault_entry
    .type fault_entry,%function
    .p2align 4
    nop /* unwinders that look up pc - 1 stay inside */
fault_entry:
    .cfi_startproc
    .cfi_signal_frame
    .cfi_return_column 96
    .cfi_def_cfa sp, LANDING
    .cfi_offset 96, REGS + 8 * 31 - LANDING
    .irp r, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30
    .cfi_offset \r, REGS + 8 * \r - LANDING
    .endr
    bti jc
    bl fault_panic
    brk #1
    .cfi_endproc
    .size fault_entry,.-fault_entry
#endif
    .section .note.GNU-stack,"",%progbits
