/* SPDX-License-Identifier: MIT */
/* What people write who are new to the language, or come from Go: asked before the parser's tables,
   at the token that the grammar did not want.  Nothing here decides whether a text is right. */
#include "c.h"
#include "cc.h"

#include <string.h>

static const struct tok *tok_at(const struct parser *p, uint32_t tok) {
    return &p->u->toks[tok];
}

/* A word of the language, or another name that the program has not declared. */
static bool is_free(const struct parser *p, uint32_t tok, const char *text) {
    const struct tok *t = tok_at(p, tok);
    const struct symbol *sym = t->ident ? p->u->idents[t->ident].binding : NULL;
    return t->ident && tok_is(p->u, tok, text) && (!sym || sym->kind == S_BUILTIN);
}

/* Or a function of C's, as close and select are. */
static bool is_callable(const struct parser *p, uint32_t tok, const char *text) {
    const struct tok *t = tok_at(p, tok);
    const struct symbol *sym = t->ident ? p->u->idents[t->ident].binding : NULL;
    return is_free(p, tok, text) || (sym && sym->kind == S_FUNC && tok_is(p->u, tok, text));
}

static bool is_undeclared(const struct parser *p, uint32_t tok) {
    const struct tok *t = tok_at(p, tok);
    return t->kind == T_NAME && t->ident && !p->u->idents[t->ident].binding;
}

static bool is_arrow(const struct parser *p, uint32_t tok) {
    return tok_at(p, tok)->kind == T_ARROW || tok_is_arrow(tok_at(p, tok));
}

static bool is_kind(const struct parser *p, uint32_t tok, const char *kinds) {
    return tok_at(p, tok)->len == 1 && strchr(kinds, p->u->text[tok_at(p, tok)->off]);
}

/* int n = go f(); */
static bool is_asked_for(const struct parser *p, uint32_t word) {
    if (word > 2 && is_arrow(p, word - 2))
        return true;
    switch (tok_at(p, word - 1)->kind) {
    case T_ASSIGN:
    case T_DEFINE:
    case T_LP:
    case T_COMMA:
    case T_QUEST:
    case T_RETURN:
        return true;
    default:
        return false;
    }
}

/* go 1 + 2;  defer x y;  defer go f(); */
static bool bad_call(struct parser *p, uint32_t tok) {
    static const char *const words[] = {"go", "defer"};
    for (int i = 0; i < 2; i++) {
        if (!is_free(p, tok - 1, words[i]))
            continue;
        bool twice = is_free(p, tok - 2, "go") || is_free(p, tok - 2, "defer");
        if (p->func && is_asked_for(p, tok - 1))
            diag_error(p->u, tok - 1, "%s is a statement, it has no value", words[i]);
        else if (twice)
            diag_error(p->u, tok - 1, "%s needs a function call or a block: '%s { %s ... }'",
                       tok_dup(p->u, tok - 2), tok_dup(p->u, tok - 2), words[i]);
        else
            diag_error(p->u, tok, "%s needs a function call or a block", words[i]);
        return true;
    }
    return false;
}

/* go []() { … };  go ^{ … };  go (int n) { … }(3); */
static bool foreign_block(struct parser *p, uint32_t tok) {
    uint32_t open = is_kind(p, tok - 1, "[^(") ? tok - 1 : tok - 2;
    bool go = open > 1 && is_free(p, open - 1, "go"),
         defer = open > 1 && is_free(p, open - 1, "defer");
    if (!is_kind(p, open, "[^(") || !(go || defer) || !p->func ||
        (open == tok - 2 && !habit_is_type(p, tok - 1) && !is_kind(p, tok - 1, "])")))
        return false;
    diag_error(p->u, open, "%s needs a function call or a block: '%s { ... }'",
               tok_dup(p->u, open - 1), tok_dup(p->u, open - 1));
    return true;
}

/* go func() { … }();  f = func(int n) { … }; */
static bool function_literal(struct parser *p, uint32_t tok) {
    uint32_t open = tok_at(p, tok)->kind == T_LBRACE ? parse_opening(p, tok - 1) : tok - 2;
    if (open < 3 || tok_at(p, open)->kind != T_LP || !is_free(p, open - 1, "func"))
        return false;
    bool go = tok_is(p->u, open - 2, "go"), defer = tok_is(p->u, open - 2, "defer");
    if (!p->func) {
        diag_error(p->u, open - 1,
                   "there are no methods: the receiver is a function's first "
                   "parameter, as in 'int get(struct s *p)'");
        return true;
    }
    diag_error(p->u, open - 1, "there are no function literals: write %s",
               go      ? "'go { ... }'"
               : defer ? "'defer { ... }'"
                       : "a function");
    return true;
}

