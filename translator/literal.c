/* SPDX-License-Identifier: MIT */
/* Constants and string literals: what type they have, and which value. */
#include "cc.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- strings ---- */

/* Bytes (or wide characters) between the quotes, an escape counting as one. */
static int64_t literal_length(const char *s, size_t n) {
    int64_t count = 0;
    for (size_t i = 0; i < n; i++, count++) {
        if (s[i] != '\\' || i + 1 >= n)
            continue;
        i++;
        if (s[i] == 'x')
            while (i + 1 < n && strchr("0123456789abcdefABCDEF", s[i + 1]))
                i++;
        else if (s[i] >= '0' && s[i] <= '7')
            for (int k = 0; k < 2 && i + 1 < n && s[i + 1] >= '0' && s[i + 1] <= '7'; k++)
                i++;
        else if (s[i] == 'u' || s[i] == 'U')
            return -1; /* its length depends on the encoding */
    }
    return count;
}

static int char_kind(const struct unit *u, const char *prefix, size_t n, bool is_string) {
    if (n == 2)
        return u->opt->std >= 202311 ? TY_UCHAR : TY_CHAR; /* u8 */
    switch (n ? *prefix : 0) {
    case 'L':
        return u->opt->aarch64 ? TY_UINT : TY_INT;
    case 'u':
        return TY_USHORT;
    case 'U':
        return TY_UINT;
    default:
        return is_string ? TY_CHAR : TY_INT;
    }
}

static bool add_literal(struct unit *u, uint32_t tok, struct type *t) {
    const char *s = tok_text(u, tok);
    size_t n = u->toks[tok].len, prefix = 0;
    while (prefix < n && s[prefix] != '"')
        prefix++;
    if (prefix + 2 > n)
        return false;
    if (prefix || !t->base)
        t->base = type_basic(char_kind(u, s, prefix, true));
    int64_t length = literal_length(s + prefix + 1, n - prefix - 2);
    bool wide = t->base->kind != TY_CHAR && t->base->kind != TY_UCHAR;
    for (size_t i = 0; wide && i < n; i++)
        if ((unsigned char)s[i] >= 0x80)
            length = -1;
    t->length = length < 0 || t->length < 0 ? -1 : t->length + length;
    return true;
}

struct type *literal_string_type(struct unit *u, struct node *string) {
    struct type *t = type_new(u, TY_ARRAY);
    t->length = 1;
    for (uint32_t i = string->first; i <= string->last; i++)
        add_literal(u, i, t);
    if (!t->base)
        t->base = type_basic(TY_CHAR);
    return t;
}

/* ---- numbers and characters ---- */

/* 1.0F128, 1.0f32x */
static bool is_sized(const char *s, size_t n) {
    size_t i = n - ((s[n - 1] | 32) == 'x');
    while (i > 0 && s[i - 1] >= '0' && s[i - 1] <= '9')
        i--;
    bool hex = n > 1 && (s[1] | 32) == 'x';
    return i > 0 && i < n && (s[i - 1] | 32) == 'f' &&
           (!hex || memchr(s, 'p', i) || memchr(s, 'P', i));
}

