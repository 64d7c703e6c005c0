/* SPDX-License-Identifier: MIT */
/* What the grammar's actions build.  While a node is a growing list its `parent` points at its last
   kid; ast_link gives `parent` its real meaning once the tree is complete. */
#include "c.h"
#include "cc.h"

static bool is_empty(const struct node *n) {
    return n->first > n->last;
}

struct node *ast_cover(struct node *n, struct span s) {
    if (s.first > s.last)
        return n;
    if (is_empty(n)) {
        n->first = s.first;
        n->last = s.last;
        return n;
    }
    if (s.first < n->first)
        n->first = s.first;
    if (s.last > n->last)
        n->last = s.last;
    return n;
}

static struct span span_of(const struct node *n) {
    return (struct span){n->first, n->last};
}

struct span ast_join(struct span a, struct span b) {
    if (a.first > a.last)
        return b;
    if (b.first > b.last)
        return a;
    return (struct span){a.first < b.first ? a.first : b.first, a.last > b.last ? a.last : b.last};
}

static struct node *node_new(struct parser *p, int kind, uint32_t tok) {
    struct node *n = arena_alloc(p->u->arena, sizeof *n);
    n->kind = (uint8_t)kind;
    n->tok = tok;
    n->first = 1;
    return n;
}

struct node *ast_add(struct node *list, struct node *kid) {
    if (list->kid)
        list->parent->next = kid;
    else
        list->kid = kid;
    list->parent = kid;
    kid->next = NULL;
    return ast_cover(list, span_of(kid));
}

/* A NULL kid is an absent part. */
struct node *ast_node(struct parser *p, int kind, uint32_t tok, size_t n, struct node **kids) {
    struct node *made = node_new(p, kind, tok);
    for (size_t i = 0; i < n; i++)
        ast_add(made, kids[i] ? kids[i] : node_new(p, N_NONE, 0));
    return made;
}

/* Puts `kid` in the place of the i-th, which existed; the range grows with it. */
void ast_replace(struct node *n, int i, struct node *kid) {
    struct node **at = &n->kid;
    while (i-- > 0)
        at = &(*at)->next;
    kid->next = (*at)->next;
    if (n->parent == *at)
        n->parent = kid;
    *at = kid;
    ast_cover(n, span_of(kid));
}

#define KIDS(...)                                                                       \
    sizeof((struct node *[]){__VA_ARGS__}) / sizeof(struct node *), (struct node *[]) { \
        __VA_ARGS__                                                                     \
    }
#define NODE(kind, tok, ...) ast_node(p, N_##kind, tok, KIDS(__VA_ARGS__))

struct node *ast_leaf(struct parser *p, int kind, struct span s) {
    return ast_cover(node_new(p, kind, kind == N_SPEC_ATTR ? s.first : s.last), s);
}

struct node *ast_op(struct parser *p, struct node *n) {
    n->op = p->u->toks[n->tok].kind;
    return n;
}

/* ---- expressions ---- */

struct node *ast_ident(struct parser *p, struct span s) {
    struct node *n = ast_leaf(p, N_IDENT, s);
    struct tok *t = &p->u->toks[s.last];
    n->sym = t->sym = scope_lookup(p->u, t->ident);
    if (n->sym)
        n->sym->uses++;
    return n;
}

struct node *ast_unary(struct parser *p, struct span op, struct node *e) {
    return ast_op(p, ast_cover(NODE(UNARY, op.last, e), op));
}

struct node *ast_sizeof(struct parser *p, struct span op, struct node *e, struct span end) {
    return ast_op(p, ast_cover(ast_cover(NODE(SIZEOF, op.last, e), op), end));
}

/* Only a function, or a name that nobody declared, may turn out to be gocc's make, close, panic …:
   whoever declares `int close(int)`, a header or the program, closes channels beside it. */
static bool may_be_predeclared(const struct parser *p, const struct node *f) {
    if (f->kind != N_IDENT || !f->sym || p->u->idents[p->u->toks[f->tok].ident].contextual != 2)
        return false;
    return f->sym->kind == S_BUILTIN || f->sym->kind == S_FUNC;
}

struct node *ast_call(struct parser *p, struct node *f, struct span open, struct node *args,
                      struct span end) {
    struct node *n = ast_cover(NODE(CALL, open.last, f, args), end), *name = expr_strip(f);
    if (may_be_predeclared(p, name)) {
        n->has_construct = true;
        p->constructs |= name->sym->kind == S_BUILTIN;
    }
    return n;
}

