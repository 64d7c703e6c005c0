/* SPDX-License-Identifier: MIT */
/*
 * From names to addresses, by the C library's resolver.
 *
 * getaddrinfo() blocks its thread, and the processor is handed on meanwhile.  Where somebody may
 * lose patience (a deadline, a context) a goroutine of its own asks, and what it finds too
 * late is dropped: the resolver cannot be interrupted.
 */
#include "net/net.h"
#include <netdb.h>
#include <stdio.h>

void addr_list_free(struct addr_list *l) {
    for (size_t i = 0; i < l->n; i++)
        handle_release(l->addr[i]);
    free(l->addr);
    l->addr = NULL;
    l->n = 0;
}

/* ---- asking ---- */

static const errors_kind dns_kind = {.name = "net.DNSError"};
static const errors_kind dns_timeout_kind = {.name = "net.DNSError", .timeout = true};

static gocc_error lookup_error(const char *host, int r) {
    bool again = r == EAI_AGAIN;
    bool unknown = r == EAI_NONAME || r == EAI_NODATA || r == EAI_ADDRFAMILY;
    return errors_new_kind(again ? &dns_timeout_kind : &dns_kind, NULL, "lookup %s: %s", host,
                           unknown ? "no such host"
                           : again ? "Temporary failure in name resolution"
                                   : gai_strerror(r));
}

static net_ip ip_of(const struct addrinfo *ai) {
    net_ip ip = {0, {0}};
    if (ai->ai_family == AF_INET) {
        ip.n = 4;
        memcpy(ip.bytes, &((struct sockaddr_in *)(void *)ai->ai_addr)->sin_addr, 4);
    } else if (ai->ai_family == AF_INET6) {
        ip.n = 16;
        memcpy(ip.bytes, &((struct sockaddr_in6 *)(void *)ai->ai_addr)->sin6_addr, 16);
    }
    return ip;
}

gocc_error net_lookup(const char *host, int family, net_ip **ips, size_t *n) {
    struct addrinfo hints = {.ai_family = family, .ai_socktype = SOCK_STREAM};
    struct addrinfo *list = NULL;
    *ips = NULL;
    *n = 0;
    int r = *host ? getaddrinfo(host, NULL, &hints, &list) : EAI_NONAME;
    if (r != 0)
        return lookup_error(host, r);
    size_t count = 0;
    for (struct addrinfo *ai = list; ai; ai = ai->ai_next)
        count++;
    *ips = std_alloc((count + 1) * sizeof **ips);
    for (struct addrinfo *ai = list; ai; ai = ai->ai_next) {
        net_ip ip = ip_of(ai);
        if (ip.n)
            (*ips)[(*n)++] = ip;
    }
    freeaddrinfo(list);
    return NULL;
}

/* ---- asking with patience ---- */

struct question {
    int family;
    net_ip *ips;
    size_t n;
    gocc_error err;
    void *done; /* channel of nothing, closed with the answer */
    char host[];
};

static void question_destroy(void *h) {
    struct question *q = h;
    free(q->ips);
    handle_release(q->err);
    handle_release(q->done);
}

static const struct handle_kind question_kind = {"lookup", question_destroy};

static void ask(void *h) {
    struct question *q = h;
    q->err = net_lookup(q->host, q->family, &q->ips, &q->n);
    gocc__chan_close(q->done);
    handle_release(q);
}

