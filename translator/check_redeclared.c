/* SPDX-License-Identifier: MIT */
/*
 * Types that are alike but for a channel in them.  In the output a channel of any direction is the
 * same pointer, so the host compiler takes `void f(<-chan int)` for another declaration of
 * `void f(chan<- int)`.
 */
#include "cc.h"

#include <string.h>

static bool chan_differs(const struct type *a, const struct type *b) {
    bool known = check_known_type(a->base) && check_known_type(b->base);
    return a->dir != b->dir || (known && !type_same(a->base, b->base));
}

/* Both are the same kind of thing, and a channel at the same place in them is not. */
bool check_channels_differ(const struct type *a, const struct type *b) {
    if (a->kind != b->kind)
        return false;
    if (a->kind == TY_CHAN)
        return chan_differs(a, b);
    if (a->kind == TY_POINTER || a->kind == TY_ARRAY)
        return check_channels_differ(a->base, b->base);
    if (a->kind != TY_FUNC)
        return false;
    bool differ = check_channels_differ(a->base, b->base);
    for (uint32_t i = 0; a->nparams == b->nparams && i < a->nparams; i++)
        differ = differ || check_channels_differ(a->params[i], b->params[i]);
    return differ;
}

static void compare(struct unit *u, struct symbol *earlier, struct symbol *later) {
    struct type *a = symbol_type(u, earlier), *b = symbol_type(u, later);
    const char *name = ident_text(u, later->ident);
    if (earlier->kind != later->kind || !check_channels_differ(a, b))
        return;
    diag_error(u, later->tok, "conflicting types for '%s': '%s', and '%s' before", name,
               type_show(u, b), type_show(u, a));
    diag_note(u, earlier->tok, "'%s' is declared here", name);
}

static bool may_be_again(struct unit *u, const struct symbol *s) {
    return (s->kind == S_VAR || s->kind == S_FUNC || s->kind == S_TYPEDEF) &&
           !(u->toks[s->tok].flags & TOK_SYSTEM);
}

/* Outside of functions; the symbols of a scope are listed last first. */
void check_redeclared(struct unit *u) {
    size_t size = u->nidents * sizeof(struct symbol *);
    struct symbol **later = arena_alloc(u->arena, size);
    memset(later, 0, size);
    for (struct symbol *s = u->globals->symbols; s; s = s->next_in_scope) {
        if (!may_be_again(u, s))
            continue;
        if (later[s->ident])
            compare(u, s, later[s->ident]);
        later[s->ident] = s;
    }
}
