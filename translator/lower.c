/* SPDX-License-Identifier: MIT */
/*
 * Tree to text.  Requires a unit that check_unit found no fault with; leaves plain C.
 *
 * The tree is not printed.  Each construct registers an action at its first token; the writer
 * (emit.c) copies tokens and runs the action where it meets one, and an action writes its parts
 * through the writer again.  So a new construct is one more line in plan_construct and one more
 * function, and all that is no construct needs no code here.
 *
 * A block of `go` or `defer` becomes a function of its own (struct body).  What such functions and
 * call thunks need in front of the function they came from is gathered in l->before and spliced in;
 * their text is gathered in l->after and follows it.
 */
#include "cc.h"

#include <stdlib.h>
#include <string.h>

/* ---- names ---- */

/* Nobody tells the identifiers when names are dropped, so the place is looked at. */
static bool name_held(const struct lower *l, uint32_t id) {
    int held = l->u->idents[id].held;
    return held && held <= l->nnames && l->names[held - 1] == id;
}

static bool name_taken(struct lower *l, const char *name) {
    uint32_t id = ident_intern(l->u, name, strlen(name));
    if (l->u->idents[id].binding || name_held(l, id))
        return true;
    return id < l->nstamp && l->stamp[id] == l->decl_no;
}

const char *lower_hold(struct lower *l, const char *name) {
    if (l->nnames == l->names_room) {
        l->names_room = 2 * l->names_room + 16;
        l->names = xrealloc(l->names, (size_t)l->names_room * sizeof *l->names);
    }
    uint32_t id = ident_intern(l->u, name, strlen(name));
    bool again = name_held(l, id); /* then the outer one outlasts this */
    l->names[l->nnames++] = id;
    if (!again)
        l->u->idents[id].held = l->nnames;
    return name;
}

/* " = ".  Where a pointer is converted host compilers warn at this sign: then it is the user's, as
 * if it stood in place of tok. */
void lower_equals(struct lower *l, struct type *to, struct type *from, uint32_t tok) {
    from = type_decay(l->u, from);
    bool pointer = to->kind == TY_POINTER || from->kind == TY_POINTER;
    if (pointer && !type_same(to, from) && from->kind != TY_UNKNOWN && !l->u->opt->emit_c)
        emit_word(l, tok, "=");
    else
        emit_glue(l, " = ");
}

/* The same of every value. */
void lower_equals_here(struct lower *l, uint32_t tok) {
    emit_glue_at(l, tok, l->u->opt->emit_c ? " = " : "=");
}

/* A local name that neither the external declaration being written nor the file scope uses, nor a
   construct around this one: it would be hidden.  The name is free again behind the construct.
   d10 becomes d10_1, for d101 may be what somebody else wants. */
const char *lower_name(struct lower *l, const char *want) {
    const char *name = want;
    bool digit = *want && strchr("0123456789", want[strlen(want) - 1]);
    for (int i = 1; name_taken(l, name); i++)
        name = arena_printf(l->u->arena, digit ? "%s_%d" : "%s%d", want, i);
    return lower_hold(l, name);
}

/* The last number behind this name: without it ten thousand `go` would look through all numbers. */
static uint32_t *last_number(struct lower *l, const char *want) {
    uint32_t id = ident_intern(l->u, want, strlen(want));
    if (id >= l->nnumbers) {
        uint32_t n = l->nnumbers;
        l->nnumbers = (id + 1) * 2;
        l->numbers = xrealloc(l->numbers, l->nnumbers * sizeof *l->numbers);
        memset(l->numbers + n, 0, (l->nnumbers - n) * sizeof *l->numbers);
    }
    return &l->numbers[id];
}

/* A name at file scope: no identifier of the unit may read so, generated ones included. */
const char *lower_global_name(struct lower *l, const char *want) {
    for (uint32_t *number = last_number(l, want);;) {
        const char *name = arena_printf(l->u->arena, "%s%u", want, ++*number);
        uint32_t before = l->u->nidents;
        if (ident_intern(l->u, name, strlen(name)) >= before)
            return name;
    }
}

static void stamp_names(struct lower *l, struct node *decl) {
    l->decl_no++;
    for (uint32_t i = decl->first; i <= decl->last; i++)
        if (l->u->toks[i].ident < l->nstamp)
            l->stamp[l->u->toks[i].ident] = l->decl_no;
}

