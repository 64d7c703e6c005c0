/* SPDX-License-Identifier: MIT */
/*
 * -fdiagnostics-format=json: gcc writes one array per file.  Here three speak of it, the
 * preprocessor, the translator and the compiler, and their arrays become one.
 */
#include "driver.h"
#include <stdlib.h>
#include <string.h>

static void append(struct text *to, const char *from, size_t n) {
    to->at = realloc(to->at, to->n + n + 1);
    if (!to->at)
        fatal("out of memory");
    memcpy(to->at + to->n, from, n);
    to->n += n;
}

/* What stands between the brackets; from gcc 14 on it may have lines. */
static void take_array(struct text *all, const char *inside, size_t n) {
    bool lines = memchr(inside, '\n', n);
    if (n && all->n)
        append(all, lines ? ",\n " : ", ", lines ? 3 : 2);
    append(all, inside, n);
}

/* A line, and those below it that an array has indented. */
static const char *part_end(const char *p, const char *end) {
    bool array = *p == '[';
    const char *nl = memchr(p, '\n', (size_t)(end - p));
    while (array && nl && nl + 1 < end && nl[1] == ' ')
        nl = memchr(nl + 1, '\n', (size_t)(end - nl - 1));
    return nl ? nl : end;
}

/* Lines that are no array (`compilation terminated.`) go on as they are. */
void json_take(struct json *j, const struct text *said) {
    for (const char *p = said->at, *end = p + said->n; p < end;) {
        const char *behind = part_end(p, end);
        size_t n = (size_t)(behind - p);
        if (n > 1 && p[0] == '[' && p[n - 1] == ']') {
            take_array(&j->all, p + 1, n - 2);
            j->any = true;
        } else {
            fprintf(stderr, "%.*s\n", (int)n, p);
        }
        p = behind + (behind < end);
    }
}

void json_put(struct json *j) {
    if (j->any)
        fprintf(stderr, "[%.*s]\n", (int)j->all.n, j->all.n ? j->all.at : "");
    free(j->all.at);
}
