/* SPDX-License-Identifier: MIT */
/*
 * What orders what, told to the race detector (-race).
 *
 * The detector follows goroutines as fibers.  The library's memory accesses and the runtime's
 * atomics are hidden from it: two goroutines that one thread happened to run one after the other,
 * or that took the same lock of the runtime, are not ordered.  Only these lines order them, and
 * they are those of Go's memory model:
 *
 *   go                 comes before the new goroutine: its fiber is made by who says go
 *   unbuffered channel sender and receiver meet: each comes before what the other does next
 *   buffered channel   the k-th send comes before the k-th receive, and that before the
 *                      (k+cap)-th send: every slot of the buffer is a thing of its own
 *   close              comes before a receive that finds the channel closed
 *   semaphore          release comes before the acquire that it lets through
 *   timer              its start comes before what it does
 *
 * Rejected: to take the locks of channels as order, as any tool does that knows nothing of
 * channels.  Two sends of different goroutines into one buffer then seem ordered, and a race
 * before the one and after the other is seen only when they happen to run the other way round.
 * For the same reason waking orders nothing, and a fiber is not made where its goroutine gets a
 * stack: that happens on whatever goroutine has parked there.
 *
 * A partner that waits cannot speak for itself at that moment.  Its fiber does not run, so whoever
 * holds the channel's lock may enter it for a moment.  A thread of the program is entered by
 * nobody: it leaves its order in g->wake and takes that of its partner from g->claim, which is a
 * little more order than there is.
 */
#include "rt.h"

#ifdef RT_TSAN
#include <dlfcn.h>
#include <link.h>
#include <sys/syscall.h>
#include <unistd.h>

void *__tsan_get_current_fiber(void);
void *__tsan_create_fiber(unsigned flags);
void __tsan_destroy_fiber(void *fiber);
void __tsan_switch_to_fiber(void *fiber, unsigned flags);
void __tsan_acquire(void *at);
void __tsan_release(void *at); /* adds to what is there */
void __tsan_func_entry(void *pc);
void __tsan_func_exit(void);
void __tsan_read1_pc(void *at, void *pc);
void __tsan_write1_pc(void *at, void *pc);
/* Of the interface for Java: what C has no words for. */
void __tsan_java_release_store(uintptr_t at); /* what was there is forgotten */
void __tsan_java_alloc(uintptr_t at, uintptr_t size);
void __tsan_java_free(uintptr_t at, uintptr_t size);
void AnnotateIgnoreReadsBegin(const char *file, int line);
void AnnotateIgnoreReadsEnd(const char *file, int line);
void AnnotateIgnoreWritesBegin(const char *file, int line);
void AnnotateIgnoreWritesEnd(const char *file, int line);

#define NO_SYNC 1
/* Enters on one fiber and leaves on another, or is called between two. */
#if defined(__clang__)
#define BARE __attribute__((disable_sanitizer_instrumentation, noinline))
#else
#define BARE __attribute__((no_sanitize("thread"), noinline))
#endif

void gocc__race_acquire(const void *at) {
    __tsan_acquire((void *)(uintptr_t)at);
}

void gocc__race_release(const void *at) {
    __tsan_release((void *)(uintptr_t)at);
}

#if !defined(__clang__)
/* What gcc calls for the other accesses of a package, by the Makefile's doing. */
#define UNSEEN(call)               \
    void gocc__race_##call(void);  \
    void gocc__race_##call(void) { \
    }
