/* SPDX-License-Identifier: MIT */
/*
 * Local typedefs that the source uses and the C does not, so that nobody is told that they are
 * unused: a channel's element is not written where the channel is, and a block is lifted out
 * together with a copy of its types.
 *
 *   typedef int job;                 typedef int job __attribute__((__unused__));
 *   chan job c = make(chan job);     gocc__chan_int_t c = gocc__chan_make(sizeof(int), 0);
 */
#include "cc.h"

/* Will the C have the name where the source has it? */
static bool is_written(const struct node *use) {
    for (const struct node *n = use->parent; n && n->kind != N_FUNC; n = n->parent)
        if (n->kind == N_SPEC_CHAN || (stmt_is_block(n) && use->sym->tok < n->first))
            return false;
    return true;
}

static void mark_written(struct node *n) {
    if (n->kind == N_SPEC_TYPEDEF && n->sym && n->sym->depth > 0 && is_written(n))
        n->sym->written = true;
    for (struct node *k = n->kid; k; k = k->next)
        mark_written(k);
}

static uint32_t lower_unused(struct lower *l, struct node *declr) {
    emit_range(l, declr->first, declr->last);
    emit_glue(l, " __attribute__((__unused__))");
    return declr->last;
}

static void plan_unused(struct lower *l, struct node *n) {
    const struct symbol *s = n->kind == N_DECLR ? n->sym : NULL;
    if (s && s->kind == S_TYPEDEF && s->uses && !s->written)
        lower_action(l, n, lower_unused);
    for (struct node *k = n->kid; k; k = k->next)
        plan_unused(l, k);
}

void lower_plan_unused(struct lower *l, struct node *func) {
    mark_written(func);
    plan_unused(l, func);
}
