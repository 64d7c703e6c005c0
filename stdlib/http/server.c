/* SPDX-License-Identifier: MIT */
/*
 * Servers: a goroutine per connection, one request after the other.
 *
 * Invariants
 *  - mu guards the server's lists and the connections' busy; nobody waits under it.
 *  - A connection that is not busy waits for a request's first byte: a shutdown may close it.
 *  - The watch reads on behalf of nobody, so it runs only while the connection's own goroutine
 *    runs the handler and the request's body has ended; what it gets is the next request's
 *    begin, which it leaves in the wire's buffer.
 *
 * The watch is what cancels a request's context when its client goes.  Go starts it for every
 * request; here it starts when the handler asks for the context, which most do not, and a
 * goroutine and two wake-ups per request are saved.
 */
#include "errors/error.h"
#include "http/http.h"
#include <gocc/runtime_package.h>
#include <stdio.h>
#include <strings.h>

#define HEADER_MAX (1 << 20)
#define DRAIN_MAX  (256 << 10)

static const errors_kind http_kind = {.name = "http"};
static struct error_fixed closed = ERROR_FIXED("http: Server closed", &http_kind);
const gocc_error gocc_http_err_server_closed = &closed.object;
static struct error_fixed abort_it = ERROR_FIXED("net/http: abort Handler", &http_kind);
const gocc_error gocc_http_err_abort_handler = &abort_it.object;

struct listening {
    struct listening *next;
    net_listener *l;
};

/* Counted by the http_server and by every connection, so that either may end first. */
struct server {
    uint32_t refs;
    sync_mutex mu;
    http_server conf; /* as it was when serving began */
    bool serves, down;
    struct listening *listeners;
    struct serving *conns;
    sync_cond *gone; /* a connection has ended */
};

static struct server *server_new(void) {
    struct server *s = std_alloc(sizeof *s);
    s->refs = 1;
    s->gone = sync_new_cond_mutex(&s->mu);
    return s;
}

static void server_drop(struct server *s) {
    if (__atomic_sub_fetch(&s->refs, 1, __ATOMIC_ACQ_REL) > 0)
        return;
    handle_release(s->gone);
    handle_release(s->conf.handler);
    free(s);
}

