/* SPDX-License-Identifier: MIT */
/*
 * Answering a request.
 *
 * The head is sent as late as possible: while the body is below 2 KiB its length may still turn
 * out when the handler returns, and then head and body leave in one system call.  A longer one, or
 * one that is flushed, goes in chunks unless the handler has said its length.
 */
#include "errors/error.h"
#include "http/http.h"
#include <stdarg.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static const errors_kind http_kind = {.name = "http"};
#define ERROR(name, text)                                                   \
    static struct error_fixed fixed_##name = ERROR_FIXED(text, &http_kind); \
    const gocc_error gocc_##name = &fixed_##name.object
ERROR(http_err_body_not_allowed,
      "http: request method or response status code does not allow body");
ERROR(http_err_content_length, "http: wrote more than the declared Content-Length");

void http_log(const char *fmt, ...) {
    char *line;
    va_list args;
    va_start(args, fmt);
    int n = vasprintf(&line, fmt, args);
    va_end(args);
    if (n < 0)
        return;
    bool ended = n > 0 && line[n - 1] == '\n';
    line[n] = '\n'; /* where the zero was */
    if (write(STDERR_FILENO, line, (size_t)n + !ended) < 0)
        n = 0; /* there is nobody else to tell */
    free(line);
}

const char *http_status_text(int code) {
    switch (code) {
#define CASE(name, number, text) \
    case number:                 \
        return text;
        GOCC_HTTP_STATUS(CASE)
    default:
        return "";
    }
}

/* ---- the head ---- */

static bool body_allowed(int status) {
    return status >= 200 && status != 204 && status != 304;
}

static bool to_head(http_responsewriter *w) {
    return strcmp(w->serving->r->pub.method, "HEAD") == 0;
}

/* Once a second; in English whatever the locale. */
static const char *date_of(struct serving *s) {
    static const char days[] = "SunMonTueWedThuFriSat";
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    struct tm t;
    time_t now = time(NULL);
    if (s->date == now)
        return s->date_text;
    s->date = now;
    gmtime_r(&now, &t);
    snprintf(s->date_text, sizeof s->date_text, "%.3s, %02u %.3s %04u %02u:%02u:%02u GMT",
             days + 3 * t.tm_wday, (unsigned)t.tm_mday % 100, months + 3 * t.tm_mon,
             (unsigned)(t.tm_year + 1900) % 10000, (unsigned)t.tm_hour % 100,
             (unsigned)t.tm_min % 100, (unsigned)t.tm_sec % 100);
    return s->date_text;
}

static void put_status(struct serving *s, int status) {
    char line[64];
    int minor = s->r->pub.proto_minor > 0;
    const char *text = http_status_text(status);
    if (*text)
        snprintf(line, sizeof line, "HTTP/1.%d %03d %s\r\n", minor, status, text);
    else
        snprintf(line, sizeof line, "HTTP/1.%d %03d status code %d\r\n", minor, status, status);
    wire_text(&s->w, line);
}

static void put_length(struct wire *w, int64_t n) {
    char line[64];
    snprintf(line, sizeof line, "Content-Length: %lld\r\n", (long long)n);
    wire_text(w, line);
}

static void put_field(http_responsewriter *w, const char *name, const char *value) {
    struct wire *out = &w->serving->w;
    if (header_count(&w->header, name))
        return;
    wire_text(out, name);
    wire_text(out, ": ");
    wire_text(out, value);
    wire_text(out, "\r\n");
}

/* `all`: the body has ended, so held is all of it. */
static void choose_framing(http_responsewriter *w, bool all) {
    struct serving *s = w->serving;
    bool old = s->r->pub.proto_minor == 0;
    if (!body_allowed(w->status))
        w->declared = -1;
    else if (w->declared < 0 && all && (!to_head(w) || w->held_n > 0))
        w->declared = (int64_t)w->held_n;
    else if (w->declared < 0 && !to_head(w) && old)
        w->close = true; /* its end is the connection's */
    else if (w->declared < 0 && !to_head(w))
        w->chunked = true;
}

/* first: of the body, as far as it is known */
static void send_head(http_responsewriter *w, bool all, const char *first, size_t n) {
    struct serving *s = w->serving;
    http_header *h = &w->header;
    if (w->status == 0)
        http_responsewriter_write_header(w, 200);
    choose_framing(w, all);
    if (header_has_token(h, "Connection", "close") || body_is_lost(s->body))
        w->close = true;
    http_header_del(h, "Content-Length");
    http_header_del(h, "Transfer-Encoding");
    http_header_del(h, "Connection");
    s->keep = s->keep && !w->close;
    put_status(s, w->status);
    wire_fields(&s->w, h);
    put_field(w, "Date", date_of(s));
    if (n > 0 && body_allowed(w->status))
        put_field(w, "Content-Type", http_sniff(first, n));
    if (w->declared >= 0)
        put_length(&s->w, w->declared);
    if (w->chunked)
        wire_text(&s->w, "Transfer-Encoding: chunked\r\n");
    bool old = s->r->pub.proto_minor == 0; /* which closes, if nothing else is said */
    if (s->keep == old)
        wire_text(&s->w, old ? "Connection: keep-alive\r\n" : "Connection: close\r\n");
    wire_text(&s->w, "\r\n");
    w->head_sent = true;
}

