/* SPDX-License-Identifier: MIT */
/* Walking a finished tree: links, questions, and the dump that tests compare. */
#include "c.h"
#include "cc.h"

static const char *const kind_names[] = {
#define X(name) #name,
    NODE_KINDS(X)
#undef X
};

const char *node_kind_name(int kind) {
    return kind_names[kind];
}

struct node *node_kid(const struct node *n, int i) {
    struct node *kid = n ? n->kid : NULL;
    while (kid && i-- > 0)
        kid = kid->next;
    return kid;
}

bool node_is_label(const struct node *n) {
    return n->kind == N_LABEL || n->kind == N_CASE || n->kind == N_DEFAULT;
}

/* By its form; not what stands in parentheses. */
bool node_is_lvalue(const struct unit *u, const struct node *e) {
    return e->kind == N_IDENT || e->kind == N_MEMBER || e->kind == N_INDEX ||
           (e->kind == N_UNARY && tok_is(u, e->tok, "*"));
}

bool node_absent(const struct node *n) {
    return !n || n->kind == N_NONE;
}

/* The value of an item of INIT_LIST. */
struct node *node_initial(struct node *item) {
    return item->kind == N_INIT ? item->kid->next : item;
}

struct node *node_enclosing(struct node *n, int kind) {
    for (n = n->parent; n && n->kind != kind; n = n->parent)
        ;
    return n;
}

/* ---- links ---- */

static bool has_channel_word(const struct node *specs) {
    for (const struct node *w = specs->kid; w; w = w->next)
        if (w->kind == N_SPEC_CHAN)
            return true;
    return false;
}

static bool is_construct(const struct node *n) {
    switch (n->kind) {
    case N_GO:
    case N_DEFER:
    case N_SEND:
    case N_RECV:
    case N_DEFINE:
    case N_RECV_OK:
    case N_SELECT:
    case N_RANGE:
        return true;
    case N_SPECS:
        return has_channel_word(n);
    case N_BREAK:
    case N_CONTINUE:
        return n->tok2 != 0;
    case N_CALL:
        return n->has_construct; /* ast_call knows */
    default:
        return false;
    }
}

static void construct_add(struct unit *u, struct node *n, uint32_t *cap) {
    if (u->nconstructs == *cap) {
        *cap = *cap ? *cap * 2 : 64;
        u->constructs = xrealloc(u->constructs, *cap * sizeof *u->constructs);
    }
    u->constructs[u->nconstructs++] = n;
    for (; n && (n->kind == N_CALL || !n->has_construct); n = n->parent)
        n->has_construct = true;
}

/* A label in a block ends where the statement below it does, which came later. */
static void cover_label(struct node *label, const struct node *below) {
    if (label && node_is_label(label) && below->kind != N_NONE && label->last < below->last)
        label->last = below->last;
}

/* Not recursive: the tree may be as deep as the text is long. */
void ast_link(struct unit *u) {
    uint32_t cap = 0;
    struct node *n = u->root;
    n->parent = NULL;
    for (;;) {
        if (is_construct(n))
            construct_add(u, n, &cap);
        if (n->kid) {
            n->kid->parent = n;
            n = n->kid;
            continue;
        }
        for (; n && !n->next; n = n->parent)
            cover_label(n->parent, n);
        if (!n)
            return;
        n->next->parent = n->parent;
        n = n->next;
    }
}

/* ---- dump ---- */

static const char *direction(int dir) {
    return dir == CHAN_SEND ? "chan<-" : dir == CHAN_RECV ? "<-chan" : "chan";
}

static const char *storage_name(const struct symbol *s) {
    static const char *const names[] = {"auto", "static", "extern", "thread", "register"};
    return names[s->storage];
}

static const char *symbol_kind_name(int kind) {
    static const char *const names[] = {"var", "func",  "typedef", "enumerator",
                                        "tag", "param", "builtin"};
    return names[kind];
}

static void dump_node(const struct unit *u, const struct node *n, int depth, FILE *out) {
    fprintf(out, "%*s%s", depth * 2 < 200 ? depth * 2 : 200, "", node_kind_name(n->kind));
    if (n->kind == N_SPEC_CHAN)
        fprintf(out, " %s", direction(n->op));
    if (n->tok)
        fprintf(out, " %.*s", (int)u->toks[n->tok].len, tok_text(u, n->tok));
    if (n->tok2)
        fprintf(out, " %.*s", (int)u->toks[n->tok2].len, tok_text(u, n->tok2));
    if (n->sym && n->sym->kind == S_BUILTIN)
        fprintf(out, " (predeclared)");
    else if (n->sym && n->sym->tok)
        fprintf(out, " (%s %s %u:%u)", n->sym->kind <= S_FUNC ? storage_name(n->sym) : "is",
                symbol_kind_name(n->sym->kind), u->toks[n->sym->tok].line,
                u->toks[n->sym->tok].col);
    if (n->first <= n->last)
        fprintf(out, " [%u:%u-%u:%u]", u->toks[n->first].line, u->toks[n->first].col,
                u->toks[n->last].line, u->toks[n->last].col + u->toks[n->last].len - 1);
    fputc('\n', out);
}

void ast_dump(const struct unit *u, FILE *out) {
    int depth = 0;
    for (const struct node *n = u->root; n;) {
        bool skip = depth == 1 && n->first <= n->last && (u->toks[n->first].flags & TOK_SYSTEM);
        if (!skip)
            dump_node(u, n, depth, out);
        if (n->kid && !skip) {
            n = n->kid;
            depth++;
            continue;
        }
        while (n && !n->next) {
            n = n->parent;
            depth--;
        }
        if (n)
            n = n->next;
    }
}
