/* SPDX-License-Identifier: MIT */
/*
 * Declarations to types: specifiers, declarators, and what a symbol therefore is.
 *
 * All of it is lazy.  Nothing here runs for a declaration that no construct asks about, so the
 * headers of a program cost a parse and no typing.  A symbol whose type is being computed has the
 * unknown type, which ends the recursion of `auto x = x;` and its like.
 */
#include "cc.h"

#include <string.h>

/* ---- specifiers ---- */

enum word_class {
    W_OTHER,
    W_IGNORE,
    W_QUAL,
    W_BASE,
    W_SIGNED,
    W_UNSIGNED,
    W_SHORT,
    W_LONG,
    W_COMPLEX,
    W_AUTO
};

static const struct word {
    const char *text; /* without GNU's underscores */
    uint8_t class, value;
} words[] = {
    {"const", W_QUAL, Q_CONST},
    {"volatile", W_QUAL, Q_VOLATILE},
    {"restrict", W_QUAL, Q_RESTRICT},
    {"_Atomic", W_QUAL, Q_ATOMIC},
    {"void", W_BASE, TY_VOID},
    {"char", W_BASE, TY_CHAR},
    {"int", W_BASE, TY_INT},
    {"float", W_BASE, TY_FLOAT},
    {"double", W_BASE, TY_DOUBLE},
    {"_Bool", W_BASE, TY_BOOL},
    {"bool", W_BASE, TY_BOOL},
    {"int128", W_BASE, TY_INT128},
    {"int128_t", W_BASE, TY_INT128},
    {"uint128_t", W_BASE, TY_UINT128},
    {"signed", W_SIGNED, 0},
    {"unsigned", W_UNSIGNED, 0},
    {"short", W_SHORT, 0},
    {"long", W_LONG, 0},
    {"_Complex", W_COMPLEX, 0},
    {"complex", W_COMPLEX, 0},
    {"auto", W_AUTO, 0},
    {"auto_type", W_AUTO, 0},
    {"typedef", W_IGNORE, 0},
    {"extern", W_IGNORE, 0},
    {"static", W_IGNORE, 0},
    {"register", W_IGNORE, 0},
    {"inline", W_IGNORE, 0},
    {"_Noreturn", W_IGNORE, 0},
    {"thread", W_IGNORE, 0},
    {"_Thread_local", W_IGNORE, 0},
    {"thread_local", W_IGNORE, 0},
    {"constexpr", W_IGNORE, 0},
    {"extension", W_IGNORE, 0},
    {"noreturn", W_IGNORE, 0},
};

/* __volatile__ and __volatile are volatile. */
static size_t bare_word(const char **text, size_t n) {
    if (n <= 4 || strncmp(*text, "__", 2) != 0)
        return n;
    *text += 2;
    n -= 2;
    return strncmp(*text + n - 2, "__", 2) == 0 ? n - 2 : n;
}

static struct word word_of(struct unit *u, uint32_t tok) {
    const char *text = tok_text(u, tok);
    size_t n = bare_word(&text, u->toks[tok].len);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strlen(words[i].text) == n && memcmp(words[i].text, text, n) == 0)
            return words[i];
    return (struct word){NULL, W_OTHER, 0};
}

/* What the words of one specifier list add up to. */
struct specs {
    struct type *type; /* of a specifier that is a type by itself */
    const char *other; /* _Float128 … */
    int base, longs, quals;
    bool is_signed, is_unsigned, is_short, is_complex, is_auto;
};

static struct type *named_type(struct unit *u, int kind, const char *name) {
    struct type *t = type_new(u, kind);
    t->name = name;
    return t;
}

/* An array of one record on x86-64, where it decays when passed, and a record on aarch64. */
static struct type *va_list_type(struct unit *u) {
    if (u->opt->aarch64)
        return named_type(u, TY_STRUCT, "__builtin_va_list");
    struct type *t = type_new(u, TY_ARRAY);
    t->base = named_type(u, TY_STRUCT, "__typeof__((*(__builtin_va_list *)0)[0])");
    t->length = 1;
    return t;
}

