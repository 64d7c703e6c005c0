/* SPDX-License-Identifier: MIT */
/*
 * Goroutines that count themselves.
 *
 *   go { sync_waitgroup_add(&wg, 1); work(); sync_waitgroup_done(&wg); }     -Wlate-add
 *   sync_waitgroup_wait(&wg);                                                finds nobody perhaps
 *
 * Where the group goes anywhere else, or further goroutines begin, the count may be theirs.
 */
#include "cc.h"

/* The variable of the group that a call of `name` is for; NULL: none, or in another object. */
static struct symbol *group_of(struct unit *u, struct node *call, const char *name) {
    struct node *group = warn_calls(u, call, name) ? expr_strip(node_kid(call, 1)->kid) : NULL;
    if (group && group->kind == N_UNARY && tok_is(u, group->tok, "&"))
        group = expr_strip(group->kid);
    return group && group->kind == N_IDENT ? group->sym : NULL;
}

static uint32_t count_calls(struct unit *u, struct node *n, const char *name, struct symbol *s) {
    uint32_t count = group_of(u, n, name) == s;
    for (struct node *k = n->kid; k; k = k->next)
        count += count_calls(u, k, name, s);
    return count;
}

static uint32_t count_mentions(struct unit *u, struct node *n, struct symbol *s) {
    uint32_t count = 0;
    for (uint32_t i = n->first; i <= n->last; i++)
        count += u->toks[i].sym == s;
    return count;
}

static bool begins_others(struct node *n) {
    bool begins = false;
    for (struct node *k = n->kid; k && !begins; k = k->next)
        begins = k->kind == N_GO || begins_others(k);
    return begins;
}

void warn_late_add(struct unit *u, struct node *go) {
    struct node *n = stmt_is_block(go) ? go->kid->kid : NULL;
    while (n && n->kind == N_DEFER)
        n = n->next;
    struct node *call = n && n->kind == N_EXPR_STMT ? expr_strip(node_kid(n, 0)) : NULL;
    struct symbol *s = call ? group_of(u, call, "sync_waitgroup_add") : NULL;
    if (!s || s->tok > go->first || begins_others(go))
        return;
    uint32_t done = count_calls(u, go, "sync_waitgroup_done", s);
    if (!done || count_mentions(u, go, s) != done + count_calls(u, go, "sync_waitgroup_add", s))
        return;
    diag_warning(u, "late-add", call->first,
                 "the goroutine counts itself when it runs, and the wait may be over by then: call "
                 "'sync_waitgroup_add' before 'go'");
}
