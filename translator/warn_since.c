/* SPDX-License-Identifier: MIT */
/*
 * A time that is over before it begins.
 *
 *   start := time_now();
 *   defer report(time_since(start));             -Wdefer-since: about nothing, arguments are
 *                                                computed where the defer stands
 */
#include "cc.h"

/* Not in a block, which runs later. */
static struct node *call_of_since(struct unit *u, struct node *n) {
    if (warn_calls(u, n, "time_since"))
        return n;
    for (struct node *k = n->kid; k; k = k->next) {
        struct node *found = call_of_since(u, k);
        if (found)
            return found;
    }
    return NULL;
}

void warn_since(struct unit *u, struct node *defer) {
    struct node *call = stmt_is_block(defer) ? NULL : expr_strip(defer->kid);
    struct node *since = call && call->kind == N_CALL ? call_of_since(u, node_kid(call, 1)) : NULL;
    if (!since)
        return;
    diag_warning(u, "defer-since", since->first,
                 "the time is taken here and not when the function ends; a block takes it then: "
                 "'defer { ... }'");
}