static void add_word(struct unit *u, struct specs *s, uint32_t tok) {
    struct word w = word_of(u, tok);
    switch (w.class) {
    case W_QUAL:
        s->quals |= w.value;
        break;
    case W_BASE:
        s->base = w.value;
        break;
    case W_SIGNED:
        s->is_signed = true;
        break;
    case W_UNSIGNED:
        s->is_unsigned = true;
        break;
    case W_SHORT:
        s->is_short = true;
        break;
    case W_LONG:
        s->longs++;
        break;
    case W_COMPLEX:
        s->is_complex = true;
        break;
    case W_AUTO:
        s->is_auto = true;
        break;
    case W_OTHER:
        if (tok_is(u, tok, "__builtin_va_list"))
            s->type = va_list_type(u);
        else
            s->other = tok_dup(u, tok);
        break;
    default:
        break;
    }
}

static int integer_kind(const struct specs *s) {
    if (s->base == TY_CHAR)
        return s->is_unsigned ? TY_UCHAR : s->is_signed ? TY_SCHAR : TY_CHAR;
    if (s->base == TY_INT128)
        return s->is_unsigned ? TY_UINT128 : TY_INT128;
    if (s->is_short)
        return s->is_unsigned ? TY_USHORT : TY_SHORT;
    int kind = s->longs > 1 ? TY_LLONG : s->longs ? TY_LONG : TY_INT;
    return s->is_unsigned ? kind + 1 : kind;
}

/* The type that the basic words make; unknown if there is none. */
static struct type *basic_type(struct unit *u, const struct specs *s) {
    bool integer = s->base == TY_INT || s->base == TY_CHAR || s->base == TY_INT128 ||
                   s->is_signed || s->is_unsigned || s->is_short || s->longs;
    int kind = s->base;
    if (kind == TY_DOUBLE && s->longs)
        kind = TY_LDOUBLE;
    else if (integer && (!kind || kind == TY_INT || kind == TY_CHAR || kind == TY_INT128))
        kind = integer_kind(s);
    if (s->is_complex || s->other) {
        const char *of = s->other ? s->other
                                  : type_print(u, type_basic(kind ? kind : TY_DOUBLE), NULL);
        return arith_named(u, s->is_complex ? arena_printf(u->arena, "_Complex %s", of) : of);
    }
    return type_basic(kind);
}

static bool has_members(struct node *record) {
    return record && (record->kind == N_SPEC_RECORD || record->kind == N_SPEC_ENUM) &&
           record->kid && record->kid->kind == N_LIST;
}

bool record_is_union(struct unit *u, const struct node *n) {
    uint32_t word = n->first;
    while (tok_is(u, word, "__extension__"))
        word++;
    return tok_is(u, word, "union");
}

static struct type *tag_type(struct unit *u, struct node *n) {
    struct type *t = n->sym ? n->sym->type : n->type;
    if (!t) {
        int kind = n->kind == N_SPEC_ENUM ? TY_ENUM : record_is_union(u, n) ? TY_UNION : TY_STRUCT;
        t = type_new(u, kind);
        t->tag = n->sym;
        if (n->sym)
            n->sym->type = t;
        if (n->sym && has_members(n->sym->node))
            t->record = n->sym->node;
    }
    if (has_members(n))
        t->record = n;
    return n->type = t;
}

static struct type *typedef_type(struct unit *u, struct node *n) {
    if (!n->sym) { /* the compiler's own */
        struct specs s = {0};
        if (tok_is(u, n->tok, "nullptr_t"))
            return type_nullptr(u);
        add_word(u, &s, n->tok);
        return s.type ? s.type : basic_type(u, &s);
    }
    struct type *of = symbol_type(u, n->sym);
    if (n->sym->kind != S_TYPEDEF)
        return of;
    struct type *t = type_new(u, of->kind);
    *t = *of;
    t->alias = n->sym;
    return t;
}

static char *source_text(struct unit *u, uint32_t first, uint32_t last) {
    uint32_t from = u->toks[first].off, to = u->toks[last].off + u->toks[last].len;
    return arena_printf(u->arena, "%.*s", (int)(to - from), u->text + from);
}

