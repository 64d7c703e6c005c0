/* SPDX-License-Identifier: MIT */
/* What the files of package net share. */
#ifndef GOCC_NET_NET_H
#define GOCC_NET_NET_H

#include "io/fd.h"
#include "io/io.h"
#include <gocc/net.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

/* ---- what "tcp4" and so on mean ---- */
struct network {
    const char *name;
    const char *addr_net; /* what its addresses say */
    int family;           /* AF_UNSPEC: either version of IP */
    int type;
};
const struct network *net_network(const char *name) GOCC_PRIVATE(net_network); /* NULL: none */

/* ---- addresses ---- */
union sock {
    struct sockaddr sa;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    struct sockaddr_un un;
};
net_addr *addr_of_sock(const union sock *s, socklen_t size, const char *net)
    GOCC_PRIVATE(addr_of_sock); /* "@": a Unix socket without a name */
net_addr *addr_of_ip(net_ip ip, int port, const char *zone, const char *net)
    GOCC_PRIVATE(addr_of_ip);
net_addr *addr_of_name(const char *name, const char *net) GOCC_PRIVATE(addr_of_name);
/* 0 or an errno value; AF_INET6 takes addresses of version 4 as mapped ones */
/* Which host no host means is up to the caller. */
bool addr_is_nowhere(const net_addr *a) GOCC_PRIVATE(addr_is_nowhere); /* none, 0.0.0.0 or :: */
gocc_error addr_misfit(const net_addr *a, int family) GOCC_PRIVATE(addr_misfit); /* of version 6 */
int addr_to_sock(const net_addr *a, int family, union sock *s, socklen_t *size)
    GOCC_PRIVATE(addr_to_sock);
int addr_family(const net_addr *a) GOCC_PRIVATE(addr_family);

/* ---- names ---- */
struct addr_list {
    net_addr **addr; /* handles, one block of memory */
    size_t n;
};
void addr_list_free(struct addr_list *l) GOCC_PRIVATE(addr_list_free);
/* All addresses of "host:port", or a path, for a network; an error without the operation.
 * ctx, which may be NULL, and deadline (by clock_mono(), 0: none) end the wait for a name. */
gocc_error net_resolve(const struct network *net, const char *address, bool dial, context *ctx,
                       int64_t deadline, struct addr_list *l) GOCC_PRIVATE(net_resolve);
/* The addresses of a host name; the error's text begins with "lookup". */
gocc_error net_lookup(const char *host, int family, net_ip **ips, size_t *n)
    GOCC_PRIVATE(net_lookup);

/* ---- errors ---- */
/* "OP NETWORK SOURCE->ADDR: CAUSE"; source and addr may be NULL; the cause is handed over */
gocc_error op_error(const char *op, const char *network, net_addr *source, const net_addr *addr,
                    gocc_error cause) GOCC_PRIVATE(op_error);
/* The cause of a call's failure: "connect: connection refused", or what is no call's. */
gocc_error call_error(const char *call, int err) GOCC_PRIVATE(call_error);
gocc_error ctx_error(context *ctx) GOCC_PRIVATE(ctx_error); /* "operation was canceled" */

/* ---- connections ---- */
struct mem_end; /* pipe.c */
struct gocc__h_net_conn {
    struct gocc__h_io io;
    struct mem_end *mem;      /* an end of net_pipe; else NULL */
    const char *network;      /* of struct network: stays */
    net_addr *local, *remote; /* handles, may be NULL */
    struct fd fd;
    bool connected;
    char *unlink; /* path of the socket, to be removed with it */
};
/* The local address is asked for unless given, which is retained; remote is handed over.
 * Fails only as fd_open() does, and then the descriptor is still the caller's. */
net_conn *conn_new(int fd, const struct network *net, net_addr *local, net_addr *remote, int *err)
    GOCC_PRIVATE(conn_new);
extern const struct handle_kind conn_kind GOCC_PRIVATE(net_conn_kind);
net_addr *sock_name(int fd, const struct network *net) GOCC_PRIVATE(sock_name);

struct gocc__h_net_listener {
    const struct network *net;
    net_addr *addr;
    struct fd fd;
    bool any;    /* bound to no address: each connection has its own */
    bool unlink; /* the Unix socket's path goes when it is closed */
};

/* ---- net_pipe ---- */
ssize_t mem_read(struct mem_end *e, void *buffer, size_t n, gocc_error *err) GOCC_PRIVATE(mem_read);
ssize_t mem_write(struct mem_end *e, const void *data, size_t n, gocc_error *err)
    GOCC_PRIVATE(mem_write);
void mem_close(struct mem_end *e) GOCC_PRIVATE(mem_close);
gocc_error mem_set_deadline(struct mem_end *e, bool read, bool write, time_time t)
    GOCC_PRIVATE(mem_set_deadline);
void mem_destroy(struct mem_end *e) GOCC_PRIVATE(mem_destroy);

/* ---- sockets: descriptors, or less errno; *call names what failed ---- */
int sock_open(int family, int type) GOCC_PRIVATE(sock_open);
int sock_bind(int fd, const net_addr *a, int family) GOCC_PRIVATE(sock_bind); /* 0 or errno */
void sock_set_keep_alive(int fd, time_duration period) GOCC_PRIVATE(sock_set_keep_alive);
void sock_set(int fd, int level, int option, int value) GOCC_PRIVATE(sock_set);
bool net_ipv6_works(void) GOCC_PRIVATE(net_ipv6_works);

#endif
