/* SPDX-License-Identifier: MIT */
/*
 * A word that is a label by mistake.
 *
 *   select {
 *   case <-c: …
 *   defualt: …                                   -Wmisspelled-default
 *   }
 */
#include "cc.h"

static bool is_named_again(struct unit *u, struct node *label, struct node *func) {
    for (uint32_t i = func->first; i <= func->last; i++)
        if (i != label->tok && u->toks[i].ident == u->toks[label->tok].ident)
            return true;
    return false;
}

/* Of a switch, or of a select's case. */
static bool is_in_cases(struct node *label) {
    for (struct node *n = label->parent; n; n = n->parent) {
        if (n->kind == N_SWITCH || n->kind == N_SELECT_CASE)
            return true;
        if (n->kind != N_LIST && n->kind != N_COMPOUND && n->kind != N_CASE && n->kind != N_LABEL)
            return false;
    }
    return false;
}

void warn_label(struct unit *u, struct node *label) {
    struct node *func = node_enclosing(label, N_FUNC);
    if (!is_in_cases(label) || !unknown_is_default(u, label->tok) || is_named_again(u, label, func))
        return;
    diag_warning(u, "misspelled-default", label->tok,
                 "nothing jumps to the label '%s'; did you mean 'default'?",
                 tok_dup(u, label->tok));
    diag_fixit(u, label->tok, label->tok, "default");
}