static gocc_error lookup_until(const char *host, int family, context *ctx, int64_t deadline,
                               net_ip **ips, size_t *n) {
    if (!ctx && !deadline)
        return net_lookup(host, family, ips, n);
    *ips = NULL;
    *n = 0;
    if (ctx && context_err(ctx))
        return op_error("lookup", host, NULL, NULL, ctx_error(ctx));
    struct question *q = handle_new(sizeof *q + strlen(host) + 1, &question_kind);
    strcpy(q->host, host);
    q->family = family;
    q->done = gocc_chan_make(0, 0);
    go_start(ask, handle_retain(q));
    int64_t left = deadline ? deadline - clock_mono() : INT64_MAX;
    time_chan limit = time_after(left < 0 ? 0 : left);
    struct gocc__case cases[3] = {
        {.c = q->done, .op = GOCC__RECV},
        {.c = limit, .op = GOCC__RECV},
        {.c = ctx ? context_done(ctx) : NULL, .op = GOCC__RECV},
    };
    bool answered = gocc__select(cases, 3, 0) == 0;
    handle_release(limit);
    gocc_error e = answered ? handle_retain(q->err) : NULL;
    *ips = answered ? q->ips : NULL;
    *n = answered ? q->n : 0;
    if (answered)
        q->ips = NULL;
    else
        e = op_error("lookup", host, NULL, NULL, ctx_error(ctx && context_err(ctx) ? ctx : NULL));
    handle_release(q);
    return e;
}

/* ---- services ---- */

/* The case does not count, in Go and so here.  -1: there is none. */
static int port_of_service(const char *service, const char *protocol) {
    struct servent entry, *found = NULL;
    char buffer[1024], name[64];
    size_t n = strlen(service);
    if (n >= sizeof name)
        return -1;
    for (size_t i = 0; i <= n; i++)
        name[i] = service[i] >= 'A' && service[i] <= 'Z' ? (char)(service[i] | 0x20) : service[i];
    if (getservbyname_r(name, protocol, &entry, buffer, sizeof buffer, &found) != 0 || !found)
        return -1;
    return ntohs((uint16_t)found->s_port);
}

static int port_of_name(const char *network, const char *service, gocc_error *err) {
    bool both = !*network || strcmp(network, "ip") == 0;
    const struct network *net = net_network(network);
    *err = NULL;
    if (!both && (!net || net->family == AF_UNIX)) {
        *err = fmt_errorf("address %s: unknown network", network);
        return -1;
    }
    int port = port_of_service(service, both ? "tcp" : net->addr_net);
    if (both && port < 0)
        port = port_of_service(service, "udp");
    if (port < 0)
        *err = fmt_errorf("lookup %s/%s: unknown port", *network ? network : "ip", service);
    return port;
}

int net_lookup_port(const char *network, const char *service, gocc_error *err) {
    gocc_error e = NULL;
    NIL_CHECK(network);
    NIL_CHECK(service);
    const char *digits = service + (*service == '+' || *service == '-');
    long port;
    if (digits[strspn(digits, "0123456789")])
        port = port_of_name(network, service, &e);
    else if ((port = strtol(service, NULL, 10)) < 0 || port > 65535)
        e = fmt_errorf("address %s: invalid port", service);
    io_give(err, e);
    return e ? 0 : (int)port;
}

/* ---- addresses to connect to or to listen at ---- */

static void list_add(struct addr_list *l, net_addr *a) {
    net_addr **more = realloc(l->addr, (l->n + 1) * sizeof *more);
    if (!more)
        fatal_error("out of memory (addresses)");
    l->addr = more;
    l->addr[l->n++] = a;
}

static bool fits(net_ip ip, int family) {
    bool v4 = net_ip_to4(ip).n != 0;
    return family == AF_UNSPEC || v4 == (family == AF_INET);
}

/* "fe80::1%eth0" */
static net_ip parse_zoned(const char *host, char *buffer, size_t size, const char **zone) {
    const char *percent = strchr(host, '%');
    *zone = percent ? percent + 1 : NULL;
    if (!percent)
        return net_parse_ip(host);
    if ((size_t)(percent - host) >= size)
        return (net_ip){0, {0}};
    memcpy(buffer, host, (size_t)(percent - host));
    buffer[percent - host] = '\0';
    net_ip ip = net_parse_ip(buffer);
    return ip.n == 16 ? ip : (net_ip){0, {0}};
}

/* "::" is nobody in particular also where there is version 4 only. */
static net_ip literal(const struct network *net, const char *host, char *buffer, size_t size,
                      const char **zone) {
    net_ip ip = parse_zoned(host, buffer, size, zone);
    if (net->family == AF_INET && ip.n == 16 && net_ip_is_unspecified(ip))
        ip.n = 4;
    return ip;
}

