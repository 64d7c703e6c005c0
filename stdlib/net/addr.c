/* SPDX-License-Identifier: MIT */
/* Addresses: as objects, as the kernel has them, as texts with ports. */
#include "net/net.h"
#include <errno.h>
#include <net/if.h>
#include <stdio.h>

static const struct network networks[] = {
    {"tcp", "tcp", AF_UNSPEC, SOCK_STREAM},
    {"tcp4", "tcp", AF_INET, SOCK_STREAM},
    {"tcp6", "tcp", AF_INET6, SOCK_STREAM},
    {"udp", "udp", AF_UNSPEC, SOCK_DGRAM},
    {"udp4", "udp", AF_INET, SOCK_DGRAM},
    {"udp6", "udp", AF_INET6, SOCK_DGRAM},
    {"unix", "unix", AF_UNIX, SOCK_STREAM},
    {"unixgram", "unixgram", AF_UNIX, SOCK_DGRAM},
    {"unixpacket", "unixpacket", AF_UNIX, SOCK_SEQPACKET},
};

const struct network *net_network(const char *name) {
    NIL_CHECK(name);
    for (size_t i = 0; i < sizeof networks / sizeof *networks; i++) {
        if (strcmp(networks[i].name, name) == 0)
            return &networks[i];
    }
    return NULL;
}

/* ---- objects: texts lie behind them ---- */

static const struct handle_kind addr_kind = {"net_addr", NULL};

static net_addr *addr_new(const char *text, const char *net) {
    size_t n = text ? strlen(text) + 1 : 0;
    net_addr *a = handle_new(sizeof *a + n, &addr_kind);
    a->net = net;
    if (n)
        memcpy(a + 1, text, n);
    return a;
}

static void write_text(net_addr *a) {
    char ip[48];
    char port[12];
    net_ip_write(a->ip, ip);
    snprintf(port, sizeof port, ":%d", a->port);
    bool bare = a->ip.n == 0;
    bool brackets = strchr(ip, ':') != NULL;
    snprintf(a->gocc__text, sizeof a->gocc__text, "%s%s%s%.15s%s%s", brackets ? "[" : "",
             bare ? "" : ip, a->zone && *a->zone ? "%" : "", a->zone ? a->zone : "",
             brackets ? "]" : "", port);
}

net_addr *addr_of_ip(net_ip ip, int port, const char *zone, const char *net) {
    net_addr *a = addr_new(zone, net);
    a->ip = ip;
    a->port = port;
    a->zone = zone ? (const char *)(a + 1) : NULL;
    write_text(a);
    return a;
}

net_addr *addr_of_name(const char *name, const char *net) {
    net_addr *a = addr_new(name, net);
    a->name = (const char *)(a + 1);
    return a;
}

const char *net_addr_network(net_addr *a) {
    NIL_CHECK(a);
    return a->net ? a->net : "tcp";
}

const char *net_addr_string(net_addr *a) {
    if (!a)
        return "<nil>";
    if (a->name)
        return a->name;
    if (!a->gocc__text[0]) /* the program's own: only it knows who else looks */
        write_text(a);
    return a->gocc__text;
}

/* ---- as the kernel has them ---- */

static net_addr *of_unix(const struct sockaddr_un *un, socklen_t size, const char *net) {
    char name[sizeof un->sun_path + 2];
    size_t n = size - offsetof(struct sockaddr_un, sun_path);
    if (size <= offsetof(struct sockaddr_un, sun_path))
        return addr_of_name("@", net);
    memcpy(name, un->sun_path, n);
    name[n] = '\0';
    if (name[0] == '\0')
        name[0] = '@'; /* of no file */
    return addr_of_name(name, net);
}

net_addr *addr_of_sock(const union sock *s, socklen_t size, const char *net) {
    net_ip ip = {0, {0}};
    char zone[IF_NAMESIZE];
    if (s->sa.sa_family == AF_UNIX)
        return of_unix(&s->un, size, net);
    if (s->sa.sa_family == AF_INET) {
        ip.n = 4;
        memcpy(ip.bytes, &s->v4.sin_addr, 4);
        return addr_of_ip(ip, ntohs(s->v4.sin_port), NULL, net);
    }
    ip.n = 16;
    memcpy(ip.bytes, &s->v6.sin6_addr, 16);
    bool zoned = s->v6.sin6_scope_id && if_indextoname(s->v6.sin6_scope_id, zone);
    net_ip v4 = net_ip_to4(ip);
    return addr_of_ip(v4.n ? v4 : ip, ntohs(s->v6.sin6_port), zoned ? zone : NULL, net);
}

