/* SPDX-License-Identifier: MIT */
/* What the files of package http share. */
#ifndef GOCC_HTTP_HTTP_H
#define GOCC_HTTP_HTTP_H

#include "io/io.h"
#include <gocc/http.h>
#include <gocc/sync.h>

/* ---- memory that goes in one piece ---- */
struct arena {
    struct chunk *chunks;
};
void *arena_take(struct arena *a, size_t n) GOCC_PRIVATE(http_arena_take);
char *arena_copy(struct arena *a, const char *s, size_t n) GOCC_PRIVATE(http_arena_copy);
char *arena_text(struct arena *a, const char *s) GOCC_PRIVATE(http_arena_text);
void arena_free(struct arena *a) GOCC_PRIVATE(http_arena_free);

/* ---- header fields (header.c) ---- */
struct field {
    const char *name, *value;
};
struct http_header {
    struct arena arena;
    struct field *f;
    size_t n, room;
};
void header_put(http_header *h, const char *name, const char *value)
    GOCC_PRIVATE(http_header_put); /* strings that last as long as h */
void header_canonical(char *name) GOCC_PRIVATE(http_header_canonical);
size_t header_count(http_header *h, const char *name) GOCC_PRIVATE(http_header_count);
bool header_has_token(http_header *h, const char *name, const char *token)
    GOCC_PRIVATE(http_header_has_token);
void header_free(http_header *h) GOCC_PRIVATE(http_header_free);
bool header_is_token(const char *s) GOCC_PRIVATE(http_header_is_token);

/* ---- a connection with buffers (wire.c) ---- */
struct wire {
    net_conn *c;
    char *in; /* bytes at .. n have come and not been used */
    size_t in_at, in_n, in_room;
    char *out;
    size_t out_n;
    gocc_error out_err; /* the first failure of writing: all later writes are dropped */
};
#define WIRE_BUFFER 4096
void wire_open(struct wire *w, net_conn *c) GOCC_PRIVATE(http_wire_open);
void wire_close(struct wire *w) GOCC_PRIVATE(http_wire_close);
bool wire_fill(struct wire *w, gocc_error *err) GOCC_PRIVATE(http_wire_fill); /* some more */
ssize_t wire_read(struct wire *w, void *buffer, size_t n, gocc_error *err)
    GOCC_PRIVATE(http_wire_read);
void wire_put(struct wire *w, const void *data, size_t n) GOCC_PRIVATE(http_wire_put);
void wire_text(struct wire *w, const char *s) GOCC_PRIVATE(http_wire_text);
void wire_flush(struct wire *w) GOCC_PRIVATE(http_wire_flush);
void wire_fields(struct wire *w, http_header *h) GOCC_PRIVATE(http_wire_fields);

/* ---- the head of a message (parse.c) ---- */
enum { HEAD_OK = 0, HEAD_TOO_LARGE = 431, HEAD_BAD = 400, HEAD_VERSION = 505, HEAD_CODING = 501 };
struct head {
    char *first[3]; /* method, target, version; or version, code, reason */
    int minor;
    enum framing { BODY_NONE, BODY_LENGTH, BODY_CHUNKED, BODY_CLOSE } framing;
    int64_t length; /* -1: not known */
    /* Of one that is bad, NULL where Go says no more either: what a server tells; what is wrong,
     * for a client, and the text that is. */
    const char *refusal, *why, *what;
};
/* Reads until the empty line; the strings lie in h's arena.  HEAD_OK, or the status that says
 * why not; err tells of the connection. */
int head_read(struct wire *w, size_t limit, struct head *head, http_header *h, gocc_error *err)
    GOCC_PRIVATE(http_head_read);
int head_request(struct head *head, http_header *h) GOCC_PRIVATE(http_head_request);
int head_response(struct head *head, http_header *h, bool to_head, int *code)
    GOCC_PRIVATE(http_head_response);

/* ---- bodies (body.c) ---- */
struct body {
    struct gocc__h_io io;
    sync_mutex mu;  /* guards all of it */
    struct wire *w; /* NULL: gone */
    enum framing framing;
    int64_t left; /* of the chunk, or of all */
    bool first_chunk, ended, closed;
    gocc_error failed;                      /* for ever */
    void (*begin)(void *arg);               /* before the first read; once */
    void (*end)(void *arg, struct body *b); /* at the end, at a failure, or when closed; once */
    void *arg;
};
struct body *body_new(struct wire *w, enum framing framing, int64_t length)
    GOCC_PRIVATE(http_body_new);
void body_detach(struct body *b) GOCC_PRIVATE(http_body_detach);
/* Reads and drops what is left, up to limit; true: the next message follows. */
bool body_drain(struct body *b, int64_t limit) GOCC_PRIVATE(http_body_drain);
/* Nobody can tell where the next message begins. */
bool body_is_lost(struct body *b) GOCC_PRIVATE(http_body_is_lost);
void chunk_put(struct wire *w, const void *data, size_t n) GOCC_PRIVATE(http_chunk_put);

