/* SPDX-License-Identifier: MIT */
/*
 * sync.Map: shards by the hash's upper bits, each an open-addressing table behind a mutex, that
 * is read without it.
 *
 * Invariants
 *  - Writers of a shard hold its mutex and make `version` odd before the first change and even
 *    after the last.  A reader that saw the same even version before and after has read one
 *    state of the shard.  After a few rounds it takes the mutex instead, so it cannot starve.
 *  - A table, once read by anybody, is freed only with the map: a grown shard keeps its smaller
 *    tables, which together are no larger than the present one.  So a reader never touches freed
 *    memory, however long it was interrupted.
 *  - Maps with an `equal` compare what keys point to.  A reader may only do that while the key
 *    is in the map, for its owner may free it after delete() has returned.  So a reader that has
 *    to look into a key puts the shard into a guard first, a word that hardly anybody else writes,
 *    and who takes a key out looks through the guards afterwards and waits for the readers it
 *    finds there.  A reader whose guard is taken uses the mutex.  The same pointer, or no slot
 *    with the same hash, need no look into a key and no guard.
 *  - A slot's hash is 0 if it was never used, 1 if its key is gone; keys' hashes are above.
 *    Chains of probes end at a 0, and a table is rebuilt before 3/4 of its slots are not 0.
 *
 * Orders: the reader's loads of slots are relaxed between an acquire load of version and an
 * acquire fence before the second one; the writer's stores are relaxed after a release fence that
 * follows the odd version, and before the release store of the even one (the seqlock of Boehm's
 * "Can seqlocks get along with programming language memory models?").  What a value points to was
 * written before the store: the even version's release orders it before the reader's acquire.
 * A guard is set, and slots are then looked at, in sequentially consistent order; a slot is emptied
 * before the guards are looked at, with a fence between: one of the two sees the other.  A slot's
 * hash is stored after its key (release), so a hash never comes with the key of an older entry,
 * which may be freed.
 *
 * A trie with lock-free writers, as Go has since 1.24, was rejected: without a collector each
 * read would have to announce itself (an RMW or a hazard pointer's fence, 5 to 20 ns), more
 * than the whole read costs where keys are compared as pointers.
 */
#include "std.h"
#include <gocc/sync.h>
#include <sys/auxv.h>

#define SHARDS     64
#define FIRST_CAP  8
#define READ_TRIES 8

enum { SLOT_FREE, SLOT_GONE, HASH_MIN };

struct slot {
    uint64_t hash;
    void *key;
    void *value;
};

struct table {
    struct table *smaller; /* the one before */
    uint64_t mask;
    struct slot slots[];
};

struct shard {
    sync_mutex mu;
    uint32_t version;
    struct table *table;
    uint32_t live, used; /* used: live and gone */
} __attribute__((aligned(64)));

struct body {
    struct shard shards[SHARDS];
};

/* ---- hashing ---- */

#define ODD_A UINT64_C(0xa0761d6478bd642f)
#define ODD_B UINT64_C(0xe7037ed1a0b428db)

/* Drawn by the kernel when the program starts, so nobody outside can choose keys that collide. */
static uint64_t seed;

__attribute__((constructor)) static void seed_init(void) {
    const void *drawn = (const void *)getauxval(AT_RANDOM);
    if (drawn)
        memcpy(&seed, drawn, sizeof seed);
}

