/* SPDX-License-Identifier: MIT */
/*
 * The type of an expression, as far as the constructs need it.
 *
 * An lvalue keeps its qualifiers and arrays do not decay, as for typeof; whoever needs the value
 * asks type_decay and type_unqual.  Where the type cannot be told (an undeclared name, a builtin
 * we do not know) the answer is TY_UNKNOWN: the lowering then writes __typeof__ and the host
 * compiler, which knows, decides.  A wrong answer would be worse than none.
 */
#include "cc.h"

#include <stdlib.h>
#include <string.h>

static struct type *unknown(void) {
    return type_basic(TY_UNKNOWN);
}

static struct type *value_type(struct unit *u, struct node *e) {
    return type_unqual(u, type_decay(u, expr_type(u, e)));
}

struct node *expr_strip(struct node *e) {
    while (e && e->kind == N_PAREN && e->kid)
        e = e->kid;
    return e;
}

static bool op_is(struct unit *u, const struct node *e, const char *op) {
    return tok_is(u, e->tok, op);
}

/* ---- names ---- */

static struct type *ident_type(struct unit *u, struct node *e) {
    if (e->sym && e->sym->kind != S_BUILTIN)
        return symbol_type(u, e->sym);
    if (tok_is(u, e->tok, "true") || tok_is(u, e->tok, "false"))
        return type_basic(TY_BOOL);
    bool is_function_name = tok_is(u, e->tok, "__func__") || tok_is(u, e->tok, "__FUNCTION__") ||
                            tok_is(u, e->tok, "__PRETTY_FUNCTION__");
    if (!is_function_name)
        return unknown();
    struct type *t = type_new(u, TY_ARRAY);
    t->base = type_qualify(u, type_basic(TY_CHAR), Q_CONST);
    return t;
}

/* ---- members, elements, pointers ---- */

static struct type *member_type(struct unit *u, struct node *e) {
    struct type *t = expr_type(u, node_kid(e, 0));
    if (t->kind == TY_POINTER || t->kind == TY_ARRAY)
        t = t->base;
    if (!type_is_record(t))
        return unknown();
    struct symbol *member = type_member(u, t, u->toks[e->tok].ident);
    return member ? type_qualify(u, symbol_type(u, member), t->quals) : unknown();
}

/* Through what keeps the type of its operand: parentheses, assignments, the comma. */
int64_t expr_bit_field_width(struct unit *u, struct node *e) {
    int64_t width;
    e = expr_strip(e);
    while (e &&
           (e->kind == N_ASSIGN || e->kind == N_POST || e->kind == N_UNARY || e->kind == N_COMMA)) {
        if (e->kind == N_UNARY && !op_is(u, e, "++") && !op_is(u, e, "--"))
            return -1;
        e = expr_strip(node_kid(e, e->kind == N_COMMA));
    }
    if (!e || e->kind != N_MEMBER)
        return -1;
    struct type *t = type_decay(u, expr_type(u, e->kid));
    struct symbol *m = NULL;
    if (type_is_record(t->kind == TY_POINTER ? t->base : t))
        m = type_member(u, t->kind == TY_POINTER ? t->base : t, u->toks[e->tok].ident);
    struct node *w = m && m->node ? node_kid(m->node, 1) : NULL;
    return node_absent(w) || !expr_const(u, w, &width) ? node_absent(w) ? -1 : 64 : width;
}

/* The operand of an operator that promotes: a bit-field that fits becomes int. */
static struct type *operand_type(struct unit *u, struct node *e, struct type *t) {
    int64_t width = type_is_integer(t) ? expr_bit_field_width(u, e) : -1;
    if (width < 0)
        return t;
    if (width > 32)
        return arith_bit_field(u, t, width);
    int kind = type_promoted(u, t)->kind;
    bool is_signed = kind == TY_INT || kind == TY_LONG || kind == TY_LLONG;
    return type_basic(width < 32 || is_signed ? TY_INT : TY_UINT);
}

