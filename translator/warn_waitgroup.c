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

/* `wg`, `job->wg`, `p->pool.wg`: without the & and * around it; NULL: it is not told by its name.
 */
static struct node *place(struct unit *u, struct node *e) {
    for (e = expr_strip(e); e->kind == N_UNARY; e = expr_strip(e->kid))
        if (!tok_is(u, e->tok, "&"))
            return NULL;
    struct node *base = e;
    while (base->kind == N_MEMBER)
        base = expr_strip(base->kid);
    return base->kind == N_IDENT && base->sym ? e : NULL;
}

/* The group that a call of `name` is for; NULL: none, or in another object. */
static struct node *group_of(struct unit *u, struct node *call, const char *name) {
    struct node *group = warn_calls(u, call, name) ? node_kid(call, 1)->kid : NULL;
    return group ? place(u, group) : NULL;
}

static bool same_place(struct unit *u, struct node *a, struct node *b) {
    a = expr_strip(a);
    b = expr_strip(b);
    if (a->kind != b->kind)
        return false;
    if (a->kind == N_IDENT)
        return a->sym == b->sym;
    return u->toks[a->tok].ident == u->toks[b->tok].ident && same_place(u, a->kid, b->kid);
}

static struct symbol *variable(struct node *place) {
    while (place->kind == N_MEMBER)
        place = expr_strip(place->kid);
    return place->sym;
}

static uint32_t count_calls(struct unit *u, struct node *n, const char *name, struct node *group) {
    struct node *of = group_of(u, n, name);
    uint32_t count = of && same_place(u, of, group);
    for (struct node *k = n->kid; k; k = k->next)
        count += count_calls(u, k, name, group);
    return count;
}

/* `job->n` beside `job->wg`; `job` alone is both. */
static bool is_other_member(struct unit *u, struct node *ident, struct node *group) {
    struct node *up = ident->parent, *of = group;
    while (up && up->kind == N_PAREN)
        up = up->parent;
    while (of->kind == N_MEMBER && expr_strip(of->kid)->kind == N_MEMBER)
        of = expr_strip(of->kid);
    return up && up->kind == N_MEMBER && of->kind == N_MEMBER &&
           u->toks[up->tok].ident != u->toks[of->tok].ident;
}

/* How often the group is named, or what it may be reached by. */
static uint32_t count_mentions(struct unit *u, struct node *n, struct node *group) {
    uint32_t count = n->kind == N_IDENT && n->sym == variable(group) &&
                     !is_other_member(u, n, group);
    for (struct node *k = n->kid; k; k = k->next)
        count += count_mentions(u, k, group);
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
    struct node *group = call ? group_of(u, call, "sync_waitgroup_add") : NULL;
    if (!group || variable(group)->tok > go->first || begins_others(go))
        return;
    uint32_t done = count_calls(u, go, "sync_waitgroup_done", group);
    uint32_t added = count_calls(u, go, "sync_waitgroup_add", group);
    if (!done || count_mentions(u, go, group) != done + added)
        return;
    diag_warning(u, "late-add", call->first,
                 "the goroutine counts itself when it runs, and the wait may be over by then: call "
                 "'sync_waitgroup_add' before 'go'");
}
