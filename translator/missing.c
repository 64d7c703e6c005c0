/* SPDX-License-Identifier: MIT */
/*
 * Marks that are not there: a ; a { or a : without which the grammar would take what follows for
 * something else, and speak of that.  It is said where the mark is missing, and the mark is fed.
 *
 *     int x                      expected ';' before 'int', not: a parameter list of 1978
 *     int y;
 */
#include "c.h"
#include "cc.h"

/* The token before this one and before attributes. */
static uint32_t before_attributes(const struct feeder *f) {
    uint32_t at = f->first - 1;
    while (at > 1 && (f->u->toks[at].kind == 0 || f->u->toks[at].kind == T_ATTR))
        at--;
    return at;
}

/* `int x` and on the next line `int y;`: without a `;` the grammar would take what follows for the
   parameters of a function x, as C of 1978 declares them. */
static bool is_semicolon_missing(const struct feeder *f, const struct tok *t) {
    if (f->at < 3 || !feed_starts_type(f, t) || tok_is_arrow(t) ||
        !(f->previous == T_VARIABLE || f->previous == T_RBRACK || f->previous == T_ATTR))
        return false;
    const struct tok *name = &f->u->toks[before_attributes(f)];
    int before = name[-1].kind;
    return (name->kind == T_NAME ? !feed_word_of(f, name)->is_typename : name->kind == T_RBRACK) &&
           before && before != T_STRUCT && before != T_UNION && before != T_ENUM &&
           gram_would_shift(f->p.gram, t->kind);
}

/* `struct s { … }` and on the next line `int x;` */
static bool is_semicolon_missing_behind_brace(const struct feeder *f, const struct tok *t) {
    return f->previous == T_RBRACE && t->flags & TOK_BOL && feed_starts_type(f, t) &&
           !tok_is_arrow(t) && !gram_would_shift(f->p.gram, t->kind) &&
           gram_would_shift(f->p.gram, T_SEMI);
}

/* c <- 1;  x := 2;  f(); */
static bool begins_with_name(const struct feeder *f, const struct tok *t) {
    int next = t[1].kind;
    return t->kind == T_NAME && !feed_starts_type(f, t) && t->col > 1 &&
           (next == T_LP || next == T_ARROW || tok_is_arrow(&t[1]) || next == T_DEFINE ||
            next == T_ASSIGN || next == T_PTR || next == T_DOT);
}

/* What cannot stand outside of functions. */
static bool begins_body(const struct feeder *f, const struct tok *t) {
    return !gram_braces(f->p.gram) &&
           (t->kind == T_IF || t->kind == T_FOR || t->kind == T_WHILE || t->kind == T_SWITCH ||
            t->kind == T_DO || t->kind == T_RETURN || begins_with_name(f, t));
}

/* `int f(void)` and on the next line `int g(void);`, or a body without its brace: what follows
   parameters that have types declares none of them. */
static bool is_end_of_prototype(const struct feeder *f, const struct tok *t) {
    if (f->previous != T_RP || f->at < 5 || tok_is_arrow(t) || !(t->flags & TOK_BOL) ||
        !gram_would_shift(f->p.gram, T_LBRACE) || !gram_would_shift(f->p.gram, T_COMMA))
        return false;
    bool declares = feed_starts_type(f, t) && gram_would_shift(f->p.gram, t->kind);
    uint32_t open = declares || begins_body(f, t) ? parse_opening(&f->p, f->first - 1) : 0;
    const struct tok *inside = &f->u->toks[open + 1];
    return open && inside[-2].kind == T_NAME &&
           (inside->kind == T_RP || feed_starts_type(f, inside));
}

static void add_semicolon(struct feeder *f) {
    parse_missing_semicolon(&f->p, f->at);
    feed_push(f, T_SEMI, (struct span){f->first - 1, f->first - 1});
    f->previous = T_SEMI;
}

/* The rest is read as if the brace of a select stood there. */
static bool is_brace_missing(const struct feeder *f, const struct tok *t) {
    return f->previous == T_SELECT && t->kind != T_LBRACE;
}

static void add_brace(struct feeder *f) {
    parse_missing_brace(&f->p, f->at);
    feed_push(f, T_LBRACE, (struct span){f->first - 1, f->first - 1});
}

/* `case v := <-c;`, `default` and what it does below: only a colon can come, and another stands
   there. */
static bool is_colon_missing(const struct feeder *f, const struct tok *t) {
    bool ends = t->kind == T_SEMI || t->kind == T_LBRACE || t->flags & TOK_BOL;
    if (!ends || t->kind == T_COLON || !gram_would_shift(f->p.gram, T_COLON) ||
        gram_would_shift(f->p.gram, t->kind))
        return false;
    const struct tok *toks = f->u->toks;
    for (uint32_t i = f->first - 1; i > 1; i--) {
        if (toks[i].kind == T_CASE || toks[i].kind == T_DEFAULT)
            return f->p.func;
        if (toks[i].kind == T_QUEST || toks[i].kind == T_SEMI || toks[i].kind == T_LBRACE ||
            toks[i].kind == T_RBRACE || toks[i].kind == T_COLON)
            return false;
    }
    return false;
}

static void add_colon(struct feeder *f) {
    parse_missing_mark(&f->p, f->at, ":");
    feed_push(f, T_COLON, (struct span){f->first - 1, f->first - 1});
    f->previous = T_COLON;
}

static void end_prototype(struct feeder *f, const struct tok *t) {
    if (gram_braces(f->p.gram) || t->col == 1) {
        add_semicolon(f);
        return;
    }
    parse_missing_mark(&f->p, f->at, "{");
    feed_push(f, T_LBRACE, (struct span){f->first - 1, f->first - 1});
    f->previous = T_LBRACE;
}

/* What the grammar must be given before t, if the user has forgotten it. */
void missing_add(struct feeder *f, const struct tok *t) {
    if (is_semicolon_missing(f, t) || is_semicolon_missing_behind_brace(f, t))
        add_semicolon(f);
    else if (is_end_of_prototype(f, t))
        end_prototype(f, t);
    if (is_brace_missing(f, t))
        add_brace(f);
    if (is_colon_missing(f, t))
        add_colon(f);
}
