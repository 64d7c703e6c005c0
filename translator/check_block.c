/* SPDX-License-Identifier: MIT */
/*
 * What blocks of go and defer may do: they become functions of their own, run later, so no jump
 * leads out of them or in, a go block may not change the copies it was given, and a defer block may
 * only name what still lives when the function ends.
 */
#include "cc.h"

#include <string.h>

static const char *block_word(const struct node *block) {
    return block->kind == N_GO ? "go" : "defer";
}

static bool declared_in(const struct symbol *s, const struct node *n) {
    return s->tok >= n->first && s->tok <= n->last;
}

static bool is_variable(const struct symbol *s) {
    return (s->kind == S_VAR || s->kind == S_PARAM) && s->depth > 0 &&
           s->storage != STORAGE_STATIC && s->storage != STORAGE_EXTERN && !s->is_thread;
}

static struct node *body_around(struct node *n) {
    for (n = n->parent; n && !stmt_is_body(n); n = n->parent)
        ;
    return n;
}

/* ---- what is called ---- */

static void check_argument_count(struct unit *u, struct node *call) {
    struct type *t = type_decay(u, expr_type(u, call->kid));
    if (t->kind != TY_POINTER || t->base->kind != TY_FUNC || t->base->unprototyped)
        return;
    uint32_t n = 0;
    for (struct node *a = node_kid(call, 1)->kid; a; a = a->next)
        n++;
    if (n < t->base->nparams)
        diag_error_range(u, call, "too few arguments: the function wants %u", t->base->nparams);
    else if (n > t->base->nparams && !t->base->variadic)
        diag_error_range(u, call, "too many arguments: the function wants %u", t->base->nparams);
}

static bool takes_any(struct unit *u, struct node *call, uint32_t i) {
    struct type *t = type_decay(u, expr_type(u, call->kid));
    bool known = t->kind == TY_POINTER && t->base->kind == TY_FUNC && !t->base->unprototyped;
    return !known || i >= t->base->nparams;
}

/* Since C99 a call declares no function, and what the call becomes stands elsewhere.  Names with
   two underscores may be the compiler's. */
static bool is_undeclared(struct unit *u, struct node *callee) {
    return callee->kind == N_IDENT && !callee->sym && u->opt->std >= 199901L &&
           strncmp(ident_text(u, u->toks[callee->tok].ident), "__", 2);
}

static bool can_be_called(struct unit *u, struct node *callee) {
    struct type *t = type_decay(u, expr_type(u, callee));
    return t->kind == TY_UNKNOWN || t->kind == TY_CHAN || /* told elsewhere */
           (t->kind == TY_POINTER && t->base->kind == TY_FUNC);
}

static bool check_callee(struct unit *u, struct node *n, struct node *callee) {
    if (is_undeclared(u, callee)) {
        diag_error(u, callee->tok, "'%s' undeclared", ident_text(u, u->toks[callee->tok].ident));
        return false;
    }
    if (callee->kind != N_IDENT && !check_known(u, callee))
        return false;
    if (can_be_called(u, callee))
        return true;
    diag_error_range(u, callee, "%s calls a function, this has type '%s'", block_word(n),
                     type_show(u, expr_type(u, callee)));
    return false;
}

static void check_called(struct unit *u, struct node *n, struct node *call) {
    static const char *const pure[] = {"len", "cap", "make"};
    for (int i = 0; i < 3; i++)
        if (expr_is_builtin_call(u, call, pure[i]))
            diag_error_range(u, call, "%s would discard the result of '%s'", block_word(n),
                             pure[i]);
    if (!check_callee(u, n, expr_strip(call->kid)))
        return;
    check_argument_count(u, call);
    uint32_t i = 0;
    for (struct node *a = node_kid(call, 1)->kid; a; a = a->next, i++) {
        if (a->kind == N_TYPE_NAME || (takes_any(u, call, i) && !check_known(u, a)))
            continue;
        if (type_decay(u, expr_type(u, a))->kind == TY_VOID)
            diag_error_range(u, a, "this has type 'void': there is no value to pass");
    }
}