char *lower_type(struct lower *l, struct type *t, const char *name) {
    return type_print(l->u, t, name);
}

/* ---- questions about nodes ---- */

bool lower_simple(struct lower *l, struct node *e) {
    e = expr_strip(e);
    switch (e->kind) {
    case N_IDENT:
    case N_CONST:
    case N_STRING:
    case N_SIZEOF:
        return true;
    case N_MEMBER:
        return lower_simple(l, e->kid);
    case N_INDEX:
        return lower_simple(l, e->kid) && lower_simple(l, e->kid->next);
    case N_CAST:
        return lower_simple(l, e->kid->next);
    case N_UNARY:
        return !tok_is(l->u, e->tok, "++") && !tok_is(l->u, e->tok, "--") &&
               lower_simple(l, e->kid);
    default:
        return false;
    }
}

bool lower_has_literal(const struct node *n) {
    if (n->kind == N_COMPOUND_LIT)
        return true;
    for (const struct node *k = n->kid; k; k = k->next)
        if (k->kind != N_COMPOUND && lower_has_literal(k))
            return true;
    return false;
}

/* go f(&(struct args){1});  The literal lives as long as the block that the statement stands in,
   so that there may be no braces of ours around it.  The body of an `if` is a block of C's own. */
bool lower_stays_open(const struct node *n) {
    const struct node *top = n;
    while (top->parent && node_is_label(top->parent))
        top = top->parent;
    bool in_block = top->parent && (top->parent->kind == N_COMPOUND || top->parent->kind == N_LIST);
    return in_block && lower_has_literal(n);
}

uint32_t lower_statement_end(struct lower *l, struct node *n) {
    uint32_t last = n->last;
    if (tok_is(l->u, last, ";") || tok_is(l->u, last, "}"))
        return last;
    return tok_is(l->u, last + 1, ";") ? last + 1 : last;
}

/* A function whose last act is to park or to panic must still be on the stack, or the reports of
   the runtime would not name it: an empty asm keeps the call from becoming a jump. */
const char *lower_stay(struct lower *l, struct node *n) {
    struct node *up = n->parent;
    struct body *b = lower_body_of(l, n);
    bool last = up && up->kind == N_COMPOUND && !n->next && (!b || !b->defers);
    return last ? "\n__asm__ volatile (\"\");" : "";
}

struct body *lower_body_of(struct lower *l, struct node *n) {
    for (n = n->parent; n && !stmt_is_body(n); n = n->parent)
        ;
    return n ? lower_body_at(l, n) : NULL;
}

struct body *lower_body_at(struct lower *l, struct node *n) {
    return l->body_at[n->first];
}

/* How code of body b speaks of a variable: NULL, by its own name. */
const char *lower_use(struct lower *l, struct body *b, struct symbol *s, bool address) {
    struct capture *c = capture_of(b->captures, s);
    if (!c)
        return NULL;
    const char *name = ident_text(l->u, s->ident);
    if (address && c->by_address)
        return arena_printf(l->u->arena, "(*%s)", c->pointer);
    if (b->is_defer)
        return arena_printf(l->u->arena, "(*%s)", name);
    return NULL;
}

/* ---- planning: who does what, before anything is written ---- */

static void add_action(struct lower *l, struct node *n, lower_fn *run, uint32_t outside) {
    struct action *a = arena_alloc(l->u->arena, sizeof *a);
    a->node = n;
    a->run = run;
    struct action **at = &l->at[n->first];
    while (*at && (*at)->node->last >= outside)
        at = &(*at)->next;
    a->next = *at;
    *at = a;
}

void lower_action(struct lower *l, struct node *n, lower_fn *run) {
    add_action(l, n, run, n->last + 1);
}

void lower_action_inside(struct lower *l, struct node *n, lower_fn *run) {
    add_action(l, n, run, n->last);
}

/* A statement whose value nobody can see: `({ f(); <-c; })` has that of its last one. */
static bool is_plain_statement(struct node *n) {
    if (!n || n->kind != N_EXPR_STMT)
        return false;
    while (!n->next && n->parent && n->parent->kind == N_LABEL)
        n = n->parent;
    struct node *block = n->parent;
    return n->next || !block || block->kind != N_COMPOUND || !block->parent ||
           block->parent->kind != N_STMT_EXPR;
}

