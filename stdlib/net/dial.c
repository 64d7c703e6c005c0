/* SPDX-License-Identifier: MIT */
/*
 * Connecting.
 *
 * The socket is registered with the poller after connect() has been called: one that is not
 * connected yet reports a hang-up at once.  Patience (a deadline, a context) is a write
 * deadline of the descriptor; a context that ends sets one that is over.
 */
#include "net/net.h"
#include <errno.h>
#include <netinet/tcp.h>
#include <unistd.h>

struct patience {
    context *ctx;     /* NULL: none */
    int64_t deadline; /* 0: none */
};

static bool ended(const struct patience *p) {
    return p->ctx && context_err(p->ctx);
}

/* ---- one address ---- */

static ssize_t call_outcome(int fd, void *arg) {
    union sock s;
    socklen_t size = sizeof s;
    int e = 0;
    socklen_t e_size = sizeof e;
    (void)arg;
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &e, &e_size) < 0)
        e = *gocc__errno();
    if (e)
        return -e;
    /* An event for nothing: not connected, and no error. */
    return getpeername(fd, &s.sa, &size) < 0 ? -EAGAIN : 0;
}

/* Runs in a goroutine of its own, with a reference to c. */
static void lose_patience(void *c) {
    handle_release(net_conn_set_write_deadline(c, time_unix(1, 0)));
    handle_release(c);
}

static int wait_connected(net_conn *c, const struct patience *p) {
    int err;
    if (p->deadline) {
        int64_t left = p->deadline - clock_mono();
        fd_set_deadline(&c->fd, false, true, time_time_add(time_now(), left));
    }
    context_afterfunc *watch = p->ctx ? context_after_func(p->ctx, lose_patience, handle_retain(c))
                                      : NULL;
    fd_do(&c->fd, FD_WRITE, call_outcome, NULL, &err);
    if (watch && context_stop(watch))
        handle_release(c);
    else if (watch)
        err = FD_TIMEOUT; /* it is about to, or did: of no use, even if it is connected */
    handle_release(watch);
    if (p->deadline && err == 0)
        fd_set_deadline(&c->fd, false, true, (time_time){0});
    return err;
}

static int start_connect(int fd, const union sock *s, socklen_t size) {
    int r;
    do
        r = connect(fd, &s->sa, size);
    while (r < 0 && *gocc__errno() == EINTR);
    int e = r < 0 ? *gocc__errno() : 0;
    return e == EINPROGRESS || e == EALREADY ? 0 : e;
}

static void set_up(int fd, const struct network *net, const net_dialer *d) {
    if (net->type != SOCK_STREAM || net->family == AF_UNIX)
        return;
    sock_set(fd, IPPROTO_TCP, TCP_NODELAY, 1);
    if (d->keep_alive >= 0)
        sock_set_keep_alive(fd, d->keep_alive);
}

/* A connection, or the cause of none in *why. */
static net_conn *connect_fd(int fd, int family, const struct network *net, const net_dialer *d,
                            net_addr *to, const struct patience *p, gocc_error *why) {
    union sock s;
    socklen_t size;
    const char *call = "bind";
    int err = d->local_addr ? sock_bind(fd, d->local_addr, family) : 0;
    if (!err) {
        call = "connect";
        err = addr_to_sock(to, family, &s, &size);
    }
    if (!err) {
        set_up(fd, net, d);
        err = start_connect(fd, &s, size);
    }
    net_conn *c = err ? NULL : conn_new(fd, net, NULL, handle_retain(to), &err);
    if (!c) {
        close(fd);
        *why = call_error(call, err);
        return NULL;
    }
    c->connected = true;
    if ((err = wait_connected(c, p)) == 0) {
        handle_release(c->local); /* asked for before there was one */
        c->local = sock_name(fd, net);
        return c;
    }
    bool cancelled = ended(p);
    *why = err == FD_TIMEOUT ? ctx_error(cancelled ? p->ctx : NULL) : call_error(call, err);
    handle_release(c);
    return NULL;
}

