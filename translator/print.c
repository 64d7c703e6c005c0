/* SPDX-License-Identifier: MIT */
/*
 * Types to text, in three spellings.
 *
 *   type_print   a C declarator for the output: chan int c  ->  struct gocc__chan_int *c
 *   type_show    what the user would write, for messages:       chan(char *)
 *   type_mangle  part of an identifier, from the canonical type: p_char
 *
 * A declarator is built from the inside out: each level of the type wraps the text so far.  The
 * output prefers the typedef a type was named by, because that is what the user wrote and because
 * some types (an anonymous struct, a vector) have no other name.  But a name may be hidden where
 * the text will stand (`error *error = …`), and a local one means nothing in a lifted function:
 * such a type is spelled out whenever that is possible.
 */
#include "cc.h"

#include <string.h>

static const char *const basic_names[] = {
    [TY_UNKNOWN] = "int",
    [TY_VOID] = "void",
    [TY_BOOL] = "_Bool",
    [TY_CHAR] = "char",
    [TY_SCHAR] = "signed char",
    [TY_UCHAR] = "unsigned char",
    [TY_SHORT] = "short",
    [TY_USHORT] = "unsigned short",
    [TY_INT] = "int",
    [TY_UINT] = "unsigned int",
    [TY_LONG] = "long",
    [TY_ULONG] = "unsigned long",
    [TY_LLONG] = "long long",
    [TY_ULLONG] = "unsigned long long",
    [TY_INT128] = "__int128",
    [TY_UINT128] = "unsigned __int128",
    [TY_FLOAT] = "float",
    [TY_DOUBLE] = "double",
    [TY_LDOUBLE] = "long double",
};

/* ---- which names may stand for a type ---- */

/* A type that cannot be written without some typedef (or not at file scope at all). */
static bool only_by_name(const struct type *t) {
    switch (t->kind) {
    case TY_UNKNOWN:
    case TY_VECTOR:
        return true;
    case TY_STRUCT:
    case TY_UNION:
    case TY_ENUM:
        return !t->tag || !t->tag->ident;
    case TY_ARRAY:
        return t->vla || only_by_name(t->base);
    case TY_POINTER:
    case TY_FUNC:
        return only_by_name(t->base);
    default:
        return false;
    }
}

/* Nor by what it is made of, as `struct { int x; } v;` tells its type. */
static bool has_no_parts(const struct type *t) {
    return t->kind == TY_UNKNOWN || t->kind == TY_VECTOR || t->vla;
}

static bool by_alias(const struct type *t) {
    if (!t->alias)
        return false;
    if (t->alias->hidden)
        return only_by_name(t) && has_no_parts(t);
    return only_by_name(t) || t->alias->depth == 0;
}

/* ---- anonymous records ---- */

/* `struct { … } v, *p[3];`: v and *p[0] have the record's type.  NULL if calling is needed. */
static char *path_to_record(struct unit *u, const char *from, struct node *d) {
    if (!d || d->kind == N_D_FUNC)
        return NULL;
    if (d->kind == N_D_NAME)
        return d->tok ? arena_printf(u->arena, "%s%s", from, tok_dup(u, d->tok)) : NULL;
    char *inner = path_to_record(u, from, d->kid);
    if (!inner || d->kind == N_D_POINTER)
        return inner ? arena_printf(u->arena, "*%s", inner) : NULL;
    return arena_printf(u->arena, d->kind == N_D_ARRAY ? "%s[0]" : "(%s)", inner);
}

static char *source_text(struct unit *u, const struct node *n) {
    uint32_t from = u->toks[n->first].off, to = u->toks[n->last].off + u->toks[n->last].len;
    return arena_printf(u->arena, "%.*s", n->first > n->last ? 0 : (int)(to - from),
                        u->text + from);
}

static char *record_name(struct unit *u, const struct type *t, int depth);

