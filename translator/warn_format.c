/* SPDX-License-Identifier: MIT */
/*
 * Formats of errors, which have %w besides printf's conversions: the host compiler cannot check
 * them.
 *
 *   fmt_errorf("open: %s", err);                 -Wbad-format: '%s' prints a text
 */
#include "cc.h"

#include <string.h>

enum want {
    WANT_NOTHING,
    WANT_INT,
    WANT_LONG,
    WANT_REAL,
    WANT_LONG_REAL,
    WANT_TEXT,
    WANT_POINTER,
    WANT_ERROR,
    WANT_UNKNOWN
};

struct conversion {
    const char *text; /* from the % on */
    int n, stars;
    enum want want;
};

/* What the string says, without quotes; characters written as escapes become one that is no
 * conversion's.  NULL: it is no plain string. */
static const char *format_text(struct unit *u, struct node *string) {
    char *text = arena_alloc(u->arena, u->toks[string->last].off - u->toks[string->first].off +
                                           u->toks[string->last].len + 1);
    char *end = text;
    for (uint32_t tok = string->first; tok <= string->last; tok++) {
        const char *s = tok_text(u, tok);
        if (*s != '"')
            return NULL;
        for (uint32_t i = 1; i + 1 < u->toks[tok].len; i++) {
            bool escape = s[i] == '\\';
            i += escape;
            *end++ = escape ? '\x01' : s[i];
        }
    }
    *end = '\0';
    return text;
}

static enum want letter_wants(char letter, const char *length) {
    bool is_long = strchr("lqjzt", *length) && *length;
    switch (letter) {
    case 'd':
    case 'i':
    case 'o':
    case 'u':
    case 'x':
    case 'X':
        return is_long ? WANT_LONG : WANT_INT;
    case 'c':
        return WANT_INT;
    case 'a':
    case 'A':
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G':
        return *length == 'L' ? WANT_LONG_REAL : WANT_REAL;
    case 's':
        return is_long ? WANT_POINTER : WANT_TEXT;
    case 'p':
        return WANT_POINTER;
    case 'w':
        return WANT_ERROR;
    case 'm':
    case '%':
        return WANT_NOTHING;
    default:
        return WANT_UNKNOWN;
    }
}

/* The conversion at p, which is a %. */
static struct conversion conversion_at(const char *p) {
    struct conversion c = {.text = p};
    const char *end = p + 1;
    for (; *end && strchr("-+ #0'I.*123456789", *end); end++)
        c.stars += *end == '*';
    const char *length = end;
    while (*end && strchr("hlLjzt", *end))
        end++;
    if (*end == 'q' && end[1] && strchr("diouxX", end[1])) /* alone it is Go's */
        end++;
    c.want = letter_wants(*end, length == end ? "" : length);
    c.n = (int)(end - p) + (*end != '\0');
    return c;
}

static bool is_text(const struct type *t) {
    int kind = t->kind == TY_POINTER ? t->base->kind : TY_VOID;
    return kind == TY_CHAR || kind == TY_SCHAR || kind == TY_UCHAR;
}

static bool fits(struct unit *u, struct type *t, enum want want) {
    bool is_long = t->kind >= TY_LONG && t->kind <= TY_ULLONG;
    bool is_pointer = t->kind == TY_POINTER || t->kind == TY_CHAN;
    switch (want) {
    case WANT_INT:
        return type_is_integer(t) && !is_long && t->kind != TY_INT128 && t->kind != TY_UINT128;
    case WANT_LONG:
        return is_long || t->kind == TY_ENUM;
    case WANT_REAL:
        return t->kind == TY_FLOAT || t->kind == TY_DOUBLE;
    case WANT_LONG_REAL:
        return t->kind == TY_LDOUBLE;
    case WANT_TEXT:
        return is_text(t);
    case WANT_POINTER:
        return is_pointer;
    case WANT_ERROR:
        return warn_is_error(u, t) || (t->kind == TY_POINTER && t->base->kind == TY_VOID);
    default:
        return true;
    }
}

static void warn_argument(struct unit *u, struct node *arg, const struct conversion *c) {
    static const char *const wanted[] = {"nothing",   "an int",        "a long",
                                         "a double",  "a long double", "a text",
                                         "a pointer", "an error",      "nothing"};
    struct type *t = type_decay(u, expr_type(u, arg));
    if (t->kind == TY_UNKNOWN || t->kind == TY_OTHER_ARITH || fits(u, t, c->want))
        return;
    const char *hint = c->want == WANT_TEXT && warn_is_error(u, t)
                           ? "; %w wraps an error, error_string() is its text"
                           : "";
    diag_warning(u, "bad-format", arg->first, "'%.*s' takes %s, this is of type '%s'%s", c->n,
                 c->text, wanted[c->want], type_show(u, t), hint);
}

static void warn_arguments(struct unit *u, struct node *format, struct node *arg) {
    static const struct conversion star = {.text = "*", .n = 1, .want = WANT_INT};
    const char *text = format_text(u, expr_strip(format));
    for (const char *p = text; p && (p = strchr(p, '%')) != NULL;) {
        struct conversion c = conversion_at(p);
        p += c.n;
        if (c.want == WANT_UNKNOWN) {
            diag_warning(u, "bad-format", format->first,
                         "'%.*s' is no conversion: those of printf are, and '%%w'", c.n, c.text);
            return;
        }
        for (int i = c.want == WANT_NOTHING ? 1 : 0; i <= c.stars; i++) {
            if (!arg) {
                diag_warning(u, "bad-format", format->first, "'%.*s' has no argument", c.n, c.text);
                return;
            }
            warn_argument(u, arg, i < c.stars ? &star : &c);
            arg = arg->next;
        }
    }
    if (arg && text)
        diag_warning(u, "bad-format", arg->first, "the format has nothing for this argument");
}

/* At each node. */
void warn_format(struct unit *u, struct node *n) {
    int before = warn_calls(u, n, "fmt_errorf") ? 0 : warn_calls(u, n, "errors_new_kind") ? 2 : -1;
    if (before < 0)
        return;
    struct node *format = node_kid(n, 1)->kid;
    while (format && before-- > 0)
        format = format->next;
    if (format && expr_strip(format)->kind == N_STRING)
        warn_arguments(u, format, format->next);
}