struct node *ast_member(struct parser *p, struct node *e, int op, struct span name) {
    struct node *n = ast_cover(NODE(MEMBER, name.last, e), name);
    n->op = (uint16_t)op;
    return n;
}

/* A member that a designator names: MEMBER without a kid. */
struct node *ast_designator(struct parser *p, struct span name) {
    struct node *n = ast_leaf(p, N_MEMBER, name);
    n->op = T_DOT;
    return n;
}

/* ---- specifiers ---- */

struct node *ast_typedef(struct parser *p, struct span s) {
    struct node *n = ast_leaf(p, N_SPEC_TYPEDEF, s);
    n->sym = scope_lookup(p->u, p->u->toks[s.last].ident);
    if (n->sym)
        n->sym->uses++;
    return n;
}

struct node *ast_word(struct parser *p, struct span s) {
    struct node *n = ast_op(p, ast_leaf(p, N_SPEC_WORD, s));
    p->u->has_thread_locals |= n->op == T_THREAD;
    return n;
}

struct node *ast_chan(struct parser *p, int dir, struct span word, struct node *elem,
                      struct span first) {
    struct node *n = ast_cover(ast_cover(NODE(SPEC_CHAN, word.last, elem), word), first);
    n->op = (uint16_t)dir;
    p->constructs = true;
    return n;
}

static struct node *tag_node(struct parser *p, int kind, struct span word, struct span name) {
    struct node *n = ast_cover(ast_cover(NODE(NONE, name.last, NULL), word), name);
    n->kind = (uint8_t)kind;
    n->op = p->u->toks[word.last].kind;
    return n;
}

/* struct s: the one in sight, otherwise a new one here */
struct node *ast_tag(struct parser *p, int kind, struct span word, struct span name) {
    struct node *n = tag_node(p, kind, word, name);
    n->sym = p->u->idents[p->u->toks[name.last].ident].tag;
    if (!n->sym)
        n->sym = scope_declare_tag(p, name.last, NULL);
    return n;
}

/* struct s {: declares or completes the one of this scope; a second body is another type */
struct node *ast_tag_define(struct parser *p, int kind, struct span word, struct span name) {
    struct node *n = tag_node(p, kind, word, name);
    struct symbol *sym = name.last ? p->u->idents[p->u->toks[name.last].ident].tag : NULL;
    if (!sym || sym->scope != p->scope || sym->node)
        sym = scope_declare_tag(p, name.last, n);
    sym->node = n;
    n->sym = sym;
    return n;
}

struct node *ast_enumerator(struct parser *p, struct span name, struct span attrs, struct node *e) {
    struct node *n = ast_cover(ast_cover(NODE(ENUMERATOR, name.last, e), name), attrs);
    n->sym = scope_declare(p, name.last, S_ENUMERATOR, n);
    return n;
}

struct node *ast_members(struct parser *p, struct node *specs, struct node *list,
                         struct span semi) {
    struct node *n = NODE(MEMBER_DECL, 0, specs, list ? list : NODE(LIST, 0));
    for (struct node *m = list ? list->kid : NULL; m; m = m->next)
        if (m->sym)
            m->sym->specs = specs;
    return ast_cover(n, semi);
}

/* Members live in their record, not in a scope. */
struct node *ast_member_declr(struct parser *p, struct node *d, struct node *bits,
                              struct span end) {
    struct node *name = d ? ast_declared(d) : NULL;
    struct node *n = NODE(MEMBER_DECLR, name ? name->tok : 0, d, bits);
    if (name) {
        struct symbol *sym = arena_alloc(p->u->arena, sizeof *sym);
        sym->kind = S_VAR;
        sym->ident = p->u->toks[name->tok].ident;
        sym->tok = name->tok;
        sym->node = n;
        sym->func = p->func;
        n->sym = sym;
    }
    return ast_cover(n, end);
}

/* ---- declarators ---- */

struct node *ast_declared(struct node *d) {
    while (d->kind != N_D_NAME)
        d = d->kid;
    return d;
}

struct node *ast_declare(struct parser *p, struct node *d, int kind) {
    struct node *name = ast_declared(d);
    struct node *n = NODE(DECLR, name->tok, d, NULL);
    n->sym = scope_declare(p, name->tok, kind, n);
    return n;
}

struct node *ast_pointer(struct parser *p, struct span star, struct node *quals,
                         struct node *next) {
    return ast_cover(NODE(D_POINTER, star.last, next, quals), star);
}

