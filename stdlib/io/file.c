/* SPDX-License-Identifier: MIT */
/*
 * Package os's pipes and files.
 *
 * A pipe or terminal parks who waits for it.  The kernel knows no waiting for a file on a disk:
 * such a call blocks its thread, and the processor is handed on (sysmon.c).
 */
#include "errors/error.h"
#include "io/fd.h"
#include "io/io.h"
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static const errors_kind path_kind = {.name = "fs.PathError"};
static const errors_kind path_timeout_kind = {.name = "fs.PathError", .timeout = true};
#define ERROR(name, text)                                                    \
    static struct error_fixed fixed_##name = ERROR_FIXED(text, &fixed_kind); \
    const gocc_error gocc_##name = &fixed_##name.object
static const errors_kind fixed_kind = {.name = "os"};
ERROR(os_err_closed, "file already closed");
ERROR(os_err_not_exist, "file does not exist");
ERROR(os_err_exist, "file already exists");
ERROR(os_err_permission, "permission denied");

struct gocc__h_os_file {
    struct gocc__h_io io;
    struct fd fd;
    char name[];
};

/* "read NAME: i/o timeout" */
static gocc_error path_error(const char *op, const char *name, int err) {
    gocc_error cause = fd_cause(err, OS_ERR_CLOSED);
    gocc_error e = errors_new_kind(fd_is_timeout(err) ? &path_timeout_kind : &path_kind, NULL,
                                   "%s %s: %w", op, name, cause);
    handle_release(cause);
    return e;
}

static gocc_error result(os_file *f, const char *op, int err) {
    if (err == 0 || err == FD_EOF)
        return err ? IO_EOF : NULL;
    return path_error(op, f->name, err);
}

/* ---- reading and writing ---- */

ssize_t os_file_read(os_file *f, void *buffer, size_t n, gocc_error *err) {
    int e;
    HANDLE_CHECK(f);
    ssize_t got = fd_read(&f->fd, buffer, n, &e);
    io_give(err, result(f, "read", e));
    return got;
}

ssize_t os_file_write(os_file *f, const void *data, size_t n, gocc_error *err) {
    int e;
    HANDLE_CHECK(f);
    ssize_t put = fd_write(&f->fd, data, n, &e);
    io_give(err, result(f, "write", e));
    return put;
}

ssize_t os_file_write_string(os_file *f, const char *text, gocc_error *err) {
    NIL_CHECK(text);
    return os_file_write(f, text, strlen(text), err);
}

struct part {
    char *data;
    size_t n;
    int64_t offset;
    int whence;
};

static ssize_t call_pread(int fd, void *arg) {
    struct part *p = arg;
    ssize_t n = pread(fd, p->data, p->n, p->offset);
    return n < 0 ? -*gocc__errno() : n;
}

static ssize_t call_pwrite(int fd, void *arg) {
    struct part *p = arg;
    ssize_t n = pwrite(fd, p->data, p->n, p->offset);
    return n < 0 ? -*gocc__errno() : n;
}

static ssize_t call_seek(int fd, void *arg) {
    struct part *p = arg;
    off_t at = lseek(fd, p->offset, p->whence);
    return at < 0 ? -*gocc__errno() : at;
}

/* All of it; anybody may read and write at places of their own at the same time. */
static ssize_t whole(os_file *f, fd_op op, struct part p, int *err) {
    size_t n = p.n;
    *err = p.offset < 0 ? EINVAL : 0;
    while (p.n > 0 && *err == 0) {
        ssize_t done = fd_quick(&f->fd, op, &p);
        if (done > 0) {
            p.data += done;
            p.n -= (size_t)done;
            p.offset += done;
        } else if (done != -EINTR) {
            *err = done == 0 ? FD_EOF : (int)-done;
        }
    }
    return (ssize_t)(n - p.n);
}

static ssize_t refuse_offset(os_file *f, const char *call, gocc_error *err) {
    io_give(err, fmt_errorf("%s %s: negative offset", call, f->name));
    return 0;
}

ssize_t os_file_read_at(os_file *f, void *buffer, size_t n, int64_t offset, gocc_error *err) {
    int e;
    HANDLE_CHECK(f);
    if (offset < 0)
        return refuse_offset(f, "readat", err);
    ssize_t got = whole(f, call_pread, (struct part){buffer, n, offset, 0}, &e);
    io_give(err, result(f, "read", e));
    return got;
}

ssize_t os_file_write_at(os_file *f, const void *data, size_t n, int64_t offset, gocc_error *err) {
    int e;
    HANDLE_CHECK(f);
    if (offset < 0)
        return refuse_offset(f, "writeat", err);
    ssize_t put = whole(f, call_pwrite, (struct part){UNCONST(data), n, offset, 0}, &e);
    io_give(err, result(f, "write", e));
    return put;
}

int64_t os_file_seek(os_file *f, int64_t offset, int whence, gocc_error *err) {
    HANDLE_CHECK(f);
    struct part p = {.offset = offset, .whence = whence};
    ssize_t at = fd_quick(&f->fd, call_seek, &p);
    io_give(err, at < 0 ? path_error("seek", f->name, (int)-at) : NULL);
    return at < 0 ? 0 : at;
}

