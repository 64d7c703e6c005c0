/* SPDX-License-Identifier: MIT */
/*
 * Sends and receives that can never go on.
 *
 *   chan int c = NULL;       c <- 1;           -Wdeadlock: a nil channel is never ready
 *   chan int c = make(chan int); c <- 1;       -Wdeadlock: nobody else has the channel
 *   go { c <- 1; }                             -Wgoroutine-leak: nobody receives, ever
 *
 * Only a local channel is judged, and only if every use of it is an operation on it: passed on,
 * stored, compared into another, or assigned again, it may be anybody's.  Operations in a select
 * count as partners, but are not warned about: the other cases may go on.
 */
#include "cc.h"

#include <string.h>

enum use { USE_SEND, USE_RECV, USE_CLOSE, USE_OTHER, USE_ESCAPES };

struct chan_uses {
    struct symbol *sym;
    struct node *func;
    bool known;       /* every use is an operation */
    bool nil;         /* never made, never assigned */
    int64_t capacity; /* -1: not known */
    int sends, recvs, closes;
    int go_uses; /* in go blocks */
};

static struct node *out_of_parens(struct node *n) {
    while (n->parent && n->parent->kind == N_PAREN)
        n = n->parent;
    return n;
}

static enum use call_use(struct unit *u, struct node *call) {
    if (expr_is_builtin_call(u, call, "close"))
        return USE_CLOSE;
    if (expr_is_builtin_call(u, call, "len") || expr_is_builtin_call(u, call, "cap") ||
        expr_is_builtin_call(u, call, "release"))
        return USE_OTHER;
    return USE_ESCAPES;
}

static enum use use_of(struct unit *u, struct node *ident) {
    struct node *n = out_of_parens(ident), *up = n->parent;
    if (!up)
        return USE_ESCAPES;
    switch (up->kind) {
    case N_SEND:
        return up->kid == n ? USE_SEND : USE_ESCAPES;
    case N_RECV:
        return USE_RECV;
    case N_RANGE:
        return node_kid(up, 1) == n ? USE_RECV : USE_ESCAPES;
    case N_LIST:
        return up->parent && up->parent->kind == N_CALL ? call_use(u, up->parent) : USE_ESCAPES;
    case N_BINARY:
        return tok_is(u, up->tok, "==") || tok_is(u, up->tok, "!=") ? USE_OTHER : USE_ESCAPES;
    default:
        return USE_ESCAPES;
    }
}

/* The go block around n, within the channel's scope. */
static struct node *go_around(struct node *n, const struct symbol *s) {
    for (; n && n->kind != N_FUNC; n = n->parent)
        if (n->kind == N_GO && stmt_is_block(n) && n->first > s->tok)
            return n;
    return NULL;
}

static bool in_nested_function(struct node *n, struct node *func) {
    while (n && n->kind != N_FUNC)
        n = n->parent;
    return n != func;
}

static bool in_select(struct node *op) {
    for (struct node *n = op; n->parent; n = n->parent) {
        if (n->parent->kind == N_SELECT_CASE)
            return n->parent->kid == n;
        if (n->kind == N_COMPOUND)
            return false;
    }
    return false;
}

typedef void visit_fn(struct unit *u, struct chan_uses *c, struct node *ident);

static void each_use(struct unit *u, struct chan_uses *c, struct node *n, visit_fn *visit) {
    if (n->kind == N_IDENT && n->sym == c->sym)
        visit(u, c, n);
    if (n->kind == N_SIZEOF || n->kind == N_SPEC_TYPEOF)
        return; /* not evaluated */
    for (struct node *k = n->kind == N_GENERIC ? n->kid->next : n->kid; k; k = k->next)
        each_use(u, c, k, visit);
}

static void count(struct unit *u, struct chan_uses *c, struct node *ident) {
    enum use use = use_of(u, ident);
    c->sends += use == USE_SEND;
    c->recvs += use == USE_RECV;
    c->closes += use == USE_CLOSE;
    c->go_uses += go_around(ident, c->sym) != NULL;
    if (use == USE_ESCAPES || in_nested_function(ident, c->func))
        c->known = false;
}

