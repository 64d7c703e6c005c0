/* SPDX-License-Identifier: MIT */
/*
 * The warnings that have names, and the questions they share.
 *
 *   -Wdefer-in-loop    for (;;) { defer f(); }
 *   -Wunused-error     <-errors;
 *   -Wgoroutine-leak   go { for (;;) c <- 1; }          (more of it in warn_chan.c)
 *   -Wdeadlock, -Wgoroutine-leak                        warn_chan.c
 *   -Wlock-copy, -Wpark-under-lock, -Wthread-local      warn_lock.c
 *   -Wlost-cancel                                       warn_context.c
 *   -Wbad-format                                        warn_format.c
 *   -Wsend-compares    x <- 5;                          check.c
 *   -Wreceive-comma    while (v, ok = <-c) …           warn_comma.c
 *   -Wseveral-values   a, b = b, a;
 *   -Wflexible-element chan struct text c;              check.c
 *   -Wsignal-handler, -Wunbuffered-signal               warn_signal.c
 *   -Wduration                                          warn_duration.c
 *   -Wlate-add                                          warn_waitgroup.c
 *   -Wdefer-since                                       warn_since.c
 *   -Wmisspelled-default                                warn_label.c
 *
 * They are on by default, so each speaks only of what is sure.  A call that is not known to return
 * may end the goroutine; a channel that anybody else may hold is nobody's to judge.
 */
#include "cc.h"

#include <string.h>

/* ---- questions ---- */

uint32_t warn_callee(struct node *call) {
    struct node *callee = call->kind == N_CALL ? expr_strip(node_kid(call, 0)) : NULL;
    return callee && callee->kind == N_IDENT ? callee->tok : 0;
}

bool warn_calls(struct unit *u, struct node *n, const char *name) {
    uint32_t tok = warn_callee(n);
    return tok && tok_is(u, tok, name);
}

bool warn_calls_one(struct unit *u, struct node *n, const char *const *names) {
    for (; *names; names++)
        if (warn_calls(u, n, *names))
            return true;
    return false;
}

bool warn_is_users(struct unit *u, uint32_t tok) {
    return !(u->toks[tok].flags & TOK_SYSTEM) && !tok_in_gocc_header(u, tok);
}

bool warn_mentions(struct unit *u, struct node *n, struct symbol *s) {
    for (uint32_t i = n->first; i <= n->last; i++)
        if (u->toks[i].sym == s)
            return true;
    return false;
}

static bool has_default(struct node *select) {
    for (struct node *c = select->kid; c; c = c->next)
        if (node_absent(node_kid(c, 0)))
            return true;
    return false;
}

static bool park_call(struct unit *u, struct node *n) {
    static const char *const names[] = {"time_sleep",          "sync_mutex_lock",
                                        "sync_rwmutex_lock",   "sync_rwmutex_rlock",
                                        "sync_waitgroup_wait", "sync_cond_wait",
                                        "errgroup_group_wait", "semaphore_weighted_acquire",
                                        "runtime_gosched",     NULL};
    return n->kind == N_CALL && warn_calls_one(u, n, names);
}

/* The first place below n where the goroutine that runs n may park; 0: none is known. */
uint32_t warn_park(struct unit *u, struct node *n) {
    if (n->kind == N_GO || n->kind == N_FUNC || n->kind == N_SIZEOF || n->kind == N_SPEC_TYPEOF ||
        (n->kind == N_DEFER && stmt_is_block(n)))
        return 0;
    bool polls = n->kind == N_SELECT && has_default(n);
    bool parks = n->kind == N_SEND || n->kind == N_RECV || (n->kind == N_SELECT && !polls) ||
                 (n->kind == N_RANGE && expr_type(u, node_kid(n, 1))->kind == TY_CHAN);
    if (parks || (park_call(u, n) && n->parent->kind != N_DEFER))
        return n->tok ? n->tok : n->first;
    for (struct node *k = n->kid; k; k = k->next) {
        struct node *body = polls ? node_kid(k, 1) : k; /* not what a default makes harmless */
        uint32_t tok = body ? warn_park(u, body) : 0;
        if (tok)
            return tok;
    }
    return 0;
}

/* ---- loops without end ---- */

static struct node *loop_condition(struct node *loop) {
    return node_kid(loop, loop->kind == N_WHILE ? 0 : 1);
}

static bool is_endless(struct unit *u, struct node *loop) {
    int64_t v;
    if (!stmt_is_loop(loop) || loop->kind == N_RANGE)
        return false;
    struct node *c = loop_condition(loop);
    if (node_absent(c))
        return loop->kind == N_FOR;
    return expr_const(u, c, &v) && v != 0;
}

/* Any function may exit, panic or jump; and a loop that calls one does work that may be meant to
   go on until the program ends.  Words of the language and the compiler's builtins return. */
static bool known_to_return(struct unit *u, struct node *call) {
    static const char *const ours[] = {"make", "len", "cap", "retain", "release"};
    uint32_t tok = warn_callee(call);
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
        if (expr_is_builtin_call(u, call, ours[i]))
            return true;
    return tok && (strncmp(tok_text(u, tok), "__atomic_", 9) == 0 ||
                   strncmp(tok_text(u, tok), "__sync_", 7) == 0);
}

