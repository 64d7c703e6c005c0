/* SPDX-License-Identifier: MIT */
/* The feeder between tokens and grammar.  Everything in C that depends on context is decided here,
   with one means: gram_would_shift replays lemon's tables and says what the parser could take next.

   - An identifier goes as NAME, then as TYPE or VARIABLE, chosen after NAME was shifted (c.y says
     why).
   - go, chan, select, defer, range are keywords only where nothing else is possible.
   - `<` `-` side by side are an arrow where the grammar wants one, two operators elsewhere.
     Spacing cannot decide: `#define NEG -1` and `a<NEG` give `a<-1`.

   A file whose constructs nobody met is the host compiler's, errors and all. */
#include "c.h"
#include "cc.h"
#include <stdlib.h>
#include <string.h>

void *gramAlloc(void *(*alloc)(size_t));
void gramFree(void *g, void (*release)(void *));

/* ---- looking at tokens ---- */

static const struct tok *peek(const struct feeder *f, int ahead) {
    uint32_t i = f->at;
    while (ahead > 0 && i < f->u->ntoks) {
        i++;
        if (!f->u->toks[i].ident || !f->u->idents[f->u->toks[i].ident].skip)
            ahead--;
    }
    return &f->u->toks[i];
}

const struct ident *feed_word_of(const struct feeder *f, const struct tok *t) {
    return &f->u->idents[t->ident];
}

static bool is_declared(const struct feeder *f, const struct tok *t) {
    const struct symbol *sym = feed_word_of(f, t)->binding;
    return sym && sym->kind != S_BUILTIN;
}

bool tok_is_arrow(const struct tok *t) {
    return t->kind == T_LT && t[1].kind == T_MINUS && t->off + t->len == t[1].off;
}

bool feed_starts_type(const struct feeder *f, const struct tok *t) {
    switch (t->kind) {
    case T_VOID:
    case T_CHAR:
    case T_SHORT:
    case T_INT:
    case T_LONG:
    case T_FLOAT:
    case T_DOUBLE:
    case T_SIGNED:
    case T_UNSIGNED:
    case T_BOOL:
    case T_COMPLEX:
    case T_INT128:
    case T_FLOATN:
    case T_STRUCT:
    case T_UNION:
    case T_ENUM:
    case T_CONST:
    case T_VOLATILE:
    case T_RESTRICT:
    case T_ATOMIC:
    case T_TYPEOF:
    case T_BITINT:
    case T_AUTO_TYPE:
    case T_CHAN: /* fed already */
        return true;
    case T_NAME:
        return feed_word_of(f, t)->is_typename || feed_word_of(f, t)->keyword == T_CHAN;
    default:
        return tok_is_arrow(t);
    }
}

/* ---- contextual words ---- */

/* No expression goes on like this, so that one begins here. */
static bool is_operand(const struct tok *t) {
    switch (t->kind) {
    case T_NAME:
    case T_NUMBER:
    case T_STRING:
    case T_SIZEOF:
    case T_ALIGNOF:
    case T_BANG:
    case T_TILDE:
    case T_REALIMAG:
    case T_GENERIC:
    case T_VA_ARG:
    case T_OFFSETOF:
    case T_TYPES_COMPAT:
        return true;
    default:
        return tok_is_arrow(t);
    }
}

/* One may begin or go on. */
static bool may_be_operand(const struct tok *t) {
    switch (t->kind) {
    case T_LP:
    case T_STAR:
    case T_AMP:
    case T_PLUS:
    case T_MINUS:
    case T_INC:
    case T_DEC:
        return true;
    default:
        return false;
    }
}

/* How far a bracket's partner is looked for: what is longer is no parameter list. */
enum { REACH = 4096 };

/* What stands between the parenthesis that comes next and its partner. */
struct parens {
    uint32_t open, close;     /* close 0: no partner within reach */
    uint32_t last;            /* opening parenthesis of the last group inside */
    bool comma;               /* there is one at the top */
    const struct tok *behind; /* the token after the partner */
};

static struct parens parens_next(const struct feeder *f) {
    const struct tok *toks = f->u->toks;
    struct parens p = {.open = (uint32_t)(peek(f, 1) - toks)};
    uint32_t end = f->u->ntoks - p.open < REACH ? f->u->ntoks : p.open + REACH;
    int depth = 0;
    for (uint32_t i = p.open; i < end; i++) {
        if (toks[i].kind == T_LP && ++depth == 2)
            p.last = i;
        p.comma |= depth == 1 && toks[i].kind == T_COMMA;
        if (toks[i].kind == T_RP && --depth == 0) {
            p.close = i;
            p.behind = &toks[i + 1];
            break;
        }
    }
    return p;
}

