/* SPDX-License-Identifier: MIT */
/* What the grammar's actions do for declarations and function definitions.  A name is bound when
   its declarator is complete, so that its initialiser already means it; the specifiers reach the
   symbols when the whole declaration has been read. */
#include "c.h"
#include "cc.h"

static bool is_function(const struct node *d) {
    const struct node *outer = NULL;
    for (; d->kind != N_D_NAME; d = d->kid)
        if (d->kind != N_D_PAREN)
            outer = d;
    return outer && outer->kind == N_D_FUNC;
}

static struct node *function_of(struct node *d) {
    struct node *outer = NULL;
    for (; d->kind != N_D_NAME; d = d->kid)
        if (d->kind != N_D_PAREN)
            outer = d;
    return outer && outer->kind == N_D_FUNC ? outer : NULL;
}

bool specs_have(const struct node *specs, int word) {
    for (const struct node *w = specs->kid; w; w = w->next)
        if (w->kind == N_SPEC_WORD && w->op == word)
            return true;
    return false;
}

static int storage_of(const struct symbol *s, const struct node *specs) {
    if (specs_have(specs, T_STATIC))
        return STORAGE_STATIC;
    if (specs_have(specs, T_EXTERN))
        return STORAGE_EXTERN;
    if (specs_have(specs, T_REGISTER))
        return STORAGE_REGISTER;
    if (s->depth == 0 || s->kind == S_FUNC)
        return STORAGE_EXTERN;
    return STORAGE_AUTO;
}

static void symbol_finish(struct symbol *s, struct node *specs, struct node *declarator) {
    s->specs = specs;
    if (s->kind == S_VAR && is_function(declarator))
        s->kind = S_FUNC;
    s->storage = (uint8_t)storage_of(s, specs);
    s->is_thread = specs_have(specs, T_THREAD);
    if (s->is_thread && s->storage == STORAGE_AUTO)
        s->storage = STORAGE_THREAD;
}

static struct node *empty(struct parser *p, int kind) {
    return ast_node(p, kind, 0, 0, NULL);
}

/* `struct s;` alone declares a new one here, whatever the outer scopes know. */
static void forward_tag(struct parser *p, struct node *specs) {
    struct node *only = specs->kid;
    if (!only || only->next || only->kind != N_SPEC_RECORD || only->kid->kind != N_NONE)
        return;
    if (only->sym->scope != p->scope)
        only->sym = scope_declare_tag(p, only->tok, NULL);
}

struct node *parse_declaration(struct parser *p, struct node *specs, struct node *list,
                               struct span semi, int kind) {
    (void)kind;
    if (!specs)
        specs = empty(p, N_SPECS);
    if (!list)
        forward_tag(p, specs);
    for (struct node *d = list ? list->kid : NULL; d; d = d->next)
        symbol_finish(d->sym, specs, d->kid);
    struct node *n = ast_node(p, N_DECL, 0, 2,
                              (struct node *[]){specs, list ? list : empty(p, N_LIST)});
    return ast_cover(n, semi);
}

/* The function exists before its body is parsed, so that what is declared inside knows it; the
   parameters' scope comes back. */
struct node *parse_func_enter(struct parser *p, struct node *specs, struct node *declr) {
    struct node *declarator = declr->kid, *func = function_of(declarator);
    if (!func && (tok_is(p->u, declr->tok, "go") || tok_is(p->u, declr->tok, "defer") ||
                  tok_is(p->u, declr->tok, "select")))
        parse_statement_outside(p, declr->tok);
    if (!specs)
        specs = empty(p, N_SPECS);
    symbol_finish(declr->sym, specs, declarator);
    struct node *n = ast_node(p, N_FUNC, declr->tok, 2, (struct node *[]){specs, declarator});
    n->sym = declr->sym;
    n->sym->node = n;
    p->func = n;
    if (func && func->scope)
        scope_reenter(p, func->scope);
    else
        scope_enter(p);
    return ast_own(n, p->scope);
}

void parse_func_leave(struct parser *p, struct node *f) {
    scope_leave(p, f->scope);
    p->func = f->sym->func;
}

static void kr_params(struct node *list) {
    for (struct node *decl = list->kid; decl; decl = decl->next)
        for (struct node *d = decl->kind == N_DECL ? decl->kid->next->kid : NULL; d; d = d->next) {
            d->sym->kind = S_PARAM;
            if (d->sym->storage != STORAGE_REGISTER)
                d->sym->storage = STORAGE_AUTO;
        }
}

struct node *parse_func_done(struct parser *p, struct node *f, struct node *kr, struct node *body) {
    if (kr)
        kr_params(kr);
    ast_add(f, kr ? kr : empty(p, N_NONE));
    ast_add(f, body);
    parse_func_leave(p, f);
    return f;
}
