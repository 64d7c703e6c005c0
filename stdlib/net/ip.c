/* SPDX-License-Identifier: MIT */
/* IP addresses as values: parsing, texts, questions about them. */
#include "net/net.h"
#include <arpa/inet.h>
#include <stdio.h>

static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

net_ip net_ipv4(uint8_t a, uint8_t b, uint8_t c, uint8_t d) {
    return (net_ip){4, {a, b, c, d}};
}

net_ip net_parse_ip(const char *text) {
    net_ip ip = {0, {0}};
    NIL_CHECK(text);
    if (inet_pton(AF_INET, text, ip.bytes) == 1)
        ip.n = 4;
    else if (inet_pton(AF_INET6, text, ip.bytes) == 1)
        ip.n = 16;
    return ip;
}

net_ip net_ip_to4(net_ip ip) {
    if (ip.n == 4)
        return ip;
    if (ip.n == 16 && memcmp(ip.bytes, mapped, 12) == 0)
        return net_ipv4(ip.bytes[12], ip.bytes[13], ip.bytes[14], ip.bytes[15]);
    return (net_ip){0, {0}};
}

net_ip net_ip_to16(net_ip ip) {
    net_ip wide = ip;
    if (ip.n != 4)
        return ip;
    wide.n = 16;
    memcpy(wide.bytes, mapped, 12);
    memcpy(wide.bytes + 12, ip.bytes, 4);
    return wide;
}

bool net_ip_equal(net_ip a, net_ip b) {
    a = net_ip_to16(a);
    b = net_ip_to16(b);
    return a.n == b.n && memcmp(a.bytes, b.bytes, a.n) == 0;
}

/* ---- texts ---- */

static unsigned group(const net_ip *ip, int i) {
    return (unsigned)ip->bytes[2 * i] << 8 | ip->bytes[2 * i + 1];
}

/* The longest run of at least two zero groups; its length, 0 if there is none. */
static int zero_run(const net_ip *ip, int *start) {
    int best = 1;
    *start = -1;
    for (int i = 0; i < 8; i++) {
        int n = 0;
        while (i + n < 8 && group(ip, i + n) == 0)
            n++;
        if (n > best) {
            best = n;
            *start = i;
        }
    }
    return *start < 0 ? 0 : best;
}

static void write_v6(const net_ip *ip, char *s) {
    int start;
    int run = zero_run(ip, &start);
    for (int i = 0; i < 8; i++) {
        if (run > 0 && i == start) {
            s = stpcpy(s, "::");
            i += run - 1;
        } else {
            if (i > 0 && s[-1] != ':')
                *s++ = ':';
            s += sprintf(s, "%x", group(ip, i));
        }
    }
    *s = '\0';
}

char *net_ip_write(net_ip ip, char buffer[48]) {
    net_ip v4 = net_ip_to4(ip);
    if (v4.n)
        sprintf(buffer, "%u.%u.%u.%u", v4.bytes[0], v4.bytes[1], v4.bytes[2], v4.bytes[3]);
    else if (ip.n == 16)
        write_v6(&ip, buffer);
    else
        strcpy(buffer, "<nil>");
    return buffer;
}

/* ---- questions ---- */

bool net_ip_is_loopback(net_ip ip) {
    net_ip v4 = net_ip_to4(ip);
    static const uint8_t one[16] = {[15] = 1};
    return v4.n ? v4.bytes[0] == 127 : ip.n == 16 && memcmp(ip.bytes, one, 16) == 0;
}

bool net_ip_is_private(net_ip ip) {
    net_ip v4 = net_ip_to4(ip);
    const uint8_t *b = v4.bytes;
    if (v4.n)
        return b[0] == 10 || (b[0] == 172 && (b[1] & 0xf0) == 16) || (b[0] == 192 && b[1] == 168);
    return ip.n == 16 && (ip.bytes[0] & 0xfe) == 0xfc;
}