static bool is_anonymous_member(struct node *record) {
    struct node *decl = record->parent ? record->parent->parent : NULL;
    if (!decl || decl->kind != N_MEMBER_DECL)
        return false;
    struct node *list = node_kid(decl, 1);
    return node_absent(list) || !list->kid;
}

static char *name_by_member(struct unit *u, struct node *decl, struct node *declr, int depth) {
    struct node *outer = node_enclosing(decl, N_SPEC_RECORD);
    while (outer && is_anonymous_member(outer)) /* its members are those of the next one out */
        outer = node_enclosing(outer, N_SPEC_RECORD);
    if (!outer)
        return NULL;
    struct type as = {.kind = record_is_union(u, outer) ? TY_UNION : TY_STRUCT,
                      .record = outer,
                      .tag = outer->sym};
    char *of = record_name(u, &as, depth + 1);
    if (!of)
        return NULL;
    const char *from = arena_printf(u->arena, "((%s *)0)->", of);
    char *path = path_to_record(u, from, node_kid(declr, 0));
    return path ? arena_printf(u->arena, "__typeof__(%s)", path) : NULL;
}

/* `const struct { … } v;`, `typedef const struct { … } v;`: the comma takes the const off. */
static char *name_by_declaration(struct unit *u, struct node *declr, bool qualified) {
    struct node *d = node_kid(declr, 0);
    char *path = path_to_record(u, "", d);
    if (!declr->sym || !path)
        return NULL;
    const char *name = ident_text(u, declr->sym->ident);
    if (declr->sym->kind != S_TYPEDEF)
        return arena_printf(u->arena, "__typeof__(%s%s)", qualified ? "(void)0, " : "", path);
    if (d->kind == N_D_NAME)
        return arena_printf(u->arena, qualified ? "__typeof__((void)0, *(%s *)0)" : "%s", name);
    if (d->kind == N_D_POINTER && d->kid->kind == N_D_NAME)
        return arena_printf(u->arena, "__typeof__(*(%s)0)", name);
    return NULL;
}

/* `struct { … } f(int a)`: the type of a call that nothing evaluates. */
static char *name_by_call(struct unit *u, struct symbol *f, const struct type *record) {
    struct type *t = f && f->kind != S_TYPEDEF ? symbol_type(u, f) : NULL;
    const struct type *result = t && t->kind == TY_FUNC ? t->base : NULL;
    const char *stars = "";
    for (; result && result->kind == TY_POINTER; result = result->base)
        stars = arena_printf(u->arena, "%s*", stars);
    if (!result || result->record != record->record)
        return NULL;
    char *call = arena_printf(u->arena, "__typeof__(%s%s(", stars, ident_text(u, f->ident));
    for (uint32_t i = 0; i < t->nparams; i++)
        call = arena_printf(u->arena, "%s%s*(%s)0", call, i ? ", " : "",
                            type_print(u, type_pointer(u, t->params[i]), ""));
    return arena_printf(u->arena, "%s))", call);
}

/* struct tag, or a way to say which anonymous record is meant; NULL: there is none. */
static char *record_name(struct unit *u, const struct type *t, int depth) {
    if (t->tag && t->tag->ident) {
        const char *word = t->kind == TY_ENUM ? "enum" : t->kind == TY_UNION ? "union" : "struct";
        return arena_printf(u->arena, "%s %s", word, ident_text(u, t->tag->ident));
    }
    if (t->name)
        return arena_printf(u->arena, "%s", t->name);
    struct node *specs = t->record ? t->record->parent : NULL;
    struct node *decl = specs ? specs->parent : NULL;
    struct node *list = decl ? node_kid(decl, 1) : NULL;
    for (struct node *d = node_absent(list) || depth > 100 ? NULL : list->kid; d; d = d->next) {
        char *s = decl->kind == N_MEMBER_DECL ? name_by_member(u, decl, d, depth)
                  : decl->kind == N_DECL
                      ? name_by_declaration(u, d, specs_type(u, specs)->quals != 0)
                      : NULL;
        if (!s && decl->kind == N_DECL)
            s = name_by_call(u, d->sym, t);
        if (s)
            return s;
    }
    if (decl && decl->kind == N_FUNC)
        return name_by_call(u, decl->sym, t);
    return NULL;
}

