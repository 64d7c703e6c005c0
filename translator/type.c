/* SPDX-License-Identifier: MIT */
/*
 * Types as values: making, comparing, converting, measuring.
 *
 * A type is a copy wherever it differs, so that `alias` can say by which typedef this use was
 * named; identity never looks at it.  Records are equal when their tag symbols are, which also
 * makes the many copies of one struct equal.  Sizes are those of LP64; nothing that reaches the
 * output depends on the size of a record (packing, #pragma pack), see const.c.
 */
#include "cc.h"

#include <string.h>

static struct type basics[] = {
    [TY_UNKNOWN] = {.kind = TY_UNKNOWN}, [TY_VOID] = {.kind = TY_VOID},
    [TY_BOOL] = {.kind = TY_BOOL},       [TY_CHAR] = {.kind = TY_CHAR},
    [TY_SCHAR] = {.kind = TY_SCHAR},     [TY_UCHAR] = {.kind = TY_UCHAR},
    [TY_SHORT] = {.kind = TY_SHORT},     [TY_USHORT] = {.kind = TY_USHORT},
    [TY_INT] = {.kind = TY_INT},         [TY_UINT] = {.kind = TY_UINT},
    [TY_LONG] = {.kind = TY_LONG},       [TY_ULONG] = {.kind = TY_ULONG},
    [TY_LLONG] = {.kind = TY_LLONG},     [TY_ULLONG] = {.kind = TY_ULLONG},
    [TY_INT128] = {.kind = TY_INT128},   [TY_UINT128] = {.kind = TY_UINT128},
    [TY_FLOAT] = {.kind = TY_FLOAT},     [TY_DOUBLE] = {.kind = TY_DOUBLE},
    [TY_LDOUBLE] = {.kind = TY_LDOUBLE},
};

struct type *type_new(struct unit *u, int kind) {
    struct type *t = arena_alloc(u->arena, sizeof *t);
    t->kind = (uint8_t)kind;
    t->length = -1;
    return t;
}

struct type *type_basic(int kind) {
    return &basics[kind <= TY_LDOUBLE ? kind : TY_UNKNOWN];
}

struct type *type_pointer(struct unit *u, struct type *to) {
    struct type *t = type_new(u, TY_POINTER);
    t->base = to;
    return t;
}

/* A pointer to void by another name, so that it converts as one. */
struct type *type_nullptr(struct unit *u) {
    struct type *t = type_pointer(u, type_basic(TY_VOID));
    t->name = u->opt->std >= 202000 ? "__typeof__(nullptr)" : "nullptr_t";
    return t;
}

static struct type *copy(struct unit *u, const struct type *t) {
    struct type *c = type_new(u, t->kind);
    *c = *t;
    return c;
}

struct type *type_unqual(struct unit *u, struct type *t) {
    if (!t->quals)
        return t;
    struct type *c = copy(u, t);
    c->quals = 0;
    while (c->alias) { /* typedef const int ci: the name would bring the const back */
        const struct type *of = symbol_type(u, c->alias);
        if (!of->quals)
            break;
        c->alias = of->alias;
    }
    return c;
}

/* The qualifiers of an array are those of its elements. */
struct type *type_qualify(struct unit *u, struct type *t, int quals) {
    if (!quals || t->kind == TY_FUNC || (t->quals & quals) == quals)
        return t;
    struct type *c = copy(u, t);
    if (t->kind == TY_ARRAY) {
        c->base = type_qualify(u, t->base, quals);
        if (c->base != t->base)
            c->alias = NULL;
        return c;
    }
    c->quals = (uint8_t)(c->quals | quals);
    return c;
}

static bool same_qualified(const struct type *a, const struct type *b) {
    return a->quals == b->quals && type_same(a, b);
}

static bool same_params(const struct type *a, const struct type *b) {
    if (a->unprototyped || b->unprototyped)
        return true;
    if (a->nparams != b->nparams || a->variadic != b->variadic)
        return false;
    for (uint32_t i = 0; i < a->nparams; i++)
        if (!type_same(a->params[i], b->params[i]))
            return false;
    return true;
}

static bool same_length(const struct type *a, const struct type *b) {
    return a->length < 0 || b->length < 0 || a->length == b->length;
}

