/* SPDX-License-Identifier: MIT */
/*
 * Contexts that nobody can cancel.
 *
 *   context *ctx = context_with_timeout(parent, d);     -Wlost-cancel, unless ctx is cancelled,
 *   work(ctx);                                          closed, released, or leaves our sight
 *
 * Functions of the library that take a context only read it.  Of the program's own the body is
 * read, if it is in this file; a pointer that goes anywhere else may be cancelled there.
 */
#include "cc.h"

#include <string.h>

enum fate { KEPT, GONE }; /* only read; cancelled, or out of sight */

static enum fate fate_of(struct unit *u, struct symbol *s, struct node *within, int depth);

static bool is_maker(struct unit *u, struct node *e) {
    static const char *const names[] = {"context_with_cancel",
                                        "context_with_cancel_cause",
                                        "context_with_timeout",
                                        "context_with_timeout_cause",
                                        "context_with_deadline",
                                        "context_with_deadline_cause",
                                        NULL};
    return e && e->kind == N_CALL && warn_calls_one(u, e, names);
}

static struct node *definition(struct unit *u, uint32_t name) {
    for (struct node *f = u->root->kid; f; f = f->next)
        if (f->kind == N_FUNC && f->sym && f->sym->ident == u->toks[name].ident)
            return f;
    return NULL;
}

static struct symbol *param_of(struct node *func, int index) {
    struct node *d = node_kid(func, 1);
    while (d && !(d->kind == N_D_FUNC && d->kid && d->kid->kind == N_D_NAME))
        d = d->kid;
    struct node *list = d ? node_kid(d, 1) : NULL;
    struct node *p = list ? node_kid(list, index) : NULL;
    return p && p->kind == N_PARAM ? p->sym : NULL;
}

static enum fate argument_fate(struct unit *u, struct node *call, struct node *arg, int depth) {
    static const char *const enders[] = {"context_cancel", "context_cancel_cause",
                                         "context_close",  "gocc__context_close",
                                         "release",        "retain",
                                         "context_new",    NULL};
    uint32_t callee = warn_callee(call);
    int index = 0;
    if (!callee || warn_calls_one(u, call, enders))
        return GONE;
    struct symbol *s = u->toks[callee].sym;
    if (s && !warn_is_users(u, s->tok))
        return tok_in_gocc_header(u, s->tok) ? KEPT : GONE;
    for (struct node *a = node_kid(call, 1)->kid; a && a != arg; a = a->next)
        index++;
    struct node *func = depth < 4 ? definition(u, callee) : NULL;
    struct symbol *param = func ? param_of(func, index) : NULL;
    return param ? fate_of(u, param, func, depth + 1) : GONE;
}

static enum fate use_fate(struct unit *u, struct node *ident, int depth) {
    struct node *n = ident, *up = n->parent;
    while (up && up->kind == N_PAREN) {
        n = up;
        up = up->parent;
    }
    if (!up)
        return GONE;
    if (up->kind == N_LIST && up->parent && up->parent->kind == N_CALL)
        return argument_fate(u, up->parent, n, depth);
    if (up->kind == N_ASSIGN && up->kid == n)
        return is_maker(u, expr_strip(node_kid(up, 1))) && up->parent->kind == N_EXPR_STMT ? KEPT
                                                                                           : GONE;
    bool compared = up->kind == N_BINARY && (tok_is(u, up->tok, "==") || tok_is(u, up->tok, "!="));
    return compared || (up->kind == N_UNARY && tok_is(u, up->tok, "!")) ? KEPT : GONE;
}

static enum fate fate_of(struct unit *u, struct symbol *s, struct node *within, int depth) {
    if (within->kind == N_IDENT && within->sym == s)
        return use_fate(u, within, depth);
    for (struct node *k = within->kid; k; k = k->next)
        if (fate_of(u, s, k, depth) == GONE)
            return GONE;
    return KEPT;
}

