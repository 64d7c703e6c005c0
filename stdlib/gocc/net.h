/* SPDX-License-Identifier: MIT */
/*
 * Package net: TCP, UDP and Unix sockets whose calls park the goroutine and never the thread.
 * A net_conn is an io_reader and an io_writer: see <gocc/io.h>.
 */
#ifndef GOCC_NET_H
#define GOCC_NET_H

#include <gocc/context.h>
#include <gocc/io.h>

/* ---- addresses ---- */

/* A value; n is 4 or 16, or 0 for no address, Go's nil. */
typedef struct net_ip {
    uint8_t n;
    uint8_t bytes[16];
} net_ip;

net_ip net_parse_ip(const char *text) GOCC_SYMBOL(net_parse_ip);
net_ip net_ipv4(uint8_t a, uint8_t b, uint8_t c, uint8_t d) GOCC_SYMBOL(net_ipv4);
/* the text lives as long as the block around the call */
#define net_ip_string(ip) net_ip_write((ip), (char[48]){0})
char *net_ip_write(net_ip ip, char buffer[48]) GOCC_SYMBOL(net_ip_write);
net_ip net_ip_to4(net_ip ip) GOCC_SYMBOL(net_ip_to4); /* none, if it is not of version 4 */
net_ip net_ip_to16(net_ip ip) GOCC_SYMBOL(net_ip_to16);
bool net_ip_equal(net_ip a, net_ip b) GOCC_SYMBOL(net_ip_equal);
bool net_ip_is_loopback(net_ip ip) GOCC_SYMBOL(net_ip_is_loopback);
bool net_ip_is_private(net_ip ip) GOCC_SYMBOL(net_ip_is_private);
bool net_ip_is_unspecified(net_ip ip) GOCC_SYMBOL(net_ip_is_unspecified);
bool net_ip_is_multicast(net_ip ip) GOCC_SYMBOL(net_ip_is_multicast);
bool net_ip_is_global_unicast(net_ip ip) GOCC_SYMBOL(net_ip_is_global_unicast);
bool net_ip_is_link_local_multicast(net_ip ip) GOCC_SYMBOL(net_ip_is_link_local_multicast);
bool net_ip_is_link_local_unicast(net_ip ip) GOCC_SYMBOL(net_ip_is_link_local_unicast);

typedef struct net_ipnet {
    net_ip ip; /* the network's first address */
    int ones;  /* bits of the mask that are set */
} net_ipnet;
net_ip net_parse_cidr(const char *text, net_ipnet *net, gocc_error *err)
    GOCC_SYMBOL(net_parse_cidr);
#define net_ipnet_string(net) net_ipnet_write((net), (char[52]){0}) /* as net_ip_string */
char *net_ipnet_write(const net_ipnet *net, char buffer[52]) GOCC_SYMBOL(net_ipnet_write);
bool net_ipnet_contains(const net_ipnet *net, net_ip ip) GOCC_SYMBOL(net_ipnet_contains);

/* One struct for Go's TCPAddr, UDPAddr and UnixAddr.  The library's are handles; one of the
 * program's own, net_tcpaddr a = {.port = 80}, is plain memory. */
typedef struct gocc__h_net_addr {
    net_ip ip;
    int port;
    const char *zone;
    const char *net;  /* "tcp", "udp", "unix", "unixgram", "pipe" */
    const char *name; /* of a Unix socket */
    char gocc__text[72];
} net_addr;
typedef net_addr net_tcpaddr;
typedef net_addr net_udpaddr;
typedef net_addr net_unixaddr;

const char *net_addr_network(net_addr *a) GOCC_SYMBOL(net_addr_network);
const char *net_addr_string(net_addr *a) GOCC_SYMBOL(net_addr_string); /* lent */
#define net_tcpaddr_network(a)  net_addr_network(a)
#define net_tcpaddr_string(a)   net_addr_string(a)
#define net_udpaddr_network(a)  net_addr_network(a)
#define net_udpaddr_string(a)   net_addr_string(a)
#define net_unixaddr_network(a) net_addr_network(a)
#define net_unixaddr_string(a)  net_addr_string(a)
net_tcpaddr *net_resolve_tcp_addr(const char *network, const char *address, gocc_error *err)
    GOCC_SYMBOL(net_resolve_tcp_addr);
