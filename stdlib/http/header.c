/* SPDX-License-Identifier: MIT */
/* Header fields, in the order in which they came; and the memory of a message. */
#include "http/http.h"
#include <strings.h>

/* ---- arena ---- */

struct chunk {
    struct chunk *next;
    size_t n, room;
    _Alignas(16) char bytes[];
};

void *arena_take(struct arena *a, size_t n) {
    struct chunk *c = a->chunks;
    n = (n + 15) & ~(size_t)15;
    if (!c || c->room - c->n < n) {
        size_t room = n > 1000 ? n : 1000;
        c = std_alloc(sizeof *c + room);
        c->room = room;
        c->next = a->chunks;
        a->chunks = c;
    }
    void *p = c->bytes + c->n;
    c->n += n;
    return p;
}

char *arena_copy(struct arena *a, const char *s, size_t n) {
    char *copy = arena_take(a, n + 1);
    memcpy(copy, s, n);
    copy[n] = '\0';
    return copy;
}

char *arena_text(struct arena *a, const char *s) {
    return arena_copy(a, s, strlen(s));
}

void arena_free(struct arena *a) {
    for (struct chunk *c = a->chunks; c;) {
        struct chunk *next = c->next;
        free(c);
        c = next;
    }
    a->chunks = NULL;
}

/* ---- names ---- */

static bool token_char(unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c && strchr("!#$%&'*+-.^_`|~", c));
}

bool header_is_token(const char *s) {
    const char *p = s;
    while (token_char((unsigned char)*p))
        p++;
    return p > s && !*p;
}

/* content-type: Content-Type */
void header_canonical(char *name) {
    bool upper = true;
    for (; *name; name++) {
        if (upper && *name >= 'a' && *name <= 'z')
            *name = (char)(*name - 'a' + 'A');
        else if (!upper && *name >= 'A' && *name <= 'Z')
            *name = (char)(*name - 'A' + 'a');
        upper = *name == '-';
    }
}

/* ---- fields ---- */

void header_put(http_header *h, const char *name, const char *value) {
    if (h->n == h->room) {
        size_t room = h->room ? 2 * h->room : 16;
        struct field *more = arena_take(&h->arena, room * sizeof *more);
        if (h->n)
            memcpy(more, h->f, h->n * sizeof *more);
        h->f = more;
        h->room = room;
    }
    h->f[h->n++] = (struct field){name, value};
}

const char *http_header_values(http_header *h, const char *name, size_t i) {
    NIL_CHECK(h);
    NIL_CHECK(name);
    for (size_t k = 0; k < h->n; k++) {
        if (strcasecmp(h->f[k].name, name) == 0 && i-- == 0)
            return h->f[k].value;
    }
    return NULL;
}

const char *http_header_get(http_header *h, const char *name) {
    const char *value = http_header_values(h, name, 0);
    return value ? value : "";
}

size_t header_count(http_header *h, const char *name) {
    size_t n = 0;
    while (http_header_values(h, name, n))
        n++;
    return n;
}

void http_header_add(http_header *h, const char *name, const char *value) {
    NIL_CHECK(h);
    NIL_CHECK(name);
    NIL_CHECK(value);
    char *copy = arena_text(&h->arena, name);
    header_canonical(copy);
    header_put(h, copy, arena_text(&h->arena, value));
}

void http_header_del(http_header *h, const char *name) {
    size_t kept = 0;
    NIL_CHECK(h);
    NIL_CHECK(name);
    for (size_t k = 0; k < h->n; k++) {
        if (strcasecmp(h->f[k].name, name) != 0)
            h->f[kept++] = h->f[k];
    }
    h->n = kept;
}

void http_header_set(http_header *h, const char *name, const char *value) {
    http_header_del(h, name);
    http_header_add(h, name, value);
}

/* Is token one of the comma-separated values? */
bool header_has_token(http_header *h, const char *name, const char *token) {
    size_t n = strlen(token);
    const char *value;
    for (size_t i = 0; (value = http_header_values(h, name, i)); i++) {
        for (const char *p = value; *p;) {
            p += strspn(p, " \t,");
            size_t part = strcspn(p, " \t,");
            if (part == n && strncasecmp(p, token, n) == 0)
                return true;
            p += part;
        }
    }
    return false;
}

void header_free(http_header *h) {
    arena_free(&h->arena);
    h->f = NULL;
    h->n = h->room = 0;
}
