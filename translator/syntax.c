/* SPDX-License-Identifier: MIT */
/* Messages for text that the grammar does not know.  What would have been right is asked of the
   parser's tables, in the state where the wrong token came. */
#include "c.h"
#include "cc.h"

#include <string.h>

/* Tried in this order; what the parser would take is what it expected.  What stands behind a gap is
   possible almost anywhere and told only if nothing before the gap is. */
static const struct {
    int token;
    const char *text;
} expectable[] = {
    {T_SEMI, "';'"},        {T_COMMA, "','"},     {T_RP, "')'"},  {T_RBRACK, "']'"},
    {T_COLON, "':'"},       {T_RBRACE, "'}'"},    {T_ELSE, NULL}, {T_LBRACE, "'{'"},
    {T_LP, "'('"},          {T_WHILE, "'while'"}, {T_ELSE, NULL}, {T_ASSIGN, "'='"},
    {T_STRING, "a string"},
};

static int expected_marks(struct parser *p, const char *found[3]) {
    int n = 0;
    for (size_t i = 0; i < sizeof expectable / sizeof *expectable && n < 3; i++) {
        if (!expectable[i].text && n)
            break;
        if (expectable[i].text && gram_would_shift(p->gram, expectable[i].token))
            found[n++] = expectable[i].text;
    }
    return n;
}

static const char *expected(struct parser *p) {
    const char *found[3];
    struct arena *a = p->u->arena;
    if (gram_would_shift(p->gram, T_IF))
        return "a statement";
    if (gram_would_shift(p->gram, T_NUMBER))
        return "an expression";
    if (gram_would_shift(p->gram, T_STATIC_ASSERT))
        return "a declaration";
    int n = expected_marks(p, found);
    if (gram_would_shift(p->gram, T_NAME) && n != 1)
        return gram_would_shift(p->gram, T_INT) ? "a declaration" : "a name";
    switch (n) {
    case 0:
        return gram_would_shift(p->gram, T_INT) ? "a type" : NULL;
    case 1:
        return found[0];
    case 2:
        return arena_printf(a, "%s or %s", found[0], found[1]);
    default:
        return arena_printf(a, "%s, %s or %s", found[0], found[1], found[2]);
    }
}

static const char *describe(struct parser *p, uint32_t tok) {
    const struct tok *t = &p->u->toks[tok];
    if (tok >= p->u->ntoks)
        return "the end of the file";
    if (t->kind == T_STRING)
        return "a string";
    if (t->kind == T_NUMBER)
        return arena_printf(p->u->arena, "the constant '%.*s'", (int)(t->len > 40 ? 40 : t->len),
                            tok_text(p->u, tok));
    return arena_printf(p->u->arena, "'%.*s'", (int)(t->len > 40 ? 40 : t->len),
                        tok_text(p->u, tok));
}

/* Mistakes that deserve more than what the tables know. */
static bool report_known(struct parser *p, uint32_t tok) {
    struct unit *u = p->u;
    int kind = u->toks[tok].kind;
    if (mistake_report(p, tok) || outside_report(p, tok))
        return true;
    if (tok >= u->ntoks && p->braces)
        diag_error(u, tok - 1, "expected '}' before the end of the file: %d %s open", p->braces,
                   p->braces == 1 ? "block is" : "blocks are");
    else if (kind == T_RBRACE && !p->braces)
        diag_error(u, tok, "this '}' closes nothing");
    else if (kind == T_ARROW || (kind == T_LT && tok_is_arrow(&u->toks[tok])))
        diag_error(u, tok, "'<-' makes no sense here");
    else
        return unknown_report(p, tok);
    return true;
}

/* What surely starts something new: a mark that is missing is missing in front of it. */
static bool starts_anew(const struct tok *t) {
    return t->flags & TOK_BOL || t->kind == T_RBRACE || t->kind == T_ELSE || t->kind == T_CASE ||
           t->kind == T_DEFAULT;
}

/* What no expression goes on with: a bracket that is open here is not closed behind it. */
static bool ends_brackets(const struct tok *t) {
    return t->kind == T_SEMI || t->kind == T_LBRACE || t->kind == T_RBRACE;
}

/* The mark that is surely missing before this token, behind the one before, where gcc points, too.
 */
static const char *missing_mark(struct parser *p, uint32_t tok) {
    const struct tok *t = &p->u->toks[tok];
    if (gram_would_shift(p->gram, T_NUMBER) || gram_would_shift(p->gram, T_STATIC_ASSERT))
        return NULL; /* an expression or a declaration begins: nothing is missing before it */
    if (starts_anew(t) && gram_would_shift(p->gram, T_SEMI))
        return ";";
    if (starts_anew(t) && gram_would_shift(p->gram, T_COLON))
        return ":";
    if (ends_brackets(t) && gram_would_shift(p->gram, T_RP))
        return ")";
    if (ends_brackets(t) && gram_would_shift(p->gram, T_RBRACK))
        return "]";
    return NULL;
}

