/* SPDX-License-Identifier: MIT */
/*
 * Package io: readers and writers and what can be done with any of them; and what programs use
 * them with: pipes and files of package os, readers and buffers in memory.
 */
#ifndef GOCC_IO_H
#define GOCC_IO_H

#include <gocc/base.h>
#include <gocc/errors.h>
#include <gocc/time.h>
#include <sys/types.h>

#define GOCC_EXPORT __attribute__((__visibility__("default")))

/* Go's interfaces: one counted object that can do what its methods can. */
typedef struct gocc__h_io io_reader;
typedef struct gocc__h_io io_writer;
typedef struct gocc__h_io io_closer;
typedef struct gocc__h_io io_readcloser;
typedef struct gocc__h_io io_writecloser;
typedef struct gocc__h_io io_readwriter;
typedef struct gocc__h_io io_readwritecloser;
typedef struct gocc__h_io io_readerat;
typedef struct gocc__h_io io_writerat;
typedef struct gocc__h_io io_seeker;
typedef struct gocc__h_io io_readseeker;
typedef struct gocc__h_io io_writeseeker;
typedef struct gocc__h_io io_readwriteseeker;
typedef struct gocc__h_io io_readseekcloser;

/* What Go does by implementing the interfaces.  A member may be NULL, err never is, and *err is
 * NULL when a method begins. */
typedef struct io_methods {
    const char *name; /* for messages */
    ssize_t (*read)(void *self, void *buffer, size_t n, gocc_error *err);
    ssize_t (*write)(void *self, const void *data, size_t n, gocc_error *err);
    gocc_error (*close)(void *self);
    ssize_t (*read_at)(void *self, void *buffer, size_t n, int64_t offset, gocc_error *err);
    ssize_t (*write_at)(void *self, const void *data, size_t n, int64_t offset, gocc_error *err);
    int64_t (*seek)(void *self, int64_t offset, int whence, gocc_error *err);
    int64_t (*write_to)(void *self, io_writer *to, gocc_error *err);    /* io_copy prefers */
    int64_t (*read_from)(void *self, io_reader *from, gocc_error *err); /* these two */
    void (*destroy)(void *self);                                        /* last reference */
} io_methods;
struct gocc__h_io {
    const io_methods *methods;
    void *self;
};
io_readwritecloser *io_new(const io_methods *methods, void *self) GOCC_SYMBOL(io_new);

typedef struct gocc__h_os_file os_file;
typedef struct gocc__h_net_conn net_conn;
typedef struct gocc__h_http_responsewriter http_responsewriter;

/* Whatever can be read or written, as a reader or writer: the same object.  The last is there for
 * the compiler's message about anything else, which names it. */
static __inline__ io_readwritecloser *gocc__io_of_io(io_reader *x) {
    return x;
}
static __inline__ io_readwritecloser *gocc__io_of_file(os_file *x) {
    return (io_readwritecloser *)x;
}
static __inline__ io_readwritecloser *gocc__io_of_conn(net_conn *x) {
    return (io_readwritecloser *)x;
}
static __inline__ io_readwritecloser *gocc__io_of_responsewriter(http_responsewriter *x) {
    return (io_readwritecloser *)x;
}
struct io_reader_or_os_file_or_net_conn_or_http_responsewriter {
    char gocc__none;
};
io_readwritecloser *gocc__io_of(struct io_reader_or_os_file_or_net_conn_or_http_responsewriter x);
/* clang-format off */
#define io_of(x)                                                                             \
    (__extension__ _Generic((x),                                                             \
     io_reader *: gocc__io_of_io, os_file *: gocc__io_of_file, net_conn *: gocc__io_of_conn, \
     http_responsewriter *: gocc__io_of_responsewriter, default: gocc__io_of)(x))
/* clang-format on */

/* ---- errors: fixed objects, releasing them does nothing ---- */
#define GOCC_FIXED_ERROR(name) extern const gocc_error gocc_##name GOCC_EXPORT
GOCC_FIXED_ERROR(io_eof);
GOCC_FIXED_ERROR(io_err_unexpected_eof);
GOCC_FIXED_ERROR(io_err_closed_pipe);
GOCC_FIXED_ERROR(io_err_short_write);
GOCC_FIXED_ERROR(io_err_short_buffer);
GOCC_FIXED_ERROR(io_err_no_progress);
GOCC_FIXED_ERROR(os_err_deadline_exceeded);
GOCC_FIXED_ERROR(os_err_closed);
GOCC_FIXED_ERROR(os_err_not_exist);
GOCC_FIXED_ERROR(os_err_exist);
GOCC_FIXED_ERROR(os_err_permission);
#define IO_EOF                   gocc_io_eof
#define IO_ERR_UNEXPECTED_EOF    gocc_io_err_unexpected_eof
#define IO_ERR_CLOSED_PIPE       gocc_io_err_closed_pipe
#define IO_ERR_SHORT_WRITE       gocc_io_err_short_write
#define IO_ERR_SHORT_BUFFER      gocc_io_err_short_buffer
#define IO_ERR_NO_PROGRESS       gocc_io_err_no_progress
#define OS_ERR_DEADLINE_EXCEEDED gocc_os_err_deadline_exceeded
#define OS_ERR_CLOSED            gocc_os_err_closed
#define OS_ERR_NOT_EXIST         gocc_os_err_not_exist
#define OS_ERR_EXIST             gocc_os_err_exist
#define OS_ERR_PERMISSION        gocc_os_err_permission
int os_errno(gocc_error err) GOCC_SYMBOL(os_errno); /* of the call that failed, 0: none did */

