/* SPDX-License-Identifier: MIT */
/*
 * Functions of C whose names are words that a program gives to something of its own, and that C's
 * library has under no other name: 'bool shutdown;' is right in C.  The library's objects call
 * these in their place (archive.sh).  A weak reference would not do, as the program's object is
 * found all the same; nor would dlsym(), which a static program has not.
 */
#include "rt.h"
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

int gocc__c_bind(int fd, const struct sockaddr *address, socklen_t size);
int gocc__c_kill(pid_t process, int sig);
int gocc__c_listen(int fd, int backlog);
ssize_t gocc__c_recv(int fd, void *buffer, size_t n, int flags);
int gocc__c_shutdown(int fd, int how);
int gocc__c_socket(int family, int type, int protocol);

int gocc__c_bind(int fd, const struct sockaddr *address, socklen_t size) {
    return (int)syscall(SYS_bind, fd, address, size);
}

int gocc__c_kill(pid_t process, int sig) {
    return (int)syscall(SYS_kill, process, sig);
}

int gocc__c_listen(int fd, int backlog) {
    return (int)syscall(SYS_listen, fd, backlog);
}

ssize_t gocc__c_recv(int fd, void *buffer, size_t n, int flags) {
    return syscall(SYS_recvfrom, fd, buffer, n, flags, NULL, NULL);
}

int gocc__c_shutdown(int fd, int how) {
    return (int)syscall(SYS_shutdown, fd, how);
}

int gocc__c_socket(int family, int type, int protocol) {
    return (int)syscall(SYS_socket, family, type, protocol);
}
