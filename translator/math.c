/* SPDX-License-Identifier: MIT */
/* The type of a call of <math.h>'s functions by names that no header need declare:
   __builtin_sqrtl(x), and what <tgmath.h> makes of sqrt(x): __builtin_tgmath(sqrtf, sqrt, sqrtl, x)
   with gcc, one of several functions of one name with clang. */
#include "cc.h"

#include <string.h>

/* Those that give what they take. */
static bool is_of_its_operand(const char *name, size_t n) {
    static const char names[] =
        " acos acosh asin asinh atan atan2 atanh cbrt ceil copysign cos cosh erf erfc exp exp10 "
        "exp2 expm1 fabs fdim floor fma fmax fmin fmod frexp gamma huge_val hypot inf j0 j1 jn "
        "ldexp lgamma log log10 log1p log2 logb modf nan nans nearbyint nextafter pow remainder "
        "remquo rint round roundeven scalb scalbln scalbn significand sin sinh sqrt tan tanh "
        "tgamma trunc y0 y1 yn cabs carg cimag creal ";
    char word[24];
    if (n + 3 > sizeof word)
        return false;
    word[0] = ' ';
    memcpy(word + 1, name, n);
    memcpy(word + 1 + n, " ", 2);
    return strstr(names, word) != NULL;
}

/* sqrtl; NULL: none of them */
struct type *math_type(const char *name) {
    size_t n = strlen(name);
    if (is_of_its_operand(name, n))
        return type_basic(TY_DOUBLE);
    if (n > 1 && (name[n - 1] == 'f' || name[n - 1] == 'l') && is_of_its_operand(name, n - 1))
        return type_basic(name[n - 1] == 'f' ? TY_FLOAT : TY_LDOUBLE);
    return NULL;
}

/* ---- __builtin_tgmath ---- */

static struct type *function_of(struct unit *u, struct node *e) {
    struct type *t = node_absent(e) ? type_basic(TY_UNKNOWN) : expr_type(u, e);
    return t->kind == TY_POINTER ? t->base : t;
}

static bool is_function(struct unit *u, struct node *e) {
    return function_of(u, e)->kind == TY_FUNC;
}

/* Does this parameter differ between the functions? */
static bool is_generic(struct unit *u, struct node *args, uint32_t param) {
    struct type *a = function_of(u, args), *b = function_of(u, args->next);
    return a->kind == TY_FUNC && b->kind == TY_FUNC && param < a->nparams && param < b->nparams &&
           !type_same(a->params[param], b->params[param]);
}

static struct type *floating(struct unit *u, struct type *t) {
    if (type_is_integer(t))
        return type_basic(TY_DOUBLE);
    struct type *real = arith_real(u, t);
    return real != t && type_is_integer(real) ? arith_complex(u, type_basic(TY_DOUBLE)) : t;
}

/* What the operands at generic places make together; NULL: none is known. */
static struct type *common(struct unit *u, struct node *functions, struct node *operands) {
    struct type *of = NULL;
    uint32_t param = 0;
    for (struct node *e = operands; e; e = e->next, param++) {
        if (!is_generic(u, functions, param))
            continue;
        struct type *t = floating(u, type_unqual(u, expr_type(u, e)));
        of = of ? type_usual(u, of, t) : t;
    }
    return of;
}

/* That of the function whose generic parameter is the common type. */
struct type *math_generic_type(struct unit *u, struct node *args) {
    struct node *operands = args;
    while (operands && is_function(u, operands))
        operands = operands->next;
    struct type *t = operands && args->next ? common(u, args, operands) : NULL;
    for (struct node *e = args; t && e != operands; e = e->next) {
        struct type *f = function_of(u, e);
        for (uint32_t i = 0; i < f->nparams; i++)
            if (is_generic(u, args, i) && type_same(f->params[i], t))
                return f->base;
    }
    return type_basic(TY_UNKNOWN);
}

/* ---- overloads ---- */

static bool takes(struct unit *u, const struct type *f, struct node *args) {
    uint32_t i = 0;
    for (struct node *e = args; e; e = e->next, i++)
        if (i >= f->nparams || !type_same(f->params[i], type_decay(u, expr_type(u, e))))
            return false;
    return i == f->nparams;
}

/* The result of the one that takes just these operands; NULL: f is not overloaded. */
struct type *math_overload_type(struct unit *u, struct symbol *f, struct node *args) {
    if (!u->opt->clang || f->kind != S_FUNC || f->depth > 0 ||
        !specs_have_attribute(u, f->specs, "overloadable"))
        return NULL;
    for (struct symbol *s = u->globals->symbols; s; s = s->next_in_scope) {
        struct type *t = s->ident == f->ident && s->kind == S_FUNC ? symbol_type(u, s) : NULL;
        if (t && t->kind == TY_FUNC && takes(u, t, args))
            return t->base;
    }
    return type_basic(TY_UNKNOWN);
}
