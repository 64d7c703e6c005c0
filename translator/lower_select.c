/* SPDX-License-Identifier: MIT */
/*
 * select.
 *
 *   select {                       { int v1; struct gocc__case k[2];
 *   case v := <-a:                   k[0].c = a; k[0].v = &v1; k[0].op = GOCC__RECV;
 *       use(v);                      k[1].c = b; k[1].v = &(int){f()}; k[1].op = GOCC__SEND;
 *   case b <- f():                   switch (gocc__select(k, 2, 0)) {
 *       return 1;                    case 0: { int v = v1; use(v); } break;
 *   }                                default: { return 1; } break;
 *                                    } }
 *
 * A break in a body leaves the switch, which is what it shall leave.  The last case is `default`
 * unless the user has one, so that the host compiler sees that one of them is always taken.  One
 * case needs no array: alone it is the plain operation, with a default an `if` over the trying one.
 */
#include "cc.h"

#include <string.h>

struct sel_case {
    struct node *node, *comm, *recv, *items;
    struct type *elem;
    const char *temp; /* receives the value; or holds the one to send */
    const char *into; /* the pointer for the runtime */
    const char *ok;   /* the expression that says whether it was a sent value */
    const char *chan; /* the variable that has the channel, which is evaluated before the value */
    bool timeout, fixed;
};

struct sel {
    struct node *node, *fallback;
    struct sel_case *cases;
    int n;
    const char *array, *flag;
};

/* ---- reading ---- */

static struct node *recv_of(struct node *comm) {
    switch (comm->kind) {
    case N_ASSIGN:
        return expr_strip(comm->kid->next);
    case N_DEFINE:
        return expr_strip(comm->kid);
    case N_RECV_OK:
        return expr_strip(comm->kid->next->next);
    case N_SEND:
        return NULL;
    default:
        return expr_strip(comm);
    }
}

/* `<-time_after(d)` of the library: a wait, not a channel. */
static bool is_timeout(struct lower *l, struct sel_case *k) {
    struct node *call = k->recv ? expr_strip(k->recv->kid) : NULL;
    if (!call || k->comm->kind == N_ASSIGN || k->comm->kind == N_DEFINE ||
        k->comm->kind == N_RECV_OK || call->kind != N_CALL)
        return false;
    struct node *f = call->kid, *args = node_kid(call, 1);
    bool named = f->kind == N_IDENT && tok_is(l->u, f->tok, "time_after") && f->sym &&
                 f->sym->kind == S_FUNC && tok_in_gocc_header(l->u, f->sym->tok);
    return named && args->kid && !args->kid->next;
}

static bool wants_value(struct lower *l, struct sel_case *k) {
    struct node *c = k->comm;
    if (chan_is_void(k->elem))
        return false;
    if (c->kind == N_ASSIGN || c->kind == N_RECV_OK)
        return !chan_is_discard(l->u, expr_strip(c->kid));
    return c->kind == N_DEFINE && !tok_is(l->u, c->tok, "_");
}

static bool receives_directly(struct lower *l, struct sel_case *k) {
    struct node *lhs = expr_strip(k->comm->kid);
    if (k->comm->kind == N_RECV_OK && expr_strip(k->comm->kid->next)->kind != N_IDENT)
        return false; /* i, a[i] = <-c finds a[i] first */
    bool defines = k->comm->kind == N_RECV_OK && tok_is(l->u, k->comm->kid->next->last + 1, ":=");
    return k->comm->kind != N_DEFINE && !defines && lhs->kind == N_IDENT &&
           chan_addressable(l, lhs, k->elem) && !expr_type(l->u, lhs)->quals;
}

static void plan_receive(struct lower *l, struct sel_case *k) {
    k->into = "(void *)0";
    if (!wants_value(l, k))
        return;
    if (receives_directly(l, k)) {
        k->into = arena_printf(l->u->arena, "&%s", emit_node_text(l, expr_strip(k->comm->kid)));
        return;
    }
    k->temp = lower_name(l, arena_printf(l->u->arena, "v%u", ++l->serial));
    k->into = arena_printf(l->u->arena, "&%s", k->temp);
}

