/* SPDX-License-Identifier: MIT */
/*
 * The writer: what was not touched leaves as it came.
 *
 *   user's tokens   copied as one stretch with what lies between them (spaces, comments, pragmas,
 *                   linemarkers), at their own line and column, so that carets of the host
 *                   compiler and lines of the debugger are those of the .gc file
 *   glue            what a construct is replaced by.  It stands under `# LINE "file" 3`, the mark
 *                   of a system header, where host compilers do not warn
 *
 * Between the two stands a linemarker, and as many spaces as the column needs.  A reader (--emit-c)
 * gets neither: there glue follows on the same line and a marker stands only where the line jumps.
 */
#include "cc.h"

#include <stdlib.h>
#include <string.h>

static const struct tok *tok_at(struct lower *l, uint32_t tok) {
    return &l->u->toks[tok];
}

static uint32_t end_col(const struct tok *t) {
    return t->col + t->len;
}

static void new_line(struct lower *l) {
    if (l->out.n && l->out.s[l->out.n - 1] != '\n')
        buf_puts(&l->out, "\n");
}

/* Two arguments: the file of a token, as a string, and the line. */
char *emit_place_text(struct lower *l, uint32_t tok, uint32_t line) {
    struct buf file = {0};
    buf_quote(&file, tok_file(l->u, tok));
    char *text = arena_printf(l->u->arena, "%s, %u", file.s, line);
    buf_free(&file);
    return text;
}

/* `# LINE "file" flags`: what follows stands where tok stands; as glue, in a system header. */
void emit_marker(struct lower *l, uint32_t tok, bool glue) {
    const struct tok *t = tok_at(l, tok);
    new_line(l);
    buf_printf(&l->out, "# %u ", t->line);
    buf_quote(&l->out, tok_file(l->u, tok));
    if (glue || (t->flags & TOK_SYSTEM))
        buf_puts(&l->out, " 3");
    if (t->flags & TOK_EXTERN_C)
        buf_puts(&l->out, " 4");
    buf_puts(&l->out, "\n");
    l->known = true;
    l->lost = l->adrift = false;
    l->glue = glue;
    l->line = t->line;
    l->file = t->file;
    l->col = 1;
    l->system = t->flags & TOK_SYSTEM;
    l->extern_c = t->flags & TOK_EXTERN_C;
}

static void pad(struct lower *l, uint32_t col) {
    static const char spaces[] = "                                                                ";
    while (l->col < col) {
        uint32_t n = col - l->col < sizeof spaces - 1 ? col - l->col : (uint32_t)sizeof spaces - 1;
        buf_add(&l->out, spaces, n);
        l->col += n;
    }
}

static bool same_source(struct lower *l, const struct tok *t) {
    return l->known && l->file == t->file && l->system == !!(t->flags & TOK_SYSTEM) &&
           l->extern_c == !!(t->flags & TOK_EXTERN_C);
}

static void keep_apart(struct lower *l) {
    char c = l->out.n ? l->out.s[l->out.n - 1] : '\n';
    if (!strchr(" \n(&*.{[,!~", c)) {
        buf_puts(&l->out, " ");
        l->col++;
    }
}

static bool ends_with_space(const struct lower *l) {
    return !l->out.n || strchr(" \n", l->out.s[l->out.n - 1]);
}

static void strip_spaces(struct lower *l) {
    while (l->out.n && l->out.s[l->out.n - 1] == ' ')
        l->out.n--;
}

static bool on_new_line(struct lower *l) {
    size_t n = l->out.n;
    while (n && l->out.s[n - 1] == ' ')
        n--;
    return !n || l->out.s[n - 1] == '\n';
}

/* For a reader: a marker never breaks a line, it waits until the next. */
static void place_tidy(struct lower *l, const struct tok *t, uint32_t tok, bool after) {
    bool same = same_source(l, t) && !l->adrift && t->line == l->line;
    if (on_new_line(l) && !after) {
        strip_spaces(l);
        if (!same)
            emit_marker(l, tok, false);
        l->col = 1;
        pad(l, t->col);
        return;
    }
    l->adrift = !same;
    if (!after) /* else spaces of the user's follow */
        keep_apart(l);
}

/* Moves to where the token stands, or to its end. */
static void place(struct lower *l, uint32_t tok, bool after) {
    const struct tok *t = tok_at(l, tok);
    uint32_t col = after ? end_col(t) : t->col;
    if (l->flat) {
        keep_apart(l);
    } else if (l->u->opt->emit_c) {
        place_tidy(l, t, tok, after);
    } else if (!l->glue && !l->lost && same_source(l, t) && l->line == t->line && l->col < col) {
        pad(l, col);
    } else if (l->glue || l->lost || !same_source(l, t) || l->line != t->line || l->col != col) {
        emit_marker(l, tok, false);
        pad(l, col);
    }
    l->glue = l->lost = false;
}

