/* SPDX-License-Identifier: MIT */
/*
 * Types and constants that are local to a function, written again for the one that is lifted out of
 * it.
 *
 *   void f(void)                          static void f_go1(void *args)
 *   {                                     {
 *       typedef struct { int x; } pair;       typedef struct { int x; } pair;
 *       go {                                  struct f_go1 *g = args; …
 *           pair p = {1}; …                   { pair p = {1}; … }
 *       };                                }
 *   }
 *
 * Where one of them hides another of an outer scope a block stands around it, as in the source.  A
 * type without a tag is lent one meanwhile, for __typeof__(v) says nothing there.
 */
#include "cc.h"

#include <string.h>

/* struct { int x; } v: in the lifted function the type needs a name, __typeof__(v) says nothing. */
static void lend_tag(struct lower *l, struct symbol *s) {
    if (s->ident || l->nlent == (int)(sizeof l->lent / sizeof *l->lent))
        return;
    const char *name = lower_name(l, arena_printf(l->u->arena, "anon%u", ++l->serial));
    s->ident = ident_intern(l->u, name, strlen(name));
    l->lent[l->nlent++] = s;
    s->lent = true;
}

void local_return_tags(struct lower *l, int to) {
    while (l->nlent > to) {
        struct symbol *s = l->lent[--l->nlent];
        s->ident = 0;
        s->lent = false;
    }
}

/* A typedef, or a constant. */
static bool is_repeated_whole(struct lower *l, struct node *decl) {
    struct node *specs = node_kid(decl, 0);
    for (struct node *k = specs ? specs->kid : NULL; k; k = k->next)
        if (k->kind == N_SPEC_WORD &&
            (tok_is(l->u, k->tok, "typedef") || tok_is(l->u, k->tok, "constexpr")))
            return true;
    return false;
}

/* Its definition is part of another one that is repeated. */
static bool is_nested(struct lower *l, struct node *n) {
    struct node *decl = node_enclosing(n, N_DECL);
    return node_enclosing(n, N_SPEC_RECORD) || (decl && is_repeated_whole(l, decl));
}

static void repeat_tag(struct lower *l, struct symbol *s) {
    struct node *n = s->node;
    if (node_absent(node_kid(n, 0)) || is_nested(l, n))
        return;
    lend_tag(l, s);
    if (s->named) {
        emit_glue(l, "%s;\n\t", emit_text(l, n->first, n->last));
        return;
    }
    uint32_t name = tag_place(l, n);
    emit_glue(l, "%s %s%s%s;\n\t", emit_text(l, n->first, name - 1),
              s->lent ? ident_text(l->u, s->ident) : "", s->lent ? " " : "",
              emit_text(l, name, n->last));
}

static void repeat_typedef(struct lower *l, struct symbol *s) {
    struct node *decl = node_enclosing(s->node, N_DECL);
    if (!decl || node_kid(decl, 1)->kid != s->node)
        return; /* came with the first of the declaration */
    for (struct type *t = symbol_type(l->u, s); t; t = t->base)
        if (t->vla)
            return;
    uint32_t last = tok_is(l->u, decl->last, ";") ? decl->last - 1 : decl->last;
    emit_glue(l, "__extension__ %s __attribute__((__unused__));\n\t",
              emit_text(l, decl->first, last));
}

/* Not if something between here and the block has its name. */
static void repeat_constant(struct lower *l, struct symbol *s, struct scope *inner) {
    if (scope_find(inner, s->ident) != s)
        return;
    emit_glue(l, "%s %s;\n\t(void)%s;\n\t", emit_text(l, s->specs->first, s->specs->last),
              emit_text(l, s->node->first, s->node->last), ident_text(l->u, s->ident));
}

static bool is_repeated(struct lower *l, const struct symbol *s) {
    return s->node && (s->kind == S_TYPEDEF || s->kind == S_TAG ||
                       (s->kind == S_VAR && const_is_constexpr(l->u, s)));
}

