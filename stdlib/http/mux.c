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
    if (pattern_is_right(r->path) && !strchr(r->host, '{') &&
        (!space || header_is_token(r->method)))
        return r;
    route_free(r);
    panic_text("http: invalid pattern \"%s\"", pattern);
}

/* ---- which pattern is the more special one ---- */

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
    return pattern_together(relate_methods(a->method, b->method), pattern_relate(a->path, b->path));
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

/* ---- choosing ---- */

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
        if (pattern_fits(c->path, path) && host_fits(c, r->host) && method_fits(c, r->method) &&
            (!best || wins(c, best)))
            best = c;
    }
    return best;
}

static bool fits_exactly(const struct route *c, const char *path) {
    return c && pattern_fits_exactly(c->path, path);
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
        bool fits = pattern_fits(c->path, path) || pattern_fits(c->path, tree);
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
    bool tunnel = strcmp(r->method, "CONNECT") == 0; /* to a host, which has no path */
    const char *raw = *r->url->raw_path || tunnel ? r->url->raw_path : "/";
    if (strcmp(raw, "*") == 0) { /* of the server, not of any path */
        http_header_set(http_responsewriter_header(w), "Connection", "close");
        http_responsewriter_write_header(w, HTTP_STATUS_BAD_REQUEST);
        return;
    }
    bool moves = raw[0] == '/' && !tunnel;
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
        pattern_keep_values(in, best->path, path);
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
