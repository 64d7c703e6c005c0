/* SPDX-License-Identifier: MIT */
/*
 * Switching stacks on aarch64.  struct ctx: sp 0, pc 8, fpcr 16.  x19-x30 and d8-d15 lie in a
 * 160-byte frame on the stack that is left.
 */
#if defined(__aarch64__)
    .text
    .globl rt_switch
    .hidden rt_switch
    .type rt_switch,%function
    .p2align 4
rt_switch:
    .cfi_startproc
    sub sp, sp, #160
    .cfi_def_cfa_offset 160
    stp x29, x30, [sp]
    .cfi_offset x29, -160
    .cfi_offset x30, -152
    stp x19, x20, [sp, #16]
    stp x21, x22, [sp, #32]
    stp x23, x24, [sp, #48]
    stp x25, x26, [sp, #64]
    stp x27, x28, [sp, #80]
    stp d8, d9, [sp, #96]
    stp d10, d11, [sp, #112]
    stp d12, d13, [sp, #128]
    stp d14, d15, [sp, #144]
    mov x9, sp
    str x9, [x0]
    str x30, [x0, #8]
    mrs x10, fpcr
    str w10, [x0, #16]
    ldr w11, [x1, #16]
    cmp w10, w11
    b.eq 1f
    msr fpcr, x11
1:  mov x0, x1
    b 2f
    .cfi_endproc
    .size rt_switch,.-rt_switch

    .globl rt_jump
    .hidden rt_jump
    .type rt_jump,%function
    .p2align 4
rt_jump:
    .cfi_startproc
    .cfi_undefined x30
    ldr w11, [x0, #16]
    msr fpcr, x11
2:  ldr x9, [x0]
    ldr x16, [x0, #8]
    mov sp, x9
    ldp x29, x30, [sp]
    ldp x19, x20, [sp, #16]
    ldp x21, x22, [sp, #32]
    ldp x23, x24, [sp, #48]
    ldp x25, x26, [sp, #64]
    ldp x27, x28, [sp, #80]
    ldp d8, d9, [sp, #96]
    ldp d10, d11, [sp, #112]
    ldp d12, d13, [sp, #128]
    ldp d14, d15, [sp, #144]
    add sp, sp, #160
    br x16
    .cfi_endproc
    .size rt_jump,.-rt_jump

    .globl rt_entry
    .hidden rt_entry
    .type rt_entry,%function
    .p2align 4
rt_entry:
    .cfi_startproc
    .cfi_undefined x30
    bti jc
    mov x29, #0
    mov x30, #0
    bl sched_entry
    brk #1
    .cfi_endproc
    .size rt_entry,.-rt_entry
#endif
    .section .note.GNU-stack,"",%progbits