/* \n and \t as cc.h says. */
void emit_lines(struct lower *l, struct buf *b, const char *s) {
    bool tidy = l->u->opt->emit_c && !l->flat;
    for (; *s; s++) {
        if (*s == '\n' && tidy) {
            while (b->n && b->s[b->n - 1] == ' ')
                b->n--;
            buf_printf(b, "\n%*s", s[1] == '\n' || !s[1] ? 0 : (int)l->indent, "");
        } else if (*s == '\t' && tidy) {
            buf_puts(b, "    ");
        } else if (*s == '\n') {
            if (b->n && b->s[b->n - 1] != ' ' && b->s[b->n - 1] != '\n')
                buf_puts(b, " ");
        } else if (*s != '\t') {
            buf_add(b, s, 1);
        }
    }
}

static uint32_t count_lines(const char *s) {
    uint32_t n = 0;
    for (; *s; s++)
        n += *s == '\n';
    return n;
}

static void glue(struct lower *l, const char *s) {
    if (l->flat || l->u->opt->emit_c) {
        if (*s && !strchr(",;)(.] }\n", *s))
            keep_apart(l);
        if (!l->flat && count_lines(s))
            l->adrift = true;
    } else if (!l->glue) {
        emit_marker(l, l->here ? l->here : 1, true);
    }
    l->glue = true;
    l->lost = false;
    emit_lines(l, &l->out, s);
}

void emit_glue(struct lower *l, const char *fmt, ...) {
    char *s;
    va_list ap;
    va_start(ap, fmt);
    int n = vasprintf(&s, fmt, ap);
    va_end(ap);
    if (n < 0)
        die("out of memory");
    if (*s)
        glue(l, s);
    free(s);
}

/* ---- tokens ---- */

/* typedef __typeof__(x) t;  written again where there is no x: only the type of it matters. */
static const char *value_of_type(struct lower *l, struct symbol *s) {
    bool variable = s->kind == S_VAR || s->kind == S_PARAM || s->kind == S_FUNC;
    if (!variable || s->depth == 0 || s->tok >= l->repeated || const_is_constexpr(l->u, s))
        return NULL;
    struct type *t = type_pointer(l->u, symbol_type(l->u, s));
    return arena_printf(l->u->arena, "(*(%s)0)", lower_type(l, t, NULL));
}

/* What a token becomes here; NULL: itself. */
static const char *substitute(struct lower *l, uint32_t i) {
    const struct tok *t = tok_at(l, i);
    if (!t->ident)
        return NULL;
    if (l->repeated && t->sym)
        return value_of_type(l, t->sym);
    if (t->ident == l->errno_ident && tok_is(l->u, i + 1, "(") && tok_is(l->u, i + 2, ")"))
        return "gocc__errno";
    if (!l->body || !l->body->up)
        return NULL;
    if (t->sym)
        return lower_use(l, l->body, t->sym, l->address[i / 8] >> i % 8 & 1);
    for (int k = 0; k < 3; k++)
        if (t->ident == l->func_idents[k])
            return arena_printf(l->u->arena, "\"%s\"",
                                ident_text(l->u, l->func->sym ? l->func->sym->ident : 0));
    return NULL;
}

static struct action *action_at(struct lower *l, uint32_t i, uint32_t last) {
    for (struct action *a = l->at[i]; a; a = a->next)
        if (!a->busy && a->node->last <= last)
            return a;
    return NULL;
}

static void copy_between(struct lower *l, uint32_t i) {
    const struct tok *a = tok_at(l, i - 1), *b = tok_at(l, i);
    uint32_t from = i == 1 ? 0 : a->off + a->len;
    if (l->flat && l->glue)
        keep_apart(l);
    else if (l->flat && from != b->off && !ends_with_space(l))
        buf_puts(&l->out, " ");
    else if (!l->flat)
        buf_add(&l->out, l->u->text + from, b->off - from);
    if (l->adrift && memchr(l->u->text + from, '\n', b->off - from)) {
        strip_spaces(l);
        emit_marker(l, i, false);
        pad(l, b->col);
    }
    l->known = true;
    l->reached = i;
    l->line = b->line;
    l->col = b->col;
    l->file = b->file;
    l->system = b->flags & TOK_SYSTEM;
    l->extern_c = b->flags & TOK_EXTERN_C;
}

/* Gets to where token i starts: with all that lies before it if the token before it is done. */
static void approach(struct lower *l, uint32_t i, bool first) {
    bool moved = l->glue || l->lost;
    if (l->reached == i && !moved)
        return;
    if (l->done + 1 == i && (!first || !moved)) {
        if (moved)
            place(l, i - 1, true);
        copy_between(l, i);
    } else {
        place(l, i, false);
    }
}

