/* SPDX-License-Identifier: MIT */
/*
 * Stores that a defer block must see, whatever faults behind them.
 *
 *   int stage = 0;                       …
 *   defer { report(stage); }             …
 *   stage = 1;                           stage = 1; gocc__keep();
 *   *p = 1;                              *p = 1;
 *   stage = 2;                           gocc__keep(); stage = 2; gocc__keep();
 *
 *   defer report(&stage);                …
 *   set(&stage, 1);                      set(&stage, 1); gocc__keep();
 *   *p = 1;                              *p = 1;
 *
 * To the host compiler a load does not leave the function, so it would drop the first of the
 * stores, or move one over the fault.  gocc__keep, in abi.h, is an empty asm that may read and
 * write all memory.  Only what some defer block names, or a deferred call is given the address
 * of, is looked at: `volatile` would say the same of every use, and would change types;
 * -fnon-call-exceptions would cost every loop of the file its vectors.
 */
#include "cc.h"

/* x of x, x.m, x[i], *x, x->m, (T)x */
static struct node *root_of(struct node *e) {
    for (;;) {
        switch (e->kind) {
        case N_CAST:
            e = node_kid(e, 1);
            break;
        case N_PAREN:
        case N_MEMBER:
        case N_INDEX:
        case N_UNARY:
            e = e->kid;
            break;
        default:
            return e;
        }
    }
}

static bool is_seen(struct node *lvalue) {
    struct node *e = root_of(lvalue);
    return e->kind == N_IDENT && e->sym && e->sym->deferred;
}

/* The x of &x, &x.m, &x[i], and of x and x.m that are arrays; NULL: e is no address of a variable.
 */
static struct node *addressed(struct lower *l, struct node *e) {
    e = expr_strip(e);
    if (e->kind == N_UNARY && tok_is(l->u, e->tok, "&"))
        e = expr_strip(e->kid);
    else if (expr_type(l->u, e)->kind != TY_ARRAY)
        return NULL;
    while ((e->kind == N_MEMBER && tok_is(l->u, e->tok - 1, ".")) ||
           (e->kind == N_INDEX && expr_type(l->u, e->kid)->kind == TY_ARRAY))
        e = expr_strip(e->kid);
    return e->kind == N_IDENT && e->sym ? e : NULL;
}

/* It may be inlined, and then its stores are as good as the caller's. */
static bool may_store(struct lower *l, struct node *call) {
    for (struct node *k = node_kid(call, 1)->kid; k; k = k->next) {
        struct node *x = addressed(l, k);
        if (x && x->sym->deferred)
            return true;
    }
    return false;
}

/* Does evaluating e itself store to what a defer block names?  Statements in it are not asked. */
static bool stores(struct lower *l, struct node *e) {
    bool steps = e->kind == N_POST ||
                 (e->kind == N_UNARY && (tok_is(l->u, e->tok, "++") || tok_is(l->u, e->tok, "--")));
    if ((steps || e->kind == N_ASSIGN || e->kind == N_RECV_OK) && is_seen(e->kid))
        return true;
    if (e->kind == N_RECV_OK && is_seen(e->kid->next))
        return true;
    if (e->kind == N_STMT_EXPR || e->kind == N_SIZEOF || e->kind == N_COMPOUND)
        return false;
    if (e->kind == N_CALL && may_store(l, e))
        return true;
    for (struct node *k = e->kid; k; k = k->next)
        if (stores(l, k))
            return true;
    return false;
}

/* The last statement of a ({ … }) whose value somebody wants must stay its last. */
static bool gives_value(const struct node *n) {
    while (n->parent->kind == N_LABEL)
        n = n->parent;
    const struct node *e = n->parent->parent;
    if (n->next || n->parent->kind != N_COMPOUND || !e || e->kind != N_STMT_EXPR)
        return false;
    for (e = e->parent; e->kind == N_PAREN; e = e->parent)
        ;
    return e->kind != N_EXPR_STMT;
}

static bool is_kept(struct lower *l, struct node *n) {
    return n && n->kind == N_EXPR_STMT && !node_absent(n->kid) && stores(l, n->kid) &&
           !gives_value(n);
}

static struct node *before(struct node *n) {
    struct node *k = n->parent->kid;
    while (k != n && k->next != n)
        k = k->next;
    return k == n ? NULL : k;
}

/* Nothing may sink below a store either. */
static const char *keep_before(struct lower *l, struct node *n) {
    struct node *previous = before(n);
    return previous && !is_kept(l, previous) ? "gocc__keep(); " : "";
}

