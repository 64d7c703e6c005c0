/* SPDX-License-Identifier: MIT */
/*
 * Channels: types, make, send, receive, and the other words that are calls.
 *
 *   chan int c;             gocc__chan_int_t c;
 *   c = make(chan int, n);  c = gocc__chan_make(sizeof(int), n);
 *   c <- 1;                 gocc__chan_send(c, &(int){1});
 *   s <- point(1, 2);       { struct pt v = point(1, 2); gocc__chan_send(s, &v); }
 *   f(<-c);                 f(__extension__ ({ int v; gocc__chan_recv(c, &v); v; }));
 *   x = <-c;                gocc__chan_recv(c, &x);
 *   close(c);               gocc__chan_close(c);
 *
 * A value is converted where C converts as by assignment, with the user's tokens as the
 * initialiser, so the host compiler's conversion warnings come out at the right place.
 */
#include "cc.h"

#include <string.h>

/* ---- types ---- */

bool chan_is_discard(struct unit *u, struct node *n) {
    return n->kind == N_IDENT && tok_is(u, n->tok, "_");
}

bool chan_is_void(const struct type *elem) {
    return elem->kind == TY_VOID;
}

/* A typedef and not `struct …  *`: it binds as the specifier that it stands for. */
const char *chan_typedef(struct lower *l, struct type *elem) {
    return arena_printf(l->u->arena, "gocc__chan_%s_t", type_mangle(l->u, elem));
}

static struct type *spec_elem(struct lower *l, struct node *spec) {
    struct node *k = spec->kid;
    return k->kind == N_TYPE_NAME ? type_name_type(l->u, k) : specs_type(l->u, k);
}

static bool defines_type(const struct node *n) {
    if ((n->kind == N_SPEC_RECORD || n->kind == N_SPEC_ENUM) && !node_absent(n->kid))
        return true;
    for (const struct node *k = n->kid; k; k = k->next)
        if (defines_type(k))
            return true;
    return false;
}

/* `chan struct pt { int x; } c;` must still define struct pt. */
uint32_t lower_spec_chan(struct lower *l, struct node *n) {
    const char *name = chan_typedef(l, spec_elem(l, n));
    if (!defines_type(n->kid)) {
        emit_glue(l, "%s", name);
        return n->last;
    }
    bool parenthesised = n->kid->kind == N_TYPE_NAME; /* and its range has the parentheses */
    emit_glue(l, parenthesised ? "__typeof__(((void)sizeof" : "__typeof__(((void)(");
    emit_node(l, n->kid);
    emit_glue(l, "%s, (%s)0))", parenthesised ? "" : " *)0", name);
    return n->last;
}

/* Of both directions: they share one C type. */
static char *show_channel(struct lower *l, struct node *spec) {
    struct type *t = type_new(l->u, TY_CHAN);
    t->dir = CHAN_BOTH;
    t->base = spec_elem(l, spec);
    return type_show(l->u, t);
}

static void declare_channel(struct lower *l, struct node *spec) {
    const char *mangled = type_mangle(l->u, spec_elem(l, spec));
    const char *name = arena_printf(l->u->arena, "gocc__chan_%s_t", mangled);
    uint32_t before = l->u->nidents;
    if (ident_intern(l->u, name, strlen(name)) < before)
        return;
    buf_printf(&l->out, "typedef struct gocc__chan_%s *%s;\n", mangled, name);
    if (l->u->opt->channels)
        buf_printf(l->u->opt->channels, "gocc__chan_%s\t%s\n", mangled, show_channel(l, spec));
}

static const char *prelude_text(const struct translate_options *opt) {
    if (opt->aarch64)
        return gocc_prelude_aarch64;
    return opt->sanitized ? gocc_prelude_sanitized : gocc_prelude;
}

static void start_line(struct lower *l) {
    if (l->out.n && l->out.s[l->out.n - 1] != '\n')
        buf_puts(&l->out, "\n");
}

/* What counts how often lines are run wants to show the lines, and gives up where there is no such
   file: abi.h becomes the beginning of a header that is installed. */
