/* SPDX-License-Identifier: MIT */
/*
 * Stacks, and the Gs at their tops.
 *
 * A slot is cut from a big MAP_NORESERVE slab; its pages come when they are touched.  It has a
 * guard, the stack that was promised (a power of two), and a page with the G and below it the
 * arguments of the go statement and the first frames, so a parked goroutine has touched one page
 * (4.7 KiB with page tables).
 *
 * The Gs of neighbours lie at COLOURS different heights of that page.  Were they all at its end,
 * goroutines would share a sixth of the cache's sets: with 1000 in a ring a hop cost 93 ns instead
 * of 20 here, for the second-level cache held 300 of them and not 1500.
 *
 * Invariants
 *  - Slots are never unmapped: a G pointer stays readable for ever (dumps, stale waiters).
 *  - A free slot is in exactly one place: a P's list, a batch of the pool, or a slab's list of
 *    released slots (pages given back, contents zero).
 *  - pool.lock guards all lists of all classes and who gets which slots; nothing is called under it
 *    but mmap and calloc.  Pages and guards come to a slot that already has its owner.
 *
 * Seven slots of 276 KiB share a page of page tables, 552 bytes of the 4778 that a parked goroutine
 * costs.  Slots of half the size for those beyond 131 072 at once were rejected: 4482 bytes, and
 * a million created 8 % faster, but a goroutine would have less stack than is promised.
 *
 * Guards are MADV_GUARD_INSTALL markers (Linux 6.13): a million stacks in 25 mappings, where
 * mprotect stops at 32 753 (vm.max_map_count).  Old kernels refuse the call, qemu-user accepts it
 * and does nothing; so it is tried once on a scratch page and tested by write().  Fallback:
 * mprotect for the first 16 000 slots, less where fewer maps are allowed, then none.
 * No huge pages: with THP a touched stack cost 64 KiB instead of 4.
 * Free stacks are reused last in, first out, without any system call; sysmon gives back the
 * pages of batches that have lain in the pool for long (5.4 us a stack to give back and touch
 * again, so not at each exit).
 */
#include "rt.h"
#include <link.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL 102
#endif
#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif
#define SELF (-10000) /* PIDFD_SELF: this process, also after fork */
#ifdef GOCC_HARD
#define P_KEEP 4
#else
#define P_KEEP 512
#endif
#define BATCH            (P_KEEP / 2)
#define MIN_SHIFT        16
#define MAX_SHIFT        40
#define LARGEST          ((size_t)1 << MAX_SHIFT)
#define SLAB_BYTES       ((size_t)1 << 30)
#define FIRST_SLAB_BYTES ((size_t)16 << 20)
#define MPROTECT_GUARDS  16000
#define FRESH_MAX        32
#define IDLE_SECONDS     5
#define PAGE             4096 /* the least there is */
#define COLOURS          16
#define COLOUR_STEP      128

struct slab {
    struct slab *next; /* of the class */
    struct slab *all;  /* of all classes */
    struct stack_class *cls;
    char *base;
    uint32_t slots;
    _Atomic uint32_t used; /* slots given out so far */
    uint32_t *released;    /* indices whose pages were given back */
    uint32_t n_released;
    struct slab *next_released; /* of the class, those with n_released > 0 */
};

struct stack_class {
    size_t size;        /* what a goroutine may use: a power of two */
    size_t stride;      /* from slot to slot: with the guard below and the G's page above */
    struct slab *slabs; /* newest first; only it can have unused slots */
    struct slab *with_released;
    struct g *batches; /* linked by wait_on, each a list by next; LIFO */
    size_t next_slab;
};

static struct {
    struct lock lock;
    struct stack_class cls[MAX_SHIFT + 1];
    struct slab *_Atomic all;
    struct stack_class *_Atomic now;
    int guard_kind; /* 0 not known, 1 marker, 2 mprotect, 3 none */
    uint32_t guards_most;
    _Atomic uint32_t n_guards;
    int exec; /* PROT_EXEC if the program wants to run code on its stacks */
} pool;

