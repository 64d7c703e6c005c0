/* SPDX-License-Identifier: MIT */
/*
 * Listening and accepting.
 *
 * What every TCP connection shall have (no delay, keep-alive) is set on the listening socket,
 * whose children inherit it on Linux: accepting is accept4() and the poller's registration, and
 * asking for the local address where the listener has none of its own.
 */
#include "net/net.h"
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <unistd.h>

/* ---- sockets ---- */

int sock_open(int family, int type) {
    int fd = socket(family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -*gocc__errno();
    if (type == SOCK_DGRAM && family != AF_UNIX)
        sock_set(fd, SOL_SOCKET, SO_BROADCAST, 1);
    return fd;
}

void sock_set(int fd, int level, int option, int value) {
    setsockopt(fd, level, option, &value, sizeof value);
}

void sock_set_keep_alive(int fd, time_duration period) {
    int sec = period <= 0 ? 15 : period < TIME_SECOND ? 1 : (int)(period / TIME_SECOND);
    sock_set(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
    sock_set(fd, IPPROTO_TCP, TCP_KEEPIDLE, sec);
    sock_set(fd, IPPROTO_TCP, TCP_KEEPINTVL, sec);
    sock_set(fd, IPPROTO_TCP, TCP_KEEPCNT, 9);
}

int sock_bind(int fd, const net_addr *a, int family) {
    union sock s;
    socklen_t size;
    int e = addr_to_sock(a, family, &s, &size);
    if (e)
        return e;
    return bind(fd, &s.sa, size) < 0 ? *gocc__errno() : 0;
}

static bool try_ipv6(void) {
    int fd = sock_open(AF_INET6, SOCK_STREAM);
    union sock s = {.v6 = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT}};
    bool works = fd >= 0 && bind(fd, &s.sa, sizeof s.v6) == 0;
    if (fd >= 0)
        close(fd);
    return works;
}

bool net_ipv6_works(void) {
    static _Atomic int known; /* 0: not asked yet; asking twice does no harm */
    int now = atomic_load_explicit(&known, memory_order_relaxed);
    if (!now) {
        now = try_ipv6() ? 1 : 2;
        atomic_store_explicit(&known, now, memory_order_relaxed);
    }
    return now == 1;
}

/* ---- listening ---- */

static gocc_error listener_end(net_listener *l) {
    if (!fd_close(&l->fd))
        return op_error("close", l->net->name, NULL, l->addr, NET_ERR_CLOSED);
    if (l->unlink)
        unlinkat(AT_FDCWD, l->addr->name, 0);
    return NULL;
}

static void listener_destroy(void *h) {
    net_listener *l = h;
    handle_release(listener_end(l)); /* it may be closed already */
    handle_release(l->addr);
}

static const struct handle_kind listener_kind = {"net_listener", listener_destroy};

static net_listener *listener_new(int fd, const struct network *net, int *err) {
    net_listener *l = handle_new(sizeof *l, &listener_kind);
    l->net = net;
    *err = fd_open(&l->fd, fd);
    if (*err) {
        l->fd.state = 1;
        handle_release(l);
        return NULL;
    }
    l->addr = sock_name(fd, net);
    l->any = l->addr && !l->addr->name && net_ip_is_unspecified(l->addr->ip);
    l->unlink = l->addr && l->addr->name && l->addr->name[0] != '@';
    return l;
}

/* Who listens at no address, 0.0.0.0 or ::, listens at those of both versions. */
static int family_to_listen(const struct network *net, const net_addr *a) {
    if (net->family != AF_UNSPEC)
        return net->family;
    return !addr_is_nowhere(a) ? addr_family(a) : net_ipv6_works() ? AF_INET6 : AF_INET;
}

/* A socket that is bound, or less than 0 and why there is none. */
static int bound(const struct network *net, const net_addr *a, gocc_error *why) {
    int family = family_to_listen(net, a);
    *why = addr_misfit(a, family);
    if (*why)
        return -1;
    int fd = sock_open(family, net->type);
    if (fd < 0) {
        *why = call_error("socket", -fd);
        return -1;
    }
    if (family == AF_INET6)
        sock_set(fd, IPPROTO_IPV6, IPV6_V6ONLY, net->family == AF_INET6 || !addr_is_nowhere(a));
    if (net->type == SOCK_STREAM && family != AF_UNIX)
        sock_set(fd, SOL_SOCKET, SO_REUSEADDR, 1);
    int e = sock_bind(fd, a, family);
    if (e == 0)
        return fd;
    *why = call_error("bind", e);
    close(fd);
    return -1;
}

static net_listener *listen_at(const struct network *net, net_addr *a, time_duration keep_alive,
                               gocc_error *err) {
    gocc_error why;
    net_listener *l = NULL;
    int fd = bound(net, a, &why);
    if (fd >= 0) {
        if (net->family != AF_UNIX) {
            sock_set(fd, IPPROTO_TCP, TCP_NODELAY, 1);
            if (keep_alive >= 0)
                sock_set_keep_alive(fd, keep_alive);
        }
        int e = listen(fd, SOMAXCONN) < 0 ? *gocc__errno() : 0;
        l = e ? NULL : listener_new(fd, net, &e);
        if (!l) {
            why = call_error("listen", e);
            close(fd);
        }
    }
    *err = l ? NULL : op_error("listen", net->name, NULL, a, why);
    return l;
}

static gocc_error bad_network(const char *network) {
    return op_error("listen", network, NULL, NULL, fmt_errorf("unknown network %s", network));
}

static gocc_error no_address(const char *network) {
    return op_error("listen", network, NULL, NULL, errors_new("missing address"));
}

/* The addresses of what one wants to listen at, or the error to hand out. */
static gocc_error where(const struct network *net, bool packets, context *ctx, const char *network,
                        const char *address, struct addr_list *list) {
    *list = (struct addr_list){NULL, 0};
    if (!net || (net->type == SOCK_DGRAM) != packets)
        return bad_network(network);
    gocc_error e = net_resolve(net, address, false, ctx, 0, list);
    return e ? op_error("listen", network, NULL, NULL, e) : NULL;
}

/* Of a name's addresses one of version 4, if there is one. */
static net_addr *first_of(const struct addr_list *list) {
    for (size_t i = 0; i < list->n; i++) {
        if (net_ip_to4(list->addr[i]->ip).n)
            return list->addr[i];
    }
    return list->addr[0];
}

net_listener *net_listenconfig_listen(const net_listenconfig *lc, context *ctx, const char *network,
                                      const char *address, gocc_error *err) {
    struct addr_list list;
    net_listener *l = NULL;
    NIL_CHECK(lc);
    const struct network *net = net_network(network);
    gocc_error e = where(net, false, ctx, network, address, &list);
    if (!e)
        l = listen_at(net, first_of(&list), lc->keep_alive, &e);
    addr_list_free(&list);
    io_give(err, e);
    return l;
}

net_listener *net_listen(const char *network, const char *address, gocc_error *err) {
    net_listenconfig lc = {0};
    return net_listenconfig_listen(&lc, NULL, network, address, err);
}

/* An address of the program's own as one that can be told in errors. */
static net_addr *own_addr(const struct network *net, const net_addr *a) {
    static const net_addr none;
    a = a ? a : &none;
    if (net->family == AF_UNIX)
        return addr_of_name(a->name ? a->name : "", net->addr_net);
    return addr_of_ip(a->ip, a->port, a->zone, net->addr_net);
}

static net_listener *listen_addr(const char *network, const char *family, const net_addr *local,
                                 gocc_error *err) {
    gocc_error e = NULL;
    net_listener *l = NULL;
    const struct network *net = net_network(network);
    if (!net || net->type == SOCK_DGRAM || strncmp(network, family, strlen(family)) != 0) {
        e = bad_network(network);
    } else if (!local && net->family == AF_UNIX) {
        e = no_address(network);
    } else {
        net_addr *a = own_addr(net, local);
        l = listen_at(net, a, 0, &e);
        handle_release(a);
    }
    io_give(err, e);
    return l;
}

net_tcplistener *net_listen_tcp(const char *network, const net_tcpaddr *local, gocc_error *err) {
    return listen_addr(network, "tcp", local, err);
}

net_unixlistener *net_listen_unix(const char *network, const net_unixaddr *local, gocc_error *err) {
    return listen_addr(network, "unix", local, err);
}

/* ---- accepting ---- */

struct accepted {
    union sock from;
    socklen_t size;
};

static ssize_t call_accept(int fd, void *arg) {
    struct accepted *a = arg;
    a->size = sizeof a->from;
    int got = accept4(fd, &a->from.sa, &a->size, SOCK_CLOEXEC | SOCK_NONBLOCK);
    int e = got < 0 ? *gocc__errno() : 0;
    if (e == ECONNABORTED) /* gone before we came: the next one */
        return -EINTR;
    return got < 0 ? -e : got;
}

static net_conn *take_in(net_listener *l, int fd, const struct accepted *a, int *err) {
    net_addr *remote = addr_of_sock(&a->from, a->size, l->net->addr_net);
    net_conn *c = conn_new(fd, l->net, l->any ? NULL : l->addr, remote, err);
    if (c) {
        c->connected = true;
        return c;
    }
    handle_release(remote);
    close(fd);
    return NULL;
}

net_conn *net_listener_accept(net_listener *l, gocc_error *err) {
    struct accepted a;
    int e;
    HANDLE_CHECK(l);
    ssize_t fd = fd_do(&l->fd, FD_READ, call_accept, &a, &e);
    net_conn *c = e ? NULL : take_in(l, (int)fd, &a, &e);
    io_give(err,
            e ? op_error("accept", l->net->name, NULL, l->addr, call_error("accept4", e)) : NULL);
    return c;
}

/* Who is woken by it may drop what was the last reference. */
gocc_error net_listener_close(net_listener *l) {
    HANDLE_CHECK(l);
    handle_retain(l);
    gocc_error err = listener_end(l);
    handle_release(l);
    return err;
}

net_addr *net_listener_addr(net_listener *l) {
    HANDLE_CHECK(l);
    return l->addr;
}

gocc_error net_tcplistener_set_deadline(net_tcplistener *l, time_time t) {
    HANDLE_CHECK(l);
    int e = fd_set_deadline(&l->fd, true, true, t);
    return e == FD_CLOSED ? NET_ERR_CLOSED
           : e            ? op_error("set", l->net->name, NULL, l->addr, call_error("set", e))
                          : NULL;
}

void net_unixlistener_set_unlink_on_close(net_unixlistener *l, bool unlink_it) {
    HANDLE_CHECK(l);
    l->unlink = unlink_it && l->addr && l->addr->name;
}

/* ---- datagrams ---- */

static net_conn *packet_at(const struct network *net, net_addr *a, gocc_error *err) {
    int e;
    gocc_error why;
    int fd = bound(net, a, &why);
    net_conn *c = fd < 0 ? NULL : conn_new(fd, net, NULL, NULL, &e);
    if (!c && fd >= 0) {
        why = call_error("socket", e);
        close(fd);
    }
    if (c && a->name && a->name[0] && a->name[0] != '@')
        c->unlink = strdup(a->name);
    *err = c ? NULL : op_error("listen", net->name, NULL, a, why);
    return c;
}

static net_conn *packet_addr(const char *network, const net_addr *local, gocc_error *err) {
    gocc_error e = NULL;
    net_conn *c = NULL;
    const struct network *net = net_network(network);
    if (!net || net->type != SOCK_DGRAM) {
        e = bad_network(network);
    } else if (!local && net->family == AF_UNIX) {
        e = no_address(network);
    } else {
        net_addr *a = own_addr(net, local);
        c = packet_at(net, a, &e);
        handle_release(a);
    }
    io_give(err, e);
    return c;
}

net_packetconn *net_listenconfig_listen_packet(const net_listenconfig *lc, context *ctx,
                                               const char *network, const char *address,
                                               gocc_error *err) {
    struct addr_list list;
    net_conn *c = NULL;
    NIL_CHECK(lc);
    const struct network *net = net_network(network);
    gocc_error e = where(net, true, ctx, network, address, &list);
    if (!e)
        c = packet_at(net, first_of(&list), &e);
    addr_list_free(&list);
    io_give(err, e);
    return c;
}

net_packetconn *net_listen_packet(const char *network, const char *address, gocc_error *err) {
    net_listenconfig lc = {0};
    return net_listenconfig_listen_packet(&lc, NULL, network, address, err);
}

net_udpconn *net_listen_udp(const char *network, const net_udpaddr *local, gocc_error *err) {
    return packet_addr(network, local, err);
}

net_unixconn *net_listen_unixgram(const char *network, const net_unixaddr *local, gocc_error *err) {
    return packet_addr(network, local, err);
}

struct packet {
    void *data;
    size_t n;
    union sock peer;
    socklen_t size;
};

static ssize_t call_recvfrom(int fd, void *arg) {
    struct packet *p = arg;
    p->size = sizeof p->peer;
    ssize_t n = recvfrom(fd, p->data, p->n, 0, &p->peer.sa, &p->size);
    return n < 0 ? -*gocc__errno() : n;
}

static ssize_t call_sendto(int fd, void *arg) {
    struct packet *p = arg;
    ssize_t n = sendto(fd, p->data, p->n, MSG_NOSIGNAL, &p->peer.sa, p->size);
    return n < 0 ? -*gocc__errno() : n;
}

ssize_t net_packetconn_read_from(net_packetconn *c, void *buffer, size_t n, net_addr **from,
                                 gocc_error *err) {
    int e;
    HANDLE_CHECK(c);
    struct packet p = {.data = buffer, .n = n};
    ssize_t got = fd_do(&c->fd, FD_READ, call_recvfrom, &p, &e);
    if (from)
        *from = e || p.size == 0 ? NULL
                                 : addr_of_sock(&p.peer, p.size, net_network(c->network)->addr_net);
    io_give(err, e ? op_error("read", c->network, c->local, c->remote, call_error("recvfrom", e))
                   : NULL);
    return got;
}

static int peer_of(net_conn *c, const net_addr *to, struct packet *p, gocc_error *why) {
    int family = c->local ? addr_family(c->local) : AF_UNIX;
    *why = addr_misfit(to, family);
    if (*why)
        return EINVAL;
    return addr_to_sock(to, family, &p->peer, &p->size);
}

ssize_t net_packetconn_write_to(net_packetconn *c, const void *data, size_t n, const net_addr *to,
                                gocc_error *err) {
    HANDLE_CHECK(c);
    NIL_CHECK(to);
    struct packet p = {.data = UNCONST(data), .n = n};
    if (c->connected) {
        io_give(err, op_error("write", c->network, c->local, to, NET_ERR_WRITE_TO_CONNECTED));
        return 0;
    }
    gocc_error why;
    int e = peer_of(c, to, &p, &why);
    ssize_t put = e ? 0 : fd_do(&c->fd, FD_WRITE, call_sendto, &p, &e);
    if (e && !why)
        why = call_error("sendto", e);
    io_give(err, e ? op_error("write", c->network, c->local, to, why) : NULL);
    return put;
}
