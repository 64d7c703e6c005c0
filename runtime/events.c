/* SPDX-License-Identifier: MIT */
/*
 * Who ran where, and from when to when: what package trace writes down.
 *
 * Invariants
 *  - Nothing is asked on the direct way from one goroutine to the next.  While events are wanted,
 *    every P has `attention` when a goroutine starts to run, so that all switches go by the
 *    scheduler's stack (find.c), and only that one looks at rt_events.
 *  - A slice's place is claimed by a counter and belongs to who claimed it; `to`, stored last, says
 *    that it is complete.  The room is never given back: a late writer may still be about.
 *
 * Rejected: a record for each state of a goroutine, as Go has it.  A slice says the same in one
 * third of the space, and waiting is what lies between two of them.
 */
#include "rt.h"
#include <sys/mman.h>

#define ROOM (1u << 20)

/* A hint, read relaxed: a P that sees it late begins or ends one slice later. */
_Atomic bool rt_events;
static struct trace_slice *slices;
/* Places claimed; what is in them says itself when it is complete. */
static _Atomic size_t n_slices;

static bool make_room(void) {
    size_t bytes = ROOM * sizeof *slices;
    if (slices != NULL)
        return madvise(slices, bytes, MADV_DONTNEED) == 0;
    void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    slices = at == MAP_FAILED ? NULL : at;
    return slices != NULL;
}

bool events_start(void) {
    if (!make_room())
        return false;
    atomic_store(&n_slices, 0);
    rt_events = true;
    proc_attention();
    return true;
}

const struct trace_slice *events_stop(size_t *n, size_t *lost) {
    size_t all = atomic_load(&n_slices);
    rt_events = false;
    *n = all < ROOM ? all : ROOM;
    *lost = all - *n;
    return slices;
}

static const char *why_stopped(const struct g *g) {
    switch (atomic_load_explicit(&g->state, memory_order_relaxed)) {
    case G_WAITING:
        return trace_wait_name(g->wait);
    case G_DEAD:
    case G_UNUSED:
        return "ended";
    default:
        return "others' turn";
    }
}

void events_begin(struct trace_slice *s, struct m *m, const struct g *g) {
    m->p->attention = 1;
    *s = (struct trace_slice){.from = clock_mono(),
                              .goroutine = (int64_t)g->id,
                              .fn = (uintptr_t)g->fn,
                              .created = (uintptr_t)g->created_pc,
                              .p = m->p->id};
}

/* g may have gone on elsewhere, or have ended; what is read of it then only labels the slice. */
void events_end(struct trace_slice *s, const struct g *g) {
    size_t i = atomic_fetch_add_explicit(&n_slices, 1, memory_order_relaxed); /* only a claim */
    if (i >= ROOM)
        return;
    s->why = why_stopped(g);
    slices[i] = *s;
    /* release: whoever sees `to` sees the rest */
    atomic_store_explicit(&slices[i].to, clock_mono(), memory_order_release);
}