static struct type *chan_type(struct unit *u, struct node *n) {
    struct type *t = type_new(u, TY_CHAN);
    struct node *element = node_kid(n, 0);
    t->dir = (uint8_t)n->op;
    t->base = node_absent(element)           ? type_basic(TY_UNKNOWN)
              : element->kind == N_TYPE_NAME ? type_name_type(u, element)
                                             : specs_type(u, element);
    return t;
}

static struct type *typeof_type(struct unit *u, struct node *n) {
    struct node *of = node_kid(n, 0);
    struct type *t = node_absent(of)           ? type_basic(TY_UNKNOWN)
                     : of->kind == N_TYPE_NAME ? type_name_type(u, of)
                                               : expr_type(u, of);
    const char *word = tok_text(u, n->tok ? n->tok : n->first);
    return memmem(word, u->toks[n->tok ? n->tok : n->first].len, "unqual", 6) ? type_unqual(u, t)
                                                                              : t;
}

/* ---- attributes that change a type ---- */

/* Where `word` (or __word__) stands in first..last, 0: nowhere. */
static uint32_t find_word(struct unit *u, uint32_t first, uint32_t last, const char *word) {
    for (uint32_t i = first; i <= last && i < u->ntoks; i++) {
        const char *text = tok_text(u, i);
        size_t n = bare_word(&text, u->toks[i].len);
        if (n == strlen(word) && memcmp(text, word, n) == 0)
            return i;
    }
    return 0;
}

static const struct mode {
    const char *mode;
    int kind;
    const char *name;
} modes[] = {
    {"QI", TY_SCHAR, 0},
    {"HI", TY_SHORT, 0},
    {"SI", TY_INT, 0},
    {"DI", TY_LONG, 0},
    {"TI", TY_INT128, 0},
    {"SF", TY_FLOAT, 0},
    {"DF", TY_DOUBLE, 0},
    {"XF", TY_LDOUBLE, 0},
    {"word", TY_LONG, 0},
    {"pointer", TY_LONG, 0},
    {"byte", TY_SCHAR, 0},
    {"unwind_word", TY_LONG, 0},
    {"HF", 0, "_Float16"},
    {"TF", 0, "_Float128"},
    {"SD", 0, "_Decimal32"},
    {"DD", 0, "_Decimal64"},
    {"TD", 0, "_Decimal128"},
    {"SC", 0, "_Complex float"},
    {"DC", 0, "_Complex double"},
    {"XC", 0, "_Complex long double"},
    {"TC", 0, "_Complex _Float128"},
};

static struct type *mode_of(struct unit *u, const char *word, size_t n, bool is_unsigned) {
    for (const struct mode *m = modes; m < modes + sizeof modes / sizeof *modes; m++)
        if (n == strlen(m->mode) && !memcmp(word, m->mode, n))
            return m->name ? arith_named(u, m->name)
                           : type_basic(m->kind + (is_unsigned && m->kind <= TY_INT128));
    return type_basic(TY_UNKNOWN);
}

/* mode(DI), and mode(V4SI) of old. */
static struct type *mode_type(struct unit *u, uint32_t tok, struct type *t) {
    const char *word = tok_text(u, tok);
    size_t n = bare_word(&word, u->toks[tok].len), skip = 1;
    int kind = t->kind == TY_ENUM ? type_enum_kind(u, t) : t->kind;
    bool is_unsigned = kind == TY_UINT || kind == TY_UCHAR || kind == TY_USHORT ||
                       kind == TY_ULONG || kind == TY_ULLONG;
    if (*word != 'V')
        return mode_of(u, word, n, is_unsigned);
    int count = 0;
    for (; skip < n && word[skip] >= '0' && word[skip] <= '9' && count < 1000; skip++)
        count = count * 10 + word[skip] - '0';
    return vector_of_size(u, mode_of(u, word + skip, n - skip, is_unsigned), count);
}

static struct type *vector_type(struct unit *u, uint32_t tok, uint32_t last, struct type *element) {
    uint32_t end = tok + 1;
    for (int depth = 0; end <= last; end++) {
        depth += tok_is(u, end, "(") - tok_is(u, end, ")");
        if (depth == 0)
            break;
    }
    return vector_of(u, element, source_text(u, tok, end));
}