static bool ends_with_call(const struct feeder *f, struct parens p) {
    const struct tok *toks = f->u->toks;
    if (p.comma || !p.last || toks[p.close - 1].kind != T_RP)
        return false;
    int before = toks[p.last - 1].kind;
    return before == T_NAME || before == T_RBRACK || before == T_RP;
}

/* `go(x);` calls a function that nobody declared, as old C may; `go (f)(x);`, `go (f(x));` and
   `defer ({ … });` cannot be that. */
static bool is_implicit_call(const struct feeder *f) {
    struct parens p = parens_next(f);
    if (!p.close || f->u->toks[p.open + 1].kind == T_LBRACE)
        return false;
    switch (p.behind->kind) {
    case T_LP:
    case T_LBRACK:
    case T_DOT:
    case T_PTR:
        return false;
    case T_SEMI:
        return !ends_with_call(f, p);
    default:
        return !p.behind->ident && p.behind->kind != T_NUMBER && p.behind->kind != T_LBRACE;
    }
}

static bool wants_go(const struct feeder *f, const struct tok *t, const struct tok *next) {
    if (next->kind == T_LP)
        return !is_declared(f, t) && !is_implicit_call(f);
    return next->kind == T_LBRACE || next->ident;
}

/* `chan(int x) {`, `chan(a) char *a; {`, `chan(void);` declare a function, and `chan(1)` calls one,
   in C that leaves out int. */
static bool is_element_in_parens(const struct feeder *f, const struct tok *t) {
    struct parens p = parens_next(f);
    int behind = p.close ? p.behind->kind : 0;
    if (behind == T_LBRACE || (behind == T_SEMI && !f->p.func))
        return false;
    if (feed_starts_type(f, &f->u->toks[p.open + 1]))
        return true;
    bool unknown_type = f->u->toks[p.open + 1].kind == T_NAME && p.close == p.open + 2;
    return unknown_type && !is_declared(f, t) && (behind == T_NAME || behind == T_STAR);
}

static bool wants_chan(const struct feeder *f, const struct tok *t, const struct tok *next) {
    if (next->kind == T_LP)
        return is_element_in_parens(f, t);
    if (tok_is_arrow(next))
        return feed_starts_type(f, peek(f, 3)) || !is_declared(f, t);
    return next->kind != T_ATTR && (feed_starts_type(f, next) || next->kind == T_NAME);
}

/* Does a ; follow before the end of these parentheses?  Then it is the `for` of C. */
static bool is_for_of_c(const struct feeder *f) {
    int depth = 0;
    for (uint32_t i = f->at; i < f->u->ntoks && i < f->at + REACH; i++) {
        int kind = f->u->toks[i].kind;
        depth += (kind == T_LP) - (kind == T_RP);
        if (depth < 0)
            return false;
        if (depth == 0 && kind == T_SEMI)
            return true;
    }
    return false;
}

static bool wants_range(const struct feeder *f, const struct tok *next) {
    return is_operand(next) || (may_be_operand(next) && !is_for_of_c(f));
}

/* `select` and on the next line `case`: its brace is missing. */
static bool is_case_below(const struct tok *next) {
    return (next->kind == T_CASE || next->kind == T_DEFAULT) && next->flags & TOK_BOL;
}

/* The text after the word, and whether the program declares it, must leave no other meaning. */
static bool is_keyword_here(const struct feeder *f, const struct tok *t) {
    const struct ident *id = feed_word_of(f, t);
    const struct tok *next = peek(f, 1);
    if (id->is_typename)
        return false;
    switch (id->keyword) {
    case T_GO:
    case T_DEFER:
        if (!wants_go(f, t, next))
            return false;
        break;
    case T_SELECT:
        if (next->kind != T_LBRACE && !is_case_below(next))
            return false;
        break;
    case T_CHAN:
        if (!wants_chan(f, t, next))
            return false;
        break;
    case T_RANGE:
        if (!wants_range(f, next))
            return false;
        break;
    default:
        return false;
    }
    return gram_would_shift(f->p.gram, id->keyword);
}

/* ---- feeding ---- */

void feed_push(struct feeder *f, int kind, struct span at) {
    gram(f->p.gram, kind, at, &f->p);
}

