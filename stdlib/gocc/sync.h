/* SPDX-License-Identifier: MIT */
/*
 * Package sync.  Zero values are ready to use; none may be copied after its first use.
 * The paths without contention are in this header: one atomic instruction each.
 */
#ifndef GOCC_SYNC_H
#define GOCC_SYNC_H

#include <gocc/base.h>

/* ---- mutex ---- */
typedef struct sync_mutex {
    int32_t state;     /* 0 free; bit 0 locked, 1 somebody waits, 2 it is handed over */
    uint32_t reserved; /* 8 bytes, as Go's */
} sync_mutex;

void gocc__sync_mutex_lock(sync_mutex *m) __attribute__((__visibility__("default")));
void gocc__sync_mutex_unlock(sync_mutex *m, int32_t left)
    __attribute__((__visibility__("default")));
void gocc__sync_mutex_wake(sync_mutex *m) __attribute__((__visibility__("default")));

static __inline__ void sync_mutex_lock(sync_mutex *m) {
    int32_t unlocked = 0;
    if (__builtin_expect(!__atomic_compare_exchange_n(&m->state, &unlocked, 1, 0, __ATOMIC_ACQUIRE,
                                                      __ATOMIC_RELAXED),
                         0))
        gocc__sync_mutex_lock(m);
}

static __inline__ bool sync_mutex_try_lock(sync_mutex *m) {
    int32_t unlocked = 0;
    return __atomic_compare_exchange_n(&m->state, &unlocked, 1, 0, __ATOMIC_ACQUIRE,
                                       __ATOMIC_RELAXED);
}

/* False: it has to be a locked instruction, which is half of the time of a lock and its unlock. */
static __inline__ bool gocc__sync_mutex_store(sync_mutex *m) {
    const uint8_t *quiet = gocc__quiet_at(m);
    if (!gocc__is_quiet(quiet) || __atomic_load_n(&m->state, __ATOMIC_RELAXED) != 1)
        return false;
    GOCC__QUIET_GAP();
    __atomic_store_n(&m->state, 0, __ATOMIC_RELEASE);
    __atomic_signal_fence(__ATOMIC_SEQ_CST); /* the other side fences for both */
    if (__builtin_expect(!gocc__is_quiet(quiet), 0))
        gocc__sync_mutex_wake(m);
    return true;
}

static __inline__ void sync_mutex_unlock(sync_mutex *m) {
    if (gocc__sync_mutex_store(m))
        return;
    int32_t left = __atomic_sub_fetch(&m->state, 1, __ATOMIC_RELEASE);
    if (__builtin_expect(left != 0, 0))
        gocc__sync_mutex_unlock(m, left);
}

/* ---- locker: what can be locked, of whatever type ---- */
typedef struct sync_locker {
    void *object;
    void (*lock)(void *object);
    void (*unlock)(void *object);
} sync_locker;

/* in brackets, for a program may have a macro lock(x) */
static __inline__ void sync_locker_lock(sync_locker l) {
    (l.lock)(l.object);
}

static __inline__ void sync_locker_unlock(sync_locker l) {
    (l.unlock)(l.object);
}

sync_locker sync_mutex_locker(sync_mutex *m) GOCC_SYMBOL(sync_mutex_locker);

/* ---- rwmutex ---- */
typedef struct sync_rwmutex {
    sync_mutex w; /* held by the writer, or by the one who waits for the readers */
    uint32_t writer_sem;
    uint32_t reader_sem;
    int32_t reader_count; /* readers present; less 1 << 30 while a writer is or waits */
    int32_t reader_wait;  /* readers that the waiting writer has still to see leave */
} sync_rwmutex;

void gocc__sync_rwmutex_rlock(sync_rwmutex *rw) __attribute__((__visibility__("default")));
void gocc__sync_rwmutex_runlock(sync_rwmutex *rw, int32_t count)
    __attribute__((__visibility__("default")));

static __inline__ void sync_rwmutex_rlock(sync_rwmutex *rw) {
    int32_t count = __atomic_add_fetch(&rw->reader_count, 1,
                                       GOCC__RACE_ORDER(__ATOMIC_ACQUIRE, __ATOMIC_RELAXED));
    if (__builtin_expect(count < 0, 0))
        gocc__sync_rwmutex_rlock(rw);
    gocc__race_acquire(&rw->reader_sem);
}

static __inline__ void sync_rwmutex_runlock(sync_rwmutex *rw) {
    int32_t count = __atomic_sub_fetch(&rw->reader_count, 1,
                                       GOCC__RACE_ORDER(__ATOMIC_ACQ_REL, __ATOMIC_RELEASE));
    if (__builtin_expect(count < 0, 0))
        gocc__sync_rwmutex_runlock(rw, count);
}

