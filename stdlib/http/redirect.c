/* SPDX-License-Identifier: MIT */
/* Sending a client elsewhere: the place as Go writes it, and a page for who does not follow. */
#include "http/http.h"
#include <stdio.h>

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