/* The variable that `maker` is stored in at once; NULL: it goes elsewhere. */
static struct symbol *variable_of(struct node *maker) {
    struct node *n = maker, *up = n->parent;
    while (up && up->kind == N_PAREN) {
        n = up;
        up = up->parent;
    }
    struct node *target = up && up->kind == N_ASSIGN && node_kid(up, 1) == n ? expr_strip(up->kid)
                                                                             : NULL;
    struct symbol *s = target ? target->kind == N_IDENT ? target->sym : NULL
                       : up && (up->kind == N_DECLR || up->kind == N_DEFINE) ? up->sym
                                                                             : NULL;
    return s && s->kind == S_VAR && s->depth > 0 && s->storage == STORAGE_AUTO ? s : NULL;
}

/* A return that comes before the first use by which the context may end, in a statement that does
 * not look at it. */
static struct node *first_return(struct node *n, uint32_t from, uint32_t to) {
    if (n->kind == N_RETURN && n->first > from && n->last < to)
        return n;
    for (struct node *k = stmt_is_body(n) && n->kind != N_FUNC ? NULL : n->kid; k; k = k->next) {
        struct node *r = first_return(k, from, to);
        if (r)
            return r;
    }
    return NULL;
}

static uint32_t first_end(struct unit *u, struct symbol *s, struct node *n) {
    if (n->kind == N_IDENT && n->sym == s && n->tok != s->tok)
        return use_fate(u, n, 0) == GONE ? n->first : 0;
    for (struct node *k = n->kid; k; k = k->next) {
        uint32_t at = first_end(u, s, k);
        if (at)
            return at;
    }
    return 0;
}

/* Only of a variable that is made where it is declared, and of a return in the same block or in one
 * within it: what lies between the two is not jumped into. */
static void warn_early_return(struct unit *u, struct symbol *s, struct node *maker) {
    struct node *block = node_enclosing(maker, N_COMPOUND);
    uint32_t end = block ? first_end(u, s, block) : 0;
    struct node *r = end ? first_return(block, maker->last, end) : NULL;
    if (!r || s->tok > maker->first)
        return;
    for (struct node *n = r; n != block; n = n->parent)
        if (n->kind == N_SWITCH || n->kind == N_SELECT || node_is_label(n) ||
            warn_mentions(u, n, s))
            return;
    diag_warning(u, "lost-cancel", r->first,
                 "this return leaves the context '%s' alive: nobody can cancel it any more",
                 ident_text(u, s->ident));
    diag_note(u, maker->first,
              "made here; 'defer context_close(%s);' right after it ends it on "
              "every way out",
              ident_text(u, s->ident));
}

/* The statement that drops it at once, perhaps after a cast to void. */
static bool is_dropped(struct node *n) {
    for (n = n->parent; n && (n->kind == N_PAREN || n->kind == N_CAST); n = n->parent)
        ;
    return n && n->kind == N_EXPR_STMT;
}

static void find_makers(struct unit *u, struct node *func, struct node *n) {
    for (struct node *k = n->kid; k; k = k->next)
        find_makers(u, func, k);
    if (!is_maker(u, n))
        return;
    if (is_dropped(n)) {
        diag_warning(u, "lost-cancel", n->first, "the context made here can never be cancelled");
        return;
    }
    struct symbol *s = variable_of(n);
    if (!s)
        return;
    if (fate_of(u, s, func, 0) == GONE) {
        warn_early_return(u, s, n);
        return;
    }
    const char *name = ident_text(u, s->ident);
    diag_warning(
        u, "lost-cancel", n->first,
        "the cancel of context '%s' is never called: 'defer context_close(%s);' cancels and "
        "releases it",
        name, name);
}

void warn_contexts(struct unit *u, struct node *func) {
    if (scope_lookup(u, ident_intern(u, "context_close", 13))) /* there is a <gocc/context.h> */
        find_makers(u, func, func);
}