/* go { … }();  that of a function literal was reported with it. */
static bool literals_call(struct parser *p, uint32_t tok) {
    if (tok < 3 || tok_at(p, tok)->kind != T_RP || tok_at(p, tok - 1)->kind != T_LP ||
        tok_at(p, tok - 2)->kind != T_RBRACE || !p->func)
        return false;
    if (!p->u->errors)
        diag_error(p->u, tok - 1, "a block is not called: no '()' stands behind it");
    return true;
}

/* make chan int;  make([]int, 5);  make(chan) */
static bool bad_make(struct parser *p, uint32_t tok) {
    if (is_free(p, tok - 1, "make"))
        diag_error(p->u, tok, "make takes its arguments in parentheses: 'make(chan int)'");
    else if (tok > 2 && is_free(p, tok - 2, "make") && tok_at(p, tok)->kind == T_LBRACK)
        diag_error(p->u, tok,
                   "make makes channels only: 'make(chan int)'; memory comes from malloc");
    else
        return false;
    return true;
}

/* chan foo c;  make(chan foo);  make(chan foo, 1) */
static bool is_element(const struct parser *p, uint32_t tok) {
    bool made = tok > 3 && is_free(p, tok - 3, "make") && tok_at(p, tok - 2)->kind == T_LP;
    return made || !is_kind(p, tok + 1, "=;,)[");
}

/* c := chan int; */
static bool channel_type_as_value(struct parser *p, uint32_t tok) {
    if (!is_free(p, tok - 1, "chan") || !habit_is_type(p, tok) || !p->func ||
        !is_asked_for(p, tok - 1))
        return false;
    diag_error(p->u, tok - 1, "a type is no value: 'make(chan ...)' makes a channel");
    return true;
}

/* chan c;  chan foo c;  chan<int> c; */
static bool no_element(struct parser *p, uint32_t tok) {
    if (is_free(p, tok - 1, "chan") && is_undeclared(p, tok) && !is_element(p, tok)) {
        diag_error(p->u, tok, "'chan' needs the type of its elements, as in 'chan int %s'",
                   tok_dup(p->u, tok));
    } else if (is_free(p, tok - 1, "chan") && is_undeclared(p, tok)) {
        diag_error(p->u, tok, "unknown type name '%s'", tok_dup(p->u, tok));
        habit_explain(p, tok);
    } else if (tok > 2 && is_free(p, tok - 2, "chan") && is_kind(p, tok - 1, "<[") &&
               tok_at(p, tok)->kind != T_NAME) {
        diag_error(p->u, tok - 1, "the type of the elements follows 'chan', as in 'chan int'");
    } else if (is_free(p, tok - 1, "chan") && is_kind(p, tok, "<") && !is_arrow(p, tok)) {
        diag_error(p->u, tok, "the type of the elements follows 'chan', as in 'chan int'");
    } else {
        return false;
    }
    return true;
}

/* `double` of `double chan b`, with its stars; `tok`: no type stands there. */
static uint32_t type_before(const struct parser *p, uint32_t tok) {
    uint32_t at = tok;
    while (at > 1 && (tok_at(p, at - 1)->kind == T_STAR || habit_is_type(p, at - 1) ||
                      tok_at(p, at - 2)->kind == T_STRUCT || tok_at(p, at - 2)->kind == T_UNION))
        at--;
    return at < tok && tok_at(p, at)->kind != T_STAR ? at : tok;
}

/* double chan b; */
static bool late_chan(struct parser *p, uint32_t tok) {
    uint32_t word = tok - 1, type = type_before(p, word);
    if (!parse_is_word(p, word, "chan") || type == word || tok_at(p, tok)->kind != T_NAME)
        return false;
    const struct tok *from = tok_at(p, type), *to = tok_at(p, word - 1);
    bool stars = to->kind == T_STAR;
    const char *right = arena_printf(p->u->arena, "chan%s%.*s%s", stars ? "(" : " ",
                                     (int)(to->off + to->len - from->off), p->u->text + from->off,
                                     stars ? ")" : "");
    diag_error(p->u, word, "the type of the elements follows 'chan': '%s %s'", right,
               tok_dup(p->u, tok));
    diag_fixit(p->u, type, word, right);
    return true;
}