static struct type *index_type(struct unit *u, struct node *e) {
    struct type *a = expr_type(u, node_kid(e, 0)), *b = expr_type(u, node_kid(e, 1));
    struct type *t = a->kind == TY_POINTER || a->kind == TY_ARRAY || a->kind == TY_VECTOR ? a : b;
    return t->base && (t->kind != TY_CHAN && t->kind != TY_FUNC) ? t->base : unknown();
}

static struct type *deref_type(struct type *t) {
    if (t->kind == TY_FUNC)
        return t;
    return t->kind == TY_POINTER || t->kind == TY_ARRAY ? t->base : unknown();
}

static struct type *unary_type(struct unit *u, struct node *e) {
    struct type *t = expr_type(u, node_kid(e, 0));
    const char *s = tok_text(u, e->tok);
    if (op_is(u, e, "&"))
        return type_pointer(u, t);
    if (op_is(u, e, "*"))
        return deref_type(t);
    if (op_is(u, e, "!"))
        return t->kind == TY_VECTOR ? vector_mask(u, t) : type_basic(TY_INT);
    if (op_is(u, e, "__extension__"))
        return t;
    if (op_is(u, e, "++") || op_is(u, e, "--"))
        return type_unqual(u, t);
    if (*s == '+' || *s == '-' || *s == '~')
        return type_is_arith(t) || t->kind == TY_VECTOR
                   ? type_promoted(u, operand_type(u, e->kid, t))
                   : unknown();
    if (*s == '_' && t->kind <= TY_LDOUBLE && t->kind != TY_UNKNOWN) /* __real__ __imag__ */
        return type_unqual(u, t);
    if (*s == '_' && t->kind == TY_OTHER_ARITH)
        return type_unqual(u, arith_real(u, t));
    return unknown();
}

/* ---- operators ---- */

static bool is_comparison(const char *s, size_t n) {
    return (n == 1 && (*s == '<' || *s == '>')) || (n == 2 && s[1] == '=') ||
           (n == 2 && (memcmp(s, "&&", 2) == 0 || memcmp(s, "||", 2) == 0));
}

static struct type *binary_of(struct unit *u, struct node *e, struct type *a, struct type *b) {
    const char *s = tok_text(u, e->tok);
    size_t n = u->toks[e->tok].len;
    bool vector = a->kind == TY_VECTOR || b->kind == TY_VECTOR;
    if (is_comparison(s, n))
        return vector ? vector_mask(u, a->kind == TY_VECTOR ? a : b) : type_basic(TY_INT);
    a = type_unqual(u, type_decay(u, operand_type(u, node_kid(e, 0), a)));
    b = type_unqual(u, type_decay(u, operand_type(u, node_kid(e, 1), b)));
    if (vector)
        return a->kind == TY_VECTOR ? a : b;
    if (n == 2 && (*s == '<' || *s == '>')) /* << >> */
        return type_is_arith(a) ? type_promoted(u, a) : unknown();
    if (a->kind == TY_POINTER && b->kind == TY_POINTER)
        return *s == '-' ? type_basic(TY_LONG) : unknown();
    if (a->kind == TY_POINTER)
        return a;
    if (b->kind == TY_POINTER)
        return b;
    return type_usual(u, a, b);
}

/* Left operands nest as deep as the chain a + b + c … is long, so the spine is walked by a loop. */
static struct type *binary_type(struct unit *u, struct node *e) {
    uint32_t n = 0;
    struct node *down = e;
    for (; down->kind == N_BINARY && !down->type; down = down->kid)
        n++;
    struct node **spine = xrealloc(NULL, (n + 1) * sizeof *spine);
    down = e;
    for (uint32_t i = 0; i < n; i++, down = down->kid)
        spine[i] = down;
    struct type *t = expr_type(u, down);
    while (n-- > 0) {
        t = binary_of(u, spine[n], t, expr_type(u, node_kid(spine[n], 1)));
        spine[n]->type = t;
    }
    free(spine);
    return t;
}

/* 0 or NULL, however it is cast. */
bool expr_is_null(struct unit *u, struct node *e) {
    int64_t v;
    e = expr_strip(e);
    while (e && e->kind == N_CAST)
        e = expr_strip(node_kid(e, 1));
    if (e && e->kind == N_CONST && tok_is(u, e->tok, "nullptr"))
        return true;
    return e && expr_const(u, e, &v) && v == 0;
}