/* 1.0df, and the others of no standard type; NULL: it is one */
static struct type *other_float(struct unit *u, const char *s, size_t n) {
    static const struct {
        char suffix[3];
        const char *name;
    } names[] = {{"df", "_Decimal32"},
                 {"dd", "_Decimal64"},
                 {"dl", "_Decimal128"},
                 {"w", "__float80"},
                 {"q", "__float128"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t length = strlen(names[i].suffix);
        if (n > length && !strncasecmp(s + n - length, names[i].suffix, length))
            return arith_named(u, names[i].name);
    }
    return NULL;
}

static struct type *sized_float(struct unit *u, const char *s, size_t n) {
    size_t f = n - 1;
    while ((s[f] | 32) != 'f')
        f--;
    if (f > 0 && (s[f - 1] | 32) == 'b')
        return arith_named(u, "__bf16");
    return arith_named(u, arena_printf(u->arena, "_Float%.*s", (int)(n - f - 1), s + f + 1));
}

static struct type *float_literal(struct unit *u, const char *s, size_t n) {
    if (is_sized(s, n))
        return sized_float(u, s, n);
    struct type *other = other_float(u, s, n);
    char last = (char)(s[n - 1] | 32);
    return other ? other
                 : type_basic(last == 'f'   ? TY_FLOAT
                              : last == 'l' ? TY_LDOUBLE
                                            : TY_DOUBLE);
}

/* 1.0fi, 2Lj: *n becomes the length without the letter. */
static bool is_imaginary(struct unit *u, const char **s, size_t *n) {
    size_t at = *n;
    while (at > 0 && !strchr("iIjJ", (*s)[at - 1]))
        at--;
    if (!at)
        return false;
    *s = arena_printf(u->arena, "%.*s%.*s", (int)at - 1, *s, (int)(*n - at), *s + at);
    --*n;
    return true;
}

static bool is_float(const char *s, size_t n) {
    bool hex = n > 1 && s[0] == '0' && (s[1] | 32) == 'x';
    for (size_t i = 0; i < n; i++) {
        char c = (char)(s[i] | 32);
        if (s[i] == '.' || (hex ? c == 'p' : c == 'e'))
            return true;
    }
    return false;
}

/* The digits of an integer constant without separators; *end is its suffix, in `digits`. */
static uint64_t integer_value(const char *s, size_t n, char digits[80], char **end) {
    bool binary = n > 2 && s[0] == '0' && (s[1] | 32) == 'b';
    size_t k = 0;
    for (size_t i = binary ? 2 : 0; i < n && k < 79; i++)
        if (s[i] != '\'')
            digits[k++] = s[i];
    digits[k] = '\0';
    return strtoull(digits, end, binary ? 2 : 0);
}

/* 5wb and 5uwb: of the fewest bits that hold the value, and its sign. */
static struct type *bitint_literal(struct unit *u, uint64_t v, bool is_unsigned) {
    if (v == UINT64_MAX)
        return type_basic(TY_UNKNOWN); /* more than we read */
    int bits = v ? 64 - __builtin_clzll(v) : 1;
    return arith_named(u, is_unsigned ? arena_printf(u->arena, "unsigned _BitInt(%d)", bits)
                                      : arena_printf(u->arena, "_BitInt(%d)", bits + 1));
}

/* 6.4.4.1: the first type of the list in which the value fits. */
static struct type *integer_literal(struct unit *unit, const char *s, size_t n) {
    char digits[80], *end;
    uint64_t v = integer_value(s, n, digits, &end);
    bool u = strpbrk(end, "uU") != NULL, decimal = s[0] != '0';
    int longs = (strpbrk(end, "lL") != NULL) + (strstr(end, "ll") || strstr(end, "LL"));
    if (strpbrk(end, "wW"))
        return bitint_literal(unit, v, u);
    if (decimal && !u && v > INT64_MAX)
        return type_basic(unit->opt->clang ? TY_ULLONG : TY_INT128);
    int kind = longs == 2 ? TY_LLONG : longs ? TY_LONG : TY_INT;
    if (kind == TY_INT && v <= INT32_MAX && !u)
        return type_basic(TY_INT);
    if (kind == TY_INT && v <= UINT32_MAX && (u || !decimal))
        return type_basic(TY_UINT);
    if (kind == TY_INT)
        kind = TY_LONG;
    return type_basic(u || v > INT64_MAX ? kind + 1 : kind);
}

struct type *literal_type(struct unit *u, uint32_t tok) {
    const char *s = tok_text(u, tok);
    size_t n = u->toks[tok].len, prefix = 0;
    if (!n)
        return type_basic(TY_UNKNOWN);
    while (prefix < n && s[prefix] != '\'' && prefix < 3)
        prefix++;
    if (prefix < n && s[prefix] == '\'' && (s[0] < '0' || s[0] > '9'))
        return type_basic(char_kind(u, s, prefix, false));
    if (s[0] != '.' && (s[0] < '0' || s[0] > '9')) {
        if (tok_is(u, tok, "true") || tok_is(u, tok, "false"))
            return type_basic(TY_BOOL);
        return tok_is(u, tok, "nullptr") ? type_nullptr(u) : type_basic(TY_UNKNOWN);
    }
    bool imaginary = is_imaginary(u, &s, &n);
    struct type *t = is_float(s, n) ? float_literal(u, s, n) : integer_literal(u, s, n);
    return imaginary ? arith_complex(u, t) : t;
}

/* ---- values ---- */

static int64_t escape_value(const char *s, size_t n) {
    static const char names[] = "abfnrtve\\'\"?", values[] = "\a\b\f\n\r\t\v\33\\'\"?";
    const char *at = memchr(names, s[1], sizeof names - 1);
    char text[16];
    size_t k = n - 1 < sizeof text - 1 ? n - 1 : sizeof text - 1;
    memcpy(text, s + 1, k);
    text[k] = '\0';
    if (at)
        return values[at - names];
    return *text == 'x' ? strtol(text + 1, NULL, 16) : strtol(text, NULL, 8);
}

static bool char_value(struct unit *u, uint32_t tok, size_t prefix, int64_t *value) {
    const char *s = tok_text(u, tok) + prefix + 1;
    size_t n = u->toks[tok].len - prefix - 2;
    bool escape = n > 1 && *s == '\\';
    if (n == 0 || u->toks[tok].len < prefix + 3 ||
        (escape ? literal_length(s, n) : (int64_t)n) != 1)
        return false; /* multi-character and multi-byte constants */
    *value = escape ? escape_value(s, n) : (unsigned char)*s;
    if (!prefix)
        *value = (signed char)*value;
    return true;
}

bool literal_value(struct unit *u, uint32_t tok, int64_t *value) {
    const char *s = tok_text(u, tok);
    size_t n = u->toks[tok].len, prefix = 0;
    if (tok_is(u, tok, "true") || tok_is(u, tok, "false")) {
        *value = *s == 't';
        return true;
    }
    while (prefix < n && s[prefix] != '\'' && prefix < 3)
        prefix++;
    if (prefix < n && s[prefix] == '\'' && (s[0] < '0' || s[0] > '9'))
        return char_value(u, tok, prefix, value);
    if (!n || s[0] < '0' || s[0] > '9' || is_float(s, n))
        return false;
    char digits[80], *end;
    *value = (int64_t)integer_value(s, n, digits, &end);
    return !strpbrk(end, "iIjJ");
}