/* Do these cases evaluate anything that could change a variable which an earlier one sends? */
static bool may_change(struct lower *l, struct node *k) {
    for (; k; k = k->next) {
        struct node *recv = node_absent(k->kid) ? NULL : recv_of(k->kid);
        if (recv && !lower_simple(l, recv->kid))
            return true;
        if (recv || node_absent(k->kid))
            continue;
        struct node *v = node_kid(k->kid, 1);
        if (!lower_simple(l, k->kid->kid) || (!node_absent(v) && !lower_simple(l, v)))
            return true;
    }
    return false;
}

/* A value that braces around it do not make: (four){v} has v for its first element. */
static bool is_whole(const struct type *t) {
    return t->kind == TY_STRUCT || t->kind == TY_UNION || t->kind == TY_VECTOR;
}

static void plan_case(struct lower *l, struct sel_case *k) {
    k->recv = recv_of(k->comm);
    k->timeout = is_timeout(l, k);
    if (k->timeout)
        return;
    k->elem = chan_elem(l, k->recv ? k->recv->kid : k->comm->kid);
    if (k->recv) {
        plan_receive(l, k);
        return;
    }
    struct node *v = node_kid(k->comm, 1);
    bool record = is_whole(k->elem);
    bool copies = !chan_addressable(l, v, k->elem) || may_change(l, k->node->next);
    k->fixed = record && copies && type_is_record(k->elem) && type_is_fixed(l->u, k->elem);
    if (!node_absent(v) && record && copies && !k->fixed)
        k->temp = lower_name(l, arena_printf(l->u->arena, "v%u", ++l->serial));
}

static void read_cases(struct lower *l, struct sel *s) {
    int n = 0;
    for (struct node *k = s->node->kid; k; k = k->next)
        n++;
    s->cases = arena_alloc(l->u->arena, (size_t)(n + 1) * sizeof *s->cases);
    for (struct node *k = s->node->kid; k; k = k->next) {
        if (node_absent(k->kid)) {
            s->fallback = k;
            continue;
        }
        struct sel_case *c = &s->cases[s->n++];
        c->node = k;
        c->comm = k->kid;
        c->items = k->kid->next;
        plan_case(l, c);
    }
}

/* ---- writing ---- */

static void declare_temps(struct lower *l, struct sel *s) {
    for (int i = 0; i < s->n; i++)
        if (s->cases[i].temp)
            emit_glue(l, "%s;\n\t", lower_type(l, s->cases[i].elem, s->cases[i].temp));
}

static void send_value(struct lower *l, struct sel_case *k) {
    struct node *v = node_kid(k->comm, 1);
    if (node_absent(v)) {
        emit_glue(l, "(void *)0");
    } else if (k->temp) {
        emit_glue(l, "(%s = ", k->temp);
        emit_node(l, v);
        emit_glue(l, ", &%s)", k->temp);
    } else if (k->fixed) { /* with a member that is const: nothing can be assigned to it */
        emit_glue(l, "(void *)(%s){", lower_type(l, k->elem, "[1]"));
        emit_node(l, v);
        emit_glue(l, "}");
    } else if (is_whole(k->elem)) {
        emit_glue(l, "(void *)&");
        emit_node(l, v);
    } else {
        emit_glue(l, "&(%s){", lower_type(l, k->elem, NULL));
        emit_node(l, v);
        emit_glue(l, "}");
    }
}

/* Statements and not an initialiser: C leaves the order in which an initialiser's parts are
   evaluated open, Go does not. */
