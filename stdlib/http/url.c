/* SPDX-License-Identifier: MIT */
/* URLs: their parts, and what %XX means in them. */
#include "http/http.h"
#include <stdio.h>

static int hex(char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* What the %XX at s stands for; 0: it is wrong, or a zero byte, which ends C's strings. */
static int escaped(const char *s, size_t n) {
    int high = n > 1 ? hex(s[1]) : -1;
    int low = n > 2 ? hex(s[2]) : -1;
    return high < 0 || low < 0 ? 0 : high << 4 | low;
}

/* to has room for n + 1 */
static bool unescape(char *to, const char *s, size_t n, bool query) {
    for (size_t i = 0; i < n; i++) {
        if (s[i] != '%') {
            *to++ = query && s[i] == '+' ? ' ' : s[i];
            continue;
        }
        int c = escaped(s + i, n - i);
        if (c == 0)
            return false;
        *to++ = (char)c;
        i += 2;
    }
    *to = '\0';
    return true;
}

gocc_error url_escape_error(const char *s, size_t n) {
    for (; n > 0; s++, n--) {
        if (*s == '%' && escaped(s, n) == 0)
            return fmt_errorf("invalid URL escape \"%.*s\"", n < 3 ? (int)n : 3, s);
    }
    return NULL;
}

bool url_unescape_into(char *to, const char *s, size_t n) {
    return unescape(to, s, n, false);
}

char *url_unescape(struct arena *a, const char *s, size_t n, bool query) {
    char *to = arena_take(a, n + 1);
    return unescape(to, s, n, query) ? to : NULL;
}

char *url_query_unescape(const char *text, gocc_error *err) {
    NIL_CHECK(text);
    char *to = std_alloc(strlen(text) + 1);
    bool right = unescape(to, text, strlen(text), true);
    io_give(err, url_escape_error(text, strlen(text)));
    if (right)
        return to;
    free(to);
    return NULL;
}

static bool unreserved(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c && strchr("-_.~", c));
}

char *url_query_escape(const char *text) {
    NIL_CHECK(text);
    char *to = std_alloc(3 * strlen(text) + 1);
    char *p = to;
    for (; *text; text++) {
        if (unreserved(*text))
            *p++ = *text;
        else if (*text == ' ')
            *p++ = '+';
        else
            p += sprintf(p, "%%%02X", (unsigned char)*text);
    }
    return to;
}

/* ---- parts ---- */

static bool scheme_of(struct arena *a, const char **at, url_url *u) {
    const char *s = *at;
    size_t n = 0;
    while ((s[n] >= 'a' && s[n] <= 'z') || (s[n] >= 'A' && s[n] <= 'Z') ||
           (n > 0 && s[n] && strchr("0123456789+-.", s[n])))
        n++;
    if (n == 0 || s[n] != ':')
        return s[n] != ':'; /* none; but ":x" is wrong */
    char *scheme = arena_copy(a, s, n);
    for (char *p = scheme; *p; p++)
        *p = (char)(*p >= 'A' && *p <= 'Z' ? *p - 'A' + 'a' : *p);
    u->scheme = scheme;
    *at = s + n + 1;
    return true;
}

static bool host_char(unsigned char c) {
    return c > ' ' && c < 0x7f && !strchr("\"<>\\^`{|}/?#@", c);
}

/* An address in brackets, or a name without them, and a port perhaps. */
static bool host_in_order(const char *host) {
    const char *end = host;
    if (*host == '[') {
        end = strchr(host, ']');
        if (!end++)
            return false;
    }
    size_t name = strcspn(end, ":[]"),
           port = end[name] == ':' ? strspn(end + name + 1, "0123456789") + 1 : 0;
    return end[name + port] == '\0' && (*host != '[' || name == 0);
}

/* In "[fe80::1%25eth0]" the zone begins with an escape; in an address it is a sign. */
static bool take_zone(char *host) {
    char *sign = strchr(host, '%');
    if (!sign)
        return true;
    if (*host != '[' || strncmp(sign, "%25", 3) != 0 || strchr(sign + 1, '%'))
        return false;
    memmove(sign + 1, sign + 3, strlen(sign + 3) + 1);
    return true;
}

static bool authority_of(struct arena *a, const char **at, url_url *u) {
    const char *s = *at + 2;
    size_t n = strcspn(s, "/?#");
    const char *sign = memrchr(s, '@', n);
    if (sign)
        u->user = arena_copy(a, s, (size_t)(sign - s));
    const char *host = sign ? sign + 1 : s;
    char *copy = arena_copy(a, host, n - (size_t)(host - s));
    u->host = copy;
    for (const char *p = copy; *p; p++) {
        if (!host_char((unsigned char)*p))
            return false;
    }
    *at = s + n;
    return host_in_order(copy) && take_zone(copy);
}

/* Where "host:port" is cut; brackets stay with the host. */
static void split_host(struct arena *a, url_url *u) {
    const char *colon = strrchr(u->host, ':');
    if (colon && strchr(colon, ']'))
        colon = NULL;
    bool brackets = u->host[0] == '[';
    size_t n = colon ? (size_t)(colon - u->host) : strlen(u->host);
    u->gocc__port = colon ? colon + 1 : "";
    u->gocc__hostname = brackets && n >= 2 ? arena_copy(a, u->host + 1, n - 2)
                                           : arena_copy(a, u->host, n);
}