net_udpaddr *net_resolve_udp_addr(const char *network, const char *address, gocc_error *err)
    GOCC_SYMBOL(net_resolve_udp_addr);
net_unixaddr *net_resolve_unix_addr(const char *network, const char *address, gocc_error *err)
    GOCC_SYMBOL(net_resolve_unix_addr);

/* These return memory of malloc: free() it, and *port. */
char *net_split_host_port(const char *hostport, char **port, gocc_error *err)
    GOCC_SYMBOL(net_split_host_port);
char *net_join_host_port(const char *host, const char *port) GOCC_SYMBOL(net_join_host_port);
char **net_lookup_host(const char *host, size_t *n, gocc_error *err)
    GOCC_SYMBOL(net_lookup_host); /* one block: free() the array only */
net_ip *net_lookup_ip(const char *host, size_t *n, gocc_error *err) GOCC_SYMBOL(net_lookup_ip);
int net_lookup_port(const char *network, const char *service, gocc_error *err)
    GOCC_SYMBOL(net_lookup_port);

/* ---- errors ---- */
GOCC_FIXED_ERROR(net_err_closed);
GOCC_FIXED_ERROR(net_err_write_to_connected);
#define NET_ERR_CLOSED             gocc_net_err_closed
#define NET_ERR_WRITE_TO_CONNECTED gocc_net_err_write_to_connected

/* ---- connections: of all kinds, so a TCP connection is one without a conversion ---- */
typedef net_conn net_tcpconn;
typedef net_conn net_udpconn;
typedef net_conn net_unixconn;
typedef net_conn net_packetconn;

net_conn *net_dial(const char *network, const char *address, gocc_error *err) GOCC_SYMBOL(net_dial);
net_conn *net_dial_timeout(const char *network, const char *address, time_duration timeout,
                           gocc_error *err) GOCC_SYMBOL(net_dial_timeout);
net_tcpconn *net_dial_tcp(const char *network, const net_tcpaddr *local, const net_tcpaddr *remote,
                          gocc_error *err) GOCC_SYMBOL(net_dial_tcp);
net_udpconn *net_dial_udp(const char *network, const net_udpaddr *local, const net_udpaddr *remote,
                          gocc_error *err) GOCC_SYMBOL(net_dial_udp);
net_unixconn *net_dial_unix(const char *network, const net_unixaddr *local,
                            const net_unixaddr *remote, gocc_error *err) GOCC_SYMBOL(net_dial_unix);

/* The zero value is ready. */
typedef struct net_dialer {
    time_duration timeout; /* for all of it, 0: none */
    time_time deadline;
    const net_addr *local_addr;
    time_duration keep_alive; /* 0: 15 s, less: off */
} net_dialer;
net_conn *net_dialer_dial(const net_dialer *d, const char *network, const char *address,
                          gocc_error *err) GOCC_SYMBOL(net_dialer_dial);
net_conn *net_dialer_dial_context(const net_dialer *d, context *ctx, const char *network,
                                  const char *address, gocc_error *err)
    GOCC_SYMBOL(net_dialer_dial_context);

ssize_t net_conn_read(net_conn *c, void *buffer, size_t n, gocc_error *err)
    GOCC_SYMBOL(net_conn_read);
ssize_t net_conn_write(net_conn *c, const void *data, size_t n, gocc_error *err)
    GOCC_SYMBOL(net_conn_write);
gocc_error net_conn_close(net_conn *c) GOCC_SYMBOL(net_conn_close);
net_addr *net_conn_local_addr(net_conn *c) GOCC_SYMBOL(net_conn_local_addr);   /* lent */
net_addr *net_conn_remote_addr(net_conn *c) GOCC_SYMBOL(net_conn_remote_addr); /* lent */
gocc_error net_conn_set_deadline(net_conn *c, time_time t) GOCC_SYMBOL(net_conn_set_deadline);
gocc_error net_conn_set_read_deadline(net_conn *c, time_time t)
    GOCC_SYMBOL(net_conn_set_read_deadline);
