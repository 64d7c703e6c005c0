/* SPDX-License-Identifier: MIT */
/*
 * A descriptor that goroutines share.
 *
 * Invariants
 *  - Its number is used only between fd_ref() and fd_unref(), or fd_turn() and fd_turn_over();
 *    closing sets the state's CLOSED, and who gives up the last use after that closes the
 *    number.  So no call ever meets the same number with another file behind it.
 *  - One goroutine at a time reads, one writes: parts of two writes never mix.  The others
 *    wait for their turn in arrival order, also while the first waits for the peer.
 *  - After the closing nobody gets a turn, and whoever waits, for the peer or the turn, is woken.
 *    The closing returns when the number is free, so one may listen at the same address again.
 *    (testsuite/model/fd.pml goes through all of it.)
 *
 * state: CLOSED, two locks, 20 bits of uses, 20 of waiting readers, 20 of waiting writers; one
 * compare-and-swap begins a call, one ends it.  (A mutex per direction and a count of uses
 * were three locked instructions each.)  Orders: acquire when a turn begins, release when it
 * ends, so that `empty` and what op touches pass from turn to turn; the same pair for uses
 * makes the calls come before the closing of the number.
 *
 * A read that got less than it asked for has emptied a TCP socket, and what comes afterwards
 * is a new event (they are edge-triggered): the next read waits at once and saves the call
 * that would say EAGAIN, a quarter of an echo server's calls.  Not after the peer's end has
 * been announced, for that came with the data, perhaps; nor after out-of-band data, which cuts
 * reads short; nor on Unix sockets, where the borders of messages with descriptors do.
 *
 * errno is read through gocc__errno(), for a goroutine changes threads where it waits and the
 * compiler would keep the address of the first one's.
 */
#include "io/fd.h"
#include "errors/error.h"
#include <errno.h>
#include <fcntl.h>
#include <gocc/io.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#define CLOSED     UINT64_C(1)
#define LOCK(dir)  (UINT64_C(2) << (dir))
#define USE        (UINT64_C(1) << 3)
#define USES       (UINT64_C(0xfffff) << 3)
#define WAITER(d)  (UINT64_C(1) << (23 + 20 * (d)))
#define WAITERS(d) (UINT64_C(0xfffff) << (23 + 20 * (d)))
#define BIG        (1 << 30) /* more than 2 GiB is more than one call takes */

static uint64_t look(struct fd *f) {
    return __atomic_load_n(&f->state, __ATOMIC_RELAXED);
}