static struct type *apply_attributes(struct unit *u, uint32_t first, uint32_t last,
                                     struct type *t) {
    uint32_t at = find_word(u, first, last, "vector_size");
    if (!at)
        at = find_word(u, first, last, "ext_vector_type");
    if (at && type_is_arith(t))
        return vector_type(u, at, last, t);
    at = find_word(u, first, last, "mode");
    return at && at + 2 <= last ? mode_type(u, at + 2, t) : t;
}

/* The last token of the attributes and asm names that follow `tok`. */
static uint32_t attributes_end(struct unit *u, uint32_t tok) {
    uint32_t last = tok;
    while (find_word(u, last + 1, last + 1, "attribute") ||
           find_word(u, last + 1, last + 1, "asm")) {
        uint32_t i = last + 2;
        for (int depth = 0; i < u->ntoks; i++) {
            depth += tok_is(u, i, "(") - tok_is(u, i, ")");
            if (depth == 0)
                break;
        }
        last = i;
    }
    return last < u->ntoks ? last : u->ntoks - 1;
}

static void add_specifier(struct unit *u, struct specs *s, struct node *n) {
    switch (n->kind) {
    case N_SPEC_WORD:
        add_word(u, s, n->tok ? n->tok : n->first);
        break;
    case N_SPEC_TYPEDEF:
        s->type = typedef_type(u, n);
        break;
    case N_SPEC_RECORD:
    case N_SPEC_ENUM:
        s->type = tag_type(u, n);
        break;
    case N_SPEC_TYPEOF:
        s->type = typeof_type(u, n);
        break;
    case N_SPEC_ATOMIC:
        s->type = type_name_type(u, node_kid(n, 0));
        s->quals |= Q_ATOMIC;
        break;
    case N_SPEC_BITINT:
        s->other = source_text(u, n->first, n->last);
        break;
    case N_SPEC_CHAN:
        s->type = chan_type(u, n);
        break;
    default:
        break;
    }
}

bool specs_have_attribute(struct unit *u, struct node *specs, const char *word) {
    for (struct node *n = node_absent(specs) ? NULL : specs->kid; n; n = n->next)
        if (n->kind == N_SPEC_ATTR && find_word(u, n->first, n->last, word))
            return true;
    return false;
}

struct type *specs_type(struct unit *u, struct node *specs) {
    if (node_absent(specs))
        return type_basic(TY_INT);
    if (specs->type)
        return specs->type;
    specs->type = type_basic(TY_UNKNOWN);
    struct specs s = {0};
    for (struct node *n = specs->kid; n; n = n->next)
        add_specifier(u, &s, n);
    if (s.is_unsigned && s.other)
        s.other = arena_printf(u->arena, "unsigned %s", s.other);
    struct type *t = s.type ? s.type : basic_type(u, &s);
    if (t->kind == TY_UNKNOWN && !s.type && !s.is_auto)
        t = type_basic(TY_INT); /* implicit int */
    for (struct node *n = specs->kid; n; n = n->next)
        if (n->kind == N_SPEC_ATTR)
            t = apply_attributes(u, n->first, n->last, t);
    return specs->type = type_qualify(u, t, s.quals);
}

/* The T of `enum e : T { … }`, from its tokens. */
struct type *enum_underlying(struct unit *u, struct node *n) {
    struct specs s = {0};
    uint32_t i = n->first, end = n->first + 8 < n->last ? n->first + 8 : n->last;
    while (i < end && !tok_is(u, i, ":") && !tok_is(u, i, "{"))
        i++;
    if (!tok_is(u, i, ":"))
        return NULL;
    for (i++; i < n->last && !tok_is(u, i, "{"); i++)
        add_word(u, &s, i);
    struct symbol *named = s.other ? scope_find(u->globals, u->toks[i - 1].ident) : NULL;
    return named && named->kind == S_TYPEDEF ? symbol_type(u, named) : basic_type(u, &s);
}

