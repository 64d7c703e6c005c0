/* SPDX-License-Identifier: MIT */
/*
 * Profiles as profile.proto of github.com/google/pprof has them, written by hand: a dozen
 * fields do not need a library.  Its tools read them compressed or, as here, plain.
 */
#include "pprof.h"

/* ---- the wire ---- */

struct bytes {
    char *s;
    size_t n, room;
};

static void put(struct bytes *b, const void *s, size_t n) {
    if (b->room - b->n < n) {
        b->room = 2 * (b->n + n) + 64;
        b->s = realloc(b->s, b->room);
        if (!b->s)
            fatal_error("out of memory (profile)");
    }
    memcpy(b->s + b->n, s, n);
    b->n += n;
}

static void put_varint(struct bytes *b, uint64_t v) {
    do {
        unsigned char c = (unsigned char)((v & 0x7f) | (v > 0x7f ? 0x80 : 0));
        put(b, &c, 1);
        v >>= 7;
    } while (v);
}

static void put_number(struct bytes *b, unsigned field, uint64_t v) {
    put_varint(b, field << 3);
    put_varint(b, v);
}

static void put_text(struct bytes *b, unsigned field, const void *s, size_t n) {
    put_varint(b, field << 3 | 2);
    put_varint(b, n);
    put(b, s, n);
}

/* A message within another; part is empty again. */
static void put_part(struct bytes *b, unsigned field, struct bytes *part) {
    put_text(b, field, part->s ? part->s : "", part->n);
    part->n = 0;
}

/* ---- tables ---- */

struct function {
    uint64_t name, file;
};
struct profile {
    struct bytes out, part, inner;
    const char **texts; /* lent */
    size_t n_texts, text_room;
    struct function *functions;
    size_t n_functions, function_room;
    uintptr_t *pcs; /* sorted; a location's id is the index plus one */
    size_t n_pcs;
};

static void *grow(void *list, size_t n, size_t *room, size_t size) {
    if (n < *room)
        return list;
    *room = 2 * n + 64;
    list = realloc(list, *room * size);
    if (!list)
        fatal_error("out of memory (profile)");
    return list;
}

/* Texts are lent for ever, so the same one has mostly the same address. */
static uint64_t text_of(struct profile *p, const char *s) {
    for (size_t i = 0; i < p->n_texts; i++)
        if (p->texts[i] == s || strcmp(p->texts[i], s) == 0)
            return i;
    p->texts = grow(p->texts, p->n_texts, &p->text_room, sizeof *p->texts);
    p->texts[p->n_texts] = s;
    return p->n_texts++;
}

static uint64_t function_of(struct profile *p, const struct trace_frame *f) {
    struct function want = {text_of(p, f->function), text_of(p, f->file ? f->file : "")};
    for (size_t i = 0; i < p->n_functions; i++)
        if (p->functions[i].name == want.name && p->functions[i].file == want.file)
            return i + 1;
    p->functions = grow(p->functions, p->n_functions, &p->function_room, sizeof *p->functions);
    p->functions[p->n_functions++] = want;
    return p->n_functions;
}

static int by_number(const void *a, const void *b) {
    uintptr_t x = *(const uintptr_t *)a, y = *(const uintptr_t *)b;
    return (x > y) - (x < y);
}

static void collect_pcs(struct profile *p, const struct stacks *s) {
    size_t n = 0;
    for (size_t i = 0; i < s->n; i++)
        n += (size_t)s->list[i].n;
    p->pcs = std_alloc((n + 1) * sizeof *p->pcs);
    n = 0;
    for (size_t i = 0; i < s->n; i++)
        for (int k = 0; k < s->list[i].n; k++)
            p->pcs[n++] = s->list[i].pc[k];
    qsort(p->pcs, n, sizeof *p->pcs, by_number);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || p->pcs[i] != p->pcs[p->n_pcs - 1])
            p->pcs[p->n_pcs++] = p->pcs[i];
}

