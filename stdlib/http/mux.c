/* SPDX-License-Identifier: MIT */
/*
 * Handlers, and the mux that chooses one: Go 1.22's patterns, "METHOD /path/{name}/{rest...}",
 * "/tree/" for all below it, "/exact/{$}".
 *
 * The more special pattern wins, segment by segment: a literal before a name before a rest, and
 * one with a method before one without.  Two of the same kind in every place are a mistake.
 * Looked for one after the other: programs have tens of them, and a tree of them was no faster
 * below a hundred.
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

static void handler_destroy(void *h) {
    http_handler *handler = h;
    for (struct route *r = handler->routes; r;) {
        struct route *next = r->next;
        handle_release(r->h);
        free(r);
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

static bool right_pattern(const char *path) {
    for (const char *p = path; *p == '/';) {
        size_t n = strcspn(++p, "/");
        enum kind k = kind_of(p, n);
        if (k == LITERAL && (memchr(p, '{', n) || memchr(p, '}', n)))
            return false;
        if ((k == END || k == REST) && p[n])
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
    r->h = handle_retain(h);
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
    if (!right_pattern(r->path) || (space && !header_is_token(r->method)))
        panic_text("http: invalid pattern \"%s\"", pattern);
    return r;
}

/* < 0: a is the more special one; 0: of the same kind everywhere */
static int compare_paths(const char *a, const char *b) {
    while (*a == '/' && *b == '/') {
        size_t n = strcspn(++a, "/");
        size_t m = strcspn(++b, "/");
        enum kind j = kind_of(a, n);
        enum kind k = kind_of(b, m);
        if (j != k) {
            static const int rank[] = {[LITERAL] = 1, [END] = 0, [NAME] = 2, [REST] = 3};
            return rank[j] - rank[k];
        }
        if (j == LITERAL && (n != m || memcmp(a, b, n) != 0))
            return 1; /* they never meet; any order will do */
        a += n;
        b += m;
    }
    return (*b == '/') - (*a == '/');
}

static int compare(const struct route *a, const struct route *b) {
    if (!*a->host != !*b->host)
        return *a->host ? -1 : 1;
    int paths = compare_paths(a->path, b->path);
    if (paths != 0)
        return paths;
    return !*a->method - !*b->method;
}

static bool same(const struct route *a, const struct route *b) {
    return strcmp(a->method, b->method) == 0 && strcmp(a->host, b->host) == 0 &&
           compare_paths(a->path, b->path) == 0;
}

void http_servemux_handle(http_servemux *mux, const char *pattern, http_handler *h) {
    NIL_CHECK(mux);
    NIL_CHECK(pattern);
    if (!h)
        panic_text("http: nil handler");
    struct route *r = route_new(pattern, h);
    sync_rwmutex_lock(&mux->mu);
    struct route *other = mux->routes;
    while (other && !same(other, r))
        other = other->next;
    if (!other) {
        r->next = mux->routes;
        mux->routes = r;
    }
    sync_rwmutex_unlock(&mux->mu);
    if (other)
        panic_text("http: pattern \"%s\" conflicts with pattern \"%s\"", pattern, other->text);
}

void http_servemux_handle_func(http_servemux *mux, const char *pattern, http_handlerfunc *f,
                               void *arg) {
    http_handler *h = http_handler_func(f, arg);
    http_servemux_handle(mux, pattern, h);
    handle_release(h);
}

void http_handle(const char *pattern, http_handler *h) {
    http_servemux_handle(&default_mux.mux, pattern, h);
}

void http_handle_func(const char *pattern, http_handlerfunc *f, void *arg) {
    http_servemux_handle_func(&default_mux.mux, pattern, f, arg);
}

/* ---- choosing ---- */

static bool path_fits(const char *pattern, const char *path) {
    while (*pattern == '/' && *path == '/') {
        size_t n = strcspn(++pattern, "/");
        size_t m = strcspn(++path, "/");
        enum kind k = kind_of(pattern, n);
        if (k == REST)
            return true;
        if (k == END)
            return *path == '\0';
        if (k == NAME ? m == 0 : n != m || memcmp(pattern, path, n) != 0)
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

/* NULL: none; *allow, of 128 bytes, gets the methods that would have found one. */
static struct route *choose(http_servemux *mux, http_request *r, const char *path, char *allow) {
    struct route *best = NULL;
    size_t n = 0;
    allow[0] = '\0';
    for (struct route *c = mux->routes; c; c = c->next) {
        if (!path_fits(c->path, path) || !host_fits(c, r->host))
            continue;
        if (!method_fits(c, r->method)) {
            if (n + strlen(c->method) + 3 < 128)
                n += (size_t)sprintf(allow + n, "%s%s", n ? ", " : "", c->method);
        } else if (!best || compare(c, best) < 0) {
            best = c;
        }
    }
    return best;
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
            p->value = arena_copy(&r->arena, path, k == REST ? strlen(path) : m);
            p->next = r->path_values;
            r->path_values = p;
        }
        pattern += n;
        path += m;
    }
}

