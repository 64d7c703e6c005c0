/* SPDX-License-Identifier: MIT */
/* Memory and text for a translator that runs once per file: an arena that is freed all at once,
   and buffers that grow. */
#include "cc.h"
#include <stdlib.h>
#include <string.h>

/* Chunks come from calloc: the large ones straight from the kernel, already zero, so a page that is
   never used is never touched. */
struct chunk {
    struct chunk *up;
    size_t used, size;
    _Alignas(16) char at[];
};

struct arena {
    struct chunk *top;
};

enum { CHUNK = 1 << 20 };

void die(const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    fputs("gocc: ", stderr);
    vfprintf(stderr, fmt, ap);
    fputc('\n', stderr);
    va_end(ap);
    exit(1);
}

void *xrealloc(void *p, size_t size) {
    void *q = realloc(p, size ? size : 1);
    if (!q)
        die("out of memory");
    return q;
}

static void arena_grow(struct arena *a, size_t size) {
    if (size < CHUNK)
        size = CHUNK;
    struct chunk *c = calloc(1, sizeof *c + size);
    if (!c)
        die("out of memory");
    c->size = size;
    c->up = a->top;
    a->top = c;
}

struct arena *arena_new(void) {
    struct arena *a = calloc(1, sizeof *a);
    if (!a)
        die("out of memory");
    return a;
}

void *arena_alloc(struct arena *a, size_t size) {
    size = (size + 15) & ~(size_t)15;
    if (!a->top || a->top->size - a->top->used < size)
        arena_grow(a, size);
    void *p = a->top->at + a->top->used;
    a->top->used += size;
    return p;
}

char *arena_printf(struct arena *a, const char *fmt, ...) {
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    char *s = arena_alloc(a, (size_t)n + 1);
    vsnprintf(s, (size_t)n + 1, fmt, again);
    va_end(again);
    va_end(ap);
    return s;
}

void arena_free(struct arena *a) {
    for (struct chunk *c = a->top, *up; c; c = up) {
        up = c->up;
        free(c);
    }
    free(a);
}

static void buf_reserve(struct buf *b, size_t n) {
    if (b->cap - b->n > n)
        return;
    b->cap = (b->n + n + 64) * 2;
    b->s = xrealloc(b->s, b->cap);
}

void buf_add(struct buf *b, const char *s, size_t n) {
    buf_reserve(b, n);
    memcpy(b->s + b->n, s, n);
    b->n += n;
    b->s[b->n] = 0;
}

void buf_puts(struct buf *b, const char *s) {
    buf_add(b, s, strlen(s));
}

void buf_printf(struct buf *b, const char *fmt, ...) {
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    size_t n = (size_t)vsnprintf(NULL, 0, fmt, ap);
    buf_reserve(b, n);
    vsnprintf(b->s + b->n, n + 1, fmt, again);
    b->n += n;
    va_end(again);
    va_end(ap);
}

void buf_free(struct buf *b) {
    free(b->s);
    *b = (struct buf){0};
}