/* wyhash's step: both halves of a product. */
static inline uint64_t fold(uint64_t a, uint64_t b) {
    __uint128_t product = (__uint128_t)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint64_t mix(uint64_t x) {
    return fold(x ^ seed ^ ODD_A, ODD_B);
}

static inline uint64_t load8(const char *p) {
    uint64_t v;
    memcpy(&v, p, sizeof v);
    return v;
}

/* Up to 7 characters in one word; n says how many. */
static inline uint64_t load_few(const char *p, size_t n) {
    uint32_t low;
    uint32_t high;
    if (n >= 4) {
        memcpy(&low, p, 4);
        memcpy(&high, p + n - 4, 4);
        return (uint64_t)high << 32 | low;
    }
    if (n == 0)
        return 0;
    return (uint64_t)(unsigned char)p[0] << 16 | (uint64_t)(unsigned char)p[n / 2] << 8 |
           (unsigned char)p[n - 1];
}

uint64_t sync_map_hash_string(const void *key) {
    const char *p = key;
    size_t n = strlen(p);
    uint64_t h = seed ^ n * ODD_A;
    if (n < 8)
        return fold(h ^ load_few(p, n), ODD_B);
    for (const char *last = p + n - 8; p < last; p += 8)
        h = fold(h ^ load8(p), ODD_A);
    return fold(h ^ load8((const char *)key + n - 8), ODD_B);
}

bool sync_map_equal_string(const void *key, const void *other) {
    return strcmp(key, other) == 0;
}

static inline uint64_t hash_of(const sync_map *m, const void *key) {
    uint64_t h = m->hash ? mix(m->hash(key)) : mix((uintptr_t)key);
    return h < HASH_MIN ? h + HASH_MIN : h;
}

/* ---- a table ---- */

static struct table *table_new(uint64_t cap, struct table *smaller) {
    struct table *t = std_alloc(sizeof *t + cap * sizeof(struct slot));
    t->mask = cap - 1;
    t->smaller = smaller;
    return t;
}

static inline bool key_equal(const sync_map *m, const void *a, const void *b) {
    return a == b || (m->equal && m->equal(a, b));
}

/* The key's slot, under the shard's mutex; *room is where a new one would go. */
static struct slot *table_find(const sync_map *m, struct table *t, uint64_t hash, const void *key,
                               struct slot **room) {
    *room = NULL;
    for (uint64_t i = hash;; i++) {
        struct slot *s = &t->slots[i & t->mask];
        if (s->hash == hash && key_equal(m, s->key, key))
            return s;
        if (s->hash < HASH_MIN && !*room)
            *room = s;
        if (s->hash == SLOT_FREE)
            return NULL;
    }
}

/* ---- writing: under the mutex ---- */

static inline void write_begin(struct shard *s) {
    __atomic_store_n(&s->version, s->version + 1, __ATOMIC_RELAXED);
    __atomic_thread_fence(__ATOMIC_RELEASE);
}

static inline void write_end(struct shard *s) {
    __atomic_store_n(&s->version, s->version + 1, __ATOMIC_RELEASE);
}

static inline void slot_set(struct slot *s, uint64_t hash, const void *key, const void *value) {
    __atomic_store_n(&s->key, UNCONST(key), __ATOMIC_RELAXED);
    __atomic_store_n(&s->value, UNCONST(value), __ATOMIC_RELAXED);
    __atomic_store_n(&s->hash, hash, __ATOMIC_RELEASE);
}

static void table_copy(struct table *to, const struct table *from) {
    for (uint64_t i = 0; i <= from->mask; i++) {
        const struct slot *s = &from->slots[i];
        if (s->hash < HASH_MIN)
            continue;
        uint64_t at = s->hash;
        while (to->slots[at & to->mask].hash != SLOT_FREE)
            at++;
        to->slots[at & to->mask] = *s;
    }
}

/* Many slots that are only gone are swept up in the table itself, without a larger one. */
static void table_sweep(struct shard *s) {
    struct table *t = s->table;
    struct table *copy = table_new(t->mask + 1, NULL);
    table_copy(copy, t);
    write_begin(s);
    for (uint64_t i = 0; i <= t->mask; i++)
        slot_set(&t->slots[i], copy->slots[i].hash, copy->slots[i].key, copy->slots[i].value);
    write_end(s);
    free(copy);
}

/* Afterwards one more slot may be used. */
static void shard_make_room(struct shard *s) {
    if (!s->table) {
        __atomic_store_n(&s->table, table_new(FIRST_CAP, NULL), __ATOMIC_RELEASE);
        return;
    }
    uint64_t cap = s->table->mask + 1;
    if (((uint64_t)s->used + 1) * 4 <= cap * 3)
        return;
    if ((uint64_t)s->live * 2 < cap) {
        table_sweep(s);
    } else {
        struct table *larger = table_new(cap * 2, s->table);
        table_copy(larger, s->table);
        /* release: its slots come before; a reader takes the pointer with acquire */
        __atomic_store_n(&s->table, larger, __ATOMIC_RELEASE);
    }
    s->used = s->live;
}

/* ---- the map ---- */

static struct body *map_make(sync_map *m) {
    struct body *made = aligned_alloc(64, sizeof *made);
    if (!made)
        fatal_error("out of memory (map)");
    memset(made, 0, sizeof *made);
    void *none = NULL;
    if (__atomic_compare_exchange_n(&m->gocc__body, &none, made, false, __ATOMIC_ACQ_REL,
                                    __ATOMIC_ACQUIRE))
        return made;
    free(made);
    return none;
}

static inline struct body *map_body(sync_map *m) {
    NIL_CHECK(m);
    struct body *b = __atomic_load_n(&m->gocc__body, __ATOMIC_ACQUIRE);
    return b ? b : map_make(m);
}

static inline struct shard *map_shard(struct body *b, uint64_t hash) {
    return &b->shards[hash >> 58];
}

/* ---- guards ---- */

#define GUARDS 64

static struct guard {
    struct shard *s; /* atomic: somebody compares keys of this shard */
} __attribute__((aligned(64))) guards[GUARDS];
static uint32_t n_guards; /* atomic, a power of two; 0: not yet known */

/* Twice as many as processors: two threads seldom have the same. */
static uint32_t guard_count(void) {
    uint32_t n = __atomic_load_n(&n_guards, __ATOMIC_RELAXED);
    if (__builtin_expect(n == 0, 0)) {
        for (n = 2; n < GUARDS && n < 2 * (uint32_t)gocc_num_cpu();)
            n *= 2;
        __atomic_store_n(&n_guards, n, __ATOMIC_RELAXED);
    }
    return n;
}

static struct guard *guard_mine(void) {
    static _Thread_local char here __attribute__((tls_model("initial-exec")));
    uint64_t h = (uintptr_t)&here * UINT64_C(0x9e3779b97f4a7c15);
    return &guards[(h >> 40) & (guard_count() - 1)];
}

static bool guard_set(struct guard *g, struct shard *s) {
    struct shard *none = NULL;
    return __atomic_compare_exchange_n(&g->s, &none, s, false, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED);
}

static void guard_clear(struct guard *g) {
    __atomic_store_n(&g->s, NULL, __ATOMIC_RELEASE);
}

/* After keys were taken out of s: nobody looks at them any more. */
static void wait_for_readers(const sync_map *m, const struct shard *s) {
    if (!m->equal)
        return;
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    for (uint32_t i = 0, n = guard_count(); i < n; i++) {
        for (int round = 0; __atomic_load_n(&guards[i].s, __ATOMIC_SEQ_CST) == s; round++) {
            if (round < 100)
                spin_once();
            else
                gocc_yield();
        }
    }
}

/* ---- reading ---- */

/* UNSURE: a writer came in between.  COMPARE: what the keys point to decides. */
enum peek { PEEK_UNSURE, PEEK_ABSENT, PEEK_FOUND, PEEK_COMPARE };

/* One look without the mutex; equal may only be given under a guard. */
static inline enum peek shard_peek(struct shard *s, uint64_t hash, const void *key,
                                   bool (*equal)(const void *, const void *), bool by_content,
                                   void **value) {
    enum peek saw = PEEK_ABSENT;
    uint32_t before = __atomic_load_n(&s->version, __ATOMIC_ACQUIRE);
    struct table *t = __atomic_load_n(&s->table, __ATOMIC_ACQUIRE);
    *value = NULL;
    if (!t || before & 1)
        return t ? PEEK_UNSURE : PEEK_ABSENT;
    uint64_t mask = t->mask;
    for (uint64_t i = 0; i <= mask; i++) { /* bounded: a torn table may have no free slot */
        struct slot *slot = &t->slots[(hash + i) & mask];
        uint64_t h = __atomic_load_n(&slot->hash, __ATOMIC_SEQ_CST);
        if (h == SLOT_FREE)
            break;
        if (h != hash)
            continue;
        const void *there = __atomic_load_n(&slot->key, __ATOMIC_RELAXED);
        if (there != key) {
            if (!by_content || (equal && !(there && equal(there, key))))
                continue;
            if (!equal)
                return PEEK_COMPARE;
        }
        *value = __atomic_load_n(&slot->value, __ATOMIC_RELAXED);
        saw = PEEK_FOUND;
        break;
    }
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    return __atomic_load_n(&s->version, __ATOMIC_RELAXED) == before ? saw : PEEK_UNSURE;
}

static bool locked_load(const sync_map *m, struct shard *s, uint64_t hash, const void *key,
                        void **value) {
    struct slot *room;
    sync_mutex_lock(&s->mu);
    struct slot *slot = s->table ? table_find(m, s->table, hash, key, &room) : NULL;
    *value = slot ? slot->value : NULL;
    sync_mutex_unlock(&s->mu);
    return slot != NULL;
}

/* Some more looks, with a guard if it needs one; then the mutex. */
static __attribute__((noinline)) bool patient_load(const sync_map *m, struct shard *s,
                                                   uint64_t hash, const void *key, void **value) {
    struct guard *g = m->equal ? guard_mine() : NULL;
    enum peek saw = PEEK_UNSURE;
    if (!g || guard_set(g, s)) {
        for (int i = 0; saw == PEEK_UNSURE && i < READ_TRIES; i++)
            saw = shard_peek(s, hash, key, m->equal, m->equal != NULL, value);
        if (g)
            guard_clear(g);
    }
    return saw == PEEK_UNSURE ? locked_load(m, s, hash, key, value) : saw == PEEK_FOUND;
}

void *sync_map_load(sync_map *m, const void *key, bool *ok) {
    NIL_CHECK(m);
    struct body *b = __atomic_load_n(&m->gocc__body, __ATOMIC_ACQUIRE);
    void *value = NULL;
    bool found = false;
    if (b) {
        uint64_t hash = hash_of(m, key);
        struct shard *s = map_shard(b, hash);
        enum peek saw = shard_peek(s, hash, key, NULL, m->equal != NULL, &value);
        found = saw == PEEK_FOUND;
        if (__builtin_expect(saw == PEEK_UNSURE || saw == PEEK_COMPARE, 0))
            found = patient_load(m, s, hash, key, &value);
    }
    if (ok)
        *ok = found;
    return value;
}

/* What every change comes down to.  `change` sees the present value and says what to do. */
enum verdict { KEEP, SET, DROP };
struct change {
    enum verdict (*decide)(const struct change *c, bool present, const void *now);
    const void *old;
    const void *value;
};

static void shard_apply(struct shard *s, struct slot *slot, struct slot *room, enum verdict verdict,
                        uint64_t hash, const void *key, const void *value) {
    write_begin(s);
    if (verdict == DROP) {
        slot_set(slot, SLOT_GONE, NULL, NULL);
        s->live--;
    } else if (slot) {
        __atomic_store_n(&slot->value, UNCONST(value), __ATOMIC_RELAXED);
    } else {
        s->used += room->hash == SLOT_FREE;
        s->live++;
        slot_set(room, hash, key, value);
    }
    write_end(s);
}

/* Returns the value before, *present whether there was one, *done whether it was changed. */
static void *map_change(sync_map *m, const void *key, const struct change *c, bool *present,
                        bool *done) {
    uint64_t hash = hash_of(m, key);
    struct shard *s = map_shard(map_body(m), hash);
    struct slot *room;
    sync_mutex_lock(&s->mu);
    shard_make_room(s);
    struct slot *slot = table_find(m, s->table, hash, key, &room);
    void *before = slot ? slot->value : NULL;
    enum verdict verdict = c->decide(c, slot != NULL, before);
    if (verdict != KEEP)
        shard_apply(s, slot, room, verdict, hash, key, c->value);
    sync_mutex_unlock(&s->mu);
    if (verdict == DROP)
        wait_for_readers(m, s);
    if (present)
        *present = slot != NULL;
    if (done)
        *done = verdict != KEEP;
    return before;
}

static enum verdict always_set(const struct change *c, bool present, const void *now) {
    (void)c, (void)present, (void)now;
    return SET;
}

static enum verdict set_if_absent(const struct change *c, bool present, const void *now) {
    (void)c, (void)now;
    return present ? KEEP : SET;
}

static enum verdict drop_if_present(const struct change *c, bool present, const void *now) {
    (void)c, (void)now;
    return present ? DROP : KEEP;
}

static enum verdict set_if_same(const struct change *c, bool present, const void *now) {
    return present && now == c->old ? SET : KEEP;
}

static enum verdict drop_if_same(const struct change *c, bool present, const void *now) {
    return present && now == c->old ? DROP : KEEP;
}

void sync_map_store(sync_map *m, const void *key, const void *value) {
    map_change(m, key, &(struct change){always_set, NULL, value}, NULL, NULL);
}

void *sync_map_swap(sync_map *m, const void *key, const void *value, bool *loaded) {
    return map_change(m, key, &(struct change){always_set, NULL, value}, loaded, NULL);
}

void *sync_map_load_or_store(sync_map *m, const void *key, const void *value, bool *loaded) {
    bool present;
    void *now = sync_map_load(m, key, &present);
    if (!present)
        now = map_change(m, key, &(struct change){set_if_absent, NULL, value}, &present, NULL);
    if (loaded)
        *loaded = present;
    return present ? now : UNCONST(value);
}

void *sync_map_load_and_delete(sync_map *m, const void *key, bool *loaded) {
    return map_change(m, key, &(struct change){drop_if_present, NULL, NULL}, loaded, NULL);
}

void sync_map_delete(sync_map *m, const void *key) {
    sync_map_load_and_delete(m, key, NULL);
}

bool sync_map_compare_and_swap(sync_map *m, const void *key, const void *old, const void *value) {
    bool done;
    map_change(m, key, &(struct change){set_if_same, old, value}, NULL, &done);
    return done;
}

bool sync_map_compare_and_delete(sync_map *m, const void *key, const void *old) {
    bool done;
    map_change(m, key, &(struct change){drop_if_same, old, NULL}, NULL, &done);
    return done;
}

/* ---- all entries ---- */

static struct slot *shard_snapshot(struct shard *s, uint32_t *n) {
    *n = 0;
    sync_mutex_lock(&s->mu);
    struct slot *all = s->live ? std_alloc(s->live * sizeof *all) : NULL;
    for (uint64_t i = 0; all && i <= s->table->mask; i++) {
        if (s->table->slots[i].hash >= HASH_MIN)
            all[(*n)++] = s->table->slots[i];
    }
    sync_mutex_unlock(&s->mu);
    return all;
}

/* The value that this very key has now.  The key is compared as a pointer: what it points to may
 * have been freed since the snapshot, if the entry has been deleted. */
static bool still_there(struct shard *s, struct slot *entry) {
    sync_map by_pointer = {NULL, NULL, NULL};
    return locked_load(&by_pointer, s, entry->hash, entry->key, &entry->value);
}

struct walk {
    struct body *b;
    bool (*f)(void *key, void *value, void *arg);
    void *arg;
    struct slot *all; /* of the shard where it is */
};

static void walk_call(void *walk) {
    struct walk *w = walk;
    bool more = true;
    for (int i = 0; more && i < SHARDS; i++) {
        uint32_t n;
        w->all = shard_snapshot(&w->b->shards[i], &n);
        for (uint32_t j = 0; more && j < n; j++) {
            if (still_there(&w->b->shards[i], &w->all[j]))
                more = w->f(w->all[j].key, w->all[j].value, w->arg);
        }
        free(w->all);
        w->all = NULL;
    }
}

static void walk_end(void *walk) {
    free(((struct walk *)walk)->all);
}

void sync_map_range(sync_map *m, bool (*f)(void *key, void *value, void *arg), void *arg) {
    NIL_CHECK(m);
    struct walk w = {__atomic_load_n(&m->gocc__body, __ATOMIC_ACQUIRE), f, arg, NULL};
    if (w.b)
        call_with_cleanup(walk_call, &w, walk_end); /* f may panic */
}

void sync_map_clear(sync_map *m) {
    NIL_CHECK(m);
    struct body *b = __atomic_load_n(&m->gocc__body, __ATOMIC_ACQUIRE);
    for (int i = 0; b && i < SHARDS; i++)
        sync_mutex_lock(&b->shards[i].mu);
    for (int i = 0; b && i < SHARDS; i++) {
        struct shard *s = &b->shards[i];
        write_begin(s);
        for (uint64_t j = 0; s->table && j <= s->table->mask; j++)
            slot_set(&s->table->slots[j], SLOT_FREE, NULL, NULL);
        s->live = s->used = 0;
        write_end(s);
    }
    for (int i = SHARDS - 1; b && i >= 0; i--) {
        sync_mutex_unlock(&b->shards[i].mu);
        wait_for_readers(m, &b->shards[i]);
    }
}

void sync_map_destroy(sync_map *m) {
    NIL_CHECK(m);
    struct body *b = m->gocc__body;
    for (int i = 0; b && i < SHARDS; i++) {
        for (struct table *t = b->shards[i].table, *smaller; t; t = smaller) {
            smaller = t->smaller;
            free(t);
        }
    }
    free(b);
    m->gocc__body = NULL;
}
