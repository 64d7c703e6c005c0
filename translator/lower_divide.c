/* SPDX-License-Identifier: MIT */
/*
 * Divisions of integers: by zero they panic, whatever the host compiler makes of them.
 *
 *   a / b      a / gocc__divisor_int(b)
 *   a %= b     a %= gocc__divisor_int(b)
 *
 * To C a division by zero has no meaning: gcc computes 1 / b without dividing, and both compilers
 * drop a division whose result nobody wants.  The look at b costs little beside the division, and a
 * variable that a defer block names has been stored to before it.  What has to be a constant
 * expression stays as it is.
 */
#include "cc.h"

#include <string.h>

static const char *const suffixes[] = {
    [TY_CHAR] = "char",     [TY_SCHAR] = "schar", [TY_UCHAR] = "uchar",   [TY_SHORT] = "short",
    [TY_USHORT] = "ushort", [TY_INT] = "int",     [TY_UINT] = "uint",     [TY_LONG] = "long",
    [TY_ULONG] = "ulong",   [TY_LLONG] = "llong", [TY_ULLONG] = "ullong",
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

static uint32_t lower_divisor(struct lower *l, struct node *e) {
    emit_glue(l, "gocc__divisor_%s(", suffix_of(l, e));
    emit_node(l, e);
    emit_glue(l, ")");
    return e->last;
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
        !expr_const(l->u, by, &value))
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

void lower_plan_divisions(struct lower *l, struct node *n) {
    if (is_fixed(l, n))
        return;
    if (n->kind == N_BINARY || n->kind == N_ASSIGN)
        plan_division(l, n);
    struct node *k = n->kid;
    if (n->kind == N_CASE) /* its labels are constants, the statement is not */
        k = node_kid(n, 2);
    for (; k; k = k->next)
        lower_plan_divisions(l, k);
}