static int shift_of(size_t size) {
    int shift = MIN_SHIFT;
    while (shift < MAX_SHIFT && ((size_t)1 << shift) < size)
        shift++;
    return shift;
}

/* Some kernels' pages are of 16 or 64 KiB. */
static size_t whole_pages(size_t bytes) {
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    return (bytes + page - 1) & ~(page - 1);
}

static size_t guard_size(size_t slot) {
    size_t g = slot / 16;
    return whole_pages(g < 16384 ? 16384 : g > 1 << 20 ? 1 << 20 : g);
}

#if defined(RT_ASAN) || defined(RT_TSAN)
#define USUAL_SIZE ((size_t)1 << 20)

/* LeakSanitizer dies on guard markers. */
static int probe_guard(void) {
    return 2;
}
#else
#define USUAL_SIZE ((size_t)256 << 10)

/* Does the kernel refuse to read from a marked page? */
static int probe_guard(void) {
    int kind = 2, fd[2];
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED)
        return 2;
    if (madvise(page, 4096, MADV_GUARD_INSTALL) == 0 && pipe(fd) == 0) {
        if (write(fd[1], page, 1) < 0 && errno == EFAULT)
            kind = 1;
        close(fd[0]);
        close(fd[1]);
    }
    munmap(page, 4096);
    return kind;
}
#endif

/* A guard makes two maps of one; half of what the kernel allows is left to the program. */
static uint32_t guards_allowed(void) {
    long maps = limit_of_maps();
    return maps > 0 && maps / 4 < MPROTECT_GUARDS ? (uint32_t)maps / 4 : MPROTECT_GUARDS;
}

/* GNU C's nested functions whose address is taken run code on the stack; the linker writes down
   that an object needs this, and the C library obeys it for threads. */
static int exec_wanted(struct dl_phdr_info *object, size_t size, void *wanted) {
    (void)size;
    for (int i = 0; i < object->dlpi_phnum; i++)
        if (object->dlpi_phdr[i].p_type == PT_GNU_STACK && object->dlpi_phdr[i].p_flags & PF_X)
            *(int *)wanted = PROT_EXEC;
    return 0;
}

static int unit_shift(char unit) {
    switch (unit) {
    case 0:
        return 0;
    case 'K':
    case 'k':
        return 10;
    case 'M':
    case 'm':
        return 20;
    case 'G':
    case 'g':
        return 30;
    default:
        return -1;
    }
}

/* 0 if it is none. */
static size_t size_from_text(const char *text) {
    char *end;
    unsigned long long n = strtoull(text, &end, 0);
    int shift = unit_shift(*end);
    if (shift < 0 || strchr(text, '-') != NULL)
        return 0;
    if (*end != 0 && end[1] != 0 && strcmp(end + 1, "B") != 0 && strcmp(end + 1, "iB") != 0)
        return 0;
    return n > LARGEST >> shift ? LARGEST : (size_t)n << shift;
}

static size_t size_from_environment(void) {
    const char *env = getenv("GOCCSTACK");
    if (env == NULL || *env == 0)
        return USUAL_SIZE;
    size_t size = size_from_text(env);
    if (size == 0)
        fprintf(stderr, "gocc: GOCCSTACK=%s is no size (such as 64K, 1M or 1G): %d KiB are used\n",
                env, (int)(USUAL_SIZE >> 10));
    return size == 0 ? USUAL_SIZE : size;
}

void stack_init(void) {
    int saved = errno;
    pool.guard_kind = probe_guard();
    pool.guards_most = pool.guard_kind == 1 ? MPROTECT_GUARDS : guards_allowed();
    dl_iterate_phdr(exec_wanted, &pool.exec);
    if (atomic_load(&pool.now) == NULL)
        stack_set_size(size_from_environment());
    errno = saved;
}

