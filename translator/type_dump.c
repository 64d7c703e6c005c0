/* SPDX-License-Identifier: MIT */
/*
 * --dump-types: the program again, with what we believe of its expressions as assertions.
 *
 *     n = a[i] + 1;   ->   _Static_assert(__builtin_types_compatible_p(__typeof__(n), int), "1:
 * n"); … a[i], i, a[i] + 1 … n = a[i] + 1;
 *
 * The host compiler is the judge: a file whose dump compiles was typed as the compiler types it.
 * So any C program is a test of type.c, decl.c, expr.c and const.c.
 */
#include "cc.h"

#include <string.h>

struct dump {
    struct unit *u;
    FILE *out;
    size_t at; /* the text before this offset is written */
    struct buf asserts;
    uint32_t known, unknown;
};

static void copy_until(struct dump *d, size_t end) {
    if (end > d->at)
        fwrite(d->u->text + d->at, 1, end - d->at, d->out);
    if (end > d->at)
        d->at = end;
}

/* Trivia may hold linemarkers, so the tokens are joined anew. */
static void add_source(struct dump *d, const struct node *e) {
    for (uint32_t i = e->first; i <= e->last; i++) {
        buf_add(&d->asserts, tok_text(d->u, i), d->u->toks[i].len);
        buf_add(&d->asserts, " ", 1);
    }
}

static bool cannot_repeat(const struct node *e) {
    if (e->kind == N_STMT_EXPR || e->kind == N_LABEL_ADDR)
        return true;
    if ((e->kind == N_SPEC_RECORD || e->kind == N_SPEC_ENUM) && e->kid && e->kid->kind == N_LIST)
        return true;
    for (const struct node *k = e->kid; k; k = k->next)
        if (cannot_repeat(k))
            return true;
    return false;
}

static bool varies(const struct type *t) {
    for (; t; t = t->base)
        if (t->vla || t->kind == TY_UNKNOWN)
            return true;
    return false;
}

static void assert_type(struct dump *d, struct node *e) {
    struct type *t = expr_type(d->u, e);
    int64_t value;
    if (e->kind == N_IDENT && t->kind == TY_UNKNOWN && (!e->sym || e->sym->kind == S_BUILTIN))
        return; /* a builtin, which has no type of its own */
    uint32_t line = d->u->toks[e->tok ? e->tok : e->first].line;
    if (t->kind == TY_UNKNOWN) {
        d->unknown++;
        buf_printf(&d->asserts, " /* line %u: %s of unknown type */", line,
                   node_kind_name(e->kind));
    } else {
        d->known++;
    }
    if (varies(t) || expr_bit_field_width(d->u, e) >= 0)
        return;
    buf_puts(&d->asserts, " _Static_assert(__builtin_types_compatible_p(__typeof__(");
    add_source(d, e);
    buf_printf(&d->asserts, "), %s), \"line %u: ", type_print(d->u, t, NULL), line);
    for (uint32_t i = e->first; i <= e->last; i++)
        for (uint32_t k = 0; k < d->u->toks[i].len; k++)
            if (!strchr("\"\\'", tok_text(d->u, i)[k]))
                buf_add(&d->asserts, tok_text(d->u, i) + k, 1);
    buf_puts(&d->asserts, "\");");
    if (e->kind == N_IDENT || !expr_const(d->u, e, &value))
        return;
    buf_puts(&d->asserts, " _Static_assert((");
    add_source(d, e);
    buf_printf(&d->asserts, ") == (__typeof__(%s))%lluULL, \"value at line %u\");",
               type_print(d->u, t, NULL), (unsigned long long)value, line);
}

static bool is_expression(const struct node *n) {
    return n->kind >= N_IDENT && n->kind <= N_COMMA && n->kind != N_GENERIC_ASSOC;
}

static void assert_below(struct dump *d, struct node *n) {
    if (n->kind == N_COMPOUND || n->kind == N_ASM || n->kind == N_SPECS || n->kind == N_TYPE_NAME ||
        n->kind == N_OFFSETOF || (n->kind == N_FOR && n->kid && n->kid->kind == N_DECL) ||
        n->kind == N_FUNC)
        return;
    if (is_expression(n) && n->last - n->first < 60 && !cannot_repeat(n))
        assert_type(d, n);
    for (struct node *k = n->kid; k; k = k->next)
        if (!(n->kind == N_INIT && k == n->kid)) /* designators */
            assert_below(d, k);
}

static void dump_blocks(struct dump *d, struct node *n);

static void dump_item(struct dump *d, struct node *item) {
    bool labelled = node_is_label(item) || item->kind == N_LOCAL_LABELS ||
                    item->kind == N_STATIC_ASSERT;
    const struct unit *u = d->u;
    d->asserts.n = 0;
    bool plain = item->kind == N_EXPR_STMT || item->kind == N_DECL || item->kind == N_DEFINE ||
                 item->kind == N_SEND;
    if (!labelled && (plain || !item->has_construct))
        assert_below(d, item);
    struct buf mine = d->asserts;
    d->asserts = (struct buf){0};
    bool after = item->kind == N_DECL || item->kind == N_DEFINE;
    if (!after && mine.n) {
        copy_until(d, u->toks[item->first].off);
        fwrite(mine.s, 1, mine.n, d->out);
    }
    dump_blocks(d, item);
    if (after && mine.n) {
        copy_until(d, u->toks[item->last].off + u->toks[item->last].len);
        fwrite(mine.s, 1, mine.n, d->out);
    }
    buf_free(&mine);
}

static void dump_blocks(struct dump *d, struct node *n) {
    for (struct node *k = n->kid; k; k = k->next) {
        if (n->kind == N_COMPOUND)
            dump_item(d, k);
        else
            dump_blocks(d, k);
    }
}

void type_dump(struct unit *u, FILE *out) {
    struct dump d = {.u = u, .out = out};
    dump_blocks(&d, u->root);
    copy_until(&d, u->len);
    fprintf(out, "/* types: %u known, %u unknown */\n", d.known, d.unknown);
    buf_free(&d.asserts);
}
