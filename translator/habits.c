/* SPDX-License-Identifier: MIT */
/* Go's own syntax, typed out of habit: what is said at the token that C's grammar did not want. */
#include "c.h"
#include "cc.h"

#include <string.h>

static const struct tok *tok_at(const struct parser *p, uint32_t tok) {
    return &p->u->toks[tok];
}

static bool is_undeclared(const struct parser *p, uint32_t tok, const char *text) {
    const struct tok *t = tok_at(p, tok);
    return t->ident && !p->u->idents[t->ident].binding && tok_is(p->u, tok, text);
}

static bool has_head(int kind) {
    return kind == T_IF || kind == T_FOR || kind == T_WHILE || kind == T_SWITCH;
}

/* ---- the head of a statement ---- */

/* Up to its brace: `if x := f(); x > 0 {`, `for i < 3 {`, `switch v := p.(type) {`. */
static bool head_has(const struct parser *p, uint32_t tok, const char *mark) {
    for (; tok < p->u->ntoks; tok++) {
        int kind = tok_at(p, tok)->kind;
        if (tok_is(p->u, tok, mark))
            return true;
        if (kind == T_LBRACE || kind == T_RBRACE)
            return false;
    }
    return false;
}

static const char *for_head(const struct parser *p, uint32_t tok) {
    if (tok_at(p, tok)->kind == T_LBRACE)
        return "an endless loop is 'for (;;) { ... }'";
    if (head_has(p, tok, "range") || head_has(p, tok, ";"))
        return "the head of a 'for' stands in parentheses";
    return "a loop with a condition alone is 'while (...) { ... }'";
}

static const char *switch_head(const struct parser *p, uint32_t tok) {
    if (head_has(p, tok, "type"))
        return "a 'void *' does not know what it points to: keep its type beside it";
    return "a 'switch' compares one integer with constants; conditions are for 'if' and 'else'";
}

static const char *if_head(const struct parser *p, uint32_t tok) {
    if (head_has(p, tok, ";"))
        return "the head of an 'if' is one condition in parentheses: what comes before it stands "
               "above";
    return "the condition of an 'if' stands in parentheses";
}

/* Behind "expected '(' before ...". */
void habit_explain_head(struct parser *p, uint32_t tok) {
    int kind = tok_at(p, tok - 1)->kind;
    p->constructs = p->constructs || (has_head(kind) && head_has(p, tok, ":="));
    if (kind == T_FOR)
        diag_note(p->u, tok, "%s", for_head(p, tok));
    else if (kind == T_SWITCH)
        diag_note(p->u, tok, "%s", switch_head(p, tok));
    else if (kind == T_IF)
        diag_note(p->u, tok, "%s", if_head(p, tok));
    else if (kind == T_WHILE)
        diag_note(p->u, tok, "the condition of a 'while' stands in parentheses");
}

/* The end of a head that was told of: `{`, or the `)` of if (x := f(); x). */
static bool told_head(struct parser *p, uint32_t tok) {
    int end = tok_at(p, tok)->kind;
    uint32_t head = tok - 1;
    bool defined = false;
    if (end != T_LBRACE && end != T_RP)
        return false;
    while (head > 0 && !has_head(tok_at(p, head)->kind)) {
        int kind = tok_at(p, head)->kind;
        if (kind == T_LBRACE || kind == T_RBRACE)
            return false;
        defined = defined || (kind == T_DEFINE && diag_is_told(p->u, head));
        head--;
    }
    return head && (end == T_RP ? defined : diag_is_told(p->u, head + 1));
}

/* ---- types and values ---- */

/* make(chan *int) */
static bool star_element(struct parser *p, uint32_t tok) {
    if (tok < 3 || tok_at(p, tok - 1)->kind != T_STAR || !tok_is(p->u, tok - 2, "chan"))
        return false;
    bool two = tok_at(p, tok)->kind == T_STRUCT && tok_at(p, tok + 1)->ident;
    diag_error(p->u, tok - 1, "the elements' type stands in parentheses, as in 'chan(%s%s%s *)'",
               tok_dup(p->u, tok), two ? " " : "", two ? tok_dup(p->u, tok + 1) : "");
    return true;
}

/* c <- struct{}{}; */
static bool empty_struct(struct parser *p, uint32_t tok) {
    bool sent = tok_at(p, tok - 1)->kind == T_ARROW || tok_is_arrow(tok_at(p, tok - 2)) ||
                tok_at(p, tok - 2)->kind == T_ARROW;
    if (tok_at(p, tok)->kind != T_STRUCT || !sent || tok_at(p, tok + 1)->kind != T_LBRACE)
        return false;
    diag_error(p->u, tok,
               "there is no value of an empty struct: a 'chan void' carries none, and "
               "'c <- void' sends");
    return true;
}

