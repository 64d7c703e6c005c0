/* SPDX-License-Identifier: MIT */
/*
 * Tags of the C that the source has not, so that a type can be named wherever a value of it is
 * declared.
 *
 *   chan(struct { int x; }) c;         struct anon1 { int x; }
 *
 *   typedef struct { int x; } job;     typedef struct anon1 { int x; } job;
 *   job := <-jobs;                     struct anon1 job; …     job would be hidden from here on
 *
 *   struct s { int x; };               struct s { int x; };
 *   void f(chan struct s c)
 *   {
 *       struct s { char y; } t;        struct s1 { char y; } t;
 *       x := <-c;                      struct s x; …           struct s would be the inner one
 *   }
 *
 * A typedef for the outer one instead could not be of an enum, which C does not declare ahead.
 */
#include "cc.h"

#include <string.h>

/* The brace, or the colon of `enum : short {`. */
uint32_t tag_place(struct lower *l, struct node *n) {
    uint32_t at = n->first;
    for (int depth = 0; !tok_is(l->u, at, "{"); at++) {
        depth += tok_is(l->u, at, "[") + tok_is(l->u, at, "(");
        depth -= tok_is(l->u, at, "]") + tok_is(l->u, at, ")");
        if (depth == 0 && tok_is(l->u, at, ":"))
            break;
    }
    return at;
}

static uint32_t lower_named(struct lower *l, struct node *n) {
    uint32_t place = tag_place(l, n);
    emit_range(l, n->first, place - 1);
    emit_glue(l, " %s ", ident_text(l->u, n->sym->ident));
    emit_range(l, place, n->last);
    return n->last;
}

static uint32_t lower_renamed(struct lower *l, struct node *n) {
    emit_range(l, n->first, n->tok - 1);
    emit_word(l, n->tok, ident_text(l->u, n->sym->ident));
    if (n->tok < n->last)
        emit_range(l, n->tok + 1, n->last);
    return n->last;
}

static void rename_tag(struct lower *l, struct symbol *s, const char *want) {
    const char *name = lower_global_name(l, want);
    s->ident = ident_intern(l->u, name, strlen(name));
    s->named = true;
}

static bool is_tag(const struct node *n) {
    return (n->kind == N_SPEC_RECORD || n->kind == N_SPEC_ENUM) && n->sym;
}

static void name_record(struct lower *l, struct node *record) {
    rename_tag(l, record->sym, "anon");
    lower_action(l, record, lower_named);
}

static bool names_hidden_type(struct node *declarators) {
    bool hidden = false;
    for (struct node *d = declarators->kid; d; d = d->next)
        hidden = hidden || (d->sym && d->sym->kind == S_TYPEDEF && d->sym->hidden);
    return hidden;
}

/* A typedef that is hidden somewhere may be the only name that the type has. */
static void name_hidden(struct lower *l, struct node *decl) {
    if (l->u->toks[decl->first].flags & TOK_SYSTEM)
        return;
    for (struct node *k = node_kid(decl, 0)->kid; k; k = k->next)
        if (is_tag(k) && !k->sym->ident && names_hidden_type(node_kid(decl, 1)))
            name_record(l, k);
}

static void plan_node(struct lower *l, struct node *n) {
    if (n->kind == N_DECL)
        name_hidden(l, n);
    if (is_tag(n) && n->sym->hides) {
        if (!n->sym->named)
            rename_tag(l, n->sym, ident_text(l->u, n->sym->ident));
        lower_action(l, n, lower_renamed);
    }
    for (struct node *k = n->kid; k; k = k->next)
        plan_node(l, k);
}

void tag_plan(struct lower *l) {
    for (struct node *n = l->u->root->kid; n; n = n->next) {
        if (n->kind == N_FUNC && n->has_construct)
            plan_node(l, n);
        else if (n->kind == N_DECL)
            name_hidden(l, n);
    }
}

/* `chan(struct { int x; }) c;`: no declarator has the struct's type. */
void tag_plan_element(struct lower *l, struct node *spec) {
    struct node *k = spec->kid;
    struct type *t = k->kind == N_TYPE_NAME ? type_name_type(l->u, k) : specs_type(l->u, k);
    while (t->kind == TY_POINTER || t->kind == TY_ARRAY)
        t = t->base;
    struct node *record = type_is_record(t) ? t->record : NULL;
    if (record && is_tag(record) && !record->sym->ident && record->first >= spec->first &&
        record->last <= spec->last)
        name_record(l, record);
}