/* ---- declarators ---- */

struct printer {
    struct unit *u;
    bool show;        /* for messages: channels and typedefs as written */
    bool in_function; /* a parameter's length may be another parameter, which has no name here */
    int depth;
};

static char *wrap(struct printer *p, const struct type *t, char *inner);

static const char *quals_text(struct unit *u, int quals) {
    return arena_printf(u->arena, "%s%s%s%s", quals & Q_CONST ? "const " : "",
                        quals & Q_VOLATILE ? "volatile " : "",
                        quals & Q_RESTRICT ? "__restrict " : "",
                        quals & Q_ATOMIC ? "_Atomic " : "");
}

static char *join(struct printer *p, int quals, const char *name, const char *inner) {
    return arena_printf(p->u->arena, "%s%s%s%s", quals_text(p->u, quals), name,
                        *inner && *inner != '[' ? " " : "", inner);
}

/* A channel of the library is shown as what it is: the user wrote no such name. */
static bool is_library_channel(struct unit *u, const struct type *t) {
    return t->kind == TY_CHAN && t->alias && u->toks[t->alias->tok].flags & TOK_SYSTEM;
}

static bool uses_alias(struct printer *p, const struct type *t) {
    if (!p->show)
        return by_alias(t);
    return t->alias && !is_library_channel(p->u, t);
}

static char *star(struct printer *p, int quals, const char *inner) {
    const char *q = quals_text(p->u, quals);
    char *s = arena_printf(p->u->arena, "*%s%s", q, inner);
    if (!*inner && *q)
        s[strlen(s) - 1] = '\0';
    return s;
}

static char *wrap_pointer(struct printer *p, const struct type *t, const char *inner) {
    const struct type *base = t->base;
    char *s = star(p, t->quals, inner);
    if ((base->kind == TY_ARRAY || base->kind == TY_FUNC) && !uses_alias(p, base))
        s = arena_printf(p->u->arena, "(%s)", s);
    return wrap(p, base, s);
}

/* A dimension that is known is printed as a number: its text may name what is out of scope. */
static char *wrap_array(struct printer *p, const struct type *t, const char *inner) {
    if (t->length >= 0)
        return wrap(p, t->base, arena_printf(p->u->arena, "%s[%lld]", inner, (long long)t->length));
    const char *size = t->name ? t->name : t->size ? source_text(p->u, t->size) : "";
    if (p->in_function && t->vla && !p->show)
        size = "*";
    return wrap(p, t->base, arena_printf(p->u->arena, "%s[%s]", inner, size));
}

static char *wrap_function(struct printer *p, const struct type *t, const char *inner) {
    struct buf b = {0};
    bool outside = p->in_function;
    p->in_function = true;
    buf_printf(&b, "%s(", inner);
    for (uint32_t i = 0; i < t->nparams; i++)
        buf_printf(&b, "%s%s", i ? ", " : "",
                   wrap(p, t->params[i], arena_printf(p->u->arena, "%s", "")));
    p->in_function = outside;
    if (t->variadic)
        buf_puts(&b, t->nparams ? ", ..." : "...");
    else if (!t->nparams && !t->unprototyped)
        buf_puts(&b, "void");
    buf_puts(&b, ")");
    char *s = arena_printf(p->u->arena, "%.*s", (int)b.n, b.s);
    buf_free(&b);
    return wrap(p, t->base, s);
}

/* An element that must stand in parentheses after `chan`, which would take an arrow for its own. */
static bool needs_parentheses(struct printer *p, const struct type *t) {
    const struct type *e = t->base;
    if (uses_alias(p, e))
        return false;
    if (e->kind == TY_CHAN)
        return e->dir == CHAN_RECV && t->dir == CHAN_BOTH;
    return e->kind == TY_POINTER || e->kind == TY_ARRAY || e->kind == TY_FUNC;
}