/* ---- URLs (url.c) ---- */
/* A handle; NULL: not a URL.  target: of a request line. */
url_url *url_new(const char *text, bool target) GOCC_PRIVATE(http_url_new);
/* The URL that text means on a page of base. */
url_url *url_resolve(url_url *base, const char *text) GOCC_PRIVATE(http_url_resolve);
char *url_unescape(struct arena *a, const char *s, size_t n, bool query)
    GOCC_PRIVATE(http_url_unescape); /* NULL: wrong */
/* Go's words for the first that is wrong; NULL: none is. */
gocc_error url_escape_error(const char *s, size_t n) GOCC_PRIVATE(http_url_escape_error);
/* to has room for n + 1 */
bool url_unescape_into(char *to, const char *s, size_t n) GOCC_PRIVATE(http_url_unescape_into);
/* "/a/b" for "/a//./c/../b" */
char *url_clean_path(struct arena *a, const char *path) GOCC_PRIVATE(http_url_clean_path);

/* ---- requests ---- */
struct param {
    const char *key, *value;
    struct param *next;
    bool posted;
};
struct request {
    http_request pub;
    struct arena arena;
    http_header header;
    context *ctx;
    struct param *form, **form_end;
    bool parsed;
    struct param *path_values;
    struct serving *serving; /* who serves it; NULL: nobody, or no more */
    io_reader *kept_body;    /* retained */
    int64_t body_start;      /* where it was when a client took it; -1: it cannot seek */
};
struct request *request_new(void) GOCC_PRIVATE(http_request_object);
void request_watch(struct serving *s) GOCC_PRIVATE(http_request_watch); /* server.c */

/* ---- requests that are sent again (resend.c) ---- */
void request_note_start(http_request *r) GOCC_PRIVATE(http_request_note_start);
bool request_rewind(http_request *r) GOCC_PRIVATE(http_request_rewind); /* false: it cannot */
bool request_is_replayable(http_request *r) GOCC_PRIVATE(http_request_is_replayable);
/* The request that answers a redirect; NULL: there is none, the response stands. */
http_request *request_follow(http_request *old, http_response *resp, gocc_error *err)
    GOCC_PRIVATE(http_request_follow);

/* ---- the paths of patterns (pattern.c) ---- */
enum relation { SAME, WIDER, NARROWER, APART, OVERLAP };
bool pattern_is_right(const char *path) GOCC_PRIVATE(http_pattern_is_right);
bool pattern_fits(const char *pattern, const char *path) GOCC_PRIVATE(http_pattern_fits);
/* "/tree/" fits "/tree/" itself, and not what is below. */
bool pattern_fits_exactly(const char *a, const char *b) GOCC_PRIVATE(http_pattern_fits_exactly);
void pattern_keep_values(struct request *r, const char *pattern, const char *path)
    GOCC_PRIVATE(http_pattern_keep_values);
enum relation pattern_relate(const char *a, const char *b) GOCC_PRIVATE(http_pattern_relate);
/* Of a whole, of whose parts some have one and some the other. */
enum relation pattern_together(enum relation a, enum relation b)
    GOCC_PRIVATE(http_pattern_together);

/* ---- answering (response.c) ---- */
struct gocc__h_http_responsewriter {
    struct gocc__h_io io;
    struct serving *serving; /* NULL: the handler has returned */
    http_header header;
    int status; /* 0: not yet said */
    bool head_sent, chunked, close;
    int64_t declared, written; /* declared < 0: not said */
    size_t held_n;
    char held[2048]; /* of the body, while its length may still turn out */
};
struct serving { /* one connection of a server */
    struct wire w;
    struct server *server;
    struct serving *prev, *next;
    bool busy; /* a request is under way; under the server's mu */
    struct request *r;
    struct body *body;
    http_responsewriter *rw;
    bool keep;
    /* the watch for the client's going; guarded by watch_mu, for any goroutine of the handler may
     * ask */
    sync_mutex watch_mu;
    bool handling, body_done, want_watch, watching;
    void *watched; /* channel, closed at the watcher's end */
    int64_t date;
    char date_text[32];
};
const char *http_sniff(const char *s, size_t n) GOCC_PRIVATE(http_sniff); /* a type */
http_responsewriter *writer_new(struct serving *s) GOCC_PRIVATE(http_writer_new);
void writer_finish(http_responsewriter *w) GOCC_PRIVATE(http_writer_finish);
void http_log(const char *fmt, ...) GOCC_PRIVATE(http_log) __attribute__((format(printf, 1, 2)));

#endif