#define IO_SEEK_START   0
#define IO_SEEK_CURRENT 1
#define IO_SEEK_END     2

/* ---- the methods ----
 * A read gives at least one byte or an error, IO_EOF at the end; a write gives all or an error.
 * Both return the bytes that were moved, never less than 0. */
ssize_t gocc__io_read(io_reader *r, void *buffer, size_t n, gocc_error *err) GOCC_EXPORT;
ssize_t gocc__io_write(io_writer *w, const void *data, size_t n, gocc_error *err) GOCC_EXPORT;
gocc_error gocc__io_close(io_closer *c) GOCC_EXPORT;
ssize_t gocc__io_read_at(io_readerat *r, void *buffer, size_t n, int64_t offset,
                         gocc_error *err) GOCC_EXPORT;
ssize_t gocc__io_write_at(io_writerat *w, const void *data, size_t n, int64_t offset,
                          gocc_error *err) GOCC_EXPORT;
int64_t gocc__io_seek(io_seeker *s, int64_t offset, int whence, gocc_error *err) GOCC_EXPORT;
#define io_reader_read(r, buffer, n, err)           gocc__io_read(io_of(r), buffer, n, err)
#define io_writer_write(w, data, n, err)            gocc__io_write(io_of(w), data, n, err)
#define io_closer_close(c)                          gocc__io_close(io_of(c))
#define io_readerat_read_at(r, buffer, n, off, err) gocc__io_read_at(io_of(r), buffer, n, off, err)
#define io_writerat_write_at(w, data, n, off, err)  gocc__io_write_at(io_of(w), data, n, off, err)
#define io_seeker_seek(s, off, whence, err)         gocc__io_seek(io_of(s), off, whence, err)
#define io_readcloser_read(r, buffer, n, err)       io_reader_read(r, buffer, n, err)
#define io_readcloser_close(r)                      io_closer_close(r)
#define io_writecloser_write(w, data, n, err)       io_writer_write(w, data, n, err)
#define io_writecloser_close(w)                     io_closer_close(w)
#define io_readwriter_read(r, buffer, n, err)       io_reader_read(r, buffer, n, err)
#define io_readwriter_write(w, data, n, err)        io_writer_write(w, data, n, err)
#define io_readwritecloser_read(r, buffer, n, err)  io_reader_read(r, buffer, n, err)
#define io_readwritecloser_write(w, data, n, err)   io_writer_write(w, data, n, err)
#define io_readwritecloser_close(c)                 io_closer_close(c)

/* ---- with any reader and writer ---- */
int64_t gocc__io_copy(io_writer *to, io_reader *from, gocc_error *err) GOCC_EXPORT;
int64_t gocc__io_copy_n(io_writer *to, io_reader *from, int64_t n, gocc_error *err) GOCC_EXPORT;
int64_t gocc__io_copy_buffer(io_writer *to, io_reader *from, void *buffer, size_t n,
                             gocc_error *err) GOCC_EXPORT;
char *gocc__io_read_all(io_reader *r, size_t *n, gocc_error *err) GOCC_EXPORT;
ssize_t gocc__io_read_at_least(io_reader *r, void *buffer, size_t n, size_t min,
                               gocc_error *err) GOCC_EXPORT;
ssize_t gocc__io_write_string(io_writer *w, const char *text, gocc_error *err) GOCC_EXPORT;
#define io_copy(to, from, err)              gocc__io_copy(io_of(to), io_of(from), err)
#define io_copy_n(to, from, n, err)         gocc__io_copy_n(io_of(to), io_of(from), n, err)
#define io_copy_buffer(to, from, b, n, err) gocc__io_copy_buffer(io_of(to), io_of(from), b, n, err)
/* malloc's memory, free() it; a zero byte follows the n */
#define io_read_all(r, n, err) gocc__io_read_all(io_of(r), n, err)
#define io_read_at_least(r, buffer, n, min, err) \
    gocc__io_read_at_least(io_of(r), buffer, n, min, err)