/* chan int[3] c; */
static bool bad_element(struct parser *p, uint32_t tok) {
    uint32_t at = tok - 1;
    if (tok_at(p, tok)->kind != T_LBRACK || tok_at(p, at)->kind == T_NAME)
        return false;
    while (at && tok_at(p, at)->line == tok_at(p, tok)->line && tok_at(p, at)->kind != T_SEMI &&
           tok_at(p, at)->kind != T_CHAN)
        at--;
    if (tok_at(p, at)->kind != T_CHAN || tok_at(p, at)->line != tok_at(p, tok)->line)
        return false;
    diag_error(p->u, tok, "an array cannot be the element of a channel: put it into a struct");
    return true;
}

/* The word of the channel type that ends in front of tok; 0: none. */
static uint32_t chan_before(const struct parser *p, uint32_t tok) {
    uint32_t at = tok - 1;
    if (tok_at(p, at)->kind == T_RP) {
        uint32_t open = parse_opening(p, at);
        return open && tok_at(p, open - 1)->kind == T_CHAN ? open - 1 : 0;
    }
    while (at && tok_at(p, at)->ident && tok_at(p, at)->kind != T_CHAN)
        at--;
    return at && at + 1 < tok && tok_at(p, at)->kind == T_CHAN ? at : 0;
}

/* chan int<- c; */
static bool late_direction(struct parser *p, uint32_t tok) {
    uint32_t word = is_arrow(p, tok) ? chan_before(p, tok) : 0;
    if (!word)
        return false;
    const struct tok *from = tok_at(p, word + 1), *to = tok_at(p, tok - 1);
    const char *right = arena_printf(p->u->arena, "chan<-%s%.*s", from->kind == T_LP ? "" : " ",
                                     (int)(to->off + to->len - from->off), p->u->text + from->off);
    diag_error(p->u, tok, "a direction stands behind 'chan': a send-only channel is '%s'", right);
    diag_fixit(p->u, word, tok_at(p, tok)->kind == T_ARROW ? tok : tok + 1, right);
    return true;
}

/* select ( case <-c: … ) */
static bool select_in_parens(struct parser *p, uint32_t tok) {
    int kind = tok_at(p, tok)->kind;
    if (tok_at(p, tok - 1)->kind != T_LP || !is_callable(p, tok - 2, "select") ||
        (kind != T_CASE && kind != T_DEFAULT))
        return false;
    diag_error(p->u, tok - 1, "the cases of a select stand in braces: 'select { case ... }'");
    return true;
}

/* select c { … };  select case <-c: …  go select { … } */
static bool open_select(struct parser *p, uint32_t tok) {
    if (!is_callable(p, tok - 1, "select"))
        return false;
    if (is_free(p, tok - 2, "go") || is_free(p, tok - 2, "defer"))
        diag_error(p->u, tok - 1, "%s needs a function call or a block", tok_dup(p->u, tok - 2));
    else if (tok_at(p, tok)->kind == T_CASE || tok_at(p, tok)->kind == T_DEFAULT)
        diag_error(p->u, tok, "the cases of a select stand in braces: 'select { case ... }'");
    else
        diag_error(p->u, tok,
                   "select takes no operand: write 'select {', its cases name the channels");
    return true;
}

/* case int v = <-c: */
static bool typed_case(struct parser *p, uint32_t tok) {
    uint32_t at = tok;
    if (tok_at(p, tok - 1)->kind != T_CASE)
        return false;
    while (at + 2 < p->u->ntoks && !is_kind(p, at, ":;=") && tok_at(p, at)->kind != T_DEFINE)
        at++;
    if (at == tok || !is_arrow(p, at + 1))
        return false;
    diag_error(p->u, tok, "':=' declares what a case receives: write 'case %s := <-...'",
               tok_dup(p->u, at - 1));
    return true;
}