static bool same_name(const char *a, const char *b) {
    return a == b || (a && b && strcmp(a, b) == 0);
}

bool type_same(const struct type *a, const struct type *b) {
    if (a == b)
        return a->kind != TY_UNKNOWN;
    if (a->kind != b->kind)
        return false;
    switch (a->kind) {
    case TY_UNKNOWN:
        return false;
    case TY_OTHER_ARITH:
    case TY_VECTOR:
        return same_name(a->name, b->name);
    case TY_ENUM:
    case TY_STRUCT:
    case TY_UNION:
        return a->tag || b->tag ? a->tag == b->tag
                                : a->record == b->record && same_name(a->name, b->name);
    case TY_POINTER:
        return same_name(a->name, b->name) && same_qualified(a->base, b->base);
    case TY_ARRAY:
        return same_length(a, b) && same_qualified(a->base, b->base);
    case TY_FUNC:
        return type_same(a->base, b->base) && same_params(a, b);
    case TY_CHAN:
        return a->dir == b->dir && type_same(a->base, b->base);
    default:
        return true;
    }
}

bool type_is_integer(const struct type *t) {
    return (t->kind >= TY_BOOL && t->kind <= TY_UINT128) || t->kind == TY_ENUM;
}

bool type_is_arith(const struct type *t) {
    return (t->kind >= TY_BOOL && t->kind <= TY_OTHER_ARITH) || t->kind == TY_ENUM;
}

bool type_is_record(const struct type *t) {
    return t->kind == TY_STRUCT || t->kind == TY_UNION;
}

bool type_is_complete(struct unit *u, struct type *t) {
    switch (t->kind) {
    case TY_VOID:
    case TY_FUNC:
        return false;
    case TY_STRUCT:
    case TY_UNION:
        return t->record || t->name;
    case TY_ARRAY:
        return !t->incomplete && type_is_complete(u, t->base);
    default:
        return true;
    }
}

struct type *type_decay(struct unit *u, struct type *t) {
    if (t->kind == TY_ARRAY)
        return type_pointer(u, t->base);
    if (t->kind == TY_FUNC)
        return type_pointer(u, t);
    return t;
}

bool type_is_handle(struct unit *u, const struct type *t) {
    if (t->kind == TY_CHAN)
        return true;
    if (t->kind != TY_POINTER || t->base->kind != TY_STRUCT || !t->base->tag)
        return false;
    return strncmp(ident_text(u, t->base->tag->ident), "gocc__h_", 8) == 0;
}

/* ---- members ---- */

/* Anonymous members are searched too.  `budget` bounds the walk through records that (wrongly)
   contain themselves. */
static struct symbol *find_member(struct unit *u, const struct type *record, uint32_t ident,
                                  int *budget);

static struct symbol *member_in(struct unit *u, struct node *decl, uint32_t ident, int *budget) {
    struct node *list = node_kid(decl, 1);
    if (node_absent(list) || !list->kid) {
        struct type *anonymous = specs_type(u, node_kid(decl, 0));
        return type_is_record(anonymous) ? find_member(u, anonymous, ident, budget) : NULL;
    }
    for (struct node *d = list->kid; d; d = d->next)
        if (d->sym && d->sym->ident == ident)
            return d->sym;
    return NULL;
}

static struct symbol *find_member(struct unit *u, const struct type *record, uint32_t ident,
                                  int *budget) {
    struct node *list = record->record ? node_kid(record->record, 0) : NULL;
    if (node_absent(list) || --*budget < 0)
        return NULL;
    for (struct node *d = list->kid; d; d = d->next) {
        struct symbol *s = d->kind == N_MEMBER_DECL ? member_in(u, d, ident, budget) : NULL;
        if (s)
            return s;
    }
    return NULL;
}

struct symbol *type_member(struct unit *u, const struct type *record, uint32_t ident) {
    int budget = 1000;
    return find_member(u, record, ident, &budget);
}

/* May an object of this type not be assigned to, because it is const, or a part of it is? */
static bool is_const(struct unit *u, const struct type *t) {
    return t->quals & Q_CONST || (t->alias && symbol_type(u, t->alias)->quals & Q_CONST);
}

