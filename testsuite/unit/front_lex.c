/* SPDX-License-Identifier: MIT */
/* The scanner: places, flags, odd bytes; and the question whether a text needs a parser. */
#include "cc.h"
#include "c.h"
#include <criterion/criterion.h>
#include <string.h>

static const struct translate_options options = {.source = "x.gc", .std = 201710, .gnu = true};

static struct unit scan(const char *text) {
    struct unit u = {.text = text, .len = strlen(text), .opt = &options, .arena = arena_new()};
    ident_init(&u);
    lex_unit(&u);
    return u;
}

static void kinds(const char *text, int n, const int *want) {
    struct unit u = scan(text);
    cr_assert_eq(u.ntoks, (uint32_t)n + 1, "%s: %u tokens", text, u.ntoks - 1);
    for (int i = 0; i < n; i++)
        cr_assert_eq(u.toks[i + 1].kind, want[i], "%s: token %d is %d, not %d", text, i,
                     u.toks[i + 1].kind, want[i]);
}

#define KINDS(text, ...)                                                                           \
    kinds(text, sizeof((int[]){__VA_ARGS__}) / sizeof(int), (int[]){__VA_ARGS__})

Test(front_lex, arrow_stays_two_tokens) {
    KINDS("a<-b", T_NAME, T_LT, T_MINUS, T_NAME);
    KINDS("a<--b", T_NAME, T_LT, T_DEC, T_NAME);
    KINDS("a<-=b", T_NAME, T_LT, T_ASSIGNOP, T_NAME);
    KINDS("a<<-b", T_NAME, T_SHL, T_MINUS, T_NAME);
}

Test(front_lex, define_and_digraphs) {
    KINDS("x:=1", T_NAME, T_DEFINE, T_NUMBER);
    KINDS("<::><%%>", T_LBRACK, T_RBRACK, T_LBRACE, T_RBRACE);
    KINDS("::= : =", T_COLCOL, T_ASSIGN, T_COLON, T_ASSIGN);
}

Test(front_lex, literals) {
    KINDS("0x1p-3 1'000 .5e+1f 1..2", T_NUMBER, T_NUMBER, T_NUMBER, T_NUMBER);
    KINDS("u8\"a\" L'\\'' \"\\\"\" 'ab'", T_STRING, T_NUMBER, T_STRING, T_NUMBER);
    KINDS("R\"x()\" \n)x\" ;", T_STRING, T_SEMI);
    KINDS("\"never closed\n;", T_BAD, T_SEMI);
}

Test(front_lex, comments_hide_everything) {
    KINDS("a /* go \" <- // */ b // := '\n c", T_NAME, T_NAME, T_NAME);
    KINDS("a /* never closed ; ; ;", T_NAME);
}

Test(front_lex, linemarkers_place_tokens) {
    struct unit u = scan("# 7 \"dir/a \\\"b.h\" 1 3 4\n  int\n\n# 40 \"x.gc\" 2\n\tx /* \n */ y");
    const struct tok *t = u.toks;
    cr_assert_str_eq(tok_file(&u, 1), "dir/a \"b.h");
    cr_assert_eq(t[1].line, 7);
    cr_assert_eq(t[1].col, 3);
    cr_assert_eq(t[1].flags, TOK_BOL | TOK_SYSTEM | TOK_EXTERN_C);
    cr_assert_str_eq(tok_file(&u, 2), "x.gc");
    cr_assert_eq(t[2].line, 40);
    cr_assert_eq(t[2].col, 2);
    cr_assert_eq(t[3].line, 41);
    cr_assert_eq(t[3].col, 5);
}

Test(front_lex, directives_are_trivia) {
    struct unit u = scan("#pragma omp \"a // b\"\n#define A \"/*\"\n#pragma /* x\n y */ z\nint");
    cr_assert_eq(u.ntoks, 2);
    cr_assert_eq(u.toks[1].line, 5);
    cr_assert_eq(u.toks[1].kind, T_INT);
}

