/* SPDX-License-Identifier: MIT */
/* A descriptor that goroutines share: what files and sockets have in common. */
#ifndef GOCC_IO_FD_H
#define GOCC_IO_FD_H

#include "std.h"
#include <gocc/errors.h>
#include <gocc/sync.h>
#include <gocc/time.h>
#include <sys/types.h>

enum fd_dir { FD_READ, FD_WRITE };

struct fd {
    uint64_t state;   /* atomic, see fd.c */
    uint32_t sema[2]; /* those who wait for the turn in a direction */
    uint32_t gone;    /* who closed it waits until the number is free */
    int fd;
    bool stream;          /* no packets */
    bool datagrams;       /* a read of nothing is one of them, not the end */
    bool tells_all;       /* a short read has taken all there was, and what follows is an event */
    bool empty;           /* the last read was short; whose turn it is to read has it */
    sync_mutex set;       /* one deadline is set after the other */
    struct poll_desc *pd; /* NULL: a file, which blocks */
};

/* What went wrong beside the numbers of errno. */
enum { FD_CLOSED = 1 << 16, FD_TIMEOUT, FD_EOF };

/* Takes over a descriptor, makes it non-blocking and registers it; 0 or an errno value. */
int fd_open(struct fd *f, int fd) GOCC_PRIVATE(fd_open);
/* false: it was closed before.  Waiters come back with FD_CLOSED; the number is free again. */
bool fd_close(struct fd *f) GOCC_PRIVATE(fd_close);

/* One system call of a direction, in turn with the others of it.  op returns what the call
 * returned, or less errno; it is called again when it would have blocked, after a wait. */
typedef ssize_t (*fd_op)(int fd, void *arg);
ssize_t fd_do(struct fd *f, enum fd_dir dir, fd_op op, void *arg, int *err) GOCC_PRIVATE(fd_do);
/* Anything short that does not wait; FD_CLOSED, or what op returned. */
ssize_t fd_quick(struct fd *f, fd_op op, void *arg) GOCC_PRIVATE(fd_quick);

ssize_t fd_read(struct fd *f, void *buf, size_t n, int *err) GOCC_PRIVATE(fd_read);
ssize_t fd_write(struct fd *f, const void *buf, size_t n, int *err) GOCC_PRIVATE(fd_write);
/* The same by one call for sockets. */
ssize_t fd_recv(struct fd *f, void *buf, size_t n, int *err) GOCC_PRIVATE(fd_recv);
ssize_t fd_send(struct fd *f, const void *buf, size_t n, int *err) GOCC_PRIVATE(fd_send);
int fd_set_deadline(struct fd *f, bool read, bool write, time_time t) GOCC_PRIVATE(fd_set_deadline);

/* What err wraps in the end: OS_ERR_DEADLINE_EXCEEDED, closed, or an error of errno's text. */
gocc_error fd_cause(int err, gocc_error closed) GOCC_PRIVATE(fd_cause);
bool fd_is_timeout(int err) GOCC_PRIVATE(fd_is_timeout);

#endif
