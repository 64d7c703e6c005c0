/* SPDX-License-Identifier: MIT */
/*
 * Requests that are sent again: on another connection, or to the place that a redirect names.
 *
 * The body goes back to where it was before the first time, or the request is not sent again.
 * Fields that are secrets, or tell of a body, go along only where they still belong.
 */
#include "http/http.h"
#include <stdio.h>
#include <strings.h>

/* ---- the same once more ---- */

/* Where the body begins: it may have been read from before. */
void request_note_start(http_request *r) {
    gocc_error e = NULL;
    int64_t at = r->body ? io_buffer_at(r->body) : -1;
    if (at < 0 && r->body && r->body->methods->seek)
        at = gocc__io_seek(r->body, 0, IO_SEEK_CURRENT, &e);
    ((struct request *)(void *)r)->body_start = e ? -1 : at;
    handle_release(e);
}

/* To there once more; false: it cannot. */
bool request_rewind(http_request *r) {
    int64_t start = ((struct request *)(void *)r)->body_start;
    if (!r->body || (start < 0 && r->content_length == 0))
        return true;
    if (start < 0)
        return false;
    gocc_error e = NULL;
    if (io_buffer_at(r->body) >= 0)
        io_buffer_back(r->body, start);
    else
        gocc__io_seek(r->body, start, IO_SEEK_START, &e);
    handle_release(e);
    return e == NULL;
}

/* Twice does no more than once.  Go's rule: a PUT or DELETE must say so itself. */
bool request_is_replayable(http_request *r) {
    static const char *const safe[] = {"GET", "HEAD", "OPTIONS", "TRACE"};
    for (size_t i = 0; i < sizeof safe / sizeof *safe; i++) {
        if (strcmp(r->method, safe[i]) == 0)
            return true;
    }
    return header_count(r->header, "Idempotency-Key") > 0 ||
           header_count(r->header, "X-Idempotency-Key") > 0;
}

/* ---- to another place ---- */

static bool is_redirect(int code) {
    return code == 301 || code == 302 || code == 303 || code == 307 || code == 308;
}

/* "sub.example.org" may see what "example.org" was told; an address has no such children. */
static bool may_know(url_url *from, url_url *to) {
    const char *parent = url_url_hostname(from), *host = url_url_hostname(to);
    size_t n = strlen(host), of = strlen(parent);
    if (n < of || strcasecmp(host + n - of, parent) != 0)
        return false;
    return n == of || (!strpbrk(host, ":%") && host[n - of - 1] == '.');
}

static bool is_one_of(const char *name, const char *const *list) {
    while (*list && strcasecmp(name, *list) != 0)
        list++;
    return *list != NULL;
}

static void copy_header(struct request *to, http_request *from, bool trusted, bool with_body) {
    static const char *const secret[] = {
        "Authorization",       "Www-Authenticate",   "Cookie", "Cookie2",
        "Proxy-Authorization", "Proxy-Authenticate", NULL};
    static const char *const of_body[] = {"Content-Encoding", "Content-Language",
                                          "Content-Location", "Content-Type", NULL};
    for (size_t i = 0; i < from->header->n; i++) {
        const char *name = from->header->f[i].name;
        if ((trusted || !is_one_of(name, secret)) && (with_body || !is_one_of(name, of_body)))
            http_header_add(&to->header, name, from->header->f[i].value);
    }
}

/* Where the redirect came from, unless the program has said something else. */
static void set_referer(struct request *to, url_url *from) {
    if (header_count(&to->header, "Referer"))
        return;
    const char *query = *from->raw_query ? "?" : "";
    size_t size = strlen(from->scheme) + strlen(from->host) + strlen(from->raw_path) +
                  strlen(from->raw_query) + 8;
    char *text = arena_take(&to->arena, size);
    snprintf(text, size, "%s://%s%s%s%s", from->scheme, from->host, from->raw_path, query,
             from->raw_query);
    http_header_set(&to->header, "Referer", text);
}

/* A name of the program's own for the host stays on the same host. */
static const char *host_to_send(struct request *r, http_request *old, const char *to) {
    url_url *u = url_new(to, false);
    bool relative = u && !*u->scheme;
    handle_release(u);
    return relative && *old->host && strcmp(old->host, old->url->host) != 0
               ? arena_text(&r->arena, old->host)
               : r->pub.url->host;
}

http_request *request_follow(http_request *old, http_response *resp, gocc_error *err) {
    const char *to = http_header_get(resp->header, "Location");
    bool keeps = resp->status_code == 307 || resp->status_code == 308;
    bool head = strcmp(old->method, "HEAD") == 0;
    if (!is_redirect(resp->status_code) || !*to || (keeps && !request_rewind(old)))
        return NULL;
    url_url *u = url_resolve(old->url, to);
    if (!u) {
        *err = fmt_errorf("failed to parse Location header \"%s\"", to);
        return NULL;
    }
    struct request *r = request_new();
    r->pub.method = arena_text(&r->arena, keeps ? old->method : head ? "HEAD" : "GET");
    r->pub.url = u;
    r->pub.host = host_to_send(r, old, to);
    r->ctx = handle_retain(((struct request *)(void *)old)->ctx);
    copy_header(r, old, may_know(old->url, u), keeps);
    set_referer(r, old->url);
    if (keeps) {
        r->pub.body = r->kept_body = handle_retain(old->body);
        r->body_start = ((struct request *)(void *)old)->body_start;
        r->pub.content_length = old->content_length;
    }
    return &r->pub;
}