/* `<-c;` and `x = <-c;` need no statement expression. */
static void plan_recv(struct lower *l, struct node *n) {
    struct node *top = n;
    while (top->parent && top->parent->kind == N_PAREN)
        top = top->parent;
    struct node *up = top->parent;
    if (is_plain_statement(up)) {
        lower_action(l, up, lower_recv_statement);
    } else if (up && up->kind == N_ASSIGN && is_plain_statement(up->parent) &&
               tok_is(l->u, up->tok, "=") && node_kid(up, 1) == top) {
        lower_action(l, up->parent, lower_recv_assign);
    }
    lower_action(l, n, lower_recv);
}

static void plan_specs(struct lower *l, struct node *specs) {
    for (struct node *k = specs->kid; k; k = k->next)
        if (k->kind == N_SPEC_CHAN)
            lower_action(l, k, lower_spec_chan);
    struct node *type = specs->parent;
    if (type && type->parent && type->parent->kind == N_GENERIC_ASSOC)
        lower_action(l, node_enclosing(type, N_GENERIC), lower_generic);
}

static void plan_call(struct lower *l, struct node *n) {
    struct node *callee = expr_strip(n->kid);
    if (n->parent && n->parent->kind == N_EXPR_STMT && tok_is(l->u, callee->tok, "close"))
        lower_action(l, n->parent, lower_close_statement);
    if (callee->kind == N_IDENT &&
        (tok_is(l->u, callee->tok, "recover") || tok_is(l->u, callee->tok, "recover_value")))
        lower_action(l, n, lower_recover);
    else
        lower_action(l, n, lower_builtin);
}

static bool in_select_case(struct node *n) {
    struct node *up = n->parent;
    return up && up->kind == N_SELECT_CASE && up->kid == n;
}

static void plan_recv_ok(struct lower *l, struct node *n) {
    bool in_for = n->parent && n->parent->kind == N_FOR;
    if (in_for && tok_is(l->u, n->kid->next->last + 1, ":="))
        lower_action(l, n->parent, lower_recv_ok_for);
    else if (!in_select_case(n))
        lower_action(l, n, lower_recv_ok);
}

static void plan_construct(struct lower *l, struct node *n) {
    switch (n->kind) {
    case N_SPECS:
        plan_specs(l, n);
        break;
    case N_SPEC_CHAN:
        lower_action(l, n, lower_spec_chan);
        break;
    case N_GO:
        lower_action(l, n, lower_go);
        break;
    case N_DEFER:
        lower_action(l, n, lower_defer);
        break;
    case N_SEND:
        if (!in_select_case(n))
            lower_action(l, n, lower_send);
        break;
    case N_RECV:
        plan_recv(l, n);
        break;
    case N_DEFINE:
        if (define_wants_block(l, n))
            lower_action(l, n->parent, lower_define_for);
        else if (!in_select_case(n))
            lower_action(l, n, lower_define);
        break;
    case N_RECV_OK:
        plan_recv_ok(l, n);
        break;
    case N_SELECT:
        lower_action(l, n, lower_select);
        break;
    case N_RANGE:
        lower_action(l, n, lower_range);
        break;
    case N_BREAK:
    case N_CONTINUE:
        lower_action(l, n, lower_jump);
        break;
    case N_CALL:
        plan_call(l, n);
        break;
    default:
        break;
    }
}

/* ---- bodies ---- */

static bool names_recover(struct lower *l, struct node *call) {
    return expr_is_builtin_call(l->u, call, "recover") ||
           expr_is_builtin_call(l->u, call, "recover_value");
}

static struct body *body_new(struct lower *l, struct node *n, struct body *up) {
    struct body *b = arena_alloc(l->u->arena, sizeof *b);
    b->node = n;
    b->up = up;
    b->is_go = n->kind == N_GO;
    b->is_defer = n->kind == N_DEFER;
    b->next = l->bodies;
    l->bodies = b;
    l->body_at[n->first] = b;
    if (n->kind == N_FUNC)
        b->result = func_result(l->u, n);
    else if (b->is_defer && up)
        b->result = up->result;
    if (n->kind == N_FUNC && n->sym)
        b->name = ident_text(l->u, n->sym->ident);
    return b;
}

static void plan_node(struct lower *l, struct node *n, struct body *b);

