/* SPDX-License-Identifier: MIT */
/* Package net/http: servers and clients of HTTP/1.1, without TLS. */
#ifndef GOCC_HTTP_H
#define GOCC_HTTP_H

#include <gocc/net.h>

#define HTTP_METHOD_GET     "GET"
#define HTTP_METHOD_HEAD    "HEAD"
#define HTTP_METHOD_POST    "POST"
#define HTTP_METHOD_PUT     "PUT"
#define HTTP_METHOD_PATCH   "PATCH"
#define HTTP_METHOD_DELETE  "DELETE"
#define HTTP_METHOD_OPTIONS "OPTIONS"
#define HTTP_METHOD_CONNECT "CONNECT"
#define HTTP_METHOD_TRACE   "TRACE"

/* HTTP_STATUS_OK and so on; http_status_text(code) has the words, "" for one it does not know */
#define GOCC_HTTP_STATUS(S)                                                    \
    S(CONTINUE, 100, "Continue")                                               \
    S(SWITCHING_PROTOCOLS, 101, "Switching Protocols")                         \
    S(PROCESSING, 102, "Processing")                                           \
    S(EARLY_HINTS, 103, "Early Hints")                                         \
    S(OK, 200, "OK")                                                           \
    S(CREATED, 201, "Created")                                                 \
    S(ACCEPTED, 202, "Accepted")                                               \
    S(NON_AUTHORITATIVE_INFO, 203, "Non-Authoritative Information")            \
    S(NO_CONTENT, 204, "No Content")                                           \
    S(RESET_CONTENT, 205, "Reset Content")                                     \
    S(PARTIAL_CONTENT, 206, "Partial Content")                                 \
    S(MULTI_STATUS, 207, "Multi-Status")                                       \
    S(ALREADY_REPORTED, 208, "Already Reported")                               \
    S(IM_USED, 226, "IM Used")                                                 \
    S(MULTIPLE_CHOICES, 300, "Multiple Choices")                               \
    S(MOVED_PERMANENTLY, 301, "Moved Permanently")                             \
    S(FOUND, 302, "Found")                                                     \
    S(SEE_OTHER, 303, "See Other")                                             \
    S(NOT_MODIFIED, 304, "Not Modified")                                       \
    S(USE_PROXY, 305, "Use Proxy")                                             \
    S(TEMPORARY_REDIRECT, 307, "Temporary Redirect")                           \
    S(PERMANENT_REDIRECT, 308, "Permanent Redirect")                           \
    S(BAD_REQUEST, 400, "Bad Request")                                         \
    S(UNAUTHORIZED, 401, "Unauthorized")                                       \
    S(PAYMENT_REQUIRED, 402, "Payment Required")                               \
    S(FORBIDDEN, 403, "Forbidden")                                             \
    S(NOT_FOUND, 404, "Not Found")                                             \
    S(METHOD_NOT_ALLOWED, 405, "Method Not Allowed")                           \
    S(NOT_ACCEPTABLE, 406, "Not Acceptable")                                   \
    S(PROXY_AUTH_REQUIRED, 407, "Proxy Authentication Required")               \
    S(REQUEST_TIMEOUT, 408, "Request Timeout")                                 \
    S(CONFLICT, 409, "Conflict")                                               \
    S(GONE, 410, "Gone")                                                       \
    S(LENGTH_REQUIRED, 411, "Length Required")                                 \
    S(PRECONDITION_FAILED, 412, "Precondition Failed")                         \
    S(REQUEST_ENTITY_TOO_LARGE, 413, "Request Entity Too Large")               \
    S(REQUEST_URI_TOO_LONG, 414, "Request URI Too Long")                       \
    S(UNSUPPORTED_MEDIA_TYPE, 415, "Unsupported Media Type")                   \
    S(REQUESTED_RANGE_NOT_SATISFIABLE, 416, "Requested Range Not Satisfiable") \
    S(EXPECTATION_FAILED, 417, "Expectation Failed")                           \
    S(TEAPOT, 418, "I'm a teapot")                                             \
    S(MISDIRECTED_REQUEST, 421, "Misdirected Request")                         \
    S(UNPROCESSABLE_ENTITY, 422, "Unprocessable Entity")                       \
    S(LOCKED, 423, "Locked")                                                   \
    S(FAILED_DEPENDENCY, 424, "Failed Dependency")                             \
    S(TOO_EARLY, 425, "Too Early")                                             \
    S(UPGRADE_REQUIRED, 426, "Upgrade Required")                               \
    S(PRECONDITION_REQUIRED, 428, "Precondition Required")                     \
    S(TOO_MANY_REQUESTS, 429, "Too Many Requests")                             \
    S(REQUEST_HEADER_FIELDS_TOO_LARGE, 431, "Request Header Fields Too Large") \
    S(UNAVAILABLE_FOR_LEGAL_REASONS, 451, "Unavailable For Legal Reasons")     \
    S(INTERNAL_SERVER_ERROR, 500, "Internal Server Error")                     \
    S(NOT_IMPLEMENTED, 501, "Not Implemented")                                 \
    S(BAD_GATEWAY, 502, "Bad Gateway")                                         \
    S(SERVICE_UNAVAILABLE, 503, "Service Unavailable")                         \
    S(GATEWAY_TIMEOUT, 504, "Gateway Timeout")                                 \
    S(HTTP_VERSION_NOT_SUPPORTED, 505, "HTTP Version Not Supported")           \
    S(VARIANT_ALSO_NEGOTIATES, 506, "Variant Also Negotiates")                 \
    S(INSUFFICIENT_STORAGE, 507, "Insufficient Storage")                       \
    S(LOOP_DETECTED, 508, "Loop Detected")                                     \
    S(NOT_EXTENDED, 510, "Not Extended")                                       \
    S(NETWORK_AUTHENTICATION_REQUIRED, 511, "Network Authentication Required")
