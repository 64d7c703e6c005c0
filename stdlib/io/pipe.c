/* SPDX-License-Identifier: MIT */
/*
 * io.Pipe: a write lends its bytes to the readers and waits until they have taken them all.
 *
 * Invariants
 *  - mu guards everything but the writers' own order; it is never held while somebody waits.
 *  - offered is true from the write's begin until its last byte is taken or an end is closed; only
 *    the one writer that holds `turn` sets it, so a reader copies from memory that stands.
 *  - Each end's error is set once; a reader sees the writer's before its own (EOF by default).
 */
#include "io/io.h"
#include <gocc/sync.h>

enum end { READER, WRITER };

struct pipe {
    uint32_t refs; /* atomic: ends */
    sync_mutex turn;
    sync_mutex mu;
    struct notify_list moved; /* a write was offered or taken, an end closed */
    bool offered;
    const char *data;
    size_t left;
    bool closed[2];
    gocc_error why[2]; /* what the other end gets */
};

struct pipe_end {
    struct gocc__h_io io;
    struct pipe *p;
};

static void wait_locked(struct pipe *p) {
    uint32_t ticket = notify_list_add(&p->moved);
    sync_mutex_unlock(&p->mu);
    notify_list_wait(&p->moved, ticket);
    sync_mutex_lock(&p->mu);
}

static bool over(struct pipe *p) {
    return p->closed[READER] || p->closed[WRITER];
}

/* What a call of this end gets now that one is closed. */
static gocc_error reason(struct pipe *p, enum end self) {
    return p->closed[self] ? IO_ERR_CLOSED_PIPE : handle_retain(p->why[!self]);
}

static ssize_t pipe_read(void *self, void *buffer, size_t n, gocc_error *err) {
    struct pipe *p = ((struct pipe_end *)self)->p;
    sync_mutex_lock(&p->mu);
    while (!p->offered && !over(p))
        wait_locked(p);
    if (over(p)) {
        *err = reason(p, READER);
        n = 0;
    } else {
        n = n < p->left ? n : p->left;
        memcpy(buffer, p->data, n);
        p->data += n;
        p->left -= n;
        p->offered = p->left > 0;
        if (!p->offered)
            notify_list_all(&p->moved);
    }
    sync_mutex_unlock(&p->mu);
    return (ssize_t)n;
}

static ssize_t pipe_write(void *self, const void *data, size_t n, gocc_error *err) {
    struct pipe *p = ((struct pipe_end *)self)->p;
    size_t left = n;
    bool taken = false;
    sync_mutex_lock(&p->turn);
    sync_mutex_lock(&p->mu);
    if (!over(p)) {
        p->data = data;
        p->left = n;
        p->offered = true;
        notify_list_all(&p->moved);
        while (p->offered && !over(p))
            wait_locked(p);
        left = p->left;
        taken = !p->offered;
    }
    if (!taken)
        *err = reason(p, WRITER);
    p->offered = false;
    sync_mutex_unlock(&p->mu);
    sync_mutex_unlock(&p->turn);
    return (ssize_t)(n - left);
}

static void close_end(struct pipe *p, enum end end, gocc_error why) {
    sync_mutex_lock(&p->mu);
    if (!p->closed[end]) {
        p->closed[end] = true;
        p->why[end] = handle_retain(why);
        notify_list_all(&p->moved);
    }
    sync_mutex_unlock(&p->mu);
}

static gocc_error reader_close(void *self) {
    close_end(((struct pipe_end *)self)->p, READER, IO_ERR_CLOSED_PIPE);
    return NULL;
}

static gocc_error writer_close(void *self) {
    close_end(((struct pipe_end *)self)->p, WRITER, IO_EOF);
    return NULL;
}

static void drop(struct pipe *p) {
    if (__atomic_sub_fetch(&p->refs, 1, __ATOMIC_ACQ_REL) > 0)
        return;
    handle_release(p->why[READER]);
    handle_release(p->why[WRITER]);
    free(p);
}

/* An end that nobody has any more is closed, or the other would wait for ever. */
static void reader_destroy(void *self) {
    reader_close(self);
    drop(((struct pipe_end *)self)->p);
}

static void writer_destroy(void *self) {
    writer_close(self);
    drop(((struct pipe_end *)self)->p);
}

static const struct handle_kind end_kind = {"io_pipe", io_destroy};
static const io_methods reader_methods = {
    .name = "io_pipereader", .read = pipe_read, .close = reader_close, .destroy = reader_destroy};
static const io_methods writer_methods = {
    .name = "io_pipewriter", .write = pipe_write, .close = writer_close, .destroy = writer_destroy};

static struct gocc__h_io *end_new(struct pipe *p, const io_methods *methods) {
    struct pipe_end *e = io_object(sizeof *e, &end_kind, methods);
    e->p = p;
    p->refs++;
    return &e->io;
}

io_pipereader *io_pipe(io_pipewriter **w) {
    NIL_CHECK(w);
    struct pipe *p = std_alloc(sizeof *p);
    *w = end_new(p, &writer_methods);
    return end_new(p, &reader_methods);
}

gocc_error io_pipereader_close_with_error(io_pipereader *r, gocc_error err) {
    struct pipe_end *e = io_expect(r, &reader_methods);
    close_end(e->p, READER, err ? err : IO_ERR_CLOSED_PIPE);
    return NULL;
}

gocc_error io_pipewriter_close_with_error(io_pipewriter *w, gocc_error err) {
    struct pipe_end *e = io_expect(w, &writer_methods);
    close_end(e->p, WRITER, err ? err : IO_EOF);
    return NULL;
}