static uint32_t lower_kept(struct lower *l, struct node *n) {
    bool alone = n->parent->kind != N_COMPOUND;
    emit_glue(l, "%s", alone ? "{ gocc__keep(); " : keep_before(l, n));
    emit_node(l, n);
    emit_glue(l, alone ? " gocc__keep(); }" : " gocc__keep();");
    return n->last;
}

/* The first or third part of a for. */
static uint32_t lower_kept_part(struct lower *l, struct node *e) {
    emit_glue(l, "gocc__keep(), ");
    emit_node(l, e);
    emit_glue(l, ", gocc__keep()");
    return e->last;
}

static uint32_t lower_kept_condition(struct lower *l, struct node *e) {
    emit_glue(l, "(gocc__keep(), ");
    emit_node(l, e);
    emit_glue(l, ")");
    return e->last;
}

static uint32_t lower_kept_body(struct lower *l, struct node *body) {
    if (body->kind != N_COMPOUND) {
        emit_glue(l, "{ gocc__keep(); ");
        emit_node(l, body);
        emit_glue(l, " }");
        return body->last;
    }
    emit_range(l, body->first, body->first);
    emit_glue(l, " gocc__keep();");
    emit_range(l, body->first + 1, body->last);
    return body->last;
}

/* A condition, and the bodies that follow it. */
static void plan_condition(struct lower *l, struct node *e, struct node *body) {
    if (node_absent(e) || !stores(l, e))
        return;
    lower_action(l, e, lower_kept_condition);
    for (; body; body = body->next)
        if (!node_absent(body))
            lower_action_inside(l, body, lower_kept_body);
}

static void plan_part(struct lower *l, struct node *e) {
    if (!node_absent(e) && e->kind != N_DECL && e->kind != N_DEFINE && e->kind != N_RECV_OK &&
        stores(l, e))
        lower_action(l, e, lower_kept_part);
}

/* ---- statements ---- */

static void plan_statement(struct lower *l, struct node *n) {
    switch (n->kind) {
    case N_RECV_OK:
        if (n->parent->kind != N_FOR && n->parent->kind != N_SELECT_CASE && stores(l, n))
            lower_action(l, n, lower_kept);
        break;
    case N_EXPR_STMT:
        if (is_kept(l, n))
            lower_action(l, n, lower_kept);
        break;
    case N_IF:
    case N_WHILE:
        plan_condition(l, n->kid, n->kid->next);
        break;
    case N_RANGE:
        if (!node_absent(n->kid) && is_seen(n->kid))
            lower_action_inside(l, node_kid(n, 2), lower_kept_body);
        break;
    case N_FOR:
        plan_part(l, node_kid(n, 0));
        plan_part(l, node_kid(n, 2));
        plan_condition(l, node_kid(n, 1), node_kid(n, 3));
        break;
    default:
        break;
    }
}

static void plan_statements(struct lower *l, struct node *n) {
    plan_statement(l, n);
    for (struct node *k = n->kid; k; k = k->next)
        if (!stmt_is_body(k))
            plan_statements(l, k);
}

static bool mark_names(struct node *n) {
    if (n->kind == N_IDENT && n->sym && (n->sym->kind == S_VAR || n->sym->kind == S_PARAM))
        n->sym->deferred = true;
    for (struct node *k = n->kid; k; k = k->next)
        mark_names(k);
    return true;
}

static bool mark_addressed(struct lower *l, struct node *call) {
    bool found = false;
    if (call->kind != N_CALL)
        return false;
    for (struct node *k = node_kid(call, 1)->kid; k; k = k->next) {
        struct node *x = addressed(l, k);
        if (x && (x->sym->kind == S_VAR || x->sym->kind == S_PARAM))
            found = x->sym->deferred = true;
    }
    return found;
}

/* Marks what the defers of a body see. */
static bool has_seen(struct lower *l, struct node *n) {
    bool found = false;
    if (n->kind == N_DEFER)
        return stmt_is_block(n) ? mark_names(n->kid) : mark_addressed(l, expr_strip(n->kid));
    for (struct node *k = n->kid; k; k = k->next)
        if (k->kind == N_DEFER || !stmt_is_body(k))
            found = has_seen(l, k) || found;
    return found;
}

void lower_plan_kept(struct lower *l, struct body *b) {
    struct node *code = b->node->kind == N_FUNC ? node_kid(b->node, 3) : b->node->kid;
    if (b->defers && has_seen(l, code))
        plan_statements(l, code);
}
