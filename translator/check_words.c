/* SPDX-License-Identifier: MIT */
/* The words of a channel's element type, which the host compiler does not see: `chan int int`. */
#include "c.h"
#include "cc.h"

struct count {
    int whole; /* void, float, struct s, a typedef's name: types that take no int beside them */
    int ints, chars, doubles, signs, shorts, longs;
    bool wide; /* __int128, _BitInt: a type that may be unsigned */
};

static void count_word(struct count *c, int kind) {
    switch (kind) {
    case T_INT:
        c->ints++;
        break;
    case T_CHAR:
        c->chars++;
        break;
    case T_DOUBLE:
        c->doubles++;
        break;
    case T_SIGNED:
    case T_UNSIGNED:
        c->signs++;
        break;
    case T_SHORT:
        c->shorts++;
        break;
    case T_LONG:
        c->longs++;
        break;
    case T_INT128:
        c->wide = true;
        c->whole++;
        break;
    case T_VOID:
    case T_FLOAT:
    case T_FLOATN:
    case T_BOOL:
        c->whole++;
        break;
    default:
        break;
    }
}

static void count_specifier(struct unit *u, struct count *c, struct node *n) {
    switch (n->kind) {
    case N_SPEC_WORD:
        count_word(c, u->toks[n->tok ? n->tok : n->first].kind);
        break;
    case N_SPEC_BITINT:
        c->wide = true;
        c->whole++;
        break;
    case N_SPEC_TYPEDEF:
    case N_SPEC_RECORD:
    case N_SPEC_ENUM:
    case N_SPEC_TYPEOF:
    case N_SPEC_CHAN:
    case N_SPEC_ATOMIC:
        c->whole++;
        break;
    default:
        break;
    }
}

static bool is_one_type(const struct count *c) {
    int bases = c->whole + c->chars + c->doubles;
    if (bases > 1 || c->ints > 1 || c->signs > 1 || c->shorts > 1 || c->longs > 2)
        return false;
    if ((bases && c->ints) || (c->shorts && (bases || c->longs)))
        return false;
    if (c->longs && bases && !(c->doubles && c->longs == 1))
        return false;
    return !c->signs || !bases || c->chars || c->wide;
}

void check_element_words(struct unit *u, struct node *spec) {
    struct node *of = spec->kid, *specs = of && of->kind == N_TYPE_NAME ? of->kid : of;
    struct count c = {0};
    if (!specs || specs->kind != N_SPECS)
        return;
    for (struct node *n = specs->kid; n; n = n->next)
        count_specifier(u, &c, n);
    if (!is_one_type(&c))
        diag_error_range(u, specs, "'%s' is not one type", check_text(u, specs));
}
