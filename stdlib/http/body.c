/* SPDX-License-Identifier: MIT */
/*
 * Bodies of messages as readers: of a known length, in chunks, or until the connection ends.
 *
 * Invariant: a body takes from its wire exactly what belongs to it, so what follows its end is
 * the next message.  One that failed, or was closed before its end, says so for ever.
 */
#include "errors/error.h"
#include "http/http.h"
#include <stdio.h>

#define LINE_MAX 4096 /* of a chunk's size with its extensions; of all trailers */

static const errors_kind http_kind = {.name = "http"};
static struct error_fixed after_close = ERROR_FIXED("http: invalid Read on closed Body",
                                                    &http_kind);
const gocc_error gocc_http_err_body_read_after_close = &after_close.object;
static struct error_fixed malformed = ERROR_FIXED("malformed chunked encoding", &http_kind);

/* ---- chunks ---- */

/* A line without its CR LF, cut at size; false: *err. */
static bool read_line(struct wire *w, char *line, size_t size, gocc_error *err) {
    size_t n = 0;
    for (;;) {
        char c;
        if (wire_read(w, &c, 1, err) == 0)
            return false;
        line[n++] = c;
        if (n >= 2 && line[n - 2] == '\r' && c == '\n') {
            line[n - 2] = '\0';
            return true;
        }
        bool bare = (n >= 2 && line[n - 2] == '\r') || c == '\n' || c == '\0';
        if (bare || n == size) {
            *err = &malformed.object;
            return false;
        }
    }
}

static bool hex_size(const char *s, int64_t *size) {
    size_t n = strspn(s, "0123456789abcdefABCDEF");
    *size = strtoll(s, NULL, 16);
    s += n;
    s += strspn(s, " \t");
    return n > 0 && n < 16 && (*s == '\0' || *s == ';');
}

/* Trailers are read for the next message's sake and dropped. */
static void skip_trailers(struct body *b, gocc_error *err) {
    char line[LINE_MAX];
    size_t all = 0;
    while (read_line(b->w, line, sizeof line, err)) {
        all += strlen(line) + 2;
        if (!*line) {
            b->ended = true;
            return;
        }
        if (all > LINE_MAX || !strchr(line, ':')) {
            *err = &malformed.object;
            return;
        }
    }
}

static void next_chunk(struct body *b, gocc_error *err) {
    char line[LINE_MAX];
    if (!b->first_chunk && (!read_line(b->w, line, sizeof line, err) || *line)) {
        if (!*err)
            *err = &malformed.object;
        return;
    }
    b->first_chunk = false;
    if (!read_line(b->w, line, sizeof line, err))
        return;
    if (!hex_size(line, &b->left))
        *err = &malformed.object;
    else if (b->left == 0)
        skip_trailers(b, err);
}

/* ---- reading ---- */

static void at_end(struct body *b) {
    void (*end)(void *, struct body *) = b->end;
    b->end = NULL;
    if (end)
        end(b->arg, b);
}

static ssize_t take(struct body *b, void *buffer, size_t n, gocc_error *err) {
    if (b->framing == BODY_CHUNKED && b->left == 0)
        next_chunk(b, err);
    if (*err || b->ended)
        return 0;
    if (b->framing != BODY_CLOSE && n > (size_t)b->left)
        n = (size_t)b->left;
    ssize_t got = wire_read(b->w, buffer, n, err);
    if (b->framing == BODY_CLOSE) {
        b->ended = *err == IO_EOF;
    } else {
        b->left -= got;
        b->ended = b->framing == BODY_LENGTH && b->left == 0;
    }
    return got;
}

static ssize_t read_locked(struct body *b, void *buffer, size_t n, gocc_error *err) {
    ssize_t got = 0;
    if (b->closed || (!b->w && !b->ended && !b->failed)) {
        *err = HTTP_ERR_BODY_READ_AFTER_CLOSE;
        return 0;
    }
    if (b->begin) {
        b->begin(b->arg);
        b->begin = NULL;
    }
    if (!b->ended && !b->failed && n > 0) {
        gocc_error e = NULL;
        got = take(b, buffer, n, &e);
        if (e == IO_EOF)
            e = b->ended ? NULL : IO_ERR_UNEXPECTED_EOF;
        b->failed = e;
        if (b->ended || b->failed)
            at_end(b);
    }
    if (got == 0 && n > 0)
        *err = b->failed ? handle_retain(b->failed) : IO_EOF;
    return got;
}

static ssize_t body_read(void *self, void *buffer, size_t n, gocc_error *err) {
    struct body *b = self;
    sync_mutex_lock(&b->mu);
    ssize_t got = read_locked(b, buffer, n, err);
    sync_mutex_unlock(&b->mu);
    return got;
}

static gocc_error body_close(void *self) {
    struct body *b = self;
    sync_mutex_lock(&b->mu);
    b->closed = true;
    at_end(b);
    sync_mutex_unlock(&b->mu);
    return NULL;
}

static void body_destroy(void *self) {
    struct body *b = self;
    body_close(b);
    handle_release(b->failed);
}

static const struct handle_kind body_kind = {"http body", io_destroy};
static const io_methods body_methods = {
    .name = "http body", .read = body_read, .close = body_close, .destroy = body_destroy};

struct body *body_new(struct wire *w, enum framing framing, int64_t length) {
    struct body *b = io_object(sizeof *b, &body_kind, &body_methods);
    b->w = w;
    b->framing = framing;
    b->left = framing == BODY_LENGTH ? length : 0;
    b->first_chunk = true;
    b->ended = framing == BODY_NONE;
    return b;
}

void body_detach(struct body *b) {
    sync_mutex_lock(&b->mu);
    b->w = NULL;
    b->end = NULL;
    b->begin = NULL;
    sync_mutex_unlock(&b->mu);
}

bool body_is_lost(struct body *b) {
    if (!sync_mutex_try_lock(&b->mu)) /* another goroutine of the handler waits for more of it */
        return false;
    bool lost = b->failed || b->begin;
    sync_mutex_unlock(&b->mu);
    return lost;
}

bool body_drain(struct body *b, int64_t limit) {
    char waste[2048];
    sync_mutex_lock(&b->mu);
    b->closed = false;
    if (b->begin) /* the client was not told to go on, so it sends nothing, or all of it */
        limit = 0;
    while (!b->ended && !b->failed && limit > 0) {
        gocc_error e = NULL;
        limit -= read_locked(b, waste, sizeof waste, &e);
        handle_release(e);
    }
    bool ended = b->ended && !b->failed;
    b->closed = true;
    sync_mutex_unlock(&b->mu);
    return ended;
}

void chunk_put(struct wire *w, const void *data, size_t n) {
    char size[24];
    snprintf(size, sizeof size, "%zx\r\n", n);
    wire_text(w, size);
    wire_put(w, data, n);
    wire_put(w, "\r\n", 2);
}
