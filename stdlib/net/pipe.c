/* SPDX-License-Identifier: MIT */
/*
 * net.Pipe: two connected ends in memory.  A write lends its bytes to the reads of the other end
 * and waits until they have taken them; there is no buffer, as in Go.
 *
 * Invariants
 *  - mu guards both directions and the ends' state; nobody holds it while waiting.
 *  - A direction's bytes stand as long as its one writer, who holds its turn, waits.
 *  - A deadline's timer holds its end while it is armed; it starts a goroutine, for it must
 *    take mu.  An old one does nothing: it carries the number of the deadline it was set for.
 */
#include "net/net.h"

struct way { /* one direction */
    sync_mutex turn;
    bool offered;
    const char *data;
    size_t left;
};

struct limit {
    int64_t set; /* how often it was: which timer counts */
    bool over;
    time_timer *timer;
};

struct mem {
    uint32_t refs; /* atomic: ends and armed deadlines */
    sync_mutex mu;
    struct notify_list moved;
    struct way way[2];
    struct mem_end {
        struct mem *m;
        int side;
        bool closed;
        struct limit limit[2]; /* of reads, of writes */
    } end[2];
};

static struct mem_end *other(struct mem_end *e) {
    return &e->m->end[!e->side];
}

static void wait_locked(struct mem *m) {
    uint32_t ticket = notify_list_add(&m->moved);
    sync_mutex_unlock(&m->mu);
    notify_list_wait(&m->moved, ticket);
    sync_mutex_lock(&m->mu);
}

/* NULL: go on; for a read, `last` is what the other end's closing means. */
static gocc_error ended(struct mem_end *e, int dir, gocc_error last) {
    if (e->closed)
        return IO_ERR_CLOSED_PIPE;
    if (other(e)->closed)
        return last;
    return e->limit[dir].over ? OS_ERR_DEADLINE_EXCEEDED : NULL;
}

static gocc_error told(const char *op, gocc_error e) {
    return e == OS_ERR_DEADLINE_EXCEEDED ? op_error(op, "pipe", NULL, NULL, e) : e;
}

ssize_t mem_read(struct mem_end *e, void *buffer, size_t n, gocc_error *err) {
    struct mem *m = e->m;
    struct way *w = &m->way[!e->side];
    gocc_error why;
    sync_mutex_lock(&m->mu);
    while (!(why = ended(e, FD_READ, IO_EOF)) && !w->offered)
        wait_locked(m);
    if (why) {
        n = 0;
    } else {
        n = n < w->left ? n : w->left;
        memcpy(buffer, w->data, n);
        w->data += n;
        w->left -= n;
        w->offered = w->left > 0;
        if (!w->offered)
            notify_list_all(&m->moved);
    }
    sync_mutex_unlock(&m->mu);
    io_give(err, told("read", why));
    return (ssize_t)n;
}

ssize_t mem_write(struct mem_end *e, const void *data, size_t n, gocc_error *err) {
    struct mem *m = e->m;
    struct way *w = &m->way[e->side];
    gocc_error why;
    sync_mutex_lock(&w->turn);
    sync_mutex_lock(&m->mu);
    w->data = data;
    w->left = n;
    w->offered = true;
    notify_list_all(&m->moved);
    while (w->offered && !(why = ended(e, FD_WRITE, IO_ERR_CLOSED_PIPE)))
        wait_locked(m);
    if (!w->offered)
        why = NULL;
    w->offered = false;
    ssize_t put = (ssize_t)(n - w->left);
    sync_mutex_unlock(&m->mu);
    sync_mutex_unlock(&w->turn);
    io_give(err, told("write", why));
    return put;
}

void mem_close(struct mem_end *e) {
    sync_mutex_lock(&e->m->mu);
    e->closed = true;
    notify_list_all(&e->m->moved);
    sync_mutex_unlock(&e->m->mu);
}

static void drop(struct mem *m) {
    if (__atomic_sub_fetch(&m->refs, 1, __ATOMIC_ACQ_REL) == 0)
        free(m);
}

/* ---- deadlines ---- */

struct alarm {
    struct mem_end *e;
    int dir;
    int64_t set;
};

static void ring(void *arg) {
    struct alarm *a = arg;
    struct mem *m = a->e->m;
    sync_mutex_lock(&m->mu);
    struct limit *l = &a->e->limit[a->dir];
    if (l->set == a->set) {
        l->over = true;
        notify_list_all(&m->moved);
    }
    sync_mutex_unlock(&m->mu);
    drop(m);
    free(a);
}

/* Returns an alarm that its timer has not let go, to be dropped outside the lock. */
static void set_one(struct mem_end *e, int dir, time_time t) {
    struct limit *l = &e->limit[dir];
    time_duration left = time_until(t);
    bool none = time_time_is_zero(t);
    l->set++;
    l->over = !none && left <= 0;
    handle_release(l->timer); /* one that is armed rings all the same, for nothing */
    l->timer = NULL;
    if (none || l->over)
        return;
    struct alarm *a = std_alloc(sizeof *a);
    *a = (struct alarm){e, dir, l->set};
    __atomic_add_fetch(&e->m->refs, 1, __ATOMIC_RELAXED);
    l->timer = time_after_func(left, ring, a);
}

gocc_error mem_set_deadline(struct mem_end *e, bool read, bool write, time_time t) {
    struct mem *m = e->m;
    sync_mutex_lock(&m->mu);
    bool closed = e->closed || other(e)->closed;
    if (read && !closed)
        set_one(e, FD_READ, t);
    if (write && !closed)
        set_one(e, FD_WRITE, t);
    notify_list_all(&m->moved);
    sync_mutex_unlock(&m->mu);
    return closed ? IO_ERR_CLOSED_PIPE : NULL;
}

/* ---- making them ---- */

void mem_destroy(struct mem_end *e) {
    mem_close(e);
    handle_release(e->limit[0].timer);
    handle_release(e->limit[1].timer);
    drop(e->m);
}

static net_conn *end_conn(struct mem *m, int side) {
    net_conn *c = conn_new(-1, NULL, addr_of_name("pipe", "pipe"), addr_of_name("pipe", "pipe"),
                           NULL);
    c->mem = &m->end[side];
    m->end[side].m = m;
    m->end[side].side = side;
    m->refs++;
    return c;
}

net_conn *net_pipe(net_conn **to) {
    NIL_CHECK(to);
    struct mem *m = std_alloc(sizeof *m);
    *to = end_conn(m, 1);
    return end_conn(m, 0);
}
