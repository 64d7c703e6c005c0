/* SPDX-License-Identifier: MIT */
/*
 * Locks that are copied, threads' mutexes held over a park, thread-local objects used over one.
 *
 *   use(mu);                                     -Wlock-copy: the copy locks nothing
 *   pthread_mutex_lock(&m); v = <-c;             -Wpark-under-lock: its thread runs others now
 *   counter++; <-c; counter++;                   -Wthread-local: perhaps another thread's
 */
#include "cc.h"

#include <string.h>

/* ---- copies ---- */

static const char *lock_name(struct unit *u, struct symbol *s) {
    static const char *const names[] = {"sync_mutex",
                                        "sync_rwmutex",
                                        "sync_waitgroup",
                                        "sync_once",
                                        "sync_map",
                                        "sync_pool",
                                        "sync_cond",
                                        "errgroup_group",
                                        "singleflight_group",
                                        "atomic_int32",
                                        "atomic_int64",
                                        "atomic_uint32",
                                        "atomic_uint64",
                                        "atomic_uintptr",
                                        "atomic_pointer",
                                        "atomic_value",
                                        "pthread_mutex_t",
                                        "pthread_cond_t",
                                        "pthread_rwlock_t",
                                        "pthread_barrier_t",
                                        "mtx_t",
                                        "cnd_t",
                                        NULL};
    const char *text = s ? ident_text(u, s->ident) : "";
    for (const char *const *n = names; *n; n++)
        if (strcmp(*n, text) == 0)
            return *n;
    return NULL;
}

/* The lock that is, or is part of, an object of type t; NULL: none. */
static const char *lock_in(struct unit *u, const struct type *t, int depth) {
    while (t->kind == TY_ARRAY)
        t = t->base;
    if (!type_is_record(t) || depth > 8)
        return NULL;
    const char *name = lock_name(u, t->alias);
    if (!name)
        name = lock_name(u, t->tag);
    struct node *list = t->record ? node_kid(t->record, 0) : NULL;
    for (struct node *d = node_absent(list) ? NULL : list->kid; d && !name; d = d->next) {
        struct node *declrs = d->kind == N_MEMBER_DECL ? node_kid(d, 1) : NULL;
        if (declrs && !declrs->kid)
            name = lock_in(u, specs_type(u, node_kid(d, 0)), depth + 1);
        for (struct node *m = declrs ? declrs->kid : NULL; m && !name; m = m->next)
            name = m->sym ? lock_in(u, symbol_type(u, m->sym), depth + 1) : NULL;
    }
    return name;
}

static bool is_object(struct unit *u, struct node *e) {
    e = expr_strip(e);
    if (!e)
        return false;
    return (e->kind == N_IDENT && e->sym && e->sym->kind != S_FUNC) || e->kind == N_MEMBER ||
           e->kind == N_INDEX || (e->kind == N_UNARY && tok_is(u, e->tok, "*"));
}

static void warn_copy(struct unit *u, struct node *e, const char *how) {
    if (node_absent(e) || !is_object(u, e))
        return;
    struct type *t = expr_type(u, e);
    const char *lock = t->kind == TY_ARRAY ? NULL : lock_in(u, t, 0);
    if (!lock)
        return;
    if (lock_name(u, t->alias) || lock_name(u, t->tag))
        diag_warning(u, "lock-copy", e->first, "%s copies a '%s': use a pointer", how, lock);
    else
        diag_warning(u, "lock-copy", e->first,
                     "%s copies a '%s', which contains a '%s': use a pointer", how, type_show(u, t),
                     lock);
}

static void warn_param(struct unit *u, struct node *param) {
    struct type *t = param->sym ? symbol_type(u, param->sym) : NULL;
    struct node *func = node_enclosing(param, N_FUNC);
    const char *lock = t && func ? lock_in(u, t, 0) : NULL;
    if (!lock || param->sym->depth != 1 || param->first > node_kid(func, 1)->last)
        return;
    diag_warning(u, "lock-copy", param->first,
                 "a parameter of type '%s' copies a '%s': use a pointer", type_show(u, t), lock);
}

/* ---- a park under a mutex of pthreads ---- */