static void case_operands(struct lower *l, struct sel_case *k, const char *at) {
    if (k->timeout) {
        struct node *d = node_kid(expr_strip(k->recv->kid), 1)->kid;
        emit_glue(l, "\n\t%s.wait", at);
        lower_equals(l, type_basic(TY_LLONG), expr_type(l->u, d), d->first);
        emit_node(l, d);
        emit_glue(l, ";\n\t%s.op = GOCC__TIMEOUT;", at);
        return;
    }
    struct node *c = k->recv ? k->recv->kid : k->comm->kid;
    emit_glue(l, "\n\t%s.c", at);
    lower_equals_here(l, c->first);
    emit_node(l, c);
    emit_glue(l, ";\n\t%s.v = ", at);
    if (k->recv)
        emit_glue(l, "%s", k->into);
    else
        send_value(l, k);
    emit_glue(l, ";\n\t%s.op = %s;", at, k->recv ? "GOCC__RECV" : "GOCC__SEND");
}

static void define_two(struct lower *l, struct sel_case *k, struct node *v, struct node *ok) {
    if (k->temp) {
        lower_declare(l, k->elem, v->tok);
        emit_glue(l, " = ");
        chan_value(l, k->recv, k->temp);
        emit_glue(l, "; ");
    }
    if (chan_is_discard(l->u, ok))
        return;
    emit_glue(l, "_Bool ");
    emit_node(l, ok);
    emit_glue(l, " = %s; ", k->ok);
}

static void store_two(struct lower *l, struct sel_case *k, struct node *v, struct node *ok) {
    struct places p;
    ok = chan_is_discard(l->u, ok) ? NULL : ok;
    if (k->temp && ok)
        place_find_two(l, &p, v, ok);
    else
        p = (struct places){0};
    if (k->temp) {
        place_write(l, v, p.v);
        lower_equals(l, expr_type(l->u, v), k->elem, k->recv->tok);
        chan_value(l, k->recv, k->temp);
        emit_glue(l, "; ");
    }
    if (!ok)
        return;
    place_write(l, ok, p.ok);
    emit_glue(l, " = %s; ", k->ok);
}

static void take_value(struct lower *l, struct sel_case *k) {
    struct node *c = k->comm;
    if (c->kind == N_DEFINE && k->temp) {
        lower_declare(l, k->elem, c->tok);
        emit_glue(l, " = %s; ", k->temp);
    } else if (c->kind == N_ASSIGN && k->temp) {
        emit_node(l, c->kid);
        lower_equals(l, expr_type(l->u, c->kid), k->elem, c->tok);
        chan_value(l, k->recv, k->temp);
        emit_glue(l, "; ");
    } else if (c->kind == N_RECV_OK && tok_is(l->u, c->kid->next->last + 1, ":=")) {
        define_two(l, k, c->kid, c->kid->next);
    } else if (c->kind == N_RECV_OK) {
        store_two(l, k, c->kid, c->kid->next);
    }
}

static void write_items(struct lower *l, struct node *items) {
    if (items->first <= items->last)
        emit_node(l, items);
}

static void write_body(struct lower *l, struct sel_case *k) {
    emit_glue(l, "{ ");
    take_value(l, k);
    write_items(l, k->items);
    emit_glue(l, " }");
}

/* ---- several cases ---- */

static void select_general(struct lower *l, struct sel *s) {
    s->array = lower_name(l, "k");
    emit_glue(l, "{\n\t");
    declare_temps(l, s);
    emit_glue(l, "struct gocc__case %s[%d];", s->array, s->n);
    for (int i = 0; i < s->n; i++) {
        case_operands(l, &s->cases[i], arena_printf(l->u->arena, "%s[%d]", s->array, i));
        s->cases[i].ok = arena_printf(l->u->arena, "%s[%d].ok", s->array, i);
    }
    emit_glue(l, "\n\tswitch (gocc__select(%s, %d, %d)) {", s->array, s->n, s->fallback != NULL);
    int at = 0;
    for (struct node *k = s->node->kid; k; k = k->next) {
        if (k == s->fallback) {
            emit_glue(l, "\n\tdefault: { ");
            write_items(l, k->kid->next);
            emit_glue(l, " } break;");
            continue;
        }
        if (at == s->n - 1 && !s->fallback)
            emit_glue(l, "\n\tdefault: ");
        else
            emit_glue(l, "\n\tcase %d: ", at);
        write_body(l, &s->cases[at++]);
        emit_glue(l, " break;");
    }
    emit_glue(l, "\n\t}\n}");
}

