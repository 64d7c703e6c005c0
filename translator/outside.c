/* SPDX-License-Identifier: MIT */
/* Statements where only declarations stand: between functions, or behind a } too many. */
#include "c.h"
#include "cc.h"

static const struct tok *tok_at(const struct parser *p, uint32_t tok) {
    return &p->u->toks[tok];
}

static bool begins_line(const struct parser *p, uint32_t tok) {
    int before = tok > 1 ? tok_at(p, tok - 1)->kind : T_SEMI;
    return before == T_SEMI || before == T_RBRACE || tok_at(p, tok)->flags & TOK_BOL;
}

static bool is_arrow(const struct parser *p, uint32_t tok) {
    return tok_at(p, tok)->kind == T_ARROW || tok_is_arrow(tok_at(p, tok));
}

/* go { … }: to the grammar a function. */
void parse_statement_outside(struct parser *p, uint32_t tok) {
    p->constructs = true;
    p->u->syntax_errors = true;
    diag_error(p->u, tok, "%s is a statement: it stands in a function", tok_dup(p->u, tok));
}

/* go f();  defer f();  c <- 1; */
bool outside_construct(struct parser *p, uint32_t tok) {
    if (gram_braces(p->gram))
        return false;
    for (uint32_t at = tok - 1; at <= tok; at++)
        if (begins_line(p, at) && (parse_is_word(p, at, "go") || parse_is_word(p, at, "defer"))) {
            parse_statement_outside(p, at);
            return true;
        }
    uint32_t arrow = is_arrow(p, tok) ? tok : is_arrow(p, tok - 2) ? tok - 2 : 0;
    if (arrow < 2 || tok_at(p, arrow - 1)->kind != T_NAME || !begins_line(p, arrow - 1))
        return false;
    diag_error(p->u, arrow, "a send is a statement: it stands in a function");
    return true;
}

/* The body of a function that has ended at a } before. */
static void explain_brace(struct parser *p, uint32_t tok) {
    uint32_t before = tok - 1;
    if (tok_at(p, tok)->col == 1 || tok_at(p, before)->kind != T_RBRACE)
        return;
    diag_note(p->u, before, "the function before ends here");
    p->torn = true;
}

static bool is_statement_word(int kind) {
    return kind == T_IF || kind == T_FOR || kind == T_WHILE || kind == T_DO || kind == T_SWITCH ||
           kind == T_RETURN || kind == T_BREAK || kind == T_CONTINUE || kind == T_GOTO;
}

/* work(1);  i++;  p->x = 1;  where the statement begins, 0: it is none. */
static uint32_t expression_begin(const struct parser *p, uint32_t tok) {
    uint32_t at = tok;
    for (; at > 1 && tok - at < 64 && !begins_line(p, at); at--)
        if (tok_at(p, at)->kind == T_LBRACE)
            return 0;
    int next = tok_at(p, at + 1)->kind;
    bool goes_on = next == T_LP || next == T_INC || next == T_DEC || next == T_DOT || next == T_PTR;
    return at < tok && goes_on && tok_at(p, at)->kind == T_NAME ? at : 0;
}

/* for (;;) { … }  x++;  f(1); */
bool outside_report(struct parser *p, uint32_t tok) {
    if (p->braces || tok >= p->u->ntoks)
        return false;
    uint32_t at = is_statement_word(tok_at(p, tok)->kind) ? tok : 0;
    if (at) {
        diag_error(p->u, at, "'%s' begins a statement: it stands in a function", tok_dup(p->u, at));
        explain_brace(p, at);
        return true;
    }
    at = expression_begin(p, tok);
    if (!at)
        return false;
    bool call = tok_at(p, at + 1)->kind == T_LP;
    diag_error(p->u, at,
               call ? "a call is a statement: it stands in a function"
                    : "an expression is a statement: it stands in a function");
    explain_brace(p, at);
    return true;
}