static void repeat_symbol(struct lower *l, struct symbol *s, struct scope *inner) {
    l->repeated = s->kind == S_TAG ? s->node->first : node_enclosing(s->node, N_DECL)->first;
    if (s->kind == S_TAG)
        repeat_tag(l, s);
    else if (s->kind == S_TYPEDEF)
        repeat_typedef(l, s);
    else if (s->kind == S_VAR)
        repeat_constant(l, s, inner);
    l->repeated = 0;
}

/* Does a name of this scope mean something else that is repeated further out? */
bool local_is_hidden_by(struct lower *l, const struct symbol *s) {
    struct symbol *outer = s->kind == S_TAG ? NULL : scope_find(s->scope->up, s->ident);
    return outer && outer->depth > 0 && (is_repeated(l, outer) || outer->kind == S_ENUMERATOR);
}

/* A block of its own, as the source has it. */
int local_open_block(struct lower *l) {
    emit_glue(l, "{\n\t");
    return 1;
}

void local_close_blocks(struct lower *l, int n) {
    while (n-- > 0)
        emit_glue(l, "\n}");
}

/* typedef struct s *p; struct s { p next; };  the struct is written behind the typedef. */
static uint32_t defined_at(const struct symbol *s) {
    return s->kind == S_TAG ? s->node->first : s->tok;
}

/* Into a list of n, last first. */
static void insert_symbol(struct symbol **list, uint32_t n, struct symbol *s) {
    for (; n && defined_at(list[n - 1]) < defined_at(s); n--)
        list[n] = list[n - 1];
    list[n] = s;
}

/* How many blocks it has opened. */
static int repeat_scope(struct lower *l, struct scope *scope, struct scope *inner,
                        uint32_t before) {
    if (!scope || scope->depth == 0)
        return 0;
    int opened = repeat_scope(l, scope->up, inner, before);
    bool hides = false;
    uint32_t n = 0, count = 0;
    for (struct symbol *s = scope->symbols; s; s = s->next_in_scope)
        count++;
    struct symbol **list = arena_alloc(l->u->arena, (count + 1) * sizeof(struct symbol *));
    for (struct symbol *s = scope->symbols; s; s = s->next_in_scope)
        if ((is_repeated(l, s) || s->kind == S_ENUMERATOR) && defined_at(s) < before) {
            hides = hides || local_is_hidden_by(l, s);
            insert_symbol(list, n++, s);
        }
    opened += hides ? local_open_block(l) : 0;
    while (n--)
        repeat_symbol(l, list[n], inner);
    return opened;
}

static struct scope *scope_around(struct node *n) {
    for (n = n->parent; n; n = n->parent)
        if (n->scope)
            return n->scope;
    return NULL;
}

int local_repeat(struct lower *l, struct node *n, uint32_t before) {
    struct scope *scope = scope_around(n);
    return repeat_scope(l, scope, scope, before);
}

/* A channel's own type is the same everywhere, what it carries may be the function's. */
static bool receives_local_type(struct lower *l, struct node *n) {
    if (n->kind != N_RECV && n->kind != N_RANGE)
        return false;
    struct type *elem = chan_elem(l, node_kid(n, n->kind == N_RANGE));
    return elem && !type_printable_at_file_scope(l->u, elem);
}

static bool is_local_type_use(struct lower *l, struct node *n, struct node *block) {
    struct symbol *s = n->sym;
    if (receives_local_type(l, n))
        return true;
    if (n->kind == N_IDENT && s && capture_is_repeated(l->u, s, block))
        return true;
    bool names = n->kind == N_SPEC_TYPEDEF || n->kind == N_SPEC_RECORD || n->kind == N_SPEC_ENUM ||
                 (n->kind == N_IDENT && s && s->kind == S_ENUMERATOR);
    return names && s && s->depth > 0 && (s->tok < block->first || s->tok > block->last);
}

bool local_is_used(struct lower *l, struct node *n, struct node *block) {
    if (is_local_type_use(l, n, block))
        return true;
    for (struct node *k = n->kid; k; k = k->next)
        if (local_is_used(l, k, block))
            return true;
    return false;
}