static net_conn *connect_to(const struct network *net, const net_dialer *d, net_addr *to,
                            const struct patience *p, gocc_error *why) {
    int family = net->family == AF_UNSPEC ? addr_family(to) : net->family;
    *why = ended(p) ? ctx_error(p->ctx) : addr_misfit(to, family);
    if (*why)
        return NULL;
    int fd = sock_open(family, net->type);
    if (fd < 0) {
        *why = call_error("socket", -fd);
        return NULL;
    }
    if (net->family == AF_INET6)
        sock_set(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
    return connect_fd(fd, family, net, d, to, p, why);
}

/* No host is this one. */
static net_addr *with_host(const struct network *net, net_addr *to) {
    if (net->family == AF_UNIX || to->ip.n)
        return handle_retain(to);
    net_ip here = net->family == AF_INET6 ? net_parse_ip("::1") : net_ipv4(127, 0, 0, 1);
    return addr_of_ip(here, to->port, NULL, net->addr_net);
}

/* Where nobody listens at the port, the kernel may have chosen it for our end: TCP then connects
 * the socket with itself. */
static bool is_its_own_peer(const net_conn *c, const struct network *net, const net_dialer *d) {
    bool chosen = !d->local_addr || d->local_addr->port == 0;
    return net->type == SOCK_STREAM && net->family != AF_UNIX && chosen && c->local &&
           c->local->port == c->remote->port && net_ip_equal(c->local->ip, c->remote->ip);
}

static net_conn *dial_one(const struct network *net, const net_dialer *d, net_addr *to,
                          const struct patience *p, gocc_error *err) {
    gocc_error why = NULL;
    net_addr *there = with_host(net, to);
    net_conn *c = connect_to(net, d, there, p, &why);
    for (int again = 0; again < 2 && c && is_its_own_peer(c, net, d); again++) {
        handle_release(c);
        c = connect_to(net, d, there, p, &why);
    }
    handle_release(there);
    *err = c ? NULL : op_error("dial", net->name, UNCONST(d->local_addr), to, why);
    return c;
}

/* One after the other; the first failure is told. */
static net_conn *dial_list(const struct network *net, const net_dialer *d,
                           const struct addr_list *l, const struct patience *p, gocc_error *err) {
    gocc_error first = NULL;
    for (size_t i = 0; i < l->n; i++) {
        gocc_error e;
        struct patience part = *p;
        int64_t now = clock_mono();
        size_t left = l->n - i;
        if (p->deadline && left > 1 && p->deadline > now) /* the others want their share */
            part.deadline = now + (p->deadline - now) / (int64_t)left;
        net_conn *c = dial_one(net, d, l->addr[i], &part, &e);
        if (c) {
            handle_release(first);
            *err = NULL;
            return c;
        }
        if (first)
            handle_release(e);
        else
            first = e;
        if (ended(p))
            break;
    }
    *err = first;
    return NULL;
}

/* ---- patience ---- */

static int64_t sooner(int64_t a, int64_t b) {
    return !a ? b : !b ? a : a < b ? a : b;
}

static int64_t by_clock(time_time t) {
    int64_t left = time_until(t);
    int64_t now = clock_mono();
    if (time_time_is_zero(t))
        return 0;
    return left <= 0 ? 1 : left > INT64_MAX - now ? INT64_MAX : now + left;
}

static struct patience patience_of(const net_dialer *d, context *ctx) {
    bool limited = false;
    time_time until = ctx ? context_deadline(ctx, &limited) : (time_time){0};
    struct patience p = {.ctx = ctx, .deadline = by_clock(d->deadline)};
    if (d->timeout)
        p.deadline = sooner(p.deadline, by_clock(time_time_add(time_now(), d->timeout)));
    if (limited)
        p.deadline = sooner(p.deadline, by_clock(until));
    return p;
}

/* ---- for the program ---- */

net_conn *net_dialer_dial_context(const net_dialer *d, context *ctx, const char *network,
                                  const char *address, gocc_error *err) {
    struct addr_list l = {NULL, 0};
    gocc_error e = NULL;
    net_conn *c = NULL;
    NIL_CHECK(d);
    const struct network *net = net_network(network);
    struct patience p = patience_of(d, ctx);
    if (!net)
        e = op_error("dial", network, NULL, NULL, fmt_errorf("unknown network %s", network));
    else if ((e = net_resolve(net, address, true, p.ctx, p.deadline, &l)) != NULL)
        e = op_error("dial", network, NULL, NULL, e);
    else
        c = dial_list(net, d, &l, &p, &e);
    addr_list_free(&l);
    io_give(err, e);
    return c;
}

net_conn *net_dialer_dial(const net_dialer *d, const char *network, const char *address,
                          gocc_error *err) {
    return net_dialer_dial_context(d, NULL, network, address, err);
}

net_conn *net_dial_timeout(const char *network, const char *address, time_duration timeout,
                           gocc_error *err) {
    net_dialer d = {.timeout = timeout};
    return net_dialer_dial(&d, network, address, err);
}

net_conn *net_dial(const char *network, const char *address, gocc_error *err) {
    net_dialer d = {0};
    return net_dialer_dial(&d, network, address, err);
}

static net_conn *dial_addr(const char *network, const char *family, const net_addr *local,
                           const net_addr *remote, gocc_error *err) {
    net_dialer d = {.local_addr = local};
    struct patience p = {NULL, 0};
    gocc_error e = NULL;
    net_conn *c = NULL;
    const struct network *net = net_network(network);
    if (!net || strncmp(network, family, strlen(family)) != 0) {
        e = op_error("dial", network, NULL, NULL, fmt_errorf("unknown network %s", network));
    } else if (!remote) {
        e = op_error("dial", network, UNCONST(local), NULL, errors_new("missing address"));
    } else {
        net_addr *to = net->family == AF_UNIX
                           ? addr_of_name(remote->name ? remote->name : "", net->addr_net)
                           : addr_of_ip(remote->ip, remote->port, remote->zone, net->addr_net);
        c = dial_one(net, &d, to, &p, &e);
        handle_release(to);
    }
    io_give(err, e);
    return c;
}

net_tcpconn *net_dial_tcp(const char *network, const net_tcpaddr *local, const net_tcpaddr *remote,
                          gocc_error *err) {
    return dial_addr(network, "tcp", local, remote, err);
}

net_udpconn *net_dial_udp(const char *network, const net_udpaddr *local, const net_udpaddr *remote,
                          gocc_error *err) {
    return dial_addr(network, "udp", local, remote, err);
}

net_unixconn *net_dial_unix(const char *network, const net_unixaddr *local,
                            const net_unixaddr *remote, gocc_error *err) {
    return dial_addr(network, "unix", local, remote, err);
}
