/* SPDX-License-Identifier: MIT */
/* Connections: what all kinds of sockets, and the pipe in memory, have in common. */
#include "net/net.h"
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <unistd.h>

static gocc_error failed(net_conn *c, const char *op, const char *call, int err) {
    if (err == 0 || err == FD_EOF)
        return err ? IO_EOF : NULL;
    return op_error(op, c->network, c->local, c->remote, call_error(call, err));
}

/* Go tells only our end here. */
static gocc_error not_set(net_conn *c, const char *call, int err) {
    return err ? op_error("set", c->network, NULL, c->local, call_error(call, err)) : NULL;
}

ssize_t net_conn_read(net_conn *c, void *buffer, size_t n, gocc_error *err) {
    int e;
    HANDLE_CHECK(c);
    if (c->mem)
        return mem_read(c->mem, buffer, n, err);
    ssize_t got = fd_recv(&c->fd, buffer, n, &e);
    io_give(err, failed(c, "read", "read", e));
    return got;
}

ssize_t net_conn_write(net_conn *c, const void *data, size_t n, gocc_error *err) {
    int e;
    HANDLE_CHECK(c);
    if (c->mem)
        return mem_write(c->mem, data, n, err);
    ssize_t put = fd_send(&c->fd, data, n, &e);
    io_give(err, failed(c, "write", "write", e));
    return put;
}

static gocc_error conn_end(net_conn *c) {
    if (c->mem)
        mem_close(c->mem);
    else if (!fd_close(&c->fd))
        return failed(c, "close", "close", FD_CLOSED);
    else if (c->unlink)
        unlinkat(AT_FDCWD, c->unlink, 0);
    return NULL;
}

/* Who is woken by it may drop what was the last reference. */
gocc_error net_conn_close(net_conn *c) {
    HANDLE_CHECK(c);
    handle_retain(c);
    gocc_error err = conn_end(c);
    handle_release(c);
    return err;
}

net_addr *net_conn_local_addr(net_conn *c) {
    HANDLE_CHECK(c);
    return c->local;
}

net_addr *net_conn_remote_addr(net_conn *c) {
    HANDLE_CHECK(c);
    return c->remote;
}

/* ---- deadlines ---- */

static gocc_error set_deadline(net_conn *c, bool read, bool write, time_time t) {
    HANDLE_CHECK(c);
    if (c->mem)
        return mem_set_deadline(c->mem, read, write, t);
    return not_set(c, "set", fd_set_deadline(&c->fd, read, write, t));
}

gocc_error net_conn_set_deadline(net_conn *c, time_time t) {
    return set_deadline(c, true, true, t);
}

gocc_error net_conn_set_read_deadline(net_conn *c, time_time t) {
    return set_deadline(c, true, false, t);
}

gocc_error net_conn_set_write_deadline(net_conn *c, time_time t) {
    return set_deadline(c, false, true, t);
}

/* ---- options ---- */

struct option {
    int level, name, value;
    struct linger linger;
};

static ssize_t call_set(int fd, void *arg) {
    struct option *o = arg;
    bool linger = o->name == SO_LINGER && o->level == SOL_SOCKET;
    int r = linger ? setsockopt(fd, SOL_SOCKET, SO_LINGER, &o->linger, sizeof o->linger)
                   : setsockopt(fd, o->level, o->name, &o->value, sizeof o->value);
    return r < 0 ? -*gocc__errno() : 0;
}

static ssize_t call_shutdown(int fd, void *arg) {
    return shutdown(fd, *(int *)arg) < 0 ? -*gocc__errno() : 0;
}

static int quick(net_conn *c, fd_op op, void *arg) {
    HANDLE_CHECK(c);
    return c->mem ? EOPNOTSUPP : (int)-fd_quick(&c->fd, op, arg);
}

static gocc_error set_option(net_conn *c, int level, int name, int value) {
    struct option o = {level, name, value, {value >= 0, value}};
    return failed(c, "set", "setsockopt", quick(c, call_set, &o));
}