/* Sends that have certainly been made when control comes to op: statements before it, and behind
 * the last label, to which one may have jumped. */
static int64_t sends_before(const struct chan_uses *c, struct node *op) {
    struct node *n = op;
    int64_t sends = 0;
    while (n->parent && n->parent->kind != N_COMPOUND)
        n = n->parent;
    for (struct node *k = n->parent ? n->parent->kid : NULL; k && k != n; k = k->next) {
        sends = node_is_label(k) ? 0 : sends;
        struct node *s = k->kind == N_EXPR_STMT ? k->kid : k;
        struct node *to = s && s->kind == N_SEND ? expr_strip(s->kid) : NULL;
        sends += to && to->kind == N_IDENT && to->sym == c->sym;
    }
    return node_is_label(n) ? 0 : sends;
}

/* Why this operation can never go on; NULL: it may. */
static const char *blocked(const struct chan_uses *c, enum use use, struct node *op) {
    bool alone = !c->go_uses;
    if (c->nil)
        return "the channel is nil";
    if (use == USE_SEND && c->capacity > 0 && !c->recvs && !c->closes &&
        sends_before(c, op) >= c->capacity)
        return "the channel is full and nobody receives from it";
    if (use == USE_SEND && c->capacity == 0 && !c->closes) {
        if (!c->recvs)
            return "nobody receives from the channel";
        if (alone)
            return "no other goroutine has the channel";
    }
    if (use == USE_RECV && !c->closes) {
        if (!c->sends)
            return "nobody sends on the channel or closes it";
        if (alone && c->capacity == 0)
            return "no other goroutine has the channel";
    }
    return NULL;
}

static void report(struct unit *u, struct chan_uses *c, struct node *ident) {
    enum use use = use_of(u, ident);
    struct node *op = out_of_parens(ident)->parent;
    const char *why = use == USE_SEND || use == USE_RECV ? blocked(c, use, op) : NULL;
    if (!why || in_select(op))
        return;
    const char *what = use == USE_SEND ? "send" : "receive";
    const char *name = ident_text(u, c->sym->ident);
    struct node *go = go_around(ident, c->sym);
    if (go)
        diag_warning(u, "goroutine-leak", op->first,
                     "this %s blocks for ever, so the goroutine can never end: %s ('%s')", what,
                     why, name);
    else
        diag_warning(u, "deadlock", op->first, "deadlock: this %s blocks for ever, %s ('%s')", what,
                     why, name);
}

/* What the variable holds from its declaration on. */
static bool initial(struct unit *u, struct chan_uses *c) {
    struct node *n = c->sym->node;
    if (!n || (n->kind != N_DECLR && n->kind != N_DEFINE))
        return false;
    struct node *init = expr_strip(node_kid(n, n->kind == N_DECLR));
    if (node_absent(init))
        return false;
    if (expr_is_null(u, init))
        return c->nil = true;
    if (!expr_is_builtin_call(u, init, "make"))
        return false;
    struct node *capacity = node_kid(node_kid(init, 1), 1);
    c->capacity = 0;
    if (capacity && !expr_const(u, capacity, &c->capacity))
        c->capacity = -1;
    return true;
}

static void judge(struct unit *u, struct symbol *s, struct node *func) {
    struct chan_uses c = {.sym = s, .func = func, .known = true};
    bool local = s->kind == S_VAR && s->storage == STORAGE_AUTO && !s->is_thread && s->depth > 0;
    if (!local || symbol_type(u, s)->kind != TY_CHAN || !initial(u, &c))
        return;
    each_use(u, &c, func, count);
    if (c.known)
        each_use(u, &c, func, report);
}

static void find(struct unit *u, struct node *func, struct node *n) {
    if ((n->kind == N_DECLR || n->kind == N_DEFINE) && n->sym)
        judge(u, n->sym, func);
    for (struct node *k = n->kid; k; k = k->next)
        find(u, func, k);
}

void warn_channels(struct unit *u, struct node *func) {
    if (func->has_construct)
        find(u, func, func);
}