#define UNSEEN_SIZES(size)       \
    UNSEEN(read##size)           \
    UNSEEN(write##size)          \
    UNSEEN(unaligned_read##size) \
    UNSEEN(unaligned_write##size)
UNSEEN_SIZES(1)
UNSEEN_SIZES(2)
UNSEEN_SIZES(4)
UNSEEN_SIZES(8)
UNSEEN_SIZES(16)
UNSEEN(read_range)
UNSEEN(write_range)
UNSEEN(func_entry)
UNSEEN(func_exit)
#endif

void race_release_store(void *at) {
    __tsan_java_release_store((uintptr_t)at);
}

/* A fiber takes four of the kernel's maps, of which a process has vm.max_map_count, 65530 by
 * default. At the last one the detector dies without a word of goroutines, so the count ends before
 * that. */
#define FIBERS_MOST   16000
#define FIBERS_GCC    8000 /* gcc 12's library, a shared one, has a table of 8128 threads */
#define MAPS_OF_FIBER 4
#define MAPS_OF_REST  1530
static _Atomic long fibers;

static bool of_gcc(void) {
    Dl_info it;
    return dladdr((void *)(uintptr_t)__tsan_create_fiber, &it) != 0 && it.dli_fname != NULL &&
           strstr(it.dli_fname, "libtsan") != NULL;
}

static long fibers_allowed(void) {
    long most = of_gcc() ? FIBERS_GCC : FIBERS_MOST, maps = limit_of_maps();
    long n = maps > 0 ? (maps - MAPS_OF_REST) / MAPS_OF_FIBER : most;
    if (n < 1)
        return 1; /* main's */
    return n < most ? n : most;
}

static void fiber_count(void) {
    static _Atomic long allowed;
    long n = atomic_fetch_add_explicit(&fibers, 1, memory_order_relaxed);
    long most = atomic_load_explicit(&allowed, memory_order_relaxed);
    if (unlikely(most == 0)) /* whoever comes at the same time finds the same */
        atomic_store_explicit(&allowed, most = fibers_allowed(), memory_order_relaxed);
    if (unlikely(n >= most))
        fatal_error("race: limit on %ld simultaneously alive goroutines is exceeded", most);
}

BARE void race_fiber_end(void *fiber) {
    atomic_fetch_sub_explicit(&fibers, 1, memory_order_relaxed);
    __tsan_destroy_fiber(fiber);
}

/* pc: where the program says go, which reports show as the place of creation. */
BARE void *race_fiber(void *pc) {
    fiber_count();
    __tsan_func_entry(pc);
    void *fiber = __tsan_create_fiber(0);
    __tsan_func_exit();
    return fiber;
}

/* The pages that were never touched have nothing to forget. */
static char *touched_from(char *lo, char *hi) {
    unsigned char there[256];
    char *at = (char *)((uintptr_t)hi & ~(uintptr_t)4095);
    while (at > lo) {
        size_t n = (size_t)(at - lo) / 4096 < 16 ? (size_t)(at - lo) / 4096 : 16;
        if (n == 0 || syscall(SYS_mincore, at - n * 4096, n * 4096, there) != 0)
            return lo;
        while (n > 0 && (there[n - 1] & 1)) {
            at -= 4096;
            n--;
        }
        if (n > 0)
            return at;
    }
    return lo;
}

void race_forget(char *lo, char *hi) {
    uintptr_t from = (uintptr_t)touched_from(lo, hi), size = (uintptr_t)hi - from;
    __tsan_java_free(from, size);  /* orders that hung on addresses in it */
    __tsan_java_alloc(from, size); /* accesses */
    __tsan_java_free(from, size);  /* that it was a block of the heap */
}

static int widen(struct dl_phdr_info *object, size_t size, void *arg) {
    struct m *m = arg;
    (void)size;
    uintptr_t at = (uintptr_t)object->dlpi_tls_data;
    for (int i = 0; at && i < object->dlpi_phnum; i++)
        if (object->dlpi_phdr[i].p_type == PT_TLS) {
            uintptr_t end = (at + object->dlpi_phdr[i].p_memsz + 7) & ~(uintptr_t)7;
            m->own_lo = at < m->own_lo ? at & ~(uintptr_t)7 : m->own_lo;
            m->own_hi = end > m->own_hi ? end : m->own_hi;
        }
    return 0;
}

/* Finds the calling thread's _Thread_local memory: all that the program was started with lies
 * side by side. */
void race_thread_memory(struct m *m) {
    m->own_lo = UINTPTR_MAX;
    m->own_hi = 0;
    dl_iterate_phdr(widen, m);
}

/* The goroutines of a thread share its memory, one after the other, without a word on who comes
 * first: errno, of which each finds its own there, and what C code keeps, such as the state of a
 * generator.  Nor is the thread's beginning, which writes all of it, ordered before them, and
 * isupper() reads a pointer there.  None of these is a race. */
void race_thread_shared(struct m *m) {
    __tsan_java_alloc(m->own_lo, m->own_hi - m->own_lo);
    __tsan_java_free(m->own_lo, m->own_hi - m->own_lo);
}

void race_hide(bool on) {
    if (on) {
        AnnotateIgnoreReadsBegin(__FILE__, __LINE__);
        AnnotateIgnoreWritesBegin(__FILE__, __LINE__);
    } else {
        AnnotateIgnoreWritesEnd(__FILE__, __LINE__);
        AnnotateIgnoreReadsEnd(__FILE__, __LINE__);
    }
}

void race_thread_parks(struct g *g) {
    race_release_store(&g->wake);
}

void race_thread_woken(struct g *g) {
    __tsan_acquire(&g->claim);
}

static void meet_thread(struct g *g) {
    __tsan_acquire(&g->wake);
    __tsan_release(&g->claim);
}

BARE static void *enter(struct g *g) {
    void *self = __tsan_get_current_fiber();
    __tsan_switch_to_fiber(g->fiber, NO_SYNC);
    return self;
}

BARE static void leave(void *self) {
    __tsan_switch_to_fiber(self, NO_SYNC);
}

void race_slot(void *slot) {
    __tsan_acquire(slot);
    race_release_store(slot);
}

BARE void race_slot_of(struct g *g, void *slot) {
    if (g->foreign) {
        __tsan_acquire(&g->wake);
        race_slot(slot);
        __tsan_release(&g->claim);
        return;
    }
    void *self = enter(g);
    race_slot(slot);
    leave(self);
}

BARE void race_pass(struct g *partner) {
    if (partner->foreign) {
        meet_thread(partner);
        return;
    }
    void *meeting = &partner->claim;
    race_release_store(meeting);
    void *self = enter(partner);
    race_slot(meeting);
    leave(self);
    __tsan_acquire(meeting);
}

BARE void race_acquire_for(struct g *g, void *at) {
    if (g->foreign) {
        __tsan_release(&g->claim);
        return;
    }
    void *self = enter(g);
    __tsan_acquire(at);
    leave(self);
}

void race_read(void *at, void *pc) {
    __tsan_read1_pc(at, pc);
}

void race_write(void *at, void *pc) {
    __tsan_write1_pc(at, pc);
}

/* On the scheduler's fiber all timers of this thread would be one, on that of a bubble's first
 * goroutine, which runs the bubble's timers, a part of it.  Returns where it was. */
BARE void *race_timer_enter(struct timer *t) {
    void *self = __tsan_get_current_fiber();
    __tsan_switch_to_fiber(__tsan_create_fiber(0), NO_SYNC);
    race_hide(true); /* all of them use this stack */
    __tsan_acquire(t);
    return self;
}

BARE void race_timer_leave(void *self) {
    race_hide(false);
    void *fiber = __tsan_get_current_fiber();
    __tsan_switch_to_fiber(self, NO_SYNC);
    __tsan_destroy_fiber(fiber);
}
#endif