static bool is_vla(struct unit *u, const struct type *t) {
    (void)u;
    return t->kind == TY_ARRAY && t->vla;
}

/* Is it so of t, or of a part of it? */
static bool some_part(struct unit *u, const struct type *t,
                      bool (*is)(struct unit *, const struct type *), int depth) {
    bool found = is(u, t);
    for (; t->kind == TY_ARRAY && !found; found = is(u, t))
        t = t->base;
    struct node *list = type_is_record(t) && t->record && depth <= 8 ? node_kid(t->record, 0)
                                                                     : NULL;
    for (struct node *d = node_absent(list) ? NULL : list->kid; d && !found; d = d->next) {
        struct node *declrs = d->kind == N_MEMBER_DECL ? node_kid(d, 1) : NULL;
        if (declrs && !declrs->kid)
            found = some_part(u, specs_type(u, node_kid(d, 0)), is, depth + 1);
        for (struct node *m = declrs ? declrs->kid : NULL; m && !found; m = m->next)
            found = some_part(u, m->sym ? symbol_type(u, m->sym) : specs_type(u, node_kid(d, 0)),
                              is, depth + 1);
    }
    return found;
}

bool type_is_fixed(struct unit *u, const struct type *t) {
    return some_part(u, t, is_const, 0);
}

bool type_varies(struct unit *u, const struct type *t) {
    return some_part(u, t, is_vla, 0);
}

/* ---- conversions ---- */

/* gcc and clang make an enum unsigned int unless an enumerator is negative or too large. */
static int smallest_kind(int64_t least, int64_t most, bool packed) {
    if (least >= 0) {
        if (packed && most <= UINT16_MAX)
            return most <= UINT8_MAX ? TY_UCHAR : TY_USHORT;
        return most <= UINT32_MAX ? TY_UINT : TY_ULONG;
    }
    if (packed && least >= INT16_MIN && most <= INT16_MAX)
        return least >= INT8_MIN && most <= INT8_MAX ? TY_SCHAR : TY_SHORT;
    return least >= INT32_MIN && most <= INT32_MAX ? TY_INT : TY_LONG;
}

int type_enum_kind(struct unit *u, struct type *t) {
    struct node *list = t->record ? t->record->kid : NULL;
    struct type *given = t->record ? enum_underlying(u, t->record) : NULL;
    if (given)
        return given->kind <= TY_LDOUBLE ? given->kind : TY_UNKNOWN;
    int64_t least = 0, most = 0;
    for (struct node *e = list ? list->kid : NULL; e; e = e->next) {
        if (!e->sym || e->kind != N_ENUMERATOR)
            continue;
        bool huge = symbol_type(u, e->sym)->kind == TY_ULONG; /* fills its value */
        int64_t v = huge ? INT64_MAX : e->sym->value;
        least = v < least ? v : least;
        most = v > most ? v : most;
    }
    return smallest_kind(least, most, list && enum_is_packed(u, t->record));
}

struct type *type_promoted(struct unit *u, struct type *t) {
    int kind = t->kind == TY_ENUM ? type_enum_kind(u, t) : t->kind;
    if (kind >= TY_BOOL && kind <= TY_USHORT)
        return type_basic(TY_INT);
    if (kind >= TY_BOOL && kind <= TY_LDOUBLE)
        return type_basic(kind);
    return type_unqual(u, t);
}

struct type *type_usual(struct unit *u, struct type *a, struct type *b) {
    a = type_promoted(u, a);
    b = type_promoted(u, b);
    if (a->kind == TY_VECTOR)
        return a;
    if (b->kind == TY_VECTOR)
        return b;
    if (!type_is_arith(a) || !type_is_arith(b))
        return type_basic(TY_UNKNOWN);
    if (a->kind == TY_OTHER_ARITH || b->kind == TY_OTHER_ARITH)
        return arith_usual(u, a, b);
    int high = a->kind > b->kind ? a->kind : b->kind;
    int low = a->kind > b->kind ? b->kind : a->kind;
    if (high == TY_LLONG && low == TY_ULONG) /* same width: unsigned wins, at the higher rank */
        high = TY_ULLONG;
    return type_basic(high);
}