/* The first of several callers makes it. */
static struct server *server_of(http_server *pub) {
    NIL_CHECK(pub);
    struct server *s = __atomic_load_n((struct server **)&pub->gocc__state, __ATOMIC_ACQUIRE);
    if (s)
        return s;
    struct server *made = server_new();
    if (__atomic_compare_exchange_n((struct server **)&pub->gocc__state, &s, made, 0,
                                    __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
        return made;
    server_drop(made);
    return s;
}

/* ---- the watch ---- */

static void watch(void *arg) {
    struct serving *s = arg;
    gocc_error e = NULL;
    context *ctx = s->r->ctx;
    if (s->w.in_at == s->w.in_n && !wire_fill(&s->w, &e) && !error_timeout(e))
        context_cancel(ctx);
    handle_release(e);
    gocc__chan_close(s->watched);
}

/* watch_mu is held. */
static void start_watch(struct serving *s) {
    if (!s->handling || !s->want_watch || !s->body_done || s->watching)
        return;
    s->watching = true;
    s->watched = gocc_chan_make(0, 0);
    go_start(watch, s);
}

void request_watch(struct serving *s) {
    sync_mutex_lock(&s->watch_mu);
    s->want_watch = true;
    start_watch(s); /* or when the body has come */
    sync_mutex_unlock(&s->watch_mu);
}

static void body_ended(void *arg, struct body *b) {
    struct serving *s = arg;
    sync_mutex_lock(&s->watch_mu);
    s->body_done = b->ended && !b->failed;
    start_watch(s);
    sync_mutex_unlock(&s->watch_mu);
}

/* The handler has returned; what it left running may still ask for the context. */
static void stop_watch(struct serving *s) {
    sync_mutex_lock(&s->watch_mu);
    s->handling = false;
    bool watching = s->watching;
    sync_mutex_unlock(&s->watch_mu);
    if (!watching)
        return;
    handle_release(net_conn_set_read_deadline(s->w.c, time_unix(1, 0)));
    gocc__chan_recv(s->watched, NULL);
    handle_release(net_conn_set_read_deadline(s->w.c, (time_time){0}));
    handle_release(s->watched);
    s->watching = false;
}

static void send_continue(void *arg) {
    struct serving *s = arg;
    if (s->rw->status)
        return;
    wire_text(&s->w, "HTTP/1.1 100 Continue\r\n\r\n");
    wire_flush(&s->w);
}

/* ---- one request ---- */

/* Unread bytes make the kernel reset the connection, and the client would not see the answer: what
 * it still sends is read, for half a second. */
static void linger(struct serving *s) {
    char waste[2048];
    gocc_error e = NULL;
    handle_release(net_tcpconn_close_write(s->w.c));
    handle_release(net_conn_set_read_deadline(s->w.c, time_time_add(time_now(), TIME_SECOND / 2)));
    while (net_conn_read(s->w.c, waste, sizeof waste, &e) > 0)
        ;
    handle_release(e);
}

static void refuse(struct serving *s, int status, const char *why) {
    char text[256], line[80];
    snprintf(line, sizeof line, "%d %s%s%s", status, http_status_text(status), why ? ": " : "",
             why ? why : "");
    snprintf(text, sizeof text,
             "HTTP/1.1 %s\r\nContent-Type: text/plain; charset=utf-8\r\n"
             "Connection: close\r\n\r\n%s",
             line, status == HEAD_CODING ? "Unsupported transfer encoding" : line);
    if (status == 417) /* the client has said what it does then: as in Go, no more is told */
        strcpy(text,
               "HTTP/1.1 417 Expectation Failed\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    wire_text(&s->w, text);
    wire_flush(&s->w);
    s->keep = false;
    linger(s);
}

static bool wants_close(http_header *h, int minor) {
    return header_has_token(h, "Connection", "close") ||
           (minor == 0 && !header_has_token(h, "Connection", "keep-alive"));
}

/* A tunnel is asked for by "host:port", which is neither path nor URL. */
static url_url *target_of(struct request *r, const char *method, const char *target) {
    if (strcmp(method, "CONNECT") != 0 || *target == '/')
        return url_new(target, true);
    char *text = arena_take(&r->arena, strlen(target) + sizeof "http://");
    url_url *u = url_new(strcat(strcpy(text, "http://"), target), true);
    if (u)
        u->scheme = "";
    return u;
}

static int understand(struct serving *s, struct head *head) {
    struct request *r = s->r;
    http_request *pub = &r->pub;
    int status = head_request(head, &r->header);
    if (status != HEAD_OK)
        return status;
    pub->url = target_of(r, head->first[0], head->first[1]);
    if (!pub->url)
        return 400;
    pub->method = head->first[0];
    pub->request_uri = head->first[1];
    pub->proto = head->first[2];
    pub->proto_minor = head->minor;
    pub->host = *pub->url->host ? pub->url->host : http_header_get(&r->header, "Host");
    http_header_del(&r->header, "Host"); /* it is there, as in Go */
    pub->content_length = head->length;
    pub->pattern = "";
    pub->close = wants_close(&r->header, head->minor);
    net_addr *remote = net_conn_remote_addr(s->w.c);
    pub->remote_addr = remote ? arena_text(&r->arena, net_addr_string(remote)) : "";
    s->keep = !pub->close;
    s->body = body_new(&s->w, head->framing, head->length);
    s->body->arg = s;
    s->body->end = body_ended;
    s->body_done = s->body->ended;
    s->want_watch = false;
    s->handling = true;
    pub->body = r->kept_body = handle_retain(&s->body->io);
    bool waits = header_has_token(&r->header, "Expect", "100-continue");
    if (!waits && *http_header_get(&r->header, "Expect"))
        return 417;
    if (waits && head->minor > 0 && head->framing != BODY_NONE)
        s->body->begin = send_continue;
    return HEAD_OK;
}

struct call {
    struct serving *s;
    http_handler *h;
};

static void run_handler(void *arg) {
    struct call *c = arg;
    http_request *r = &c->s->r->pub;
    if (strcmp(r->request_uri, "*") == 0 && strcmp(r->method, "OPTIONS") == 0)
        http_header_set(http_responsewriter_header(c->s->rw), "Content-Length", "0");
    else
        http_handler_serve_http(c->h, c->s->rw, r);
}

/* The stack is still the one of the panic. */
static void handler_ended(void *arg, enum call_end end, struct call_panic why) {
    struct call *c = arg;
    if (end == CALL_PANICKED && why.value != (const void *)HTTP_ERR_ABORT_HANDLER) {
        char *stack = runtime_debug_stack();
        http_log("http: panic serving %s: %s\n%s", c->s->r->pub.remote_addr, why.text, stack);
        free(stack);
    }
    free(why.text);
}

static void run_and_tell(void *arg) {
    call_with_end(run_handler, arg, handler_ended);
}

/* false: the handler did not end well, and the client shall notice */
static bool call_handler(struct serving *s) {
    struct call c = {s, s->server->conf.handler};
    return call_protected(run_and_tell, &c) == CALL_RETURNED;
}

static void answer(struct serving *s) {
    s->rw = writer_new(s);
    bool well = call_handler(s);
    stop_watch(s);
    if (well) {
        writer_finish(s->rw);
        if (!body_drain(s->body, s->keep ? DRAIN_MAX : 0)) {
            s->keep = false;
            linger(s);
        }
    } else {
        s->keep = false;
    }
    s->rw->serving = NULL;
    handle_release(s->rw);
    s->rw = NULL;
}

static void set_limit(struct serving *s, bool read, time_duration d) {
    time_time t = d > 0 ? time_time_add(time_now(), d) : (time_time){0};
    handle_release(read ? net_conn_set_read_deadline(s->w.c, t)
                        : net_conn_set_write_deadline(s->w.c, t));
}

static bool set_busy(struct serving *s, bool busy) {
    sync_mutex_lock(&s->server->mu);
    bool down = s->server->down;
    s->busy = busy;
    sync_mutex_unlock(&s->server->mu);
    return !down;
}

/* The first byte of a request, or the connection's end. */
static bool wait_for_request(struct serving *s, bool first) {
    const http_server *c = &s->server->conf;
    gocc_error e = NULL;
    time_duration idle = c->idle_timeout ? c->idle_timeout : c->read_timeout;
    time_duration head = c->read_header_timeout ? c->read_header_timeout : c->read_timeout;
    bool limited = idle > 0 || head > 0;
    if (s->w.in_at == s->w.in_n) {
        if (limited)
            set_limit(s, true, first ? head : idle);
        bool came = wire_fill(&s->w, &e);
        handle_release(e);
        if (!came)
            return false;
    }
    if (limited)
        set_limit(s, true, head);
    return true;
}

static void release_request(struct serving *s) {
    struct request *r = s->r;
    r->serving = NULL;
    context_cancel(r->ctx);
    if (s->body) {
        body_detach(s->body);
        handle_release(s->body);
        s->body = NULL;
    }
    handle_release(r);
    s->r = NULL;
}

static void serve_one(struct serving *s) {
    const http_server *c = &s->server->conf;
    struct head head;
    gocc_error e;
    s->keep = false;
    s->r = request_new();
    s->r->serving = s;
    s->r->ctx = context_with_cancel(context_background());
    size_t limit = c->max_header_bytes > 0 ? (size_t)c->max_header_bytes : HEADER_MAX;
    int status = head_read(&s->w, limit, &head, &s->r->header, &e);
    if (status == HEAD_OK)
        status = understand(s, &head);
    if (c->read_timeout > 0 || c->read_header_timeout > 0)
        set_limit(s, true, c->read_timeout);
    if (c->write_timeout > 0)
        set_limit(s, false, c->write_timeout);
    if (status == HEAD_OK)
        answer(s);
    else if (!e)
        refuse(s, status, head.refusal);
    handle_release(e);
    release_request(s);
}

/* ---- connections ---- */

static void unlist(struct serving *s) {
    struct server *server = s->server;
    sync_mutex_lock(&server->mu);
    *(s->prev ? &s->prev->next : &server->conns) = s->next;
    if (s->next)
        s->next->prev = s->prev;
    sync_cond_broadcast(server->gone);
    sync_mutex_unlock(&server->mu);
}

static void serve_connection(void *arg) {
    struct serving *s = arg;
    bool first = true;
    do {
        if (!wait_for_request(s, first) || !set_busy(s, true))
            break;
        serve_one(s);
        first = false;
    } while (set_busy(s, false) && s->keep);
    unlist(s);
    struct server *server = s->server;
    wire_close(&s->w);
    free(s);
    server_drop(server);
}

static bool enlist(struct server *server, net_conn *c) {
    struct serving *s = std_alloc(sizeof *s);
    wire_open(&s->w, c);
    s->server = server;
    sync_mutex_lock(&server->mu);
    bool down = server->down;
    if (!down) {
        __atomic_add_fetch(&server->refs, 1, __ATOMIC_RELAXED);
        s->next = server->conns;
        if (s->next)
            s->next->prev = s;
        server->conns = s;
    }
    sync_mutex_unlock(&server->mu);
    if (!down) {
        go_start(serve_connection, s);
        return true;
    }
    wire_close(&s->w);
    free(s);
    return false;
}

/* ---- listening ---- */

static bool add_listener(struct server *s, const http_server *conf, struct listening *l) {
    sync_mutex_lock(&s->mu);
    bool down = s->down;
    if (!s->serves) {
        s->conf = *conf;
        handle_retain(s->conf.handler);
    }
    s->serves = true;
    if (!down) {
        l->next = s->listeners;
        s->listeners = l;
    }
    sync_mutex_unlock(&s->mu);
    return !down;
}

static bool remove_listener(struct server *s, struct listening *l) {
    sync_mutex_lock(&s->mu);
    bool down = s->down;
    struct listening **at = &s->listeners;
    while (*at && *at != l)
        at = &(*at)->next;
    if (*at)
        *at = l->next;
    sync_mutex_unlock(&s->mu);
    return !down;
}

/* Too many descriptors, for example: later there may be fewer. */
static bool passes(gocc_error e) {
    int n = os_errno(e);
    return n == 24 || n == 23 || n == 12 || n == 105; /* EMFILE ENFILE ENOMEM ENOBUFS */
}

static gocc_error accept_all(struct server *s, net_listener *l) {
    time_duration wait = 0;
    for (;;) {
        gocc_error e = NULL;
        net_conn *c = net_listener_accept(l, &e);
        if (!c && passes(e)) {
            wait = wait ? 2 * wait : 5 * TIME_MILLISECOND;
            wait = wait > TIME_SECOND ? TIME_SECOND : wait;
            http_log("http: Accept error: %s; retrying", error_string(e));
            handle_release(e);
            time_sleep(wait);
            continue;
        }
        if (!c)
            return e;
        wait = 0;
        enlist(s, c);
    }
}

gocc_error http_server_serve(http_server *pub, net_listener *l) {
    struct server *s = server_of(pub);
    struct listening here = {.l = l};
    NIL_CHECK(l);
    __atomic_add_fetch(&s->refs, 1, __ATOMIC_RELAXED);
    handle_retain(l);
    gocc_error e = HTTP_ERR_SERVER_CLOSED;
    if (add_listener(s, pub, &here)) {
        e = accept_all(s, l);
        if (!remove_listener(s, &here)) {
            handle_release(e);
            e = HTTP_ERR_SERVER_CLOSED;
        }
    }
    handle_release(net_listener_close(l));
    handle_release(l);
    server_drop(s);
    return e;
}

gocc_error http_server_listen_and_serve(http_server *s) {
    gocc_error e;
    NIL_CHECK(s);
    net_listener *l = net_listen("tcp", s->addr && *s->addr ? s->addr : ":80", &e);
    if (!l)
        return e;
    e = http_server_serve(s, l);
    handle_release(l);
    return e;
}

gocc_error http_serve(net_listener *l, http_handler *h) {
    http_server s = {.handler = h};
    gocc_error e = http_server_serve(&s, l);
    server_drop(s.gocc__state);
    return e;
}

gocc_error http_listen_and_serve(const char *addr, http_handler *h) {
    http_server s = {.addr = addr, .handler = h};
    gocc_error e = http_server_listen_and_serve(&s);
    if (s.gocc__state)
        server_drop(s.gocc__state);
    return e;
}

/* ---- the end ---- */

/* No more listening, and no waiting for requests; `all`: those under way, too. */
static void go_down(struct server *s, bool all) {
    sync_mutex_lock(&s->mu);
    s->down = true;
    for (struct listening *l = s->listeners; l; l = l->next)
        handle_release(net_listener_close(l->l));
    for (struct serving *c = s->conns; c; c = c->next) {
        if (all || !c->busy)
            handle_release(net_conn_close(c->w.c));
    }
    sync_mutex_unlock(&s->mu);
}

gocc_error http_server_close(http_server *pub) {
    go_down(server_of(pub), true);
    return NULL;
}

void http_server_destroy(http_server *pub) {
    NIL_CHECK(pub);
    if (pub->gocc__state)
        server_drop(pub->gocc__state);
    *pub = (http_server){.addr = NULL};
}

static void wake_waiter(void *arg) {
    struct server *s = arg;
    sync_mutex_lock(&s->mu);
    sync_cond_broadcast(s->gone);
    sync_mutex_unlock(&s->mu);
    server_drop(s);
}

gocc_error http_server_shutdown(http_server *pub, context *ctx) {
    struct server *s = server_of(pub);
    NIL_CHECK(ctx);
    go_down(s, false);
    __atomic_add_fetch(&s->refs, 1, __ATOMIC_RELAXED);
    context_afterfunc *over = context_after_func(ctx, wake_waiter, s);
    sync_mutex_lock(&s->mu);
    while (s->conns && !context_err(ctx))
        sync_cond_wait(s->gone);
    bool all = !s->conns;
    sync_mutex_unlock(&s->mu);
    if (context_stop(over))
        server_drop(s);
    handle_release(over);
    return all ? NULL : handle_retain(context_err(ctx));
}