static struct span span_at(const struct feeder *f) {
    return (struct span){f->first, f->at};
}

static void feed(struct feeder *f, int kind) {
    feed_push(f, kind, span_at(f));
    f->previous = kind;
}

/* `x := …` and `v, ok := …` declare: what the names meant before does not matter. */
static bool is_being_defined(const struct feeder *f) {
    const struct tok *next = peek(f, 1);
    if (next->kind == T_DEFINE)
        return true;
    return next->kind == T_COMMA && peek(f, 2)->kind == T_NAME && peek(f, 3)->kind == T_DEFINE;
}

/* int8x16x2_t: arm_neon.h has gcc declare it by a pragma */
static bool is_neon_name(const struct ident *id) {
    static const char *const elements[] = {"int", "uint", "float", "poly", "bfloat"};
    for (size_t i = 0; i < sizeof elements / sizeof *elements; i++) {
        size_t n = strlen(elements[i]);
        if (id->len > n + 4 && !memcmp(id->text, elements[i], n) && id->text[n] >= '1' &&
            id->text[n] <= '8' && !memcmp(id->text + id->len - 2, "_t", 2) &&
            memchr(id->text + n, 'x', id->len - n))
            return true;
    }
    return false;
}

/* `__Int8x8_t x`, `(__type *)`: a type that only the host compiler knows.  Nothing else may stand
   there; a word that does not look like one of its own is rather a mistake. */
static bool is_host_type(const struct feeder *f, const struct tok *t) {
    const struct ident *id = feed_word_of(f, t);
    const struct tok *next = peek(f, 1);
    if (id->binding)
        return false;
    if (is_neon_name(id))
        return gram_would_shift(f->p.gram, T_VOID);
    bool fits = next->kind == T_NAME || next->kind == T_ATTR ||
                (next->kind == T_STAR && peek(f, 2)->kind == T_RP);
    return fits && id->len > 2 && id->text[0] == '_' && id->text[1] == '_' &&
           gram_would_shift(f->p.gram, T_VOID);
}

static void feed_name(struct feeder *f, const struct tok *t) {
    bool host_type = is_host_type(f, t);

    feed_push(f, T_NAME, span_at(f));
    if (f->p.error_now)
        return;
    bool type = host_type || (feed_word_of(f, t)->is_typename && !is_being_defined(f));
    feed(f, type ? T_TYPE : T_VARIABLE);
}

static void feed_word(struct feeder *f, struct tok *t) {
    const struct ident *id = feed_word_of(f, t);
    if (id->contextual != 1 || !is_keyword_here(f, t)) {
        feed_name(f, t);
        return;
    }
    t->kind = id->keyword;
    f->channels |= t->kind == T_CHAN;
    f->p.constructs = true;
    feed(f, t->kind);
}

/* `a<-b, f();` is a comparison and a call: nothing can follow what is sent.  Where there are
   channels it is rather a mistake. */
static bool has_comma_behind(const struct feeder *f) {
    int depth = 0;
    for (uint32_t i = f->at + 2; i < f->u->ntoks && i < f->at + REACH && depth >= 0; i++) {
        switch (f->u->toks[i].kind) {
        case T_LP:
        case T_LBRACK:
        case T_LBRACE:
            depth++;
            break;
        case T_RP:
        case T_RBRACK:
        case T_RBRACE:
            depth--;
            break;
        case T_SEMI:
        case T_COMMA:
        case T_COLON:
            if (depth == 0)
                return f->u->toks[i].kind == T_COMMA;
            break;
        }
    }
    return false;
}

static bool is_send(const struct feeder *f) {
    return f->previous == T_VARIABLE || f->previous == T_RP || f->previous == T_RBRACK;
}

static void feed_less(struct feeder *f, struct tok *t) {
    if (tok_is_arrow(t) && gram_would_shift(f->p.gram, T_ARROW) &&
        !(!f->channels && is_send(f) && has_comma_behind(f))) {
        t->kind = T_ARROW;
        t->len = 2;
        t[1].kind = t[1].len = 0;
        t[1].off = t->off + 2;
        f->p.constructs = true;
        feed(f, T_ARROW);
        f->at++;
        return;
    }
    feed(f, T_LT);
}

/* ---- attributes: any run of __attribute__((…)), [[…]] is one token ---- */

/* c[ [3] is none, and no expression. */
static bool is_double_bracket(const struct feeder *f) {
    const struct tok *t = &f->u->toks[f->at];
    return t->kind == T_LBRACK && t[1].kind == T_LBRACK &&
           (t[2].ident || t[2].kind == T_RBRACK || t[2].kind == T_COMMA);
}