/* Hangs `d` into the innermost pointer of a chain. */
struct node *ast_pointer_to(struct node *ptr, struct node *d) {
    struct node *inner = ptr;
    while (inner->kid->kind == N_D_POINTER) {
        ast_cover(inner, span_of(d));
        inner = inner->kid;
    }
    ast_replace(inner, 0, d);
    return ptr;
}

struct node *ast_array(struct parser *p, struct node *d, struct node *array) {
    (void)p;
    ast_replace(array, 0, d);
    return array;
}

/* `params` covers the parentheses; the list itself and the function share that end. */
struct node *ast_function(struct parser *p, struct node *d, struct node *params) {
    struct node *n = NODE(D_FUNC, params->first, d, params);
    n->op = params->op;
    n->scope = params->scope;
    return n;
}

struct node *ast_no_params(struct parser *p, struct span open, struct scope *s, struct span close) {
    struct node *n = ast_cover(ast_cover(NODE(LIST, 0), open), close);
    n->op = T_NAME;
    n->scope = s;
    scope_leave(p, s);
    return n;
}

struct node *ast_kr_param(struct parser *p, struct span name) {
    struct node *n = NODE(PARAM, name.last, NODE(SPECS, 0), ast_leaf(p, N_D_NAME, name));
    n->sym = scope_declare(p, name.last, S_PARAM, n);
    n->sym->specs = n->kid;
    return n;
}

struct node *ast_param(struct parser *p, struct node *specs, struct node *declr,
                       struct span attrs) {
    struct node *n = ast_cover(NODE(PARAM, declr->tok, specs, declr->kid), attrs);
    n->sym = declr->sym;
    n->sym->kind = S_PARAM;
    n->sym->storage = specs_have(specs, T_REGISTER) ? STORAGE_REGISTER : STORAGE_AUTO;
    n->sym->node = n;
    n->sym->specs = specs;
    return n;
}

/* ---- statements ---- */

static bool is_recv(const struct node *e) {
    while (e->kind == N_PAREN)
        e = e->kid;
    return e->kind == N_RECV;
}

/* `v, ok = <-c` reads as a comma expression; only a receive on its right makes it this.
   `x = <-a, y = <-b;` stays the comma that it is.  e may be absent, as in for (;;). */
struct node *ast_recv_ok(struct parser *p, struct node *e) {
    if (!e || e->kind != N_COMMA || (e->kid->kind != N_PAREN && !node_is_lvalue(p->u, e->kid)))
        return e;
    struct node *v = e->kid, *assign = v->next;
    if (assign->kind != N_ASSIGN || assign->op != T_ASSIGN || !is_recv(assign->kid->next))
        return e;
    struct node *ok = assign->kid, *recv = ok->next;
    struct node *n = NODE(RECV_OK, assign->tok, v, ok, recv);
    n->op = T_ASSIGN;
    return n;
}

struct node *ast_for(struct parser *p, struct span word, struct node *init, struct node *cond,
                     struct node *post, struct node *body) {
    return ast_cover(NODE(FOR, word.last, init, cond, ast_recv_ok(p, post), body), word);
}

struct node *ast_expr_stmt(struct parser *p, struct node *e, struct span semi) {
    struct node *n = ast_recv_ok(p, e);
    if (n->kind != N_RECV_OK)
        n = NODE(EXPR_STMT, 0, e);
    return ast_cover(n, semi);
}

static struct node **label_body(struct node *l) {
    struct node **at = &l->kid;
    for (int i = l->kind == N_CASE ? 2 : 0; i > 0; i--)
        at = &(*at)->next;
    return at;
}

struct node *ast_labelled(struct node *label, struct node *stmt) {
    stmt->next = NULL;
    *label_body(label) = stmt;
    return ast_cover(label, span_of(stmt));
}

static bool takes_label(const struct node *item) {
    return item->kind != N_DECL && item->kind != N_FUNC && item->kind != N_LOCAL_LABELS &&
           item->kind != N_STATIC_ASSERT;
}

/* In a block a label is an item of its own to the grammar, because a declaration or the end may
   follow it; the tree puts the statement that follows below it.  Until the tree is linked, the
   parent of the outermost label is the innermost: there may be a hundred thousand of them. */
struct node *ast_add_item(struct node *list, struct node *item) {
    struct node *last = list->kid ? list->parent : NULL;
    if (!last || !node_is_label(last) || !takes_label(item))
        return ast_add(list, item);
    struct node *innermost = last->parent && node_is_label(last->parent) ? last->parent : last;
    struct node **body = label_body(innermost);
    if ((*body)->kind != N_NONE)
        return ast_add(list, item);
    *body = item;
    if (node_is_label(item))
        last->parent = item;
    ast_cover(last, span_of(item)); /* the labels between: ast_link */
    return ast_cover(list, span_of(item));
}

