/* SPDX-License-Identifier: MIT */
/*
 * Places that are stored to after a receive.  Go finds all of an assignment's left sides before it
 * stores to the first, and before it receives:
 *
 *   *f(), ok = <-g();          int v; int *p = f(); _Bool ok1 = gocc__chan_recv_ok(g(), &v);
 *                              *p = v; ok = ok1;
 *   i, flags[i] = <-c;         … _Bool *p = &flags[i]; … i = v; *p = ok1;
 */
#include "cc.h"

static const char *hold(struct lower *l, const char *want, const char *before, struct node *e,
                        const char *after) {
    const char *name = lower_name(l, want);
    emit_glue(l, "__extension__ __auto_type %s = %s", name, before);
    emit_node(l, e);
    emit_glue(l, "%s; ", after);
    return name;
}

/* Neither a bit-field nor an element of a vector has an address: their parts are found. */
static const char *hold_member(struct lower *l, struct node *e) {
    bool arrow = tok_is(l->u, e->tok - 1, "->");
    const char *base = arrow ? hold(l, "p", "", e->kid, "") : place_find(l, e->kid);
    return arena_printf(l->u->arena, "%s%s%s", base, arrow ? "->" : ".",
                        ident_text(l->u, l->u->toks[e->tok].ident));
}

const char *place_find(struct lower *l, struct node *e) {
    e = expr_strip(e);
    if (e->kind == N_IDENT)
        return emit_node_text(l, e);
    if (e->kind == N_MEMBER)
        return hold_member(l, e);
    if (e->kind == N_INDEX && expr_type(l->u, e->kid)->kind == TY_VECTOR) {
        const char *vector = place_find(l, e->kid);
        return arena_printf(l->u->arena, "%s[%s]", vector, hold(l, "i", "", e->kid->next, ""));
    }
    return arena_printf(l->u->arena, "(*%s)", hold(l, "p", "&(", e, ")"));
}

static bool is_variable(struct node *e) {
    return expr_strip(e)->kind == N_IDENT;
}

void place_find_two(struct lower *l, struct places *p, struct node *v, struct node *ok) {
    bool store_moves = v && ok && !is_variable(ok);
    *p = (struct places){0};
    if (v && !is_variable(v) && (store_moves || !lower_simple(l, v)))
        p->v = place_find(l, v);
    if (ok && (store_moves || !lower_simple(l, ok)))
        p->ok = place_find(l, ok);
}

void place_write(struct lower *l, struct node *e, const char *found) {
    if (found)
        emit_glue(l, "%s", found);
    else
        emit_node(l, e);
}
