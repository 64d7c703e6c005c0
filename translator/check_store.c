/* SPDX-License-Identifier: MIT */
/*
 * What a receive is stored to: `v, ok = <-c`, `case v = <-c:`, `for (v = range c)`.  The lowering
 * stores through names of its own, so the host compiler would tell what is wrong with a place in
 * words that the program does not have.  A plain `v = <-c` it sees as written: that is its own.
 */
#include "cc.h"

/* <-c = 1; */
void check_receive_stored_to(struct unit *u, struct node *recv) {
    struct node *n = recv;
    while (n->parent && n->parent->kind == N_PAREN)
        n = n->parent;
    if (!n->parent || n->parent->kind != N_ASSIGN || n->parent->kid != n)
        return;
    diag_error_range(u, recv,
                     "a receive is a value, nothing can be stored to it; "
                     "a send is written '%s <- ...'",
                     check_text(u, recv->kid));
    if (tok_is(u, n->parent->tok, "="))
        diag_fixit(u, n->first, n->parent->tok,
                   arena_printf(u->arena, "%s <-", check_text(u, recv->kid)));
}

/* What is no place, whatever its type is. */
static bool is_value(struct unit *u, struct node *e) {
    switch (e->kind) {
    case N_IDENT:
        return e->sym && (e->sym->kind == S_FUNC || e->sym->kind == S_ENUMERATOR);
    case N_UNARY: /* of the words __real__ makes a place */
        return !tok_is(u, e->tok, "*") && *tok_text(u, e->tok) != '_';
    case N_CONST:
    case N_CALL:
    case N_CAST:
    case N_BINARY:
    case N_COND:
    case N_COMMA:
    case N_ASSIGN:
    case N_POST:
    case N_SIZEOF:
    case N_RECV:
    case N_LABEL_ADDR:
        return true;
    default:
        return false;
    }
}

static void check_place(struct unit *u, struct node *n) {
    struct type *t = expr_type(u, n);
    if (is_value(u, n))
        diag_error_range(u, n, "'%s' is a value, nothing can be stored to it", check_text(u, n));
    else if (t->kind == TY_ARRAY)
        diag_error_range(u, n, "'%s' is an array, only its elements can be assigned to",
                         check_text(u, n));
    else if (t->quals & Q_CONST)
        diag_error_range(u, n, "'%s' is const ('%s'), nothing can be stored to it",
                         check_text(u, n), type_show(u, t));
}

void check_store(struct unit *u, struct node *n) {
    struct node *e = expr_strip(n);
    if (chan_is_discard(u, e))
        return;
    if (e->kind != N_IDENT || e->sym)
        check_place(u, e);
    else if (!check_missed_before(u, e))
        diag_error(u, e->tok, "'%s' undeclared; ':=' declares it",
                   ident_text(u, u->toks[e->tok].ident));
}
