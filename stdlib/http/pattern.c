/* SPDX-License-Identifier: MIT */
/*
 * The paths of patterns, "/path/{name}/{rest...}", "/tree/", "/exact/{$}": which are right, what
 * fits them, and which of two is the more special one.
 *
 * Paths of requests are as the client has written them, with their %XX: a slash that is written
 * %2F parts nothing.
 */
#include "http/http.h"

/* A segment begins at p, behind its slash. */
enum kind { LITERAL, NAME, REST, END };

static enum kind kind_of(const char *p, size_t n) {
    if (n == 3 && memcmp(p, "{$}", 3) == 0)
        return END;
    if (n >= 5 && p[0] == '{' && memcmp(p + n - 4, "...}", 4) == 0)
        return REST;
    if (n >= 2 && p[0] == '{' && p[n - 1] == '}')
        return NAME;
    return n == 0 ? REST : LITERAL; /* "/tree/" is all below */
}

static bool name_fits(const char *name, size_t n) {
    for (size_t i = 0; i < n; i++) {
        bool digit = name[i] >= '0' && name[i] <= '9';
        bool letter = (name[i] | 0x20) >= 'a' && (name[i] | 0x20) <= 'z';
        if (!letter && name[i] != '_' && !(name[i] & 0x80) && (!digit || i == 0))
            return false;
    }
    return n > 0;
}

/* Is there another {name} behind it? */
static bool name_again(const char *segment, size_t n, const char *behind) {
    size_t name = n - 2 - (kind_of(segment, n) == REST ? 3 : 0);
    for (const char *p = behind; (p = strchr(p, '{')); p++) {
        if (strncmp(p + 1, segment + 1, name) == 0 && (p[name + 1] == '}' || p[name + 1] == '.'))
            return true;
    }
    return false;
}

static bool right_segment(const char *p, size_t n) {
    enum kind k = kind_of(p, n);
    if ((k == END || k == REST) && p[n])
        return false;
    if (k == LITERAL)
        return !memchr(p, '{', n);
    if (k == END || n == 0)
        return true;
    return name_fits(p + 1, n - 2 - (k == REST ? 3 : 0)) && !name_again(p, n, p + n);
}

bool pattern_is_right(const char *path) {
    for (const char *p = path; *p == '/';) {
        size_t n = strcspn(++p, "/");
        if (!right_segment(p, n))
            return false;
        p += n;
    }
    return path[0] == '/';
}

/* A segment is as its %XX say. */
static bool literal_fits(const char *pattern, size_t n, const char *path, size_t m) {
    char a[256], b[256];
    if (n == m && memcmp(pattern, path, n) == 0)
        return true;
    return n < sizeof a && m < sizeof b && url_unescape_into(a, pattern, n) &&
           url_unescape_into(b, path, m) && strcmp(a, b) == 0;
}

/* ---- what fits ---- */

bool pattern_fits(const char *pattern, const char *path) {
    while (*pattern == '/' && *path == '/') {
        size_t n = strcspn(++pattern, "/");
        size_t m = strcspn(++path, "/");
        enum kind k = kind_of(pattern, n);
        if (k == REST)
            return true;
        if (k == END)
            return *path == '\0';
        if (k == NAME ? m == 0 : !literal_fits(pattern, n, path, m))
            return false;
        pattern += n;
        path += m;
    }
    return !*pattern && !*path;
}

bool pattern_fits_exactly(const char *a, const char *b) {
    while (*a == '/' && *b == '/') {
        size_t n = strcspn(++a, "/"), m = strcspn(++b, "/");
        if (kind_of(a, n) == REST)
            return m == 0 && !*b;
        a += n;
        b += m;
    }
    return true;
}

void pattern_keep_values(struct request *r, const char *pattern, const char *path) {
    while (*pattern == '/' && *path == '/') {
        size_t n = strcspn(++pattern, "/");
        size_t m = strcspn(++path, "/");
        enum kind k = kind_of(pattern, n);
        if ((k == NAME || k == REST) && n > 0) {
            struct param *p = arena_take(&r->arena, sizeof *p);
            size_t rest = k == REST ? 3 : 0;
            p->key = arena_copy(&r->arena, pattern + 1, n - 2 - rest);
            p->value = url_unescape(&r->arena, path, k == REST ? strlen(path) : m, false);
            p->next = r->path_values;
            r->path_values = p;
        }
        pattern += n;
        path += m;
    }
}

/* ---- which is the more special one ---- */

enum relation pattern_together(enum relation a, enum relation b) {
    if (a == APART || b == APART)
        return APART;
    if (a == SAME || a == b)
        return b;
    return b == SAME ? a : OVERLAP;
}

static enum relation relate_segments(const char *a, size_t n, const char *b, size_t m) {
    enum kind j = kind_of(a, n), k = kind_of(b, m);
    if (j == k && (j != LITERAL || literal_fits(a, n, b, m)))
        return SAME;
    if (j == REST || k == REST)
        return j == REST ? WIDER : NARROWER;
    if (j == k || j == END || k == END) /* a name is not for nothing */
        return APART;
    return j == NAME ? WIDER : NARROWER;
}

enum relation pattern_relate(const char *a, const char *b) {
    enum relation r = SAME;
    enum kind j = LITERAL, k = LITERAL;
    while (*a == '/' && *b == '/' && r != APART) {
        size_t n = strcspn(++a, "/"), m = strcspn(++b, "/");
        j = kind_of(a, n);
        k = kind_of(b, m);
        r = pattern_together(r, relate_segments(a, n, b, m));
        a += n;
        b += m;
    }
    if (*a == *b)
        return r;
    if (*b)
        return j == REST ? pattern_together(r, WIDER) : APART;
    return k == REST ? pattern_together(r, NARROWER) : APART;
}