static void write_covered(struct lower *l, const char *text) {
    buf_puts(&l->out, "# 1 ");
    buf_quote(&l->out, l->u->opt->glue_file);
    buf_puts(&l->out, " 3\n");
    for (const char *next; *text; text = next) {
        next = strchr(text, '\n') + 1;
        bool directive = *text == '#';
        if (directive)
            start_line(l);
        buf_add(&l->out, text, next - text - !directive);
        buf_puts(&l->out, directive ? "" : " ");
    }
    start_line(l);
}

static void prepare_channel(struct lower *l, struct node *spec) {
    tag_plan_element(l, spec);
    declare_channel(l, spec);
}

void chan_prelude(struct lower *l) {
    start_line(l);
    if (l->u->opt->glue_file)
        write_covered(l, prelude_text(l->u->opt));
    else
        buf_printf(&l->out, "# 1 \"gocc/abi.h\" 3\n%s", prelude_text(l->u->opt));
    tag_plan(l);
    for (uint32_t i = 0; i < l->u->nconstructs; i++) {
        struct node *n = l->u->constructs[i];
        if (n->kind == N_SPEC_CHAN)
            prepare_channel(l, n);
        for (struct node *k = n->kind == N_SPECS ? n->kid : NULL; k; k = k->next)
            if (k->kind == N_SPEC_CHAN)
                prepare_channel(l, k);
    }
}

struct type *chan_elem(struct lower *l, struct node *e) {
    struct type *t = type_decay(l->u, expr_type(l->u, e));
    return t->kind == TY_CHAN ? type_unqual(l->u, t->base) : NULL;
}

/* ---- send ---- */

static bool is_scalar(const struct type *t) {
    return t->kind != TY_STRUCT && t->kind != TY_UNION && t->kind != TY_VECTOR &&
           t->kind != TY_ARRAY;
}

/* A variable, member or element whose address may stand for its value. */
bool chan_addressable(struct lower *l, struct node *e, struct type *elem) {
    e = expr_strip(e);
    if (!node_is_lvalue(l->u, e) || !lower_simple(l, e))
        return false;
    if (e->kind == N_IDENT && (!e->sym || e->sym->storage == STORAGE_REGISTER))
        return false;
    struct type *t = expr_type(l->u, e);
    return !(t->quals & (Q_VOLATILE | Q_ATOMIC)) && type_same(t, elem);
}

/* What a send wants: a pointer to the value, converted.  False: there must be a variable. */
static bool value_pointer(struct lower *l, struct node *v, struct type *elem) {
    if (node_absent(v)) {
        emit_glue(l, "(void *)0");
    } else if (is_scalar(elem)) {
        emit_glue(l, "&(%s){", lower_type(l, elem, NULL));
        emit_node(l, v);
        emit_glue(l, "}");
    } else if (chan_addressable(l, v, elem)) {
        emit_glue(l, "&");
        emit_node(l, v);
    } else {
        return false;
    }
    return true;
}

static bool needs_variable(struct lower *l, struct node *v, struct type *elem) {
    return !node_absent(v) && !is_scalar(elem) && !chan_addressable(l, v, elem);
}

/* The channel is evaluated first; that shows only if the value has side effects too. */
bool chan_goes_first(struct lower *l, struct node *c, struct node *v) {
    return !lower_simple(l, c) && !node_absent(v) && !lower_simple(l, v);
}

/* A call of the runtime that stands in the user's place: what the host compiler says of it, such as
   that an operand has no value yet, is said of his code. */
void chan_call(struct lower *l, uint32_t tok, const char *function) {
    emit_glue_at(l, tok, function);
    emit_glue(l, "(");
}

/* A name for a statement that has no braces, or in braces. */
static const char *block_name(struct lower *l, const char *want, bool open) {
    return lower_name(l, open ? arena_printf(l->u->arena, "%s%u_", want, ++l->serial) : want);
}