static int to_unix(const char *name, struct sockaddr_un *un, socklen_t *size) {
    size_t n = strlen(name);
    if (n >= sizeof un->sun_path)
        return EINVAL;
    un->sun_family = AF_UNIX;
    memcpy(un->sun_path, name, n);
    if (name[0] == '@')
        un->sun_path[0] = '\0';
    bool zero = n > 0 && name[0] != '@'; /* without a name the kernel finds one */
    *size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n + zero);
    return 0;
}

static uint32_t zone_index(const char *zone) {
    char *end;
    if (!zone || !*zone)
        return 0;
    unsigned long n = strtoul(zone, &end, 10);
    return *end ? if_nametoindex(zone) : (uint32_t)n;
}

int addr_family(const net_addr *a) {
    if (a->name)
        return AF_UNIX;
    return net_ip_to4(a->ip).n ? AF_INET : AF_INET6;
}

bool addr_is_nowhere(const net_addr *a) {
    return a->ip.n == 0 || net_ip_is_unspecified(a->ip);
}

gocc_error addr_misfit(const net_addr *a, int family) {
    if (family != AF_INET || !a->ip.n || net_ip_to4(a->ip).n)
        return NULL;
    return fmt_errorf("address %s: non-IPv4 address", net_ip_string(a->ip));
}

int addr_to_sock(const net_addr *a, int family, union sock *s, socklen_t *size) {
    net_ip v4 = net_ip_to4(a->ip);
    memset(s, 0, sizeof *s);
    if (family == AF_UNIX)
        return to_unix(a->name ? a->name : "", &s->un, size);
    s->sa.sa_family = (sa_family_t)family;
    if (a->port < 0 || a->port > 65535 || (family == AF_INET && a->ip.n && !v4.n))
        return EINVAL;
    if (family == AF_INET) {
        s->v4.sin_port = htons((uint16_t)a->port);
        memcpy(&s->v4.sin_addr, v4.bytes, 4);
        *size = sizeof s->v4;
        return 0;
    }
    net_ip wide = addr_is_nowhere(a) ? (net_ip){16, {0}} : net_ip_to16(a->ip);
    s->v6.sin6_port = htons((uint16_t)a->port);
    memcpy(&s->v6.sin6_addr, wide.bytes, 16);
    s->v6.sin6_scope_id = zone_index(a->zone);
    *size = sizeof s->v6;
    return 0;
}

/* ---- host and port ---- */

static char *copy(const char *s, size_t n) {
    char *c = std_alloc(n + 1);
    memcpy(c, s, n);
    return c;
}

/* What is wrong with it, or NULL: [host, host_end) and port. */
static const char *split(const char *s, const char **host, const char **host_end,
                         const char **port) {
    const char *colon = strrchr(s, ':');
    if (!colon)
        return "missing port in address";
    *host = s;
    *host_end = colon;
    *port = colon + 1;
    if (*s == '[') {
        const char *end = strchr(s, ']');
        if (!end)
            return "missing ']' in address";
        if (end + 1 != colon)
            return end[1] == '\0' || end + 1 > colon ? "missing port in address"
                   : end[1] == ':'                   ? "too many colons in address"
                                                     : "missing port in address";
        *host = s + 1;
        *host_end = end;
    } else if (memchr(s, ':', (size_t)(colon - s))) {
        return "too many colons in address";
    }
    if (memchr(*host, '[', (size_t)(*host_end - *host)) || strchr(*port, '['))
        return "unexpected '[' in address";
    if (memchr(*host, ']', (size_t)(*host_end - *host)) || strchr(*port, ']'))
        return "unexpected ']' in address";
    return NULL;
}

char *net_split_host_port(const char *hostport, char **port, gocc_error *err) {
    const char *host;
    const char *host_end;
    const char *after;
    NIL_CHECK(hostport);
    const char *wrong = split(hostport, &host, &host_end, &after);
    if (port)
        *port = wrong ? NULL : copy(after, strlen(after));
    io_give(err, !wrong      ? NULL
                 : *hostport ? fmt_errorf("address %s: %s", hostport, wrong)
                             : errors_new(wrong));
    return wrong ? NULL : copy(host, (size_t)(host_end - host));
}

char *net_join_host_port(const char *host, const char *port) {
    NIL_CHECK(host);
    NIL_CHECK(port);
    size_t size = strlen(host) + strlen(port) + 4;
    char *s = std_alloc(size);
    snprintf(s, size, strchr(host, ':') ? "[%s]:%s" : "%s:%s", host, port);
    return s;
}
