/* SPDX-License-Identifier: MIT */
/* What a name means where.  While parsing, an identifier's entry holds its innermost binding, and a
   trail remembers what each binding hid: closing a scope undoes the trail to the scope's mark, so
   entering and leaving cost nothing and error recovery (lemon destroys the open scopes that it
   pops) comes for free.  Scopes and symbols stay for the passes after parsing. */
#include "c.h"
#include "cc.h"
#include <stdlib.h>

static uint16_t depth_below(const struct scope *up) {
    if (!up)
        return 0;
    return up->depth < UINT16_MAX ? (uint16_t)(up->depth + 1) : UINT16_MAX;
}

struct scope *scope_enter(struct parser *p) {
    struct scope *s = arena_alloc(p->u->arena, sizeof *s);
    s->up = p->scope;
    s->depth = depth_below(p->scope);
    s->mark = p->ntrail;
    return p->scope = s;
}

static struct symbol **binding(struct unit *u, uint32_t ident, bool is_tag) {
    return is_tag ? &u->idents[ident].tag : &u->idents[ident].binding;
}

static void rebind(struct unit *u, uint32_t ident, bool is_tag, struct symbol *sym) {
    *binding(u, ident, is_tag) = sym;
    if (!is_tag)
        u->idents[ident].is_typename = sym && sym->kind == S_TYPEDEF;
}

void scope_leave(struct parser *p, struct scope *s) {
    while (p->ntrail > s->mark) {
        const struct undo *undo = &p->trail[--p->ntrail];
        rebind(p->u, undo->ident, undo->is_tag, undo->old);
    }
    p->scope = s->up;
}

/* Where a type is out of sight the output must not name it; prototypes at file scope matter to
   nobody, for nothing is written there. */
static void note_hidden(const struct parser *p, struct symbol *sym, struct symbol *old) {
    if (!p->func || !old || old->scope == sym->scope)
        return;
    if (old->kind == S_TYPEDEF || old->kind == S_TAG)
        old->hidden = sym->hides = true;
}

static void bind(struct parser *p, struct symbol *sym) {
    bool is_tag = sym->kind == S_TAG;
    if (!sym->ident)
        return;
    note_hidden(p, sym, *binding(p->u, sym->ident, is_tag));
    if (p->ntrail == p->ctrail) {
        p->ctrail = p->ctrail ? p->ctrail * 2 : 256;
        p->trail = xrealloc(p->trail, p->ctrail * sizeof *p->trail);
    }
    p->trail[p->ntrail++] = (struct undo){*binding(p->u, sym->ident, is_tag), sym->ident, is_tag};
    rebind(p->u, sym->ident, is_tag, sym);
}

/* The parameters of a function come back for its body. */
void scope_reenter(struct parser *p, struct scope *s) {
    s->up = p->scope;
    s->depth = depth_below(p->scope);
    s->mark = p->ntrail;
    p->scope = s;
    for (struct symbol *sym = s->symbols; sym; sym = sym->next_in_scope) {
        sym->depth = s->depth;
        sym->func = p->func;
        bind(p, sym);
    }
}

static struct symbol *symbol_new(struct parser *p, uint32_t tok, int kind, struct node *node) {
    struct symbol *sym = arena_alloc(p->u->arena, sizeof *sym);
    sym->kind = (uint8_t)kind;
    sym->depth = p->scope->depth;
    sym->ident = p->u->toks[tok].ident;
    sym->tok = tok;
    sym->node = node;
    sym->func = p->func;
    sym->scope = p->scope;
    sym->next_in_scope = p->scope->symbols;
    p->scope->symbols = sym;
    bind(p, sym);
    return sym;
}

struct symbol *scope_declare(struct parser *p, uint32_t tok, int kind, struct node *node) {
    return symbol_new(p, tok, kind, node);
}

struct symbol *scope_declare_tag(struct parser *p, uint32_t tok, struct node *node) {
    return symbol_new(p, tok, S_TAG, node);
}

/* make, len, cap … live outside every scope: any declaration hides them. */
void scope_predeclare(struct parser *p) {
    struct unit *u = p->u;
    for (uint32_t i = 1; i < u->nidents; i++) {
        if (u->idents[i].contextual != 2)
            continue;
        struct symbol *sym = arena_alloc(u->arena, sizeof *sym);
        sym->kind = S_BUILTIN;
        sym->ident = i;
        u->idents[i].binding = sym;
    }
}

struct symbol *scope_lookup(struct unit *u, uint32_t ident) {
    return u->idents[ident].binding;
}

struct symbol *scope_find(struct scope *s, uint32_t ident) {
    for (; s; s = s->up)
        for (struct symbol *sym = s->symbols; sym; sym = sym->next_in_scope)
            if (sym->ident == ident && sym->kind != S_TAG)
                return sym;
    return NULL;
}
