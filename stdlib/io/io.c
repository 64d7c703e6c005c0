/* SPDX-License-Identifier: MIT */
/*
 * Package io: the object behind all readers and writers, its methods called, the fixed errors.
 *
 * One struct for all of Go's interfaces: a handle that begins with its methods.  Concrete types
 * (os_file, net_conn) begin with it as well, so turning one into a reader costs nothing and
 * retains nothing; `go` counts it like any handle.  (A pair of function and object by value,
 * as sync_locker is, was rejected: `go` could not count what the pair refers to.)
 */
#include "io/io.h"
#include "errors/error.h"

static const errors_kind plain = {.name = "io"};
#define ERROR(name, text)                                               \
    static struct error_fixed fixed_##name = ERROR_FIXED(text, &plain); \
    const gocc_error gocc_##name = &fixed_##name.object

ERROR(io_eof, "EOF");
ERROR(io_err_unexpected_eof, "unexpected EOF");
ERROR(io_err_closed_pipe, "io: read/write on closed pipe");
ERROR(io_err_short_write, "short write");
ERROR(io_err_short_buffer, "short buffer");
ERROR(io_err_no_progress, "multiple Read calls return no data or error");

static struct error_fixed fixed_invalid_write = ERROR_FIXED("invalid write result", &plain);

/* ---- objects ---- */

void *io_object(size_t size, const struct handle_kind *kind, const io_methods *methods) {
    struct gocc__h_io *io = handle_new(size, kind);
    io->methods = methods;
    io->self = io;
    return io;
}

void io_destroy(void *h) {
    struct gocc__h_io *io = h;
    if (io->methods->destroy)
        io->methods->destroy(io->self);
}

static const struct handle_kind custom_kind = {"io", io_destroy};

io_readwritecloser *io_new(const io_methods *methods, void *self) {
    NIL_CHECK(methods);
    struct gocc__h_io *io = io_object(sizeof *io, &custom_kind, methods);
    io->self = self;
    return io;
}

static const char *name_of(const io_methods *m) {
    return m->name ? m->name : "object";
}

void *io_expect(io_reader *io, const io_methods *methods) {
    HANDLE_CHECK(io);
    if (io->methods != methods)
        panic_text("io: a %s where a %s is wanted", name_of(io->methods), name_of(methods));
    return io;
}

/* ---- methods ---- */

static _Noreturn void cannot(const io_methods *m, const char *what) {
    panic_text("io: a %s cannot %s", name_of(m), what);
}

#define METHOD(io, method)                  \
    do {                                    \
        HANDLE_CHECK(io);                   \
        if (!(io)->methods->method)         \
            cannot((io)->methods, #method); \
    } while (0)

/* A count that no call can have moved, such as the -1 of a system call, would lead the caller out
 * of his buffer. */
static void read_count(const io_methods *m, ssize_t got, size_t n, gocc_error e) {
    if (__builtin_expect(got < 0 || (size_t)got > n, 0)) {
        handle_release(e);
        panic_text("io: a %s returned %zd from a read of %zu bytes", name_of(m), got, n);
    }
}

static ssize_t write_count(ssize_t put, size_t n, gocc_error *e) {
    if (__builtin_expect(put >= 0 && (size_t)put <= n, 1))
        return put;
    if (!*e)
        *e = &fixed_invalid_write.object;
    return 0;
}

ssize_t gocc__io_read(io_reader *r, void *buffer, size_t n, gocc_error *err) {
    gocc_error e = NULL;
    METHOD(r, read);
    ssize_t got = r->methods->read(r->self, buffer, n, &e);
    read_count(r->methods, got, n, e);
    io_give(err, e);
    return got;
}

ssize_t gocc__io_write(io_writer *w, const void *data, size_t n, gocc_error *err) {
    gocc_error e = NULL;
    METHOD(w, write);
    ssize_t put = write_count(w->methods->write(w->self, data, n, &e), n, &e);
    io_give(err, e);
    return put;
}

gocc_error gocc__io_close(io_closer *c) {
    METHOD(c, close);
    return c->methods->close(c->self);
}

ssize_t gocc__io_read_at(io_readerat *r, void *buffer, size_t n, int64_t offset, gocc_error *err) {
    gocc_error e = NULL;
    METHOD(r, read_at);
    ssize_t got = r->methods->read_at(r->self, buffer, n, offset, &e);
    read_count(r->methods, got, n, e);
    io_give(err, e);
    return got;
}

ssize_t gocc__io_write_at(io_writerat *w, const void *data, size_t n, int64_t offset,
                          gocc_error *err) {
    gocc_error e = NULL;
    METHOD(w, write_at);
    ssize_t put = write_count(w->methods->write_at(w->self, data, n, offset, &e), n, &e);
    io_give(err, e);
    return put;
}

int64_t gocc__io_seek(io_seeker *s, int64_t offset, int whence, gocc_error *err) {
    gocc_error e = NULL;
    METHOD(s, seek);
    int64_t at = s->methods->seek(s->self, offset, whence, &e);
    io_give(err, e);
    return at;
}
