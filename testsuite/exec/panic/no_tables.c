/* Part of recover_past_c_without_tables.gc. */
#if defined(__x86_64__)
__asm__(".globl without_tables\nwithout_tables:\n\tsubq $8, %rsp\n\tmovq %rdi, %rax\n\t"
        "movl %esi, %edi\n\tcall *%rax\n\taddq $8, %rsp\n\tret");
#endif
