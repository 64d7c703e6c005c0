/* SPDX-License-Identifier: MIT */
/*
 * Clients.
 *
 * A response owns its connection until the body has been read to its end, which puts it into the
 * pool, or is closed before, which ends it.  Patience is the connection's deadlines until then: the
 * client's timeout is one, and a context that is done sets one that is over.
 */
#include "errors/error.h"
#include "http/http.h"
#include "http/transport.h"
#include "time/instant.h"
#include <stdio.h>

#define HEADER_MAX    (10 << 20)
#define REDIRECTS_MAX 10

static const errors_kind http_kind = {.name = "http"};
static struct error_fixed use_last = ERROR_FIXED("net/http: use last response", &http_kind);
const gocc_error gocc_http_err_use_last_response = &use_last.object;
static const errors_kind url_error = {.name = "url.Error"};
static const errors_kind url_timeout = {.name = "url.Error", .timeout = true};
static const errors_kind late_kind = {.name = "http.timeout", .timeout = true};

http_client gocc_http_default_client;

/* ---- the exchange on one connection ---- */

struct exchange {
    struct link *l;
    net_conn *c; /* the link's, retained for the watch */
    context *ctx;
    context_afterfunc *watch;
    int64_t deadline;
    bool reusable;
};

static void lose_patience(void *c) {
    handle_release(net_conn_set_deadline(c, time_unix(1, 0)));
    handle_release(c);
}

static void patience_begins(struct exchange *x) {
    time_time until = time_time_add(time_now(), x->deadline - clock_mono());
    if (x->deadline)
        handle_release(net_conn_set_deadline(x->l->w.c, until));
    if (context_done(x->ctx))
        x->watch = context_after_func(x->ctx, lose_patience, handle_retain(x->l->w.c));
}

/* false: it was lost; the connection is of no use any more */
static bool patience_ends(struct exchange *x) {
    bool kept = true;
    if (x->watch) {
        kept = context_stop(x->watch);
        if (kept)
            handle_release(x->l->w.c);
        handle_release(x->watch);
        x->watch = NULL;
    }
    if (kept && x->deadline)
        handle_release(net_conn_set_deadline(x->l->w.c, (time_time){0}));
    return kept;
}

static void exchange_end(struct exchange *x, bool well) {
    if (patience_ends(x) && well && x->reusable)
        link_put(x->l);
    else
        link_close(x->l);
    handle_release(x->ctx);
    free(x);
}

/* Why nothing more came, in the words of the one whose patience ended. */
static gocc_error explain(gocc_error e, context *ctx, int64_t deadline, const char *what) {
    gocc_error why = context_cause(ctx);
    bool late = deadline && clock_mono() >= deadline && error_timeout(e);
    if (!why && !late)
        return e;
    handle_release(e);
    return why ? handle_retain(why)
               : errors_new_kind(&late_kind, NULL, "%w (Client.Timeout %s)",
                                 CONTEXT_DEADLINE_EXCEEDED, what);
}

static void body_ended(void *arg, struct body *b) {
    struct exchange *x = arg;
    if (b->failed)
        b->failed = explain(b->failed, x->ctx, x->deadline,
                            "or context cancellation while reading body");
    b->w = NULL;
    exchange_end(x, b->ended && !b->failed);
}

/* ---- sending ---- */

static gocc_error send_body(struct wire *w, io_reader *body, int64_t length) {
    char part[WIRE_BUFFER - 32];
    gocc_error e = NULL;
    int64_t sent = 0;
    while (!e && !w->out_err) {
        ssize_t n = gocc__io_read(body, part, sizeof part, &e);
        sent += n;
        if (length >= 0 && sent > length)
            e = fmt_errorf("http: ContentLength=%lld with a longer body", (long long)length);
        else if (n > 0 && length < 0)
            chunk_put(w, part, (size_t)n);
        else
            wire_put(w, part, (size_t)n);
    }
    if (e && e != IO_EOF)
        return e;
    if (w->out_err) /* the server may have answered before it stopped reading */
        return NULL;
    if (length > sent)
        return fmt_errorf("http: ContentLength=%lld with Body length %lld", (long long)length,
                          (long long)sent);
    if (length < 0)
        wire_text(w, "0\r\n\r\n");
    return NULL;
}

static void put_default(struct wire *w, http_header *h, const char *name, const char *value) {
    if (header_count(h, name))
        return;
    wire_text(w, name);
    wire_text(w, ": ");
    wire_text(w, value);
    wire_text(w, "\r\n");
}

