/* SPDX-License-Identifier: MIT */
/*
 * The head of a message, as RFC 9112 has it and no more than that.
 *
 * Two readers of one message that disagree about where it ends let an attacker hide a second one
 * in it.  So what is not plain is refused, not mended: a line that ends in LF alone, a fold, a
 * space before the colon, a control character, two lengths, a length beside a coding, a coding
 * other than chunked, a length that is not all digits.
 */
#include "http/http.h"

/* ---- reading ---- */

/* Behind the empty line, or NULL; looks at what has come since `seen`. */
static char *end_of_head(char *start, size_t seen, size_t n) {
    size_t from = seen > 3 ? seen - 3 : 0;
    char *p = memmem(start + from, n - from, "\r\n\r\n", 4);
    return p ? p + 4 : NULL;
}

static void skip_empty_line(struct wire *w) {
    if (w->in_n - w->in_at >= 2 && memcmp(w->in + w->in_at, "\r\n", 2) == 0)
        w->in_at += 2;
}

/* A head that can end no more is not waited for; what came before `seen` is in order. */
static bool hopeless(const char *start, size_t seen, size_t n) {
    const char *p = start + seen;
    for (const char *end = start + n; (p = memchr(p, '\n', (size_t)(end - p))); p++) {
        if (p == start || p[-1] != '\r')
            return true;
    }
    return false;
}

/* The whole head, copied to the arena. */
static int take_head(struct wire *w, size_t limit, http_header *h, char **text, gocc_error *err) {
    size_t seen = 0;
    char *end = NULL;
    for (;;) {
        if (seen == 0)
            skip_empty_line(w);
        size_t n = w->in_n - w->in_at;
        char *start = w->in + w->in_at;
        end = n > 0 ? end_of_head(start, seen, n) : NULL;
        if (end)
            break;
        if (hopeless(start, seen, n))
            return HEAD_BAD;
        if (n > limit)
            return HEAD_TOO_LARGE;
        seen = n;
        if (!wire_fill(w, err))
            return HEAD_BAD;
    }
    size_t n = (size_t)(end - (w->in + w->in_at));
    if (n > limit)
        return HEAD_TOO_LARGE;
    *text = arena_copy(&h->arena, w->in + w->in_at, n);
    w->in_at += n;
    return memchr(*text, '\0', n) ? HEAD_BAD : HEAD_OK;
}

/* Cuts the line off; NULL: it holds what no line may. */
static char *next_line(char **at) {
    char *line = *at;
    char *end = strstr(line, "\r\n");
    *end = '\0';
    *at = end + 2;
    for (const unsigned char *p = (unsigned char *)line; *p; p++) {
        if ((*p < ' ' && *p != '\t') || *p == 0x7f)
            return NULL;
    }
    return line;
}

static int bad(struct head *head, const char *why, const char *what) {
    head->why = why;
    head->what = what;
    return HEAD_BAD;
}

static int put_field(struct head *head, http_header *h, char *line) {
    char *colon = strchr(line, ':');
    if (*line == ' ' || *line == '\t')
        return bad(head, "malformed MIME header initial line:", line);
    if (!colon)
        return bad(head, "malformed MIME header: missing colon:", line);
    *colon = '\0';
    if (!header_is_token(line)) {
        *colon = ':';
        head->refusal = "invalid header name";
        return bad(head, "malformed MIME header line:", line);
    }
    char *value = colon + 1 + strspn(colon + 1, " \t");
    char *end = value + strlen(value);
    while (end > value && (end[-1] == ' ' || end[-1] == '\t'))
        end--;
    *end = '\0';
    header_canonical(line);
    header_put(h, line, value);
    return HEAD_OK;
}

static bool split_first(struct head *head, char *line) {
    char *a = strchr(line, ' ');
    char *b = a ? strchr(a + 1, ' ') : NULL;
    if (!a)
        return false;
    *a = '\0';
    if (b)
        *b = '\0';
    head->first[0] = line;
    head->first[1] = a + 1;
    head->first[2] = b ? b + 1 : line + strlen(line);
    return true;
}

int head_read(struct wire *w, size_t limit, struct head *head, http_header *h, gocc_error *err) {
    char *at = NULL;
    *err = NULL;
    head->refusal = head->why = head->what = NULL;
    int r = take_head(w, limit, h, &at, err);
    if (r != HEAD_OK)
        return r;
    char *line = next_line(&at);
    if (!line)
        return HEAD_BAD;
    if (!split_first(head, line))
        return bad(head, "malformed HTTP response", line);
    while (r == HEAD_OK && strcmp(at, "\r\n") != 0) { /* a CR alone ends nothing */
        const char *raw = at;
        line = next_line(&at);
        r = line ? put_field(head, h, line) : bad(head, "malformed MIME header line:", raw);
    }
    return r;
}

