/* SPDX-License-Identifier: MIT */
/* A kernel that refuses system calls. */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* n calls fail with err from now on, in all threads; third >= 0: only those whose third argument is
 * that. */
static inline void deny_here(const int *calls, int n, int err, int third) {
    struct sock_filter f[64];
    int at = 0;
    for (int i = 0; i < n; i++) {
        f[at++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
        f[at++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)calls[i], 0, third < 0 ? 1 : 3);
        if (third >= 0) {
            f[at++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[2]));
            f[at++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)third, 0, 1);
        }
        f[at++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (unsigned)err);
    }
    f[at++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    struct sock_fprog p = {(unsigned short)at, f};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
        syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &p))
        perror("seccomp");
}

/* The program once more, with such a filter from its beginning. */
static inline void deny(char **argv, const int *calls, int n, int err, int third) {
    if (getenv("DENIED"))
        return;
    setenv("DENIED", "1", 1);
    deny_here(calls, n, err, third);
    execv("/proc/self/exe", argv);
    perror("exec");
    exit(9);
}