static void send_in_block(struct lower *l, struct node *n, struct type *elem) {
    struct node *c = node_kid(n, 0), *v = node_kid(n, 1);
    bool first = chan_goes_first(l, c, v), open = lower_stays_open(n);
    const char *chan = block_name(l, "c", open), *value = block_name(l, "v", open);
    emit_glue(l, open ? "; " : "{ ");
    if (first) {
        emit_glue(l, "void *%s = ", chan);
        emit_node(l, c);
        emit_glue(l, "; ");
    }
    emit_glue(l, "%s = ", lower_type(l, elem, value));
    emit_node(l, v);
    emit_glue(l, "; ");
    chan_call(l, c->first, "gocc__chan_send");
    if (first)
        emit_glue(l, "%s", chan);
    else
        emit_node(l, c);
    emit_glue(l, ", &%s);%s", value, open ? "" : " }");
}

uint32_t lower_send(struct lower *l, struct node *n) {
    struct node *c = node_kid(n, 0), *v = node_kid(n, 1);
    struct type *elem = chan_elem(l, c);
    if (!elem) { /* C: x<-1; compares */
        emit_node(l, n);
        return n->last;
    }
    if (needs_variable(l, v, elem) || chan_goes_first(l, c, v)) {
        send_in_block(l, n, elem);
        return lower_statement_end(l, n);
    }
    chan_call(l, c->first, "gocc__chan_send");
    emit_node(l, c);
    emit_glue(l, ", ");
    value_pointer(l, v, elem);
    emit_glue(l, ");");
    return lower_statement_end(l, n);
}

/* ---- receive ---- */

/* What has the received value, where the arrow stands: a warning of its conversion is the user's.
 */
void chan_value(struct lower *l, struct node *recv, const char *value) {
    if (l->u->opt->emit_c)
        emit_glue(l, "%s", value);
    else
        emit_word(l, recv->tok, value);
}

/* (<-c, x), (void)<-c, for (;; <-c) */
static bool is_discarded(struct lower *l, struct node *n) {
    while (n->parent && n->parent->kind == N_PAREN)
        n = n->parent;
    struct node *up = n->parent;
    switch (up ? up->kind : N_NONE) {
    case N_COMMA:
        return up->kid == n || is_discarded(l, up);
    case N_CAST:
        return expr_type(l->u, up)->kind == TY_VOID;
    case N_FOR:
        return up->kid == n || node_kid(up, 2) == n;
    default:
        return false;
    }
}

/* p = <-call(&(struct request){1}), in an expression: a block of ours would end the literal. */
static void recv_without_block(struct lower *l, struct node *n, struct type *elem) {
    emit_glue(l, "(*(%s)", lower_type(l, type_pointer(l->u, elem), NULL));
    chan_call(l, n->tok, "gocc__chan_recv_at");
    emit_node(l, n->kid);
    emit_glue(l, ", &(%s){0}))", lower_type(l, elem, NULL));
}

uint32_t lower_recv(struct lower *l, struct node *n) {
    struct type *elem = chan_elem(l, n->kid);
    if (!l->func && !node_enclosing(n, N_FUNC)) { /* only its type can matter */
        emit_glue(l, "(*(%s)0)", lower_type(l, type_pointer(l->u, elem), NULL));
    } else if (chan_is_void(elem) || is_discarded(l, n)) {
        chan_call(l, n->tok, "gocc__chan_recv");
        emit_node(l, n->kid);
        emit_glue(l, ", (void *)0)");
    } else if (lower_has_literal(n->kid)) {
        recv_without_block(l, n, elem);
    } else {
        const char *v = lower_name(l, "v");
        bool open = !l->u->opt->emit_c;
        if (open)
            emit_word(l, n->tok, "("); /* here gcc places a warning of the conversion */
        emit_glue(l, "__extension__ ");
        chan_value(l, n, "("); /* and here clang */
        emit_glue(l, "{ %s; ", lower_type(l, elem, v));
        chan_call(l, n->tok, "gocc__chan_recv");
        emit_node(l, n->kid);
        emit_glue(l, ", &%s); %s; })%s", v, v, open ? ")" : "");
    }
    return n->last;
}

static void recv_statement(struct lower *l, struct node *recv) {
    chan_call(l, recv->tok, "gocc__chan_recv");
    emit_node(l, recv->kid);
    emit_glue(l, ", (void *)0);");
}

