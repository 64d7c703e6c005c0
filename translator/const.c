/* SPDX-License-Identifier: MIT */
/*
 * Integer constant expressions.
 *
 * A value that is given must be the host compiler's, so whatever depends on the layout of a
 * record (its size, offsetof: packing, bit-fields, #pragma pack) is refused here and left to it.
 */
#include "cc.h"

#include <stdlib.h>
#include <string.h>

static bool eval(struct unit *u, struct node *e, int64_t *v);

static bool is_unsigned(struct unit *u, struct type *t) {
    int kind = type_promoted(u, t)->kind;
    return kind == TY_BOOL || kind == TY_UINT || kind == TY_ULONG || kind == TY_ULLONG ||
           t->kind == TY_POINTER;
}

/* The value as an object of type t would hold it. */
static bool convert(struct unit *u, struct type *t, int64_t *v) {
    int64_t size, align;
    int kind = t->kind == TY_ENUM ? type_enum_kind(u, t) : (int)t->kind;
    if (kind == TY_BOOL) {
        *v = *v != 0;
        return true;
    }
    if (!type_is_integer(t) || !type_size(u, t, &size, &align) || size > 8)
        return false;
    int shift = 64 - (int)size * 8;
    bool no_sign = kind == TY_UCHAR || kind == TY_USHORT || is_unsigned(u, t);
    uint64_t up = (uint64_t)*v << shift;
    *v = no_sign ? (int64_t)(up >> shift) : (int64_t)up >> shift;
    return true;
}

static bool divide(char op, bool no_sign, int64_t a, int64_t b, int64_t *v) {
    if (b == 0 || (!no_sign && a == INT64_MIN && b == -1))
        return false;
    if (no_sign)
        *v = (int64_t)(op == '/' ? (uint64_t)a / (uint64_t)b : (uint64_t)a % (uint64_t)b);
    else
        *v = op == '/' ? a / b : a % b;
    return true;
}

static bool shift(struct type *t, bool left, bool no_sign, int64_t a, int64_t n, int64_t *v) {
    int width = t->kind >= TY_LONG ? 64 : 32;
    if (n < 0 || n >= width)
        return false;
    if (left)
        *v = (int64_t)((uint64_t)a << n);
    else
        *v = no_sign ? (int64_t)((uint64_t)a >> n) : a >> n;
    return true;
}

static bool compare(const char *op, size_t n, bool no_sign, int64_t a, int64_t b) {
    int order = no_sign ? ((uint64_t)a > (uint64_t)b) - ((uint64_t)a < (uint64_t)b)
                        : (a > b) - (a < b);
    if (n == 1)
        return *op == '<' ? order < 0 : order > 0;
    switch (*op) {
    case '<':
        return order <= 0;
    case '>':
        return order >= 0;
    case '=':
        return order == 0;
    default:
        return order != 0;
    }
}

static bool arithmetic(char op, bool no_sign, int64_t a, int64_t b, int64_t *v) {
    uint64_t x = (uint64_t)a, y = (uint64_t)b;
    switch (op) {
    case '+':
        *v = (int64_t)(x + y);
        return true;
    case '-':
        *v = (int64_t)(x - y);
        return true;
    case '*':
        *v = (int64_t)(x * y);
        return true;
    case '&':
        *v = a & b;
        return true;
    case '|':
        *v = a | b;
        return true;
    case '^':
        *v = a ^ b;
        return true;
    default:
        return (op == '/' || op == '%') && divide(op, no_sign, a, b, v);
    }
}

static bool logical(struct unit *u, struct node *e, bool is_and, int64_t *v) {
    int64_t a, b;
    if (!eval(u, node_kid(e, 0), &a))
        return false;
    if ((a != 0) != is_and) { /* decided */
        *v = !is_and;
        return true;
    }
    if (!eval(u, node_kid(e, 1), &b))
        return false;
    *v = b != 0;
    return true;
}

static bool binary(struct unit *u, struct node *e, int64_t *v) {
    const char *op = tok_text(u, e->tok);
    size_t n = u->toks[e->tok].len;
    int64_t a, b;
    if (n == 2 && (*op == '&' || *op == '|'))
        return logical(u, e, *op == '&', v);
    struct type *ta = expr_type(u, node_kid(e, 0)), *tb = expr_type(u, node_kid(e, 1));
    if (!type_is_integer(ta) || !type_is_integer(tb))
        return false;
    if (!eval(u, node_kid(e, 0), &a) || !eval(u, node_kid(e, 1), &b))
        return false;
    if (n == 2 && op[1] != '=') {
        struct type *t = type_promoted(u, ta);
        return shift(t, *op == '<', is_unsigned(u, t), a, b, v) && convert(u, t, v);
    }
    struct type *common = type_usual(u, ta, tb);
    if (!convert(u, common, &a) || !convert(u, common, &b))
        return false;
    bool no_sign = is_unsigned(u, common);
    if (*op == '<' || *op == '>' || n == 2) {
        *v = compare(op, n, no_sign, a, b);
        return true;
    }
    return arithmetic(*op, no_sign, a, b, v) && convert(u, common, v);
}

static bool unary(struct unit *u, struct node *e, int64_t *v) {
    const char *op = tok_text(u, e->tok);
    if (!node_kid(e, 0) || !eval(u, node_kid(e, 0), v))
        return false;
    if (u->toks[e->tok].len > 1)
        return tok_is(u, e->tok, "__extension__");
    switch (*op) {
    case '!':
        *v = *v == 0;
        return true;
    case '-':
        *v = (int64_t)(0 - (uint64_t)*v);
        break;
    case '~':
        *v = ~*v;
        break;
    case '+':
        break;
    default:
        return false;
    }
    return convert(u, expr_type(u, e), v);
}

