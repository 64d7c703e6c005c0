/* SPDX-License-Identifier: MIT */
/*
 * Jumps: what a break leaves, what may run twice, and break and continue with a label.
 *
 *   L: for (;;) {                  { for (;;) { {
 *          select { case <-a:              … goto L_break; …
 *              break L; }                  … goto L_continue; …
 *          if (x) continue L;      } L_continue:; } L_break:; }
 *      }
 *
 * The label itself goes unless a goto names it, or the host compiler would call it unused.
 */
#include "cc.h"

#include <string.h>

bool stmt_is_loop(const struct node *n) {
    return n->kind == N_WHILE || n->kind == N_DO || n->kind == N_FOR || n->kind == N_RANGE;
}

bool stmt_is_block(const struct node *n) {
    return (n->kind == N_GO || n->kind == N_DEFER) && n->kid && n->kid->kind == N_COMPOUND;
}

bool stmt_is_body(const struct node *n) {
    return n->kind == N_FUNC || stmt_is_block(n);
}

struct node *stmt_target(struct node *jump) {
    for (struct node *n = jump->parent; n && !stmt_is_body(n); n = n->parent) {
        if (stmt_is_loop(n))
            return n;
        if (jump->kind == N_BREAK && (n->kind == N_SWITCH || n->kind == N_SELECT))
            return n;
    }
    return NULL;
}

static bool breaks(struct node *n, struct node *target) {
    if (n->kind == N_BREAK && !n->tok2 && stmt_target(n) == target)
        return true;
    for (struct node *k = n->kid; k; k = k->next)
        if (breaks(k, target))
            return true;
    return false;
}

bool stmt_breaks(struct node *target) {
    for (struct node *k = target->kid; k; k = k->next)
        if (breaks(k, target))
            return true;
    return false;
}

bool stmt_in_loop(struct node *n) {
    for (n = n->parent; n && !stmt_is_body(n); n = n->parent)
        if (stmt_is_loop(n))
            return true;
    return false;
}

/* ---- labels ---- */

static struct node *previous(struct node *n) {
    struct node *before = NULL;
    for (struct node *k = n->parent ? n->parent->kid : NULL; k && k != n; k = k->next)
        before = k;
    return before;
}

/* The statement that a label names: its own, or in a block the one that follows it. */
static struct node *labelled(struct node *label) {
    struct node *n = node_kid(label, 0);
    if (node_absent(n))
        n = label->next;
    return n && n->kind == N_LABEL ? labelled(n) : n;
}

/* The label before n, n being a statement or a label itself. */
struct node *stmt_label(struct node *n) {
    if (n->parent && n->parent->kind == N_LABEL)
        return n->parent;
    struct node *before = previous(n);
    return before && before->kind == N_LABEL && node_absent(node_kid(before, 0)) ? before : NULL;
}

static bool jumps_to(struct unit *u, struct node *n, int kind, uint32_t label) {
    if (n->kind == kind && n->tok2 && u->toks[n->tok2].ident == label)
        return true;
    for (struct node *k = n->kid; k; k = k->next)
        if (jumps_to(u, k, kind, label))
            return true;
    return false;
}

static bool names_label(struct unit *u, struct node *n, uint32_t label) {
    if ((n->kind == N_GOTO || n->kind == N_LABEL_ADDR || n->kind == N_ASM) &&
        u->toks[n->tok].ident == label)
        return true;
    if (n->kind == N_ASM) /* asm goto: cannot be told */
        return true;
    for (struct node *k = n->kid; k; k = k->next)
        if (names_label(u, k, label))
            return true;
    return false;
}

static const char *label_name(struct lower *l, uint32_t label, const char *word) {
    return lower_name(l, arena_printf(l->u->arena, "%s_%s", ident_text(l->u, label), word));
}

uint32_t lower_jump(struct lower *l, struct node *n) {
    const char *word = n->kind == N_BREAK ? "break" : "continue";
    emit_glue(l, "goto %s;", label_name(l, l->u->toks[n->tok2].ident, word));
    return n->last;
}

static uint32_t lower_unnamed(struct lower *l, struct node *n) {
    struct node *stmt = node_kid(n, 0);
    if (node_absent(stmt))
        return n->last;
    emit_node(l, stmt);
    return n->last;
}

static void add_labels(struct lower *l, struct node *stmt, struct node *in, int kind,
                       const char *word) {
    for (struct node *label = stmt_label(stmt); label; label = stmt_label(label)) {
        uint32_t ident = l->u->toks[label->tok].ident;
        if (jumps_to(l->u, in, kind, ident))
            emit_glue(l, " %s:;", label_name(l, ident, word));
    }
}

static uint32_t lower_labelled(struct lower *l, struct node *n) {
    emit_glue(l, "{ ");
    emit_node(l, n);
    add_labels(l, n, n, N_BREAK, "break");
    emit_glue(l, " }");
    return n->last;
}

static uint32_t lower_loop_body(struct lower *l, struct node *n) {
    emit_glue(l, "{ ");
    emit_node(l, n);
    add_labels(l, n->parent, n, N_CONTINUE, "continue");
    emit_glue(l, " }");
    return n->last;
}

static struct node *loop_body(struct node *loop) {
    static const int where[N_COUNT] = {[N_WHILE] = 1, [N_FOR] = 3, [N_RANGE] = 2};
    return stmt_is_loop(loop) ? node_kid(loop, where[loop->kind]) : NULL;
}

/* Whether a label before this one, of the same statement, has had its action. */
static bool planned(struct lower *l, struct node *label, struct node *in, int kind) {
    while ((label = stmt_label(label)))
        if (jumps_to(l->u, in, kind, l->u->toks[label->tok].ident))
            return true;
    return false;
}

void stmt_plan_label(struct lower *l, struct node *label) {
    struct node *stmt = labelled(label), *body = stmt ? loop_body(stmt) : NULL;
    uint32_t ident = l->u->toks[label->tok].ident;
    if (!stmt)
        return;
    bool left = jumps_to(l->u, stmt, N_BREAK, ident);
    bool continued = body && jumps_to(l->u, body, N_CONTINUE, ident);
    if (left && !planned(l, label, stmt, N_BREAK))
        lower_action(l, stmt, lower_labelled);
    if (continued && !planned(l, label, body, N_CONTINUE))
        lower_action(l, body, lower_loop_body);
    struct node *func = node_enclosing(label, N_FUNC);
    if ((left || continued) && func && !names_label(l->u, func, ident))
        lower_action(l, label, lower_unnamed);
}