uint32_t lower_recv_statement(struct lower *l, struct node *n) {
    recv_statement(l, expr_strip(n->kid));
    emit_glue(l, "%s", lower_stay(l, n));
    return lower_statement_end(l, n);
}

/* A plain variable of exactly the element's type receives directly. */
bool chan_receives_directly(struct lower *l, struct node *e, struct type *elem) {
    return e->kind == N_IDENT && e->sym && e->sym->storage != STORAGE_REGISTER &&
           !expr_type(l->u, e)->quals && type_same(expr_type(l->u, e), elem);
}

/* *f() = <-g();  calls f first, as with two left sides: C leaves it open, and compilers differ. */
static void store_in_block(struct lower *l, struct node *n, struct node *assign) {
    emit_glue(l, "{ ");
    emit_glue(l, "%s ", place_find(l, assign->kid));
    emit_range(l, assign->kid->last + 1, n->last);
    emit_glue(l, " }");
}

uint32_t lower_recv_assign(struct lower *l, struct node *n) {
    struct node *assign = n->kid, *lhs = expr_strip(assign->kid);
    struct node *recv = expr_strip(assign->kid->next);
    if (chan_is_discard(l->u, lhs) && !lhs->sym) {
        recv_statement(l, recv);
        return lower_statement_end(l, n);
    }
    if (!lower_simple(l, lhs) && !lower_has_literal(assign)) {
        store_in_block(l, n, assign);
        return n->last;
    }
    if (!chan_receives_directly(l, lhs, chan_elem(l, recv->kid))) {
        emit_node(l, n);
        return n->last;
    }
    chan_call(l, recv->tok, "gocc__chan_recv");
    emit_node(l, recv->kid);
    emit_glue(l, ", &");
    emit_node(l, lhs);
    emit_glue(l, ");");
    return lower_statement_end(l, n);
}

/* ---- _Generic: directions are one type to the host compiler ---- */

static struct type *assoc_type(struct lower *l, struct node *assoc) {
    struct node *t = node_kid(assoc, 0);
    return node_absent(t) ? NULL : type_name_type(l->u, t);
}

static bool clashes(struct lower *l, struct node *assoc) {
    struct type *t = assoc_type(l, assoc);
    for (struct node *k = assoc->next; t && t->kind == TY_CHAN && k; k = k->next) {
        struct type *o = assoc_type(l, k);
        if (o && o->kind == TY_CHAN && type_same(t->base, o->base))
            return true;
    }
    return false;
}

static struct node *chosen(struct lower *l, struct node *n) {
    struct type *control = type_unqual(l->u, type_decay(l->u, expr_type(l->u, n->kid)));
    struct node *fallback = NULL;
    for (struct node *k = n->kid->next->kid; k; k = k->next) {
        struct type *t = assoc_type(l, k);
        if (!t)
            fallback = node_kid(k, 1);
        else if (type_same(t, control))
            return node_kid(k, 1);
    }
    return fallback;
}

/* Only where two associations would become the same: the choice is made here. */
uint32_t lower_generic(struct lower *l, struct node *n) {
    bool clash = false;
    for (struct node *k = n->kid->next->kid; k; k = k->next)
        clash = clash || clashes(l, k);
    struct node *e = clash ? chosen(l, n) : NULL;
    if (!e) {
        emit_node(l, n);
        return n->last;
    }
    emit_glue(l, "_Generic(");
    emit_node(l, n->kid);
    emit_glue(l, ", default: ");
    emit_node(l, e);
    emit_glue(l, ")");
    return n->last;
}

/* ---- calls of predeclared names ---- */

/* Would a void pointer become this channel by itself? */
static bool is_converted(struct lower *l, struct node *n) {
    struct node *p = n->parent;
    if (p->kind == N_ASSIGN)
        return n != p->kid && tok_is(l->u, p->tok, "=") && expr_type(l->u, p->kid)->kind == TY_CHAN;
    if (p->kind != N_DECLR || !p->sym || symbol_type(l->u, p->sym)->kind != TY_CHAN)
        return p->kind == N_DEFINE;
    for (struct node *k = p->sym->specs ? p->sym->specs->kid : NULL; k; k = k->next)
        if (k->kind == N_SPEC_CHAN || k->kind == N_SPEC_TYPEDEF)
            return true;
    return false;
}