size_t stack_size_now(void) {
    return atomic_load_explicit(&pool.now, memory_order_relaxed)->size;
}

static size_t stride_of(size_t size) {
    return guard_size(size) + whole_pages(size + PAGE);
}

static struct stack_class *class_for(size_t size) {
    int shift = shift_of(size);
    struct stack_class *c = &pool.cls[shift];
    c->size = (size_t)1 << shift;
    c->stride = stride_of(c->size);
    return c;
}

size_t stack_set_size(size_t bytes) {
    lock_take(&pool.lock, RANK_STACK);
    struct stack_class *old = atomic_load(&pool.now);
    atomic_store(&pool.now, class_for(bytes));
    if (old != NULL)
        stack_mixed = true;
    lock_drop(&pool.lock);
    return old == NULL ? 0 : old->size;
}

static void guard_slot(char *lo, size_t size) {
    if (pool.guard_kind == 1 && madvise(lo, size, MADV_GUARD_INSTALL) == 0)
        return;
    if (pool.guard_kind <= 2 && atomic_fetch_add(&pool.n_guards, 1) < pool.guards_most)
        mprotect(lo, size, PROT_NONE);
}

static void *slab_map(size_t bytes) {
    char *base = mmap(NULL, bytes, PROT_READ | PROT_WRITE | pool.exec,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (base == MAP_FAILED)
        return NULL;
    madvise(base, bytes, MADV_NOHUGEPAGE);
    return base;
}

/* Address space may be scarce (ulimit -v): ask for less until it is given. */
static struct slab *slab_new(struct stack_class *c) {
    if (c->next_slab == 0)
        c->next_slab = FIRST_SLAB_BYTES;
    size_t bytes = c->next_slab < c->stride ? c->stride : c->next_slab;
    void *base;
    while ((base = slab_map(bytes)) == NULL && bytes > c->stride)
        bytes = bytes / 2 < c->stride ? c->stride : bytes / 2; /* at least one slot */
    if (base == NULL)
        return NULL;
    struct slab *s = calloc(1, sizeof *s);
    if (s == NULL) {
        munmap(base, bytes);
        return NULL;
    }
    if (c->next_slab < SLAB_BYTES)
        c->next_slab *= 4;
    s->base = base;
    s->slots = (uint32_t)(bytes / c->stride);
    s->cls = c;
    s->next = c->slabs;
    c->slabs = s;
    s->all = atomic_load(&pool.all);
    atomic_store_explicit(&pool.all, s, memory_order_release);
    return s;
}

bool stack_mixed;

static size_t g_room(void) {
    return (sizeof(struct g) + 63) & ~(size_t)63;
}

_Static_assert(sizeof(struct g) + COLOURS * COLOUR_STEP + 1024 < PAGE, "the first frames fit too");

static struct g *slot_g(struct slab *s, uint32_t slot) { /* gdb.py knows it, too */
    size_t colour = slot % COLOURS * (size_t)COLOUR_STEP;
    return (struct g *)(void *)(s->base + ((size_t)slot + 1) * s->cls->stride - g_room() - colour);
}

size_t stack_limit(const struct g *g) {
    return g->slab->cls->size;
}

static struct g *slot_init(struct slab *s, uint32_t slot) {
    struct g *g = slot_g(s, slot);
    g->slab = s;
    g->slot = slot;
    g->stack_lo = s->base + (size_t)slot * s->cls->stride + guard_size(s->cls->size);
    g->stack_hi = (char *)g;
    return g;
}

static struct g *slot_released(struct stack_class *c) {
    struct slab *s = c->with_released;
    if (s == NULL)
        return NULL;
    uint32_t slot = s->released[--s->n_released];
    if (s->n_released == 0)
        c->with_released = s->next_released;
    struct g *g = slot_init(s, slot);
    g->next = NULL;
    return g;
}

/* One system call for many slots, 0.74 us each instead of 1.16.  Where there is none (an old
 * kernel, valgrind, which warns at each) it is not asked for again; relaxed: another finds the
 * same. */
static bool advise_many(char *first, size_t stride, size_t len, uint32_t n, int advice) {
    static _Atomic bool missing;
    struct iovec v[FRESH_MAX];
    if (atomic_load_explicit(&missing, memory_order_relaxed))
        return false;
    for (uint32_t i = 0; i < n; i++)
        v[i] = (struct iovec){first + i * stride, len};
    long done = syscall(SYS_process_madvise, SELF, v, n, advice, 0);
    if (done < 0 && errno == ENOSYS)
        atomic_store_explicit(&missing, true, memory_order_relaxed);
    return done == (long)(n * len);
}

/* The first touch of a page costs 2.4 us here when the kernel is told, 2.7 by fault.  Few are
 * taken at first, then a part of what is there already. */
static void slots_ready(struct stack_class *c, char *base, uint32_t n) {
    size_t guard = guard_size(c->size);
    if (n == 1 || pool.guard_kind != 1 ||
        !advise_many(base, c->stride, guard, n, MADV_GUARD_INSTALL))
        for (uint32_t i = 0; i < n; i++)
            guard_slot(base + i * c->stride, guard);
    if (n > 1)
        advise_many(base + c->stride - PAGE, c->stride, PAGE, n, MADV_POPULATE_WRITE);
}

struct range {
    struct slab *slab;
    uint32_t slot, n;
};

/* pool.lock held.  The slots are the caller's; to walks they read as zero, G_UNUSED, for now. */
static void reserve(struct stack_class *c, struct range *r) {
    struct slab *s = c->slabs;
    if (s == NULL || s->used == s->slots)
        s = slab_new(c);
    if (s == NULL)
        return;
    uint32_t slot = s->used, n = slot / 16, left = s->slots - slot;
    n = n < 1 ? 1 : n > FRESH_MAX ? FRESH_MAX : n;
    n = n > left ? left : n;
    atomic_store_explicit(&s->used, slot + n, memory_order_release);
    *r = (struct range){s, slot, n};
}

/* Without pool.lock: the kernel takes 2 us a page, and another processor may want stacks too
 * (100 000 sleepers on two processors: 1.5 us each instead of 2.3). */
static struct g *make(const struct range *r) {
    struct stack_class *c = r->slab->cls;
    slots_ready(c, r->slab->base + (size_t)r->slot * c->stride, r->n);
    struct g *list = NULL;
    for (uint32_t i = r->n; i-- > 0;) {
        struct g *g = slot_init(r->slab, r->slot + i);
        g->next = list;
        list = g;
    }
    list->batch_n = r->n;
    return list;
}

/* pool.lock held.  One that was in use before, or NULL and a range to make some in. */
static struct g *take(struct stack_class *c, struct range *r) {
    struct g *g = c->batches;
    if (g != NULL) {
        c->batches = g->wait_on;
        g->wait_on = NULL;
        return g;
    }
    g = slot_released(c);
    if (g != NULL)
        return g;
    reserve(c, r);
    return NULL;
}

/* size 0: the usual one.  May return a list by next: the rest is for the caller's cache.
 * Where address space is limited (ulimit -v) a big stack is made smaller. */
struct g *stack_alloc(size_t size) {
    size_t usual = stack_size_now();
    struct range r = {NULL, 0, 0};
    int saved = errno; /* of a goroutine that is about to park; old kernels refuse some calls */
    lock_take(&pool.lock, RANK_STACK);
    struct g *g = take(size == 0 ? pool.now : class_for(size), &r);
    while (g == NULL && r.slab == NULL && size > usual) {
        size = size / 2 > usual ? size / 2 : usual;
        g = take(class_for(size), &r);
    }
    lock_drop(&pool.lock);
    if (g == NULL && r.slab == NULL)
        fatal_refused(stride_of(usual),
                      "out of memory: no address space for a goroutine stack of %zu bytes", usual);
    if (g == NULL)
        g = make(&r);
    errno = saved;
    return g;
}

bool stack_is_usual(struct g *g) {
    return g->slab->cls == atomic_load_explicit(&pool.now, memory_order_relaxed);
}

/* A list of free Gs of one class. */
void stack_free(struct g *list, uint32_t n) {
    struct stack_class *c = list->slab->cls;
    list->batch_n = n;
    list->freed_at = rt_sched.second;
    lock_take(&pool.lock, RANK_STACK);
    list->wait_on = c->batches;
    c->batches = list;
    lock_drop(&pool.lock);
}

/* ---- giving pages back ---- */
static bool room_for_released(struct slab *s) {
    if (s->released == NULL)
        s->released = malloc(s->slots * sizeof *s->released);
    return s->released != NULL;
}

static void release_slot(struct g *g) {
    struct slab *s = g->slab;
    uint32_t slot = g->slot;
    char *top = s->base + ((size_t)slot + 1) * s->cls->stride;
    char *lo = g->stack_lo;
    if (!room_for_released(s)) {
        stack_free(g, 1);
        return;
    }
    /* g reads as zero from here: G_UNUSED.  Locked pages (mlockall) are not given back. */
    if (madvise(lo, (size_t)(top - lo), MADV_DONTNEED) != 0)
        memset(g, 0, sizeof *g);
    lock_take(&pool.lock, RANK_STACK);
    s->released[s->n_released++] = slot;
    if (s->n_released == 1) {
        s->next_released = s->cls->with_released;
        s->cls->with_released = s;
    }
    lock_drop(&pool.lock);
}

/* The batches below the first old one are older still: the list is last in, first out. */
static struct g *take_old(struct stack_class *c, uint32_t before) {
    struct g **at = (struct g **)&c->batches, *old;
    lock_take(&pool.lock, RANK_STACK);
    while ((old = *at) != NULL && (int32_t)(old->freed_at - before) > 0)
        at = (struct g **)&old->wait_on;
    *at = NULL;
    lock_drop(&pool.lock);
    return old;
}

/* True: some stacks are idle but not for long enough yet. */
bool stack_release_idle(void) {
    bool more = false;
    for (int i = MIN_SHIFT; i <= MAX_SHIFT; i++) {
        struct stack_class *c = &pool.cls[i];
        if (c->batches == NULL)
            continue;
        struct g *batch = take_old(c, rt_sched.second - IDLE_SECONDS);
        while (batch != NULL) {
            struct g *g = batch;
            batch = batch->wait_on;
            while (g != NULL) {
                struct g *next = g->next;
                g->next = NULL;
                release_slot(g);
                g = next;
            }
        }
        more |= c->batches != NULL;
    }
    return more;
}

struct g *stack_find(const void *addr) {
    const char *a = addr;
    struct slab *s = atomic_load_explicit(&pool.all, memory_order_acquire);
    for (; s != NULL; s = s->all) {
        if (a < s->base || a >= s->base + (size_t)s->slots * s->cls->stride)
            continue;
        uint32_t slot = (uint32_t)((size_t)(a - s->base) / s->cls->stride);
        return slot < atomic_load_explicit(&s->used, memory_order_acquire) ? slot_g(s, slot) : NULL;
    }
    return NULL;
}

void stack_each_g(void (*fn)(struct g *g, void *arg), void *arg) {
    struct slab *s = atomic_load_explicit(&pool.all, memory_order_acquire);
    for (; s != NULL; s = s->all) {
        uint32_t used = atomic_load_explicit(&s->used, memory_order_acquire);
        for (uint32_t i = 0; i < used; i++)
            fn(slot_g(s, i), arg);
    }
}

struct lock *stack_pool_lock(void) /* for fork.c */
{
    return &pool.lock;
}
