/* SPDX-License-Identifier: MIT */
/*
 * Has -C changed more than comments?
 *
 *     #define TEXT(x) #x
 *     TEXT(a // b
 *          c)              "a c" without -C; b is in it, too, with -C
 *
 * gcc keeps the comments within a macro's arguments as well, and then they are part of a string,
 * forbid to paste, and are an argument where none should be.
 */
#include "driver.h"
#include <ctype.h>
#include <string.h>

static const char *end_of_line(const char *p, const char *end) {
    const char *nl = memchr(p, '\n', (size_t)(end - p));
    return nl ? nl : end;
}

static const char *end_of_comment(const char *p, const char *end) {
    if (p[1] == '/')
        return end_of_line(p, end);
    const char *close = memmem(p + 2, (size_t)(end - p - 2), "*/", 2);
    return close ? close + 2 : end;
}

static const char *end_of_quoted(const char *p, const char *end) {
    for (char quote = *p++; p < end && *p != quote; p++)
        if (*p == '\\' && p + 1 < end)
            p++;
    return p < end ? p + 1 : end;
}

/* Over blanks, comments and linemarkers. */
static const char *next_code(const char *p, const char *end) {
    for (;;) {
        bool first = p < end && *p == '\n';
        while (p < end && isspace((unsigned char)*p))
            first = *p++ == '\n' || first;
        if (p + 2 < end && first && p[0] == '#' && p[1] == ' ')
            p = end_of_line(p, end);
        else if (p + 1 < end && *p == '/' && (p[1] == '*' || p[1] == '/'))
            p = end_of_comment(p, end);
        else
            return p;
    }
}

static size_t code_length(const char *p, const char *end) {
    return *p == '"' || *p == '\'' ? (size_t)(end_of_quoted(p, end) - p) : 1;
}

bool comments_are_all(const struct text *with, const struct text *without) {
    const char *p = with->at, *p_end = p + with->n, *q = without->at, *q_end = q + without->n;
    for (;;) {
        p = next_code(p, p_end);
        q = next_code(q, q_end);
        if (p == p_end || q == q_end)
            return p == p_end && q == q_end;
        size_t n = code_length(p, p_end);
        if (n != code_length(q, q_end) || memcmp(p, q, n) != 0)
            return false;
        p += n;
        q += n;
    }
}