/* ---- what it means ---- */

static int version(struct head *head, const char *s) {
    if (strncmp(s, "HTTP/", 5) != 0 || s[5] < '0' || s[5] > '9' || s[6] != '.' || s[7] < '0' ||
        s[7] > '9' || s[8])
        return bad(head, "malformed HTTP version", s);
    head->minor = s[7] - '0';
    if (s[5] == '1')
        return HEAD_OK;
    head->refusal = "unsupported protocol version";
    bad(head, "unsupported protocol version", s);
    return HEAD_VERSION;
}

/* All digits, fits, and every one of several says the same. */
static int length_of(struct head *head, http_header *h) {
    const char *first = http_header_values(h, "Content-Length", 0);
    const char *other;
    head->length = -1;
    if (!first)
        return HEAD_OK;
    for (size_t i = 1; (other = http_header_values(h, "Content-Length", i)); i++) {
        if (strcmp(other, first) != 0)
            return bad(head, "http: message cannot contain multiple Content-Length headers", NULL);
    }
    size_t n = strspn(first, "0123456789");
    if (n == 0 || n > 18 || first[n])
        return bad(head, "bad Content-Length", first);
    head->length = strtoll(first, NULL, 10);
    return HEAD_OK;
}

/* false: not one that we know, alone */
static bool only_chunked(http_header *h) {
    return header_count(h, "Transfer-Encoding") == 1 &&
           strcasecmp(http_header_get(h, "Transfer-Encoding"), "chunked") == 0;
}

static int framing_of(struct head *head, http_header *h) {
    bool coded = header_count(h, "Transfer-Encoding") > 0;
    if (length_of(head, h) != HEAD_OK)
        return HEAD_BAD;
    if (coded && (head->length >= 0 || head->minor == 0))
        return bad(head, "unexpected transfer encoding", http_header_get(h, "Transfer-Encoding"));
    if (coded && !only_chunked(h)) {
        bad(head, "unsupported transfer encoding:", http_header_get(h, "Transfer-Encoding"));
        return HEAD_CODING;
    }
    head->framing = coded ? BODY_CHUNKED : head->length > 0 ? BODY_LENGTH : BODY_NONE;
    http_header_del(h, "Transfer-Encoding"); /* of the way here, not of the message */
    if (coded)
        http_header_del(h, "Trailer");
    return HEAD_OK;
}

/* The characters of RFC 3986's host and port, which an address in brackets needs too. */
static bool host_fits(const char *host) {
    return !host[strspn(host, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                              "!$%&'()*+,-.:;=[]_~")];
}

int head_request(struct head *head, http_header *h) {
    int r = version(head, head->first[2]);
    if (r != HEAD_OK || strchr(head->first[2], ' '))
        return r ? r : HEAD_BAD;
    if (!header_is_token(head->first[0]) || !*head->first[1])
        return HEAD_BAD;
    for (const unsigned char *p = (unsigned char *)head->first[1]; *p; p++) {
        if (*p <= ' ' || *p == 0x7f) /* letters beyond ASCII are sent as they are by curl */
            return HEAD_BAD;
    }
    size_t hosts = header_count(h, "Host");
    if (hosts == 0 && head->minor > 0)
        head->refusal = "missing required Host header";
    else if (hosts == 1 && !host_fits(http_header_get(h, "Host")))
        head->refusal = "malformed Host header";
    if (hosts > 1 || head->refusal)
        return HEAD_BAD;
    r = framing_of(head, h);
    if (r == HEAD_OK && head->framing == BODY_NONE)
        head->length = 0;
    return r;
}

int head_response(struct head *head, http_header *h, bool to_head, int *code) {
    int r = version(head, head->first[0]);
    const char *digits = head->first[1];
    if (r != HEAD_OK)
        return r;
    if (strspn(digits, "0123456789") != 3 || digits[3])
        return bad(head, "malformed HTTP status code", digits);
    *code = atoi(digits);
    r = framing_of(head, h);
    if (r != HEAD_OK)
        return r;
    if (to_head || *code < 200 || *code == 204 || *code == 304)
        head->framing = BODY_NONE;
    else if (head->framing == BODY_NONE && head->length < 0)
        head->framing = BODY_CLOSE;
    return HEAD_OK;
}
