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

/* Declared by nobody, or only by being read as a name that C of 1978 declares. */
static bool is_unbound(const struct parser *p, uint32_t tok) {
    const struct symbol *sym = p->u->idents[tok_at(p, tok)->ident].binding;
    return tok_at(p, tok)->ident && (!sym || sym->tok == tok);
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
    if (tok_at(p, tok)->kind == T_LBRACE)
        return "a 'switch' compares one integer with constants; conditions are for 'if' and 'else'";
    return "the head of a 'switch' is one integer in parentheses, to compare with constants";
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

/* []int xs;  xs := []int{1, 2};  [5]int ys; */
static bool slice_type(struct parser *p, uint32_t tok) {
    if (tok_at(p, tok)->kind != T_LBRACK || tok + 3 >= p->u->ntoks)
        return false;
    bool slice = tok_at(p, tok + 1)->kind == T_RBRACK && habit_is_type(p, tok + 2);
    bool array = tok_at(p, tok + 2)->kind == T_RBRACK && habit_is_type(p, tok + 3);
    if (slice)
        diag_error(p->u, tok, "there are no slices: an array is declared as 'int xs[] = { ... }'");
    else if (array)
        diag_error(p->u, tok, "an array's size stands behind its name: 'int xs[%s]'",
                   tok_dup(p->u, tok + 1));
    return slice || array;
}

static bool begins_declaration(const struct parser *p, uint32_t tok) {
    int before = tok_at(p, tok - 1)->kind;
    return tok == 1 || before == T_SEMI || before == T_LBRACE || before == T_RBRACE ||
           tok_at(p, tok)->flags & TOK_BOL;
}

/* int[] xs;  int[5] xs;  *int p; */
static bool type_of_declarator(struct parser *p, uint32_t tok) {
    int kind = tok_at(p, tok)->kind;
    if (kind == T_LBRACK && habit_is_type(p, tok - 1) && begins_declaration(p, tok - 1))
        diag_error(p->u, tok, "an array's size stands behind its name: '%s xs[...]'",
                   tok_dup(p->u, tok - 1));
    else if (tok_at(p, tok - 1)->kind == T_STAR && habit_is_type(p, tok) &&
             begins_declaration(p, tok - 1))
        diag_error(p->u, tok - 1, "the star stands behind the type: '%s *'", tok_dup(p->u, tok));
    else
        return false;
    return true;
}

/* (int, bool) f(void) …  int, bool f(void) …  int f(void) (int, bool) … */
static bool several_results(struct parser *p, uint32_t tok) {
    const struct tok *before = tok_at(p, tok - 1);
    bool in_parens = before->kind == T_LP && habit_is_type(p, tok) &&
                     begins_declaration(p, tok - 1);
    bool bare = tok_at(p, tok)->kind == T_COMMA && habit_is_type(p, tok - 1) &&
                begins_declaration(p, tok - 1);
    if (p->braces || !(in_parens || bare))
        return false;
    diag_error(p->u, tok, "a function gives one value: further ones go through pointers");
    return true;
}

/* v := p.(int);  switch v := p.(type) { */
static bool type_assertion(struct parser *p, uint32_t tok) {
    if (tok_at(p, tok)->kind != T_LP || tok_at(p, tok - 1)->kind != T_DOT)
        return false;
    diag_error(p->u, tok,
               "a 'void *' does not know what it points to: keep its type beside it, and "
               "convert, as in '*(int *)p'");
    return true;
}

/* import ( … )  var ( … )  const ( … ) */
static bool group(struct parser *p, uint32_t tok) {
    static const char *const words[] = {"import", "var", "const", "type"};
    uint32_t open = tok;
    while (open > 1 && tok - open < 3 && tok_at(p, open)->kind != T_LP)
        open--;
    if (open < 2 || tok_at(p, open)->kind != T_LP)
        return false;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (tok_is(p->u, open - 1, words[i]) && begins_declaration(p, open - 1) &&
            (tok_at(p, open - 1)->kind == T_CONST || is_unbound(p, open - 1))) {
            diag_error(p->u, open - 1,
                       i == 0 ? "there is no import: '#include <gocc.h>' declares "
                                "the library"
                              : "each declaration names its type, there are no "
                                "groups of them");
            return true;
        }
    return false;
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
    static bool (*const known[])(struct parser *, uint32_t) = {
        told_head,      star_element,       empty_struct,    map_type,  group,  slice_type,
        type_assertion, type_of_declarator, several_results, late_type, import, interface_type};
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
    return t->ident &&
           (id->is_typename || is_chan(p, tok) || t->kind == T_STRUCT || t->kind == T_INT ||
            t->kind == T_CHAR || t->kind == T_DOUBLE || t->kind == T_FLOAT || t->kind == T_LONG ||
            t->kind == T_BOOL || t->kind == T_UNSIGNED || t->kind == T_SIGNED ||
            t->kind == T_SHORT || t->kind == T_VOID || t->kind == T_UNION || t->kind == T_ENUM);
}

/* n int;  c chan int */
void habit_explain_order(struct parser *p, uint32_t tok) {
    if (!habit_is_type(p, tok + 1))
        return;
    const char *name = tok_dup(p->u, tok), *type = tok_dup(p->u, tok + 1);
    bool two = is_chan(p, tok + 1) || tok_at(p, tok + 1)->kind == T_STRUCT;
    if (two && !tok_at(p, tok + 2)->ident)
        return;
    diag_note(p->u, tok + 1, "the type stands before the name: '%s%s%s %s'", type, two ? " " : "",
              two ? tok_dup(p->u, tok + 2) : "", name);
}

static const struct {
    const char *word, *text;
} words[] = {
    {"var", "a variable is declared as 'int x = 5;' or 'x := 5;'"},
    {"let", "a variable is declared as 'int x = 5;' or 'x := 5;'"},
    {"func", "a function is declared as 'int f(int n) { ... }'"},
    {"fn", "a function is declared as 'int f(int n) { ... }'"},
    {"def", "a function is declared as 'int f(int n) { ... }'"},
    {"string", "a string is a 'const char *'"},
    {"type", "a type is named by 'typedef struct { ... } name;'"},
    {"package", "a file belongs to no package: the line is left out"},
    {"any", "a 'void *' points to anything"},
    {"interface", "a 'void *' points to anything"},
    {"spawn", "'go f(x);' and 'go { ... }' start a goroutine"},
    {"async", "'go f(x);' and 'go { ... }' start a goroutine"},
    {"goroutine", "'go f(x);' and 'go { ... }' start a goroutine"},
    {"await", "'<-c' waits for what is sent to a channel"},
};

/* What Go and others write where "unknown type name" is said; NULL: none of it. */
const char *habit_of_word(const struct parser *p, uint32_t tok) {
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (tok_is(p->u, tok, words[i].word))
            return words[i].text;
    return NULL;
}

void habit_explain(struct parser *p, uint32_t tok) {
    const char *text = habit_of_word(p, tok);
    if (text)
        diag_note(p->u, tok, "%s", text);
    else
        explain_header(p->u, tok);
}
