/* SPDX-License-Identifier: MIT */
/* Bytes in memory as readers and writers: strings.Reader, bytes.Reader, bytes.Buffer. */
#include "io/io.h"

static const struct handle_kind memory_kind = {"io", io_destroy};

struct memory {
    struct gocc__h_io io;
    char *data; /* of a reader: the caller's */
    size_t n, at, room;
};

static ssize_t memory_read(void *self, void *buffer, size_t n, gocc_error *err) {
    struct memory *m = self;
    size_t left = m->at < m->n ? m->n - m->at : 0;
    if (left == 0 && (n > 0 || !m->room)) { /* Go: a reader has ended, a buffer may get more */
        *err = IO_EOF;
        return 0;
    }
    n = n < left ? n : left;
    memcpy(buffer, m->data + m->at, n);
    m->at += n;
    return (ssize_t)n;
}

static int64_t memory_write_to(void *self, io_writer *to, gocc_error *err) {
    struct memory *m = self;
    size_t left = m->at < m->n ? m->n - m->at : 0;
    if (left == 0)
        return 0;
    ssize_t put = gocc__io_write(to, m->data + m->at, left, err);
    m->at += (size_t)put;
    if (!*err && (size_t)put < left)
        *err = IO_ERR_SHORT_WRITE;
    return put;
}

/* ---- readers ---- */

static ssize_t reader_read_at(void *self, void *buffer, size_t n, int64_t offset, gocc_error *err) {
    struct memory *m = self;
    if (offset < 0) {
        *err = errors_new("strings.Reader.ReadAt: negative offset");
        return 0;
    }
    size_t left = (size_t)offset < m->n ? m->n - (size_t)offset : 0;
    if (left < n || left == 0)
        *err = IO_EOF;
    n = n < left ? n : left;
    memcpy(buffer, m->data + (left ? offset : 0), n);
    return (ssize_t)n;
}

static int64_t reader_seek(void *self, int64_t offset, int whence, gocc_error *err) {
    struct memory *m = self;
    size_t from = whence == IO_SEEK_START ? 0 : whence == IO_SEEK_END ? m->n : m->at;
    int64_t to;
    bool bad = __builtin_add_overflow((int64_t)from, offset, &to) || to < 0;
    if (bad || whence < IO_SEEK_START || whence > IO_SEEK_END) {
        *err = errors_new(bad ? "strings.Reader.Seek: negative position"
                              : "strings.Reader.Seek: invalid whence");
        return 0;
    }
    m->at = (size_t)to;
    return to;
}

static const io_methods reader_methods = {
    .name = "reader of memory",
    .read = memory_read,
    .read_at = reader_read_at,
    .seek = reader_seek,
    .write_to = memory_write_to,
};

bytes_reader *bytes_new_reader(const void *data, size_t n) {
    struct memory *m = io_object(sizeof *m, &memory_kind, &reader_methods);
    m->data = UNCONST(data);
    m->n = n;
    return &m->io;
}

strings_reader *strings_new_reader(const char *text) {
    NIL_CHECK(text);
    return bytes_new_reader(text, strlen(text));
}

/* ---- buffers: what lies between at and n has not been read; a zero byte follows ---- */

static void buffer_reserve(struct memory *m, size_t more) {
    if (m->at == m->n)
        m->at = m->n = 0;
    if (m->n + more < m->room)
        return;
    memmove(m->data, m->data + m->at, m->n - m->at);
    m->n -= m->at;
    m->at = 0;
    if (m->n + more < m->room / 2)
        return;
    m->room = (m->n + more) * 2 + 64;
    m->data = realloc(m->data, m->room);
    if (!m->data)
        fatal_error("out of memory (%zu bytes)", m->room);
}

/* The bytes may be the buffer's own, which moves. */
static void buffer_add(struct memory *m, const void *data, size_t n) {
    size_t inside = (uintptr_t)data - (uintptr_t)m->data - m->at;
    bool own = m->data && inside < m->n - m->at;
    buffer_reserve(m, n + 1);
    if (n > 0)
        memcpy(m->data + m->n, own ? m->data + m->at + inside : data, n);
    m->n += n;
    m->data[m->n] = '\0';
}

static ssize_t buffer_write(void *self, const void *data, size_t n, gocc_error *err) {
    (void)err;
    buffer_add(self, data, n);
    return (ssize_t)n;
}

static int64_t buffer_read_from(void *self, io_reader *from, gocc_error *err) {
    struct memory *m = self;
    int64_t done = 0;
    while (!*err) {
        buffer_reserve(m, 513);
        ssize_t got = gocc__io_read(from, m->data + m->n, m->room - m->n - 1, err);
        m->n += (size_t)got;
        done += got;
    }
    m->data[m->n] = '\0';
    if (*err == IO_EOF)
        *err = NULL;
    return done;
}

static void buffer_destroy(void *self) {
    free(((struct memory *)self)->data);
}

static const io_methods buffer_methods = {
    .name = "bytes_buffer",
    .read = memory_read,
    .write = buffer_write,
    .write_to = memory_write_to,
    .read_from = buffer_read_from,
    .destroy = buffer_destroy,
};

bytes_buffer *bytes_new_buffer(const void *data, size_t n) {
    struct memory *m = io_object(sizeof *m, &memory_kind, &buffer_methods);
    buffer_add(m, data, n);
    return &m->io;
}

bytes_buffer *bytes_new_buffer_string(const char *text) {
    NIL_CHECK(text);
    return bytes_new_buffer(text, strlen(text));
}

char *bytes_buffer_bytes(bytes_buffer *b, size_t *n) {
    struct memory *m = io_expect(b, &buffer_methods);
    if (n)
        *n = m->n - m->at;
    return m->data + m->at;
}

char *bytes_buffer_string(bytes_buffer *b) {
    return bytes_buffer_bytes(b, NULL);
}

size_t bytes_buffer_len(bytes_buffer *b) {
    struct memory *m = io_expect(b, &buffer_methods);
    return m->n - m->at;
}

void bytes_buffer_reset(bytes_buffer *b) {
    struct memory *m = io_expect(b, &buffer_methods);
    m->at = m->n = 0;
    m->data[0] = '\0';
}

int64_t io_memory_left(io_reader *io) {
    struct memory *m = (struct memory *)(void *)io;
    if (io->methods != &buffer_methods && io->methods != &reader_methods)
        return -1;
    return m->at < m->n ? (int64_t)(m->n - m->at) : 0;
}

int64_t io_buffer_at(io_reader *io) {
    return io->methods == &buffer_methods ? (int64_t)((struct memory *)(void *)io)->at : -1;
}

void io_buffer_back(io_reader *io, int64_t at) {
    struct memory *m = io_expect(io, &buffer_methods);
    if ((size_t)at <= m->n) /* else it has been written to, and begun anew */
        m->at = (size_t)at;
}