static struct node *locking_call(struct unit *u, struct node *item) {
    static const char *const names[] = {"pthread_mutex_lock",
                                        "pthread_rwlock_wrlock",
                                        "pthread_rwlock_rdlock",
                                        "pthread_spin_lock",
                                        "mtx_lock",
                                        NULL};
    struct node *e = item->kind == N_EXPR_STMT ? expr_strip(node_kid(item, 0)) : NULL;
    return e && e->kind == N_CALL && warn_calls_one(u, e, names) ? e : NULL;
}

static struct symbol *lock_object(struct unit *u, struct node *call) {
    struct node *args = node_kid(call, 1);
    for (uint32_t i = args->first; i <= args->last; i++)
        if (u->toks[i].sym)
            return u->toks[i].sym;
    return NULL;
}

/* Does it unlock, or hand the lock to something that might? */
static bool may_unlock(struct unit *u, struct node *n, struct symbol *lock) {
    uint32_t tok = warn_callee(n);
    if (n->kind == N_DEFER || n->kind == N_FUNC || n->kind == N_GO)
        return false;
    if (n->kind == N_CALL && (!tok || memmem(tok_text(u, tok), u->toks[tok].len, "unlock", 6) ||
                              !lock || warn_mentions(u, n, lock)))
        return true;
    for (struct node *k = n->kid; k; k = k->next)
        if (may_unlock(u, k, lock))
            return true;
    return n->kind == N_GOTO || n->kind == N_LABEL;
}

static void warn_held(struct unit *u, struct node *from, struct node *call) {
    struct symbol *lock = lock_object(u, call);
    for (struct node *n = from->next; n; n = n->next) {
        if (may_unlock(u, n, lock))
            return;
        uint32_t park = warn_park(u, n);
        if (!park)
            continue;
        diag_warning(u, "park-under-lock", park,
                     "the goroutine may park here while it holds a mutex of pthreads: the thread "
                     "then runs other goroutines");
        diag_note(u, call->first, "locked here; a sync_mutex may be held over a park");
        return;
    }
}

static void warn_block(struct unit *u, struct node *block) {
    for (struct node *n = block->kid; n; n = n->next) {
        struct node *call = locking_call(u, n);
        if (call)
            warn_held(u, n, call);
    }
}

void warn_lock(struct unit *u, struct node *n) {
    struct node *args;
    switch (n->kind) {
    case N_CALL:
        args = node_kid(n, 1);
        for (struct node *a = args ? args->kid : NULL; a; a = a->next)
            warn_copy(u, a, "the argument");
        break;
    case N_ASSIGN:
        warn_copy(u, node_kid(n, 1), "the assignment");
        break;
    case N_DECLR:
        warn_copy(u, node_kid(n, 1), "the initialiser");
        break;
    case N_INIT_LIST:
        for (struct node *i = n->kid; i; i = i->next)
            warn_copy(u, node_initial(i), "the initialiser");
        break;
    case N_DEFINE:
        warn_copy(u, node_kid(n, 0), "the initialiser");
        break;
    case N_SEND:
        warn_copy(u, node_kid(n, 1), "the send");
        break;
    case N_RETURN:
        warn_copy(u, node_kid(n, 0), "the return");
        break;
    case N_PARAM:
        warn_param(u, n);
        break;
    case N_COMPOUND:
        warn_block(u, n);
        break;
    default:
        break;
    }
}

/* ---- thread-local objects ---- */

struct tls_use {
    struct symbol *sym;
    uint32_t first; /* the earliest use in this body */
    bool told;
    struct symbol *target; /* sym is a pointer to it, for ever; NULL: thread-local itself */
    struct tls_use *next;
};

struct tls {
    struct unit *u;
    struct node *body;
    struct tls_use *uses;
    uint32_t parks[64], nparks; /* in order of their tokens */
};

static void tls_walk(struct tls *t, struct node *n, bool report);

static uint32_t park_between(const struct tls *t, uint32_t from, uint32_t to) {
    for (uint32_t i = 0; i < t->nparks; i++)
        if (t->parks[i] > from && t->parks[i] < to)
            return t->parks[i];
    return 0;
}

/* A use and a later park in one loop: the next turn uses it again. */
static uint32_t park_in_loop(const struct tls *t, struct node *use) {
    for (struct node *n = use->parent; n && !stmt_is_body(n); n = n->parent)
        if (stmt_is_loop(n) && park_between(t, use->last, n->last + 1))
            return park_between(t, use->last, n->last + 1);
    return 0;
}

