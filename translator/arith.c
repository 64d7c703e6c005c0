/* SPDX-License-Identifier: MIT */
/*
 * Arithmetic types without a word of their own in C11: _FloatN, _Complex, _Decimal, _BitInt, and
 * what gcc makes of a bit-field that is wider than int.
 *
 * Their name is how C spells them anywhere.  What two of them make together is computed where the
 * rules are plain, so that equal types have equal names; otherwise the name is a sum of zeros, of
 * which the host compiler knows the type.
 */
#include "cc.h"

#include <string.h>

struct type *arith_named(struct unit *u, const char *name) {
    if (!u->opt->clang && !strcmp(name, "__float80"))
        return type_basic(TY_LDOUBLE);
    if (!u->opt->clang && !strcmp(name, "__float128"))
        name = "_Float128";
    struct type *t = type_new(u, TY_OTHER_ARITH);
    t->name = name;
    return t;
}

struct type *arith_complex(struct unit *u, struct type *real) {
    return arith_named(u, arena_printf(u->arena, "_Complex %s", type_print(u, real, NULL)));
}

static bool is_complex(const struct type *t) {
    return t->kind == TY_OTHER_ARITH && !strncmp(t->name, "_Complex ", 9);
}

/* What __real__ yields. */
struct type *arith_real(struct unit *u, struct type *t) {
    if (!is_complex(t))
        return t;
    for (int kind = TY_CHAR; kind <= TY_LDOUBLE; kind++)
        if (!strcmp(t->name + 9, type_print(u, type_basic(kind), NULL)))
            return type_basic(kind);
    return arith_named(u, t->name + 9);
}

/* gcc has integers of any width; to clang the value has the type that was declared. */
struct type *arith_bit_field(struct unit *u, struct type *declared, int64_t width) {
    int kind = type_promoted(u, declared)->kind;
    if (u->opt->clang || width == 64 || kind < TY_LONG || kind > TY_ULLONG)
        return type_promoted(u, declared);
    const char *word = type_print(u, type_basic(kind), NULL);
    struct type *t = arith_named(
        u, arena_printf(u->arena, "__typeof__(((struct { %s bits : %lld; } *)0)->bits + 0)", word,
                        (long long)width));
    t->base = type_basic(kind);
    t->length = width;
    return t;
}

/* By precision, then _FloatN before the standard ones before _FloatNx; 0: no such type. */
static int rank(struct unit *u, const struct type *t) {
    static const struct {
        const char *name;
        int rank;
    } ranks[] = {
        {"__bf16", 161},      {"_Float16", 162},    {"_Float32", 322},     {"_Float32x", 640},
        {"_Float64", 642},    {"_Float64x", 800},   {"_Float128", 1282},   {"__float128", 1282},
        {"_Decimal32", 2000}, {"_Decimal64", 2001}, {"_Decimal128", 2002},
    };
    int precision = t->kind == TY_FLOAT                        ? 32
                    : t->kind == TY_DOUBLE                     ? 64
                    : t->kind == TY_LDOUBLE && u->opt->aarch64 ? 128
                    : t->kind == TY_LDOUBLE                    ? 80
                                                               : 0;
    for (size_t i = 0; t->kind == TY_OTHER_ARITH && i < sizeof ranks / sizeof *ranks; i++)
        if (!strcmp(t->name, ranks[i].name))
            return ranks[i].rank == 800 && u->opt->aarch64 ? 1280 : ranks[i].rank;
    return precision * 10 + (precision > 0);
}

static bool is_bits(const struct type *t) {
    return t->kind == TY_OTHER_ARITH && t->base;
}

static int64_t width_of(const struct type *t) {
    return is_bits(t) ? t->length : t->kind >= TY_INT128 ? 128 : t->kind >= TY_LONG ? 64 : 32;
}

static bool is_unsigned(const struct type *t) {
    int kind = is_bits(t) ? t->base->kind : t->kind;
    return kind == TY_ULONG || kind == TY_ULLONG;
}

static struct type *wider(struct type *a, struct type *b) {
    if (width_of(a) != width_of(b))
        return width_of(a) > width_of(b) ? a : b;
    return is_unsigned(b) && !is_unsigned(a) ? b : a;
}

static struct type *zeros(struct unit *u, const struct type *a, const struct type *b) {
    return arith_named(u, arena_printf(u->arena, "__typeof__((%s)0 + (%s)0)",
                                       type_print(u, a, NULL), type_print(u, b, NULL)));
}

static bool is_plain_integer(const struct type *t) {
    return t->kind >= TY_BOOL && t->kind <= TY_UINT128;
}

/* The usual arithmetic conversions of promoted operands, one of which is of this file. */
struct type *arith_usual(struct unit *u, struct type *a, struct type *b) {
    if (type_same(a, b))
        return a;
    if (is_complex(a) || is_complex(b)) {
        struct type *real = type_usual(u, arith_real(u, a), arith_real(u, b));
        return is_bits(real) ? zeros(u, a, b) : arith_complex(u, real);
    }
    int rank_a = rank(u, a), rank_b = rank(u, b);
    if (rank_a && rank_b)
        return rank_a >= rank_b ? a : b;
    if ((rank_a && (is_plain_integer(b) || is_bits(b))) ||
        (rank_b && (is_plain_integer(a) || is_bits(a))))
        return rank_a ? a : b;
    if ((is_bits(a) || is_plain_integer(a)) && (is_bits(b) || is_plain_integer(b)))
        return wider(a, b);
    return zeros(u, a, b);
}