/* Who is woken by it may drop what was the last reference. */
gocc_error os_file_close(os_file *f) {
    HANDLE_CHECK(f);
    handle_retain(f);
    gocc_error err = fd_close(&f->fd) ? NULL : path_error("close", f->name, FD_CLOSED);
    handle_release(f);
    return err;
}

/* ---- what else is asked of a file ---- */

static ssize_t call_number(int fd, void *arg) {
    (void)arg;
    return fd;
}

int os_file_fd(os_file *f) {
    HANDLE_CHECK(f);
    ssize_t fd = fd_quick(&f->fd, call_number, NULL);
    return fd < 0 ? -1 : (int)fd;
}

const char *os_file_name(os_file *f) {
    HANDLE_CHECK(f);
    return f->name;
}

static gocc_error set_deadline(os_file *f, bool read, bool write, time_time t) {
    HANDLE_CHECK(f);
    int err = fd_set_deadline(&f->fd, read, write, t);
    if (err == EOPNOTSUPP)
        return fmt_errorf("set deadline %s: file type does not support deadline", f->name);
    return err ? path_error("set deadline", f->name, err) : NULL;
}

gocc_error os_file_set_deadline(os_file *f, time_time t) {
    return set_deadline(f, true, true, t);
}

gocc_error os_file_set_read_deadline(os_file *f, time_time t) {
    return set_deadline(f, true, false, t);
}

gocc_error os_file_set_write_deadline(os_file *f, time_time t) {
    return set_deadline(f, false, true, t);
}

/* ---- making them ---- */

static ssize_t method_read(void *self, void *buffer, size_t n, gocc_error *err) {
    return os_file_read(self, buffer, n, err);
}

static ssize_t method_write(void *self, const void *data, size_t n, gocc_error *err) {
    return os_file_write(self, data, n, err);
}

static gocc_error method_close(void *self) {
    return os_file_close(self);
}

static ssize_t method_read_at(void *self, void *buffer, size_t n, int64_t offset, gocc_error *err) {
    return os_file_read_at(self, buffer, n, offset, err);
}

static ssize_t method_write_at(void *self, const void *data, size_t n, int64_t offset,
                               gocc_error *err) {
    return os_file_write_at(self, data, n, offset, err);
}

static int64_t method_seek(void *self, int64_t offset, int whence, gocc_error *err) {
    return os_file_seek(self, offset, whence, err);
}

static void file_destroy(void *self) {
    fd_close(&((os_file *)self)->fd);
}

static const struct handle_kind file_kind = {"os_file", io_destroy};
static const io_methods file_methods = {
    .name = "os_file",
    .read = method_read,
    .write = method_write,
    .close = method_close,
    .read_at = method_read_at,
    .write_at = method_write_at,
    .seek = method_seek,
    .destroy = file_destroy,
};

static os_file *file_new(int fd, const char *name, int *err) {
    os_file *f = io_object(sizeof *f + strlen(name) + 1, &file_kind, &file_methods);
    strcpy(f->name, name);
    f->fd.stream = true;
    *err = fd_open(&f->fd, fd);
    if (*err == 0)
        return f;
    f->fd.state = 1; /* closed: nothing was taken over */
    handle_release(f);
    return NULL;
}

os_file *os_new_file(int fd, const char *name) {
    int err;
    NIL_CHECK(name);
    return fd < 0 ? NULL : file_new(fd, name, &err);
}

os_file *os_open_file(const char *name, int flags, unsigned mode, gocc_error *err) {
    NIL_CHECK(name);
    int fd;
    do
        fd = open(name, flags | O_CLOEXEC, mode);
    while (fd < 0 && *gocc__errno() == EINTR);
    int e = fd < 0 ? *gocc__errno() : 0;
    os_file *f = fd < 0 ? NULL : file_new(fd, name, &e);
    if (!f && fd >= 0)
        close(fd);
    io_give(err, f ? NULL : path_error("open", name, e));
    return f;
}

os_file *os_open(const char *name, gocc_error *err) {
    return os_open_file(name, O_RDONLY, 0, err);
}

os_file *os_create(const char *name, gocc_error *err) {
    return os_open_file(name, O_RDWR | O_CREAT | O_TRUNC, 0666, err);
}

static gocc_error pipe_error(int err) {
    gocc_error cause = fd_cause(err, OS_ERR_CLOSED);
    gocc_error e = fmt_errorf("pipe2: %w", cause);
    handle_release(cause);
    return e;
}

os_file *os_pipe(os_file **w, gocc_error *err) {
    NIL_CHECK(w);
    int ends[2];
    int e = pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0 ? *gocc__errno() : 0;
    os_file *r = NULL;
    *w = NULL;
    if (e == 0) {
        r = file_new(ends[0], "|0", &e);
        *w = e ? NULL : file_new(ends[1], "|1", &e);
        if (e)
            close(ends[1]);
        if (!r)
            close(ends[0]);
        else if (e)
            handle_release(r);
    }
    io_give(err, e ? pipe_error(e) : NULL);
    return *w ? r : NULL;
}