#define io_read_full(r, buffer, n, err)                                  \
    __extension__({                                                      \
        size_t gocc__n = (n);                                            \
        gocc__io_read_at_least(io_of(r), buffer, gocc__n, gocc__n, err); \
    })
ssize_t gocc__fmt_fprintf(io_writer *w, const char *format, ...) GOCC_EXPORT
    __attribute__((__format__(__printf__, 2, 3)));
#define fmt_fprintf(w, ...)           gocc__fmt_fprintf(io_of(w), __VA_ARGS__) /* printf's formats */
#define io_write_string(w, text, err) gocc__io_write_string(io_of(w), text, err)

/* ---- readers and writers of others; handles, which keep theirs ---- */
io_reader *gocc__io_limit_reader(io_reader *r, int64_t n) GOCC_EXPORT;
io_reader *gocc__io_tee_reader(io_reader *r, io_writer *w) GOCC_EXPORT;
io_readcloser *gocc__io_nop_closer(io_reader *r) GOCC_EXPORT;
io_reader *io_multi_reader_list(io_reader *const *list, size_t n) GOCC_SYMBOL(io_multi_reader_list);
io_writer *io_multi_writer_list(io_writer *const *list, size_t n) GOCC_SYMBOL(io_multi_writer_list);
#define io_limit_reader(r, n) gocc__io_limit_reader(io_of(r), n)
#define io_tee_reader(r, w)   gocc__io_tee_reader(io_of(r), io_of(w))
#define io_nop_closer(r)      gocc__io_nop_closer(io_of(r))
#define io_multi_reader(...)  io_multi_reader_list(GOCC_IO_LIST(__VA_ARGS__))
#define io_multi_writer(...)  io_multi_writer_list(GOCC_IO_LIST(__VA_ARGS__))
/* up to eight; more go through the _list forms */
#define GOCC_IO_LIST(...)                                                                      \
    (io_reader *const[]){GOCC_IO_PICK(__VA_ARGS__, GOCC_IO_8, GOCC_IO_7, GOCC_IO_6, GOCC_IO_5, \
                                      GOCC_IO_4, GOCC_IO_3, GOCC_IO_2, GOCC_IO_1,              \
                                      0)(__VA_ARGS__)},                                        \
        GOCC_IO_PICK(__VA_ARGS__, 8, 7, 6, 5, 4, 3, 2, 1, 0)
#define GOCC_IO_PICK(a, b, c, d, e, f, g, h, n, ...) n
#define GOCC_IO_1(a)                                 io_of(a)
#define GOCC_IO_2(a, ...)                            io_of(a), GOCC_IO_1(__VA_ARGS__)
#define GOCC_IO_3(a, ...)                            io_of(a), GOCC_IO_2(__VA_ARGS__)
#define GOCC_IO_4(a, ...)                            io_of(a), GOCC_IO_3(__VA_ARGS__)
#define GOCC_IO_5(a, ...)                            io_of(a), GOCC_IO_4(__VA_ARGS__)
#define GOCC_IO_6(a, ...)                            io_of(a), GOCC_IO_5(__VA_ARGS__)
#define GOCC_IO_7(a, ...)                            io_of(a), GOCC_IO_6(__VA_ARGS__)
#define GOCC_IO_8(a, ...)                            io_of(a), GOCC_IO_7(__VA_ARGS__)

typedef struct gocc__h_io io_sectionreader;
io_sectionreader *gocc__io_new_section_reader(io_readerat *r, int64_t offset,
                                              int64_t n) GOCC_EXPORT;
#define io_new_section_reader(r, offset, n) gocc__io_new_section_reader(io_of(r), offset, n)
typedef struct gocc__h_io io_offsetwriter;
io_offsetwriter *gocc__io_new_offset_writer(io_writerat *w, int64_t offset) GOCC_EXPORT;
#define io_new_offset_writer(w, offset)                gocc__io_new_offset_writer(io_of(w), offset)
#define io_offsetwriter_write(w, data, n, err)         io_writer_write(w, data, n, err)
#define io_offsetwriter_write_at(w, data, n, off, err) io_writerat_write_at(w, data, n, off, err)
#define io_offsetwriter_seek(w, off, whence, err)      io_seeker_seek(w, off, whence, err)
int64_t io_sectionreader_size(io_sectionreader *s) GOCC_SYMBOL(io_sectionreader_size);
#define io_sectionreader_read(r, buffer, n, err)         io_reader_read(r, buffer, n, err)
#define io_sectionreader_read_at(r, buffer, n, off, err) io_readerat_read_at(r, buffer, n, off, err)
#define io_sectionreader_seek(r, off, whence, err)       io_seeker_seek(r, off, whence, err)

extern io_writer *const gocc_io_discard GOCC_EXPORT;
#define IO_DISCARD gocc_io_discard
#define io_discard gocc_io_discard

