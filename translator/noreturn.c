/* SPDX-License-Identifier: MIT */
/*
 * Which functions are declared not to return.  One that has recovered would: into whatever the
 * host compiler has put behind the call, which it knows to be the caller's end.
 *
 *   void die(int) __attribute__((noreturn));       the words may stand at any declaration
 */
#include "cc.h"

#include <string.h>

static const char *const words[] = {"_Noreturn", "noreturn", "__noreturn__"};
enum { WORDS = sizeof words / sizeof *words };

static bool is_word(struct unit *u, uint32_t tok, const uint32_t idents[WORDS]) {
    uint32_t id = u->toks[tok].ident;
    return id && (id == idents[0] || id == idents[1] || id == idents[2]);
}

static bool opens(struct unit *u, uint32_t tok) {
    return tok_is(u, tok, "(") || tok_is(u, tok, "[") || tok_is(u, tok, "{");
}

static uint32_t group_last(struct unit *u, uint32_t i, uint32_t end) {
    int depth = 0;
    for (; i < end; i++) {
        depth += opens(u, i);
        depth -= tok_is(u, i, ")") || tok_is(u, i, "]") || tok_is(u, i, "}");
        if (depth == 0)
            break;
    }
    return i;
}

static bool is_attribute(struct unit *u, uint32_t i) {
    return tok_is(u, i - 1, "__attribute__") || tok_is(u, i - 1, "__attribute") ||
           (tok_is(u, i, "[") && tok_is(u, i + 1, "["));
}

static bool mentions(struct unit *u, uint32_t i, uint32_t end, const uint32_t idents[WORDS]) {
    while (i < end && !is_word(u, i, idents))
        i++;
    return i < end;
}

/* The words that belong to what is declared: not those of a parameter or a member. */
static bool says_so(struct unit *u, uint32_t i, uint32_t end, const uint32_t idents[WORDS]) {
    if (!mentions(u, i, end, idents))
        return false;
    for (; i < end; i++) {
        if (is_word(u, i, idents))
            return true;
        if (!opens(u, i))
            continue;
        uint32_t last = group_last(u, i, end);
        if (is_attribute(u, i) && mentions(u, i, last, idents))
            return true;
        i = last;
    }
    return false;
}

static void note(struct lower *l, const struct symbol *sym) {
    if (sym && sym->ident < l->nnoreturn)
        l->noreturn[sym->ident] = true;
}

static void note_declarators(struct lower *l, struct node *decl, const uint32_t idents[WORDS]) {
    struct node *d = decl->kid->next->kid;
    bool all = d && says_so(l->u, decl->first, d->first, idents);
    for (; d; d = d->next)
        if (all || says_so(l->u, d->first, d->next ? d->next->first : decl->last + 1, idents))
            note(l, d->sym);
}

static void note_all(struct lower *l) {
    uint32_t idents[WORDS];
    for (int i = 0; i < WORDS; i++)
        idents[i] = ident_intern(l->u, words[i], strlen(words[i]));
    l->nnoreturn = l->u->nidents;
    l->noreturn = arena_alloc(l->u->arena, l->nnoreturn);
    for (struct node *n = l->u->root->kid; n; n = n->next) {
        if (n->kind == N_DECL)
            note_declarators(l, n, idents);
        else if (n->kind == N_FUNC && says_so(l->u, n->first, node_kid(n, 3)->first, idents))
            note(l, n->sym);
    }
}

bool noreturn_declared(struct lower *l, const struct node *func) {
    if (!l->noreturn)
        note_all(l);
    return func->sym && func->sym->ident < l->nnoreturn && l->noreturn[func->sym->ident];
}