/* ---- sizes ---- */

static const unsigned char basic_sizes[] = {
    [TY_BOOL] = 1,   [TY_CHAR] = 1,     [TY_SCHAR] = 1,   [TY_UCHAR] = 1,    [TY_SHORT] = 2,
    [TY_USHORT] = 2, [TY_INT] = 4,      [TY_UINT] = 4,    [TY_LONG] = 8,     [TY_ULONG] = 8,
    [TY_LLONG] = 8,  [TY_ULLONG] = 8,   [TY_INT128] = 16, [TY_UINT128] = 16, [TY_FLOAT] = 4,
    [TY_DOUBLE] = 8, [TY_LDOUBLE] = 16,
};

struct layout {
    int64_t bits, size, align; /* bits: end of the last member; size: of the largest (a union) */
    int depth;                 /* of records that (wrongly) contain themselves */
};

static bool measure(struct unit *u, struct type *t, int64_t *size, int64_t *align, int depth);

static int64_t round_up(int64_t n, int64_t to) {
    return (n + to - 1) / to * to;
}

static bool layout_field(struct unit *u, struct layout *l, struct type *t, struct node *width) {
    int64_t size, align, w;
    if (!measure(u, t, &size, &align, l->depth))
        return false;
    if (node_absent(width)) {
        l->bits = (round_up(round_up(l->bits, 8) / 8, align) + size) * 8;
    } else {
        if (!expr_const(u, width, &w) || w < 0)
            return false;
        if (w == 0 || l->bits % (size * 8) + w > size * 8)
            l->bits = round_up(l->bits, size * 8);
        l->bits += w;
    }
    if (align > l->align)
        l->align = align;
    if (round_up(l->bits, 8) / 8 > l->size)
        l->size = round_up(l->bits, 8) / 8;
    return true;
}

static bool layout_member(struct unit *u, struct layout *l, struct node *decl, bool is_union) {
    struct node *list = node_kid(decl, 1);
    if (node_absent(list) || !list->kid) {
        if (is_union)
            l->bits = 0;
        return layout_field(u, l, specs_type(u, node_kid(decl, 0)), NULL);
    }
    for (struct node *d = list->kid; d; d = d->next) {
        struct type *t = d->sym ? symbol_type(u, d->sym) : specs_type(u, node_kid(decl, 0));
        if (t->kind == TY_ARRAY && t->incomplete)
            continue; /* a flexible array member */
        if (is_union)
            l->bits = 0;
        if (!layout_field(u, l, t, node_kid(d, 1)))
            return false;
    }
    return true;
}

static bool record_size(struct unit *u, struct type *t, int64_t *size, int64_t *align, int depth) {
    struct node *list = t->record ? node_kid(t->record, 0) : NULL;
    if (node_absent(list) || depth > 64)
        return false;
    struct layout l = {0, 0, 1, depth + 1};
    for (struct node *d = list->kid; d; d = d->next)
        if (d->kind == N_MEMBER_DECL && !layout_member(u, &l, d, t->kind == TY_UNION))
            return false;
    *size = round_up(l.size, l.align);
    *align = l.align;
    return true;
}

static bool measure(struct unit *u, struct type *t, int64_t *size, int64_t *align, int depth) {
    switch (t->kind) {
    case TY_POINTER:
    case TY_CHAN:
        *size = *align = 8;
        return true;
    case TY_ENUM:
        *size = *align = basic_sizes[type_enum_kind(u, t)];
        return *size > 0;
    case TY_STRUCT:
    case TY_UNION:
        return record_size(u, t, size, align, depth);
    case TY_ARRAY:
        if (t->length < 0 || !measure(u, t->base, size, align, depth))
            return false;
        return !__builtin_mul_overflow(*size, t->length, size) && *size < INT64_MAX / 16;
    default:
        break;
    }
    if (t->kind < TY_BOOL || t->kind > TY_LDOUBLE)
        return false;
    *size = *align = basic_sizes[t->kind];
    return true;
}

bool type_size(struct unit *u, struct type *t, int64_t *size, int64_t *align) {
    return measure(u, t, size, align, 0);
}
