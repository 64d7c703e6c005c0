/* SPDX-License-Identifier: MIT */
/* Memory and text for a translator that runs once per file: an arena that is freed all at once,
   and buffers that grow. */
#include "cc.h"
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* Chunks come from the kernel, already zero, and grow: a small file touches few pages, a large one
   gets huge pages, because page faults would cost more than parsing does. */
struct chunk {
    struct chunk *up;
    size_t used, size;
    _Alignas(16) char at[];
};

struct arena {
    struct chunk *top;
    size_t next_size;
};

enum { CHUNK_FIRST = 1 << 18, CHUNK_LARGEST = 1 << 25, HUGE_PAGE = 1 << 21 };

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
    size_t want = a->next_size ? a->next_size : CHUNK_FIRST;
    if (want < CHUNK_LARGEST)
        a->next_size = want * 2;
    while (want < size + sizeof(struct chunk))
        want *= 2;
    struct chunk *c = mmap(NULL, want, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (c == MAP_FAILED)
        die("out of memory");
    if (want >= HUGE_PAGE)
        madvise(c, want, MADV_HUGEPAGE);
    c->size = want - sizeof *c;
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
    size = (size + 7) & ~(size_t)7;
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
        munmap(c, c->size + sizeof *c);
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

/* As a string of C, which a line marker's is, too. */
void buf_quote(struct buf *b, const char *s) {
    buf_puts(b, "\"");
    for (; *s; s++) {
        bool control = (unsigned char)*s < ' ';
        if (*s == '"' || *s == '\\')
            buf_puts(b, "\\");
        if (control)
            buf_printf(b, "\\%03o", *s);
        else
            buf_add(b, s, 1);
    }
    buf_puts(b, "\"");
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