static struct tls_use *tls_get(struct tls *t, struct node *ident) {
    for (struct tls_use *s = t->uses; s; s = s->next)
        if (s->sym == ident->sym)
            return s;
    struct tls_use *s = arena_alloc(t->u->arena, sizeof *s);
    *s = (struct tls_use){ident->sym, ident->tok, false, NULL, t->uses};
    return t->uses = s;
}

static bool is_thread_local(const struct node *n) {
    return n->kind == N_IDENT && n->sym && n->sym->kind == S_VAR && n->sym->is_thread;
}

/* Is it ever changed, or may it be? */
static bool changes(struct unit *u, struct node *n, struct symbol *s) {
    if (n->kind == N_IDENT && n->sym == s) {
        while (n->parent->kind == N_PAREN)
            n = n->parent;
        bool addressed = n->parent->kind == N_UNARY && tok_is(u, n->parent->tok, "&");
        return addressed || check_is_stored_to(u, n);
    }
    for (struct node *k = n->kid; k; k = k->next)
        if (changes(u, k, s))
            return true;
    return false;
}

/* int *p = &counter; */
static void tls_pointer(struct tls *t, struct node *n) {
    struct node *init = n->sym && (n->kind == N_DECLR || n->kind == N_DEFINE)
                            ? expr_strip(node_kid(n, n->kind == N_DECLR))
                            : NULL;
    if (node_absent(init) || init->kind != N_UNARY || !tok_is(t->u, init->tok, "&") ||
        !is_thread_local(expr_strip(init->kid)) || changes(t->u, t->body, n->sym))
        return;
    struct tls_use *s = arena_alloc(t->u->arena, sizeof *s);
    *s = (struct tls_use){n->sym, n->last, false, expr_strip(init->kid)->sym, t->uses};
    t->uses = s;
}

static bool is_tls_use(const struct tls *t, const struct node *n) {
    bool pointer = false;
    for (struct tls_use *s = t->uses; s && n->kind == N_IDENT && !pointer; s = s->next)
        pointer = s->target && s->sym == n->sym;
    return pointer || is_thread_local(n);
}

static void tls_tell(struct tls *t, const struct tls_use *s, uint32_t tok) {
    const char *name = ident_text(t->u, s->sym->ident);
    if (s->target)
        diag_warning(t->u, "thread-local", tok,
                     "'%s' points to the _Thread_local '%s' and is used over a park: the goroutine "
                     "may have moved to another thread",
                     name, ident_text(t->u, s->target->ident));
    else
        diag_warning(t->u, "thread-local", tok,
                     "'%s' is _Thread_local and used over a park: the goroutine may have moved to "
                     "another thread",
                     name);
}

static void tls_report(struct tls *t, struct node *ident) {
    struct tls_use *s = tls_get(t, ident);
    uint32_t park = park_between(t, s->first, ident->tok);
    if (!park)
        park = park_in_loop(t, ident);
    if (s->told || !park)
        return;
    s->told = true;
    tls_tell(t, s, ident->tok);
    diag_note(t->u, park, "it may park here");
}

/* Another goroutine, or another time: a body of its own. */
static void tls_body(struct unit *u, struct node *body) {
    struct tls t = {.u = u, .body = body};
    for (int report = 0; report < 2; report++)
        for (struct node *k = body->kid; k; k = k->next)
            tls_walk(&t, k, report);
}

static void tls_walk(struct tls *t, struct node *n, bool report) {
    if (stmt_is_body(n)) {
        if (report)
            tls_body(t->u, n);
        return;
    }
    if (!report)
        tls_pointer(t, n);
    if (is_tls_use(t, n)) {
        if (report)
            tls_report(t, n);
        else
            tls_get(t, n);
    }
    bool own = n->kind == N_SEND || n->kind == N_RECV || n->kind == N_CALL || n->kind == N_RANGE ||
               (n->kind == N_SELECT && n->kid);
    uint32_t park = own && !report ? warn_park(t->u, n) : 0;
    if (park && t->nparks < sizeof t->parks / sizeof *t->parks)
        t->parks[t->nparks++] = park;
    for (struct node *k = n->kid; k; k = k->next)
        tls_walk(t, k, report);
}

void warn_thread_local(struct unit *u, struct node *func) {
    if (u->has_thread_locals)
        tls_body(u, func);
}