/* What C calls a null pointer constant. */
static bool is_null_constant(struct unit *u, struct node *e) {
    int64_t v;
    e = expr_strip(e);
    while (e && e->kind == N_CAST) { /* (void *)0 */
        struct type *t = expr_type(u, e);
        if (t->kind != TY_POINTER || t->base->kind != TY_VOID)
            break;
        e = expr_strip(node_kid(e, 1));
    }
    if (e && e->kind == N_CONST && tok_is(u, e->tok, "nullptr"))
        return true;
    return e && type_is_integer(expr_type(u, e)) && expr_const(u, e, &v) && v == 0;
}

static struct type *pointer_cond(struct unit *u, struct type *a, struct type *b) {
    if (a->kind == TY_CHAN && b->kind == TY_CHAN)
        return a->dir == CHAN_BOTH ? b : a;
    if (a->kind != TY_POINTER || b->kind != TY_POINTER)
        return unknown();
    if (a->name || b->name) /* of nullptr: the other one's */
        return a->name ? b : a;
    struct type *to = a->base->kind == TY_VOID   ? a->base
                      : b->base->kind == TY_VOID ? b->base
                                                 : a->base;
    int quals = a->base->quals | b->base->quals;
    return type_pointer(u, type_qualify(u, to, quals));
}

static struct type *cond_type(struct unit *u, struct node *e) {
    struct node *then = node_kid(e, 1), *otherwise = node_kid(e, 2);
    if (node_absent(then))
        then = node_kid(e, 0);
    if (!otherwise)
        return unknown();
    struct type *a = value_type(u, then), *b = value_type(u, otherwise);
    bool pa = a->kind == TY_POINTER || a->kind == TY_CHAN;
    bool pb = b->kind == TY_POINTER || b->kind == TY_CHAN;
    if (pa && is_null_constant(u, otherwise))
        return a;
    if (pb && is_null_constant(u, then))
        return b;
    if (pa && pb)
        return pointer_cond(u, a, b);
    if (a->kind == TY_VOID || b->kind == TY_VOID)
        return type_basic(TY_VOID);
    if (type_is_record(a))
        return type_same(a, b) ? a : unknown();
    return type_usual(u, operand_type(u, then, a), operand_type(u, otherwise, b));
}

/* ---- calls ---- */

static struct type *call_type(struct unit *u, struct node *e) {
    struct node *callee = expr_strip(node_kid(e, 0));
    if (!callee)
        return unknown();
    if (callee->kind == N_IDENT) {
        struct type *t = builtin_call_type(u, e, tok_dup(u, callee->tok));
        if (!t && callee->sym && node_kid(e, 1))
            t = math_overload_type(u, callee->sym, node_kid(e, 1)->kid);
        if (t)
            return t;
    }
    struct type *t = expr_type(u, callee);
    if (t->kind == TY_POINTER)
        t = t->base;
    return t->kind == TY_FUNC ? type_unqual(u, t->base) : unknown();
}

/* Is there a record in t that only the tokens of e know? */
static bool is_local_to(const struct node *e, const struct type *t) {
    for (; t; t = t->base)
        if (t->record && t->record->first >= e->first && t->record->last <= e->last)
            return true;
    return false;
}

/* The value of ({ … }) is its last statement, if that is an expression. */
static struct type *statement_expr_type(struct unit *u, struct node *e) {
    struct node *last = NULL, *block = node_kid(e, 0);
    for (struct node *s = block ? block->kid : NULL; s; s = s->next)
        last = s;
    while (last && last->kind == N_LABEL)
        last = last->kid;
    if (!last || last->kind != N_EXPR_STMT || node_absent(node_kid(last, 0)))
        return type_basic(TY_VOID);
    struct type *t = value_type(u, node_kid(last, 0));
    return is_local_to(e, t) ? unknown() : t;
}