/* A ; or } that is not within braces of its own: nothing of the kind stands in brackets. */
static bool ends_statement(const struct tok *t, int *braces) {
    *braces += (t->kind == T_LBRACE) - (t->kind == T_RBRACE);
    return *braces < 0 || (*braces == 0 && t->kind == T_SEMI);
}

/* `at` stands before the opening bracket; afterwards on its partner. */
static void skip_balanced(struct feeder *f) {
    int depth = 0, braces = 0;
    const char *close = f->u->toks[f->at + 1].kind == T_LBRACK ? "]" : ")";
    do {
        struct tok *t = &f->u->toks[++f->at];
        if (f->at >= f->u->ntoks) {
            f->at = f->u->ntoks - 1;
            return;
        }
        depth += t->kind == T_LP || t->kind == T_LBRACK;
        depth -= t->kind == T_RP || t->kind == T_RBRACK;
        if (depth == 0 && t->kind != T_RP && t->kind != T_RBRACK) {
            f->at--; /* no bracket follows: the grammar will say so */
            return;
        }
        if (ends_statement(t, &braces)) {
            parse_missing_mark(&f->p, f->at--, close);
            return;
        }
    } while (depth > 0);
}

static void skip_attribute(struct feeder *f) {
    if (is_double_bracket(f))
        f->at--;
    skip_balanced(f);
}

/* [[likely]], __attribute__((musttail)) and the like before a statement that is no declaration and
   not empty */
static bool is_statement_attribute(const struct feeder *f, const struct tok *next, bool brackets) {
    switch (f->previous) {
    case T_SEMI:
    case T_LBRACE:
    case T_RBRACE:
    case T_COLON:
    case T_RP:
    case T_ELSE:
    case T_DO:
        break;
    default:
        return false;
    }
    switch (next->kind) {
    case T_LBRACE:
    case T_IF:
    case T_SWITCH:
    case T_FOR:
    case T_WHILE:
    case T_DO:
    case T_GOTO:
    case T_CONTINUE:
    case T_BREAK:
    case T_RETURN:
    case T_CASE:
    case T_DEFAULT:
        return true;
    case T_LP:
    case T_STAR:
    case T_INC:
    case T_DEC:
    case T_ASM:
        return brackets;
    case T_NAME:
        return brackets && !feed_word_of(f, next)->is_typename &&
               feed_word_of(f, next)->keyword != T_CHAN;
    default:
        return false;
    }
}

/* `( attribute name )`, `name [[…]] [2]`, `else __attribute__((fallthrough));`: the tree has no
   place for these and needs none; whether they are right is the host compiler's to say. */
static bool is_attribute_dropped(const struct feeder *f, bool brackets) {
    const struct tok *next = peek(f, 1);
    if (!gram_would_shift(f->p.gram, T_ATTR) ||
        (f->p.func && is_statement_attribute(f, next, brackets)))
        return true;
    if (f->previous == T_LP && next->kind == T_NAME)
        return !feed_word_of(f, next)->is_typename && peek(f, 2)->kind == T_RP;
    if (f->previous != T_VARIABLE && f->previous != T_TYPE && f->previous != T_RBRACK)
        return false;
    return next->kind == T_LP || next->kind == T_LBRACK;
}

static void feed_attributes(struct feeder *f) {
    uint32_t first = f->at;
    bool brackets = is_double_bracket(f);
    skip_attribute(f);
    for (;;) {
        uint32_t here = f->at;
        f->at++;
        if (f->at >= f->u->ntoks || (f->u->toks[f->at].kind != T_ATTR && !is_double_bracket(f))) {
            f->at = here;
            break;
        }
        skip_attribute(f);
    }
    f->u->toks[first].kind = T_ATTR;
    for (uint32_t i = first + 1; i <= f->at; i++)
        f->u->toks[i].kind = 0;
    if (is_attribute_dropped(f, brackets))
        return;
    feed_push(f, T_ATTR, (struct span){first, f->at});
    f->previous = T_ATTR;
}

static void feed_alignas(struct feeder *f) {
    uint32_t first = f->at;
    skip_balanced(f);
    feed_push(f, T_ALIGNAS, (struct span){first, f->at});
    f->previous = T_ALIGNAS;
}