static gocc_error set_buffer(net_conn *c, int name, int value) {
    struct option o = {SOL_SOCKET, name, value, {0, 0}};
    return not_set(c, "setsockopt", quick(c, call_set, &o));
}

static gocc_error shut_down(net_conn *c, int how) {
    return failed(c, "close", "shutdown", quick(c, call_shutdown, &how));
}

gocc_error net_tcpconn_close_read(net_tcpconn *c) {
    return shut_down(c, SHUT_RD);
}

gocc_error net_tcpconn_close_write(net_tcpconn *c) {
    return shut_down(c, SHUT_WR);
}

gocc_error net_tcpconn_set_no_delay(net_tcpconn *c, bool on) {
    return set_option(c, IPPROTO_TCP, TCP_NODELAY, on);
}

gocc_error net_tcpconn_set_keep_alive(net_tcpconn *c, bool on) {
    return set_option(c, SOL_SOCKET, SO_KEEPALIVE, on);
}

static int whole_seconds(time_duration d) {
    return d <= TIME_SECOND ? 1 : (int)((d + TIME_SECOND - 1) / TIME_SECOND);
}

gocc_error net_tcpconn_set_keep_alive_period(net_tcpconn *c, time_duration d) {
    gocc_error e = set_option(c, IPPROTO_TCP, TCP_KEEPINTVL, whole_seconds(d));
    return e ? e : set_option(c, IPPROTO_TCP, TCP_KEEPIDLE, whole_seconds(d));
}

gocc_error net_tcpconn_set_linger(net_tcpconn *c, int sec) {
    return set_option(c, SOL_SOCKET, SO_LINGER, sec);
}

gocc_error net_tcpconn_set_read_buffer(net_tcpconn *c, int bytes) {
    return set_buffer(c, SO_RCVBUF, bytes);
}

gocc_error net_tcpconn_set_write_buffer(net_tcpconn *c, int bytes) {
    return set_buffer(c, SO_SNDBUF, bytes);
}

/* ---- as a reader and writer ---- */

static ssize_t method_read(void *self, void *buffer, size_t n, gocc_error *err) {
    return net_conn_read(self, buffer, n, err);
}

static ssize_t method_write(void *self, const void *data, size_t n, gocc_error *err) {
    return net_conn_write(self, data, n, err);
}

static gocc_error method_close(void *self) {
    return net_conn_close(self);
}

/* ---- making them ---- */

static void conn_destroy(void *h) {
    net_conn *c = h;
    if (c->mem) {
        mem_destroy(c->mem);
    } else if (fd_close(&c->fd) && c->unlink) {
        unlinkat(AT_FDCWD, c->unlink, 0);
    }
    handle_release(c->local);
    handle_release(c->remote);
    free(c->unlink);
}

const struct handle_kind conn_kind = {"net_conn", conn_destroy};
static const io_methods conn_methods = {
    .name = "net_conn", .read = method_read, .write = method_write, .close = method_close};

net_addr *sock_name(int fd, const struct network *net) {
    union sock s;
    socklen_t size = sizeof s;
    return getsockname(fd, &s.sa, &size) < 0 ? NULL : addr_of_sock(&s, size, net->addr_net);
}

net_conn *conn_new(int fd, const struct network *net, net_addr *local, net_addr *remote, int *err) {
    net_conn *c = io_object(sizeof *c, &conn_kind, &conn_methods);
    c->network = net ? net->name : "pipe";
    c->remote = remote;
    c->local = local;
    if (!net)
        return c;
    c->fd.stream = net->type == SOCK_STREAM;
    c->fd.datagrams = net->type == SOCK_DGRAM;
    c->fd.tells_all = c->fd.stream && net->family != AF_UNIX;
    *err = fd_open(&c->fd, fd);
    if (*err) {
        c->fd.state = 1;
        c->remote = NULL;
        handle_release(c);
        return NULL;
    }
    c->local = local ? handle_retain(local) : sock_name(fd, net);
    return c;
}
