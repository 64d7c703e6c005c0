/* SPDX-License-Identifier: MIT */
/*
 * The entries of a compile_commands.json, each as the text that somebody wrote: gocc a line, CMake
 * and bear several, others all in one line.  Read by hand: brackets and strings are enough
 * to tell where an entry ends, and what is between them stays as it is.
 */
#include "driver.h"
#include <string.h>

static const char blanks[] = " \t\r\n";

/* `p` is at the first quote; NULL: there is no second. */
static const char *string_end(const char *p) {
    for (p++; *p && *p != '"'; p++)
        if (*p == '\\' && p[1])
            p++;
    return *p ? p + 1 : NULL;
}

/* `p` is at the opening brace; NULL: it is never closed. */
static const char *object_end(const char *p) {
    int depth = 0;
    while (p && *p) {
        depth += (*p == '{' || *p == '[') - (*p == '}' || *p == ']');
        if (depth == 0)
            return p + 1;
        p = *p == '"' ? string_end(p) : p + 1;
    }
    return NULL;
}

bool entries_begin(const char **text) {
    const char *p = *text + strspn(*text, blanks);
    *text = *p == '[' ? p + 1 : p;
    return !*p || *p == '[';
}

/* 1: it is in `e`; 0: there is none; -1: this is no such file. */
int entries_next(const char **text, struct entry *e) {
    const char *p = *text + strspn(*text, " \t\r\n,");
    const char *end = *p == '{' ? object_end(p) : NULL;
    if (!end)
        return *p == ']' || !*p ? 0 : -1;
    *e = (struct entry){p, (size_t)(end - p)};
    *text = end;
    return 1;
}

/* A member's string; where it has none, an empty one. */
static struct entry member(struct entry e, const char *name) {
    int depth = 0;
    for (const char *p = e.at; p < e.at + e.n;) {
        depth += (*p == '{' || *p == '[') - (*p == '}' || *p == ']');
        const char *end = *p == '"' ? string_end(p) : p + 1;
        const char *next = end + strspn(end, blanks);
        bool key = *p == '"' && depth == 1 && *next == ':';
        if (key && (size_t)(end - p) == strlen(name) + 2 && !strncmp(p + 1, name, strlen(name))) {
            next += 1 + strspn(next + 1, blanks);
            return *next == '"' ? (struct entry){next, (size_t)(string_end(next) - next)}
                                : (struct entry){next, 0};
        }
        p = end;
    }
    return (struct entry){e.at, 0};
}

/* Are they about the same source and output? */
bool entries_are_of_one(struct entry a, struct entry b) {
    static const char *const names[] = {"directory", "file", "output"};
    bool same = true;
    for (size_t i = 0; same && i < sizeof names / sizeof *names; i++) {
        struct entry x = member(a, names[i]), y = member(b, names[i]);
        same = x.n == y.n && !memcmp(x.at, y.at, x.n);
    }
    return same;
}