static void plan_kids(struct lower *l, struct node *n, struct body *b) {
    for (struct node *k = n->kid; k; k = k->next)
        plan_node(l, k, b);
}

/* The token behind __extension__ and [[ … ]], which stand before all attributes of a function. */
static uint32_t after_brackets(struct lower *l, struct node *func) {
    uint32_t i = func->first;
    while (tok_is(l->u, i, "__extension__"))
        i++;
    while (tok_is(l->u, i, "[")) {
        int depth = 0;
        do
            depth += tok_is(l->u, i, "[") - tok_is(l->u, i, "]");
        while (i++ < func->last && depth);
    }
    return i;
}

/* gcc's nested functions: one that recovers or defers must have a frame of its own, too. */
static uint32_t lower_nested(struct lower *l, struct node *func) {
    uint32_t rest = after_brackets(l, func);
    if (rest > func->first)
        emit_range(l, func->first, rest - 1);
    emit_glue_at(l, rest, "__attribute__((__noinline__))");
    emit_range(l, rest, func->last);
    return func->last;
}

static uint32_t lower_always_inline(struct lower *l, struct node *word) {
    emit_word(l, word->first, "__unused__");
    return word->last;
}

/* gcc obeys the first of always_inline and noinline that it comes to. */
static void drop_always_inline(struct lower *l, uint32_t first, uint32_t last) {
    for (uint32_t i = first; i <= last; i++) {
        if (!tok_is(l->u, i, "always_inline") && !tok_is(l->u, i, "__always_inline__"))
            continue;
        struct node *word = arena_alloc(l->u->arena, sizeof *word);
        word->first = word->last = i;
        lower_action(l, word, lower_always_inline);
    }
}

/* The value that a defer block returns is that of the function around all such blocks. */
static void plan_return(struct lower *l, struct node *n, struct body *b) {
    lower_action(l, n, lower_return);
    if (node_absent(node_kid(n, 0)) || b->node->kind != N_DEFER)
        return;
    bool at_end = n->parent == b->node->kid && !n->next && b->up && b->up->node->kind != N_DEFER;
    while (b->up && b->node->kind == N_DEFER)
        b = b->up;
    b->gives = true;
    b->always_gives |= at_end;
}

/* Within functions that have constructs, all statements are looked at: a return must leave the
   frame, a label may be the target of a jump, a loop may get one at its end. */
static void plan_node(struct lower *l, struct node *n, struct body *b) {
    struct body *inner = b;
    if (stmt_is_body(n))
        inner = body_new(l, n, n->kind == N_FUNC && !b ? NULL : b);
    if (n->kind == N_DEFER && b)
        b->defers = true;
    if (n->kind == N_CALL && b && names_recover(l, n))
        b->recovers = true;
    if (n->kind == N_RETURN && b)
        plan_return(l, n, b);
    if (n->kind == N_LABEL && b && !b->first_label)
        b->first_label = n->first;
    if (n->kind == N_LABEL)
        stmt_plan_label(l, n);
    plan_kids(l, n, inner);
    if (n->kind == N_FUNC && (inner->recovers || inner->defers)) {
        drop_always_inline(l, n->first, node_kid(n, 3)->first);
        if (b)
            lower_action(l, n, lower_nested);
    }
    if (stmt_is_body(n))
        lower_action(l, n->kind == N_FUNC ? node_kid(n, 3) : n->kid, lower_frame);
}

/* Captures want the names of what is around: outermost first. */
static void plan_captures(struct lower *l) {
    for (struct body *b = l->bodies; b; b = b->next)
        if (b->up && b->node->kind != N_FUNC)
            b->captures = capture_find(l->u, b->node);
    for (struct body *b = l->bodies; b; b = b->next) {
        int names = l->nnames;
        for (struct capture *c = b->captures ? b->captures->first : NULL; c; c = c->next)
            c->pointer = lower_name(
                l, arena_printf(l->u->arena, "%s_p", ident_text(l->u, c->sym->ident)));
        l->nnames = names;
    }
}

/* ---- external declarations ---- */

static bool has_section(struct lower *l, struct node *func) {
    struct node *block = node_kid(func, 3);
    for (uint32_t i = func->first; i < block->first; i++)
        if (tok_is(l->u, i, "section") || tok_is(l->u, i, "__section__"))
            return true;
    return false;
}