/* As small as its values allow. */
bool enum_is_packed(struct unit *u, struct node *n) {
    struct node *list = n->kid;
    if (node_absent(list))
        return false;
    uint32_t brace = list->last;
    while (brace + 1 < u->ntoks && !tok_is(u, brace, "}"))
        brace++;
    uint32_t end = attributes_end(u, brace);
    return (list->first > n->first && find_word(u, n->first, list->first - 1, "packed")) ||
           (end > brace && find_word(u, brace + 1, end, "packed"));
}

/* `auto x = e;` and `__auto_type x = e;` */
static bool specs_infer(struct unit *u, struct node *specs) {
    bool infer = false;
    for (struct node *n = node_absent(specs) ? NULL : specs->kid; n; n = n->next) {
        if (n->kind != N_SPEC_WORD)
            infer = infer && n->kind == N_SPEC_ATTR;
        else if (word_of(u, n->tok ? n->tok : n->first).class == W_AUTO)
            infer = true;
    }
    return infer && specs_type(u, specs)->kind == TY_UNKNOWN;
}

/* ---- declarators ---- */

static int declarator_quals(struct unit *u, struct node *quals) {
    struct specs s = {0};
    for (struct node *n = node_absent(quals) ? NULL : quals->kid; n; n = n->next)
        if (n->kind == N_SPEC_WORD)
            add_word(u, &s, n->tok ? n->tok : n->first);
    return s.quals;
}

/* May the value of a size expression change at run time?  Asked when it could not be computed. */
static bool names_object(struct node *e) {
    if (e->kind == N_SIZEOF || e->kind == N_OFFSETOF || e->kind == N_TYPE_NAME)
        return false;
    if (e->kind == N_STMT_EXPR || e->kind == N_ASSIGN || e->kind == N_POST || e->kind == N_RECV)
        return true;
    if (e->kind == N_IDENT && e->sym && e->sym->kind != S_ENUMERATOR && e->sym->kind != S_BUILTIN)
        return true;
    for (struct node *k = e->kid; k; k = k->next)
        if (names_object(k))
            return true;
    return false;
}

static struct type *array_type(struct unit *u, struct node *n, struct type *base) {
    struct type *t = type_new(u, TY_ARRAY);
    struct node *size = node_kid(n, 1);
    t->base = base;
    if (node_absent(size)) {
        t->incomplete = !n->op;
        t->vla = n->op != 0; /* [*] */
        return t;
    }
    t->size = size;
    if (!expr_const(u, size, &t->length) || t->length < 0)
        t->length = -1;
    t->vla = base->vla || (t->length < 0 && names_object(size));
    return t;
}

static struct type *adjusted(struct unit *u, struct type *t) {
    return type_decay(u, t);
}

static struct type *param_type(struct unit *u, struct node *p) {
    struct type *t = specs_type(u, node_kid(p, 0));
    struct node *d = node_kid(p, 1);
    return adjusted(u, node_absent(d) ? t : declarator_type(u, d, t));
}

static bool is_void_list(struct unit *u, struct node *list) {
    struct node *p = list->kid;
    return p && !p->next && p->kind == N_PARAM && node_absent(node_kid(p, 1)) &&
           specs_type(u, node_kid(p, 0))->kind == TY_VOID;
}

static uint32_t count_params(struct node *list) {
    uint32_t n = 0;
    for (struct node *p = list->kid; p; p = p->next)
        n += p->kind == N_PARAM && p->kid && p->kid->kind == N_SPECS;
    return list->kid->kid && list->kid->kid->first > list->kid->kid->last ? 0
                                                                          : n; /* f(a, b): K&R */
}

static struct type *function_type(struct unit *u, struct node *n, struct type *base) {
    struct type *t = type_new(u, TY_FUNC);
    struct node *list = node_kid(n, 1);
    t->base = base;
    uint32_t end = n->last; /* the closing parenthesis */
    t->variadic = end > n->first && tok_is(u, end, ")") && tok_is(u, end - 1, "...");
    if (node_absent(list) || !list->kid) {
        t->unprototyped = !t->variadic && u->opt->std < 202311;
        return t;
    }
    if (is_void_list(u, list))
        return t;
    t->nparams = count_params(list);
    t->unprototyped = t->nparams == 0;
    t->params = arena_alloc(u->arena, (t->nparams + 1) * sizeof *t->params);
    uint32_t i = 0;
    for (struct node *p = list->kid; p; p = p->next)
        if (t->nparams && p->kind == N_PARAM && p->kid && p->kid->kind == N_SPECS)
            t->params[i++] = param_type(u, p);
    return t;
}

