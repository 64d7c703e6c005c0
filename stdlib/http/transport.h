/* SPDX-License-Identifier: MIT */
/* Connections of clients: made, kept and used again. */
#ifndef GOCC_HTTP_TRANSPORT_H
#define GOCC_HTTP_TRANSPORT_H

#include "http/http.h"

struct link {
    struct wire w;
    struct link *next; /* in the pool */
    char *place;       /* "host:port" */
    int64_t since;     /* in the pool, by clock_mono() */
    bool used;         /* it has carried a request before */
};

/* One from the pool, or a new one. */
struct link *link_get(url_url *u, context *ctx, int64_t deadline, bool fresh, gocc_error *err)
    GOCC_PRIVATE(http_link_get);
void link_put(struct link *l) GOCC_PRIVATE(http_link_put); /* back into the pool */
void link_close(struct link *l) GOCC_PRIVATE(http_link_close);
void links_close_idle(void) GOCC_PRIVATE(http_links_close_idle);

#endif
