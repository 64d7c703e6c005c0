/* SPDX-License-Identifier: MIT */
/*
 * Declarations by := and receives that also say whether there was a value.
 *
 *   x := f(1);              int x = f(1);
 *   x := x + 1;             int v1 = x + 1; int x = v1;        the x on the right is the outer one
 *   v, ok := <-c;           int v; _Bool ok = gocc__chan_recv_ok(c, &v);
 *   v, ok = <-c;            ok = gocc__chan_recv_ok(c, &v);
 *   for (v, ok := <-c; ok; …) body    { int v; _Bool ok = …; for (; ok; …) body }
 *
 * A type that cannot be written, that of a variable-length array or of what only the host compiler
 * knows, is left to __auto_type.
 */
#include "cc.h"

#include <string.h>

/* `T name` with the user's token in its place, so that warnings about the name are his. */
void lower_declare(struct lower *l, struct type *t, uint32_t name) {
    char *s = lower_type(l, t, "@");
    char *at = strchr(s, '@');
    emit_glue(l, "%.*s", (int)(at - s), s);
    emit_range(l, name, name);
    if (at[1])
        emit_glue(l, "%s", at + 1);
}

static bool is_member(struct lower *l, uint32_t tok) {
    return tok_is(l->u, tok - 1, ".") || tok_is(l->u, tok - 1, "->");
}

/* `n := n + 1`: the n on the right is the one outside, which C's own declaration would hide. */
static bool names(struct lower *l, struct node *e, struct node *declared, uint32_t name) {
    uint32_t ident = l->u->toks[name].ident;
    bool found = false;
    for (uint32_t i = e->first; declared->sym && i <= e->last; i++)
        found = found || (l->u->toks[i].ident == ident && !is_member(l, i));
    return found;
}

static void recv_ok_call(struct lower *l, struct node *recv, const char *to) {
    chan_call(l, recv->tok, "gocc__chan_recv_ok");
    if (l->found)
        emit_glue(l, "%s", l->found);
    else
        emit_node(l, recv->kid);
    emit_glue(l, ", %s)", to);
}

/* The channel of `c, ok := <-c`, as long as its name is the one outside. */
static void find_channel(struct lower *l, struct node *v, struct node *ok, struct node *recv) {
    struct node *c = recv->kid;
    l->found = NULL;
    if (!names(l, c, v, v->tok) && !names(l, c, ok, ok->tok))
        return;
    const char *name = lower_name(l, arena_printf(l->u->arena, "c%u", ++l->serial));
    emit_glue(l, "%s = ", lower_type(l, type_unqual(l->u, expr_type(l->u, c)), name));
    emit_node(l, c);
    emit_glue(l, "; ");
    l->found = name;
}

/* Of the two names left of ':=': the other one may have been declared before. */
static bool is_new(const struct node *ident) {
    return ident->sym && ident->sym->tok == ident->tok;
}

static void recv_ok_define(struct lower *l, struct node *v, struct node *ok, struct node *recv) {
    struct type *elem = chan_elem(l, recv->kid);
    const char *to = "(void *)0";
    if (!chan_is_discard(l->u, v)) {
        lower_declare(l, elem, v->tok);
        emit_glue(l, "; ");
        to = arena_printf(l->u->arena, "&%s", ident_text(l->u, l->u->toks[v->tok].ident));
    }
    if (!chan_is_discard(l->u, ok)) {
        emit_glue(l, "_Bool ");
        emit_node(l, ok);
        emit_glue(l, " = ");
    }
    recv_ok_call(l, recv, to);
    emit_glue(l, ";");
}

/* v, ok := <-c;  where one of them is a variable that exists: the other is declared, and both are
   stored to. */
static void declare_new(struct lower *l, struct node *v, struct node *ok, struct type *elem) {
    if (is_new(v))
        lower_declare(l, elem, v->tok);
    else
        emit_glue(l, "_Bool %s", ident_text(l->u, ok->sym->ident));
    emit_glue(l, "; ");
}

/* As a statement, or as the expression that the third part of a for is. */
static void recv_ok_directly(struct lower *l, struct node *v, struct node *ok, struct node *recv) {
    const char *to = v ? arena_printf(l->u->arena, "&%s", emit_node_text(l, v)) : "(void *)0";
    if (ok) {
        emit_node(l, ok);
        emit_glue(l, " = ");
    }
    recv_ok_call(l, recv, to);
}

/* v and ok, either of which may be NULL, are found before the receive. */
static void recv_ok_in_block(struct lower *l, struct node *v, struct node *ok, struct node *recv) {
    struct type *elem = chan_elem(l, recv->kid);
    const char *value = lower_name(l, "v"), *flag = lower_name(l, "ok");
    struct places p;
    if (v)
        emit_glue(l, "%s; ", lower_type(l, elem, value));
    place_find_two(l, &p, v, ok);
    emit_glue(l, "_Bool %s = ", flag);
    recv_ok_call(l, recv, v ? arena_printf(l->u->arena, "&%s", value) : "(void *)0");
    emit_glue(l, "; ");
    if (v) {
        place_write(l, v, p.v);
        lower_equals(l, expr_type(l->u, v), elem, recv->tok);
        chan_value(l, recv, value);
        emit_glue(l, "; ");
    }
    if (ok)
        place_write(l, ok, p.ok);
    emit_glue(l, ok ? " = %s; " : "(void)%s; ", flag);
}

