/* SPDX-License-Identifier: MIT */
/* Requests: of clients and as handlers get them; their forms. */
#include "http/http.h"
#include <strings.h>

#define FORM_MAX (10 << 20)

static void request_destroy(void *h) {
    struct request *r = h;
    handle_release(r->kept_body);
    handle_release(r->pub.url);
    handle_release(r->ctx);
    header_free(&r->header);
    arena_free(&r->arena);
}

static const struct handle_kind request_kind = {"http_request", request_destroy};

struct request *request_new(void) {
    struct request *r = handle_new(sizeof *r, &request_kind);
    r->pub.header = &r->header;
    r->form_end = &r->form;
    r->pub.proto = "HTTP/1.1";
    r->pub.proto_major = r->pub.proto_minor = 1;
    return r;
}

/* ---- a client's ---- */

http_request *http_new_request_with_context(context *ctx, const char *method, const char *url,
                                            io_reader *body, gocc_error *err) {
    NIL_CHECK(url);
    method = method && *method ? method : "GET";
    if (!ctx)
        panic_text("http: NewRequestWithContext: nil Context");
    if (!header_is_token(method)) {
        io_give(err, fmt_errorf("net/http: invalid method \"%s\"", method));
        return NULL;
    }
    gocc_error e = NULL;
    url_url *u = url_parse(url, &e);
    io_give(err, e);
    if (!u)
        return NULL;
    struct request *r = request_new();
    r->ctx = handle_retain(ctx);
    r->pub.method = arena_text(&r->arena, method);
    r->pub.url = u;
    r->pub.host = u->host;
    r->kept_body = handle_retain(body);
    r->pub.body = body;
    r->pub.content_length = body ? io_memory_left(body) : 0;
    return &r->pub;
}

http_request *http_new_request(const char *method, const char *url, io_reader *body,
                               gocc_error *err) {
    return http_new_request_with_context(context_background(), method, url, body, err);
}

/* ---- asked of both ---- */

static struct request *inside(http_request *r) {
    NIL_CHECK(r);
    return (struct request *)(void *)r;
}

context *http_request_context(http_request *pub) {
    struct request *r = inside(pub);
    if (r->serving)
        request_watch(r->serving);
    return r->ctx;
}

const char *http_request_user_agent(http_request *r) {
    NIL_CHECK(r);
    return http_header_get(r->header, "User-Agent");
}

const char *http_request_referer(http_request *r) {
    NIL_CHECK(r);
    return http_header_get(r->header, "Referer");
}

const char *http_request_path_value(http_request *pub, const char *name) {
    NIL_CHECK(name);
    for (struct param *p = inside(pub)->path_values; p; p = p->next) {
        if (strcmp(p->key, name) == 0)
            return p->value;
    }
    return "";
}

/* ---- forms ---- */

static gocc_error add_pair(struct request *r, const char *s, size_t n, bool posted) {
    const char *equals = memchr(s, '=', n);
    size_t key = equals ? (size_t)(equals - s) : n;
    if (n == 0)
        return NULL;
    if (memchr(s, ';', n))
        return errors_new("invalid semicolon separator in query");
    struct param *p = arena_take(&r->arena, sizeof *p);
    p->key = url_unescape(&r->arena, s, key, true);
    p->value = equals ? url_unescape(&r->arena, equals + 1, n - key - 1, true) : "";
    p->next = NULL;
    p->posted = posted;
    if (!p->key || !p->value)
        return url_escape_error(s, n);
    *r->form_end = p;
    r->form_end = &p->next;
    return NULL;
}

/* The first error, which e may be already, is the one to tell. */
static gocc_error add_query(struct request *r, const char *s, bool posted, gocc_error e) {
    while (*s) {
        size_t n = strcspn(s, "&");
        gocc_error wrong = add_pair(r, s, n, posted);
        if (e)
            handle_release(wrong);
        else
            e = wrong;
        s += n + (s[n] == '&');
    }
    return e;
}

static bool is_form(http_request *r) {
    const char *type = http_header_get(r->header, "Content-Type");
    static const char form[] = "application/x-www-form-urlencoded";
    size_t n = sizeof form - 1;
    bool writes = strcmp(r->method, "POST") == 0 || strcmp(r->method, "PUT") == 0 ||
                  strcmp(r->method, "PATCH") == 0;
    return writes && strncasecmp(type, form, n) == 0 && (!type[n] || strchr("; \t", type[n]));
}

static gocc_error add_body(struct request *r) {
    size_t n;
    gocc_error e;
    io_reader *some = gocc__io_limit_reader(r->pub.body, FORM_MAX + 1);
    char *text = gocc__io_read_all(some, &n, &e);
    handle_release(some);
    if (!e && n > FORM_MAX)
        e = errors_new("http: POST too large");
    else if (!e)
        e = add_query(r, text, true, NULL);
    free(text);
    return e;
}

/* The body's values come before the URL's, as in Go. */
gocc_error http_request_parse_form(http_request *pub) {
    struct request *r = inside(pub);
    gocc_error e = NULL;
    if (r->parsed)
        return NULL;
    r->parsed = true;
    if (is_form(pub) && pub->body)
        e = add_body(r);
    return add_query(r, pub->url->raw_query, false, e);
}

static const char *form_value(http_request *pub, const char *key, bool posted) {
    NIL_CHECK(key);
    handle_release(http_request_parse_form(pub));
    for (struct param *p = inside(pub)->form; p; p = p->next) {
        if (strcmp(p->key, key) == 0 && (p->posted || !posted))
            return p->value;
    }
    return "";
}

const char *http_request_form_value(http_request *r, const char *key) {
    return form_value(r, key, false);
}

const char *http_request_post_form_value(http_request *r, const char *key) {
    return form_value(r, key, true);
}