static uint64_t location_of(const struct profile *p, uintptr_t pc) {
    const uintptr_t *at = bsearch(&pc, p->pcs, p->n_pcs, sizeof pc, by_number);
    return (uint64_t)(at - p->pcs) + 1;
}

/* ---- the parts of a profile, by their numbers in profile.proto ---- */

static void write_type(struct profile *p, unsigned field, const char *type, const char *unit) {
    put_number(&p->part, 1, text_of(p, type));
    put_number(&p->part, 2, text_of(p, unit));
    put_part(&p->out, field, &p->part);
}

static void write_sample(struct profile *p, const struct trace_stack *s, const struct kind *kind) {
    for (int k = 0; k < s->n; k++)
        put_varint(&p->inner, location_of(p, s->pc[k]));
    put_part(&p->part, 1, &p->inner);
    put_varint(&p->inner, (uint64_t)s->count);
    if (kind->value)
        put_varint(&p->inner, (uint64_t)(s->count * kind->value));
    put_part(&p->part, 2, &p->inner);
    put_part(&p->out, 2, &p->part);
}

static void write_location(struct profile *p, size_t i) {
    struct trace_frame f;
    put_number(&p->part, 1, i + 1);
    put_number(&p->part, 3, p->pcs[i]);
    for (int level = 0; trace_frame_at(p->pcs[i], level, &f); level++) {
        put_number(&p->inner, 1, function_of(p, &f));
        put_number(&p->inner, 2, (uint64_t)f.line);
        put_part(&p->part, 4, &p->inner);
    }
    put_part(&p->out, 4, &p->part);
}

static void write_function(struct profile *p, size_t i) {
    put_number(&p->part, 1, i + 1);
    put_number(&p->part, 2, p->functions[i].name);
    put_number(&p->part, 3, p->functions[i].name);
    put_number(&p->part, 4, p->functions[i].file);
    put_part(&p->out, 5, &p->part);
}

static void write_all(struct profile *p, const struct kind *kind, const struct stacks *s) {
    text_of(p, "");
    write_type(p, 1, kind->type, kind->unit);
    if (kind->value)
        write_type(p, 1, kind->value_type, kind->value_unit);
    collect_pcs(p, s);
    for (size_t i = 0; i < s->n; i++)
        write_sample(p, &s->list[i], kind);
    for (size_t i = 0; i < p->n_pcs; i++)
        write_location(p, i);
    for (size_t i = 0; i < p->n_functions; i++)
        write_function(p, i);
    write_type(p, 11, kind->period_type, kind->period_unit);
    for (size_t i = 0; i < p->n_texts; i++)
        put_text(&p->out, 6, p->texts[i], strlen(p->texts[i]));
    if (kind->start)
        put_number(&p->out, 9, (uint64_t)kind->start);
    if (kind->duration)
        put_number(&p->out, 10, (uint64_t)kind->duration);
    put_number(&p->out, 12, (uint64_t)kind->period);
}

char *proto_text(const struct kind *kind, const struct stacks *s, size_t *n) {
    struct profile p = {.n_texts = 0};
    write_all(&p, kind, s);
    free(p.part.s);
    free(p.inner.s);
    free(p.texts);
    free(p.functions);
    free(p.pcs);
    *n = p.out.n;
    return p.out.s;
}

/* ---- equal stacks ---- */

static int by_stack(const void *a, const void *b) {
    const struct trace_stack *x = a, *y = b;
    if (x->n != y->n)
        return x->n < y->n ? -1 : 1;
    return memcmp(x->pc, y->pc, (size_t)x->n * sizeof *x->pc);
}

void stacks_merge(struct stacks *s) {
    size_t n = 0;
    qsort(s->list, s->n, sizeof *s->list, by_stack);
    for (size_t i = 0; i < s->n; i++)
        if (n > 0 && by_stack(&s->list[n - 1], &s->list[i]) == 0)
            s->list[n - 1].count += s->list[i].count;
        else
            s->list[n++] = s->list[i];
    s->n = n;
}
