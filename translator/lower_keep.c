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
 *   if ((stage = 3)) *p = 1;             if (({ gocc__keep(); __auto_type v = ((stage = 3));
 *                                               gocc__keep(); v; })) *p = 1;
 *
 * To the host compiler a load does not leave the function, so it would drop the first of the
 * stores, or move one over the fault.  gocc__keep, in abi.h, is an empty asm that may read and
 * write all memory.  Only what some defer block names, or a deferred call is given the address
 * of, is looked at: `volatile` would say the same of every use, and would change types;
 * -fnon-call-exceptions would cost every loop of the file its vectors.
 *
 * A variable of the file may be stored to by a function that is called and inlined, so that a call
 * of one that does is such a store.  What a function without a defer stores before it faults itself
 * is not kept: every store of every function would have to be.
 *
 * Where a pointer to such a variable is made (but for a mere argument, `f(&stage)`, or a lock
 * would cost the loops behind it their vectors, too), every store through a pointer may be one to
 * the variable.
 */
#include "cc.h"

/* x of x.m, x[i], *x, x->m, (T)x; else NULL */
static struct node *part_of(struct node *e) {
    switch (e->kind) {
    case N_CAST:
        return node_kid(e, 1);
    case N_PAREN:
    case N_MEMBER:
    case N_INDEX:
    case N_UNARY:
        return e->kid;
    default:
        return NULL;
    }
}

/* *p, p->m, p[i] */
static bool through_pointer(struct lower *l, struct node *e) {
    switch (e->kind) {
    case N_UNARY:
        return tok_is(l->u, e->tok, "*");
    case N_MEMBER:
        return tok_is(l->u, e->tok - 1, "->");
    case N_INDEX:
        return expr_type(l->u, e->kid)->kind != TY_ARRAY;
    default:
        return false;
    }
}

static bool is_seen(struct lower *l, struct node *lvalue);

/* _Generic(x, int: x) */
static bool is_seen_choice(struct lower *l, struct node *generic) {
    bool found = false;
    for (struct node *k = node_kid(generic, 1)->kid; k && !found; k = k->next)
        found = is_seen(l, node_kid(k, 1));
    return found;
}

