/* SPDX-License-Identifier: MIT */
/*
 * The frames of functions with defers: their records, and taking what is due.
 *
 * Invariants
 *  - A deferred call leaves its frame's list, or loses its bit, before it runs.
 *  - Records in loops live until their frame is left or dropped.
 *  - All this is touched by its own goroutine only.
 *
 * A call with a defer costs 0.6 ns more than without, and its limit is how fast stores leave the
 * processor: ten, of which two put the frame on the chain and take it off.  Without those two it
 * costs nothing more.  Tried in assembler without gain: `up` kept in a register, the chain's head
 * in the thread itself, no test of the bit, one store less for it, the frame left before its last
 * call (3.3 and 2.6 in a small loop, nothing in the bench).  Go has no chain: a panic there
 * unwinds the stack to find the frames.
 */
#include "rt.h"

/* ---- records of defers in loops ---- */

#define CHUNK_FIRST 1024
#define CHUNK_MOST  65536

/* They all live until the frame is left, so they are cut from chunks that grow and go together:
 * malloc() and free() for each took twice as long. */
struct gocc__chunk {
    struct gocc__chunk *up;
    size_t used, size;
};

static struct gocc__chunk *chunk_new(struct gocc__chunk *up, size_t least) {
    size_t size = up == NULL ? CHUNK_FIRST : up->size < CHUNK_MOST ? 2 * up->size : up->size;
    if (size < least + sizeof *up)
        size = least + sizeof *up;
    struct gocc__chunk *c = malloc(size);
    if (!c)
        fatal_refused(size, "out of memory (defer record of %zu bytes)", least);
    *c = (struct gocc__chunk){up, (sizeof *c + 15) & ~(size_t)15, size};
    return c;
}

void *gocc__defer_alloc(struct gocc__frame *f, size_t size) {
    struct gocc__chunk *c = f->chunks;
    size = (size + 15) & ~(size_t)15;
    if (unlikely(!c || c->size - c->used < size))
        c = f->chunks = chunk_new(c, size + 16);
    void *record = (char *)c + c->used;
    c->used += size;
    return record;
}

static void chunks_free(struct gocc__frame *f) {
    while (f->chunks) {
        struct gocc__chunk *c = f->chunks;
        f->chunks = c->up;
        free(c);
    }
}

/* ---- frames ---- */

void gocc__frame_link(struct gocc__frame *f, const struct gocc__deferred *table, void *result) {
    (void)result;
    struct g *g = rt_g();
    if (table->fn_at & GOCC__SETJMP)
        f->jump[3] = NULL; /* panic.c: stack_of_setjmp */
    f->up = g->frames;
    f->table = table;
    f->armed = 0;
    f->defers = NULL;
    f->chunks = NULL;
    g->frames = f;
}

void gocc__frame_unlink(struct gocc__frame *f) {
    rt_g()->frames = f->up;
}

struct gocc__frame *gocc__frame_now(void) {
    return rt_g()->frames;
}

void frame_drop(struct g *g, struct gocc__frame *f) {
    g->frames = f->up;
    if (f->table->fn_at & GOCC__LIST)
        chunks_free(f);
}

static bool take_from_table(struct gocc__frame *f, struct due_call *c) {
    unsigned armed = f->armed & ~FRAME_RESTING;
    if (!armed)
        return false;
    unsigned i = 31u - (unsigned)__builtin_clz(armed);
    const struct gocc__deferred *d = &f->table[i + 1];
    f->armed &= ~(1u << i);
    char *at = (char *)f;
    *c = (struct due_call){d->run, at + d->at, d->fn};
    if (d->fn_at)
        memcpy(&c->fn, at + d->fn_at, sizeof c->fn);
    return true;
}

bool frame_take(struct gocc__frame *f, struct due_call *c) {
    if (!(f->table->fn_at & GOCC__LIST))
        return take_from_table(f, c);
    struct gocc__defer *d = f->defers;
    if (!d)
        return false;
    f->defers = d->next;
    *c = (struct due_call){d->run, d, d->fn};
    return true;
}

void frame_run_rest(struct gocc__frame *f) {
    struct due_call c;
    f->armed |= FRAME_RESTING;
    while (frame_take(f, &c))
        c.run(c.record);
}

void gocc__frame_run(struct gocc__frame *f) {
    struct gocc__defer *d = f->defers;
    if (!d)
        return;
    f->armed |= FRAME_RESTING;
    for (; d; d = f->defers) {
        f->defers = d->next;
        d->run(d);
    }
    f->armed &= ~FRAME_RESTING;
    chunks_free(f);
}
