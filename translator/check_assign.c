/* SPDX-License-Identifier: MIT */
/*
 * Where a channel may go.  In the output a channel of any direction is the same pointer, so the
 * host compiler cannot keep directions apart: every place where C converts as by assignment is
 * looked at here, and comparisons.  `chan T` becomes either direction, never the other way.  Nor
 * may anything else be done to it that C does with pointers.
 */
#include "cc.h"

#include <string.h>

static struct type *value_type(struct unit *u, struct node *e) {
    return type_unqual(u, type_decay(u, expr_type(u, e)));
}

static bool chan_fits(const struct type *to, const struct type *from) {
    return type_same(to->base, from->base) && (to->dir == from->dir || from->dir == CHAN_BOTH);
}

static bool is_untagged(const struct type *t) {
    return t->kind == TY_STRUCT && (!t->tag || !t->tag->ident);
}

static void direction_error(struct unit *u, struct node *e, struct type *to, struct type *from) {
    diag_error_range(u, e, "cannot use a '%s' as '%s'%s", type_show(u, from), type_show(u, to),
                     !type_same(to->base, from->base) ? ": the elements differ"
                     : to->dir == CHAN_BOTH           ? ": a direction cannot be widened again"
                                                      : ": the directions differ");
    if (is_untagged(to->base) && is_untagged(from->base))
        diag_note(u, e->first,
                  "each 'struct { ... }' is a type of its own, give it a tag; where nothing is to "
                  "be carried there is 'chan void'");
}

/* Pointers to different things, where the host compiler would merely warn. */
static bool pointers_differ(const struct type *a, const struct type *b) {
    if (a->kind != TY_POINTER || b->kind != TY_POINTER)
        return false;
    a = a->base;
    b = b->base;
    bool open = a->kind == TY_VOID || b->kind == TY_VOID || a->kind == TY_FUNC ||
                b->kind == TY_FUNC || a->kind == TY_UNKNOWN || b->kind == TY_UNKNOWN ||
                a->kind == TY_ARRAY || b->kind == TY_ARRAY;
    bool numbers = type_is_integer(a) && type_is_integer(b);
    return !open && !numbers && !type_same(a, b) && !pointers_differ(a, b);
}

static bool is_pointer_to_chan(const struct type *t) {
    return t->kind == TY_POINTER && (t->base->kind == TY_CHAN || is_pointer_to_chan(t->base));
}

static bool is_other_pointer(const struct type *t) {
    return t->kind == TY_POINTER && t->base->kind != TY_VOID && t->base->kind != TY_UNKNOWN;
}

static void check_channel_to(struct unit *u, struct type *to, struct node *e, struct type *from) {
    if (from->kind == TY_CHAN) {
        if (!chan_fits(to, from))
            direction_error(u, e, to, from);
        return;
    }
    bool any = from->kind == TY_UNKNOWN ||
               (from->kind == TY_POINTER && from->base->kind == TY_VOID);
    bool said = expr_is_builtin_call(u, e, "make"); /* of something else */
    if (!any && !said && !expr_is_null(u, e))
        diag_error_range(u, e, "a value of type '%s' is no channel ('%s' is wanted)",
                         type_show(u, from), type_show(u, to));
}

/* e is converted to `to` as by assignment; only what concerns channels. */
void check_assign(struct unit *u, struct type *to, struct node *e) {
    struct type *from = value_type(u, e);
    if (e->kind == N_TYPE_NAME)
        return;
    if (to->kind == TY_CHAN)
        check_channel_to(u, to, e, from);
    else if (from->kind == TY_CHAN && type_is_arith(to) && to->kind != TY_BOOL)
        diag_error_range(u, e, "a channel ('%s') is not a value of type '%s'", type_show(u, from),
                         type_show(u, to));
    else if (from->kind == TY_CHAN && is_other_pointer(to))
        diag_error_range(u, e, "a channel ('%s') is no pointer ('%s' is wanted)",
                         type_show(u, from), type_show(u, to));
    else if (is_pointer_to_chan(to) && is_pointer_to_chan(from) && !type_same(to->base, from->base))
        diag_error_range(u, e, "a '%s' is no '%s': behind a pointer channel types must be the same",
                         type_show(u, from), type_show(u, to));
    else if (to->kind == TY_POINTER && check_channels_differ(to, from))
        diag_error_range(u, e, "a '%s' is no '%s': their channel types must be the same",
                         type_show(u, from), type_show(u, to));
}

