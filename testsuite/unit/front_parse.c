/* SPDX-License-Identifier: MIT */
/* From text to tree: what a word is, what a name means, which constructs are listed. */
#include "c.h"
#include "cc.h"
#include <criterion/criterion.h>
#include <string.h>

static const struct translate_options options = {.source = "x.gc", .std = 201710, .gnu = true};

static struct unit parse(const char *text) {
    struct unit u = {.text = text, .len = strlen(text), .opt = &options, .arena = arena_new()};
    parse_unit(&u);
    return u;
}

static struct unit parse_ok(const char *text) {
    struct unit u = parse(text);
    cr_assert_not(u.syntax_errors, "syntax error in: %s", text);
    return u;
}

/* The n-th use in an expression of a name. */
static struct symbol *use(struct unit *u, const char *name, int n) {
    for (uint32_t i = 1; i < u->ntoks; i++)
        if (tok_is(u, i, name) && u->toks[i].sym && n-- == 0)
            return u->toks[i].sym;
    return NULL;
}

static int kinds_of(const struct unit *u, int kind) {
    int n = 0;
    for (uint32_t i = 0; i < u->nconstructs; i++)
        n += u->constructs[i]->kind == kind;
    return n;
}

Test(front_parse, words_stay_names) {
    static const char *const plain[] = {
        "int f(int chan, int range) { return chan<-range; }",
        "int select(int); int go(int); void f(int x) { select(x); go(x); }",
        "struct chan { int go; } g; int f(void) { return g.go + sizeof(struct chan); }",
        "typedef int chan; chan x; typedef int go; void f(void) { go y; }",
        "enum range { defer }; enum range f(void) { goto go; go: return defer; }",
        "void f(int range) { int i; for (i = range; i < range; i++) ; }",
        "int chan(int), defer(int); int f(int x) { defer(x); return chan(x); }",
    };
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
        struct unit u = parse_ok(plain[i]);
        cr_assert_eq(u.nconstructs, 0, "a construct in: %s", plain[i]);
    }
}

Test(front_parse, words_become_keywords) {
    struct unit u = parse_ok("int select(int), range, chan; void f(chan int c) {"
                             " select {} for (x := range c) ; go f(c); defer f(c); }");
    cr_assert_eq(kinds_of(&u, N_SELECT), 1);
    cr_assert_eq(kinds_of(&u, N_RANGE), 1);
    cr_assert_eq(kinds_of(&u, N_GO), 1);
    cr_assert_eq(kinds_of(&u, N_DEFER), 1);
    cr_assert_eq(kinds_of(&u, N_SPECS), 1);
}

Test(front_parse, go_of_a_parenthesis_needs_no_declaration) {
    struct unit u = parse_ok("void f(void (*p)(int)) { go (p)(1); }");
    cr_assert_eq(kinds_of(&u, N_GO), 1);
    u = parse_ok("void go(int); void f(int p) { go (p); }");
    cr_assert_eq(u.nconstructs, 0);
}

Test(front_parse, arrow_is_decided_by_the_grammar) {
    struct unit u = parse_ok("void f(chan int c, int a) {"
                             " c <- a<-1; if (a<-1) a = <-c; f(c, a<-a); <-c; *&c <- -<-c; }");
    cr_assert_eq(kinds_of(&u, N_SEND), 2);
    cr_assert_eq(kinds_of(&u, N_RECV), 3);
}

Test(front_parse, predeclared_names_give_way) {
    struct unit u = parse_ok("void f(chan int c) { close(c); len(c); }");
    cr_assert_eq(kinds_of(&u, N_CALL), 2);
    cr_assert_eq(use(&u, "close", 0)->kind, S_BUILTIN);
    u = parse_ok("int close(int); int len; void f(int c) { close(c); }");
    cr_assert_eq(use(&u, "close", 0)->kind, S_FUNC); /* its operand decides */
    u = parse_ok("# 1 \"/usr/include/unistd.h\" 3\nint close(int);\n# 1 \"x.gc\"\n"
                 "void f(chan int c) { close(c); }");
    cr_assert_eq(kinds_of(&u, N_CALL), 1);
    cr_assert_eq(use(&u, "close", 0)->kind, S_FUNC);
}

Test(front_parse, names_mean_the_innermost) {
    struct unit u = parse_ok(
        "int v; void f(int v) { v; { v; int v = v; v; } v; } int g = sizeof v;");
    cr_assert_eq(use(&u, "v", 0)->kind, S_PARAM);
    cr_assert_eq(use(&u, "v", 0), use(&u, "v", 1));
    cr_assert_eq(use(&u, "v", 2)->kind, S_VAR); /* the initialiser already means the new one */
    cr_assert_eq(use(&u, "v", 2), use(&u, "v", 3));
    cr_assert_eq(use(&u, "v", 4), use(&u, "v", 0));
    cr_assert_eq(use(&u, "v", 5)->depth, 0);
    cr_assert_eq(use(&u, "v", 5)->storage, STORAGE_EXTERN);
}