#define GOCC_HTTP_STATUS_ENUM(name, code, text) HTTP_STATUS_##name = code,
enum { GOCC_HTTP_STATUS(GOCC_HTTP_STATUS_ENUM) };
const char *http_status_text(int code) GOCC_SYMBOL(http_status_text);

GOCC_FIXED_ERROR(http_err_server_closed);
GOCC_FIXED_ERROR(http_err_abort_handler);
GOCC_FIXED_ERROR(http_err_body_not_allowed);
GOCC_FIXED_ERROR(http_err_content_length);
GOCC_FIXED_ERROR(http_err_body_read_after_close);
GOCC_FIXED_ERROR(http_err_use_last_response);
#define HTTP_ERR_SERVER_CLOSED         gocc_http_err_server_closed
#define HTTP_ERR_ABORT_HANDLER         gocc_http_err_abort_handler
#define HTTP_ERR_BODY_NOT_ALLOWED      gocc_http_err_body_not_allowed
#define HTTP_ERR_CONTENT_LENGTH        gocc_http_err_content_length
#define HTTP_ERR_BODY_READ_AFTER_CLOSE gocc_http_err_body_read_after_close
#define HTTP_ERR_USE_LAST_RESPONSE     gocc_http_err_use_last_response

/* ---- header fields: names in any case; what get returns is lent until the next change ---- */
typedef struct http_header http_header;
const char *http_header_get(http_header *h, const char *name) GOCC_SYMBOL(http_header_get);
const char *http_header_values(http_header *h, const char *name, size_t i)
    GOCC_SYMBOL(http_header_values); /* the i-th of them, NULL when there is none */
void http_header_set(http_header *h, const char *name, const char *value)
    GOCC_SYMBOL(http_header_set);
void http_header_add(http_header *h, const char *name, const char *value)
    GOCC_SYMBOL(http_header_add);
void http_header_del(http_header *h, const char *name) GOCC_SYMBOL(http_header_del);

