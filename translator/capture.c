/* SPDX-License-Identifier: MIT */
/*
 * Which variables of the outside a block of `go` or `defer` uses, and how.
 *
 * A use is by address if it stands under `&` without a pointer between, or is an array member that
 * decays: in a go block these mean the original, everything else a copy made at the statement.  An
 * array needs no such care, its copy is a pointer to the original's elements; only `&array` does.
 * What is static or extern is always the original.  A defer block sees the variables themselves,
 * unless it stands in a go block and the variable does not: then its plain uses are the
 * goroutine's copy, and those under `&` are the original.  A constexpr object is captured by no
 * block: its declaration is repeated, as an enumeration's, so that it stays constant.
 */
#include "cc.h"

static bool is_beyond(const struct symbol *s, const struct node *block) {
    return s->depth > 0 && (s->tok < block->first || s->tok > block->last);
}

bool capture_is_repeated(struct unit *u, const struct symbol *s, const struct node *block) {
    return s->kind == S_VAR && is_beyond(s, block) && const_is_constexpr(u, s);
}

static bool is_outside(const struct symbol *s, const struct node *block) {
    bool variable = s->kind == S_VAR || s->kind == S_PARAM || s->kind == S_FUNC;
    return variable && is_beyond(s, block);
}

static bool is_base(struct unit *u, struct node *index, struct node *n) {
    return (index->kid == n || index->kid->next == n) && expr_type(u, n)->kind == TY_ARRAY;
}

/* The widest expression around a name that is still that variable or a part of it. */
struct node *capture_object(struct unit *u, struct node *n) {
    for (;;) {
        struct node *up = n->parent;
        bool part = up &&
                    (up->kind == N_PAREN || (up->kind == N_MEMBER && tok_is(u, up->tok - 1, ".")) ||
                     (up->kind == N_INDEX && is_base(u, up, n)));
        if (!part)
            return n;
        n = up;
    }
}

static bool measures(const struct node *n) {
    return n && (n->kind == N_SIZEOF || n->kind == N_SPEC_TYPEOF || n->kind == N_EXPR_STMT);
}

bool capture_takes_address(struct unit *u, struct node *ident) {
    struct node *n = capture_object(u, ident), *up = n->parent;
    bool under = up && up->kind == N_UNARY && tok_is(u, up->tok, "&");
    if (expr_type(u, ident)->kind == TY_ARRAY)
        return under && expr_strip(n) == ident;
    if (expr_type(u, ident)->kind == TY_FUNC)
        return true;
    return under || (expr_strip(n) != ident && expr_type(u, n)->kind == TY_ARRAY && !measures(up));
}

/* A go block within block's function, around block, but not around the declaration. */
static bool crosses_go(const struct symbol *s, struct node *block) {
    for (struct node *n = block->parent; n; n = n->parent)
        if (n->kind == N_GO && stmt_is_block(n) && is_outside(s, n))
            return true;
    return false;
}

static bool is_static(const struct symbol *s) {
    return s->kind == S_FUNC ||
           (s->kind == S_VAR &&
            (s->storage == STORAGE_STATIC || s->is_thread || s->storage == STORAGE_EXTERN));
}

static struct capture **slot_of(const struct captures *list, const struct symbol *s) {
    return &list->slots[s->tok * 2654435761u & (list->nslots - 1)];
}

static void put(struct captures *list, struct capture *c) {
    struct capture **slot = slot_of(list, c->sym);
    c->in_slot = *slot;
    *slot = c;
}

static void grow(struct unit *u, struct captures *list) {
    list->nslots = list->nslots ? list->nslots * 2 : 8;
    list->slots = arena_alloc(u->arena, list->nslots * sizeof(struct capture *));
    for (struct capture *c = list->first; c; c = c->next)
        put(list, c);
}

struct capture *capture_of(const struct captures *list, const struct symbol *s) {
    struct capture *c = list && list->n ? *slot_of(list, s) : NULL;
    while (c && c->sym != s)
        c = c->in_slot;
    return c;
}

static struct capture *capture_get(struct unit *u, struct captures *list, struct node *ident) {
    struct capture *c = capture_of(list, ident->sym);
    if (c)
        return c;
    if (list->n == list->nslots)
        grow(u, list);
    c = arena_alloc(u->arena, sizeof *c);
    c->sym = ident->sym;
    c->tok = ident->tok;
    put(list, c);
    *list->end = c;
    list->end = &c->next;
    list->n++;
    return c;
}

static void capture_use(struct unit *u, struct captures *list, struct node *block, struct node *n) {
    struct capture *c = capture_get(u, list, n);
    bool is_go = block->kind == N_GO;
    bool address = is_static(n->sym) || capture_takes_address(u, n);
    struct lower *l = u->lower;
    if (address && l)
        l->address[n->tok / 8] |= (uint8_t)(1 << n->tok % 8);
    if (!is_go && (is_static(n->sym) || !crosses_go(n->sym, block)))
        address = false; /* every use is the variable itself */
    if (address)
        c->by_address = true;
    else
        c->by_value = true;
}

static void capture_walk(struct unit *u, struct captures *list, struct node *block,
                         struct node *n) {
    if (n->kind == N_IDENT && n->sym && is_outside(n->sym, block) &&
        !capture_is_repeated(u, n->sym, block))
        capture_use(u, list, block, n);
    for (struct node *k = n->kid; k; k = k->next)
        capture_walk(u, list, block, k);
}

struct captures *capture_find(struct unit *u, struct node *block) {
    struct captures *list = arena_alloc(u->arena, sizeof *list);
    list->end = &list->first;
    capture_walk(u, list, block, block->kid);
    return list;
}