static void check_call_form(struct unit *u, struct node *n) {
    struct node *e = expr_strip(n->kid);
    if (e && e->kind == N_CALL) {
        check_called(u, n, e);
        return;
    }
    diag_error_range(u, n->kid, "%s needs a function call or a block", block_word(n));
    if (e && e->kind == N_STMT_EXPR)
        diag_note(u, e->first,
                  "a macro made a statement expression of it, which a block can run: "
                  "%s { ...; }",
                  block_word(n));
    struct type *t = type_decay(u, expr_type(u, n->kid));
    if (e && e->kind == N_BINARY && type_decay(u, expr_type(u, e->kid))->kind == TY_CHAN)
        diag_note(u, e->tok, "a send is a statement, which a block can run: %s { ...; }",
                  block_word(n));
    if (t->kind == TY_POINTER && t->base->kind == TY_FUNC && !t->base->nparams)
        diag_fixit(u, n->kid->last, n->kid->last,
                   arena_printf(u->arena, "%s()", tok_dup(u, n->kid->last)));
}

/* ---- copies ---- */

bool check_is_stored_to(struct unit *u, struct node *n) {
    struct node *up = n->parent;
    switch (up->kind) {
    case N_ASSIGN:
        return up->kid == n;
    case N_POST:
        return true;
    case N_UNARY:
        return tok_is(u, up->tok, "++") || tok_is(u, up->tok, "--");
    case N_RECV_OK:
        return up->kid == n || up->kid->next == n;
    case N_RANGE:
        return up->kid == n;
    default:
        return false;
    }
}

static void copy_error(struct unit *u, struct node *ident, struct node *go) {
    const char *name = ident_text(u, ident->sym->ident);
    diag_error(u, ident->tok,
               "'%s' is a copy in this go block, the original would not change; "
               "use a pointer to it, or a channel",
               name);
    diag_note(u, ident->sym->tok, "'%s' is declared outside", name);
    diag_note(u, go->tok, "the copy is made here");
}

/* Its elements are the original's. */
static void check_array(struct unit *u, struct node *ident, struct node *go) {
    struct node *n = ident;
    while (n->parent->kind == N_PAREN)
        n = n->parent;
    if (!check_is_stored_to(u, n))
        return;
    diag_error(u, ident->tok, "'%s' is an array, only its elements can be assigned to",
               ident_text(u, ident->sym->ident));
    diag_note(u, go->tok, "in this go block it is a pointer to the first of them");
}

static void check_stores(struct unit *u, struct node *n, struct node *go) {
    if (n->kind == N_IDENT && n->sym && is_variable(n->sym) && !declared_in(n->sym, go)) {
        if (expr_type(u, n)->kind == TY_ARRAY)
            check_array(u, n, go);
        else if (check_is_stored_to(u, capture_object(u, n)))
            copy_error(u, n, go);
    }
    for (struct node *k = n->kid; k; k = k->next)
        if (!(k->kind == N_GO && stmt_is_block(k))) /* it has its own check */
            check_stores(u, k, go);
}

/* ---- what a defer block may name ---- */

static bool outlives(struct symbol *s, struct node *owner) {
    struct node *block = owner->kind == N_FUNC ? node_kid(owner, 3) : owner->kid;
    if (!is_variable(s) || !declared_in(s, owner))
        return true;
    return s->kind == S_PARAM || !block->scope || s->scope == block->scope ||
           s->depth < block->scope->depth;
}

static void check_lifetimes(struct unit *u, struct node *n) {
    struct node *owner = body_around(n);
    for (struct capture *c = owner ? capture_find(u, n)->first : NULL; c; c = c->next) {
        const char *name = ident_text(u, c->sym->ident);
        if (!outlives(c->sym, owner)) {
            diag_error(u, c->tok,
                       "'%s' is gone when this defer block runs, at the end of the %s; "
                       "declare it in the outermost block, or defer a call that takes "
                       "its value",
                       name, owner->kind == N_GO ? "goroutine" : "function");
            diag_note(u, c->sym->tok, "'%s' is declared in an inner block", name);
        } else if (is_variable(c->sym) && c->sym->storage == STORAGE_REGISTER) {
            diag_error(u, c->tok, "a defer block needs the address of '%s', which is 'register'",
                       name);
        }
    }
}

