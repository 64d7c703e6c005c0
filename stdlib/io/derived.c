/* SPDX-License-Identifier: MIT */
/* Readers and writers made of others: each keeps those it is made of. */
#include "io/io.h"

static const struct handle_kind derived_kind = {"io", io_destroy};

/* ---- limit ---- */

struct limited {
    struct gocc__h_io io;
    io_reader *from;
    int64_t left;
};

static ssize_t limited_read(void *self, void *buffer, size_t n, gocc_error *err) {
    struct limited *l = self;
    if (l->left <= 0) {
        *err = IO_EOF;
        return 0;
    }
    ssize_t got = gocc__io_read(l->from, buffer, n > (size_t)l->left ? (size_t)l->left : n, err);
    l->left -= got;
    return got;
}

static void limited_destroy(void *self) {
    handle_release(((struct limited *)self)->from);
}

static const io_methods limited_methods = {
    .name = "limited reader", .read = limited_read, .destroy = limited_destroy};

io_reader *gocc__io_limit_reader(io_reader *r, int64_t n) {
    HANDLE_CHECK(r);
    struct limited *l = io_object(sizeof *l, &derived_kind, &limited_methods);
    l->from = handle_retain(r);
    l->left = n;
    return &l->io;
}

/* ---- tee ---- */

struct tee {
    struct gocc__h_io io;
    io_reader *from;
    io_writer *to;
};

static ssize_t tee_read(void *self, void *buffer, size_t n, gocc_error *err) {
    struct tee *t = self;
    gocc_error e = NULL;
    ssize_t got = gocc__io_read(t->from, buffer, n, err);
    ssize_t put = got > 0 ? gocc__io_write(t->to, buffer, (size_t)got, &e) : got;
    if (e) {
        handle_release(*err);
        *err = e;
        return put;
    }
    return got;
}

static void tee_destroy(void *self) {
    struct tee *t = self;
    handle_release(t->from);
    handle_release(t->to);
}

static const io_methods tee_methods = {
    .name = "tee reader", .read = tee_read, .destroy = tee_destroy};

io_reader *gocc__io_tee_reader(io_reader *r, io_writer *w) {
    HANDLE_CHECK(r);
    HANDLE_CHECK(w);
    struct tee *t = io_object(sizeof *t, &derived_kind, &tee_methods);
    t->from = handle_retain(r);
    t->to = handle_retain(w);
    return &t->io;
}

/* ---- a reader whose close does nothing ---- */

static ssize_t nop_read(void *self, void *buffer, size_t n, gocc_error *err) {
    return gocc__io_read(((struct limited *)self)->from, buffer, n, err);
}

static gocc_error nop_close(void *self) {
    (void)self;
    return NULL;
}

static const io_methods nop_methods = {
    .name = "reader", .read = nop_read, .close = nop_close, .destroy = limited_destroy};

io_readcloser *gocc__io_nop_closer(io_reader *r) {
    HANDLE_CHECK(r);
    struct limited *l = io_object(sizeof *l, &derived_kind, &nop_methods);
    l->from = handle_retain(r);
    return &l->io;
}

/* ---- several, as one ---- */

struct several {
    struct gocc__h_io io;
    size_t n, at;
    struct gocc__h_io *each[];
};

static void several_destroy(void *self) {
    struct several *s = self;
    for (size_t i = 0; i < s->n; i++)
        handle_release(s->each[i]);
}

static struct gocc__h_io *several_new(struct gocc__h_io *const *list, size_t n,
                                      const io_methods *methods) {
    struct several *s = io_object(sizeof *s + n * sizeof s->each[0], &derived_kind, methods);
    for (size_t i = 0; i < n; i++) {
        HANDLE_CHECK(list[i]);
        s->each[s->n++] = handle_retain(list[i]);
    }
    return &s->io;
}

static ssize_t multi_read(void *self, void *buffer, size_t n, gocc_error *err) {
    struct several *s = self;
    while (s->at < s->n) {
        ssize_t got = gocc__io_read(s->each[s->at], buffer, n, err);
        if (*err != IO_EOF)
            return got;
        *err = NULL; /* it is of this one only, which is not asked again */
        s->at++;
        if (got > 0)
            return got;
    }
    *err = IO_EOF;
    return 0;
}

static ssize_t multi_write(void *self, const void *data, size_t n, gocc_error *err) {
    struct several *s = self;
    for (size_t i = 0; i < s->n; i++) {
        ssize_t put = gocc__io_write(s->each[i], data, n, err);
        if (!*err && (size_t)put != n)
            *err = IO_ERR_SHORT_WRITE;
        if (*err)
            return put;
    }
    return (ssize_t)n;
}

static const io_methods multi_reader = {
    .name = "multi reader", .read = multi_read, .destroy = several_destroy};
static const io_methods multi_writer = {
    .name = "multi writer", .write = multi_write, .destroy = several_destroy};

io_reader *io_multi_reader_list(io_reader *const *list, size_t n) {
    return several_new(list, n, &multi_reader);
}

io_writer *io_multi_writer_list(io_writer *const *list, size_t n) {
    return several_new(list, n, &multi_writer);
}

