/* SPDX-License-Identifier: MIT */
/*
 * range over a channel, and over an integer.
 *
 *   for (v := range c) use(v);     { gocc__chan_int_t c1 = c; int v;
 *                                    while (gocc__chan_recv_ok(c1, &v)) use(v); }
 *   for (x = range c) use(x);      { gocc__chan_int_t c1 = c; int v;
 *                                    while (gocc__chan_recv_ok(c1, &v)) { x = v; use(x); } }
 *   for (i := range n) f(i);       for (int n1 = n, i = 0; i < n1; i++) f(i);
 *   for (i := range 3) f(i);       for (int i = 0; i < 3; i++) f(i);
 *
 * The operand is evaluated once.  A plain `=` goes through a variable, for the last, failing
 * receive must not change the user's.  Where the body changes the counter, or takes its address,
 * each turn has a variable of its own.
 */
#include "cc.h"

struct range {
    struct node *lhs, *operand, *body;
    bool defines;
    struct type *type; /* element, or of the counter */
    const char *over;  /* the operand's variable */
};

static struct range range_parts(struct lower *l, struct node *n) {
    struct range r = {.operand = node_kid(n, 1), .body = node_kid(n, 2)};
    struct node *lhs = node_kid(n, 0);
    if (!node_absent(lhs) && !chan_is_discard(l->u, lhs)) {
        r.lhs = lhs;
        r.defines = tok_is(l->u, lhs->last + 1, ":=");
    }
    return r;
}

static const char *ident_of(struct lower *l, struct node *n) {
    return ident_text(l->u, l->u->toks[n->tok].ident);
}

static void take_operand(struct lower *l, struct range *r, struct type *t, const char *name) {
    r->over = lower_name(l, name);
    emit_glue(l, "{ %s", lower_type(l, t, r->over));
    lower_equals_here(l, r->operand->first);
    emit_node(l, r->operand);
    emit_glue(l, "; ");
}

static void body_after(struct lower *l, struct range *r, const char *value) {
    emit_glue(l, "{ ");
    emit_node(l, r->lhs);
    lower_equals(l, expr_type(l->u, r->lhs), r->type, r->lhs->last + 1);
    emit_glue(l, "%s; ", value);
    emit_node(l, r->body);
    emit_glue(l, " }");
}

static void range_channel(struct lower *l, struct range *r) {
    struct type *t = type_unqual(l->u, type_decay(l->u, expr_type(l->u, r->operand)));
    bool receives = r->lhs && !chan_is_void(r->type);
    const char *v = receives && r->defines ? ident_of(l, r->lhs) : lower_name(l, "v");
    take_operand(l, r, t, "c");
    if (receives && r->defines)
        lower_declare(l, r->type, r->lhs->tok);
    else if (receives)
        emit_glue(l, "%s", lower_type(l, r->type, v));
    emit_glue(l, "%swhile (gocc__chan_recv_ok(%s, %s%s)) ", receives ? "; " : "", r->over,
              receives ? "&" : "(void *)0", receives ? v : "");
    if (receives && !r->defines) {
        body_after(l, r, v);
    } else {
        emit_node(l, r->body);
    }
    emit_glue(l, " }");
}

/* A use of the counter that only reads it. */
static bool only_reads(struct lower *l, struct node *n) {
    struct node *up = n->parent;
    switch (up->kind) {
    case N_ASSIGN:
    case N_RECV_OK:
    case N_RANGE:
        return up->kid != n && up->kid->next != n;
    case N_PAREN:
        return only_reads(l, up);
    case N_POST:
        return false;
    case N_UNARY:
        return !tok_is(l->u, up->tok, "++") && !tok_is(l->u, up->tok, "--") &&
               !tok_is(l->u, up->tok, "&");
    default:
        return true;
    }
}

static bool changes(struct lower *l, struct node *n, struct symbol *s) {
    if (n->kind == N_ASM || (n->kind == N_DEFER && stmt_is_block(n)))
        return true;
    if (n->kind == N_IDENT && n->sym == s && !only_reads(l, n))
        return true;
    for (struct node *k = n->kid; k; k = k->next)
        if (changes(l, k, s))
            return true;
    return false;
}

static bool is_constant(const struct node *e) {
    return e->kind == N_CONST || (e->kind == N_IDENT && e->sym && e->sym->kind == S_ENUMERATOR);
}

/* C89 declares nothing in the head of a loop. */
static const char *head_of_old(struct lower *l, struct range *r, uint32_t name, const char *i) {
    take_operand(l, r, r->type, "n");
    if (name)
        lower_declare(l, r->type, name);
    else
        emit_glue(l, "%s", lower_type(l, r->type, i));
    emit_glue(l, "; for (%s = 0; %s < %s; %s++) ", i, i, r->over, i);
    return " }";
}

/* Up to the body; name is the user's counter, 0: i is one of ours.  Returns what closes it all. */
static const char *loop_head(struct lower *l, struct range *r, uint32_t name, const char *i) {
    if (l->u->opt->std < 199901)
        return head_of_old(l, r, name, i);
    bool constant = is_constant(r->operand);
    emit_glue(l, "for (");
    if (!constant) {
        r->over = lower_name(l, "n");
        emit_glue(l, "%s", lower_type(l, r->type, r->over));
        lower_equals_here(l, r->operand->first);
        emit_node(l, r->operand);
        emit_glue(l, ", ");
    } else if (name) {
        lower_declare(l, r->type, name);
    } else {
        emit_glue(l, "%s", lower_type(l, r->type, i));
    }
    if (!constant && name)
        emit_range(l, name, name);
    emit_glue(l, "%s = 0; %s < ", constant || name ? "" : i, i);
    if (constant)
        emit_node(l, r->operand);
    emit_glue(l, "%s; %s++) ", constant ? "" : r->over, i);
    return "";
}

static void range_integer(struct lower *l, struct range *r) {
    bool own = r->lhs && r->defines && r->lhs->sym && !changes(l, r->body, r->lhs->sym);
    const char *i = own ? ident_of(l, r->lhs) : lower_name(l, "i");
    const char *end = loop_head(l, r, own ? r->lhs->tok : 0, i);
    if (own || !r->lhs) {
        emit_node(l, r->body);
    } else if (!r->defines) {
        body_after(l, r, i);
    } else {
        emit_glue(l, "{ ");
        lower_declare(l, r->type, r->lhs->tok);
        emit_glue(l, " = %s; ", i);
        emit_node(l, r->body);
        emit_glue(l, " }");
    }
    emit_glue(l, "%s", end);
}

uint32_t lower_range(struct lower *l, struct node *n) {
    struct range r = range_parts(l, n);
    r.type = chan_elem(l, r.operand);
    if (r.type) {
        range_channel(l, &r);
    } else {
        r.type = type_unqual(l->u, expr_type(l->u, r.operand));
        range_integer(l, &r);
    }
    return n->last;
}