/* The same for the operand of a construct: there a wrong pointer is an error too. */
void check_convert(struct unit *u, struct type *to, struct node *e, const char *what) {
    struct type *from = value_type(u, e);
    if (to->kind == TY_CHAN || from->kind == TY_CHAN || is_pointer_to_chan(to) ||
        check_channels_differ(to, from)) {
        check_assign(u, to, e);
    } else if (from->kind == TY_VOID) {
        diag_error_range(u, e, "this has type 'void': there is no value to %s '%s'", what,
                         type_show(u, to));
    } else if (pointers_differ(to, from) && !expr_is_null(u, e)) {
        diag_error_range(u, e, "incompatible pointer: cannot %s '%s' a '%s'", what,
                         type_show(u, to), type_show(u, from));
    } else if (to->kind == TY_POINTER && type_is_arith(from) && !expr_is_null(u, e)) {
        diag_error_range(u, e, "incompatible type: cannot %s '%s' a number ('%s')", what,
                         type_show(u, to), type_show(u, from));
    } else if (from->kind == TY_POINTER && type_is_arith(to) && to->kind != TY_BOOL) {
        diag_error_range(u, e, "incompatible type: cannot %s '%s' a pointer ('%s')", what,
                         type_show(u, to), type_show(u, from));
    } else if (type_is_record(to) != type_is_record(from) && from->kind != TY_UNKNOWN) {
        diag_error_range(u, e, "incompatible type: cannot %s '%s' a '%s'", what, type_show(u, to),
                         type_show(u, from));
    } else if (type_is_record(to) && type_is_record(from) && !type_same(to, from)) {
        diag_error_range(u, e, "incompatible type: cannot %s '%s' a '%s'", what, type_show(u, to),
                         type_show(u, from));
    }
}

/* ---- initialisers ---- */

static void check_init(struct unit *u, struct type *t, struct node *init);

static struct symbol *designated(struct unit *u, struct type *t, struct node *designators) {
    struct node *d = node_absent(designators) ? NULL : designators->kid;
    uint32_t first = node_absent(designators) ? 0 : designators->first;
    if (!first || (d && d->next))
        return NULL;
    uint32_t name = tok_is(u, first, ".") ? first + 1 : first;
    return type_member(u, t, u->toks[name].ident);
}

/* The next named member in order; NULL: none, or one without a name, which may take anything. */
static struct node *next_member(struct node *decl, struct node *before) {
    struct node *member = before ? before->next : NULL;
    if (before)
        decl = before->parent->parent->next;
    if (!member)
        member = decl && decl->kind == N_MEMBER_DECL ? node_kid(decl, 1)->kid : NULL;
    return member && member->sym && member->sym->ident ? member : NULL;
}

/* Braces may be left out around a part: then what follows is not told apart here. */
static bool braces_left_out(struct unit *u, struct type *t, struct node *init) {
    if (init->kind == N_INIT_LIST || (t->kind != TY_ARRAY && !type_is_record(t)))
        return false;
    return !(t->kind == TY_ARRAY && expr_strip(init)->kind == N_STRING) &&
           !type_same(type_unqual(u, t), type_unqual(u, expr_type(u, init)));
}

static void check_members(struct unit *u, struct type *t, struct node *list) {
    struct node *decl = t->record ? node_kid(t->record, 0)->kid : NULL, *member = NULL;
    for (struct node *i = list->kid; i; i = i->next) {
        struct node *designators = i->kind == N_INIT ? node_kid(i, 0) : NULL;
        if (!designators) {
            member = next_member(decl, member);
        } else {
            struct symbol *s = designated(u, t, designators);
            member = s && s->node && s->node->kind == N_MEMBER_DECLR ? s->node : NULL;
        }
        if (!member || braces_left_out(u, symbol_type(u, member->sym), node_initial(i)))
            return;
        check_init(u, symbol_type(u, member->sym), node_initial(i));
    }
}

static void check_init(struct unit *u, struct type *t, struct node *init) {
    if (node_absent(init))
        return;
    if (init->kind != N_INIT_LIST) {
        if (t->kind != TY_ARRAY)
            check_assign(u, type_unqual(u, t), init);
        return;
    }
    if (t->kind == TY_STRUCT) {
        check_members(u, t, init);
        return;
    }
    for (struct node *i = init->kid; i && t->kind != TY_UNION; i = i->next)
        check_init(u, t->kind == TY_ARRAY ? t->base : t, node_initial(i));
}

/* ---- expressions ---- */