/* No expression begins with a bracket, so two of them open an attribute. */
static void feed_bracket(struct feeder *f) {
    if (is_double_bracket(f))
        feed_attributes(f);
    else
        feed(f, T_LBRACK);
}

/* &&label stands where an operand is wanted; there && is no operator. */
static void feed_andand(struct feeder *f, struct tok *t) {
    bool operand = f->previous != T_VARIABLE && f->previous != T_NUMBER && t[1].kind == T_NAME;
    if (operand && gram_would_shift(f->p.gram, T_LABELADDR))
        t->kind = T_LABELADDR;
    feed(f, t->kind);
}

/* C23's `enum e : int`; elsewhere a number follows, as in `enum e : 3;` and _Generic. */
static void feed_colon(struct feeder *f, struct tok *t) {
    if (gram_would_shift(f->p.gram, T_UNDERLYING) && feed_starts_type(f, t + 1))
        t->kind = T_UNDERLYING;
    feed(f, t->kind);
}

static void feed_bad(struct feeder *f, const struct tok *t) {
    const char *s = tok_text(f->u, f->at);
    if (t->len > 1 && !memcmp(s + t->len - 2, "''", 2))
        diag_error(f->u, f->at, "empty character constant");
    else if (*s == '"' || *s == '\'' || t->len > 4)
        diag_error(f->u, f->at, "missing terminating %c character", *s == '\'' ? '\'' : '"');
    else if ((unsigned char)*s < ' ' || (unsigned char)*s >= 127)
        diag_error(f->u, f->at, "stray '\\%o' in program", (unsigned char)*s);
    else
        diag_error(f->u, f->at, "stray '%c' in program", *s);
    f->u->syntax_errors = true;
    if (t->len > 1)
        feed(f, s[t->len - 1] == '\'' || *s == '\'' ? T_NUMBER : T_STRING);
    f->p.recovered = f->at; /* what was inside is missing now */
}

static void feed_token(struct feeder *f) {
    struct tok *t = &f->u->toks[f->at];
    missing_add(f, t);
    switch (t->kind) {
    case T_NAME:
        feed_word(f, t);
        break;
    case T_LT:
        feed_less(f, t);
        break;
    case T_ATTR:
        feed_attributes(f);
        break;
    case T_ALIGNAS:
        feed_alignas(f);
        break;
    case T_LBRACK:
        feed_bracket(f);
        break;
    case T_ANDAND:
        feed_andand(f, t);
        break;
    case T_COLON:
        feed_colon(f, t);
        break;
    case T_DEFINE:
        f->p.constructs = true; /* C has no such thing */
        feed(f, T_DEFINE);
        break;
    case T_ATOMIC:
        if (t[1].kind == T_LP)
            t->kind = T_ATOMICTYPE;
        feed(f, t->kind);
        break;
    case T_BAD:
        feed_bad(f, t);
        break;
    default:
        feed(f, t->kind);
    }
}

static bool skip_word(struct feeder *f) {
    struct tok *t = &f->u->toks[f->at];
    if (!t->ident || !f->u->idents[t->ident].skip)
        return false;
    t->kind = 0;
    return true;
}

/* ---- recovery: to the end of the statement, seen from the braces ---- */

static bool starts_statement(const struct tok *t) {
    if (!(t->flags & TOK_BOL))
        return false;
    switch (t->kind) {
    case T_IF:
    case T_FOR:
    case T_WHILE:
    case T_DO:
    case T_SWITCH:
    case T_RETURN:
    case T_BREAK:
    case T_CONTINUE:
    case T_GOTO:
    case T_CASE:
    case T_DEFAULT:
    case T_TYPEDEF:
    case T_STATIC:
    case T_EXTERN:
    case T_GO:
    case T_DEFER:
    case T_SELECT:
        return true;
    default:
        return false;
    }
}

/* Inside of the head of a `for` a ; ends nothing: the parenthesis that closes it, or `from`. */
static uint32_t for_head_end(const struct feeder *f, uint32_t from) {
    const struct tok *toks = f->u->toks;
    uint32_t least = from > REACH ? from - REACH : 1, i = from;
    int depth = 0;
    do {
        i--;
        depth += (toks[i].kind == T_LP) - (toks[i].kind == T_RP);
    } while (i > least && depth <= 0 && toks[i].kind != T_LBRACE && toks[i].kind != T_RBRACE);
    if (depth <= 0 || toks[i - 1].kind != T_FOR)
        return from;
    for (i = from; depth > 0 && i < f->u->ntoks && toks[i].kind != T_LBRACE; i++)
        depth += (toks[i].kind == T_LP) - (toks[i].kind == T_RP);
    return depth > 0 ? from : i;
}