static void put_body(http_responsewriter *w, const void *data, size_t n) {
    if (n == 0 || to_head(w))
        return;
    if (w->chunked)
        chunk_put(&w->serving->w, data, n);
    else
        wire_put(&w->serving->w, data, n);
}

/* Data follows what is held. */
static void send_held(http_responsewriter *w, bool all, const void *data, size_t n) {
    bool holds = w->held_n > 0;
    if (!w->head_sent)
        send_head(w, all, holds ? w->held : data, holds ? w->held_n : n);
    put_body(w, w->held, w->held_n);
    w->held_n = 0;
}

/* ---- for handlers ---- */

static void alive(http_responsewriter *w) {
    NIL_CHECK(w);
    if (!w->serving)
        panic_text("http: the response was used after its handler had returned");
}

http_header *http_responsewriter_header(http_responsewriter *w) {
    alive(w);
    return &w->header;
}

static int64_t declared_length(http_header *h) {
    const char *text = http_header_get(h, "Content-Length");
    size_t n = strspn(text, "0123456789");
    return n > 0 && n < 19 && !text[n] ? strtoll(text, NULL, 10) : -1;
}

static void informational(http_responsewriter *w, int status) {
    put_status(w->serving, status);
    wire_fields(&w->serving->w, &w->header);
    wire_text(&w->serving->w, "\r\n");
    wire_flush(&w->serving->w);
}

void http_responsewriter_write_header(http_responsewriter *w, int status) {
    alive(w);
    if (status < 100 || status > 999)
        panic_text("invalid WriteHeader code %d", status);
    if (w->status) {
        http_log("http: superfluous response.WriteHeader call");
    } else if (status < 200 && status != 101) {
        informational(w, status);
    } else {
        w->status = status;
        w->declared = declared_length(&w->header);
    }
}

ssize_t http_responsewriter_write(http_responsewriter *w, const void *data, size_t n,
                                  gocc_error *err) {
    alive(w);
    if (w->status == 0)
        http_responsewriter_write_header(w, 200);
    gocc_error e = NULL;
    if (n > 0 && !body_allowed(w->status))
        e = HTTP_ERR_BODY_NOT_ALLOWED;
    else if (w->declared >= 0 && (int64_t)n > w->declared - w->written)
        e = HTTP_ERR_CONTENT_LENGTH;
    if (e) {
        io_give(err, e);
        return 0;
    }
    w->written += (int64_t)n;
    if (!w->head_sent && n <= sizeof w->held - w->held_n) {
        if (n > 0)
            memcpy(w->held + w->held_n, data, n);
        w->held_n += n;
    } else {
        send_held(w, false, data, n);
        put_body(w, data, n);
    }
    e = handle_retain(w->serving->w.out_err);
    io_give(err, e);
    return e ? 0 : (ssize_t)n;
}

void http_responsewriter_flush(http_responsewriter *w) {
    alive(w);
    send_held(w, false, NULL, 0);
    wire_flush(&w->serving->w);
}

/* ---- for the server ---- */

static ssize_t method_write(void *self, const void *data, size_t n, gocc_error *err) {
    return http_responsewriter_write(self, data, n, err);
}

static void writer_destroy(void *self) {
    header_free(&((http_responsewriter *)self)->header);
}

static const struct handle_kind writer_kind = {"http_responsewriter", io_destroy};
static const io_methods writer_methods = {
    .name = "http_responsewriter", .write = method_write, .destroy = writer_destroy};

http_responsewriter *writer_new(struct serving *s) {
    http_responsewriter *w = io_object(sizeof *w, &writer_kind, &writer_methods);
    w->serving = s;
    w->declared = -1;
    return w;
}

/* The handler has returned.  Less than was promised: the client must not wait for the rest. */
void writer_finish(http_responsewriter *w) {
    struct serving *s = w->serving;
    send_held(w, true, NULL, 0);
    if (w->chunked)
        wire_text(&s->w, "0\r\n\r\n");
    if (w->declared >= 0 && w->written < w->declared && !to_head(w))
        s->keep = false;
    wire_flush(&s->w);
    if (s->w.out_err)
        s->keep = false;
}