/* close(c) where <unistd.h> has another close. */
static bool is_predeclared(struct unit *u, struct node *call) {
    static const char *const names[] = {"len",  "cap",     "close",         "panic",  "panic_value",
                                        "make", "recover", "recover_value", "retain", "release"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (expr_is_builtin_call(u, call, names[i]))
            return true;
    return false;
}

/* free(channel) */
static void check_free(struct unit *u, struct node *call) {
    struct node *callee = expr_strip(call->kid), *arg = node_kid(call, 1)->kid;
    bool frees = callee->kind == N_IDENT && callee->sym && callee->sym->kind == S_FUNC &&
                 tok_is(u, callee->tok, "free") && (u->toks[callee->sym->tok].flags & TOK_SYSTEM);
    if (!frees || !arg || arg->next || !type_is_handle(u, value_type(u, arg)))
        return;
    diag_error_range(u, callee, "'%s' is a counted handle ('%s'), which release() lets go of",
                     check_text(u, arg), type_show(u, value_type(u, arg)));
    diag_fixit(u, callee->first, callee->last, "release");
}

static void check_arguments(struct unit *u, struct node *call) {
    if (is_predeclared(u, call))
        return;
    check_free(u, call);
    struct type *t = type_decay(u, expr_type(u, call->kid));
    if (t->kind != TY_POINTER || t->base->kind != TY_FUNC || t->base->unprototyped)
        return;
    struct node *arg = node_kid(call, 1)->kid;
    for (uint32_t i = 0; arg && i < t->base->nparams; i++, arg = arg->next)
        check_assign(u, type_unqual(u, t->base->params[i]), arg);
}

static bool is_relation(struct unit *u, uint32_t op) {
    return tok_is(u, op, "<") || tok_is(u, op, ">") || tok_is(u, op, "<=") || tok_is(u, op, ">=");
}

/* `x = c <- 1`: to the parser a comparison with a negative number. */
static bool is_send(struct unit *u, struct node *n) {
    const struct tok *op = &u->toks[n->tok], *next = op + 1;
    return tok_is(u, n->tok, "<") && tok_is(u, n->tok + 1, "-") && next->line == op->line &&
           next->off == op->off + 1;
}

static void check_comparison(struct unit *u, struct node *n) {
    struct node *a = n->kid, *b = a->next;
    struct type *ta = value_type(u, a), *tb = value_type(u, b);
    bool equality = tok_is(u, n->tok, "==") || tok_is(u, n->tok, "!=");
    if ((ta->kind != TY_CHAN && tb->kind != TY_CHAN) || !(equality || is_relation(u, n->tok)))
        return;
    if (ta->kind == TY_CHAN && is_send(u, n)) {
        if (n->parent->kind == N_GO || n->parent->kind == N_DEFER)
            return; /* check_block.c has told */
        diag_error(u, n->tok, "a send is a statement, it has no value");
    } else if (!equality) {
        diag_error(u, n->tok, "channels can be compared with '==' and '!=' only");
        if (tok_is(u, n->tok, "<") && tok_is(u, n->tok + 1, "--"))
            diag_note(u, n->tok + 1, "to C this is a '--': a send is '%s <- -%s'", check_text(u, a),
                      check_text(u, b->kid));
    } else if (ta->kind == TY_CHAN && tb->kind == TY_CHAN) {
        if (!chan_fits(ta, tb) && !chan_fits(tb, ta))
            diag_error_range(u, n, "a '%s' cannot be compared with a '%s'", type_show(u, ta),
                             type_show(u, tb));
    } else if (ta->kind == TY_CHAN) {
        check_channel_to(u, ta, b, tb);
    } else {
        check_channel_to(u, tb, a, ta);
    }
}

/* ---- operators that C has for pointers, for a channel is none ---- */

static bool is_channel(struct unit *u, struct node *e) {
    return e && !node_absent(e) && value_type(u, e)->kind == TY_CHAN;
}

static void no_operand(struct unit *u, struct node *n, struct node *channel, const char *what) {
    diag_error(u, n->tok, "a channel ('%s') has %s; '<-' receives from it",
               type_show(u, value_type(u, channel)), what);
}

static void check_arithmetic(struct unit *u, struct node *n) {
    static const char *const others[] = {"==", "!=", "<", ">", "<=", ">=", "&&", "||"};
    struct node *a = n->kid, *b = a->next;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (tok_is(u, n->tok, others[i]))
            return;
    struct node *channel = is_channel(u, a) ? a : is_channel(u, b) ? b : NULL;
    if (channel)
        no_operand(u, n, channel, "no arithmetic");
}

static void check_operand(struct unit *u, struct node *n) {
    static const char *const arithmetic[] = {"++", "--", "-", "+", "~"};
    if (!is_channel(u, n->kid))
        return;
    if (n->kind == N_UNARY && tok_is(u, n->tok, "*"))
        no_operand(u, n, n->kid, "no dereference");
    for (size_t i = 0; i < sizeof arithmetic / sizeof *arithmetic; i++)
        if (tok_is(u, n->tok, arithmetic[i]))
            no_operand(u, n, n->kid, "no arithmetic");
}

static void check_part(struct unit *u, struct node *n) {
    if (n->kind == N_MEMBER && !check_package(u, n))
        check_method(u, n);
    if (is_channel(u, n->kid))
        no_operand(u, n, n->kid, n->kind == N_INDEX ? "no elements" : "no members");
}

static void check_called(struct unit *u, struct node *n) {
    if (is_channel(u, n->kid))
        no_operand(u, n, n->kid, "nothing to call");
}

static void check_switch(struct unit *u, struct node *n) {
    if (is_channel(u, n->kid))
        diag_error_range(u, n->kid,
                         "switch wants an integer, this is a channel ('%s'); '<-' receives from "
                         "it, and select waits for several",
                         type_show(u, value_type(u, n->kid)));
}

static void check_return(struct unit *u, struct node *n) {
    struct node *body = n->parent;
    while (body && !stmt_is_body(body))
        body = body->parent;
    if (body && body->kind == N_DEFER)
        body = node_enclosing(body, N_FUNC);
    struct type *result = body && body->kind == N_FUNC ? func_result(u, body) : NULL;
    if (result && !node_absent(n->kid))
        check_assign(u, type_unqual(u, result), n->kid);
}

/* `go;`: to the host compiler a variable that nobody declared. */
static void check_lone_word(struct unit *u, struct node *e) {
    if (e->kind == N_IDENT && u->idents[u->toks[e->tok].ident].contextual == 1)
        check_undeclared(u, e);
}

static void check_nil(struct unit *u, struct node *n) {
    if (!n->sym && tok_is(u, n->tok, "nil") && !diag_is_told(u, n->tok))
        diag_error(u, n->tok, "'nil' undeclared; it is NULL here");
}

/* make, len, recover … are no values. */
static void check_built_in(struct unit *u, struct node *n) {
    struct node *e = n, *call = n->parent;
    for (; call && call->kind == N_PAREN; call = call->parent)
        e = call;
    bool called = call && call->kind == N_CALL && call->kid == e;
    if (n->sym && n->sym->kind == S_BUILTIN && !called && !diag_is_told(u, n->tok) &&
        !(u->toks[n->tok].flags & TOK_SYSTEM))
        diag_error(u, n->tok, "'%s' is built in and must be called",
                   ident_text(u, u->toks[n->tok].ident));
}

/* context ctx; */
static void check_handle_object(struct unit *u, struct node *n) {
    struct type *t = n->sym && n->sym->kind != S_TYPEDEF ? symbol_type(u, n->sym) : NULL;
    if (!t || type_is_complete(u, t) || !type_is_handle(u, type_pointer(u, t)))
        return;
    const char *type = type_show(u, type_unqual(u, t));
    diag_error(u, n->sym->tok, "'%s' is a handle, and held by a pointer: write '%s *%s'", type,
               type, ident_text(u, n->sym->ident));
}

static void check_node(struct unit *u, struct node *n) {
    switch (n->kind) {
    case N_IDENT:
        check_nil(u, n);
        check_built_in(u, n);
        break;
    case N_ASSIGN:
        if (tok_is(u, n->tok, "="))
            check_assign(u, value_type(u, n->kid), n->kid->next);
        else
            check_arithmetic(u, n);
        break;
    case N_UNARY:
    case N_POST:
        check_operand(u, n);
        break;
    case N_EXPR_STMT:
        check_lone_word(u, n->kid);
        break;
    case N_SWITCH:
        check_switch(u, n);
        break;
    case N_INDEX:
    case N_MEMBER:
        check_part(u, n);
        break;
    case N_CALL:
        check_spelling(u, n);
        check_called(u, n);
        check_arguments(u, n);
        break;
    case N_BINARY:
        check_comparison(u, n);
        check_arithmetic(u, n);
        break;
    case N_RETURN:
        check_return(u, n);
        break;
    case N_PARAM:
    case N_MEMBER_DECLR:
        check_handle_object(u, n);
        break;
    case N_DECLR:
        check_handle_object(u, n);
        if (n->sym && n->sym->kind == S_VAR && !node_absent(node_kid(n, 1)))
            check_init(u, symbol_type(u, n->sym), node_kid(n, 1));
        break;
    case N_COMPOUND_LIT:
        check_init(u, expr_type(u, n), node_kid(n, 1));
        break;
    case N_RECV_OK:
        if ((!n->kid->sym || n->kid->sym->tok != n->kid->tok) && !tok_is(u, n->kid->tok, "_"))
            check_assign(u, value_type(u, n->kid), node_kid(n, 2));
        break;
    default:
        break;
    }
}

void check_assignments(struct unit *u, struct node *n) {
    check_node(u, n);
    for (struct node *k = n->kid; k; k = k->next)
        check_assignments(u, k);
}