static void expected_before(struct parser *p, uint32_t tok, const char *want, const char *got) {
    diag_error(p->u, tok < p->u->ntoks ? tok : tok - 1, "expected %s before %s", want, got);
    if (!strcmp(want, "'('"))
        habit_explain_head(p, tok);
}

static void report(struct parser *p, uint32_t tok, const char *want) {
    struct unit *u = p->u;
    const char *got = describe(p, tok), *mark = tok > 1 ? missing_mark(p, tok) : NULL;
    if (report_known(p, tok))
        return;
    if (mark)
        diag_error_after(u, tok - 1, mark, "expected '%s' before %s", mark, got);
    else if (want)
        expected_before(p, tok, want, got);
    else
        diag_error(u, tok, "%s makes no sense here", got);
}

uint32_t parse_opening(const struct parser *p, uint32_t close) {
    int depth = 0;
    for (uint32_t i = close; i; i--) {
        int kind = p->u->toks[i].kind;
        depth += kind == T_RP ? 1 : kind == T_LP ? -1 : 0;
        if (!depth)
            return kind == T_LP ? i : 0;
        if (kind == T_LBRACE || kind == T_RBRACE)
            return 0;
    }
    return 0;
}

/* A word of the language that nobody declared; the grammar may have read it as the name of an int.
 */
bool parse_is_word(const struct parser *p, uint32_t tok, const char *text) {
    const struct tok *t = &p->u->toks[tok];
    const struct symbol *sym = t->ident ? p->u->idents[t->ident].binding : NULL;
    return t->ident && tok_is(p->u, tok, text) &&
           (!sym || sym->kind == S_BUILTIN || sym->tok == tok);
}

void parse_missing_semicolon(struct parser *p, uint32_t tok) {
    p->u->syntax_errors = true;
    if (!unknown_report(p, tok))
        diag_error_after(p->u, tok - 1, ";", "expected ';' before %s", describe(p, tok));
}

void parse_missing_mark(struct parser *p, uint32_t tok, const char *mark) {
    p->u->syntax_errors = true;
    diag_error_after(p->u, tok - 1, *mark == '{' ? NULL : mark, "expected '%s' before %s", mark,
                     describe(p, tok));
}

void parse_missing_brace(struct parser *p, uint32_t tok) {
    p->u->syntax_errors = true;
    diag_error_after(p->u, tok - 1, " {",
                     "the cases of a select stand in braces: 'select { case ... }'");
}

/* The line, or the one before that it hangs on by a parenthesis. */
static bool starts_indented(const struct parser *p, uint32_t tok) {
    const struct tok *t = &p->u->toks[tok];
    while (t > p->u->toks + 1 && (!(t->flags & TOK_BOL) || t[-1].kind == T_LP))
        t--;
    return t->col > 1;
}

/* The rest of a function that an error before has ended too early, and the } behind it: what
   belongs outside of functions stands at the start of its line. */
static bool is_torn_off(struct parser *p, uint32_t tok) {
    if (!p->u->errors || p->braces || tok >= p->u->ntoks)
        return false;
    bool end = p->torn && p->u->toks[tok].kind == T_RBRACE;
    p->torn = !end && starts_indented(p, tok);
    return p->torn || end;
}

void parse_syntax_error(struct parser *p, int token, struct span at) {
    (void)token;
    uint32_t tok = at.last;
    p->error_now = true;
    p->braces = gram_braces(p->gram);
    p->u->syntax_errors = true;
    if ((!p->recovered || tok > p->recovered + 1) && !is_torn_off(p, tok))
        report(p, tok, expected(p));
}

void parse_bad_define(struct parser *p, struct node *lhs, struct span op, struct node *e) {
    p->u->syntax_errors = true;
    if (e && lhs->kind == N_COMMA && lhs->kid->kind == N_COMMA)
        diag_error_range(p->u, lhs,
                         "more than two names left of ':=': a receive gives a value and a bool");
    else if (lhs->kind == N_COMMA && e)
        diag_error(p->u, op.last,
                   "two names left of ':=' need a receive, '<-channel', on its right; a function "
                   "gives further results through pointers");
    else if (lhs->kind == N_COMMA)
        diag_error_range(p->u, lhs, "range gives one value: 'for (i := range n)'");
    else
        diag_error_range(p->u, lhs, "':=' declares a variable: left of it stands one name");
}

/* old: the variable that stands there already; NULL: only '_' does. */
void parse_nothing_new(struct parser *p, struct node *old, struct span op) {
    if (!old) {
        diag_error(p->u, op.last, "nothing new left of ':='; '=' receives into '_'");
        return;
    }
    const char *name = ident_text(p->u, old->sym->ident);
    diag_error(p->u, old->tok, "'%s' is declared in this block already; '=' stores to it", name);
    diag_fixit(p->u, op.last, op.last, "=");
    diag_note(p->u, old->sym->tok, "'%s' is declared here", name);
}

void parse_twice(struct parser *p, struct node *name) {
    diag_error(p->u, name->tok, "'%s' stands twice left of ':='",
               ident_text(p->u, p->u->toks[name->tok].ident));
}