/* ---- URLs: members are never NULL ---- */
typedef struct gocc__h_url_url {
    const char *scheme, *user, *host, *path, *raw_path, *raw_query, *fragment;
    const char *gocc__hostname, *gocc__port;
} url_url;
url_url *url_parse(const char *text, gocc_error *err) GOCC_SYMBOL(url_parse); /* a handle */
const char *url_url_hostname(url_url *u) GOCC_SYMBOL(url_url_hostname);       /* lent */
const char *url_url_port(url_url *u) GOCC_SYMBOL(url_url_port);               /* lent */
/* malloc's memory; NULL and an error for a wrong %XX */
char *url_query_escape(const char *text) GOCC_SYMBOL(url_query_escape);
char *url_query_unescape(const char *text, gocc_error *err) GOCC_SYMBOL(url_query_unescape);

/* ---- requests; everything in one is lent ---- */
typedef struct gocc__h_http_request {
    const char *method;
    url_url *url;
    const char *proto; /* "HTTP/1.1" */
    int proto_major, proto_minor;
    http_header *header;
    io_readcloser *body;    /* never NULL on a server */
    int64_t content_length; /* -1: not known */
    const char *host;
    const char *remote_addr;
    const char *request_uri;
    const char *pattern; /* which the mux found */
    bool close;
} http_request;
http_request *http_new_request(const char *method, const char *url, io_reader *body,
                               gocc_error *err) GOCC_SYMBOL(http_new_request);
http_request *http_new_request_with_context(context *ctx, const char *method, const char *url,
                                            io_reader *body, gocc_error *err)
    GOCC_SYMBOL(http_new_request_with_context);
context *http_request_context(http_request *r) GOCC_SYMBOL(http_request_context);
const char *http_request_form_value(http_request *r, const char *key)
    GOCC_SYMBOL(http_request_form_value); /* "" when there is none */
const char *http_request_post_form_value(http_request *r, const char *key)
    GOCC_SYMBOL(http_request_post_form_value);
gocc_error http_request_parse_form(http_request *r) GOCC_SYMBOL(http_request_parse_form);
const char *http_request_path_value(http_request *r, const char *name)
    GOCC_SYMBOL(http_request_path_value);
const char *http_request_user_agent(http_request *r) GOCC_SYMBOL(http_request_user_agent);
const char *http_request_referer(http_request *r) GOCC_SYMBOL(http_request_referer);

/* ---- answering: valid until the handler returns ---- */
http_header *http_responsewriter_header(http_responsewriter *w)
    GOCC_SYMBOL(http_responsewriter_header);
void http_responsewriter_write_header(http_responsewriter *w, int status)
    GOCC_SYMBOL(http_responsewriter_write_header);
ssize_t http_responsewriter_write(http_responsewriter *w, const void *data, size_t n,
                                  gocc_error *err) GOCC_SYMBOL(http_responsewriter_write);
void http_responsewriter_flush(http_responsewriter *w) GOCC_SYMBOL(http_responsewriter_flush);
#define http_flusher_flush(w) http_responsewriter_flush(w)
void http_error(http_responsewriter *w, const char *text, int status) GOCC_SYMBOL(http_error);
void http_not_found(http_responsewriter *w, http_request *r) GOCC_SYMBOL(http_not_found);
void http_redirect(http_responsewriter *w, http_request *r, const char *url, int status)
    GOCC_SYMBOL(http_redirect);

/* ---- handlers: a mux is one ---- */
typedef void http_handlerfunc(http_responsewriter *w, http_request *r, void *arg);
typedef struct gocc__h_http_handler http_handler;
typedef http_handler http_servemux;
http_handler *http_handler_func(http_handlerfunc *f, void *arg) GOCC_SYMBOL(http_handler_func);
void http_handler_serve_http(http_handler *h, http_responsewriter *w, http_request *r)
    GOCC_SYMBOL(http_handler_serve_http);
