/* SPDX-License-Identifier: MIT */
/*
 * Atomic operations on a nil pointer, in programs with the race detector.
 *
 * The detector faults in the middle of such an operation, with its own locks held; a panic from
 * there, recovered, leaves the program hanging at its next atomic.  So the linker sends each of
 * them here first (--wrap, translator/link.c), where a pointer into the nil pages is read: that
 * fault is the program's own, at the place of its call.  A jump and no call, so that the detector
 * still sees the program's address as the caller.
 */
#if defined(__SANITIZE_THREAD__)
#define RACE 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define RACE 1
#endif
#endif

#ifdef RACE
    .text
    .macro checked name
    .globl __wrap_\name
    .hidden __wrap_\name
    .type __wrap_\name,@function
__wrap_\name:
    .cfi_startproc
#if defined(__x86_64__)
    cmpq $65536,%rdi
    jb 1f
    jmp __real_\name@PLT
1:  movb (%rdi),%al
    ud2
#else
    cmp x0,#16,lsl #12
    b.lo 1f
    b __real_\name
1:  ldrb w0,[x0]
    brk #1
#endif
    .cfi_endproc
    .size __wrap_\name,.-__wrap_\name
    .endm

    .irp size, 8, 16, 32, 64
    .irp op, load, store, exchange, fetch_add, fetch_sub, fetch_and, fetch_or, fetch_xor, fetch_nand, compare_exchange_strong, compare_exchange_weak, compare_exchange_val
    checked __tsan_atomic\size\()_\op
    .endr
    .endr
#endif
    .section .note.GNU-stack,"",@progbits
