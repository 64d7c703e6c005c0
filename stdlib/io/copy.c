/* SPDX-License-Identifier: MIT */
/*
 * Copying and reading whole: Go's io.Copy and its family.
 *
 * The buffer comes from malloc and not from the stack, where 32 KiB would stay touched in
 * every goroutine that ever copied.  A reader or writer of the program may panic, or end its
 * goroutine: what is held meanwhile is let go of by a cleanup.
 */
#include "io/io.h"

#define COPY_BUFFER 32768

static bool is_end(gocc_error e) {
    return e == IO_EOF;
}

/* All of the n bytes, or an error. */
static gocc_error write_all(io_writer *to, const char *data, size_t n, int64_t *done) {
    gocc_error e = NULL;
    ssize_t put = gocc__io_write(to, data, n, &e);
    *done += put;
    return e || (size_t)put == n ? e : IO_ERR_SHORT_WRITE;
}

static int64_t copy_through(io_writer *to, io_reader *from, char *buffer, size_t size,
                            gocc_error *err) {
    int64_t done = 0;
    gocc_error e = NULL;
    while (!e) {
        gocc_error ended = NULL;
        ssize_t n = gocc__io_read(from, buffer, size, &ended);
        if (n > 0)
            e = write_all(to, buffer, (size_t)n, &done);
        if (e)
            handle_release(ended);
        else if (is_end(ended))
            break;
        else
            e = ended;
    }
    io_give(err, e);
    return done;
}

struct copy {
    io_writer *to;
    io_reader *from;
    void *own; /* the buffer, or the part of a reader */
    gocc_error *err;
    int64_t done;
};

static void copy_call(void *copy) {
    struct copy *c = copy;
    c->done = copy_through(c->to, c->from, c->own, COPY_BUFFER, c->err);
}

static void copy_end(void *copy) {
    free(((struct copy *)copy)->own);
}

static int64_t copy_by_own_buffer(io_writer *to, io_reader *from, gocc_error *err) {
    struct copy c = {to, from, std_alloc(COPY_BUFFER), err, 0};
    call_with_cleanup(copy_call, &c, copy_end);
    return c.done;
}

int64_t gocc__io_copy_buffer(io_writer *to, io_reader *from, void *buffer, size_t n,
                             gocc_error *err) {
    gocc_error e = NULL;
    int64_t done;
    HANDLE_CHECK(to);
    HANDLE_CHECK(from);
    if (buffer && n == 0)
        panic_text("empty buffer in CopyBuffer");
    if (from->methods->write_to || to->methods->read_from) {
        done = from->methods->write_to ? from->methods->write_to(from->self, to, &e)
                                       : to->methods->read_from(to->self, from, &e);
        io_give(err, e);
        return done;
    }
    return buffer ? copy_through(to, from, buffer, n, err) : copy_by_own_buffer(to, from, err);
}

int64_t gocc__io_copy(io_writer *to, io_reader *from, gocc_error *err) {
    return gocc__io_copy_buffer(to, from, NULL, 0, err);
}

static void part_call(void *copy) {
    struct copy *c = copy;
    c->done = gocc__io_copy(c->to, c->own, c->err);
}

static void part_end(void *copy) {
    handle_release(((struct copy *)copy)->own);
}

int64_t gocc__io_copy_n(io_writer *to, io_reader *from, int64_t n, gocc_error *err) {
    gocc_error e = NULL;
    struct copy c = {to, from, gocc__io_limit_reader(from, n), &e, 0};
    call_with_cleanup(part_call, &c, part_end);
    if (c.done == n) { /* what came with the last byte does not count */
        handle_release(e);
        e = NULL;
    }
    io_give(err, !e && c.done < n ? IO_EOF : e);
    return c.done;
}

ssize_t gocc__io_read_at_least(io_reader *r, void *buffer, size_t n, size_t min, gocc_error *err) {
    size_t done = 0;
    gocc_error e = NULL;
    if (n < min) {
        io_give(err, IO_ERR_SHORT_BUFFER);
        return 0;
    }
    while (done < min && !e)
        done += (size_t)gocc__io_read(r, (char *)buffer + done, n - done, &e);
    if (done >= min) {
        handle_release(e);
        e = NULL;
    } else if (done > 0 && is_end(e)) {
        e = IO_ERR_UNEXPECTED_EOF;
    }
    io_give(err, e);
    return (ssize_t)done;
}

struct reading {
    io_reader *r;
    char *data;
    size_t done, room;
    gocc_error e;
    bool whole;
};

static void reading_call(void *reading) {
    struct reading *x = reading;
    while (!x->e) {
        if (x->room - x->done < 2) {
            x->room *= 2;
            x->data = realloc(x->data, x->room);
            if (!x->data)
                fatal_error("out of memory (%zu bytes)", x->room);
        }
        x->done += (size_t)gocc__io_read(x->r, x->data + x->done, x->room - x->done - 1, &x->e);
    }
    x->whole = true;
}

static void reading_end(void *reading) {
    struct reading *x = reading;
    if (!x->whole)
        free(x->data);
}

char *gocc__io_read_all(io_reader *r, size_t *n, gocc_error *err) {
    struct reading x = {r, std_alloc(512), 0, 512, NULL, false};
    call_with_cleanup(reading_call, &x, reading_end);
    x.data[x.done] = '\0';
    if (n)
        *n = x.done;
    io_give(err, is_end(x.e) ? NULL : x.e);
    return x.data;
}

ssize_t gocc__io_write_string(io_writer *w, const char *text, gocc_error *err) {
    NIL_CHECK(text);
    return gocc__io_write(w, text, strlen(text), err);
}
