/* SPDX-License-Identifier: MIT */
/*
 * Is the preprocessor's text complete, though it has not ended yet?
 *
 *     # 3 "hello.gc" 2                 the last linemarker names the source, and
 *     int main(void)                   with the lines behind it
 *     { ... }                          the source's last line that says something is there
 *
 * A compiler takes a millisecond to give its memory back, and its driver half of one to notice; so
 * long the translator can be at work.  If it is not complete after all, or the preprocessor fails,
 * the work is done again (compile.c).
 */
#include "driver.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 1 << 19 }; /* bytes; more takes so long that a millisecond is nothing */

/* The number of the last line that is not blank; 0: there is none. */
static size_t last_line(const char *source, size_t n) {
    size_t line = 1;
    while (n > 0 && isspace((unsigned char)source[n - 1]))
        n--;
    for (size_t i = 0; i < n; i++)
        line += source[i] == '\n';
    return n ? line : 0;
}

bool early_begin(struct early *e, const char *path) {
    size_t len = 0;
    char *source = source_read(path, &len);
    *e = (struct early){.last = source ? last_line(source, len) : 0};
    free(source);
    return e->last > 0;
}

/* `# 3 "hello.gc" 2`, of the source itself: 3, else 0. */
static size_t marks(const char *line, const char *end, const char *path) {
    char *name;
    size_t len = strlen(path), number = strtoul(line + 2, &name, 10);
    bool of_source = (size_t)(end - name) >= len + 3 && memcmp(name, " \"", 2) == 0 &&
                     memcmp(name + 2, path, len) == 0 && name[2 + len] == '"';
    return of_source ? number : 0;
}

bool early_is_complete(struct early *e, const struct text *text, const char *path) {
    const char *p = text->at + e->seen, *end = text->at + text->n, *next;
    if (text->n > MOST)
        return false;
    for (; p < end && (next = memchr(p, '\n', (size_t)(end - p))); p = next + 1) {
        if (p[0] == '#' && p[1] == ' ' && isdigit((unsigned char)p[2]))
            e->line = marks(p, next, path);
        else if (e->line)
            e->line++;
    }
    e->seen = (size_t)(p - text->at);
    return p == end && e->line > e->last;
}