static bool cond(struct unit *u, struct node *e, int64_t *v) {
    int64_t c;
    if (!eval(u, node_kid(e, 0), &c))
        return false;
    struct node *then = node_kid(e, 1);
    if (node_absent(then))
        then = node_kid(e, 0);
    return eval(u, c ? then : node_kid(e, 2), v) && convert(u, expr_type(u, e), v);
}

static bool layout_is_ours(const struct type *t) {
    while (t->kind == TY_ARRAY)
        t = t->base;
    return t->kind != TY_STRUCT && t->kind != TY_UNION && t->kind != TY_ENUM &&
           t->kind != TY_UNKNOWN;
}

static bool size_of(struct unit *u, struct node *e, int64_t *v) {
    struct type *t = expr_type(u, node_kid(e, 0));
    int64_t size, align;
    bool is_sizeof = tok_is(u, e->tok, "sizeof");
    if (!is_sizeof && (t->alias || node_kid(e, 0)->kind != N_TYPE_NAME))
        return false; /* may be declared with another alignment */
    if (!layout_is_ours(t) || t->vla || !type_size(u, t, &size, &align))
        return false;
    *v = is_sizeof ? size : align;
    return true;
}

bool const_is_constexpr(struct unit *u, const struct symbol *s) {
    for (struct node *n = s->specs ? s->specs->kid : NULL; n; n = n->next)
        if (n->kind == N_SPEC_WORD && tok_is(u, n->first, "constexpr"))
            return s->node && s->node->kind == N_DECLR && node_kid(s->node, 1);
    return false;
}

/* has_value is set while the initialiser is computed: it may name the object itself. */
static bool constexpr_value(struct unit *u, struct symbol *s, int64_t *v) {
    if (s->has_value)
        return false;
    s->has_value = true;
    bool known = eval(u, node_kid(s->node, 1), v) && convert(u, symbol_type(u, s), v);
    s->has_value = false;
    return known;
}

/* An enumerator, or a C23 constexpr object. */
static bool ident_value(struct unit *u, struct node *e, int64_t *v) {
    struct symbol *s = e->sym;
    if (!s)
        return literal_value(u, e->tok, v); /* true and false */
    if (s->kind == S_ENUMERATOR) {
        symbol_type(u, s);
        *v = s->value;
        return s->has_value;
    }
    return s->kind == S_VAR && const_is_constexpr(u, s) && constexpr_value(u, s, v);
}

static bool cast(struct unit *u, struct node *e, int64_t *v) {
    struct type *t = type_name_type(u, node_kid(e, 0));
    struct node *of = expr_strip(node_kid(e, 1));
    if (!of || !type_is_integer(t))
        return false;
    if (of->kind == N_CONST && literal_type(u, of->tok)->kind == TY_DOUBLE) {
        double d = strtod(tok_text(u, of->tok), NULL);
        *v = d > -9e18 && d < 9e18 ? (int64_t)d : 0;
        return d > -9e18 && d < 9e18 && convert(u, t, v);
    }
    return eval(u, of, v) && convert(u, t, v);
}

static bool types_compatible(struct unit *u, struct node *e, int64_t *v) {
    struct type *a = type_name_type(u, node_kid(e, 0)), *b = type_name_type(u, node_kid(e, 1));
    *v = type_same(a, b);
    return a->kind != TY_UNKNOWN && b->kind != TY_UNKNOWN && a->kind != TY_ENUM &&
           b->kind != TY_ENUM;
}

static bool call_value(struct unit *u, struct node *e, int64_t *v) {
    struct node *callee = expr_strip(node_kid(e, 0)), *args = node_kid(e, 1);
    int64_t which;
    if (!callee || callee->kind != N_IDENT || !args)
        return false;
    if (tok_is(u, callee->tok, "__builtin_expect"))
        return node_kid(args, 0) && eval(u, node_kid(args, 0), v);
    if (!tok_is(u, callee->tok, "__builtin_choose_expr") || !node_kid(args, 2))
        return false;
    return eval(u, node_kid(args, 0), &which) && eval(u, node_kid(args, which ? 1 : 2), v);
}

static bool eval(struct unit *u, struct node *e, int64_t *v) {
    if (node_absent(e))
        return false;
    switch (e->kind) {
    case N_PAREN:
        return eval(u, e->kid, v);
    case N_CONST:
        return literal_value(u, e->tok, v);
    case N_IDENT:
        return ident_value(u, e, v);
    case N_UNARY:
        return unary(u, e, v);
    case N_BINARY:
        return binary(u, e, v);
    case N_COND:
        return cond(u, e, v);
    case N_SIZEOF:
        return size_of(u, e, v);
    case N_CAST:
        return cast(u, e, v);
    case N_CALL:
        return call_value(u, e, v);
    case N_TYPES_COMPAT:
        return types_compatible(u, e, v);
    default:
        return false;
    }
}

bool expr_const(struct unit *u, struct node *e, int64_t *value) {
    int64_t v;
    if (node_absent(e) || e->last > e->first + 20000 || !eval(u, e, &v))
        return false; /* a chain of that length would be as deep a recursion */
    *value = v;
    return true;
}