/* close c;  len c; */
static bool no_parentheses(struct parser *p, uint32_t tok) {
    static const char *const words[] = {"close",  "len",     "cap",        "panic",
                                        "retain", "release", "panic_value"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (is_callable(p, tok - 1, words[i]) && p->func) {
            diag_error(p->u, tok, "%s takes its operand in parentheses: '%s(...)'", words[i],
                       words[i]);
            return true;
        }
    return false;
}

/* select (c) { … };  select { f(); case … } */
static bool bad_select(struct parser *p, uint32_t tok) {
    uint32_t open = tok_at(p, tok)->kind == T_LBRACE ? parse_opening(p, tok - 1) : 0;
    if (open > 1 && tok_is(p->u, open - 1, "select")) {
        diag_error(p->u, open,
                   "select takes no operand: write 'select {', its cases name the channels");
        return true;
    }
    if (tok_at(p, tok)->kind == T_RBRACE || tok >= p->u->ntoks ||
        !gram_would_shift(p->gram, T_CASE) || gram_would_shift(p->gram, T_IF))
        return false;
    diag_error(p->u, tok, "expected 'case' or 'default' before '%s'",
               tok_is_arrow(tok_at(p, tok)) ? "<-" : tok_dup(p->u, tok));
    return true;
}

/* for (i  and  for (int i */
static bool after_for(const struct parser *p, uint32_t name) {
    uint32_t open = name - 1;
    if (open > 1 && tok_at(p, name)->kind == T_NAME && tok_at(p, open)->kind != T_LP)
        open--;
    return open > 1 && tok_at(p, open)->kind == T_LP && tok_at(p, open - 1)->kind == T_FOR;
}

/* (v := range c) { … } */
static bool is_range_behind(const struct parser *p, uint32_t define) {
    return tok_at(p, define)->kind == T_DEFINE && is_free(p, define + 1, "range") &&
           !after_for(p, define - 1);
}

/* for (i, v := range a)  comes to parse_bad_define;  for (int i = range 5), for (i in x),
   for (i range n) */
static bool bad_range(struct parser *p, uint32_t tok) {
    bool name = tok_at(p, tok - 1)->kind == T_NAME;
    if (is_free(p, tok, "range") && name && after_for(p, tok - 1))
        diag_error(p->u, tok, "there is no ':=': write 'for (%s := range n)'",
                   tok_dup(p->u, tok - 1));
    else if (tok > 6 && is_free(p, tok - 1, "range") && tok_at(p, tok - 4)->kind == T_COMMA &&
             after_for(p, tok - 5))
        diag_error(p->u, tok - 4, "range gives one value: 'for (%s = range n)'",
                   tok_dup(p->u, tok - 5));
    else if (is_free(p, tok - 1, "range") || is_range_behind(p, tok))
        diag_error(p->u, is_free(p, tok - 1, "range") ? tok - 1 : tok + 1,
                   "range stands at the head of a for: 'for (i := range n)'");
    else if ((is_free(p, tok, "in") || tok_at(p, tok)->kind == T_COLON) && after_for(p, tok - 1))
        diag_error(p->u, tok, "there is no '%s': write 'for (%s := range n)'", tok_dup(p->u, tok),
                   tok_dup(p->u, tok - 1));
    else
        return false;
    return true;
}

/* c <- ;  c -> 1;  int x <- c; */
static bool bad_arrow(struct parser *p, uint32_t tok) {
    int before = tok_at(p, tok - 1)->kind;
    if (tok > 2 && before == T_PTR && tok_at(p, tok)->kind != T_NAME && p->constructs)
        diag_error(p->u, tok - 1,
                   "'->' is followed by a member's name; a send is 'channel <- value', a receive "
                   "'<-channel'");
    else if (tok > 2 && is_arrow(p, tok - 2) && tok_at(p, tok)->kind == T_SEMI)
        diag_error(p->u, tok, "expected an expression before ';' (a receive is '<-channel')");
    else if (tok > 4 && is_arrow(p, tok - 2) && p->func && tok_at(p, tok)->kind == T_NAME &&
             tok_at(p, tok - 3)->kind == T_NAME)
        diag_error(p->u, tok - 2, "'<-' declares nothing: write '%s := <-%s'",
                   tok_dup(p->u, tok - 3), tok_dup(p->u, tok));
    else
        return false;
    return true;
}

/* v, w := 1, 2;  v := 1, w := 2; */
static bool several_values(struct parser *p, uint32_t tok) {
    uint32_t at = tok - 1;
    if (tok_at(p, tok)->kind != T_COMMA)
        return false;
    while (at && !is_kind(p, at, ";{}(") && tok_at(p, at)->kind != T_DEFINE) {
        uint32_t open = tok_at(p, at)->kind == T_RP ? parse_opening(p, at) : 0;
        at = (open ? open : at) - 1;
    }
    if (tok_at(p, at)->kind != T_DEFINE)
        return false;
    diag_error(p->u, tok, "':=' takes one value: declare each variable by itself");
    return true;
}

/* x := {1, 2};  c <- {1, 2}; */
static bool list_as_value(struct parser *p, uint32_t tok) {
    bool sent = is_arrow(p, tok - 2);
    if (tok_at(p, tok)->kind != T_LBRACE || (tok_at(p, tok - 1)->kind != T_DEFINE && !sent))
        return false;
    if (sent) {
        diag_error(p->u, tok,
                   "a list in braces has no type: write it before the list, as in "
                   "'(struct s){...}'");
        return true;
    }
    diag_error(p->u, tok,
               "a list in braces has no type: write it before '%s', or before the list "
               "as in '(struct s){...}'",
               tok_dup(p->u, tok - 2));
    return true;
}

/* int x := 5; */
static bool bad_define(struct parser *p, uint32_t tok) {
    if (tok_at(p, tok)->kind != T_DEFINE)
        return false;
    bool named = tok > 2 && tok_at(p, tok - 1)->kind == T_NAME;
    if (tok > 3 && tok_at(p, tok - 2)->kind == T_DEFINE) {
        diag_error(p->u, tok,
                   "':=' is a statement, it has no value: declare each variable by itself");
        return true;
    }
    if (p->func && !named && gram_would_shift(p->gram, T_ASSIGN)) {
        diag_error(p->u, tok, "':=' stands without a type: what is declared with one takes '='");
        diag_fixit(p->u, tok, tok, "=");
        return true;
    }
    if (p->func && gram_would_shift(p->gram, T_ASSIGN)) {
        diag_error(p->u, tok, "':=' takes the type of its value: write '%s := ...' without a type",
                   tok_dup(p->u, tok - 1));
        return true;
    }
    diag_error(p->u, tok,
               "':=' declares a variable: it is possible in a block, at the head of a "
               "'for' and in a case of a 'select'");
    return true;
}

/* int v, bool ok;  struct s { int x, int y; }; */
static bool second_type(struct parser *p, uint32_t tok) {
    int kind = tok_at(p, tok)->kind;
    if (tok_at(p, tok - 1)->kind != T_COMMA || kind == T_NAME || !habit_is_type(p, tok) ||
        !gram_would_shift(p->gram, T_LP) || gram_would_shift(p->gram, T_NUMBER))
        return false;
    diag_error(p->u, tok - 1,
               "behind ',' comes another name of the same type: what has a type of "
               "its own is declared behind ';'");
    diag_fixit(p->u, tok - 1, tok - 1, ";");
    return true;
}

/* fallthrough  and below  case <-c: */
static bool falls_through(struct parser *p, uint32_t tok) {
    int kind = tok_at(p, tok)->kind;
    if (!is_free(p, tok - 1, "fallthrough") ||
        (kind != T_CASE && kind != T_DEFAULT && kind != T_RBRACE))
        return false;
    diag_error(p->u, tok - 1,
               "there is no 'fallthrough': a select's case never goes on with the "
               "next, and a switch's does so without 'break'");
    return true;
}

/* A type and a dot. */
static bool is_qualified(const struct parser *p, uint32_t tok) {
    const struct tok *t = tok_at(p, tok);
    return t->ident && p->u->idents[t->ident].is_typename && tok_at(p, tok + 1)->kind == T_DOT;
}

/* sync.WaitGroup wg;  context.Background() */
static bool package_name(struct parser *p, uint32_t tok) {
    if (is_qualified(p, tok - 1) || is_qualified(p, tok)) {
        diag_error(p->u, is_qualified(p, tok) ? tok : tok - 1,
                   "Go's names are written in lower case and with '_' here, as in "
                   "context_background");
        return true;
    }
    if (tok < 4 || tok_at(p, tok)->kind != T_NAME || tok_at(p, tok - 1)->kind != T_NAME ||
        tok_at(p, tok - 2)->kind != T_DOT || !is_undeclared(p, tok - 3))
        return false;
    diag_error(p->u, tok - 3,
               "unknown type '%s.%s': Go's names are written in lower case and with "
               "'_' here, as in sync_waitgroup",
               tok_dup(p->u, tok - 3), tok_dup(p->u, tok - 1));
    return true;
}

bool mistake_report(struct parser *p, uint32_t tok) {
    static bool (*const known[])(struct parser *, uint32_t) = {
        outside_construct, function_literal, literals_call,  channel_type_as_value,
        select_in_parens,  open_select,      bad_select,     typed_case,
        bad_call,          foreign_block,    bad_make,       late_chan,
        no_element,        bad_element,      late_direction, bad_range,
        bad_arrow,         bad_define,       list_as_value,  several_values,
        second_type,       falls_through,    no_parentheses, package_name};
    if (tok < 2)
        return false;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i](p, tok)) {
            p->constructs = true;
            return true;
        }
    return habit_report(p, tok);
}