Test(front_lex, gocc_headers_are_known) {
    struct unit u = scan("# 1 \"/usr/include/gocc/sync.h\" 1 3\na\n# 1 \"/u/gocc.h\" 3\nb\n"
                         "# 1 \"/home/me/gocc/x.h\"\nc\n# 1 \"/usr/include/stdio.h\" 3\nd");
    cr_assert(tok_in_gocc_header(&u, 1));
    cr_assert(tok_in_gocc_header(&u, 2));
    cr_assert_not(tok_in_gocc_header(&u, 3));
    cr_assert_not(tok_in_gocc_header(&u, 4));
}

Test(front_lex, modes_decide_words) {
    struct translate_options c89 = {.source = "x", .std = 0, .gnu = false};
    struct translate_options c23 = {.source = "x", .std = 202311, .gnu = false};
    const char *words = "inline asm typeof restrict bool nullptr";
    struct unit u = {.text = words, .len = strlen(words), .opt = &c89, .arena = arena_new()};
    ident_init(&u);
    lex_unit(&u);
    for (uint32_t i = 1; i < u.ntoks; i++)
        cr_assert_eq(u.toks[i].kind, T_NAME, "C89: %s", tok_dup(&u, i));
    u = (struct unit){.text = words, .len = strlen(words), .opt = &c23, .arena = arena_new()};
    ident_init(&u);
    lex_unit(&u);
    cr_assert_eq(u.toks[1].kind, T_INLINE);
    cr_assert_eq(u.toks[2].kind, T_NAME);
    cr_assert_eq(u.toks[3].kind, T_TYPEOF);
    cr_assert_eq(u.toks[4].kind, T_RESTRICT);
    cr_assert_eq(u.toks[5].kind, T_BOOL);
    cr_assert_eq(u.toks[6].kind, T_NUMBER);
}

static bool needed(const char *s) {
    return lex_may_have_constructs(s, strlen(s));
}

Test(front_lex, prefilter_sees_constructs) {
    static const char *const yes[] = {
        "go f();",          "go/**/\n{",       "go (f)()",        "defer f();", "defer {",
        "select {",         "select\n# 3 \"x\"\n{", "chan int c;", "chan(int)",  "chan<- int",
        "x = <-c;",         "c<-1;",           "x:=1",            "range c",    "range 10",
        "range <-c",        "panic (\"\")",    "recover()",       "release(x)", "retain(x)",
        "R\"(\")\" go f()", "break outer;", "continue\nouter;",
    };
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
        cr_assert(needed(yes[i]), "%s", yes[i]);
}

Test(front_lex, prefilter_lets_plain_c_through) {
    static const char *const no[] = {
        "",
        "int go, chan, select, defer, range;",
        "r->go = r.chan; range = 1; range++;",
        "select(1, 0, 0, 0, 0); close(fd); len(x); make(1);",
        "/* go f(); c <- 1 */ // x := 1\n",
        "\"go f(); <- :=\" '\\'' \"\\\" go f()\"",
        "#define chan chan int x\n#pragma go f\n",
        "a < -b; a <<-b; a<=-b; a : =b; x::y",
        "ago f; gone f; chanx int; panicky()",
        "break; continue; breaks x; continued y",
        "1'000 'a' 0x1p-1",
    };
    for (size_t i = 0; i < sizeof no / sizeof *no; i++)
        cr_assert_eq(needed(no[i]), i == 7, "%s", no[i]); /* <<- holds an arrow: worth a parse */
}

Test(front_lex, text_ends_anywhere) {
    const char *text = "chan int c; c <- \"a\\\\\" /* */ 'x' x := R\"d(x)d\" # 1 \"f\"\n#pragma";
    for (size_t n = strlen(text); n; n--) {
        char *part = strndup(text, n); /* its own block: a sanitizer sees a read too far */
        scan(part);
        lex_may_have_constructs(part, n);
    }
}