static bool is_inline(struct lower *l, struct node *declaration) {
    struct node *specs = node_kid(declaration, 0);
    for (uint32_t i = specs->first; i <= specs->last; i++)
        if (tok_is(l->u, i, "inline") || tok_is(l->u, i, "__inline") ||
            tok_is(l->u, i, "__inline__"))
            return true;
    return false;
}

/* What is generated from .gc and nothing else may be preempted by a signal: the runtime knows it by
   its section.  A function that recovers or defers must have a frame of its own.  Returns the first
   token that is still to be written: what stands in [[ ]] comes first. */
static uint32_t function_attributes(struct lower *l, struct node *func) {
    uint32_t rest = after_brackets(l, func);
    struct body *b = lower_body_at(l, func);
    bool section = !has_section(l, func) && !is_inline(l, func);
    bool whole = b->recovers || b->defers;
    if (!section && !whole)
        return func->first;
    if (rest > func->first)
        emit_range(l, func->first, rest - 1);
    const char *text = arena_printf(l->u->arena, "__attribute__((%s%s%s))",
                                    section ? "__section__(\"gocc_text\")" : "",
                                    section && whole ? ", " : "", whole ? "__noinline__" : "");
    emit_glue_at(l, rest, text); /* of a function that begins in glue clang does not warn */
    return rest;
}

static bool said_inline(struct lower *l, struct node *func) {
    return is_inline(l, func) ||
           (l->inline_before && func->sym && l->inline_before[func->sym->ident]);
}

/* It or a nested function. */
static bool keeps_inline(struct lower *l) {
    for (struct body *b = l->bodies; b; b = b->next)
        if (b->node->kind == N_FUNC && (b->recovers || b->defers) && said_inline(l, b->node))
            return true;
    return false;
}

/* An inline declaration behind such a function. */
static bool repeats_inline(struct lower *l, struct node *decl) {
    struct node *list = decl->kind == N_DECL ? node_kid(decl, 1) : NULL;
    for (struct node *k = list && l->inline_before ? list->kid : NULL; k; k = k->next)
        if (k->sym && l->inline_before[k->sym->ident] && is_inline(l, decl))
            return true;
    return false;
}

/* gcc says of an inline function that it is not inlined, clang of one that is not static that it
 * uses what is; whoever wrote it cannot help that. */
static void quiet_attributes(struct lower *l, struct node *n) {
    if (n->kind == N_FUNC ? !keeps_inline(l) : !repeats_inline(l, n))
        return;
    buf_printf(&l->before, "\n#pragma GCC diagnostic push\n#pragma GCC diagnostic ignored \"%s\"\n",
               l->u->opt->clang ? "-Wstatic-in-inline" : "-Wattributes");
    buf_puts(&l->after, "#pragma GCC diagnostic pop\n");
}

static uint32_t lower_external(struct lower *l, struct node *n) {
    size_t at = l->out.n;
    uint32_t rest = n->first;
    bool is_func = n->kind == N_FUNC;
    if (is_func) {
        l->body = lower_body_at(l, n);
        l->func = n;
        rest = function_attributes(l, n);
    }
    emit_range(l, rest, n->last);
    quiet_attributes(l, n);
    emit_splice(l, at, &l->before);
    if (l->after.n) {
        l->here = n->last;
        buf_puts(&l->out, "\n");
        buf_add(&l->out, l->after.s, l->after.n);
        l->glue = l->known = false;
        l->lost = true;
    }
    l->before.n = l->after.n = 0;
    l->body = NULL;
    l->func = NULL;
    return n->last;
}

static void plan_external(struct lower *l, struct node *n) {
    stamp_names(l, n);
    l->bodies = NULL;
    if (n->kind == N_FUNC)
        plan_node(l, n, NULL);
    plan_captures(l);
    lower_plan_kept(l);
}

static uint32_t external_action(struct lower *l, struct node *n) {
    plan_external(l, n);
    return lower_external(l, n);
}

/* The function at file scope that the construct makes keep its frame; NULL: it does not. */
static struct node *kept_function(struct lower *l, struct node *n) {
    if (n->kind != N_DEFER && !(n->kind == N_CALL && names_recover(l, n)))
        return NULL;
    while (n->parent && n->parent != l->u->root)
        n = n->parent;
    return n->kind == N_FUNC && n->sym ? n : NULL;
}