struct type *declarator_type(struct unit *u, struct node *d, struct type *base) {
    for (; !node_absent(d); d = node_kid(d, 0)) {
        switch (d->kind) {
        case N_D_POINTER:
            base = type_qualify(u, type_pointer(u, base), declarator_quals(u, node_kid(d, 1)));
            break;
        case N_D_ARRAY:
            base = array_type(u, d, base);
            break;
        case N_D_FUNC:
            base = function_type(u, d, base);
            break;
        case N_D_PAREN:
            break;
        default:
            return base;
        }
    }
    return base;
}

struct type *type_name_type(struct unit *u, struct node *n) {
    if (node_absent(n))
        return type_basic(TY_UNKNOWN);
    if (!n->type)
        n->type = declarator_type(u, node_kid(n, 1), specs_type(u, node_kid(n, 0)));
    return n->type;
}

struct type *func_result(struct unit *u, struct node *func) {
    struct type *t = declarator_type(u, node_kid(func, 1), specs_type(u, node_kid(func, 0)));
    return t->kind == TY_FUNC ? type_unqual(u, t->base) : type_basic(TY_UNKNOWN);
}

/* ---- symbols ---- */

/* Elements of `int a[] = {…}` in the forms where counting is sure; -1 otherwise. */
static int64_t initialised_length(struct unit *u, struct node *init, struct type *element) {
    init = expr_strip(init);
    if (init->kind == N_STRING)
        return literal_string_type(u, init)->length;
    if (init->kind != N_INIT_LIST)
        return -1;
    int64_t n = 0;
    bool aggregate = element->kind == TY_ARRAY || type_is_record(element);
    for (struct node *i = init->kid; i; i = i->next, n++) {
        if (i->kind == N_INIT)
            return -1;
        if (aggregate ? i->kind != N_INIT_LIST : type_is_integer(element) && i->kind == N_STRING)
            return -1;
    }
    return n ? n : -1; /* {}: as gcc has it */
}

static struct type *completed_by(struct unit *u, struct type *t, struct node *init) {
    if (t->kind != TY_ARRAY || !t->incomplete || node_absent(init))
        return t;
    struct type *c = type_new(u, TY_ARRAY);
    *c = *t;
    c->incomplete = 0;
    c->alias = NULL;
    c->length = initialised_length(u, init, t->base);
    return c;
}

static struct type *inferred(struct unit *u, struct node *e) {
    return type_unqual(u, type_decay(u, expr_type(u, e)));
}

static struct type *declr_type(struct unit *u, struct symbol *s) {
    struct node *n = s->node, *init = node_kid(n, 1);
    struct node *decl = n->parent ? n->parent->kind == N_LIST ? n->parent->parent : n->parent
                                  : NULL;
    struct node *specs = s->specs ? s->specs : node_kid(decl, 0);
    if (specs_infer(u, specs) && !node_absent(init))
        return inferred(u, init);
    struct node *d = node_kid(n, 0);
    struct type *t = declarator_type(u, d, specs_type(u, specs));
    if (node_absent(d))
        return t;
    uint32_t end = attributes_end(u, d->last);
    return completed_by(u, end > d->last ? apply_attributes(u, d->last + 1, end, t) : t, init);
}

static struct type *element_or_unknown(struct type *t) {
    return t->kind == TY_CHAN ? t->base : type_basic(TY_UNKNOWN);
}

/* `v, ok := <-c` */
static struct type *recv_ok_type(struct unit *u, struct symbol *s) {
    struct node *v = node_kid(s->node, 0), *recv = node_kid(s->node, 2);
    if (!v || v->tok != s->tok)
        return type_basic(TY_BOOL);
    return recv ? type_unqual(u, expr_type(u, recv)) : type_basic(TY_UNKNOWN);
}

