/* SPDX-License-Identifier: MIT */
/*
 * Divisions of integers by zero panic, also those that the host compiler would not do.
 *
 *   1 / b             1 / gocc__divisor_int(b)
 *   return a / b;     return a / gocc__divisor_int(b);
 *   f(a / b);         f(a / gocc__divisor_int(b));
 *   printf("%d", a / b);    stays, as does *p = a / b;
 *
 * The processor's own trap becomes the panic, so what is surely used stays as it is.  But to C a
 * division by zero has no meaning: gcc computes -1, 0 and 1 divided by b, and b / b, without
 * dividing, and both compilers drop a division whose result nobody wants, also behind a variable or
 * a call of the function that returns it; clang forgets of any that it can work out; and aarch64
 * has no such trap.  There, and beside defers, of which those before it have been pushed and those
 * behind it have not, the divisor is looked at, also in functions without constructs.  What has to
 * be a constant expression stays.
 */
#include "cc.h"

#include <string.h>

static const char *const suffixes[] = {
    [TY_CHAR] = "char",       [TY_SCHAR] = "schar", [TY_UCHAR] = "uchar",   [TY_SHORT] = "short",
    [TY_USHORT] = "ushort",   [TY_INT] = "int",     [TY_UINT] = "uint",     [TY_LONG] = "long",
    [TY_ULONG] = "ulong",     [TY_LLONG] = "llong", [TY_ULLONG] = "ullong", [TY_INT128] = "int128",
    [TY_UINT128] = "uint128",
};

/* Of the function that takes e and returns it; NULL: none does.  Not the promoted type, which would
   let the host compiler warn of conversions that it knows to be harmless. */
static const char *suffix_of(struct lower *l, struct node *e) {
    struct type *t = type_unqual(l->u, expr_type(l->u, e));
    if (expr_bit_field_width(l->u, e) > 31)
        return NULL;
    if (expr_bit_field_width(l->u, e) >= 0)
        return suffixes[TY_INT];
    if (t->kind == TY_BOOL || t->kind == TY_ENUM)
        t = type_promoted(l->u, t);
    return t->kind < sizeof suffixes / sizeof *suffixes ? suffixes[t->kind] : NULL;
}

static bool is_variable(const struct symbol *s) {
    return !s || s->kind == S_VAR || s->kind == S_PARAM;
}

/* Can it be another value the next time?  sizeof, alignments and enumerators cannot. */
static bool varies(struct node *e) {
    if (e->kind == N_SIZEOF || e->kind == N_TYPE_NAME)
        return false;
    if (e->kind == N_CALL || e->kind == N_RECV || (e->kind == N_IDENT && is_variable(e->sym)))
        return true;
    for (struct node *k = e->kid; k; k = k->next)
        if (varies(k))
            return true;
    return false;
}

/* What `/=` converts gcc warns of where its right side begins, so not at glue. */
static uint32_t lower_divisor(struct lower *l, struct node *e) {
    bool begins = e->parent->kind == N_ASSIGN && !l->u->opt->emit_c;
    if (begins)
        emit_word(l, e->first, "(");
    emit_glue(l, "gocc__divisor_%s(", suffix_of(l, e));
    emit_node(l, e);
    emit_glue(l, begins ? "))" : ")");
    return e->last;
}

/* ---- which would not be done ---- */

/* A variable that no other file can read. */
static struct symbol *own_of(struct node *e) {
    struct symbol *s = e->kind == N_IDENT ? e->sym : NULL;
    bool own = s && ((s->func && s->storage == STORAGE_AUTO) ||
                     (s->kind == S_VAR && s->storage == STORAGE_STATIC));
    return own ? s : NULL;
}

static struct symbol *local_of(struct node *e) {
    struct symbol *s = own_of(e);
    return s && s->storage == STORAGE_AUTO ? s : NULL;
}

static bool is_small(struct lower *l, struct node *e) {
    int64_t v;
    struct symbol *s = local_of(e);
    if (s && s->kind == S_VAR && s->node && s->node->kind == N_DECLR)
        e = expr_strip(node_kid(s->node, 1));
    return !node_absent(e) && expr_const(l->u, e, &v) && v >= -1 && v <= 1;
}

static bool is_void_cast(struct lower *l, struct node *n) {
    return n->kind == N_CAST && expr_type(l->u, n)->kind == TY_VOID;
}

/* x, x.m, x[i] */
static bool is_own(struct node *e) {
    e = expr_strip(e);
    while (e->kind == N_MEMBER || e->kind == N_INDEX)
        e = expr_strip(e->kid);
    return own_of(e) != NULL;
}