/* ---- one case ---- */

static void send_channel(struct lower *l, struct sel_case *k) {
    if (k->chan)
        emit_glue(l, "%s", k->chan);
    else
        emit_node(l, k->comm->kid);
}

static void try_one(struct lower *l, struct sel_case *k) {
    if (!k->recv) {
        chan_call(l, k->comm->kid->first, "gocc__chan_try_send");
        send_channel(l, k);
        emit_glue(l, ", ");
        send_value(l, k);
        emit_glue(l, ")");
        return;
    }
    chan_call(l, k->recv->tok, "gocc__chan_try_recv");
    emit_node(l, k->recv->kid);
    emit_glue(l, ", %s, %s%s)", k->into, k->ok ? "&" : "", k->ok ? k->ok : "(void *)0");
}

static void do_one(struct lower *l, struct sel_case *k) {
    if (k->recv && k->ok)
        emit_glue(l, "%s = ", k->ok);
    chan_call(l, k->recv ? k->recv->tok : k->comm->kid->first,
              !k->recv ? "gocc__chan_send"
              : k->ok  ? "gocc__chan_recv_ok"
                       : "gocc__chan_recv");
    if (k->recv)
        emit_node(l, k->recv->kid);
    else
        send_channel(l, k);
    emit_glue(l, ", ");
    if (k->recv)
        emit_glue(l, "%s", k->into);
    else
        send_value(l, k);
    emit_glue(l, ")");
}

static void open_one(struct lower *l, struct sel *s) {
    struct sel_case *k = s->cases;
    emit_glue(l, "{\n\t");
    declare_temps(l, s);
    if (k->comm->kind == N_RECV_OK && !chan_is_discard(l->u, k->comm->kid->next)) {
        k->ok = lower_name(l, "ok");
        emit_glue(l, "_Bool %s;\n\t", k->ok);
    }
    if (!k->recv && chan_goes_first(l, k->comm->kid, node_kid(k->comm, 1))) {
        k->chan = lower_name(l, "c");
        emit_glue(l, "void *%s = ", k->chan);
        emit_node(l, k->comm->kid);
        emit_glue(l, ";\n\t");
    }
}

/* The order of the two bodies is the source's: a jump into neither is possible. */
static void select_with_default(struct lower *l, struct sel *s) {
    bool breaks = stmt_breaks(s->node);
    open_one(l, s);
    emit_glue(l, breaks ? "switch ((int)" : "if (");
    try_one(l, s->cases);
    emit_glue(l, breaks ? ") { case 1: " : ") ");
    write_body(l, s->cases);
    emit_glue(l, breaks ? "\n\t\tbreak;\n\tdefault: { " : " else {\n\t\t");
    write_items(l, s->fallback->kid->next);
    emit_glue(l, breaks ? " } } }" : " } }");
}

static void select_one(struct lower *l, struct sel *s) {
    open_one(l, s);
    do_one(l, s->cases);
    emit_glue(l, stmt_breaks(s->node) ? "; switch (0) { default: " : "; ");
    write_body(l, s->cases);
    emit_glue(l, stmt_breaks(s->node) ? " } }" : " }");
}

static void select_none(struct lower *l, struct sel *s) {
    if (!s->fallback) {
        emit_glue(l, "{ gocc__select((void *)0, 0, 0); __builtin_unreachable(); }");
        return;
    }
    emit_glue(l, stmt_breaks(s->node) ? "switch (0) { default: { " : "{ { ");
    write_items(l, s->fallback->kid->next);
    emit_glue(l, " } }");
}

uint32_t lower_select(struct lower *l, struct node *n) {
    struct sel s = {.node = n};
    read_cases(l, &s);
    if (s.n == 0)
        select_none(l, &s);
    else if (s.n > 1 || s.cases[0].timeout)
        select_general(l, &s);
    else if (s.fallback)
        select_with_default(l, &s);
    else
        select_one(l, &s);
    return n->last;
}