static bool binds_closer_than_cast(const struct node *n) {
    int kind = n->parent->kind;
    return kind == N_SIZEOF || kind == N_MEMBER || kind == N_INDEX || kind == N_POST ||
           (kind == N_CALL && n->parent->kid == n);
}

/* Without a word of the host compiler's about the conversion. */
static void capacity(struct lower *l, struct node *size) {
    int64_t value;
    int kind = size ? type_unqual(l->u, expr_type(l->u, size))->kind : 0;
    bool widens = (kind >= TY_BOOL && kind <= TY_LONG) || kind == TY_LLONG ||
                  (size && expr_const(l->u, size, &value) && value >= 0);
    if (!size) {
        emit_glue(l, "0)");
        return;
    }
    emit_glue(l, widens ? "" : "(long long)(");
    emit_node(l, size);
    emit_glue(l, widens ? ")" : "))");
}

static void lower_make(struct lower *l, struct node *n) {
    struct node *type = node_kid(n, 1)->kid;
    struct type *elem = type_name_type(l->u, type)->base;
    const char *bytes = "0", *make = "gocc__chan_make";
    bool grouped = binds_closer_than_cast(n);
    if (!chan_is_void(elem))
        bytes = arena_printf(l->u->arena, "sizeof(%s)", lower_type(l, elem, NULL));
    if (!is_converted(l, n) || !l->u->opt->emit_c) /* -Wc++-compat knows no conversion */
        make = arena_printf(l->u->arena, "%s(%s)%s", grouped ? "(" : "", chan_typedef(l, elem),
                            make);
    chan_call(l, n->first, make);
    emit_glue(l, "%s, ", bytes);
    capacity(l, type->next);
    if (grouped)
        emit_glue(l, ")");
}

static char *place_text(struct lower *l, struct node *n) {
    if (!l->u->opt->debug)
        return arena_printf(l->u->arena, "0, 0");
    return emit_place_text(l, n->tok ? n->tok : n->first, l->u->toks[n->first].line);
}

/* The word, its argument, and the place in debug builds. */
static void lower_handle_call(struct lower *l, struct node *n, const char *word, bool value) {
    struct node *arg = node_kid(n, 1)->kid;
    struct type *t = type_unqual(l->u, type_decay(l->u, expr_type(l->u, arg)));
    value = value && n->parent->kind != N_EXPR_STMT;
    if (value)
        emit_glue(l, "((%s)", lower_type(l, t, NULL));
    emit_word(l, n->kid->first, word);
    emit_glue(l, "(");
    emit_node(l, arg);
    emit_glue(l, ", %s)%s", place_text(l, n), value ? ")" : "");
}

static void lower_word(struct lower *l, struct node *n, const char *word) {
    emit_word(l, n->kid->first, word);
    emit_range(l, n->kid->last + 1, n->last);
}

uint32_t lower_builtin(struct lower *l, struct node *n) {
    static const struct {
        const char *name, *word;
    } words[] = {
        {"len", "gocc__chan_len"},
        {"cap", "gocc__chan_cap"},
        {"close", "gocc__chan_close"},
        {"panic", "gocc__panic"},
        {"panic_value", "gocc__panic_value"},
    };
    if (expr_is_builtin_call(l->u, n, "make")) {
        lower_make(l, n);
        return n->last;
    }
    bool retain = expr_is_builtin_call(l->u, n, "retain");
    if (retain || expr_is_builtin_call(l->u, n, "release")) {
        lower_handle_call(l, n, retain ? "gocc__retain" : "gocc__release", retain);
        return n->last;
    }
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (expr_is_builtin_call(l->u, n, words[i].name)) {
            lower_word(l, n, words[i].word);
            return n->last;
        }
    }
    emit_node(l, n);
    return n->last;
}

uint32_t lower_close_statement(struct lower *l, struct node *n) {
    emit_node(l, n);
    if (expr_is_builtin_call(l->u, n->kid, "close") && *lower_stay(l, n))
        emit_glue(l, "%s", lower_stay(l, n));
    return n->last;
}