struct node *ast_own(struct node *n, struct scope *s) {
    n->scope = s;
    s->owner = n;
    return n;
}

struct node *ast_compound(struct parser *p, struct span open, struct node *items, struct span close,
                          struct scope *s) {
    items->kind = N_COMPOUND;
    items->tok = open.last;
    ast_cover(ast_cover(items, open), close);
    scope_leave(p, s);
    return ast_own(items, s);
}

/* ---- the constructs ---- */

static void define_name(struct parser *p, struct node *ident, struct node *by) {
    struct tok *t = &p->u->toks[ident->tok];
    if (t->sym)
        t->sym->uses--;
    ident->sym = t->sym = scope_declare(p, ident->tok, S_VAR, by);
}

static bool is_blank(const struct parser *p, const struct node *n) {
    return tok_is(p->u, n->tok, "_");
}

static bool is_same_name(const struct parser *p, const struct node *a, const struct node *b) {
    return !is_blank(p, a) && p->u->toks[a->tok].ident == p->u->toks[b->tok].ident;
}

/* As in Go, where the parameters belong to the block that is the body. */
static bool is_of_this_block(const struct parser *p, const struct symbol *s) {
    if (!s)
        return false;
    if (s->kind == S_PARAM)
        return p->func && s->scope == p->func->scope && s->scope == p->scope->up;
    return s->kind == S_VAR && s->scope == p->scope;
}

/* v, ok := <-c; stores to what is declared here already, so long as one of the two is new. */
static struct node *define_two(struct parser *p, struct node *lhs, struct span op, struct node *e) {
    struct node *v = lhs->kid, *ok = v->next, *old = NULL;
    struct node *n = NODE(RECV_OK, op.last, v, ok, e);
    bool defines = false;
    n->op = T_DEFINE;
    if (is_same_name(p, v, ok)) {
        parse_twice(p, ok);
        ok->sym = NULL;
        define_name(p, v, n);
        return n;
    }
    for (struct node *k = v; k != e; k = k->next) {
        if (is_blank(p, k))
            continue;
        if (is_of_this_block(p, k->sym)) {
            old = k;
            continue;
        }
        define_name(p, k, n);
        defines = true;
    }
    if (!defines)
        parse_nothing_new(p, old, op);
    return n;
}

struct node *ast_define(struct parser *p, struct node *lhs, struct span op, struct node *e) {
    p->constructs = true;
    if (lhs->kind == N_COMMA && lhs->kid->kind == N_IDENT && lhs->kid->next->kind == N_IDENT &&
        is_recv(e))
        return define_two(p, lhs, op, e);
    if (lhs->kind != N_IDENT)
        parse_bad_define(p, lhs, op, e);
    struct node *n = ast_cover(NODE(DEFINE, lhs->tok, e), span_of(lhs));
    n->tok2 = op.last;
    if (lhs->kind != N_IDENT)
        return n;
    if (is_blank(p, lhs) || is_of_this_block(p, lhs->sym))
        parse_nothing_new(p, is_blank(p, lhs) ? NULL : lhs, op);
    define_name(p, lhs, n);
    n->sym = lhs->sym;
    return n;
}

/* break L; continue L; */
struct node *ast_jump(struct parser *p, int kind, struct span word, struct span label,
                      struct span semi) {
    struct node *n = ast_cover(ast_leaf(p, kind, word), semi);
    n->tok2 = label.last;
    p->constructs = true;
    return n;
}

struct node *ast_clause(struct parser *p, struct span word, struct node *comm, struct span colon,
                        struct node *items) {
    struct node *n = NODE(SELECT_CASE, word.last, comm, items);
    return ast_cover(ast_cover(n, word), colon);
}

/* The name is declared after the operand and before the body. */
struct node *ast_range(struct parser *p, struct span word, struct node *lhs, struct span op,
                       struct node *e) {
    struct node *n = ast_cover(NODE(RANGE, word.last, lhs, e, NULL), word);
    n->tok2 = op.last;
    n->op = op.last ? p->u->toks[op.last].kind : 0;
    if (n->op != T_DEFINE)
        return n;
    if (lhs->kind != N_IDENT)
        parse_bad_define(p, lhs, op, NULL);
    else if (is_blank(p, lhs))
        parse_nothing_new(p, NULL, op);
    else
        define_name(p, lhs, n);
    return n;
}
