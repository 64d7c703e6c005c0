/* SPDX-License-Identifier: MIT */
/* The type of a body from its first bytes, by the signatures of the MIME Sniffing standard that Go
 * looks for. */
#include "http/http.h"
#include <strings.h>

static const char text_html[] = "text/html; charset=utf-8";

/* After spaces, in any case, and with an end: "<b>" is one, "<bx" is none. */
static const char *const tags[] = {"<!doctype html",
                                   "<html",
                                   "<head",
                                   "<script",
                                   "<iframe",
                                   "<h1",
                                   "<div",
                                   "<font",
                                   "<table",
                                   "<a",
                                   "<style",
                                   "<title",
                                   "<b",
                                   "<body",
                                   "<br",
                                   "<p",
                                   "<!--"};

struct signature {
    const char *type;
    uint8_t n, n_second;        /* lengths */
    const char *first, *second; /* the second eight bytes behind the begin of the first */
};
#define STARTS(type, text)         type, sizeof text - 1, 0, text, NULL
#define HOLDS(type, first, second) type, sizeof first - 1, sizeof second - 1, first, second

static const struct signature signatures[] = {
    {STARTS("application/pdf", "%PDF-")},
    {STARTS("application/postscript", "%!PS-Adobe-")},
    {STARTS("text/plain; charset=utf-16be", "\xfe\xff")},
    {STARTS("text/plain; charset=utf-16le", "\xff\xfe")},
    {STARTS("text/plain; charset=utf-8", "\xef\xbb\xbf")},
    {STARTS("image/x-icon", "\0\0\1\0")},
    {STARTS("image/x-icon", "\0\0\2\0")},
    {STARTS("image/bmp", "BM")},
    {STARTS("image/gif", "GIF87a")},
    {STARTS("image/gif", "GIF89a")},
    {HOLDS("image/webp", "RIFF", "WEBPVP")},
    {STARTS("image/png", "\x89PNG\r\n\x1a\n")},
    {STARTS("image/jpeg", "\xff\xd8\xff")},
    {HOLDS("audio/aiff", "FORM", "AIFF")},
    {STARTS("audio/mpeg", "ID3")},
    {STARTS("application/ogg", "OggS\0")},
    {STARTS("audio/midi", "MThd\0\0\0\6")},
    {HOLDS("video/avi", "RIFF", "AVI ")},
    {HOLDS("audio/wave", "RIFF", "WAVE")},
    {STARTS("video/webm", "\x1a\x45\xdf\xa3")},
    {STARTS("font/ttf", "\0\1\0\0")},
    {STARTS("font/otf", "OTTO")},
    {STARTS("font/collection", "ttcf")},
    {STARTS("font/woff", "wOFF")},
    {STARTS("font/woff2", "wOF2")},
    {STARTS("application/x-gzip", "\x1f\x8b\x08")},
    {STARTS("application/zip", "PK\3\4")},
    {STARTS("application/x-rar-compressed", "Rar!\x1a\x07\0")},
    {STARTS("application/x-rar-compressed", "Rar!\x1a\x07\1\0")},
    {STARTS("application/wasm", "\0asm")},
};

static bool signs(const struct signature *g, const char *s, size_t n) {
    return n >= g->n && memcmp(s, g->first, g->n) == 0 &&
           (g->n_second == 0 ||
            (n >= 8u + g->n_second && memcmp(s + 8, g->second, g->n_second) == 0));
}

static const char *markup(const char *s, size_t n) {
    while (n > 0 && (*s == ' ' || *s == '\t' || *s == '\n' || *s == '\f' || *s == '\r')) {
        s++;
        n--;
    }
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++) {
        size_t m = strlen(tags[i]);
        if (n > m && strncasecmp(s, tags[i], m) == 0 && (s[m] == ' ' || s[m] == '>'))
            return text_html;
    }
    return n >= 5 && memcmp(s, "<?xml", 5) == 0 ? "text/xml; charset=utf-8" : NULL;
}

/* A box of "ftyp" that names a brand of MP4. */
static bool is_mp4(const char *s, size_t n) {
    if (n < 12 || memcmp(s + 4, "ftyp", 4) != 0)
        return false;
    const unsigned char *b = (const unsigned char *)s;
    size_t box = (size_t)b[0] << 24 | (size_t)b[1] << 16 | (size_t)b[2] << 8 | b[3];
    if (n < box || box % 4 != 0)
        return false;
    for (size_t at = 8; at < box; at += 4) {
        if (at != 12 && memcmp(s + at, "mp4", 3) == 0) /* between them is a version */
            return true;
    }
    return false;
}

const char *http_sniff(const char *s, size_t n) {
    n = n < 512 ? n : 512;
    const char *type = markup(s, n);
    if (type)
        return type;
    for (size_t i = 0; i < sizeof signatures / sizeof *signatures; i++) {
        if (signs(&signatures[i], s, n))
            return signatures[i].type;
    }
    if (is_mp4(s, n))
        return "video/mp4";
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];
        if (c < 9 || c == 11 || (c > 13 && c < 27) || (c > 27 && c < 32))
            return "application/octet-stream";
    }
    return "text/plain; charset=utf-8";
}