static gocc_error resolve_host(const struct network *net, const char *host, int port, context *ctx,
                               int64_t deadline, struct addr_list *l) {
    char buffer[64];
    const char *zone = NULL;
    net_ip *ips;
    size_t n;
    net_ip ip = literal(net, host, buffer, sizeof buffer, &zone);
    if (ip.n || !*host) {
        if (ip.n && !fits(ip, net->family))
            return fmt_errorf("address %s: no suitable address found", host);
        list_add(l, addr_of_ip(ip, port, zone, net->addr_net));
        return NULL;
    }
    gocc_error e = lookup_until(host, net->family, ctx, deadline, &ips, &n);
    for (size_t i = 0; i < n; i++)
        list_add(l, addr_of_ip(ips[i], port, NULL, net->addr_net));
    free(ips);
    if (!e && l->n == 0)
        e = fmt_errorf("address %s: no suitable address found", host);
    return e;
}

gocc_error net_resolve(const struct network *net, const char *address, bool dial, context *ctx,
                       int64_t deadline, struct addr_list *l) {
    char *port_text;
    gocc_error e;
    NIL_CHECK(address);
    *l = (struct addr_list){NULL, 0};
    if (!*address && dial)
        return errors_new("missing address");
    if (net->family == AF_UNIX) {
        list_add(l, addr_of_name(address, net->addr_net));
        return NULL;
    }
    char *host = *address ? net_split_host_port(address, &port_text, &e)
                          : net_split_host_port(":0", &port_text, &e);
    if (e)
        return e;
    int port = net_lookup_port(net->name, port_text, &e);
    if (!e)
        e = resolve_host(net, host, port, ctx, deadline, l);
    free(host);
    free(port_text);
    return e;
}

/* ---- for the program ---- */

net_ip *net_lookup_ip(const char *host, size_t *n, gocc_error *err) {
    net_ip *ips;
    size_t count;
    NIL_CHECK(host);
    net_ip ip = net_parse_ip(host);
    gocc_error e = NULL;
    if (ip.n) {
        ips = std_alloc(sizeof *ips);
        *ips = ip;
        count = 1;
    } else {
        e = net_lookup(host, AF_UNSPEC, &ips, &count);
    }
    if (n)
        *n = count;
    io_give(err, e);
    return ips;
}

char **net_lookup_host(const char *host, size_t *n, gocc_error *err) {
    size_t count;
    gocc_error e;
    net_ip *ips = net_lookup_ip(host, &count, &e);
    char **list = std_alloc((count + 1) * sizeof *list + count * 48);
    char *text = (char *)(list + count + 1);
    for (size_t i = 0; i < count; i++)
        list[i] = net_ip_write(ips[i], text + 48 * i);
    free(ips);
    if (n)
        *n = count;
    io_give(err, e);
    return list;
}

static net_addr *resolve_one(const char *network, const char *family, const char *address,
                             gocc_error *err) {
    struct addr_list l = {NULL, 0};
    const struct network *net = net_network(network);
    gocc_error e = !net || strncmp(network, family, strlen(family)) != 0
                       ? fmt_errorf("unknown network %s", network)
                       : net_resolve(net, address, false, NULL, 0, &l);
    net_addr *a = NULL;
    for (size_t i = 0; i < l.n && (!a || !net_ip_to4(a->ip).n); i++)
        a = l.addr[i]; /* one of version 4, as Go does */
    handle_retain(a);
    addr_list_free(&l);
    io_give(err, e);
    return a;
}

net_tcpaddr *net_resolve_tcp_addr(const char *network, const char *address, gocc_error *err) {
    NIL_CHECK(network);
    return resolve_one(*network ? network : "tcp", "tcp", address, err);
}

net_udpaddr *net_resolve_udp_addr(const char *network, const char *address, gocc_error *err) {
    NIL_CHECK(network);
    return resolve_one(*network ? network : "udp", "udp", address, err);
}

net_unixaddr *net_resolve_unix_addr(const char *network, const char *address, gocc_error *err) {
    return resolve_one(network, "unix", address, err);
}