/* Is n an operand of a function that the system's headers declare?  Of others gcc may see that they
   do not look at it. */
static bool is_given_away(struct lower *l, struct node *n) {
    struct node *call = n->parent->kind == N_LIST ? n->parent->parent : n->parent;
    struct node *callee = call->kind == N_CALL ? expr_strip(call->kid) : NULL;
    return callee && callee->kind == N_IDENT && callee->sym && callee->sym->kind == S_FUNC &&
           l->u->toks[callee->sym->tok].flags & TOK_SYSTEM;
}

/* May nobody ask for the value of n?  A variable that others cannot see may get another one before
   it is read, a function's result be dropped, a condition make no difference. */
static bool is_unwanted(struct lower *l, struct node *n) {
    struct node *p = n->parent;
    if (n->kind == N_ASSIGN && is_own(n->kid))
        return true;
    switch (p->kind) {
    case N_EXPR_STMT:
        return n->kind != N_ASSIGN;
    case N_DECLR:
        return p->sym && p->sym->kind == S_VAR && p->sym->func && p->sym->storage == STORAGE_AUTO;
    case N_RETURN:
        return true;
    case N_ASSIGN:
        return n != p->kid && is_unwanted(l, p);
    case N_CAST:
        return is_void_cast(l, p) || is_unwanted(l, p);
    case N_PAREN:
    case N_BINARY:
    case N_UNARY:
        return is_unwanted(l, p);
    case N_SEND:
        return false;
    default:
        return !is_given_away(l, n);
    }
}

static bool may_be_left_out(struct lower *l, struct node *n) {
    struct node *a = expr_strip(n->kid), *b = expr_strip(n->kid->next);
    return is_small(l, a) || (a->kind == N_IDENT && b->kind == N_IDENT && a->sym == b->sym) ||
           is_unwanted(l, n);
}

static void plan_division(struct lower *l, struct node *n) {
    static const char *const words[] = {"/", "%", "/=", "%="};
    int64_t value;
    bool divides = false;
    for (int i = 0; i < 4; i++)
        divides = divides || tok_is(l->u, n->tok, words[i]);
    if (!divides)
        return;
    struct node *by = n->kid->next;
    if (type_is_integer(expr_type(l->u, n->kid)) && varies(by) && suffix_of(l, by) &&
        !expr_const(l->u, by, &value) && (l->divides_always || may_be_left_out(l, n)))
        lower_action(l, by, lower_divisor);
}

static bool calls_compiler(struct lower *l, struct node *call) {
    struct node *callee = expr_strip(call->kid);
    return callee->kind == N_IDENT && !callee->sym &&
           !strncmp(ident_text(l->u, l->u->toks[callee->tok].ident), "__builtin_", 10);
}

static bool is_static(struct lower *l, struct node *decl) {
    for (struct node *k = node_kid(decl, 0)->kid; k; k = k->next)
        if (k->kind == N_SPEC_WORD &&
            (tok_is(l->u, k->tok, "static") || tok_is(l->u, k->tok, "constexpr")))
            return true;
    return false;
}

/* Constant expressions, and what is not evaluated. */
static bool is_fixed(struct lower *l, struct node *n) {
    switch (n->kind) {
    case N_SIZEOF:
    case N_SPECS:
    case N_STATIC_ASSERT:
    case N_D_ARRAY:
    case N_TYPE_NAME:
    case N_ASM:
        return true;
    case N_DECL:
        return is_static(l, n);
    case N_CALL:
        return calls_compiler(l, n);
    default:
        return false;
    }
}

static bool has_defer(struct node *n) {
    if (n->kind == N_DEFER)
        return true;
    for (struct node *k = n->kid; k; k = k->next)
        if (has_defer(k))
            return true;
    return false;
}

static void plan_divisions(struct lower *l, struct node *n) {
    if (is_fixed(l, n))
        return;
    if (n->kind == N_BINARY || n->kind == N_ASSIGN)
        plan_division(l, n);
    struct node *k = n->kid;
    if (n->kind == N_CASE) /* its labels are constants, the statement is not */
        k = node_kid(n, 2);
    for (; k; k = k->next)
        plan_divisions(l, k);
}

void lower_plan_divisions(struct lower *l, struct node *body) {
    l->divides_always = has_defer(body) || l->u->opt->clang || l->u->opt->aarch64;
    plan_divisions(l, body);
}
