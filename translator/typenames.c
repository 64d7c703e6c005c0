/* SPDX-License-Identifier: MIT */
/*
 * Channel types in the host compiler's messages, as they were written:
 *
 *     has type 'gocc__chan_int_t' {aka 'struct gocc__chan_int *'}      has type 'chan int'
 *     from incompatible pointer type 'struct gocc__chan_int **'        … 'chan int *'
 */
#include "driver.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static const char glue[] = "gocc__chan_";

/* What the translator wrote: a line `gocc__chan_int<tab>chan int` for each type. */
static char *written(const struct buf *names, const char *name, size_t n) {
    const char *p = names->s, *end = p + names->n;
    while (p < end) {
        const char *nl = memchr(p, '\n', (size_t)(end - p));
        if ((size_t)(nl - p) > n && p[n] == '\t' && !memcmp(p, name, n))
            return format("%.*s", (int)(nl - p - (long)n) - 1, p + n + 1);
        p = nl + 1;
    }
    return NULL;
}

static bool ends_with(const struct buf *out, const char *text, size_t n) {
    return out->n >= n && !memcmp(out->s + out->n - n, text, n);
}

/* At a name of ours; what stands there as a type becomes text.  Returns what is behind it. */
static const char *put_type(const struct buf *names, struct buf *out, const char *p) {
    static const char tag[] = "struct ", star[] = " *", type[] = "_t";
    size_t n = strlen(glue);
    while (isalnum((unsigned char)p[n]) || p[n] == '_')
        n++;
    bool tagged = ends_with(out, tag, strlen(tag)) && !strncmp(p + n, star, strlen(star));
    bool named = n > strlen(type) && !memcmp(p + n - strlen(type), type, strlen(type));
    char *text = tagged ? written(names, p, n) : named ? written(names, p, n - strlen(type)) : NULL;
    if (!text) {
        buf_add(out, p, n);
        return p + n;
    }
    out->n -= tagged ? strlen(tag) : 0;
    buf_puts(out, text);
    free(text);
    p += n + (tagged ? strlen(star) : 0);
    if (tagged && (*p == '*' || isalpha((unsigned char)*p)))
        buf_puts(out, " ");
    return p;
}

/* 'chan int' {aka 'chan int'} of gcc, 'chan int' (aka 'chan int') of clang. */
static size_t repetition(const struct buf *out, const char *p) {
    static const char *const forms[][2] = {{" {aka ", "}"}, {" (aka ", "')"}};
    for (int i = 0; i < 2; i++) {
        size_t n = strlen(forms[i][0]);
        const char *end = strncmp(p, forms[i][0], n) ? NULL : strstr(p + n, forms[i][1]);
        if (end && ends_with(out, p + n, (size_t)(end - p) - n + (size_t)i))
            return (size_t)(end - p) + strlen(forms[i][1]);
    }
    return 0;
}

static struct buf put_types(const struct buf *names, const char *text) {
    struct buf out = {0};
    for (const char *p = text; *p;) {
        if (!strncmp(p, glue, strlen(glue)))
            p = put_type(names, &out, p);
        else
            buf_add(&out, p++, 1);
    }
    buf_add(&out, "", 1);
    return out;
}

static char *without_repetitions(const char *text) {
    struct buf out = {0};
    while (*text) {
        size_t n = *text == ' ' ? repetition(&out, text) : 0;
        if (n)
            text += n;
        else
            buf_add(&out, text++, 1);
    }
    buf_add(&out, "", 1);
    return out.s;
}

/* The text itself if there is nothing of ours in it; else it is freed. */
char *typenames_show(const struct buf *names, char *text) {
    if (!names->n || !strstr(text, glue))
        return text;
    struct buf types = put_types(names, text);
    char *shown = without_repetitions(types.s);
    buf_free(&types);
    free(text);
    return shown;
}
