/* SPDX-License-Identifier: MIT */
/* A name that nobody declared, where only a type or a word of C makes sense: the message names it,
   not the token behind it that the grammar did not want, and the word that is probably meant. */
#include "c.h"
#include "cc.h"
#include <string.h>
#include <strings.h>

enum { MAX_WORD = 40 };

static const struct tok *tok_at(const struct parser *p, uint32_t tok) {
    return &p->u->toks[tok];
}

static size_t least(size_t a, size_t b) {
    return a < b ? a : b;
}

/* How many letters were left out, put in, changed, or swapped with the next. */
static size_t distance(const char *a, size_t na, const char *b, size_t nb) {
    size_t rows[3][MAX_WORD + 1], *before = rows[0], *above = rows[1], *row = rows[2];
    for (size_t j = 0; j <= nb; j++)
        above[j] = j;
    for (size_t i = 1; i <= na; i++) {
        row[0] = i;
        for (size_t j = 1; j <= nb; j++) {
            row[j] = least(above[j - 1] + (a[i - 1] != b[j - 1]), least(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = least(row[j], before[j - 2] + 1);
        }
        size_t *old = before;
        before = above;
        above = row;
        row = old;
    }
    return above[nb];
}

typedef bool candidate(const struct ident *id);

static bool is_type_word(int kind) {
    return kind == T_CHAR || kind == T_SHORT || kind == T_INT || kind == T_LONG ||
           kind == T_FLOAT || kind == T_DOUBLE || kind == T_SIGNED || kind == T_UNSIGNED ||
           kind == T_VOID || kind == T_BOOL || kind == T_STRUCT || kind == T_UNION ||
           kind == T_ENUM;
}

static bool is_type(const struct ident *id) {
    return id->is_typename || is_type_word(id->keyword) || id->keyword == T_CHAN;
}

static bool is_type_or_word(const struct ident *id) {
    return id->is_typename || (id->keyword && id->contextual < 2);
}

static bool takes_parens(const struct ident *id) {
    int k = id->keyword;
    return k == T_IF || k == T_FOR || k == T_WHILE || k == T_SWITCH;
}

/* As far as gcc takes two words for the same. */
static size_t tolerance(size_t a, size_t b) {
    size_t longer = a > b ? a : b, shorter = least(a, b);
    if (longer - shorter > 1)
        return (longer + 2) / 3;
    return longer < 6 ? 1 : longer / 3;
}

static bool takes_block(const struct ident *id) {
    int k = id->keyword;
    return k == T_SELECT || k == T_GO || k == T_DEFER || k == T_ELSE || k == T_DO;
}

static bool is_predeclared(const struct ident *id) {
    return id->contextual == 2;
}

/* The nearest of these words, near enough to be meant; NULL: none. */
static const struct ident *meant(const struct unit *u, uint32_t tok, candidate *fits) {
    const struct ident *name = &u->idents[u->toks[tok].ident], *found = NULL;
    size_t best = MAX_WORD;
    if (name->len > MAX_WORD || name->len < 3)
        return NULL;
    for (const struct ident *id = u->idents + 1; id < u->idents + u->nidents; id++) {
        if (!fits(id) || id->len > MAX_WORD || (id->text[0] == '_') != (name->text[0] == '_'))
            continue;
        size_t n = distance(name->text, name->len, id->text, id->len);
        if (n && n < best && n <= tolerance(name->len, id->len)) {
            best = n;
            found = id;
        }
    }
    return found;
}

const char *unknown_predeclared(struct unit *u, uint32_t tok) {
    const struct ident *id = meant(u, tok, is_predeclared);
    if (!id || (id->len <= 3 && strncasecmp(id->text, tok_text(u, tok), id->len)))
        return NULL; /* half of all names of three letters are as near */
    return arena_printf(u->arena, "%.*s", (int)id->len, id->text);
}

static bool is_default(const struct ident *id) {
    return id->keyword == T_DEFAULT;
}

bool unknown_is_default(struct unit *u, uint32_t tok) {
    return meant(u, tok, is_default) != NULL;
}

static void say(struct parser *p, uint32_t tok, const char *what, candidate *fits) {
    struct unit *u = p->u;
    bool habit = habit_of_word(p, tok);
    const struct ident *id = habit ? NULL : meant(u, tok, fits);
    const char *name = tok_dup(u, tok);
    p->constructs = p->constructs || habit;
    if (!id) {
        diag_error(u, tok, what, name);
        habit_explain_order(p, tok);
        return;
    }
    char *word = arena_printf(u->arena, "%.*s", (int)id->len, id->text);
    p->constructs = p->constructs || id->contextual;
    diag_error(u, tok, "%s; did you mean '%s'?", arena_printf(u->arena, what, name), word);
    diag_fixit(u, tok, tok, word);
}

/* From here on it is a type: the next place where it is used is right. */
static void unknown_type(struct parser *p, uint32_t tok, candidate *fits) {
    say(p, tok, "unknown type name '%s'", fits);
    habit_explain(p, tok);
    p->u->idents[tok_at(p, tok)->ident].is_typename = true;
}

/* Declared by nobody, or only by being read as a variable or parameter that C of 1978 declares by
   its name alone. */
static bool is_unknown(const struct parser *p, uint32_t tok) {
    const struct tok *t = tok_at(p, tok);
    const struct symbol *sym = t->ident ? p->u->idents[t->ident].binding : NULL;
    return t->kind == T_NAME && t->ident && (!sym || sym->tok == tok);
}

static bool begins_declaration(const struct parser *p, uint32_t tok) {
    switch (tok_at(p, tok - 1)->kind) {
    case 0:
    case T_SEMI:
    case T_LBRACE:
    case T_RBRACE:
    case T_LP:
    case T_COMMA:
    case T_STATIC:
    case T_EXTERN:
    case T_TYPEDEF:
    case T_INLINE:
    case T_REGISTER:
    case T_CONST:
    case T_VOLATILE:
        return true;
    default:
        return tok == 1;
    }
}

/* The first of the stars before `tok`, or tok. */
static uint32_t before_stars(const struct parser *p, uint32_t tok) {
    while (tok > 1 && tok_at(p, tok - 1)->kind == T_STAR)
        tok--;
    return tok;
}

/* `foo x`, `foo *x = `, `foo int x`: where `foo` stands, or 0.  An enumerator or an initializer is
   no declaration: behind it no `;` can come. */
static uint32_t type_of_declaration(const struct parser *p, uint32_t tok) {
    int kind = tok_at(p, tok)->kind;
    uint32_t at = tok - 1;
    if (kind == T_ASSIGN)
        at = before_stars(p, tok - 1) - 1;
    else if (kind != T_NAME && kind != T_STAR && !is_type_word(kind))
        return 0;
    if (!at || (kind == T_ASSIGN && at + 2 == tok) || !is_unknown(p, at) ||
        !begins_declaration(p, at))
        return 0;
    bool parameter = gram_would_shift(p->gram, T_RP) && !gram_would_shift(p->gram, T_PLUS);
    bool declared = p->u->idents[tok_at(p, at)->ident].binding != NULL;
    return declared || parameter || gram_would_shift(p->gram, T_SEMI) ? at : 0;
}

/* `(foo)x`, `(foo *)` */
static uint32_t type_of_cast(const struct parser *p, uint32_t tok) {
    const struct tok *t = tok_at(p, tok);
    uint32_t close = t->kind == T_RP ? tok : tok - 1, at = before_stars(p, close) - 1;
    bool operand = t->kind == T_NAME || t->kind == T_NUMBER || t->kind == T_STRING ||
                   (t->kind == T_RP && at + 1 < close);
    if (!operand || at < 3 || tok_at(p, close)->kind != T_RP || !is_unknown(p, at) ||
        tok_at(p, at - 1)->kind != T_LP)
        return 0;
    int before = tok_at(p, at - 2)->kind;
    return before == T_NAME || before == T_RP || before == T_RBRACK ? 0 : at;
}

/* `whlie (a) …` */
static uint32_t word_before_parens(const struct parser *p, uint32_t tok) {
    int depth = 0, kind = tok_at(p, tok)->kind;
    uint32_t at = tok - 1;
    if (tok_at(p, at)->kind != T_RP || (kind != T_NAME && kind != T_LBRACE && kind != T_RETURN))
        return 0;
    for (; at > 1; at--) {
        depth += (tok_at(p, at)->kind == T_RP) - (tok_at(p, at)->kind == T_LP);
        if (!depth)
            break;
    }
    return at > 1 && is_unknown(p, at - 1) && meant(p->u, at - 1, takes_parens) ? at - 1 : 0;
}

/* The name itself was not wanted: `chan foo`, `const foo`, `struct s { foo`. */
static uint32_t type_alone(const struct parser *p, uint32_t tok) {
    return is_unknown(p, tok) && gram_would_shift(p->gram, T_TYPE) &&
                   !gram_would_shift(p->gram, T_VARIABLE)
               ? tok
               : 0;
}

static bool is_range(const struct ident *id) {
    return id->len == 5 && !memcmp(id->text, "range", 5);
}

/* for (v := rnage c) */
static bool unknown_range(struct parser *p, uint32_t tok) {
    int before = tok > 4 ? tok_at(p, tok - 2)->kind : 0;
    if ((before != T_DEFINE && before != T_ASSIGN) || tok_at(p, tok)->kind != T_NAME ||
        tok_at(p, tok - 4)->kind != T_LP || !is_unknown(p, tok - 1) ||
        !meant(p->u, tok - 1, is_range))
        return false;
    say(p, tok - 1, "unknown word '%s'", is_range);
    return true;
}

static bool unknown_word(struct parser *p, uint32_t tok) {
    uint32_t at = tok > 3 && p->func ? word_before_parens(p, tok) : 0;
    if (unknown_range(p, tok))
        return true;
    if (at)
        say(p, at, "unknown word '%s'", takes_parens);
    else if (tok > 2 && tok_at(p, tok)->kind == T_LBRACE && is_unknown(p, tok - 1) &&
             meant(p->u, tok - 1, takes_block))
        say(p, tok - 1, "unknown word '%s'", takes_block);
    else
        return false;
    return true;
}

bool unknown_report(struct parser *p, uint32_t tok) {
    uint32_t at = tok > 1 ? type_of_declaration(p, tok) : 0;
    if (at) {
        unknown_type(p, at, is_type_or_word);
        return true;
    }
    at = tok > 3 ? type_of_cast(p, tok) : 0;
    if (!at)
        at = type_alone(p, tok);
    if (!at)
        return unknown_word(p, tok);
    unknown_type(p, at, is_type);
    return true;
}