bool sync_rwmutex_try_rlock(sync_rwmutex *rw) GOCC_SYMBOL(sync_rwmutex_try_rlock);
void sync_rwmutex_lock(sync_rwmutex *rw) GOCC_SYMBOL(sync_rwmutex_lock);
bool sync_rwmutex_try_lock(sync_rwmutex *rw) GOCC_SYMBOL(sync_rwmutex_try_lock);
void sync_rwmutex_unlock(sync_rwmutex *rw) GOCC_SYMBOL(sync_rwmutex_unlock);
sync_locker sync_rwmutex_locker(sync_rwmutex *rw) GOCC_SYMBOL(sync_rwmutex_locker);
sync_locker sync_rwmutex_rlocker(sync_rwmutex *rw) GOCC_SYMBOL(sync_rwmutex_rlocker);

/* ---- waitgroup ---- */
typedef struct sync_waitgroup {
    __attribute__((__aligned__(8))) uint64_t state; /* counter << 32 | bubbled << 31 | waiters */
    uint32_t sema;
    uint16_t gocc__bubble; /* of gocc-synctest(3), if bubbled */
} sync_waitgroup;

void gocc__sync_waitgroup_add(sync_waitgroup *wg, int delta, uint64_t state)
    __attribute__((__visibility__("default")));

static __inline__ void sync_waitgroup_add(sync_waitgroup *wg, int delta) {
    uint64_t change = (uint64_t)(int64_t)delta << 32;
    uint64_t state = __atomic_add_fetch(&wg->state, change,
                                        GOCC__RACE_ORDER(__ATOMIC_ACQ_REL, __ATOMIC_RELEASE));
    /* the last: the first one may have to say in which bubble it is */
    if ((int64_t)state < 0 || (uint32_t)state != 0 || (delta > 0 && state == change))
        gocc__sync_waitgroup_add(wg, delta, state);
}

static __inline__ void sync_waitgroup_done(sync_waitgroup *wg) {
    sync_waitgroup_add(wg, -1);
}

void sync_waitgroup_wait(sync_waitgroup *wg) GOCC_SYMBOL(sync_waitgroup_wait);
void sync_waitgroup_go(sync_waitgroup *wg, void (*f)(void *), void *arg)
    GOCC_SYMBOL(sync_waitgroup_go);

/* ---- once ---- */
typedef struct sync_once {
    uint32_t done;
    sync_mutex m;
} sync_once;

void gocc__sync_once_do(sync_once *o, void (*f)(void *), void *arg)
    __attribute__((__visibility__("default"), __cold__));

static __inline__ void sync_once_do(sync_once *o, void (*f)(void *), void *arg) {
    if (__builtin_expect(__atomic_load_n(&o->done, __ATOMIC_ACQUIRE) == 0, 0))
        gocc__sync_once_do(o, f, arg);
}

/* Go returns a function; here it is a handle to call and to release. */
typedef struct gocc__h_sync_oncefunc {
    unsigned gocc__returned; /* 1: f has, and it did not panic */
} sync_oncefunc;
typedef struct gocc__h_sync_oncevalue {
    unsigned gocc__returned;
    void *gocc__value;
} sync_oncevalue;
sync_oncefunc *sync_once_func(void (*f)(void *), void *arg) GOCC_SYMBOL(sync_once_func);
void gocc__sync_oncefunc_call(sync_oncefunc *o)
    __attribute__((__visibility__("default"), __cold__));
static __inline__ void sync_oncefunc_call(sync_oncefunc *o) {
    if (__builtin_expect(__atomic_load_n(&o->gocc__returned, __ATOMIC_ACQUIRE) != 1, 0))
        gocc__sync_oncefunc_call(o);
}
sync_oncevalue *sync_once_value(void *(*f)(void *), void *arg) GOCC_SYMBOL(sync_once_value);
void *gocc__sync_oncevalue_call(sync_oncevalue *o)
    __attribute__((__visibility__("default"), __cold__));
static __inline__ void *sync_oncevalue_call(sync_oncevalue *o) {
    if (__builtin_expect(__atomic_load_n(&o->gocc__returned, __ATOMIC_ACQUIRE) != 1, 0))
        return gocc__sync_oncevalue_call(o);
    return o->gocc__value;
}
typedef struct gocc__h_sync_oncevalues sync_oncevalues;
sync_oncevalues *sync_once_values(void *(*f)(void *, void **second), void *arg)
    GOCC_SYMBOL(sync_once_values);
void *sync_oncevalues_call(sync_oncevalues *o, void **second) GOCC_SYMBOL(sync_oncevalues_call);

/* ---- cond ---- */
typedef struct gocc__h_sync_cond {
    sync_locker l;
    const void *self; /* where it was made: a copy is found out */
    uint32_t gocc__notify[4];
    void *gocc__list[4];
} sync_cond;

