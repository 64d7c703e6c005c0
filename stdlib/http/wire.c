/* SPDX-License-Identifier: MIT */
/* A connection with a buffer in each direction. */
#include "http/http.h"

void wire_open(struct wire *w, net_conn *c) {
    memset(w, 0, sizeof *w);
    w->c = c;
    w->in = std_alloc(WIRE_BUFFER);
    w->in_room = WIRE_BUFFER;
    w->out = std_alloc(WIRE_BUFFER);
}

void wire_close(struct wire *w) {
    handle_release(net_conn_close(w->c));
    handle_release(w->c);
    handle_release(w->out_err);
    free(w->in);
    free(w->out);
}

/* After a large head; buffer is empty. */
static void give_back(struct wire *w) {
    if (w->in_room <= 4 * WIRE_BUFFER)
        return;
    free(w->in);
    w->in = std_alloc(WIRE_BUFFER);
    w->in_room = WIRE_BUFFER;
}

/* false: nothing more comes, *err says why. */
bool wire_fill(struct wire *w, gocc_error *err) {
    if (w->in_at == w->in_n) {
        w->in_at = w->in_n = 0;
        give_back(w);
    }
    if (w->in_n == w->in_room && w->in_at > 0) {
        memmove(w->in, w->in + w->in_at, w->in_n - w->in_at);
        w->in_n -= w->in_at;
        w->in_at = 0;
    }
    if (w->in_n == w->in_room) {
        w->in_room *= 2;
        w->in = realloc(w->in, w->in_room);
        if (!w->in)
            fatal_error("out of memory (%zu bytes)", w->in_room);
    }
    ssize_t n = net_conn_read(w->c, w->in + w->in_n, w->in_room - w->in_n, err);
    w->in_n += (size_t)n;
    return n > 0;
}

ssize_t wire_read(struct wire *w, void *buffer, size_t n, gocc_error *err) {
    if (w->in_at == w->in_n && n >= w->in_room)
        return net_conn_read(w->c, buffer, n, err);
    if (w->in_at == w->in_n && !wire_fill(w, err))
        return 0;
    size_t have = w->in_n - w->in_at;
    n = n < have ? n : have;
    memcpy(buffer, w->in + w->in_at, n);
    w->in_at += n;
    return (ssize_t)n;
}

static void send_now(struct wire *w, const void *data, size_t n) {
    if (!w->out_err && n > 0)
        net_conn_write(w->c, data, n, &w->out_err);
}

void wire_flush(struct wire *w) {
    send_now(w, w->out, w->out_n);
    w->out_n = 0;
}

void wire_put(struct wire *w, const void *data, size_t n) {
    if (n > WIRE_BUFFER - w->out_n)
        wire_flush(w);
    if (n > WIRE_BUFFER) {
        send_now(w, data, n);
        return;
    }
    if (n > 0)
        memcpy(w->out + w->out_n, data, n);
    w->out_n += n;
}

void wire_text(struct wire *w, const char *s) {
    wire_put(w, s, strlen(s));
}

/* Without the space around it.  A line break in a value would begin a field of its own: it becomes
 * a space. */
static void put_value(struct wire *w, const char *value) {
    value += strspn(value, " \t\r\n");
    const char *end = value + strlen(value);
    while (end > value && strchr(" \t\r\n", end[-1]))
        end--;
    for (; value < end; value++)
        wire_put(w, *value == '\r' || *value == '\n' ? " " : value, 1);
}

void wire_fields(struct wire *w, http_header *h) {
    for (size_t i = 0; i < h->n; i++) {
        if (!header_is_token(h->f[i].name))
            continue;
        wire_text(w, h->f[i].name);
        wire_put(w, ": ", 2);
        put_value(w, h->f[i].value);
        wire_put(w, "\r\n", 2);
    }
}