/* Arrays of variable length, and pointers to them, are handed on with their lengths; functions that
   return such a pointer are not, and neither are structs with such a member. */
static bool is_varying(struct unit *u, const struct type *t) {
    while (t->kind == TY_ARRAY || t->kind == TY_POINTER)
        t = t->base;
    if (type_is_record(t))
        return type_varies(u, t);
    for (; t; t = t->base)
        if (t->kind == TY_ARRAY && t->vla)
            return true;
    return false;
}

static const char *varying_part(const struct type *t) {
    while (t->kind == TY_ARRAY || t->kind == TY_POINTER)
        t = t->base;
    return type_is_record(t) ? "what it needs of it" : "its first element";
}

static void check_captures(struct unit *u, struct node *n) {
    for (struct capture *c = capture_find(u, n)->first; c; c = c->next) {
        const char *name = ident_text(u, c->sym->ident);
        if (!check_known_type(symbol_type(u, c->sym)))
            diag_error(u, c->tok,
                       "the type of '%s' cannot be told here, so that a %s block cannot "
                       "take it over",
                       name, block_word(n));
        else if (type_is_record(symbol_type(u, c->sym)) &&
                 !type_is_complete(u, symbol_type(u, c->sym)))
            diag_error(u, c->sym->tok, "'%s' has a type that is incomplete here, '%s'", name,
                       type_show(u, symbol_type(u, c->sym)));
        else if (is_varying(u, symbol_type(u, c->sym)))
            diag_error(u, c->tok,
                       "'%s' has a type of variable length that a %s block cannot take "
                       "over; use a pointer to %s",
                       name, block_word(n), varying_part(symbol_type(u, c->sym)));
        else if (c->sym->storage == STORAGE_REGISTER && c->by_address && n->kind == N_GO)
            diag_error(u, c->tok, "'%s' is 'register' and has no address", name);
    }
}

/* ---- return ---- */

static void check_returns(struct unit *u, struct node *n, struct node *block) {
    if (n->kind == N_RETURN && !node_absent(n->kid) && expr_type(u, n->kid)->kind != TY_VOID) {
        struct node *func = block;
        while (func && func->kind == N_DEFER)
            func = body_around(func);
        if (!func || func->kind == N_GO)
            diag_error_range(u, n->kid, "a go block returns no value; send it to a channel");
        else if (func_result(u, func)->kind == TY_VOID)
            diag_error_range(u, n->kid,
                             "'return' with a value in a defer block of a function that "
                             "returns none");
    }
    for (struct node *k = n->kid; k; k = k->next)
        if (!stmt_is_body(k))
            check_returns(u, k, block);
}

/* ---- jumps ---- */

struct labels {
    struct node **at;
    uint32_t n, room;
};

/* Once for a function: one that a program has written may have thousands of gotos. */
static void collect_labels(struct unit *u, struct node *n, struct labels *all) {
    if (n->kind == N_LABEL) {
        struct node **old = all->at;
        if (all->n == all->room) {
            all->room = all->room ? 2 * all->room : 16;
            all->at = arena_alloc(u->arena, all->room * sizeof *old);
            if (old)
                memcpy(all->at, old, all->n * sizeof *old);
        }
        all->at[all->n++] = n;
    }
    for (struct node *k = n->kid; k; k = k->next)
        collect_labels(u, k, all);
}

static bool contains(const struct node *outer, struct node *n) {
    for (; n; n = n->parent)
        if (n == outer)
            return true;
    return false;
}

/* The first with that name: whose own body is `body`, or anywhere in func. */
static struct node *find_label(struct unit *u, const struct labels *all, uint32_t ident,
                               struct node *body, struct node *func) {
    for (uint32_t i = 0; i < all->n; i++) {
        struct node *l = all->at[i];
        if (u->toks[l->tok].ident == ident && (body ? body_around(l) == body : contains(func, l)))
            return l;
    }
    return NULL;
}