/* ---- the pipe in memory: a write waits until its bytes are read ---- */
typedef struct gocc__h_io io_pipereader;
typedef struct gocc__h_io io_pipewriter;
io_pipereader *io_pipe(io_pipewriter **w) GOCC_SYMBOL(io_pipe);
gocc_error io_pipereader_close_with_error(io_pipereader *r, gocc_error err)
    GOCC_SYMBOL(io_pipereader_close_with_error);
gocc_error io_pipewriter_close_with_error(io_pipewriter *w, gocc_error err)
    GOCC_SYMBOL(io_pipewriter_close_with_error);
#define io_pipereader_read(r, buffer, n, err) io_reader_read(r, buffer, n, err)
#define io_pipereader_close(r)                io_closer_close(r)
#define io_pipewriter_write(w, data, n, err)  io_writer_write(w, data, n, err)
#define io_pipewriter_close(w)                io_closer_close(w)

/* ---- memory ---- */
typedef struct gocc__h_io strings_reader;
typedef struct gocc__h_io bytes_reader;
typedef struct gocc__h_io bytes_buffer;
/* of bytes that stay the caller's */
strings_reader *strings_new_reader(const char *text) GOCC_SYMBOL(strings_new_reader);
bytes_reader *bytes_new_reader(const void *data, size_t n) GOCC_SYMBOL(bytes_new_reader);
/* begins with a copy of the bytes */
bytes_buffer *bytes_new_buffer(const void *data, size_t n) GOCC_SYMBOL(bytes_new_buffer);
bytes_buffer *bytes_new_buffer_string(const char *text) GOCC_SYMBOL(bytes_new_buffer_string);
/* what has not been read; lent until the next change */
char *bytes_buffer_bytes(bytes_buffer *b, size_t *n) GOCC_SYMBOL(bytes_buffer_bytes);
char *bytes_buffer_string(bytes_buffer *b) GOCC_SYMBOL(bytes_buffer_string);
size_t bytes_buffer_len(bytes_buffer *b) GOCC_SYMBOL(bytes_buffer_len);
void bytes_buffer_reset(bytes_buffer *b) GOCC_SYMBOL(bytes_buffer_reset);
#define bytes_buffer_read(b, buffer, n, err)    io_reader_read(b, buffer, n, err)
#define bytes_buffer_write(b, data, n, err)     io_writer_write(b, data, n, err)
#define bytes_buffer_write_string(b, text, err) io_write_string(b, text, err)

/* ---- files and pipes of the kernel ----
 * Reads and writes of pipes, terminals and sockets park the goroutine; on a file they block, and
 * the processor is handed on. */
os_file *os_pipe(os_file **w, gocc_error *err) GOCC_SYMBOL(os_pipe);
os_file *os_new_file(int fd, const char *name) GOCC_SYMBOL(os_new_file); /* takes fd over */
os_file *os_open(const char *name, gocc_error *err) GOCC_SYMBOL(os_open);
os_file *os_create(const char *name, gocc_error *err) GOCC_SYMBOL(os_create);
os_file *os_open_file(const char *name, int flags, unsigned mode, gocc_error *err)
    GOCC_SYMBOL(os_open_file);
ssize_t os_file_read(os_file *f, void *buffer, size_t n, gocc_error *err) GOCC_SYMBOL(os_file_read);
ssize_t os_file_read_at(os_file *f, void *buffer, size_t n, int64_t offset, gocc_error *err)
    GOCC_SYMBOL(os_file_read_at);
ssize_t os_file_write(os_file *f, const void *data, size_t n, gocc_error *err)
    GOCC_SYMBOL(os_file_write);
ssize_t os_file_write_at(os_file *f, const void *data, size_t n, int64_t offset, gocc_error *err)
    GOCC_SYMBOL(os_file_write_at);
ssize_t os_file_write_string(os_file *f, const char *text, gocc_error *err)
    GOCC_SYMBOL(os_file_write_string);
int64_t os_file_seek(os_file *f, int64_t offset, int whence, gocc_error *err)
    GOCC_SYMBOL(os_file_seek);
gocc_error os_file_close(os_file *f) GOCC_SYMBOL(os_file_close);
int os_file_fd(os_file *f) GOCC_SYMBOL(os_file_fd);             /* -1 when it is closed */
const char *os_file_name(os_file *f) GOCC_SYMBOL(os_file_name); /* lent */
gocc_error os_file_set_deadline(os_file *f, time_time t) GOCC_SYMBOL(os_file_set_deadline);
gocc_error os_file_set_read_deadline(os_file *f, time_time t)
    GOCC_SYMBOL(os_file_set_read_deadline);
gocc_error os_file_set_write_deadline(os_file *f, time_time t)
    GOCC_SYMBOL(os_file_set_write_deadline);

#endif