static char *wrap_channel(struct printer *p, const struct type *t, const char *inner) {
    struct arena *a = p->u->arena;
    if (!p->show) {
        char *tag = arena_printf(a, "struct gocc__chan_%s", type_mangle(p->u, t->base));
        return join(p, 0, tag, star(p, t->quals, inner));
    }
    const char *word = t->dir == CHAN_SEND ? "chan<-" : t->dir == CHAN_RECV ? "<-chan" : "chan";
    char *element = wrap(p, t->base, arena_printf(a, "%s", ""));
    char *s = arena_printf(a, needs_parentheses(p, t) ? "%s(%s)" : "%s %s", word, element);
    return join(p, t->quals, s, inner);
}

static char *wrap_alias(struct printer *p, const struct type *t, const char *inner) {
    int own = symbol_type(p->u, t->alias)->quals;
    return join(p, t->quals & ~own, ident_text(p->u, t->alias->ident), inner);
}

static char *wrap_record(struct printer *p, const struct type *t, const char *inner) {
    char *name = record_name(p->u, t, 0);
    if (!name && p->show)
        name = arena_printf(p->u->arena, "anonymous %s",
                            t->kind == TY_UNION  ? "union"
                            : t->kind == TY_ENUM ? "enum"
                                                 : "struct");
    if (!name && t->kind == TY_ENUM) {
        struct type plain = *t;
        name = arena_printf(p->u->arena, "%s", basic_names[type_enum_kind(p->u, &plain)]);
    }
    if (!name)
        name = t->record ? source_text(p->u, t->record) : arena_printf(p->u->arena, "int");
    return join(p, t->quals, name, inner);
}

static char *wrap(struct printer *p, const struct type *t, char *inner) {
    if (uses_alias(p, t))
        return wrap_alias(p, t, inner);
    if (++p->depth > 1000)
        return inner;
    char *s;
    switch (t->kind) {
    case TY_POINTER:
        s = t->name ? join(p, t->quals, p->show ? "nullptr_t" : t->name, inner)
                    : wrap_pointer(p, t, inner);
        break;
    case TY_ARRAY:
        s = wrap_array(p, t, inner);
        break;
    case TY_FUNC:
        s = wrap_function(p, t, inner);
        break;
    case TY_CHAN:
        s = wrap_channel(p, t, inner);
        break;
    case TY_STRUCT:
    case TY_UNION:
    case TY_ENUM:
        s = wrap_record(p, t, inner);
        break;
    case TY_OTHER_ARITH:
    case TY_VECTOR:
        s = join(p, t->quals, t->name ? t->name : "int", inner);
        break;
    case TY_UNKNOWN:
        s = join(p, t->quals, p->show ? "<unknown type>" : "int", inner);
        break;
    default:
        s = join(p, t->quals, basic_names[t->kind], inner);
        break;
    }
    p->depth--;
    return s;
}

char *type_print(struct unit *u, const struct type *t, const char *name) {
    struct printer p = {.u = u};
    return wrap(&p, t, arena_printf(u->arena, "%s", name ? name : ""));
}

char *type_show(struct unit *u, const struct type *t) {
    struct printer p = {.u = u, .show = true};
    return wrap(&p, t, arena_printf(u->arena, "%s", ""));
}

/* ---- identifiers ---- */

static void mangle(struct unit *u, struct buf *b, const struct type *t, int depth);

static void mangle_words(struct buf *b, const char *words) {
    for (; *words; words++) {
        bool keep = (*words >= 'a' && *words <= 'z') || (*words >= 'A' && *words <= 'Z') ||
                    (*words >= '0' && *words <= '9') || *words == '_';
        buf_add(b, keep ? words : "_", 1);
    }
}