Test(front_parse, define_sees_the_outer_name_on_its_right) {
    struct unit u = parse_ok("void f(int x) { { x := x + 1; x; } x; }");
    cr_assert_eq(use(&u, "x", 0)->kind, S_VAR);
    cr_assert_eq(use(&u, "x", 0)->node->kind, N_DEFINE);
    cr_assert_eq(use(&u, "x", 1)->kind, S_PARAM);
    cr_assert_eq(use(&u, "x", 2), use(&u, "x", 0));
    cr_assert_eq(use(&u, "x", 3)->kind, S_PARAM);
}

Test(front_parse, select_and_range_names_live_in_their_body) {
    struct unit u = parse_ok("void f(chan int c, int v) { select { case v := <-c: v; default: v; }"
                             " for (v := range v) { v; } v; }");
    cr_assert_eq(use(&u, "v", 1)->node->kind, N_DEFINE);
    cr_assert_eq(use(&u, "v", 2)->kind, S_PARAM);
    cr_assert_eq(use(&u, "v", 4)->kind, S_PARAM);
    cr_assert_eq(use(&u, "v", 5)->node->kind, N_RANGE);
    cr_assert_eq(use(&u, "v", 6)->kind, S_PARAM);
}

Test(front_parse, scopes_have_owners) {
    struct unit u = parse_ok("static int f(int a) { static int s; extern int e; int l; { l; } }");
    struct node *func = u.root->kid, *body = node_kid(func, 3);
    cr_assert_eq(func->kind, N_FUNC);
    cr_assert_eq(func->sym->storage, STORAGE_STATIC);
    cr_assert_eq(func->scope->owner, func);
    cr_assert_eq(body->scope->owner, body);
    cr_assert_eq(body->scope->up, func->scope);
    cr_assert_eq(func->scope->up, u.globals);
    struct symbol *l = use(&u, "l", 0);
    cr_assert_eq(l->scope, body->scope);
    cr_assert_eq(l->func, func);
    uint32_t a = ident_intern(&u, "a", 1), s = ident_intern(&u, "s", 1);
    cr_assert_eq(scope_find(body->scope, a)->kind, S_PARAM);
    cr_assert_eq(scope_find(body->scope, s)->storage, STORAGE_STATIC);
    cr_assert_null(scope_find(u.globals, a));
}

Test(front_parse, tags_follow_scopes) {
    struct unit u = parse_ok("struct s *p; struct s { int a; } x;"
                             "void f(void) { struct s y; struct s { struct s *self; } z; }");
    struct node *first = u.root->kid->kid->kid, *second = u.root->kid->next->kid->kid;
    cr_assert_eq(first->sym, second->sym);
    cr_assert_eq(first->sym->node, second);
    struct node *body = node_kid(u.root->kid->next->next, 3);
    struct node *y = body->kid->kid->kid, *z = body->kid->next->kid->kid;
    cr_assert_eq(y->sym, first->sym);
    cr_assert_neq(z->sym, first->sym);
    cr_assert_eq(z->kid->kid->kid->kid->sym, z->sym);
}

Test(front_parse, constructs_come_in_order_outer_first) {
    struct unit u = parse_ok("void f(chan int c) { go { c <- <-c; } defer f(c); }");
    static const int want[] = {N_SPECS, N_GO, N_SEND, N_RECV, N_DEFER};
    cr_assert_eq(u.nconstructs, 5);
    for (int i = 0; i < 5; i++)
        cr_assert_eq(u.constructs[i]->kind, want[i]);
    for (uint32_t i = 0; i < u.nconstructs; i++)
        for (struct node *n = u.constructs[i]; n; n = n->parent)
            cr_assert(n->has_construct);
}

Test(front_parse, plain_mistakes_are_not_ours) {
    struct unit u = parse("int f( { return 1 } }");
    cr_assert(u.syntax_errors);
    cr_assert_eq(u.errors, 0);
    u = parse("int f( { return 1 } chan int c;");
    cr_assert(u.errors > 0);
}

Test(front_parse, depth_is_no_danger) {
    enum { DEPTH = 10000 };
    char *text = malloc(DEPTH * 4 + 100), *p = text + sprintf(text, "chan int c; int x = ");
    p = (char *)memset(p, '(', DEPTH) + DEPTH;
    *p++ = '1';
    p = (char *)memset(p, ')', DEPTH) + DEPTH;
    p += sprintf(p, "; void f(void) ");
    p = (char *)memset(p, '{', DEPTH) + DEPTH;
    p = (char *)memset(p, '}', DEPTH) + DEPTH;
    *p = 0;
    parse_ok(text);
}