static struct type *range_type(struct unit *u, struct node *range) {
    struct type *t = type_decay(u, expr_type(u, node_kid(range, 1)));
    return type_unqual(u, t->kind == TY_CHAN ? element_or_unknown(t) : t);
}

/* A parameter of f(a, b) int a, b; is declared between the parentheses and the body. */
static struct type *old_style_param(struct unit *u, struct symbol *s) {
    struct node *list = s->func ? node_kid(s->func, 2) : NULL;
    for (struct node *d = node_absent(list) ? NULL : list->kid; d; d = d->next) {
        struct node *declrs = d->kind == N_DECL ? node_kid(d, 1) : NULL;
        for (struct node *n = declrs ? declrs->kid : NULL; n; n = n->next) {
            struct node *name = node_kid(n, 0);
            while (name && name->kind != N_D_NAME)
                name = node_kid(name, 0);
            if (name && u->toks[name->tok].ident == s->ident)
                return adjusted(u,
                                declarator_type(u, node_kid(n, 0), specs_type(u, node_kid(d, 0))));
        }
    }
    return type_basic(TY_INT);
}

static struct type *node_type(struct unit *u, struct symbol *s) {
    struct node *n = s->node;
    while (n->kind == N_IDENT && n->parent) /* the name in `v, ok := …` or a range */
        n = s->node = n->parent;
    switch (n->kind) {
    case N_DECLR:
    case N_MEMBER_DECLR: {
        struct type *t = declr_type(u, s);
        return s->kind == S_PARAM ? adjusted(u, t) : t;
    }
    case N_PARAM:
        return n->kid && n->kid->kind == N_SPECS ? param_type(u, n) : old_style_param(u, s);
    case N_FUNC:
        return declarator_type(u, node_kid(n, 1), specs_type(u, node_kid(n, 0)));
    case N_DEFINE:
        return inferred(u, node_kid(n, 0));
    case N_RECV_OK:
        return recv_ok_type(u, s);
    case N_RANGE:
        return range_type(u, n);
    case N_SPEC_RECORD:
    case N_SPEC_ENUM:
        return tag_type(u, n);
    default:
        return s->kind == S_PARAM ? old_style_param(u, s) : type_basic(TY_UNKNOWN);
    }
}

/* An enumerator that is no int has the type of its enum. */
static struct type *wide_enumerator(int64_t value, bool negative) {
    if (value <= UINT32_MAX && value > 0 && !negative)
        return type_basic(TY_UINT);
    return type_basic(negative ? TY_LONG : TY_ULONG);
}

/* Values of a whole enum at once; one that cannot be computed leaves has_value unset. */
static void enumerate(struct unit *u, struct node *list) {
    int64_t next = 0;
    bool known = true, wide = false, negative = false;
    for (struct node *e = list->kid; e; e = e->next)
        if (e->kind == N_ENUMERATOR && e->sym)
            e->sym->type = type_basic(TY_INT);
    for (struct node *e = list->kid; e; e = e->next) {
        if (e->kind != N_ENUMERATOR || !e->sym)
            continue;
        if (!node_absent(node_kid(e, 0)))
            known = expr_const(u, node_kid(e, 0), &next);
        e->sym->has_value = known;
        e->sym->value = next;
        if (known && (next > INT32_MAX || next < INT32_MIN))
            wide = true;
        negative = negative || next < 0;
        next = (int64_t)((uint64_t)next + 1);
    }
    for (struct node *e = wide ? list->kid : NULL; e; e = e->next)
        if (e->sym && (e->sym->value > INT32_MAX || e->sym->value < INT32_MIN))
            e->sym->type = wide_enumerator(e->sym->value, negative);
}

struct type *symbol_type(struct unit *u, struct symbol *s) {
    if (s->type)
        return s->type;
    s->type = type_basic(s->kind == S_ENUMERATOR ? TY_INT : TY_UNKNOWN);
    if (!s->node)
        return s->type;
    if (s->kind == S_ENUMERATOR) {
        if (s->node->parent)
            enumerate(u, s->node->parent);
        return s->type;
    }
    if (s->kind == S_TAG)
        s->type = NULL; /* tag_type makes it, once */
    struct type *t = node_type(u, s);
    return s->type = t;
}
