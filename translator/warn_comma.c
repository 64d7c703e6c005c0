/* SPDX-License-Identifier: MIT */
/*
 * Where Go assigns, declares or returns several values at once, C has a comma.
 *
 *   while (v, ok = <-c) …                        -Wreceive-comma
 *   a, b = b, a;  return a, b;                   -Wseveral-values
 *   int v, ok = <-c;
 *
 * What stands left of a comma and does nothing is there to be stored to, or to be returned.
 */
#include "c.h"
#include "cc.h"

#include <string.h>

static struct node *leftmost(struct node *comma) {
    struct node *n = comma;
    while (n->kind == N_COMMA)
        n = n->kid;
    return n;
}

/* The first `=` of a, b = c, d; NULL: none. */
static struct node *first_store(struct unit *u, struct node *n) {
    if (n->kind == N_ASSIGN)
        return tok_is(u, n->tok, "=") ? n : NULL;
    struct node *left = n->kind == N_COMMA ? first_store(u, n->kid) : NULL;
    return n->kind == N_COMMA && !left ? first_store(u, n->kid->next) : left;
}

static bool calls(const struct node *n) {
    if (n->kind == N_CALL || n->kind == N_RECV || n->kind == N_ASSIGN || n->kind == N_POST ||
        n->kind == N_STMT_EXPR)
        return true;
    for (const struct node *k = n->kid; k; k = k->next)
        if (calls(k))
            return true;
    return false;
}

/* A variable, member or element that is named and nothing else. */
static bool does_nothing(struct unit *u, struct node *n) {
    return node_is_lvalue(u, n) && !calls(n) && !(expr_type(u, n)->quals & Q_VOLATILE) &&
           warn_is_users(u, n->first);
}

static bool is_statement(struct node *n) {
    struct node *up = n->parent;
    return up->kind == N_EXPR_STMT ||
           (up->kind == N_FOR && (node_kid(up, 0) == n || node_kid(up, 2) == n));
}

static void warn_several(struct unit *u, struct node *n) {
    struct node *first = leftmost(n), *store = is_statement(n) ? first_store(u, n) : NULL;
    bool returns = n->parent->kind == N_RETURN;
    if (!does_nothing(u, first) && !(returns && first->kind == N_CONST))
        return;
    if (store && store->first > first->first)
        diag_warning(
            u, "several-values", store->tok,
            "'=' stores to '%s' alone, '%s' is left of C's comma: write one assignment for "
            "each variable",
            check_text(u, store->kid), check_text(u, first));
    else if (returns)
        diag_warning(u, "several-values", first->first,
                     "'%s' is not returned, this is C's comma: a function gives one value, further "
                     "ones go through pointers",
                     check_text(u, first));
}

/* A left operand that does nothing is there to be received into. */
static bool warn_receive(struct unit *u, struct node *n) {
    struct node *v = expr_strip(node_kid(n, 0)), *assign = expr_strip(node_kid(n, 1));
    struct node *recv = assign->kind == N_ASSIGN && tok_is(u, assign->tok, "=")
                            ? expr_strip(node_kid(assign, 1))
                            : NULL;
    if (!recv || recv->kind != N_RECV || !node_is_lvalue(u, v))
        return false;
    diag_warning(u, "receive-comma", v->first,
                 "this is C's comma, '%s' is not stored to: a receive that tells of the channel's "
                 "end is a statement of its own",
                 check_text(u, v));
    struct node *loop = n->parent;
    if (loop && loop->kind == N_WHILE && node_kid(loop, 0) == n)
        diag_fixit(u, loop->first, n->last + 1,
                   arena_printf(u->arena, "for (%s = range %s)", check_text(u, v),
                                check_text(u, recv->kid)));
    return true;
}

void warn_comma(struct unit *u, struct node *n) {
    if (!warn_receive(u, n) && n->parent->kind != N_COMMA)
        warn_several(u, n);
}

/* int v, ok = <-c;  of a channel whose values no bool holds. */
void warn_declared_ok(struct unit *u, struct node *decl) {
    struct node *v = node_kid(decl, 1)->kid, *ok = v ? v->next : NULL;
    if (!ok || ok->next || !ok->sym || strcmp(ident_text(u, ok->sym->ident), "ok") != 0 ||
        !node_absent(node_kid(v, 1)))
        return;
    struct node *recv = expr_strip(node_kid(ok, 1));
    if (node_absent(recv) || recv->kind != N_RECV || expr_type(u, recv)->kind == TY_BOOL)
        return;
    diag_warning(u, "several-values", ok->first,
                 "'ok' is what was received, and '%s' is nothing: '%s, ok := %s;' declares both",
                 tok_dup(u, v->tok), tok_dup(u, v->tok), check_text(u, recv));
}