static void put_target(struct wire *w, url_url *u) {
    for (const char *p = u->raw_path; *p; p++) {
        char text[8];
        bool plain = (unsigned char)*p > ' ' && (unsigned char)*p < 0x7f;
        wire_put(w, text,
                 (size_t)snprintf(text, sizeof text, plain ? "%c" : "%%%02X", (unsigned char)*p));
    }
    if (!*u->raw_path)
        wire_text(w, "/");
    if (*u->raw_query) {
        wire_text(w, "?");
        for (const char *p = u->raw_query; *p; p++)
            wire_put(w, *p == ' ' ? "+" : p, 1);
    }
}

static gocc_error send_request(struct wire *w, http_request *r) {
    char length[32];
    bool has_body = r->body && r->content_length != 0;
    bool means_body = strcmp(r->method, "POST") == 0 || strcmp(r->method, "PUT") == 0 ||
                      strcmp(r->method, "PATCH") == 0;
    http_header_del(r->header, "Host");
    http_header_del(r->header, "Content-Length");
    http_header_del(r->header, "Transfer-Encoding");
    wire_text(w, r->method);
    wire_text(w, " ");
    put_target(w, r->url);
    wire_text(w, " HTTP/1.1\r\nHost: ");
    for (const char *p = r->host; *p && *p > ' '; p++) {
        if (*p == '%' && *r->host == '[') /* the zone means something here only */
            p += strcspn(p, "]");
        if (*p)
            wire_put(w, p, 1);
    }
    wire_text(w, "\r\n");
    put_default(w, r->header, "User-Agent", "gocc-http-client/1.1");
    snprintf(length, sizeof length, "%lld", (long long)r->content_length);
    if (has_body && r->content_length < 0)
        wire_text(w, "Transfer-Encoding: chunked\r\n");
    else if (has_body || means_body)
        put_default(w, r->header, "Content-Length", has_body ? length : "0");
    wire_fields(w, r->header);
    if (r->close && !header_has_token(r->header, "Connection", "close"))
        wire_text(w, "Connection: close\r\n");
    wire_text(w, "\r\n");
    gocc_error e = has_body ? send_body(w, r->body, r->content_length) : NULL;
    wire_flush(w);
    return e;
}

/* ---- receiving ---- */

struct response {
    http_response pub;
    http_header header;
    struct body *body;
};

static void response_destroy(void *h) {
    struct response *r = h;
    handle_release(gocc__io_close(r->pub.body));
    handle_release(r->pub.body);
    handle_release(r->pub.request);
    header_free(&r->header);
}

static const struct handle_kind response_kind = {"http_response", response_destroy};

#define BROKEN "net/http: HTTP/1.x transport connection broken: "

static gocc_error bad_response(const struct head *head, int status) {
    if (status == HEAD_TOO_LARGE)
        return errors_new("net/http: server response headers exceeded limit");
    const char *why = head->why ? head->why : "malformed HTTP response";
    char *what = head->what ? time_quote(head->what, strcspn(head->what, "\r\n")) : NULL;
    gocc_error e = fmt_errorf(BROKEN "%s%s%s", why, what ? " " : "", what ? what : "");
    free(what);
    return e;
}

/* The head that is not of the "please wait" kind. */
static gocc_error receive_head(struct wire *w, struct head *head, http_header *h, bool to_head,
                               int *code) {
    for (int i = 0; i < 6; i++) {
        gocc_error e = NULL;
        header_free(h);
        int status = head_read(w, HEADER_MAX, head, h, &e);
        if (e)
            return e;
        if (status == HEAD_OK)
            status = head_response(head, h, to_head, code);
        if (status != HEAD_OK)
            return bad_response(head, status);
        if (*code >= 200 || *code == 101)
            return NULL;
    }
    return errors_new("net/http: too many 1xx informational responses");
}