/* May control leave the loop, other than by a plain break? */
static bool may_leave(struct unit *u, struct node *n) {
    if (n->kind == N_RETURN || n->kind == N_GOTO || n->kind == N_ASM ||
        ((n->kind == N_BREAK || n->kind == N_CONTINUE) && n->tok2))
        return true;
    if (n->kind == N_CALL && !known_to_return(u, n))
        return true;
    if (n->kind == N_FUNC || (n->kind == N_GO && stmt_is_block(n)))
        return false;
    for (struct node *k = n->kid; k; k = k->next)
        if (may_leave(u, k))
            return true;
    return false;
}

static bool leaves_early(struct node *n) {
    if (n->kind == N_RETURN || n->kind == N_GOTO)
        return true;
    for (struct node *k = stmt_is_body(n) ? NULL : n->kid; k; k = k->next)
        if (leaves_early(k))
            return true;
    return false;
}

/* A statement that every run of the block reaches and none leaves; NULL: none is known. */
static struct node *endless_item(struct unit *u, struct node *block) {
    for (struct node *n = block->kid; n; n = n->next) {
        if (n->kind == N_SELECT && !n->kid)
            return n;
        if (is_endless(u, n) && !stmt_breaks(n) && !may_leave(u, n))
            return n;
        if (leaves_early(n))
            return NULL;
    }
    return NULL;
}

static void warn_go(struct unit *u, struct node *go) {
    struct node *n = stmt_is_block(go) ? endless_item(u, go->kid) : NULL;
    if (!n)
        return;
    diag_warning(u, "goroutine-leak", go->first, "this goroutine can never end");
    diag_note(u, n->first,
              n->kind == N_SELECT ? "an empty select parks for ever"
                                  : "nothing leaves this loop; let a channel or a "
                                    "context tell it to return");
}

static bool continues(struct node *n) {
    if (n->kind == N_CONTINUE)
        return true;
    for (struct node *k = stmt_is_body(n) ? NULL : n->kid; k; k = k->next)
        if (continues(k))
            return true;
    return false;
}

/* No run of the statement comes to what stands behind it. */
static bool always_leaves(struct node *n) {
    if (n->kind == N_RETURN || n->kind == N_GOTO)
        return true;
    if (n->kind == N_IF)
        return !node_absent(node_kid(n, 2)) && always_leaves(node_kid(n, 1)) &&
               always_leaves(node_kid(n, 2));
    if (n->kind == N_COMPOUND)
        for (struct node *k = n->kid; k; k = k->next)
            if (always_leaves(k))
                return true;
    return false;
}

/* Behind the defer, in its block or in one around it, the loop is left by a statement that each
 * turn comes to: there is one call at most. */
static bool turns_once(struct node *defer, struct node *loop) {
    for (struct node *n = defer; n != loop; n = n->parent)
        for (struct node *after = n->next; after && !continues(after); after = after->next)
            if (always_leaves(after))
                return true;
    return false;
}

static void warn_defer(struct unit *u, struct node *defer) {
    for (struct node *n = defer->parent; n && !stmt_is_body(n); n = n->parent) {
        if (!is_endless(u, n) || stmt_breaks(n) || turns_once(defer, n))
            continue;
        diag_warning(u, "defer-in-loop", defer->first,
                     "'defer' in a loop without bound: the calls pile up until the function ends");
        diag_note(u, n->first, "the loop; put its body into a function of its own");
        return;
    }
}

/* ---- errors that nobody looks at ---- */

bool warn_is_error(struct unit *u, const struct type *t) {
    return t->kind == TY_POINTER && t->base->kind == TY_STRUCT && t->base->tag &&
           strcmp(ident_text(u, t->base->tag->ident), "gocc__h_error") == 0;
}

static void warn_statement(struct unit *u, struct node *n) {
    static const char *const makers[] = {"errors_new", "fmt_errorf", "errors_join", NULL};
    struct node *e = expr_strip(node_kid(n, 0));
    if (node_absent(e) || (e->kind != N_RECV && e->kind != N_CALL) ||
        !warn_is_error(u, expr_type(u, e)))
        return;
    if (e->kind == N_RECV)
        diag_warning(u, "unused-error", e->first, "the error received here is never looked at");
    else if (warn_calls_one(u, e, makers))
        diag_warning(u, "unused-error", e->first, "the error made here is never looked at");
}

/* ---- the walk ---- */

static void warn_node(struct unit *u, struct node *n) {
    switch (n->kind) {
    case N_GO:
        warn_go(u, n);
        warn_late_add(u, n);
        break;
    case N_DEFER:
        warn_defer(u, n);
        warn_since(u, n);
        break;
    case N_EXPR_STMT:
        warn_statement(u, n);
        break;
    case N_COMMA:
        warn_comma(u, n);
        break;
    case N_DECL:
        warn_declared_ok(u, n);
        break;
    case N_LABEL:
        warn_label(u, n);
        break;
    default:
        break;
    }
    warn_lock(u, n);
    warn_format(u, n);
    warn_handler(u, n);
    warn_notify(u, n);
    warn_duration(u, n);
    for (struct node *k = n->kid; k; k = k->next)
        warn_node(u, k);
}

void warn_unit(struct unit *u) {
    if (u->opt->diag.no_warnings)
        return;
    for (struct node *f = u->root->kid; f; f = f->next) {
        if (f->kind != N_FUNC || !warn_is_users(u, f->first))
            continue;
        warn_node(u, f);
        warn_thread_local(u, f);
        warn_channels(u, f);
        warn_contexts(u, f);
    }
}