gocc_error net_conn_set_write_deadline(net_conn *c, time_time t)
    GOCC_SYMBOL(net_conn_set_write_deadline);

gocc_error net_tcpconn_close_read(net_tcpconn *c) GOCC_SYMBOL(net_tcpconn_close_read);
gocc_error net_tcpconn_close_write(net_tcpconn *c) GOCC_SYMBOL(net_tcpconn_close_write);
gocc_error net_tcpconn_set_no_delay(net_tcpconn *c, bool on) GOCC_SYMBOL(net_tcpconn_set_no_delay);
gocc_error net_tcpconn_set_keep_alive(net_tcpconn *c, bool on)
    GOCC_SYMBOL(net_tcpconn_set_keep_alive);
gocc_error net_tcpconn_set_keep_alive_period(net_tcpconn *c, time_duration d)
    GOCC_SYMBOL(net_tcpconn_set_keep_alive_period);
gocc_error net_tcpconn_set_linger(net_tcpconn *c, int sec) GOCC_SYMBOL(net_tcpconn_set_linger);
gocc_error net_tcpconn_set_read_buffer(net_tcpconn *c, int bytes)
    GOCC_SYMBOL(net_tcpconn_set_read_buffer);
gocc_error net_tcpconn_set_write_buffer(net_tcpconn *c, int bytes)
    GOCC_SYMBOL(net_tcpconn_set_write_buffer);

/* datagrams; *from is a handle of the caller's */
ssize_t net_packetconn_read_from(net_packetconn *c, void *buffer, size_t n, net_addr **from,
                                 gocc_error *err) GOCC_SYMBOL(net_packetconn_read_from);
ssize_t net_packetconn_write_to(net_packetconn *c, const void *data, size_t n, const net_addr *to,
                                gocc_error *err) GOCC_SYMBOL(net_packetconn_write_to);
net_packetconn *net_listen_packet(const char *network, const char *address, gocc_error *err)
    GOCC_SYMBOL(net_listen_packet);
net_udpconn *net_listen_udp(const char *network, const net_udpaddr *local, gocc_error *err)
    GOCC_SYMBOL(net_listen_udp);
net_unixconn *net_listen_unixgram(const char *network, const net_unixaddr *local, gocc_error *err)
    GOCC_SYMBOL(net_listen_unixgram);

/* Go's synchronous pipe in memory, both ends connections */
net_conn *net_pipe(net_conn **other) GOCC_SYMBOL(net_pipe);

/* ---- listeners ---- */
typedef struct gocc__h_net_listener net_listener;
typedef net_listener net_tcplistener;
typedef net_listener net_unixlistener;

net_listener *net_listen(const char *network, const char *address, gocc_error *err)
    GOCC_SYMBOL(net_listen);
net_tcplistener *net_listen_tcp(const char *network, const net_tcpaddr *local, gocc_error *err)
    GOCC_SYMBOL(net_listen_tcp);
net_unixlistener *net_listen_unix(const char *network, const net_unixaddr *local, gocc_error *err)
    GOCC_SYMBOL(net_listen_unix);
net_conn *net_listener_accept(net_listener *l, gocc_error *err) GOCC_SYMBOL(net_listener_accept);
gocc_error net_listener_close(net_listener *l) GOCC_SYMBOL(net_listener_close);
net_addr *net_listener_addr(net_listener *l) GOCC_SYMBOL(net_listener_addr); /* lent */
gocc_error net_tcplistener_set_deadline(net_tcplistener *l, time_time t)
    GOCC_SYMBOL(net_tcplistener_set_deadline);
void net_unixlistener_set_unlink_on_close(net_unixlistener *l, bool unlink)
    GOCC_SYMBOL(net_unixlistener_set_unlink_on_close);