static bool url_read(struct arena *a, const char *text, bool target, url_url *u) {
    *u = (url_url){"", "", "", "", "", "", "", "", ""};
    for (const unsigned char *p = (const unsigned char *)text; *p; p++) {
        if (*p < ' ' || *p == 0x7f)
            return false;
    }
    if (target && strcmp(text, "*") == 0) {
        u->path = u->raw_path = "*";
        return true;
    }
    if (!(target && *text == '/') && !scheme_of(a, &text, u))
        return false;
    if (!(target && !*u->scheme) && strncmp(text, "//", 2) == 0 && !authority_of(a, &text, u))
        return false;
    size_t path = strcspn(text, "?#");
    if (!*u->scheme && !*u->host &&
        memchr(text, ':', strcspn(text, "/?#"))) /* no scheme, but looks so */
        return false;
    u->raw_path = arena_copy(a, text, path);
    u->path = url_unescape(a, text, path, false);
    text += path;
    if (*text == '?') {
        size_t query = strcspn(text, "#");
        u->raw_query = arena_copy(a, text + 1, query - 1);
        text += query;
    }
    if (*text == '#')
        u->fragment = url_unescape(a, text + 1, strlen(text + 1), false);
    split_host(a, u);
    return u->path && u->fragment && (!target || *u->scheme || *u->path == '/');
}

/* ---- cleaning ---- */

static size_t drop_last(const char *to, size_t n) {
    while (n > 0 && to[--n] != '/')
        ;
    return n;
}

char *url_clean_path(struct arena *a, const char *path) {
    char *to = arena_take(a, strlen(path) + 3);
    size_t n = 0, size = strlen(path);
    for (const char *p = path; *p;) {
        p += strspn(p, "/");
        size_t part = strcspn(p, "/");
        if (part == 2 && p[0] == '.' && p[1] == '.') {
            n = drop_last(to, n);
        } else if (part > 0 && !(part == 1 && p[0] == '.')) {
            to[n++] = '/';
            memcpy(to + n, p, part);
            n += part;
        }
        p += part;
    }
    if (n == 0 || path[size - 1] == '/')
        to[n++] = '/';
    to[n] = '\0';
    return to;
}

/* ---- for the program ---- */

struct url_object {
    url_url pub;
    struct arena arena;
};

static void url_destroy(void *h) {
    arena_free(&((struct url_object *)h)->arena);
}

static const struct handle_kind url_kind = {"url_url", url_destroy};

url_url *url_new(const char *text, bool target) {
    struct url_object *o = handle_new(sizeof *o, &url_kind);
    if (url_read(&o->arena, text, target, &o->pub))
        return &o->pub;
    handle_release(o);
    return NULL;
}

url_url *url_parse(const char *text, gocc_error *err) {
    NIL_CHECK(text);
    url_url *u = url_new(text, false);
    gocc_error why = u ? NULL : url_escape_error(text, strcspn(text, "?#"));
    io_give(err, u     ? NULL
                 : why ? fmt_errorf("parse \"%s\": %w", text, why)
                       : fmt_errorf("parse \"%s\": invalid URL", text));
    handle_release(why);
    return u;
}

const char *url_url_port(url_url *u) {
    NIL_CHECK(u);
    return u->gocc__port;
}

const char *url_url_hostname(url_url *u) {
    NIL_CHECK(u);
    return u->gocc__hostname;
}

/* "/a/./b/../c" is "/a/c", as RFC 3986 has it: the place is the same for every server. */
static void drop_dots(char *path) {
    char *end = path + strcspn(path, "?#"), *out = path;
    for (char *in = path, *next; in < end; in = next) {
        next = memchr(in + 1, '/', (size_t)(end - in - 1));
        next = next ? next : end;
        size_t n = (size_t)(next - in);
        bool up = n == 3 && memcmp(in, "/..", n) == 0, here = n == 2 && in[1] == '.';
        while (up && out > path && *--out != '/')
            ;
        if (!up && !here) {
            memmove(out, in, n);
            out += n;
        } else if (next == end) {
            *out++ = '/';
        }
    }
    memmove(out, end, strlen(end) + 1);
}

/* What text, as a link on the page base, leads to. */
url_url *url_resolve(url_url *base, const char *text) {
    url_url *u = url_new(text, false);
    if (!u)
        return u;
    const char *slash = strrchr(base->raw_path, '/');
    size_t dir = *u->raw_path == '/' || *u->host || !slash ? 0 : (size_t)(slash - base->raw_path);
    bool same_page = !*u->raw_path && !*u->host;
    size_t size = strlen(base->scheme) + strlen(base->host) + strlen(base->raw_path) +
                  strlen(text) + 16;
    size_t address = strcspn(base->host, "%"); /* before a zone, which is escaped in a URL */
    char *whole = std_alloc(size);
    if (*u->scheme)
        strcpy(whole, text);
    else if (*u->host)
        snprintf(whole, size, "%s:%s", base->scheme, text);
    else
        snprintf(whole, size, "%s://%.*s%s%s%.*s%s%s", base->scheme, (int)address, base->host,
                 base->host[address] ? "%25" : "",
                 base->host[address] ? base->host + address + 1 : "",
                 same_page ? (int)strlen(base->raw_path) : (int)dir, base->raw_path,
                 same_page || *u->raw_path == '/' ? "" : "/", text);
    handle_release(u);
    char *host = strstr(whole, "://");
    if (host)
        drop_dots(host + 3 + strcspn(host + 3, "/?#"));
    u = url_new(whole, false);
    free(whole);
    return u;
}