static bool change(struct fd *f, uint64_t *was, uint64_t now) {
    return __atomic_compare_exchange_n(&f->state, was, now, 0, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
}

static void check_room(uint64_t state, uint64_t field) {
    if ((state & field) == field)
        panic_text("too many concurrent operations on a single file or socket (max 1048575)");
}

/* ---- uses and turns ---- */

static bool fd_ref(struct fd *f) {
    uint64_t was = look(f);
    do {
        if (was & CLOSED)
            return false;
        check_room(was, USES);
    } while (!change(f, &was, was + USE));
    return true;
}

static bool fd_turn(struct fd *f, enum fd_dir dir) {
    uint64_t was = look(f);
    for (;;) {
        if (was & CLOSED)
            return false;
        bool taken = was & LOCK(dir);
        check_room(was, taken ? WAITERS(dir) : USES);
        if (!change(f, &was, taken ? was + WAITER(dir) : (was | LOCK(dir)) + USE))
            continue;
        if (!taken)
            return true;
        sema_acquire(SEMA(&f->sema[dir]), false, WAIT_IO);
        was = look(f);
    }
}

/* The last use after the closing.  With the release f may be gone. */
static void finish(struct fd *f) {
    if (f->pd)
        poll_close(f->pd);
    close(f->fd);
    sema_release(SEMA(&f->gone), false);
}

static void fd_unref(struct fd *f) {
    uint64_t now = __atomic_sub_fetch(&f->state, USE, __ATOMIC_ACQ_REL);
    if ((now & (CLOSED | USES)) == CLOSED)
        finish(f);
}

static void fd_turn_over(struct fd *f, enum fd_dir dir) {
    uint64_t was = look(f);
    uint64_t now;
    bool waited;
    do {
        waited = was & WAITERS(dir);
        now = (was & ~LOCK(dir)) - USE - (waited ? WAITER(dir) : 0);
    } while (!change(f, &was, now));
    if (waited)
        sema_release(SEMA(&f->sema[dir]), false);
    if ((now & (CLOSED | USES)) == CLOSED)
        finish(f);
}

static void wake_turns(struct fd *f, uint64_t was) {
    for (int dir = 0; dir < 2; dir++) {
        for (uint64_t n = (was & WAITERS(dir)) / WAITER(dir); n > 0; n--)
            sema_release(SEMA(&f->sema[dir]), false);
    }
}

/* ---- opening and closing ---- */

static int set_nonblocking(int fd) {
    int flags = fcntl(fd, F_GETFL);
    if (flags < 0 || (!(flags & O_NONBLOCK) && fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0))
        return *gocc__errno();
    return 0;
}

static int register_fd(struct fd *f) {
    f->pd = poll_open(f->fd);
    return f->pd ? 0 : *gocc__errno();
}

/* EPERM: a file or a directory, which is always ready.  Standard input and output are shared
 * with other processes, which do not expect them to say EAGAIN. */
int fd_open(struct fd *f, int fd) {
    f->fd = fd;
    if (fd <= 2 && !(fcntl(fd, F_GETFL) & O_NONBLOCK))
        return 0;
    int err = register_fd(f);
    if (err)
        return err == EPERM ? 0 : err;
    err = set_nonblocking(fd);
    if (err)
        poll_close(f->pd);
    return err;
}

bool fd_close(struct fd *f) {
    uint64_t was = look(f);
    do {
        if (was & CLOSED)
            return false;
        check_room(was, USES);
    } while (!change(f, &was, ((was & ~WAITERS(0) & ~WAITERS(1)) | CLOSED) + USE));
    if (f->pd)
        poll_evict(f->pd);
    wake_turns(f, was);
    bool soon = f->pd != NULL; /* a call that blocks may take for ever */
    fd_unref(f);
    if (soon)
        sema_acquire(SEMA(&f->gone), false, WAIT_IO);
    return true;
}

/* ---- calls ---- */

static int wait_failed(enum poll_result r) {
    return r == POLL_CLOSED ? FD_CLOSED : r == POLL_TIMEOUT ? FD_TIMEOUT : 0;
}

static int wait_ready(struct fd *f, enum fd_dir dir) {
    return wait_failed(poll_wait(f->pd, dir == FD_WRITE ? 'w' : 'r'));
}

/* The turn is ours. */
static ssize_t repeat(struct fd *f, enum fd_dir dir, fd_op op, void *arg, int *err) {
    *err = f->pd ? wait_failed(poll_check(f->pd, dir == FD_WRITE ? 'w' : 'r')) : 0;
    while (*err == 0) {
        ssize_t n = op(f->fd, arg);
        if (n >= 0)
            return n;
        if (n == -EAGAIN && f->pd)
            *err = wait_ready(f, dir);
        else if (n != -EINTR)
            *err = (int)-n;
    }
    return 0;
}

ssize_t fd_do(struct fd *f, enum fd_dir dir, fd_op op, void *arg, int *err) {
    if (!fd_turn(f, dir)) {
        *err = FD_CLOSED;
        return 0;
    }
    ssize_t n = repeat(f, dir, op, arg, err);
    fd_turn_over(f, dir);
    return n;
}

ssize_t fd_quick(struct fd *f, fd_op op, void *arg) {
    if (!fd_ref(f))
        return -FD_CLOSED;
    ssize_t n = op(f->fd, arg);
    fd_unref(f);
    return n;
}

struct bytes {
    union {
        void *to;
        const char *from;
    } at;
    size_t n;
};

static ssize_t call_read(int fd, void *arg) {
    struct bytes *b = arg;
    ssize_t n = read(fd, b->at.to, b->n);
    return n < 0 ? -*gocc__errno() : n;
}

/* Not recvfrom(), from which the race detector learns of no order. */
static ssize_t call_recv(int fd, void *arg) {
    struct bytes *b = arg;
    ssize_t n = recv(fd, b->at.to, b->n, 0);
    return n < 0 ? -*gocc__errno() : n;
}

static ssize_t call_write(int fd, void *arg) {
    struct bytes *b = arg;
    ssize_t n = write(fd, b->at.from, b->n);
    return n < 0 ? -*gocc__errno() : n;
}

static ssize_t call_send(int fd, void *arg) {
    struct bytes *b = arg;
    ssize_t n = send(fd, b->at.from, b->n, MSG_NOSIGNAL);
    return n < 0 ? -*gocc__errno() : n;
}

static ssize_t read_by(struct fd *f, fd_op op, void *buf, size_t n, int *err) {
    struct bytes b = {.at.to = buf, .n = f->stream && n > BIG ? BIG : n};
    ssize_t got = 0;
    *err = FD_CLOSED;
    if (!fd_turn(f, FD_READ))
        return 0;
    *err = 0;
    if (f->empty && n > 0)
        *err = wait_ready(f, FD_READ);
    if (*err == 0 && n > 0) {
        got = repeat(f, FD_READ, op, &b, err);
        f->empty = f->tells_all && *err == 0 && got > 0 && (size_t)got < b.n && !poll_eager(f->pd);
        if (got == 0 && *err == 0 && !f->datagrams)
            *err = FD_EOF;
    }
    fd_turn_over(f, FD_READ);
    return got;
}

static ssize_t write_by(struct fd *f, fd_op op, const void *buf, size_t n, int *err) {
    size_t done = 0;
    *err = FD_CLOSED;
    if (!fd_turn(f, FD_WRITE))
        return 0;
    do {
        size_t part = n - done;
        struct bytes b = {.at.from = (const char *)buf + done,
                          .n = f->stream && part > BIG ? BIG : part};
        ssize_t put = repeat(f, FD_WRITE, op, &b, err);
        if (put == 0 && part > 0 && *err == 0)
            *err = EIO; /* or we would turn for ever */
        done += (size_t)put;
    } while (*err == 0 && done < n && f->stream);
    fd_turn_over(f, FD_WRITE);
    return (ssize_t)done;
}

ssize_t fd_read(struct fd *f, void *buf, size_t n, int *err) {
    return read_by(f, call_read, buf, n, err);
}

ssize_t fd_write(struct fd *f, const void *buf, size_t n, int *err) {
    return write_by(f, call_write, buf, n, err);
}

ssize_t fd_recv(struct fd *f, void *buf, size_t n, int *err) {
    return read_by(f, call_recv, buf, n, err);
}

ssize_t fd_send(struct fd *f, const void *buf, size_t n, int *err) {
    return write_by(f, call_send, buf, n, err);
}

/* ---- deadlines ---- */

static int64_t by_clock(time_time t) {
    int64_t left = time_until(t);
    int64_t now = clock_mono();
    if (time_time_is_zero(t))
        return 0;
    if (left <= 0)
        return 1;
    return left > INT64_MAX - now ? INT64_MAX : now + left;
}

int fd_set_deadline(struct fd *f, bool read, bool write, time_time t) {
    if (!fd_ref(f))
        return FD_CLOSED;
    if (f->pd) {
        int64_t when = by_clock(t);
        sync_mutex_lock(&f->set);
        if (read)
            poll_set_deadline(f->pd, 'r', when);
        if (write)
            poll_set_deadline(f->pd, 'w', when);
        sync_mutex_unlock(&f->set);
    }
    bool can = f->pd != NULL;
    fd_unref(f);
    return can ? 0 : EOPNOTSUPP;
}

/* ---- errors ---- */

static const errors_kind timeout_kind = {.name = "os.ErrDeadlineExceeded", .timeout = true};
static struct error_fixed deadline_exceeded = ERROR_FIXED("i/o timeout", &timeout_kind);
const gocc_error gocc_os_err_deadline_exceeded = &deadline_exceeded.object;

/* Go's errors.Is(err, os.ErrNotExist) and so on, by number. */
static bool errno_is(const void *data, gocc_error target) {
    int err = (int)(intptr_t)data;
    return (target == OS_ERR_NOT_EXIST && err == ENOENT) ||
           (target == OS_ERR_EXIST && (err == EEXIST || err == ENOTEMPTY)) ||
           (target == OS_ERR_PERMISSION && (err == EACCES || err == EPERM));
}
static const errors_kind errno_kind = {.name = "syscall.Errno", .is = errno_is};
static const errors_kind errno_timeout_kind = {
    .name = "syscall.Errno", .is = errno_is, .timeout = true};

bool fd_is_timeout(int err) {
    return err == FD_TIMEOUT || err == ETIMEDOUT || err == EAGAIN;
}

/* glibc's texts are Go's but for the capital. */
gocc_error fd_cause(int err, gocc_error closed) {
    char text[128];
    char buffer[128];
    if (err == FD_TIMEOUT)
        return OS_ERR_DEADLINE_EXCEEDED;
    if (err == FD_CLOSED)
        return closed;
    if (err == FD_EOF)
        return IO_EOF;
    snprintf(text, sizeof text, "%s", strerror_r(err, buffer, sizeof buffer));
    if (text[0] >= 'A' && text[0] <= 'Z' && text[1] >= 'a' && text[1] <= 'z')
        text[0] = (char)(text[0] - 'A' + 'a');
    return errors_new_kind(fd_is_timeout(err) ? &errno_timeout_kind : &errno_kind,
                           (void *)(intptr_t)err, "%s", text);
}

int os_errno(gocc_error err) {
    void *data = NULL;
    if (errors_as(err, &errno_kind, &data) || errors_as(err, &errno_timeout_kind, &data))
        return (int)(intptr_t)data;
    return 0;
}
