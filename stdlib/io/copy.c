/* SPDX-License-Identifier: MIT */
/*
 * Copying and reading whole: Go's io.Copy and its family.
 *
 * The buffer comes from malloc and not from the stack, where 32 KiB would stay touched in
 * every goroutine that ever copied.
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
    char *own = buffer ? NULL : std_alloc(n = COPY_BUFFER);
    done = copy_through(to, from, buffer ? buffer : own, n, err);
    free(own);
    return done;
}

int64_t gocc__io_copy(io_writer *to, io_reader *from, gocc_error *err) {
    return gocc__io_copy_buffer(to, from, NULL, 0, err);
}

int64_t gocc__io_copy_n(io_writer *to, io_reader *from, int64_t n, gocc_error *err) {
    gocc_error e = NULL;
    io_reader *part = gocc__io_limit_reader(from, n);
    int64_t done = gocc__io_copy(to, part, &e);
    handle_release(part);
    io_give(err, !e && done < n ? IO_EOF : e);
    return done;
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

char *gocc__io_read_all(io_reader *r, size_t *n, gocc_error *err) {
    size_t done = 0;
    size_t room = 512;
    char *data = std_alloc(room);
    gocc_error e = NULL;
    while (!e) {
        if (room - done < 2) {
            room *= 2;
            data = realloc(data, room);
            if (!data)
                fatal_error("out of memory (%zu bytes)", room);
        }
        done += (size_t)gocc__io_read(r, data + done, room - done - 1, &e);
    }
    data[done] = '\0';
    if (n)
        *n = done;
    io_give(err, is_end(e) ? NULL : e);
    return data;
}

ssize_t gocc__io_write_string(io_writer *w, const char *text, gocc_error *err) {
    NIL_CHECK(text);
    return gocc__io_write(w, text, strlen(text), err);
}