http_servemux *http_new_serve_mux(void) GOCC_SYMBOL(http_new_serve_mux);
void http_servemux_handle(http_servemux *mux, const char *pattern, http_handler *h)
    GOCC_SYMBOL(http_servemux_handle); /* keeps h */
void http_servemux_handle_func(http_servemux *mux, const char *pattern, http_handlerfunc *f,
                               void *arg) GOCC_SYMBOL(http_servemux_handle_func);
#define http_servemux_serve_http http_handler_serve_http
/* in the default mux, which a NULL handler means */
void http_handle(const char *pattern, http_handler *h) GOCC_SYMBOL(http_handle);
void http_handle_func(const char *pattern, http_handlerfunc *f, void *arg)
    GOCC_SYMBOL(http_handle_func);
http_handler *http_not_found_handler(void) GOCC_SYMBOL(http_not_found_handler);

/* ---- servers ---- */
typedef struct http_server {
    const char *addr; /* ":8080"; NULL: ":80" */
    http_handler *handler;
    time_duration read_timeout, read_header_timeout, write_timeout, idle_timeout;
    int max_header_bytes; /* 0: 1 MiB */
    void *gocc__state;
} http_server;
gocc_error http_listen_and_serve(const char *addr, http_handler *h)
    GOCC_SYMBOL(http_listen_and_serve);
gocc_error http_serve(net_listener *l, http_handler *h) GOCC_SYMBOL(http_serve);
gocc_error http_server_listen_and_serve(http_server *s) GOCC_SYMBOL(http_server_listen_and_serve);
gocc_error http_server_serve(http_server *s, net_listener *l) GOCC_SYMBOL(http_server_serve);
/* waits for the requests under way, or for ctx */
gocc_error http_server_shutdown(http_server *s, context *ctx) GOCC_SYMBOL(http_server_shutdown);
gocc_error http_server_close(http_server *s) GOCC_SYMBOL(http_server_close);
/* frees what it holds; it must not serve any more, and is a zero value then */
void http_server_destroy(http_server *s) GOCC_SYMBOL(http_server_destroy);

/* ---- clients ---- */
typedef struct gocc__h_http_response {
    const char *status; /* "200 OK" */
    int status_code;
    const char *proto;
    int proto_major, proto_minor;
    http_header *header;
    io_readcloser *body;    /* never NULL; read it to its end, so that the connection is kept */
    int64_t content_length; /* -1: not known */
    http_request *request;  /* the last one, after redirects */
} http_response;

typedef struct http_client {
    time_duration timeout; /* for all of it, with the body; 0: none */
    /* NULL: ten at most; an error ends it, HTTP_ERR_USE_LAST_RESPONSE without being one */
    gocc_error (*check_redirect)(http_request *next, size_t n_before, void *arg);
    void *check_redirect_arg;
} http_client;
extern http_client gocc_http_default_client GOCC_EXPORT;
#define HTTP_DEFAULT_CLIENT (&gocc_http_default_client)
http_response *http_client_do(http_client *c, http_request *r, gocc_error *err)
    GOCC_SYMBOL(http_client_do);
http_response *http_client_get(http_client *c, const char *url, gocc_error *err)
    GOCC_SYMBOL(http_client_get);
http_response *http_client_head(http_client *c, const char *url, gocc_error *err)
    GOCC_SYMBOL(http_client_head);
http_response *http_client_post(http_client *c, const char *url, const char *content_type,
                                io_reader *body, gocc_error *err) GOCC_SYMBOL(http_client_post);
void http_client_close_idle_connections(http_client *c)
    GOCC_SYMBOL(http_client_close_idle_connections);
http_response *http_get(const char *url, gocc_error *err) GOCC_SYMBOL(http_get);
http_response *http_head(const char *url, gocc_error *err) GOCC_SYMBOL(http_head);
http_response *http_post(const char *url, const char *content_type, io_reader *body,
                         gocc_error *err) GOCC_SYMBOL(http_post);

#endif