static bool is_seen(struct lower *l, struct node *lvalue) {
    for (struct node *e = lvalue;; e = part_of(e)) {
        if (l->aliased && through_pointer(l, e))
            return true;
        if (e->kind == N_GENERIC)
            return is_seen_choice(l, e);
        if (!part_of(e))
            return e->kind == N_IDENT && e->sym && e->sym->deferred;
    }
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

static bool steps(struct lower *l, struct node *e) {
    return e->kind == N_POST ||
           (e->kind == N_UNARY && (tok_is(l->u, e->tok, "++") || tok_is(l->u, e->tok, "--")));
}

static bool is_of_file(struct node *lvalue) {
    while (part_of(lvalue))
        lvalue = part_of(lvalue);
    return lvalue->kind == N_IDENT && lvalue->sym && lvalue->sym->depth == 0;
}

/* Does this code store to a variable of the file that a defer block sees?  Calls of calls of calls
   are hardly inlined. */
static bool stores_global(struct lower *l, struct node *n, int depth) {
    if ((steps(l, n) || n->kind == N_ASSIGN) && is_of_file(n->kid) && is_seen(l, n->kid))
        return true;
    struct symbol *f = n->kind == N_CALL ? expr_strip(n->kid)->sym : NULL;
    if (f && depth < 2 && f->kind == S_FUNC && f->node && f->node->kind == N_FUNC &&
        stores_global(l, node_kid(f->node, 3), depth + 1))
        return true;
    for (struct node *k = n->kid; k; k = k->next)
        if (stores_global(l, k, depth))
            return true;
    return false;
}

/* It may be inlined, and then its stores are as good as the caller's. */
static bool may_store(struct lower *l, struct node *call) {
    bool found = l->aliased || (l->sees_globals && stores_global(l, call, 0));
    for (struct node *k = node_kid(call, 1)->kid; k && !found; k = k->next) {
        struct node *x = addressed(l, k);
        found = x && x->sym->deferred;
    }
    return found;
}

/* Does evaluating e itself store to what a defer block names?  Statements in it are not asked. */
static bool stores(struct lower *l, struct node *e) {
    if ((steps(l, e) || e->kind == N_ASSIGN || e->kind == N_RECV_OK) && is_seen(l, e->kid))
        return true;
    if (e->kind == N_RECV_OK && is_seen(l, e->kid->next))
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
    switch (n->kind) {
    case N_EXPR_STMT:
        return !node_absent(n->kid) && stores(l, n->kid) && !gives_value(n);
    case N_ASM:
        return !gives_value(n);
    case N_RECV_OK:
    case N_DECL:
    case N_DEFINE:
        return n->parent->kind != N_FOR && n->parent->kind != N_SELECT_CASE && stores(l, n);
    default:
        return false;
    }
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
    bool braces = alone && n->kind != N_DECL && n->kind != N_DEFINE;
    if (alone)
        emit_glue(l, braces ? "{ gocc__keep(); " : "gocc__keep(); ");
    else
        emit_glue(l, "%s", keep_before(l, n));
    emit_node(l, n);
    emit_glue(l, braces ? " gocc__keep(); }" : " gocc__keep();");
    return n->last;
}

/* The first or third part of a for. */
static uint32_t lower_kept_part(struct lower *l, struct node *e) {
    emit_glue(l, "gocc__keep(), ");
    emit_node(l, e);
    emit_glue(l, ", gocc__keep()");
    return e->last;
}

static uint32_t lower_kept_operand(struct lower *l, struct node *e) {
    emit_glue(l, "(gocc__keep(), ");
    emit_node(l, e);
    emit_glue(l, ")");
    return e->last;
}

/* What comes behind it may not be known: bodies, other variables. */
static uint32_t lower_kept_value(struct lower *l, struct node *e) {
    enum type_kind kind = expr_type(l->u, e)->kind;
    if (kind == TY_VOID || kind == TY_UNKNOWN)
        return lower_kept_operand(l, e);
    const char *v = lower_name(l, "v");
    emit_glue(l, "__extension__ ({ gocc__keep(); __auto_type %s = (", v);
    emit_node(l, e);
    emit_glue(l, "); gocc__keep(); %s; })", v);
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

static void plan_value(struct lower *l, struct node *e, lower_fn *run) {
    if (!node_absent(e) && stores(l, e))
        lower_action(l, e, run);
}

/* a, b   a && b   a || b: what of it comes last in a, and b */
static void plan_sequence(struct lower *l, struct node *n) {
    struct node *a = n->kid, *b = a->next;
    while (a->kind == n->kind && a->op == n->op)
        a = node_kid(a, 1);
    if (stores(l, a) || stores(l, b))
        lower_action(l, b, lower_kept_operand);
}

static bool is_sequence(struct lower *l, struct node *n) {
    return n->kind == N_COMMA ||
           (n->kind == N_BINARY && (tok_is(l->u, n->tok, "&&") || tok_is(l->u, n->tok, "||")));
}

static void plan_part(struct lower *l, struct node *e) {
    if (!node_absent(e) && e->kind != N_DECL && e->kind != N_DEFINE && e->kind != N_RECV_OK &&
        stores(l, e))
        lower_action(l, e, lower_kept_part);
}

/* int y = (x = 1), z = *p;   for (int i = (x = 1); ...) */
static bool has_more(struct node *declr) {
    struct node *init = node_kid(declr, 1), *decl = declr->parent->parent;
    return init && init->kind != N_INIT_LIST && (declr->next || decl->parent->kind == N_FOR);
}

/* ---- statements ---- */

static void plan_statement(struct lower *l, struct node *n) {
    switch (n->kind) {
    case N_IF:
    case N_WHILE:
    case N_SWITCH:
    case N_COND:
        plan_value(l, n->kid, lower_kept_value);
        break;
    case N_DO:
        plan_value(l, node_kid(n, 1), lower_kept_value);
        break;
    case N_FOR:
        plan_part(l, node_kid(n, 0));
        plan_value(l, node_kid(n, 1), lower_kept_value);
        plan_part(l, node_kid(n, 2));
        break;
    case N_RANGE:
        plan_value(l, node_kid(n, 1), lower_kept_value);
        if (!node_absent(n->kid) && is_seen(l, n->kid))
            lower_action_inside(l, node_kid(n, 2), lower_kept_body);
        break;
    case N_RETURN:
        plan_value(l, n->kid, lower_kept_operand);
        break;
    case N_DECLR:
        if (has_more(n))
            plan_value(l, node_kid(n, 1), lower_kept_value);
        break;
    case N_EXPR_STMT:
        if (gives_value(n))
            plan_value(l, n->kid, lower_kept_value);
        else if (is_kept(l, n))
            lower_action(l, n, lower_kept);
        break;
    default:
        if (is_kept(l, n))
            lower_action(l, n, lower_kept);
        else if (is_sequence(l, n))
            plan_sequence(l, n);
        break;
    }
}

static void plan_statements(struct lower *l, struct node *n) {
    plan_statement(l, n);
    for (struct node *k = n->kid; k; k = k->next)
        if (!stmt_is_body(k))
            plan_statements(l, k);
}

static void mark(struct lower *l, struct symbol *s) {
    s->deferred = true;
    l->sees_globals = l->sees_globals || s->depth == 0;
}

/* Of a block: its own variables end with it. */
static void mark_names(struct lower *l, struct node *block, struct node *n) {
    struct symbol *s = n->kind == N_IDENT ? n->sym : NULL;
    if (s && (s->kind == S_VAR || s->kind == S_PARAM) &&
        (s->tok < block->first || s->tok > block->last))
        mark(l, s);
    for (struct node *k = n->kid; k; k = k->next)
        mark_names(l, block, k);
}

/* p of f(p): what it points to is seen as a variable of the function is. */
static struct node *record_pointer(struct lower *l, struct node *e) {
    struct type *t = expr_type(l->u, e);
    e = expr_strip(e);
    bool found = e->kind == N_IDENT && e->sym && t->kind == TY_POINTER &&
                 (t->base->kind == TY_STRUCT || t->base->kind == TY_UNION);
    return found ? e : NULL;
}

static bool mark_addressed(struct lower *l, struct node *call) {
    bool found = false;
    if (call->kind != N_CALL)
        return false;
    for (struct node *k = node_kid(call, 1)->kid; k; k = k->next) {
        struct node *x = addressed(l, k);
        if (!x)
            x = record_pointer(l, k);
        if (x && (x->sym->kind == S_VAR || x->sym->kind == S_PARAM)) {
            mark(l, x->sym);
            found = true;
        }
    }
    return found;
}

/* Marks what the defers of a body see. */
static bool has_seen(struct lower *l, struct node *n) {
    bool found = false;
    if (n->kind == N_DEFER && !stmt_is_block(n))
        return mark_addressed(l, expr_strip(n->kid));
    if (n->kind == N_DEFER) {
        mark_names(l, n->kid, n->kid);
        return true;
    }
    for (struct node *k = n->kid; k; k = k->next)
        if (k->kind == N_DEFER || !stmt_is_body(k))
            found = has_seen(l, k) || found;
    return found;
}

/* &x.m of the x in it, or x.a that is an array; else NULL */
static struct node *address_around(struct lower *l, struct node *e) {
    while (
        e->parent->kind == N_PAREN ||
        (e->parent->kind == N_MEMBER && tok_is(l->u, e->parent->tok - 1, ".")) ||
        (e->parent->kind == N_INDEX && e->parent->kid == e && expr_type(l->u, e)->kind == TY_ARRAY))
        e = e->parent;
    if (e->parent->kind == N_UNARY && tok_is(l->u, e->parent->tok, "&"))
        return e->parent;
    bool decays = e->parent->kind != N_SIZEOF && e->parent->kind != N_SPEC_TYPEOF;
    return decays && expr_type(l->u, e)->kind == TY_ARRAY ? e : NULL;
}

static bool is_mere_argument(struct lower *l, struct node *e) {
    while (e->parent->kind == N_PAREN || e->parent->kind == N_CAST)
        e = e->parent;
    struct node *call = e->parent->parent;
    return e->parent->kind == N_LIST && call && call->kind == N_CALL &&
           expr_type(l->u, call)->kind != TY_POINTER;
}

static bool has_alias(struct lower *l, struct node *n) {
    if (n->kind == N_IDENT && n->sym && n->sym->deferred) {
        struct node *address = address_around(l, n);
        return address && !is_mere_argument(l, address);
    }
    for (struct node *k = n->kid; k; k = k->next)
        if (k->kind != N_DEFER && !stmt_is_body(k) && has_alias(l, k))
            return true;
    return false;
}

static struct node *code_of(struct body *b) {
    return b->node->kind == N_FUNC ? node_kid(b->node, 3) : b->node->kid;
}

/* What a defer block stores, those that run after it see. */
void lower_plan_kept(struct lower *l) {
    for (struct body *b = l->bodies; b; b = b->next)
        b->seen = (b->defers && has_seen(l, code_of(b))) || b->is_defer;
    for (struct body *b = l->bodies; b; b = b->next) {
        l->aliased = b->seen && has_alias(l, code_of(b));
        if (b->seen)
            plan_statements(l, code_of(b));
    }
}
