/* SPDX-License-Identifier: MIT */
/*
 * Signal handlers that use the runtime, which they may have interrupted in the middle of the same;
 * and channels that signals are dropped at, because nobody waits for room in them.
 *
 *   static void on_int(int s) { c <- s; }
 *   signal(SIGINT, on_int);                      -Wsignal-handler
 *   act.sa_handler = on_int;
 *
 *   chan int c = make(chan int);
 *   signal_notify(c, SIGINT);                    -Wunbuffered-signal
 */
#include "cc.h"

#include <string.h>

static bool stores_handler(struct unit *u, struct node *f) {
    uint32_t i = tok_is(u, f->first - 1, "&") ? f->first - 1 : f->first;
    return i > 2 && tok_is(u, i - 1, "=") &&
           (tok_is(u, i - 2, "sa_handler") || tok_is(u, i - 2, "sa_sigaction"));
}

/* The second argument. */
static bool passes_handler(struct unit *u, struct node *f) {
    static const char *const names[] = {"signal", "bsd_signal", "sysv_signal", "sigset", NULL};
    struct node *arg = f;
    while (arg->parent && (arg->parent->kind == N_PAREN || arg->parent->kind == N_UNARY ||
                           arg->parent->kind == N_CAST))
        arg = arg->parent;
    struct node *call = arg->parent ? arg->parent->parent : NULL;
    return call && call->kind == N_CALL && warn_calls_one(u, call, names) &&
           node_kid(call, 1) == arg->parent && arg->parent->kid && arg->parent->kid->next == arg;
}

static struct node *definition_of(struct unit *u, struct symbol *s) {
    for (struct node *f = u->root->kid; f; f = f->next)
        if (f->kind == N_FUNC && f->sym && f->sym->ident == s->ident)
            return f;
    return NULL;
}

/* atomic_… are instructions. */
static bool calls_library(struct unit *u, struct node *n) {
    struct node *f = n->kind == N_CALL ? expr_strip(node_kid(n, 0)) : NULL;
    return f && f->kind == N_IDENT && f->sym && f->sym->kind == S_FUNC &&
           tok_in_gocc_header(u, f->sym->tok) && strncmp(tok_text(u, f->tok), "atomic_", 7) != 0;
}

static struct node *use_of_runtime(struct unit *u, struct node *n) {
    bool closes = expr_is_builtin_call(u, n, "close") || expr_is_builtin_call(u, n, "make");
    bool channel = (n->kind == N_SEND || n->kind == N_RANGE) &&
                   expr_type(u, node_kid(n, n->kind == N_RANGE))->kind == TY_CHAN;
    if (closes || channel || n->kind == N_RECV || n->kind == N_GO || n->kind == N_SELECT ||
        calls_library(u, n))
        return n;
    for (struct node *k = n->kid; k; k = k->next) {
        struct node *use = use_of_runtime(u, k);
        if (use)
            return use;
    }
    return NULL;
}

void warn_handler(struct unit *u, struct node *n) {
    struct symbol *s = n->kind == N_IDENT ? n->sym : NULL;
    if (!s || s->kind != S_FUNC || !(stores_handler(u, n) || passes_handler(u, n)))
        return;
    struct node *f = definition_of(u, s);
    struct node *use = f ? use_of_runtime(u, f) : NULL;
    if (!use)
        return;
    diag_warning(u, "signal-handler", n->first,
                 "the signal handler '%s' uses what it may have interrupted: signal_notify(c, "
                 "SIGINT) of <gocc/signal.h> makes signals values of a channel",
                 tok_dup(u, n->tok));
    diag_note(u, use->tok ? use->tok : use->first, "here");
}

/* ---- channels without room ---- */

static bool is_unbuffered(struct unit *u, struct node *make) {
    int64_t room = 0;
    make = node_absent(make) ? NULL : expr_strip(make);
    if (!make || !expr_is_builtin_call(u, make, "make"))
        return false;
    struct node *size = node_kid(node_kid(make, 1), 1);
    return !size || (expr_const(u, size, &room) && room == 0);
}

static bool is_stored_to(struct unit *u, struct node *n, struct symbol *s) {
    if (n->kind == N_IDENT && n->sym == s &&
        (check_is_stored_to(u, n) || tok_is(u, n->tok - 1, "&")))
        return true;
    for (struct node *k = n->kid; k; k = k->next)
        if (is_stored_to(u, k, s))
            return true;
    return false;
}

/* Made by its declaration, and never again. */
static bool names_unbuffered(struct unit *u, struct node *e) {
    struct symbol *s = e->kind == N_IDENT ? e->sym : NULL;
    struct node *n = s && s->kind == S_VAR && s->depth > 0 ? s->node : NULL;
    if (!n || (n->kind != N_DECLR && n->kind != N_DEFINE))
        return false;
    return is_unbuffered(u, node_kid(n, n->kind == N_DECLR)) && !is_stored_to(u, s->func, s);
}

void warn_notify(struct unit *u, struct node *call) {
    struct node *c = warn_calls(u, call, "signal_notify_list") ? node_kid(call, 1)->kid : NULL;
    c = c ? expr_strip(c) : NULL;
    if (!c || !(is_unbuffered(u, c) || names_unbuffered(u, c)))
        return;
    diag_warning(u, "unbuffered-signal", c->first,
                 "a signal that comes while nobody receives is lost, as signals do not wait: give "
                 "the channel room, 'make(chan int, 1)'");
}