bool net_ip_is_unspecified(net_ip ip) {
    static const uint8_t zero[16];
    net_ip v4 = net_ip_to4(ip);
    return v4.n ? memcmp(v4.bytes, zero, 4) == 0 : ip.n == 16 && memcmp(ip.bytes, zero, 16) == 0;
}

bool net_ip_is_multicast(net_ip ip) {
    net_ip v4 = net_ip_to4(ip);
    return v4.n ? (v4.bytes[0] & 0xf0) == 0xe0 : ip.n == 16 && ip.bytes[0] == 0xff;
}

bool net_ip_is_link_local_multicast(net_ip ip) {
    net_ip v4 = net_ip_to4(ip);
    const uint8_t *b = ip.bytes;
    return v4.n ? v4.bytes[0] == 224 && v4.bytes[1] == 0 && v4.bytes[2] == 0
                : ip.n == 16 && b[0] == 0xff && (b[1] & 0x0f) == 2;
}

bool net_ip_is_link_local_unicast(net_ip ip) {
    net_ip v4 = net_ip_to4(ip);
    return v4.n ? v4.bytes[0] == 169 && v4.bytes[1] == 254
                : ip.n == 16 && ip.bytes[0] == 0xfe && (ip.bytes[1] & 0xc0) == 0x80;
}

bool net_ip_is_global_unicast(net_ip ip) {
    static const uint8_t ones[4] = {255, 255, 255, 255};
    net_ip v4 = net_ip_to4(ip);
    return ip.n && !(v4.n && memcmp(v4.bytes, ones, 4) == 0) && !net_ip_is_unspecified(ip) &&
           !net_ip_is_loopback(ip) && !net_ip_is_multicast(ip) && !net_ip_is_link_local_unicast(ip);
}

/* ---- networks ---- */

static void mask(net_ip *ip, int ones) {
    for (int i = 0; i < ip->n; i++) {
        int bits = ones - 8 * i;
        if (bits < 8)
            ip->bytes[i] &= bits <= 0 ? 0 : (uint8_t)(0xff << (8 - bits));
    }
}

static bool parse_cidr(const char *text, net_ip *ip, int *ones) {
    char host[48];
    const char *slash = strchr(text, '/');
    if (!slash || (size_t)(slash - text) >= sizeof host || slash[1] < '0' || slash[1] > '9')
        return false;
    memcpy(host, text, (size_t)(slash - text));
    host[slash - text] = '\0';
    char *end;
    long n = strtol(slash + 1, &end, 10);
    *ip = net_parse_ip(host);
    *ones = (int)n;
    return ip->n && !*end && n <= 8 * ip->n;
}

net_ip net_parse_cidr(const char *text, net_ipnet *net, gocc_error *err) {
    net_ip ip;
    int ones;
    NIL_CHECK(text);
    if (!parse_cidr(text, &ip, &ones)) {
        io_give(err, fmt_errorf("invalid CIDR address: %s", text));
        return (net_ip){0, {0}};
    }
    if (net) {
        *net = (net_ipnet){ip, ones};
        mask(&net->ip, ones);
    }
    io_give(err, NULL);
    return ip;
}

/* A network of mapped addresses as the one of version 4 that it is. */
static net_ipnet narrowed(const net_ipnet *net) {
    net_ip v4 = net_ip_to4(net->ip);
    if (net->ip.n != 16 || !v4.n)
        return *net;
    return (net_ipnet){v4, net->ones - 96};
}

char *net_ipnet_write(const net_ipnet *net, char buffer[52]) {
    NIL_CHECK(net);
    net_ip_write(net->ip, buffer);
    sprintf(buffer + strlen(buffer), "/%d", narrowed(net).ones);
    return buffer;
}

bool net_ipnet_contains(const net_ipnet *net, net_ip ip) {
    NIL_CHECK(net);
    net_ipnet of = narrowed(net);
    net_ip v4 = net_ip_to4(ip);
    net_ip same = v4.n ? v4 : ip;
    mask(&same, of.ones);
    return same.n == of.ip.n && memcmp(same.bytes, of.ip.bytes, same.n) == 0;
}