/* map[string]int m;  make(map[string]int) */
static bool map_type(struct parser *p, uint32_t tok) {
    uint32_t at = tok - 1;
    while (at > 1 && tok_at(p, at)->kind != T_LBRACK && tok - at < 8)
        at--;
    if (at < 2 || tok_at(p, at)->kind != T_LBRACK || !is_undeclared(p, at - 1, "map"))
        return false;
    if (!diag_is_told(p->u, at - 1))
        diag_error(p->u, at - 1, "there are no maps in the language: the library has 'sync_map'");
    return true;
}

/* []int xs;  xs := []int{1, 2}; */
static bool slice_type(struct parser *p, uint32_t tok) {
    if (tok_at(p, tok)->kind != T_LBRACK || tok_at(p, tok + 1)->kind != T_RBRACK ||
        !habit_is_type(p, tok + 2))
        return false;
    diag_error(p->u, tok, "there are no slices: an array is declared as 'int xs[] = { ... }'");
    return true;
}

/* interface{} x; */
static bool interface_type(struct parser *p, uint32_t tok) {
    if (tok_at(p, tok)->kind != T_LBRACE || !tok_is(p->u, tok - 1, "interface"))
        return false;
    diag_error(p->u, tok - 1, "there are no interfaces: a 'void *' points to anything");
    return true;
}

/* f(c <-chan int) */
static bool late_type(struct parser *p, uint32_t tok) {
    uint32_t word = tok_at(p, tok)->kind == T_ARROW ? tok + 1 : tok + 2;
    bool arrow = tok_at(p, tok)->kind == T_ARROW || tok_is_arrow(tok_at(p, tok));
    if (!arrow || tok_at(p, tok - 1)->kind != T_NAME || !tok_is(p->u, word, "chan"))
        return false;
    diag_error(p->u, tok - 1, "the type stands before the name: '<-chan %s %s'",
               tok_dup(p->u, word + 1), tok_dup(p->u, tok - 1));
    return true;
}

/* import "fmt" */
static bool import(struct parser *p, uint32_t tok) {
    if (tok_at(p, tok)->kind != T_STRING || !is_undeclared(p, tok - 1, "import") || p->func)
        return false;
    diag_error(p->u, tok - 1, "there is no import: '#include <gocc.h>' declares the library");
    return true;
}

bool habit_report(struct parser *p, uint32_t tok) {
    static bool (*const known[])(struct parser *,
                                 uint32_t) = {told_head,  star_element,   empty_struct, map_type,
                                              slice_type, interface_type, late_type,    import};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i](p, tok))
            return true;
    return false;
}

/* ---- names that are no types ---- */

static bool is_chan(const struct parser *p, uint32_t tok) {
    return tok_is(p->u, tok, "chan");
}

bool habit_is_type(const struct parser *p, uint32_t tok) {
    const struct tok *t = tok_at(p, tok);
    const struct ident *id = &p->u->idents[t->ident];
    return t->ident && (id->is_typename || is_chan(p, tok) || t->kind == T_STRUCT ||
                        t->kind == T_INT || t->kind == T_CHAR || t->kind == T_DOUBLE ||
                        t->kind == T_FLOAT || t->kind == T_LONG || t->kind == T_BOOL);
}

/* n int;  c chan int */
void habit_explain_order(struct parser *p, uint32_t tok) {
    if (!habit_is_type(p, tok + 1))
        return;
    const char *name = tok_dup(p->u, tok), *type = tok_dup(p->u, tok + 1);
    bool two = is_chan(p, tok + 1) || tok_at(p, tok + 1)->kind == T_STRUCT;
    diag_note(p->u, tok + 1, "the type stands before the name: '%s%s%s %s'", type, two ? " " : "",
              two ? tok_dup(p->u, tok + 2) : "", name);
}

/* Behind "unknown type name": what Go writes there. */
void habit_explain(struct parser *p, uint32_t tok) {
    static const struct {
        const char *word, *text;
    } words[] = {
        {"var", "a variable is declared as 'int x = 5;' or 'x := 5;'"},
        {"func", "a function is declared as 'int f(int n) { ... }'"},
        {"let", "a variable is declared as 'int x = 5;' or 'x := 5;'"},
        {"string", "a string is a 'const char *'"},
        {"type", "a type is named by 'typedef struct { ... } name;'"},
        {"package", "a file belongs to no package: the line is left out"},
        {"any", "a 'void *' points to anything"},
        {"interface", "a 'void *' points to anything"},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (tok_is(p->u, tok, words[i].word)) {
            diag_note(p->u, tok, "%s", words[i].text);
            return;
        }
    explain_header(p->u, tok);
}