static void recv_ok_assign(struct lower *l, struct node *n, struct node *recv) {
    struct node *v = expr_strip(n->kid), *ok = n->kid->next;
    struct type *elem = chan_elem(l, recv->kid);
    bool in_for = n->parent->kind == N_FOR;
    v = chan_is_discard(l->u, v) || chan_is_void(elem) ? NULL : v;
    ok = chan_is_discard(l->u, ok) ? NULL : ok;
    if ((!v || chan_receives_directly(l, v, elem)) && (!ok || expr_strip(ok)->kind == N_IDENT)) {
        recv_ok_directly(l, v, ok, recv);
        emit_glue(l, in_for ? "" : ";");
        return;
    }
    emit_glue(l, in_for ? "__extension__ ({ " : "{ ");
    recv_ok_in_block(l, v, ok, recv);
    emit_glue(l, in_for ? "})" : "}");
}

uint32_t lower_recv_ok(struct lower *l, struct node *n) {
    struct node *v = n->kid, *ok = v->next, *recv = expr_strip(ok->next);
    bool defines = tok_is(l->u, ok->last + 1, ":=");
    bool mixed = defines && ((v->sym && !is_new(v)) || (ok->sym && !is_new(ok)));
    if (defines)
        find_channel(l, v, ok, recv);
    if (mixed)
        declare_new(l, v, ok, chan_elem(l, recv->kid));
    if (defines && !mixed)
        recv_ok_define(l, v, ok, recv);
    else
        recv_ok_assign(l, n, recv);
    l->found = NULL;
    return n->parent->kind == N_FOR ? n->last : lower_statement_end(l, n);
}

/* for (v, ok := <-c; ok; …) body   ->   { int v; _Bool ok = …; for (; ok; …) body }
   C declares two variables of different types in a block, not in a for. */
uint32_t lower_recv_ok_for(struct lower *l, struct node *n) {
    struct node *init = n->kid, *v = init->kid, *ok = v->next, *recv = expr_strip(ok->next);
    emit_glue(l, "{ ");
    find_channel(l, v, ok, recv);
    recv_ok_define(l, v, ok, recv);
    l->found = NULL;
    emit_glue(l, " ");
    emit_range(l, n->first, init->first - 1);
    emit_range(l, init->last + 1, n->last);
    emit_glue(l, " }");
    return n->last;
}

static bool can_be_written(struct type *t) {
    for (; t; t = t->base)
        if (t->kind == TY_UNKNOWN || t->vla)
            return false;
    return true;
}

static void declare_as_value(struct lower *l, uint32_t name) {
    emit_glue(l, "__extension__ __auto_type ");
    emit_range(l, name, name);
}

static const char *outer_value(struct lower *l) {
    return lower_name(l, arena_printf(l->u->arena, "v%u", ++l->serial));
}

/* n := n + 1;   ->   int v1 = n + 1; int n = v1; */
static void define_from_outer(struct lower *l, struct node *n, struct type *t, bool in_for) {
    const char *value = outer_value(l);
    bool written = can_be_written(t);
    if (!written)
        emit_glue(l, "__extension__ __auto_type %s = ", value);
    else if (in_for)
        emit_glue(l, "__typeof__(%s) %s = ", lower_type(l, t, NULL), value);
    else
        emit_glue(l, "%s = ", lower_type(l, t, value));
    emit_node(l, n->kid);
    emit_glue(l, in_for ? ", " : "; ");
    if (!written)
        declare_as_value(l, n->tok);
    else if (in_for)
        emit_range(l, n->tok, n->tok);
    else
        lower_declare(l, t, n->tok);
    emit_glue(l, " = %s", value);
}

/* Does `for (x := …` stand there, whose two declarations C does not let stand there? */
bool define_wants_block(struct lower *l, struct node *n) {
    return n->parent->kind == N_FOR && names(l, n->kid, n, n->tok) &&
           !can_be_written(symbol_type(l->u, n->sym));
}

/* for (p := p + 1; …) body   ->   { __auto_type v1 = p + 1; for (__auto_type p = v1; …) body } */
uint32_t lower_define_for(struct lower *l, struct node *n) {
    struct node *init = n->kid;
    const char *value = outer_value(l);
    emit_glue(l, "{ __extension__ __auto_type %s = ", value);
    emit_node(l, init->kid);
    emit_glue(l, "; ");
    emit_range(l, n->first, init->first - 1);
    declare_as_value(l, init->tok);
    emit_glue(l, " = %s", value);
    emit_range(l, init->last + 1, n->last);
    emit_glue(l, " }");
    return n->last;
}

uint32_t lower_define(struct lower *l, struct node *n) {
    struct node *e = n->kid, *recv = expr_strip(e);
    struct type *t = symbol_type(l->u, n->sym);
    bool in_for = n->parent && n->parent->kind == N_FOR;
    if (names(l, e, n, n->tok)) {
        define_from_outer(l, n, t, in_for);
        if (in_for)
            return n->last;
        emit_glue(l, ";");
        return lower_statement_end(l, n);
    }
    if (can_be_written(t)) {
        lower_declare(l, t, n->tok);
    } else {
        declare_as_value(l, n->tok);
    }
    if (!in_for && recv->kind == N_RECV && can_be_written(t)) {
        emit_glue(l, "; ");
        chan_call(l, recv->tok, "gocc__chan_recv");
        emit_node(l, recv->kid);
        emit_glue(l, ", &%s);", ident_text(l->u, l->u->toks[n->tok].ident));
        return lower_statement_end(l, n);
    }
    emit_glue(l, " = ");
    emit_node(l, e);
    if (in_for)
        return n->last;
    emit_glue(l, ";");
    return lower_statement_end(l, n);
}
