/* SPDX-License-Identifier: MIT */
/*
 * Handlers, and the mux that chooses one: Go 1.22's patterns, "METHOD /path/{name}/{rest...}",
 * "/tree/" for all below it, "/exact/{$}".
 *
 * A host wins over none, then the more special pattern.  Two that both fit some request, and
 * neither of which is more special than the other in all places, are a mistake that is told when
 * the second comes; so it does not matter in which order they are looked at. Looked for one after
 * the other: programs have tens of them, and a tree of them was no faster below a hundred.
 */
#include "http/http.h"
#include <stdio.h>

struct route {
    struct route *next;
    http_handler *h;
    const char *method; /* "": any */
    const char *host;   /* "": any */
    const char *path;
    char text[]; /* the pattern, then copies of its parts */
};

struct gocc__h_http_handler {
    http_handlerfunc *f; /* NULL: a mux */
    void *arg;
    sync_rwmutex mu; /* guards routes */
    struct route *routes;
};

static void route_free(struct route *r) {
    handle_release(r->h);
    free(r);
}

static void handler_destroy(void *h) {
    http_handler *handler = h;
    for (struct route *r = handler->routes; r;) {
        struct route *next = r->next;
        route_free(r);
        r = next;
    }
}

static const struct handle_kind handler_kind = {"http_handler", handler_destroy};

http_handler *http_handler_func(http_handlerfunc *f, void *arg) {
    if (!f)
        panic_text("http: nil handler");
    http_handler *h = handle_new(sizeof *h, &handler_kind);
    h->f = f;
    h->arg = arg;
    return h;
}

http_servemux *http_new_serve_mux(void) {
    return handle_new(sizeof(http_servemux), &handler_kind);
}

static struct {
    struct gocc_handle head;
    http_servemux mux;
} default_mux = {{HANDLE_STATIC, HANDLE_ALIVE, &handler_kind}, {.f = NULL}};

/* ---- patterns ---- */

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

static bool right_pattern(const char *path) {
    for (const char *p = path; *p == '/';) {
        size_t n = strcspn(++p, "/");
        if (!right_segment(p, n))
            return false;
        p += n;
    }
    return path[0] == '/';
}

static struct route *route_new(const char *pattern, http_handler *h) {
    size_t size = strlen(pattern) + 1;
    struct route *r = std_alloc(sizeof *r + 2 * size + 2);
    strcpy(r->text, pattern);
    char *copy = strcpy(r->text + size, pattern);
    char *space = strpbrk(copy, " \t");
    r->h = h;
    r->method = r->host = "";
    if (space) {
        *space = '\0';
        r->method = copy;
        copy = space + 1 + strspn(space + 1, " \t");
    }
    char *slash = strchr(copy, '/');
    r->path = slash ? slash : copy;
    if (slash && slash > copy) { /* the host needs an end of its own */
        memmove(copy + (slash - copy) + 1, slash, strlen(slash) + 1);
        *slash = '\0';
        r->host = copy;
        r->path = slash + 1;
    }
    if (right_pattern(r->path) && !strchr(r->host, '{') && (!space || header_is_token(r->method)))
        return r;
    route_free(r);
    panic_text("http: invalid pattern \"%s\"", pattern);
}

/* A segment is as its %XX say. */
static bool literal_fits(const char *pattern, size_t n, const char *path, size_t m) {
    char a[256], b[256];
    if (n == m && memcmp(pattern, path, n) == 0)
        return true;
    return n < sizeof a && m < sizeof b && url_unescape_into(a, pattern, n) &&
           url_unescape_into(b, path, m) && strcmp(a, b) == 0;
}

/* ---- which pattern is the more special one ---- */

enum relation { SAME, WIDER, NARROWER, APART, OVERLAP };