/* ---- a section of something that can be read anywhere ---- */

struct section {
    struct gocc__h_io io;
    io_readerat *from;
    int64_t base, at, limit;
};

static ssize_t section_take(struct section *s, void *buffer, size_t n, int64_t at,
                            gocc_error *err) {
    if (at < s->base || at >= s->limit) {
        *err = IO_EOF;
        return 0;
    }
    bool cut = n > (size_t)(s->limit - at);
    ssize_t got = gocc__io_read_at(s->from, buffer, cut ? (size_t)(s->limit - at) : n, at, err);
    return got;
}

static ssize_t section_read(void *self, void *buffer, size_t n, gocc_error *err) {
    struct section *s = self;
    ssize_t got = section_take(s, buffer, n, s->at, err);
    s->at += got;
    if (got > 0 && *err == IO_EOF)
        *err = NULL; /* it comes with the next one */
    return got;
}

static ssize_t section_read_at(void *self, void *buffer, size_t n, int64_t offset,
                               gocc_error *err) {
    struct section *s = self;
    if (offset < 0 || offset >= s->limit - s->base) {
        *err = IO_EOF;
        return 0;
    }
    ssize_t got = section_take(s, buffer, n, s->base + offset, err);
    if (!*err && (size_t)got < n)
        *err = IO_EOF;
    return got;
}

static int64_t section_seek(void *self, int64_t offset, int whence, gocc_error *err) {
    struct section *s = self;
    int64_t from = whence == IO_SEEK_START ? s->base : whence == IO_SEEK_END ? s->limit : s->at;
    int64_t to;
    bool bad = __builtin_add_overflow(from, offset, &to) || to < s->base;
    if (bad || whence < IO_SEEK_START || whence > IO_SEEK_END) {
        *err = errors_new(bad ? "Seek: invalid offset" : "Seek: invalid whence");
        return 0;
    }
    s->at = to;
    return to - s->base;
}

static void section_destroy(void *self) {
    handle_release(((struct section *)self)->from);
}

static const io_methods section_methods = {
    .name = "section reader",
    .read = section_read,
    .read_at = section_read_at,
    .seek = section_seek,
    .destroy = section_destroy,
};

io_sectionreader *gocc__io_new_section_reader(io_readerat *r, int64_t offset, int64_t n) {
    HANDLE_CHECK(r);
    struct section *s = io_object(sizeof *s, &derived_kind, &section_methods);
    s->from = handle_retain(r);
    s->base = s->at = offset;
    if (__builtin_add_overflow(offset, n, &s->limit))
        s->limit = INT64_MAX;
    return &s->io;
}

int64_t io_sectionreader_size(io_sectionreader *io) {
    struct section *s = io_expect(io, &section_methods);
    return s->limit - s->base;
}

/* ---- from a place on ---- */

struct offset_writer {
    struct gocc__h_io io;
    io_writerat *to;
    int64_t base, at;
};

static ssize_t offset_write_at(void *self, const void *data, size_t n, int64_t offset,
                               gocc_error *err) {
    struct offset_writer *w = self;
    if (offset < 0) {
        *err = errors_new("Seek: invalid offset");
        return 0;
    }
    return gocc__io_write_at(w->to, data, n, w->base + offset, err);
}

static ssize_t offset_write(void *self, const void *data, size_t n, gocc_error *err) {
    struct offset_writer *w = self;
    ssize_t put = gocc__io_write_at(w->to, data, n, w->at, err);
    w->at += put;
    return put;
}

static int64_t offset_seek(void *self, int64_t offset, int whence, gocc_error *err) {
    struct offset_writer *w = self;
    int64_t to;
    bool bad = __builtin_add_overflow(whence == IO_SEEK_START ? w->base : w->at, offset, &to) ||
               to < w->base;
    if (bad || whence < IO_SEEK_START || whence >= IO_SEEK_END) {
        *err = errors_new(bad ? "Seek: invalid offset" : "Seek: invalid whence");
        return 0;
    }
    w->at = to;
    return to - w->base;
}

static void offset_destroy(void *self) {
    handle_release(((struct offset_writer *)self)->to);
}

static const io_methods offset_methods = {
    .name = "offset writer",
    .write = offset_write,
    .write_at = offset_write_at,
    .seek = offset_seek,
    .destroy = offset_destroy,
};

io_offsetwriter *gocc__io_new_offset_writer(io_writerat *to, int64_t offset) {
    HANDLE_CHECK(to);
    struct offset_writer *w = io_object(sizeof *w, &derived_kind, &offset_methods);
    w->to = handle_retain(to);
    w->base = w->at = offset;
    return &w->io;
}

/* ---- nowhere ---- */

static ssize_t discard_write(void *self, const void *data, size_t n, gocc_error *err) {
    (void)self, (void)data, (void)err;
    return (ssize_t)n;
}

static const io_methods discard_methods = {.name = "discard", .write = discard_write};
static struct {
    struct gocc_handle head;
    struct gocc__h_io io;
} discard = {{HANDLE_STATIC, HANDLE_ALIVE, &derived_kind}, {&discard_methods, &discard.io}};
io_writer *const gocc_io_discard = &discard.io;