static void mangle_function(struct unit *u, struct buf *b, const struct type *t, int depth) {
    buf_puts(b, "f_");
    mangle(u, b, t->base, depth);
    for (uint32_t i = 0; i < t->nparams; i++) {
        buf_puts(b, "__");
        mangle(u, b, type_unqual(u, t->params[i]), depth);
    }
    buf_puts(b, t->variadic ? "__va_e" : "_e");
}

/* Without a name that is lent: a channel has the same type in every function. */
static char *lasting_name(struct unit *u, const struct type *t) {
    uint32_t lent = t->tag && t->tag->lent ? t->tag->ident : 0;
    if (lent)
        t->tag->ident = 0;
    char *name = record_name(u, t, 0);
    if (lent)
        t->tag->ident = lent;
    return name;
}

static void mangle_record(struct unit *u, struct buf *b, const struct type *t) {
    char *name = lasting_name(u, t);
    if (name && !strstr(name, "__typeof__"))
        mangle_words(b, name);
    else
        buf_printf(b, "anon%u", t->record ? t->record->first : 0);
}

static void mangle(struct unit *u, struct buf *b, const struct type *t, int depth) {
    static const char *const directions[] = {"", "chan_", "send_chan_", "recv_chan_"};
    if (depth > 100)
        return;
    if (depth)
        mangle_words(b, quals_text(u, t->quals));
    switch (t->kind) {
    case TY_UNKNOWN:
        buf_puts(b, t->alias ? ident_text(u, t->alias->ident) : "unknown");
        break;
    case TY_BOOL:
        buf_puts(b, "bool");
        break;
    case TY_POINTER:
        buf_puts(b, t->name ? "nullptr_" : "p_");
        mangle(u, b, t->base, depth + 1);
        break;
    case TY_ARRAY:
        if (t->length >= 0)
            buf_printf(b, "a%lld_", (long long)t->length);
        else
            buf_puts(b, "a_");
        mangle(u, b, t->base, depth + 1);
        break;
    case TY_FUNC:
        mangle_function(u, b, t, depth + 1);
        break;
    case TY_CHAN:
        buf_puts(b, directions[t->dir & 3]);
        mangle(u, b, t->base, depth + 1);
        break;
    case TY_STRUCT:
    case TY_UNION:
    case TY_ENUM:
        mangle_record(u, b, t);
        break;
    case TY_OTHER_ARITH:
    case TY_VECTOR:
        mangle_words(b, t->name ? t->name : "");
        break;
    default:
        mangle_words(b, basic_names[t->kind]);
        break;
    }
}

char *type_mangle(struct unit *u, const struct type *t) {
    struct buf b = {0};
    mangle(u, &b, t, 0);
    char *s = arena_printf(u->arena, "%.*s", (int)b.n, b.s ? b.s : "");
    buf_free(&b);
    return s;
}

/* ---- what a lifted function may name ---- */

static bool record_at_file_scope(struct unit *u, const struct type *t) {
    bool in_function = t->record && node_enclosing(t->record, N_FUNC); /* or before its name */
    if (t->tag && t->tag->ident)
        return t->tag->depth == 0 && !in_function;
    if (t->name)
        return true;
    return t->record && !in_function && record_name(u, t, 0);
}

bool type_printable_at_file_scope(struct unit *u, const struct type *t) {
    if (by_alias(t))
        return t->alias->depth == 0;
    switch (t->kind) {
    case TY_UNKNOWN:
        return false;
    case TY_STRUCT:
    case TY_UNION:
    case TY_ENUM:
        return record_at_file_scope(u, t);
    case TY_ARRAY:
        if (t->vla || (t->length < 0 && t->size))
            return false;
        return type_printable_at_file_scope(u, t->base);
    case TY_CHAN:
        return true; /* its tag is declared wherever it is printed */
    case TY_POINTER:
        return type_printable_at_file_scope(u, t->base);
    case TY_FUNC:
        for (uint32_t i = 0; i < t->nparams; i++)
            if (!type_printable_at_file_scope(u, t->params[i]))
                return false;
        return type_printable_at_file_scope(u, t->base);
    default:
        return true;
    }
}