/* Does this association take a control expression of type t?  An enum and its integer agree. */
static bool generic_matches(struct unit *u, struct type *t, struct type *with) {
    if (t->quals != with->quals)
        return false;
    if (type_same(t, with))
        return true;
    bool mixed = (t->kind == TY_ENUM) != (with->kind == TY_ENUM);
    return mixed && type_promoted(u, t)->kind == type_promoted(u, with)->kind &&
           type_is_integer(t) && type_is_integer(with);
}

static struct type *generic_type(struct unit *u, struct node *e) {
    struct node *control = node_kid(e, 0), *list = node_kid(e, 1), *fallback = NULL;
    struct type *t = control->kind == N_TYPE_NAME ? type_name_type(u, control)
                                                  : value_type(u, control);
    if (t->kind == TY_UNKNOWN)
        return unknown();
    for (struct node *a = list ? list->kid : NULL; a; a = a->next) {
        struct node *with = node_kid(a, 0);
        if (node_absent(with))
            fallback = a;
        else if (generic_matches(u, t, type_name_type(u, with)))
            return expr_type(u, node_kid(a, 1));
    }
    return fallback ? expr_type(u, node_kid(fallback, 1)) : unknown();
}

/* ---- the switch ---- */

static struct type *compound_literal_type(struct unit *u, struct node *e) {
    struct type *t = type_name_type(u, node_kid(e, 0));
    struct node *list = node_kid(e, 1);
    if (t->kind != TY_ARRAY || !t->incomplete || !list)
        return t;
    struct type *c = type_new(u, TY_ARRAY);
    c->base = t->base;
    c->quals = t->quals;
    int64_t n = 0;
    for (struct node *i = list->kid; i && n >= 0; i = i->next)
        n = node_absent(node_kid(i, 0)) ? n + 1 : -1;
    c->length = n == 0 || type_is_record(t->base) || t->base->kind == TY_ARRAY ? -1 : n;
    return c;
}

static struct type *recv_type(struct unit *u, struct node *e) {
    struct type *t = expr_type(u, node_kid(e, 0));
    return t->kind == TY_CHAN ? type_unqual(u, t->base) : unknown();
}

static struct type *compute(struct unit *u, struct node *e) {
    switch (e->kind) {
    case N_IDENT:
        return ident_type(u, e);
    case N_CONST:
        return literal_type(u, e->tok);
    case N_STRING:
        return literal_string_type(u, e);
    case N_PAREN:
        return expr_type(u, node_kid(e, 0));
    case N_STMT_EXPR:
        return statement_expr_type(u, e);
    case N_GENERIC:
        return generic_type(u, e);
    case N_VA_ARG:
        return type_name_type(u, node_kid(e, 1));
    case N_OFFSETOF:
    case N_SIZEOF:
        return type_basic(TY_ULONG);
    case N_TYPES_COMPAT:
    case N_HAS_ATTRIBUTE:
        return type_basic(TY_INT);
    case N_INDEX:
        return index_type(u, e);
    case N_CALL:
        return call_type(u, e);
    case N_MEMBER:
        return member_type(u, e);
    case N_COMPOUND_LIT:
        return compound_literal_type(u, e);
    case N_UNARY:
        return unary_type(u, e);
    case N_LABEL_ADDR:
        return type_pointer(u, type_basic(TY_VOID));
    case N_RECV:
        return recv_type(u, e);
    case N_CAST:
        return type_unqual(u, type_name_type(u, node_kid(e, 0)));
    case N_BINARY:
        return binary_type(u, e);
    case N_COND:
        return cond_type(u, e);
    case N_POST:
    case N_ASSIGN:
        return type_unqual(u, expr_type(u, node_kid(e, 0)));
    case N_COMMA:
        return value_type(u, node_kid(e, 1));
    case N_TYPE_NAME:
        return type_name_type(u, e);
    case N_DEFINE:
        return value_type(u, node_kid(e, 0));
    default:
        return unknown();
    }
}

struct type *expr_type(struct unit *u, struct node *e) {
    if (node_absent(e))
        return unknown();
    if (!e->type)
        e->type = compute(u, e);
    return e->type;
}