/* Each function has labels of its own, so that of the jump's own body counts first. */
static struct node *goto_label(struct unit *u, const struct labels *all, struct node *n,
                               struct node *body) {
    uint32_t ident = u->toks[n->tok].ident;
    struct node *func = node_enclosing(n, N_FUNC), *found = NULL;
    if (!func || !node_absent(n->kid))
        return NULL;
    for (struct node *b = body; b && !found; b = body_around(b))
        found = find_label(u, all, ident, b, NULL);
    return found ? found : find_label(u, all, ident, NULL, func);
}

static struct node *case_around(struct node *n) {
    for (; n && !stmt_is_body(n); n = n->parent)
        if (n->kind == N_SELECT_CASE)
            return n;
    return NULL;
}

static void check_goto(struct unit *u, const struct labels *all, struct node *n) {
    const char *name = ident_text(u, u->toks[n->tok].ident);
    struct node *body = body_around(n), *label = goto_label(u, all, n, body);
    if (!label)
        return;
    struct node *there = body_around(label), *select = case_around(label);
    if (there != body && contains(body, there))
        diag_error(u, n->tok, "cannot jump to '%s': it is inside a %s block", name,
                   block_word(there));
    else if (there != body && stmt_is_block(body))
        diag_error(u, n->tok, "cannot jump out of a %s block to '%s'", block_word(body), name);
    else if (select && !contains(select, n))
        diag_error(u, n->tok, "cannot jump to '%s': it is inside a case of a select", name);
    else
        return;
    diag_note(u, label->tok, "'%s' is here", name);
}

static void check_plain_jump(struct unit *u, struct node *n) {
    struct node *body = body_around(n);
    if (!n->tok2 && !stmt_target(n) && body && stmt_is_block(body))
        diag_error(u, n->tok, "'%s' would leave a %s block; use 'return' to end it",
                   n->kind == N_BREAK ? "break" : "continue", block_word(body));
}

/* The label of a statement around n; NULL: none is called so. */
static struct node *label_around(struct unit *u, struct node *n, uint32_t label) {
    for (; n; n = n->parent)
        for (struct node *l = stmt_label(n); l; l = stmt_label(l))
            if (u->toks[l->tok].ident == label)
                return n;
    return NULL;
}

void check_label(struct unit *u, struct node *n) {
    const char *word = n->kind == N_BREAK ? "break" : "continue";
    uint32_t label = u->toks[n->tok2].ident;
    const char *name = ident_text(u, label);
    struct node *target = label_around(u, n->parent, label), *body = body_around(n);
    while (target && target->kind == N_LABEL)
        target = node_kid(target, 0);
    if (!target)
        diag_error(u, n->tok2, "%s: no statement around it has the label '%s'", word, name);
    else if (!contains(body, target))
        diag_error(u, n->tok2, "'%s %s' would leave a %s block; use 'return' to end it", word, name,
                   block_word(body));
    else if (n->kind == N_CONTINUE && !stmt_is_loop(target))
        diag_error(u, n->tok2, "continue: '%s' is not the label of a loop", name);
    else if (!stmt_is_loop(target) && target->kind != N_SWITCH && target->kind != N_SELECT)
        diag_error(u, n->tok2, "break: '%s' is not the label of a loop, switch or select", name);
}

static void check_jumps_in(struct unit *u, const struct labels *all, struct node *n) {
    if (n->kind == N_GOTO)
        check_goto(u, all, n);
    if (n->kind == N_BREAK || n->kind == N_CONTINUE)
        check_plain_jump(u, n);
    for (struct node *k = n->kid; k; k = k->next)
        check_jumps_in(u, all, k);
}

void check_jumps(struct unit *u, struct node *func) {
    struct labels all = {0};
    collect_labels(u, func, &all);
    check_jumps_in(u, &all, func);
}

void check_block(struct unit *u, struct node *n) {
    if (!stmt_is_block(n)) {
        check_call_form(u, n);
        return;
    }
    check_returns(u, n->kid, n);
    check_captures(u, n);
    if (n->kind == N_GO)
        check_stores(u, n->kid, n);
    else
        check_lifetimes(u, n);
}