static http_response *response_of(struct exchange *x, http_request *req, struct head *head,
                                  http_header *h, int code) {
    struct response *r = handle_new(sizeof *r, &response_kind);
    r->header = *h;
    *h = (http_header){{NULL}, NULL, 0, 0};
    size_t size = strlen(head->first[2]) + 8;
    char *status = arena_take(&r->header.arena, size);
    snprintf(status, size, "%03d%s%s", code, *head->first[2] ? " " : "", head->first[2]);
    r->pub.status = status;
    r->pub.status_code = code;
    r->pub.proto = head->first[0];
    r->pub.proto_major = 1;
    r->pub.proto_minor = head->minor;
    r->pub.header = &r->header;
    bool to_head = strcmp(req->method, "HEAD") == 0;
    r->pub.content_length = head->framing == BODY_NONE && !to_head ? 0 : head->length;
    r->pub.request = handle_retain(req);
    r->body = body_new(&x->l->w, head->framing, head->length);
    r->pub.body = &r->body->io;
    bool kept = head->minor == 0 ? header_has_token(&r->header, "Connection", "keep-alive")
                                 : !header_has_token(&r->header, "Connection", "close");
    x->reusable = kept && !x->l->w.out_err && !req->close && head->framing != BODY_CLOSE &&
                  code != 101;
    if (r->body->ended) {
        body_detach(r->body);
        r->body->w = NULL;
        exchange_end(x, true);
    } else {
        r->body->end = body_ended;
        r->body->arg = x;
    }
    return &r->pub;
}

/* What is ours while functions of the program run: the body's, check_redirect. */
struct errand {
    http_client *c;
    http_request *first;
    http_request *r;          /* that is under way */
    http_request *next;       /* that a redirect asks for */
    http_response *answer;    /* to r */
    const char *not_followed; /* the place that the last answer named; next's */
    struct exchange *x;       /* while r is being sent */
    gocc_error err;
    int64_t deadline;
    bool over; /* answer and err are the caller's */
};

static context *context_of(http_request *r) {
    return ((struct request *)(void *)r)->ctx;
}

static struct exchange *exchange_begin(struct errand *d, bool fresh) {
    context *ctx = context_of(d->r);
    struct link *l = link_get(d->r->url, ctx, d->deadline, fresh, &d->err);
    if (!l)
        return NULL;
    struct exchange *x = std_alloc(sizeof *x);
    *x = (struct exchange){.l = l, .ctx = handle_retain(ctx), .deadline = d->deadline};
    patience_begins(x);
    return x;
}

/* Sets answer or err.  True: the connection was an old one and died before a byte of the answer;
 * the server has got the request perhaps. */
static bool exchange_once(struct errand *d, bool fresh) {
    struct exchange *x = d->x = exchange_begin(d, fresh);
    struct head head;
    int code = 0;
    http_header h = {{NULL}, NULL, 0, 0};
    if (!x)
        return false;
    gocc_error e = send_request(&x->l->w, d->r);
    d->x = NULL;
    bool lost = false;
    if (!e) {
        struct wire *w = &x->l->w;
        e = receive_head(w, &head, &h, strcmp(d->r->method, "HEAD") == 0, &code);
        lost = e && x->l->used && w->in_n == 0 && !error_timeout(e);
        if (e == IO_EOF && w->in_n > 0)
            e = fmt_errorf(BROKEN "%w", IO_ERR_UNEXPECTED_EOF);
        if (e && w->out_err) {
            handle_release(e);
            e = handle_retain(w->out_err);
        }
    }
    if (!e) {
        d->answer = response_of(x, d->r, &head, &h, code);
        return false;
    }
    header_free(&h);
    exchange_end(x, false);
    d->err = e;
    return lost;
}

static void exchange_any(struct errand *d) {
    if (!exchange_once(d, false) || !request_is_replayable(d->r) || !request_rewind(d->r))
        return;
    handle_release(d->err);
    d->err = NULL;
    exchange_once(d, true);
}

/* ---- redirects ---- */

static gocc_error may_follow(http_client *c, http_request *next, size_t n) {
    if (c->check_redirect)
        return c->check_redirect(next, n, c->check_redirect_arg);
    return n >= REDIRECTS_MAX ? errors_new("stopped after 10 redirects") : NULL;
}

/* ---- all of it ---- */

static gocc_error check_url(http_request *r) {
    const char *scheme = r->url->scheme;
    if (!*scheme || strcmp(scheme, "http") != 0)
        return fmt_errorf("unsupported protocol scheme \"%s\"", scheme);
    return *r->url->host ? NULL : errors_new("http: no Host in request URL");
}

