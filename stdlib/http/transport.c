/* SPDX-License-Identifier: MIT */
/*
 * The pool of idle connections: Go's two for each host, 90 seconds long.
 *
 * mu guards the list.  A connection in it belongs to nobody; the peer may have closed it
 * meanwhile, so one is looked at (without taking anything) before it is used.
 */
#include "http/transport.h"
#include "net/net.h"
#include <errno.h>
#include <stdio.h>

#define PER_HOST 2
#define IDLE_NS  (90 * TIME_SECOND)
#define POOL_MAX 100

static sync_mutex mu;
static struct link *idle;

void link_close(struct link *l) {
    wire_close(&l->w);
    free(l->place);
    free(l);
}

static void close_list(struct link *l) {
    while (l) {
        struct link *next = l->next;
        link_close(l);
        l = next;
    }
}

/* Takes those that are too old off, as a list. */
static struct link *take_old(int64_t now) {
    struct link *old = NULL;
    struct link **at = &idle;
    while (*at) {
        struct link *l = *at;
        if (now - l->since > IDLE_NS) {
            *at = l->next;
            l->next = old;
            old = l;
        } else {
            at = &l->next;
        }
    }
    return old;
}

static struct link *take_idle(const char *place) {
    sync_mutex_lock(&mu);
    struct link *old = take_old(clock_mono());
    struct link **at = &idle;
    while (*at && strcmp((*at)->place, place) != 0)
        at = &(*at)->next;
    struct link *l = *at;
    if (l)
        *at = l->next;
    sync_mutex_unlock(&mu);
    close_list(old);
    return l;
}

static ssize_t call_peek(int fd, void *arg) {
    char c;
    (void)arg;
    return recv(fd, &c, 1, MSG_PEEK | MSG_DONTWAIT) < 0 ? -*gocc__errno() : 0;
}

/* Nothing has come, neither an end nor bytes that nobody asked for. */
static bool still_good(struct link *l) {
    return fd_quick(&l->w.c->fd, call_peek, NULL) == -EAGAIN;
}

void link_put(struct link *l) {
    size_t same = 0;
    size_t all = 0;
    l->since = clock_mono();
    l->used = true;
    sync_mutex_lock(&mu);
    for (struct link *i = idle; i; i = i->next) {
        same += strcmp(i->place, l->place) == 0;
        all++;
    }
    bool room = same < PER_HOST && all < POOL_MAX && l->w.in_at == l->w.in_n;
    if (room) {
        l->next = idle;
        idle = l;
    }
    sync_mutex_unlock(&mu);
    if (!room)
        link_close(l);
}

void links_close_idle(void) {
    sync_mutex_lock(&mu);
    struct link *all = idle;
    idle = NULL;
    sync_mutex_unlock(&mu);
    close_list(all);
}

static struct link *link_new(char *place, context *ctx, int64_t deadline, gocc_error *err) {
    net_dialer d = {0};
    if (deadline)
        d.deadline = time_time_add(time_now(), deadline - clock_mono());
    net_conn *c = net_dialer_dial_context(&d, ctx, "tcp", place, err);
    if (!c) {
        free(place);
        return NULL;
    }
    struct link *l = std_alloc(sizeof *l);
    wire_open(&l->w, c);
    l->place = place;
    return l;
}

struct link *link_get(url_url *u, context *ctx, int64_t deadline, bool fresh, gocc_error *err) {
    const char *port = *url_url_port(u) ? url_url_port(u) : "80";
    char *place = net_join_host_port(url_url_hostname(u), port);
    struct link *l;
    *err = NULL;
    while (!fresh && (l = take_idle(place))) {
        if (still_good(l)) {
            free(place);
            return l;
        }
        link_close(l);
    }
    return link_new(place, ctx, deadline, err);
}
