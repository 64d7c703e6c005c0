/* SPDX-License-Identifier: MIT */
/*
 * Counted handles: channels, contexts, errors and what library constructors return.
 *
 * Invariants
 *  - 16 bytes lie in front of every handle: count, magic, kind.  A handle's address is the
 *    object's, so C code uses it as an ordinary pointer.
 *  - The count of a live handle is 1 .. 2^31-1, or has HANDLE_STATIC set and never changes.
 *  - Whoever takes the count from 1 to 0 owns the object alone and destroys it.
 *
 * Orders: taking a reference needs none, for the taker has one already (relaxed).  Dropping
 * is a release, so that this owner's writes come before the destruction; the one who drops
 * the last reference acquires, so that it sees the writes of all the others.
 *
 * A count beside a side table (hash of live addresses) was rejected: 35-60 ns for retain
 * against 5, and it only helps with pointers that never were handles.
 *
 * Debug builds give file and line.  Then a dead object is not freed at once but goes through
 * a quarantine, so that a late use finds HANDLE_DEAD or a poisoned lock, not somebody else's
 * memory, and the report can name the place of the last release.  Without debugging a stale
 * handle is detected as long as malloc has not reused it.
 */
#include "rt.h"
#include <malloc.h>
#include <stdio.h>

#define QUARANTINE_SLOTS 1024

static struct gocc_handle *handle_head(const void *h) {
    return (struct gocc_handle *)((uintptr_t)h - sizeof(struct gocc_handle));
}

void *handle_new(size_t size, const struct handle_kind *kind) {
    if (size > SIZE_MAX - sizeof(struct gocc_handle))
        fatal_refused(size, "out of memory (%s of %zu bytes)", kind->name, size);
    /* Not calloc: glibc's goes past the thread's cache, 51 ns against 19.  gcc makes a calloc
     * of malloc and memset, unless it loses sight of where the pointer came from. */
    struct gocc_handle *head = malloc(sizeof *head + size);
    __asm__("" : "+r"(head));
    if (!head)
        fatal_refused(size, "out of memory (%s of %zu bytes)", kind->name, size);
    memset(head, 0, sizeof *head + size);
    atomic_init(&head->refs, 1);
    head->magic = HANDLE_ALIVE;
    head->kind = kind;
    return head + 1;
}

/* In place of a file: the reference that `go` took is given back.  The line is the goroutine's. */
static const char goroutine_end[] = "goroutine";

/* Some call has given a place, so this is a debug build: what a goroutine's end destroys is buried
 * as well.  relaxed: it guards nothing, and who reads it too early frees an object as before. */
static atomic_bool knows_places;

static inline void learn(const char *file) {
    if (file && file != goroutine_end && !atomic_load_explicit(&knows_places, memory_order_relaxed))
        atomic_store_explicit(&knows_places, true, memory_order_relaxed);
}

/* The place in brackets, as messages show it; empty when the build does not know it. */
static const char *place(const char *file, int line, char buf[static 300]) {
    if (!file)
        return "";
    if (file == goroutine_end)
        snprintf(buf, 300, " (at the end of goroutine %d, which held it from its go)", line);
    else
        snprintf(buf, 300, " (at %s:%d)", file, line);
    return buf;
}

/* Guards the ring of dead objects; only debug builds come here. */
static struct lock grave_lock;
static struct grave {
    struct gocc_handle *head;
    size_t size;
    const char *file; /* of the last release */
    int line;
} graves[QUARANTINE_SLOTS];
static unsigned grave_next;

/* Who was buried at h?  Called when all is lost, so without the lock. */
static const struct grave *grave_find(const void *h) {
    for (size_t i = 0; i < QUARANTINE_SLOTS; i++) {
        const struct grave *d = &graves[i];
        if (d->head && (uintptr_t)h - (uintptr_t)d->head < d->size)
            return d;
    }
    return NULL;
}