/* True: it declares one of them.  An inline one is known as such from then on. */
static bool declares_kept(struct lower *l, struct node *decl, const bool *kept) {
    struct node *list = decl->kind == N_DECL ? node_kid(decl, 1) : NULL;
    bool any = false;
    for (struct node *k = list ? list->kid : NULL; k; k = k->next) {
        if (!k->sym || !kept[k->sym->ident])
            continue;
        any = true;
        l->inline_before[k->sym->ident] |= is_inline(l, decl);
    }
    return any;
}

/* Declarations before the function count as its own do; gcc speaks of those behind it. */
static void plan_declared_inline(struct lower *l) {
    size_t n_idents = l->u->nidents + 1;
    bool *kept = arena_alloc(l->u->arena, n_idents * sizeof *kept), any = false;
    for (uint32_t i = 0; i < l->u->nconstructs; i++) {
        struct node *func = kept_function(l, l->u->constructs[i]);
        if (func)
            any = kept[func->sym->ident] = true;
    }
    if (!any)
        return;
    l->inline_before = arena_alloc(l->u->arena, n_idents * sizeof *l->inline_before);
    for (struct node *n = l->u->root->kid; n; n = n->next)
        if (declares_kept(l, n, kept)) {
            drop_always_inline(l, n->first, n->last);
            if (!n->has_construct && repeats_inline(l, n))
                lower_action(l, n, external_action);
        }
}

/* What also functions without constructs need. */
static void plan_plain(struct lower *l, struct node *block) {
    lower_plan_divisions(l, block);
    if (l->u->nconstructs)
        lower_plan_landings(l, block);
}

static void lower_setup(struct lower *l) {
    struct unit *u = l->u;
    l->at = xrealloc(NULL, (u->ntoks + 2) * sizeof *l->at);
    memset(l->at, 0, (u->ntoks + 2) * sizeof *l->at);
    l->body_at = xrealloc(NULL, (u->ntoks + 2) * sizeof *l->body_at);
    l->address = xrealloc(NULL, u->ntoks / 8 + 1);
    memset(l->address, 0, u->ntoks / 8 + 1);
    l->nstamp = u->nidents;
    l->stamp = xrealloc(NULL, (u->nidents + 1) * sizeof *l->stamp);
    memset(l->stamp, 0, (u->nidents + 1) * sizeof *l->stamp);
    l->errno_ident = ident_intern(u, "__errno_location", 16);
    l->func_idents[0] = ident_intern(u, "__func__", 8);
    l->func_idents[1] = ident_intern(u, "__FUNCTION__", 12);
    l->func_idents[2] = ident_intern(u, "__PRETTY_FUNCTION__", 19);
    for (uint32_t i = 0; i < u->nconstructs; i++)
        plan_construct(l, u->constructs[i]);
    plan_declared_inline(l);
    for (struct node *n = u->root->kid; n; n = n->next)
        if (n->kind == N_FUNC && !(u->toks[n->first].flags & TOK_SYSTEM))
            plan_plain(l, node_kid(n, 3));
    for (struct node *n = u->root->kid; n; n = n->next) {
        if (n->has_construct && n->kind == N_FUNC)
            lower_plan_unused(l, n);
        if (n->has_construct)
            lower_action(l, n, external_action);
    }
}

static void lower_free(struct lower *l) {
    free(l->at);
    free(l->body_at);
    free(l->address);
    free(l->stamp);
    free(l->numbers);
    free(l->names);
    buf_free(&l->out);
    buf_free(&l->before);
    buf_free(&l->after);
}

void lower_unit(struct unit *u, FILE *out) {
    struct lower l = {.u = u};
    u->lower = &l;
    lower_setup(&l);
    uint32_t last = u->ntoks - 1;
    const struct tok *first = &u->toks[1], *end = &u->toks[last];
    if (last) {
        buf_add(&l.out, u->text, first->off);
        l.here = 1;
        chan_prelude(&l);
        l.lost = true;
        emit_range(&l, 1, last);
    }
    size_t rest = last ? end->off + end->len : 0;
    buf_add(&l.out, u->text + rest, u->len - rest);
    fwrite(l.out.s, 1, l.out.n, out);
    lower_free(&l);
    u->lower = NULL;
}