/* Between functions a statement is as wrong as what is being skipped. */
static bool starts_what_stands_here(const struct feeder *f, const struct tok *t) {
    bool outside = !gram_braces(f->p.gram);
    bool declares = t->kind == T_TYPEDEF || t->kind == T_STATIC || t->kind == T_EXTERN;
    bool first = t->flags & TOK_BOL && t->col == 1 && (t->kind == T_NAME || feed_starts_type(f, t));
    return outside ? first || (declares && starts_statement(t)) : starts_statement(t);
}

/* The last token to skip, counted from `from`: a ; or the } of a block that was opened on the way.
   A } that closes more, or what is surely another statement, is not skipped. */
static uint32_t recovery_end(const struct feeder *f, uint32_t from) {
    int depth = f->p.braces - gram_braces(f->p.gram); /* open ones that lemon has given up */
    for (uint32_t i = for_head_end(f, from); i < f->u->ntoks; i++) {
        const struct tok *t = &f->u->toks[i];
        if (t->kind == T_LBRACE)
            depth++;
        else if (t->kind == T_RBRACE && --depth <= 0)
            return depth < 0 ? i - 1 : i;
        else if (depth == 0 && t->kind == T_SEMI)
            return i;
        else if (depth == 0 && starts_what_stands_here(f, t))
            return i - 1;
    }
    return f->u->ntoks - 1;
}

/* A word of the language where only it makes sense. */
static bool is_surely_construct(const struct feeder *f, const struct tok *t) {
    if (t->kind == T_DEFINE)
        return true;
    if (t->kind != T_NAME || !t->ident || is_declared(f, t))
        return false;
    switch (feed_word_of(f, t)->keyword) {
    case T_CHAN:
        return t[1].kind != T_NAME && feed_starts_type(f, t + 1);
    case T_GO:
    case T_DEFER:
    case T_SELECT:
        return t[1].kind == T_LBRACE;
    default:
        return false;
    }
}

/* What is skipped counts as well: else the host compiler would be given words that it cannot know.
 */
static void note_skipped(struct feeder *f, uint32_t from) {
    for (uint32_t i = from; i <= f->at && i < f->u->ntoks; i++)
        f->p.constructs = f->p.constructs || is_surely_construct(f, &f->u->toks[i]);
}

/* The grammar now waits for `error ;`, and lemon has thrown away the token at `from`. */
static void recover(struct feeder *f, uint32_t from) {
    f->p.error_now = false;
    f->at = recovery_end(f, from);
    note_skipped(f, from);
    bool done = f->at == from && f->u->toks[from].kind == T_SEMI; /* shifted behind `error` */
    if (!done)
        feed_push(f, T_SEMI, (struct span){from, from});
    if (f->at + 1 == from && !gram_would_shift(f->p.gram, f->u->toks[from].kind))
        f->at = from; /* it fits here no better: one brace too many */
    gram_resume(f->p.gram);
    f->p.error_now = false;
    f->p.recovered = f->u->toks[f->at].kind == T_SEMI ? 0 : f->at;
    f->previous = T_SEMI;
}

static void feed_all(struct feeder *f) {
    for (f->at = 1; f->at < f->u->ntoks; f->at++) {
        f->at = conflict_skip(&f->p, f->at);
        if (f->at >= f->u->ntoks)
            break;
        f->first = f->at;
        while (f->at + 1 < f->u->ntoks && skip_word(f))
            f->at++;
        uint32_t from = f->at;
        feed_token(f);
        if (f->p.error_now)
            recover(f, from);
    }
    f->first = f->at;
    feed_push(f, 0, span_at(f));
}

void parse_unit(struct unit *u) {
    struct feeder f = {.u = u, .p = {.u = u, .none = {1, 0}}};
    ident_init(u);
    lex_unit(u);
    f.p.gram = gramAlloc(malloc);
    if (!f.p.gram)
        die("out of memory");
    scope_predeclare(&f.p);
    u->globals = scope_enter(&f.p);
    feed_all(&f);
    gramFree(f.p.gram, free);
    free(f.p.trail);
    u->root = f.p.root ? f.p.root : ast_node(&f.p, N_UNIT, 0, 0, NULL);
    u->globals->owner = u->root;
    ast_link(u);
    if (!f.p.constructs && u->syntax_errors)
        diag_forget(u);
}