/* "Get "URL": CAUSE", with the method of the first request. */
static gocc_error tell(struct errand *d, gocc_error cause) {
    const char *m = d->first->method;
    url_url *u = d->r->url;
    bool query = *u->raw_query;
    char rest[32];
    snprintf(rest, sizeof rest, "%s", m + 1);
    for (char *p = rest; *p; p++)
        *p = (char)(*p >= 'A' && *p <= 'Z' ? *p - 'A' + 'a' : *p);
    const errors_kind *kind = error_timeout(cause) ? &url_timeout : &url_error;
    gocc_error e = d->not_followed
                       ? errors_new_kind(kind, NULL, "%c%s \"%s\": %w", *m, rest, d->not_followed,
                                         cause)
                       : errors_new_kind(kind, NULL, "%c%s \"%s%s%s%s%s%s\": %w", *m, rest,
                                         u->scheme, *u->scheme ? "://" : "", u->host, u->raw_path,
                                         query ? "?" : "", u->raw_query, cause);
    handle_release(cause);
    return e;
}

/* True: answer or err is what the client gives. */
static bool step(struct errand *d, size_t n) {
    d->err = check_url(d->r);
    if (!d->err)
        exchange_any(d);
    if (d->answer)
        d->next = request_follow(d->r, d->answer, &d->err);
    if (!d->answer || (!d->next && !d->err))
        return true;
    if (d->next)
        d->err = may_follow(d->c, d->next, n);
    if (d->err == HTTP_ERR_USE_LAST_RESPONSE) {
        d->err = NULL;
        return true;
    }
    if (d->next && d->err)
        d->not_followed = arena_text(&((struct request *)(void *)d->next)->arena,
                                     http_header_get(d->answer->header, "Location"));
    if (!d->err) /* so that the connection can be used again */
        body_drain(((struct response *)(void *)d->answer)->body, 2048);
    handle_release(d->answer);
    d->answer = NULL;
    if (d->err)
        return true;
    handle_release(d->r);
    d->r = d->next;
    d->next = NULL;
    return false;
}

static void errand_run(void *errand) {
    struct errand *d = errand;
    d->deadline = d->c->timeout > 0 ? clock_mono() + d->c->timeout : 0;
    request_note_start(d->r);
    for (size_t n = 1; !step(d, n); n++)
        ;
    if (d->err)
        d->err = tell(
            d, explain(d->err, context_of(d->r), d->deadline, "exceeded while awaiting headers"));
    d->over = true;
}

static void errand_end(void *errand) {
    struct errand *d = errand;
    if (d->x)
        exchange_end(d->x, false);
    if (!d->over) {
        handle_release(d->answer);
        handle_release(d->err);
    }
    handle_release(d->next);
    handle_release(d->r);
    handle_release(d->first);
}

/* Takes r over. */
static http_response *client_do(http_client *c, http_request *r, gocc_error *err) {
    struct errand d = {.c = c, .first = r, .r = handle_retain(r)};
    call_with_cleanup(errand_run, &d, errand_end);
    io_give(err, d.err);
    return d.answer;
}

http_response *http_client_do(http_client *c, http_request *r, gocc_error *err) {
    NIL_CHECK(c);
    NIL_CHECK(r);
    return client_do(c, handle_retain(r), err);
}

static http_response *simple(http_client *c, const char *method, const char *url, const char *type,
                             io_reader *body, gocc_error *err) {
    NIL_CHECK(c);
    http_request *r = http_new_request(method, url, body, err);
    if (!r)
        return NULL;
    if (type)
        http_header_set(r->header, "Content-Type", type);
    return client_do(c, r, err);
}

http_response *http_client_get(http_client *c, const char *url, gocc_error *err) {
    return simple(c, "GET", url, NULL, NULL, err);
}

http_response *http_client_head(http_client *c, const char *url, gocc_error *err) {
    return simple(c, "HEAD", url, NULL, NULL, err);
}

http_response *http_client_post(http_client *c, const char *url, const char *content_type,
                                io_reader *body, gocc_error *err) {
    return simple(c, "POST", url, content_type, body, err);
}

http_response *http_get(const char *url, gocc_error *err) {
    return http_client_get(HTTP_DEFAULT_CLIENT, url, err);
}

http_response *http_head(const char *url, gocc_error *err) {
    return http_client_head(HTTP_DEFAULT_CLIENT, url, err);
}

http_response *http_post(const char *url, const char *content_type, io_reader *body,
                         gocc_error *err) {
    return http_client_post(HTTP_DEFAULT_CLIENT, url, content_type, body, err);
}

void http_client_close_idle_connections(http_client *c) {
    (void)c;
    links_close_idle();
}