/* Go's ListenConfig has but options of the operating system; the context ends name look-ups. */
typedef struct net_listenconfig {
    time_duration keep_alive; /* 0: 15 s, less: off */
} net_listenconfig;
net_listener *net_listenconfig_listen(const net_listenconfig *lc, context *ctx, const char *network,
                                      const char *address, gocc_error *err)
    GOCC_SYMBOL(net_listenconfig_listen);
net_packetconn *net_listenconfig_listen_packet(const net_listenconfig *lc, context *ctx,
                                               const char *network, const char *address,
                                               gocc_error *err)
    GOCC_SYMBOL(net_listenconfig_listen_packet);

/* ---- the methods of Go's concrete types ---- */
#define net_tcpconn_read                  net_conn_read
#define net_tcpconn_write                 net_conn_write
#define net_tcpconn_close                 net_conn_close
#define net_tcpconn_local_addr            net_conn_local_addr
#define net_tcpconn_remote_addr           net_conn_remote_addr
#define net_tcpconn_set_deadline          net_conn_set_deadline
#define net_tcpconn_set_read_deadline     net_conn_set_read_deadline
#define net_tcpconn_set_write_deadline    net_conn_set_write_deadline
#define net_tcpconn_set_keepalive         net_tcpconn_set_keep_alive
#define net_unixconn_read                 net_conn_read
#define net_unixconn_write                net_conn_write
#define net_unixconn_close                net_conn_close
#define net_unixconn_local_addr           net_conn_local_addr
#define net_unixconn_remote_addr          net_conn_remote_addr
#define net_unixconn_set_deadline         net_conn_set_deadline
#define net_unixconn_set_read_deadline    net_conn_set_read_deadline
#define net_unixconn_set_write_deadline   net_conn_set_write_deadline
#define net_unixconn_close_read           net_tcpconn_close_read
#define net_unixconn_close_write          net_tcpconn_close_write
#define net_unixconn_read_from            net_packetconn_read_from
#define net_unixconn_write_to             net_packetconn_write_to
#define net_unixconn_set_read_buffer      net_tcpconn_set_read_buffer
#define net_unixconn_set_write_buffer     net_tcpconn_set_write_buffer
#define net_unixconn_read_from_unix       net_packetconn_read_from
#define net_unixconn_write_to_unix        net_packetconn_write_to
#define net_udpconn_read                  net_conn_read
#define net_udpconn_write                 net_conn_write
#define net_udpconn_close                 net_conn_close
#define net_udpconn_local_addr            net_conn_local_addr
#define net_udpconn_remote_addr           net_conn_remote_addr
#define net_udpconn_set_deadline          net_conn_set_deadline
#define net_udpconn_set_read_deadline     net_conn_set_read_deadline
#define net_udpconn_set_write_deadline    net_conn_set_write_deadline
#define net_udpconn_set_read_buffer       net_tcpconn_set_read_buffer
#define net_udpconn_set_write_buffer      net_tcpconn_set_write_buffer
#define net_udpconn_read_from             net_packetconn_read_from
#define net_udpconn_write_to              net_packetconn_write_to
#define net_udpconn_read_from_udp         net_packetconn_read_from
#define net_udpconn_write_to_udp          net_packetconn_write_to
#define net_packetconn_close              net_conn_close
#define net_packetconn_local_addr         net_conn_local_addr
#define net_packetconn_set_deadline       net_conn_set_deadline
#define net_packetconn_set_read_deadline  net_conn_set_read_deadline
#define net_packetconn_set_write_deadline net_conn_set_write_deadline
#define net_tcplistener_accept            net_listener_accept
#define net_tcplistener_accept_tcp        net_listener_accept
#define net_tcplistener_close             net_listener_close
#define net_tcplistener_addr              net_listener_addr
#define net_unixlistener_accept           net_listener_accept
#define net_unixlistener_accept_unix      net_listener_accept
#define net_unixlistener_close            net_listener_close
#define net_unixlistener_addr             net_listener_addr
#define net_unixlistener_set_deadline     net_tcplistener_set_deadline

#endif