__attribute__((noinline, cold, noreturn)) static void bad_handle(const char *what, const void *h,
                                                                 const char *file, int line) {
    char at[300], before[300];
    const struct grave *d = grave_find(h);
    const char *name = d ? d->head->kind->name : NULL;
    if (d)
        fatal_error("%s of %s %s that is gone already, %p%s; its last reference was released%s",
                    what, strchr("aeiou", *name) ? "an" : "a", name, h, place(file, line, at),
                    place(d->file, d->line, before));
    fatal_error("%s of %p, which is no live handle%s", what, h, place(file, line, at));
}

void handle_check_dead(const void *inside) {
    if (grave_find(inside))
        bad_handle("use", (const char *)grave_find(inside)->head + sizeof(struct gocc_handle), NULL,
                   0);
}

void handle_is_dead(const void *h) {
    bad_handle("use", h, NULL, 0);
}

static inline bool alive(const void *h) {
    return likely((uintptr_t)h % sizeof(void *) == 0 && handle_head(h)->magic == HANDLE_ALIVE);
}

bool handle_alive(const void *h) {
    return alive(h);
}

void *gocc__retain(const void *h, const char *file, int line) {
    if (!h)
        return NULL;
    learn(file);
    if (!alive(h))
        bad_handle("retain", h, file, line);
    struct gocc_handle *head = handle_head(h);
    if (!(atomic_load_explicit(&head->refs, memory_order_relaxed) & HANDLE_STATIC))
        atomic_fetch_add_explicit(&head->refs, 1, memory_order_relaxed);
    return (void *)(uintptr_t)h;
}

/* The object is filled with POISON, so that its locks look taken and its pointers fault. */
static void bury(struct gocc_handle *head, const char *file, int line) {
    if (!file || !atomic_load_explicit(&knows_places, memory_order_relaxed)) {
        free(head);
        return;
    }
    size_t size = malloc_usable_size(head);
    memset(head + 1, HANDLE_POISON, size - sizeof *head);
    lock_take(&grave_lock, RANK_HANDLE);
    struct grave *d = &graves[grave_next];
    struct gocc_handle *oldest = d->head;
    *d = (struct grave){head, size, file, line};
    grave_next = (grave_next + 1) % QUARANTINE_SLOTS;
    lock_drop(&grave_lock);
    race_hide(true); /* whoever buried it came after all its users */
    free(oldest);
    race_hide(false);
}

static void destroy(struct gocc_handle *head, const char *file, int line) {
    if (head->kind->destroy)
        head->kind->destroy(head + 1);
    head->magic = HANDLE_DEAD;
    bury(head, file, line);
}

void gocc__release(const void *h, const char *file, int line) {
    if (!h)
        return;
    learn(file);
    if (!alive(h))
        bad_handle("release", h, file, line);
    struct gocc_handle *head = handle_head(h);
    uint32_t refs = atomic_load_explicit(&head->refs, memory_order_acquire);
    if (refs & HANDLE_STATIC)
        return;
    /* A sole owner needs no locked instruction: nobody else can take a reference. */
    if (refs == 1) {
        atomic_store_explicit(&head->refs, 0, memory_order_relaxed);
        tsan_acquire(head);
        destroy(head, file, line);
        return;
    }
    tsan_release(head);
    refs = atomic_fetch_sub_explicit(&head->refs, 1, memory_order_acq_rel);
    if (refs == 0)
        bad_handle("release", h, file, line);
    if (refs == 1) {
        tsan_acquire(head);
        destroy(head, file, line);
    }
}

void *handle_retain(const void *h) {
    return gocc__retain(h, NULL, 0);
}

void handle_release(const void *h) {
    gocc__release(h, NULL, 0);
}

void handle_release_at_end(const void *h, uint64_t goroutine) {
    gocc__release(h, goroutine_end, (int)goroutine);
}

bool handle_is(const void *h, const struct handle_kind *kind) {
    return h && alive(h) && handle_head(h)->kind == kind;
}

void *gocc_retain(const void *handle) {
    return gocc__retain(handle, NULL, 0);
}

void gocc_release(const void *handle) {
    gocc__release(handle, NULL, 0);
}

struct lock *handle_grave_lock(void) /* for fork.c */
{
    return &grave_lock;
}