/* Of a whole, of whose parts some have one and some the other. */
static enum relation together(enum relation a, enum relation b) {
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

static enum relation relate_paths(const char *a, const char *b) {
    enum relation r = SAME;
    enum kind j = LITERAL, k = LITERAL;
    while (*a == '/' && *b == '/' && r != APART) {
        size_t n = strcspn(++a, "/"), m = strcspn(++b, "/");
        j = kind_of(a, n);
        k = kind_of(b, m);
        r = together(r, relate_segments(a, n, b, m));
        a += n;
        b += m;
    }
    if (*a == *b)
        return r;
    if (*b)
        return j == REST ? together(r, WIDER) : APART;
    return k == REST ? together(r, NARROWER) : APART;
}

static enum relation relate_methods(const char *a, const char *b) {
    if (strcmp(a, b) == 0)
        return SAME;
    if (!*a || !*b)
        return *b ? WIDER : NARROWER;
    if (strcmp(a, "GET") == 0 && strcmp(b, "HEAD") == 0)
        return WIDER;
    return strcmp(a, "HEAD") == 0 && strcmp(b, "GET") == 0 ? NARROWER : APART;
}

static enum relation relate(const struct route *a, const struct route *b) {
    return together(relate_methods(a->method, b->method), relate_paths(a->path, b->path));
}

static bool conflict(const struct route *a, const struct route *b) {
    enum relation r = relate(a, b);
    return strcmp(a->host, b->host) == 0 && (r == SAME || r == OVERLAP);
}

static bool wins(const struct route *a, const struct route *b) {
    if (!*a->host != !*b->host)
        return *a->host;
    return relate(a, b) == NARROWER;
}

/* h is handed over, also when it panics. */
static void add_route(http_servemux *mux, const char *pattern, http_handler *h) {
    struct route *r = route_new(pattern, h);
    sync_rwmutex_lock(&mux->mu);
    struct route *other = mux->routes;
    while (other && !conflict(other, r))
        other = other->next;
    if (!other) {
        r->next = mux->routes;
        mux->routes = r;
    }
    sync_rwmutex_unlock(&mux->mu);
    if (!other)
        return;
    route_free(r);
    panic_text("http: pattern \"%s\" conflicts with pattern \"%s\"", pattern, other->text);
}

void http_servemux_handle(http_servemux *mux, const char *pattern, http_handler *h) {
    NIL_CHECK(mux);
    NIL_CHECK(pattern);
    if (!h)
        panic_text("http: nil handler");
    add_route(mux, pattern, handle_retain(h));
}

void http_servemux_handle_func(http_servemux *mux, const char *pattern, http_handlerfunc *f,
                               void *arg) {
    NIL_CHECK(mux);
    NIL_CHECK(pattern);
    add_route(mux, pattern, http_handler_func(f, arg));
}

void http_handle(const char *pattern, http_handler *h) {
    http_servemux_handle(&default_mux.mux, pattern, h);
}

void http_handle_func(const char *pattern, http_handlerfunc *f, void *arg) {
    http_servemux_handle_func(&default_mux.mux, pattern, f, arg);
}

/* ---- choosing ----
 * Paths are as the client has written them, with their %XX: a slash that is written %2F parts
 * nothing. */

static bool path_fits(const char *pattern, const char *path) {
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

static bool host_fits(const struct route *r, const char *host) {
    size_t n = strcspn(host, ":");
    return !*r->host || (strlen(r->host) == n && memcmp(r->host, host, n) == 0);
}

static bool method_fits(const struct route *r, const char *method) {
    return !*r->method || strcmp(r->method, method) == 0 ||
           (strcmp(r->method, "GET") == 0 && strcmp(method, "HEAD") == 0);
}

static struct route *choose(http_servemux *mux, http_request *r, const char *path) {
    struct route *best = NULL;
    for (struct route *c = mux->routes; c; c = c->next) {
        if (path_fits(c->path, path) && host_fits(c, r->host) && method_fits(c, r->method) &&
            (!best || wins(c, best)))
            best = c;
    }
    return best;
}

/* "/tree/" fits "/tree/" itself, and not what is below. */
static bool fits_exactly(const struct route *c, const char *path) {
    if (!c)
        return false;
    const char *a = c->path, *b = path;
    while (*a == '/' && *b == '/') {
        size_t n = strcspn(++a, "/"), m = strcspn(++b, "/");
        if (kind_of(a, n) == REST)
            return m == 0 && !*b;
        a += n;
        b += m;
    }
    return true;
}

static void keep_values(struct request *r, const char *pattern, const char *path) {
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

/* ---- answering ---- */

static int by_text(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The methods that would have found a pattern, "GET, HEAD, POST"; NULL: none would.  mu is held. */
static char *allowed(http_servemux *mux, http_request *r, const char *path) {
    struct request *in = (struct request *)(void *)r;
    size_t n = 0, size = 1, room = 1;
    for (struct route *c = mux->routes; c; c = c->next)
        room++;
    const char **names = arena_take(&in->arena, 2 * room * sizeof *names);
    char *tree = arena_copy(&in->arena, path, strlen(path) + 1);
    strcat(tree, "/");
    for (struct route *c = mux->routes; c; c = c->next) {
        bool fits = path_fits(c->path, path) || path_fits(c->path, tree);
        if (!*c->method || !fits || !host_fits(c, r->host))
            continue;
        names[n++] = c->method;
        if (strcmp(c->method, "GET") == 0)
            names[n++] = "HEAD";
        size += strlen(c->method) + 8;
    }
    qsort(names, n, sizeof *names, by_text);
    char *list = arena_take(&in->arena, size), *end = list;
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || strcmp(names[i], names[i - 1]) != 0)
            end += sprintf(end, "%s%s", end > list ? ", " : "", names[i]);
    }
    return n ? list : NULL;
}

/* To the path where a pattern is; the method stays, and so does a body. */
static void redirect_to(http_responsewriter *w, http_request *r, const char *path, bool slash) {
    struct request *in = (struct request *)(void *)r;
    const char *query = r->url->raw_query;
    size_t size = strlen(path) + strlen(query) + 3;
    char *to = arena_take(&in->arena, size);
    snprintf(to, size, "%s%s%s%s", path, slash ? "/" : "", *query ? "?" : "", query);
    http_redirect(w, r, to, HTTP_STATUS_TEMPORARY_REDIRECT);
}

static void refuse(http_responsewriter *w, http_request *r, const char *allow) {
    if (!allow) {
        http_not_found(w, r);
        return;
    }
    http_header_set(http_responsewriter_header(w), "Allow", allow);
    http_error(w, "Method Not Allowed", HTTP_STATUS_METHOD_NOT_ALLOWED);
}

/* "/tree/%2e%2e/x" and "/tree/a%2F..": Go lets them through to its file server, which looks for
 * them. There is none here, and handlers that open files have no other use for them either. */
static bool hides_dots(const char *path) {
    for (const char *p = path; (p = strchr(p, '/'));) {
        size_t n = strcspn(++p, "/");
        if ((n == 1 && p[0] == '.') || (n == 2 && p[0] == '.' && p[1] == '.'))
            return true;
    }
    return false;
}

static void mux_serve(http_servemux *mux, http_responsewriter *w, http_request *r) {
    struct request *in = (struct request *)(void *)r;
    const char *raw = *r->url->raw_path ? r->url->raw_path : "/";
    if (strcmp(raw, "*") == 0) { /* of the server, not of any path */
        http_header_set(http_responsewriter_header(w), "Connection", "close");
        http_responsewriter_write_header(w, HTTP_STATUS_BAD_REQUEST);
        return;
    }
    bool moves = raw[0] == '/' && strcmp(r->method, "CONNECT") != 0;
    char *path = moves ? url_clean_path(&in->arena, raw) : arena_text(&in->arena, raw);
    size_t n = strlen(path);
    char *tree = arena_copy(&in->arena, path, n + 1);
    strcpy(tree + n, "/");
    sync_rwmutex_rlock(&mux->mu);
    struct route *best = choose(mux, r, path);
    bool to_tree = moves && path[n - 1] != '/' && !fits_exactly(best, path) &&
                   fits_exactly(choose(mux, r, tree), tree);
    char *allow = best ? NULL : allowed(mux, r, path);
    sync_rwmutex_runlock(&mux->mu);
    if (to_tree || (moves && strcmp(path, raw) != 0)) {
        redirect_to(w, r, path, to_tree);
    } else if (hides_dots(r->url->path)) {
        http_error(w, "Bad Request", HTTP_STATUS_BAD_REQUEST);
    } else if (best) { /* a route is never taken out, and who serves keeps the mux */
        r->pattern = best->text;
        keep_values(in, best->path, path);
        http_handler_serve_http(best->h, w, r);
    } else {
        refuse(w, r, allow);
    }
}

void http_handler_serve_http(http_handler *h, http_responsewriter *w, http_request *r) {
    h = h ? h : &default_mux.mux;
    if (h->f)
        h->f(w, r, h->arg);
    else
        mux_serve(h, w, r);
}

/* ---- ready-made answers ---- */

void http_error(http_responsewriter *w, const char *text, int status) {
    http_header *h = http_responsewriter_header(w);
    http_header_del(h, "Content-Length");
    http_header_set(h, "Content-Type", "text/plain; charset=utf-8");
    http_header_set(h, "X-Content-Type-Options", "nosniff");
    http_responsewriter_write_header(w, status);
    http_responsewriter_write(w, text, strlen(text), NULL);
    http_responsewriter_write(w, "\n", 1, NULL);
}

void http_not_found(http_responsewriter *w, http_request *r) {
    (void)r;
    http_error(w, "404 page not found", HTTP_STATUS_NOT_FOUND);
}

static void answer_not_found(http_responsewriter *w, http_request *r, void *arg) {
    (void)arg;
    http_not_found(w, r);
}

http_handler *http_not_found_handler(void) {
    return http_handler_func(answer_not_found, NULL);
}

/* As on the page of the request: "x" beside it, without "//" and "..". */
static char *from_here(struct request *r, const char *url) {
    const char *here = *r->pub.url->raw_path == '/' ? r->pub.url->raw_path : "/";
    size_t dir = *url == '/' ? 0 : (size_t)(strrchr(here, '/') + 1 - here),
           path = strcspn(url, "?");
    char *whole = arena_take(&r->arena, dir + path + 1);
    memcpy(whole, here, dir);
    memcpy(whole + dir, url, path);
    whole[dir + path] = '\0';
    char *clean = url_clean_path(&r->arena, whole);
    size_t n = strlen(clean);
    char *to = arena_take(&r->arena, n + strlen(url + path) + 1);
    memcpy(to, clean, n);
    strcpy(to + n, url + path);
    return to;
}

/* What is not ASCII as %xx. */
static char *in_ascii(struct request *r, const char *url) {
    char *to = arena_take(&r->arena, 3 * strlen(url) + 1), *end = to;
    for (; *url; url++)
        end += sprintf(end, *url & 0x80 ? "%%%02x" : "%c", (unsigned char)*url);
    *end = '\0';
    return to;
}

static void write_escaped(http_responsewriter *w, const char *text) {
    for (; *text; text++) {
        const char *safe = *text == '&'    ? "&amp;"
                           : *text == '<'  ? "&lt;"
                           : *text == '>'  ? "&gt;"
                           : *text == '"'  ? "&#34;"
                           : *text == '\'' ? "&#39;"
                                           : NULL;
        http_responsewriter_write(w, safe ? safe : text, safe ? strlen(safe) : 1, NULL);
    }
}

void http_redirect(http_responsewriter *w, http_request *r, const char *url, int status) {
    http_header *h = http_responsewriter_header(w);
    struct request *in = (struct request *)(void *)r;
    NIL_CHECK(url);
    url_url *u = url_new(url, false);
    if (u && !*u->scheme && !*u->host)
        url = from_here(in, url);
    handle_release(u);
    http_header_set(h, "Location", in_ascii(in, url));
    bool typed = header_count(h, "Content-Type") > 0, get = strcmp(r->method, "GET") == 0;
    if (!typed && (get || strcmp(r->method, "HEAD") == 0))
        http_header_set(h, "Content-Type", "text/html; charset=utf-8");
    http_responsewriter_write_header(w, status);
    if (typed || !get)
        return;
    io_write_string(w, "<a href=\"", NULL);
    write_escaped(w, url);
    io_write_string(w, "\">", NULL);
    io_write_string(w, http_status_text(status), NULL);
    io_write_string(w, "</a>.\n\n", NULL);
}