static void redirect_to(http_responsewriter *w, http_request *r, const char *path) {
    struct request *in = (struct request *)(void *)r;
    const char *query = r->url->raw_query;
    size_t size = strlen(path) * 3 + strlen(query) + 2;
    char *to = arena_take(&in->arena, size);
    char *p = to;
    for (; *path; path++) {
        bool plain = (unsigned char)*path > ' ' && (unsigned char)*path < 0x7f &&
                     !strchr("%?#\"<>\\", *path);
        p += plain ? sprintf(p, "%c", *path) : sprintf(p, "%%%02X", (unsigned char)*path);
    }
    if (*query)
        sprintf(p, "?%s", query);
    http_redirect(w, r, to, HTTP_STATUS_MOVED_PERMANENTLY);
}

/* "/tree" where there is only "/tree/" */
static bool add_slash(http_servemux *mux, http_responsewriter *w, http_request *r,
                      const char *path) {
    char allow[128];
    struct request *in = (struct request *)(void *)r;
    size_t n = strlen(path);
    char *tree = arena_copy(&in->arena, path, n + 1);
    strcpy(tree + n, "/");
    struct route *found = choose(mux, r, tree, allow);
    if (!found || strlen(found->path) < 2 || !path_fits(found->path, tree) ||
        kind_of(strrchr(found->path, '/') + 1, strlen(strrchr(found->path, '/') + 1)) != REST ||
        path_fits("/{$}", tree))
        return false;
    redirect_to(w, r, tree);
    return true;
}

static void mux_serve(http_servemux *mux, http_responsewriter *w, http_request *r) {
    char allow[128];
    struct request *in = (struct request *)(void *)r;
    char *clean = url_clean_path(&in->arena, r->url->path);
    if (r->url->path[0] == '/' && strcmp(clean, r->url->path) != 0) {
        redirect_to(w, r, clean);
        return;
    }
    sync_rwmutex_rlock(&mux->mu);
    struct route *best = choose(mux, r, r->url->path, allow);
    http_handler *h = best ? handle_retain(best->h) : NULL;
    bool moved = !best && add_slash(mux, w, r, r->url->path);
    sync_rwmutex_runlock(&mux->mu);
    if (h) {
        r->pattern = best->text;
        keep_values(in, best->path, r->url->path);
        http_handler_serve_http(h, w, r);
        handle_release(h);
    } else if (!moved && allow[0]) {
        http_header_set(http_responsewriter_header(w), "Allow", allow);
        http_error(w, "Method Not Allowed", HTTP_STATUS_METHOD_NOT_ALLOWED);
    } else if (!moved) {
        http_not_found(w, r);
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

void http_redirect(http_responsewriter *w, http_request *r, const char *url, int status) {
    http_header *h = http_responsewriter_header(w);
    NIL_CHECK(url);
    http_header_set(h, "Location", url);
    bool shows = strcmp(r->method, "GET") == 0 || strcmp(r->method, "HEAD") == 0;
    if (shows && !*http_header_get(h, "Content-Type"))
        http_header_set(h, "Content-Type", "text/html; charset=utf-8");
    http_responsewriter_write_header(w, status);
    if (strcmp(r->method, "GET") != 0)
        return;
    io_write_string(w, "<a href=\"", NULL);
    for (; *url; url++) {
        const char *safe = *url == '&'    ? "&amp;"
                           : *url == '<'  ? "&lt;"
                           : *url == '>'  ? "&gt;"
                           : *url == '"'  ? "&#34;"
                           : *url == '\'' ? "&#39;"
                                          : NULL;
        http_responsewriter_write(w, safe ? safe : url, safe ? strlen(safe) : 1, NULL);
    }
    io_write_string(w, "\">", NULL);
    io_write_string(w, http_status_text(status), NULL);
    io_write_string(w, "</a>.\n\n", NULL);
}