sync_cond *sync_new_cond_locker(sync_locker l) GOCC_SYMBOL(sync_new_cond_locker);
sync_cond *sync_new_cond_mutex(sync_mutex *m) GOCC_SYMBOL(sync_new_cond_mutex);
sync_cond *sync_new_cond_rwmutex(sync_rwmutex *rw) GOCC_SYMBOL(sync_new_cond_rwmutex);
/* for the compiler's message about anything else, which names it */
struct sync_mutex_or_sync_rwmutex_pointer_or_sync_locker {
    char gocc__none;
};
sync_cond *gocc__sync_new_cond(struct sync_mutex_or_sync_rwmutex_pointer_or_sync_locker l);
/* clang-format off */
#define sync_new_cond(l)                                                                           \
    (__extension__ _Generic((l),                                                                   \
     sync_mutex *: sync_new_cond_mutex,                                                            \
     sync_rwmutex *: sync_new_cond_rwmutex,                                                        \
     sync_locker: sync_new_cond_locker,                                                            \
     default: gocc__sync_new_cond)(l))
/* clang-format on */
void sync_cond_wait(sync_cond *c) GOCC_SYMBOL(sync_cond_wait);
void sync_cond_signal(sync_cond *c) GOCC_SYMBOL(sync_cond_signal);
void sync_cond_broadcast(sync_cond *c) GOCC_SYMBOL(sync_cond_broadcast);

/* ---- pool ---- */
typedef struct sync_pool {
#ifdef __cplusplus
    void *(*new_)(void *arg);
#else
    void *(*new)(void *arg); /* what an empty pool returns; NULL: NULL */
#endif
    void (*free)(void *item, void *arg); /* lets old items go; NULL: they stay for ever */
    void *arg;
    void *gocc__local;
} sync_pool;

void *sync_pool_get(sync_pool *p) GOCC_SYMBOL(sync_pool_get);
void sync_pool_put(sync_pool *p, const void *item) GOCC_SYMBOL(sync_pool_put);
/* One round of what the collector does in Go: items that lay through two rounds go to free. */
void sync_pool_purge(sync_pool *p) GOCC_SYMBOL(sync_pool_purge);
/* Frees the pool's own memory, and the items if there is a `free`; a zero value again. */
void sync_pool_destroy(sync_pool *p) GOCC_SYMBOL(sync_pool_destroy);

/* ---- map ---- */
typedef struct sync_map {
    uint64_t (*hash)(const void *key); /* NULL: keys are compared as pointers */
    bool (*equal)(const void *key, const void *other);
    void *gocc__body;
} sync_map;

uint64_t sync_map_hash_string(const void *key) GOCC_SYMBOL(sync_map_hash_string);
bool sync_map_equal_string(const void *key, const void *other) GOCC_SYMBOL(sync_map_equal_string);
/* Versions of clang-format break this line at different places. */
/* clang-format off */
#define SYNC_MAP_STRINGS {sync_map_hash_string, sync_map_equal_string, NULL}
/* clang-format on */
/* An integer as a key, and back. */
#define SYNC_MAP_INT(n)       ((void *)(uintptr_t)(n))
#define SYNC_MAP_KEY_INT(key) ((intptr_t)(key))

void *sync_map_load(sync_map *m, const void *key, bool *ok) GOCC_SYMBOL(sync_map_load);
void sync_map_store(sync_map *m, const void *key, const void *value) GOCC_SYMBOL(sync_map_store);
void *sync_map_load_or_store(sync_map *m, const void *key, const void *value, bool *loaded)
    GOCC_SYMBOL(sync_map_load_or_store);
void *sync_map_load_and_delete(sync_map *m, const void *key, bool *loaded)
    GOCC_SYMBOL(sync_map_load_and_delete);
void sync_map_delete(sync_map *m, const void *key) GOCC_SYMBOL(sync_map_delete);
void *sync_map_swap(sync_map *m, const void *key, const void *value, bool *loaded)
    GOCC_SYMBOL(sync_map_swap);
bool sync_map_compare_and_swap(sync_map *m, const void *key, const void *old, const void *value)
    GOCC_SYMBOL(sync_map_compare_and_swap);
bool sync_map_compare_and_delete(sync_map *m, const void *key, const void *old)
    GOCC_SYMBOL(sync_map_compare_and_delete);
void sync_map_range(sync_map *m, bool (*f)(void *key, void *value, void *arg), void *arg)
    GOCC_SYMBOL(sync_map_range);
void sync_map_clear(sync_map *m) GOCC_SYMBOL(sync_map_clear);
/* Frees the map's own memory; nobody may use it at the same time.  An empty map again. */
void sync_map_destroy(sync_map *m) GOCC_SYMBOL(sync_map_destroy);

#endif