static void put_token(struct lower *l, uint32_t i, const char *instead) {
    const struct tok *t = tok_at(l, i);
    if (instead) {
        buf_puts(&l->out, instead);
        l->lost = !l->flat && !l->u->opt->emit_c;
    } else {
        buf_add(&l->out, l->u->text + t->off, t->len);
        l->col += t->len;
    }
    l->done = l->here = i;
}

/* A word in place of a token: a name that the host compiler shall warn about as of the user's. */
void emit_word(struct lower *l, uint32_t i, const char *instead) {
    approach(l, i, true);
    put_token(l, i, instead);
}

/* Glue that for the host compiler is the user's word tok. */
void emit_glue_at(struct lower *l, uint32_t tok, const char *text) {
    if (l->u->opt->emit_c)
        emit_glue(l, "%s", text);
    else
        emit_word(l, tok, text);
}

/* Copies tokens i … as far as none needs a second look; returns the first that was not copied. */
static uint32_t copy_stretch(struct lower *l, uint32_t i, uint32_t last) {
    uint32_t to = i;
    while (to < last && !l->at[to + 1] && !substitute(l, to + 1))
        to++;
    const struct tok *a = tok_at(l, i), *b = tok_at(l, to);
    buf_add(&l->out, l->u->text + a->off, b->off + b->len - a->off);
    l->line = b->line;
    l->col = end_col(b);
    l->file = b->file;
    l->system = b->flags & TOK_SYSTEM;
    l->extern_c = b->flags & TOK_EXTERN_C;
    l->done = l->here = to;
    return to + 1;
}

static uint32_t run_action(struct lower *l, struct action *a, uint32_t i) {
    uint32_t indent = l->indent;
    int names = l->nnames;
    if (tok_at(l, i)->flags & TOK_BOL)
        l->indent = tok_at(l, i)->col - 1;
    a->busy = true;
    l->done = i - 1;
    l->here = i;
    uint32_t end = a->run(l, a->node);
    a->busy = false;
    l->indent = indent;
    l->nnames = names;
    const struct tok *t = tok_at(l, end);
    if (l->done != end || l->line != t->line || l->col != end_col(t))
        l->lost = true;
    l->done = end;
    return end;
}

void emit_range(struct lower *l, uint32_t first, uint32_t last) {
    for (uint32_t i = first; i <= last;) {
        struct action *a = action_at(l, i, last);
        if (!a || i != first)
            approach(l, i, i == first);
        if (a) {
            i = run_action(l, a, i) + 1;
            continue;
        }
        const char *instead = substitute(l, i);
        if (instead || l->flat)
            put_token(l, i++, instead);
        else
            i = copy_stretch(l, i, last);
    }
}

void emit_node(struct lower *l, struct node *n) {
    if (n->first <= n->last)
        emit_range(l, n->first, n->last);
}

/* ---- elsewhere ---- */

struct emit_saved emit_divert(struct lower *l, bool flat) {
    struct emit_saved s = {l->out,    l->done,     l->reached, l->here, l->line,
                           l->col,    l->file,     l->known,   l->glue, l->flat,
                           l->system, l->extern_c, l->adrift,  l->lost};
    l->out = (struct buf){0};
    l->known = l->glue = l->lost = l->adrift = false;
    l->reached = 0;
    l->flat = flat;
    return s;
}

struct buf emit_restore(struct lower *l, struct emit_saved s) {
    struct buf b = l->out;
    l->out = s.out;
    l->done = s.done;
    l->reached = s.reached;
    l->here = s.here;
    l->line = s.line;
    l->col = s.col;
    l->file = s.file;
    l->known = s.known;
    l->glue = s.glue;
    l->flat = s.flat;
    l->system = s.system;
    l->extern_c = s.extern_c;
    l->lost = s.lost;
    l->adrift = s.adrift;
    return b;
}

char *emit_text(struct lower *l, uint32_t first, uint32_t last) {
    struct emit_saved saved = emit_divert(l, true);
    if (first <= last)
        emit_range(l, first, last);
    struct buf b = emit_restore(l, saved);
    const char *s = b.s ? b.s : "";
    size_t n = b.n;
    while (n && *s == ' ')
        s++, n--;
    char *text = arena_printf(l->u->arena, "%.*s", (int)n, s);
    buf_free(&b);
    return text;
}

char *emit_node_text(struct lower *l, struct node *n) {
    return emit_text(l, n->first, n->last);
}

/* Puts text into out where the writing was some time ago. */
void emit_splice(struct lower *l, size_t at, const struct buf *text) {
    if (!text->n)
        return;
    size_t tail = l->out.n - at;
    buf_add(&l->out, text->s, text->n);
    memmove(l->out.s + at + text->n, l->out.s + at, tail);
    memcpy(l->out.s + at, text->s, text->n);
}
