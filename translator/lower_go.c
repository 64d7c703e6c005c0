/* SPDX-License-Identifier: MIT */
/*
 * go, and what it shares with defer: arguments stored in a struct, a function that takes them.
 *
 *   void f(void)                   struct gocc__go1 { int a1; };
 *   {                              static void gocc__go1(void *);
 *       go work(x + 1);            void f(void)
 *   }                              {
 *                                      { struct gocc__go1 g; g.a1 = x + 1;
 *                                        gocc__go(gocc__go1, &g, sizeof g, 0); }
 *                                  }
 *                                  static void gocc__go1(void *args)
 *                                  { struct gocc__go1 *g = args; work(g->a1); }
 *
 *   go { c <- x; }                 { struct f_go1 g = {c, x}; gocc__go(f_go1, &g, sizeof g, 1); }
 *                                  static void f_go1(void *args)
 *                                  { struct f_go1 *g = args; gocc__chan_int_t c = g->c; int x =
 * g->x; { gocc__chan_send(c, &(int){x}); } }
 *
 * The struct stands in front of the function unless a member's type is local to the function: then
 * it is written in both places, after the local types, which C takes for compatible layouts.
 * Counted handles come first in it, for the runtime retains that many pointers.  Constants are not
 * stored but written again in the thunk.
 */
#include "cc.h"

#include <stdlib.h>
#include <string.h>

/* ---- records ---- */

void record_begin(struct lower *l, struct record *r, const char *name, bool is_defer) {
    *r = (struct record){.tag = lower_global_name(l, name), .is_defer = is_defer};
    r->g = lower_name(l, "g");
    r->args = lower_name(l, "args");
    if (is_defer)
        r->link = lower_name(l, "link");
}

struct field *record_add(struct lower *l, struct record *r, const char *name, struct type *t) {
    if (r->nfields == r->room) {
        struct field *old = r->fields;
        r->room = r->room ? 2 * r->room : 8;
        r->fields = arena_alloc(l->u->arena, (size_t)r->room * sizeof *r->fields);
        if (old)
            memcpy(r->fields, old, (size_t)r->nfields * sizeof *old);
    }
    struct field *f = &r->fields[r->nfields++];
    f->name = name;
    f->type = t;
    return f;
}

static void add_members(struct lower *l, struct record *r, struct buf *b, const char *in,
                        bool handles) {
    for (int i = 0; i < r->nfields; i++) {
        struct field *f = &r->fields[i];
        if (f->in_place || f->handle != handles)
            continue;
        buf_printf(b, "\n%s\t%s;", in, type_print(l->u, type_unqual(l->u, f->type), f->name));
    }
}

/* struct tag { … }, handles first; in: what every line of it is further in. */
char *record_struct(struct lower *l, struct record *r, const char *in) {
    struct buf b = {0};
    buf_printf(&b, "struct %s {", r->tag);
    if (r->link)
        buf_printf(&b, "\n%s\tstruct gocc__defer %s;", in, r->link);
    add_members(l, r, &b, in, true);
    add_members(l, r, &b, in, false);
    buf_printf(&b, "\n%s}", in);
    char *s = arena_printf(l->u->arena, "%.*s", (int)b.n, b.s);
    buf_free(&b);
    return s;
}

static bool has_fields(const struct record *r) {
    for (int i = 0; i < r->nfields; i++)
        if (!r->fields[i].in_place)
            return true;
    return false;
}

bool record_is_empty(const struct record *r) {
    return !r->link && !has_fields(r);
}

static const char *record_name(struct lower *l, struct record *r) {
    return r->shared ? arena_printf(l->u->arena, "struct %s", r->tag) : record_struct(l, r, "\t");
}

void lower_before(struct lower *l, const char *s) {
    uint32_t indent = l->indent;
    l->indent = 0;
    emit_lines(l, &l->before, s);
    buf_puts(&l->before, ";\n");
    l->indent = indent;
}

void record_settle(struct lower *l, struct record *r) {
    r->shared = true;
    for (int i = 0; i < r->nfields; i++) {
        struct field *f = &r->fields[i];
        f->handle = !r->is_defer && !f->in_place && type_is_handle(l->u, f->type);
        r->nhandles += f->handle;
        r->shared = r->shared && (f->in_place || type_printable_at_file_scope(l->u, f->type));
    }
}

void record_declare(struct lower *l, struct record *r) {
    if (r->shared && !record_is_empty(r))
        lower_before(l, record_struct(l, r, ""));
    buf_printf(&l->before, "static void %s(void *);\n", r->tag);
}

/* T v = value; and a copy of its bytes, where a const member forbids an assignment. */
static void store_fixed(struct lower *l, struct field *f, const char *into) {
    const char *v = lower_name(l, "v");
    emit_glue(l, "{ %s = ", lower_type(l, type_unqual(l->u, f->type), v));
    if (f->arg)
        emit_node(l, f->arg);
    else
        emit_glue(l, "%s", f->init);
    emit_glue(l, "; __builtin_memcpy((void *)&%s%s, &%s, sizeof %s); }\n\t", into, f->name, v, v);
}

static bool has_vla(const struct type *t) {
    for (; t->kind == TY_POINTER || t->kind == TY_ARRAY; t = t->base)
        if (t->vla)
            return true;
    return false;
}

/* Each value to its member, in source order. */
void record_store(struct lower *l, struct record *r, const char *into) {
    for (int i = 0; i < r->nfields; i++) {
        struct field *f = &r->fields[i];
        if (f->in_place)
            continue;
        if (type_is_record(f->type) && type_is_fixed(l->u, f->type)) {
            store_fixed(l, f, into);
            continue;
        }
        emit_glue(l, "%s%s", into, f->name);
        if (f->arg && has_vla(expr_type(l->u, f->arg))) {
            emit_glue(l, " = (void *)(");
            emit_node(l, f->arg);
            emit_glue(l, ")");
        } else if (f->arg) {
            lower_equals_here(l, f->arg->first);
            emit_node(l, f->arg);
        } else {
            emit_glue(l, " = %s", f->init);
        }
        emit_glue(l, ";\n\t");
    }
}

/* ---- calls ---- */

static const struct {
    const char *name, *callee, *tail;
} runtime_calls[] = {
    {"close", "gocc__chan_close", ""},        {"panic", "gocc__panic", ""},
    {"panic_value", "gocc__panic_value", ""}, {"release", "gocc__release", ", 0, 0"},
    {"retain", "gocc__retain", ", 0, 0"},     {"recover", "(void)", "0"},
    {"recover_value", "(void)", "0"},
};

static void add_pointer_to_void(struct lower *l, struct record *r, const char *name,
                                const char *init) {
    struct field *f = record_add(l, r, name, type_pointer(l->u, type_basic(TY_VOID)));
    f->init = init;
}

/* defer recover(); recovers what the function that the defer belongs to could recover itself: by
 * whom that was called is asked now. */
static bool plan_recover(struct lower *l, struct record *r, struct node *call) {
    struct body *b = lower_body_of(l, call);
    if (!r->is_defer || !b || b->is_go)
        return false;
    if (!expr_is_builtin_call(l->u, call, "recover") &&
        !expr_is_builtin_call(l->u, call, "recover_value"))
        return false;
    r->callee = "(void)gocc__recover_deferred";
    r->tail = "";
    add_pointer_to_void(
        l, r, "who",
        b->is_defer ? b->args : arena_printf(l->u->arena, "__extension__ (void *)%s", b->name));
    add_pointer_to_void(l, r, "from", b->is_defer ? "(void *)0" : "__builtin_return_address(0)");
    return true;
}

static bool plan_runtime_call(struct lower *l, struct record *r, struct node *call) {
    for (size_t i = 0; i < sizeof runtime_calls / sizeof *runtime_calls; i++) {
        if (!expr_is_builtin_call(l->u, call, runtime_calls[i].name))
            continue;
        r->callee = runtime_calls[i].callee;
        r->tail = runtime_calls[i].tail;
        if (l->u->opt->debug && *r->tail == ',')
            r->tail = arena_printf(l->u->arena, ", %s",
                                   emit_place_text(l, call->first, l->u->toks[call->first].line));
        return true;
    }
    return false;
}

static bool is_constant(const struct node *e) {
    while (e->kind == N_PAREN || e->kind == N_UNARY)
        e = e->kid;
    return e->kind == N_CONST || e->kind == N_STRING;
}

static struct type *callee_type(struct lower *l, struct node *callee) {
    struct type *t = type_decay(l->u, expr_type(l->u, callee));
    if (t->kind == TY_POINTER && t->base->kind == TY_FUNC)
        return t->base;
    return NULL;
}

/* A function at file scope is called by its name, anything else through a pointer. */
static void plan_callee(struct lower *l, struct record *r, struct node *callee) {
    struct node *e = expr_strip(callee);
    bool by_name = e->kind == N_IDENT && (!e->sym || e->sym->kind == S_BUILTIN ||
                                          (e->sym->kind == S_FUNC && e->sym->depth == 0));
    if (by_name) {
        r->callee = ident_text(l->u, l->u->toks[e->tok].ident);
        r->undeclared = !e->sym || (l->func && e->sym->tok >= l->func->first &&
                                    e->sym->tok <= l->func->last); /* its own name */
        return;
    }
    r->by_pointer = true;
    struct field *f = record_add(l, r, "fn", type_decay(l->u, expr_type(l->u, callee)));
    f->arg = callee;
    r->callee = "fn";
}

/* For int (*)[n], whose n may be a parameter of the callee, an address without a type; for a
 * transparent union, as connect() has, the type of what is passed. */
static struct type *arg_type(struct lower *l, struct type *func, uint32_t i, struct node *arg) {
    bool known = func && !func->unprototyped && i < func->nparams &&
                 func->params[i]->kind != TY_UNION;
    struct type *t = type_decay(l->u, known ? func->params[i] : expr_type(l->u, arg));
    return has_vla(t) ? type_pointer(l->u, type_basic(TY_VOID)) : type_unqual(l->u, t);
}

void call_plan(struct lower *l, struct record *r, struct node *call) {
    struct node *callee = call->kid;
    struct type *func = NULL;
    r->tail = "";
    if (plan_recover(l, r, call))
        return;
    if (!plan_runtime_call(l, r, call)) {
        func = callee_type(l, callee);
        plan_callee(l, r, callee);
    }
    uint32_t i = 0;
    for (struct node *a = node_kid(call, 1)->kid; a; a = a->next, i++) {
        const char *name = arena_printf(l->u->arena, "a%u", i + 1);
        struct field *f = record_add(l, r, name, arg_type(l, func, i, a));
        f->arg = a;
        f->in_place = is_constant(a) || a->kind == N_TYPE_NAME;
    }
}

static const char *head(struct lower *l, struct record *r, const char *section) {
    return arena_printf(l->u->arena, "static __attribute__((%s))\nvoid %s(void *%s)", section,
                        r->tag, r->args);
}

/* The head stands in the place of the block: of a function that begins in glue clang does not warn.
 */
static void begin_block(struct lower *l, struct record *r, struct node *block,
                        const char *section) {
    if (l->u->opt->emit_c)
        emit_glue(l, "%s", head(l, r, section));
    else
        emit_word(l, block->first,
                  arena_printf(l->u->arena, "static __attribute__((%s)) void %s(void *%s)", section,
                               r->tag, r->args));
    emit_glue(l, "\n{\n\t");
}

/* The function text stands after the one it came from. */
static void keep_after(struct lower *l, struct buf text) {
    if (l->after.n && l->after.s[l->after.n - 1] != '\n')
        buf_puts(&l->after, "\n");
    buf_add(&l->after, text.s, text.n);
    buf_puts(&l->after, "\n");
    buf_free(&text);
}

/* Starts at file scope; the caller's indentation is for the caller to keep. */
static struct emit_saved begin_after(struct lower *l, struct node *n) {
    uint32_t here = n->first;
    struct emit_saved saved = emit_divert(l, false);
    l->here = here;
    l->indent = 0;
    if (l->u->opt->emit_c)
        emit_marker(l, here, false);
    return saved;
}

/* The call with its arguments out of the record.  Constants are written again: where they stand, so
   that the compiler may warn of their conversion, but only `once`. */
void call_write(struct lower *l, struct record *r, const char *from, bool once) {
    emit_glue(l, "%s%s(", r->by_pointer ? from : "", r->callee);
    for (int i = r->by_pointer; i < r->nfields; i++) {
        struct field *f = &r->fields[i];
        emit_glue(l, i > r->by_pointer ? ", " : "");
        if (f->in_place && once)
            emit_node(l, f->arg);
        else
            emit_glue(l, "%s%s", f->in_place ? "" : from,
                      f->in_place ? emit_node_text(l, f->arg) : f->name);
    }
    emit_glue(l, "%s)", r->tail);
}

/* struct gocc__go1 *g = args; */
static void take_arguments(struct lower *l, struct record *r, bool names_them) {
    if (has_fields(r))
        emit_glue(l, "%s *%s = %s;\n\t", record_name(l, r), r->g, r->args);
    else if (!names_them)
        emit_glue(l, "(void)%s;\n\t", r->args);
}

static const char *thunk_attributes(struct lower *l, struct record *r) {
    if (!r->is_defer)
        return "__section__(\"gocc_text\")";
    return l->u->opt->clang ? "__section__(\"gocc_thunk\"), __noinline__"
                            : "__section__(\"gocc_thunk\"), __noinline__, __noclone__";
}

/* static void gocc__go1(void *args) { struct gocc__go1 *g = args; f(g->a1); } */
void call_thunk(struct lower *l, struct record *r, struct node *call) {
    uint32_t indent = l->indent;
    struct emit_saved saved = begin_after(l, call);
    int lent = l->nlent;
    emit_glue(l, "%s\n{\n\t", head(l, r, thunk_attributes(l, r)));
    int opened = r->shared ? 0 : local_repeat(l, call, call->first);
    take_arguments(l, r, false);
    call_write(l, r, arena_printf(l->u->arena, "%s->", r->g), true);
    /* not a tail call: the runtime asks whether a thunk called the function that recovers */
    emit_glue(l, ";%s", r->is_defer ? "\n\t__asm__ volatile (\"\");" : "");
    local_close_blocks(l, opened + 1);
    l->indent = indent;
    local_return_tags(l, lent);
    keep_after(l, emit_restore(l, saved));
}

/* ---- blocks ---- */

/* The type of a variable as code of body b sees it: in a go block arrays have become pointers. */
static struct type *use_type(struct lower *l, struct body *b, struct symbol *s) {
    if (!b)
        return symbol_type(l->u, s);
    struct capture *c = capture_of(b->captures, s);
    if (!c)
        return symbol_type(l->u, s);
    if (b->is_go && c->by_value)
        return type_decay(l->u, use_type(l, b->up, s));
    return use_type(l, b->up, s);
}

/* &x as code of the body being written says it. */
static const char *address_of(struct lower *l, struct symbol *s, bool address) {
    const char *use = lower_use(l, l->body, s, address);
    if (!use)
        return arena_printf(l->u->arena, "&%s", ident_text(l->u, s->ident));
    return arena_printf(l->u->arena, "%.*s", (int)strlen(use) - 3, use + 2); /* (*p) is p */
}

/* t with a field of the record for every length in it that the compiler does not know.  e is what
   has this type, where the record is filled. */
static struct type *with_lengths(struct lower *l, struct record *r, const char *name, const char *e,
                                 struct type *t, int depth) {
    if (!has_vla(t))
        return t;
    struct type *own = type_new(l->u, t->kind);
    *own = *t;
    own->alias = NULL; /* its name means nothing in the lifted function */
    const char *element = arena_printf(l->u->arena, "*%s", e);
    if (t->vla) {
        const char *count = arena_printf(l->u->arena, depth > 1 ? "%s_n%d" : "%s_n", name, depth);
        struct field *f = record_add(l, r, lower_name(l, count), type_new(l->u, TY_ULONG));
        f->init = arena_printf(l->u->arena, "sizeof(%s) / sizeof(%s)", e, element);
        own->name = arena_printf(l->u->arena, "%s->%s", r->g, f->name);
    }
    own->base = with_lengths(l, r, name, element, t->base, depth + 1);
    return own;
}

/* What points to arrays of variable length travels as an address without a type, and the lengths.
 */
static void add_lengthy(struct lower *l, struct record *r, struct type *t, const char *name,
                        const char *init) {
    int at = r->nfields;
    const struct type *e = t->base;
    while (e->kind == TY_ARRAY || e->kind == TY_POINTER)
        e = e->base;
    bool is_const = e->quals & Q_CONST;
    struct type *any = type_qualify(l->u, type_basic(TY_VOID), is_const ? Q_CONST : 0);
    struct field *f = record_add(l, r, name, type_pointer(l->u, any));
    f->init = arena_printf(l->u->arena, "(%svoid *)%s", is_const ? "const " : "", init);
    struct type *local = with_lengths(l, r, name, init, t, 0);
    r->fields[at].local = local;
}

static void add_variable(struct lower *l, struct record *r, struct type *t, const char *name,
                         const char *init) {
    if (has_vla(t)) {
        add_lengthy(l, r, t, name, init);
        return;
    }
    struct field *f = record_add(l, r, name, t);
    f->init = init;
    f->local = t;
}

static void add_copy(struct lower *l, struct record *r, struct symbol *s) {
    const char *name = ident_text(l->u, s->ident), *use = lower_use(l, l->body, s, false);
    add_variable(l, r, type_decay(l->u, use_type(l, l->body, s)), name, use ? use : name);
}

static void add_pointer(struct lower *l, struct record *r, struct symbol *s, const char *name,
                        bool address) {
    struct type *t = address ? symbol_type(l->u, s) : use_type(l, l->body, s);
    add_variable(l, r, type_pointer(l->u, t), name, address_of(l, s, address));
}

static bool returns_value(struct node *n) {
    if (n->kind == N_RETURN && !node_absent(n->kid))
        return true;
    for (struct node *k = n->kid; k; k = k->next)
        if (returns_value(k))
            return true;
    return false;
}

static void add_result(struct lower *l, struct record *r, struct body *b) {
    struct field *f = record_add(l, r, lower_name(l, "result"), type_pointer(l->u, b->result));
    f->init = b->up->is_defer ? b->up->value : arena_printf(l->u->arena, "&%s", b->up->value);
    b->value = arena_printf(l->u->arena, "%s->%s", r->g, f->name);
}

void block_plan(struct lower *l, struct record *r, struct body *b) {
    for (struct capture *c = b->captures->first; c; c = c->next) {
        const char *name = ident_text(l->u, c->sym->ident);
        if (c->by_value && b->is_go)
            add_copy(l, r, c->sym);
        else if (c->by_value)
            add_pointer(l, r, c->sym, name, false);
        if (c->by_address)
            add_pointer(l, r, c->sym, c->pointer, true);
    }
    if (b->is_defer && b->result && b->result->kind != TY_VOID && returns_value(b->node->kid))
        add_result(l, r, b);
    b->name = r->tag;
}

/* ---- the lifted function ---- */

static void unpack(struct lower *l, struct record *r, struct body *b) {
    take_arguments(l, r, b->is_defer && b->recovers);
    for (int i = 0; i < r->nfields; i++) {
        struct field *f = &r->fields[i];
        if (f->local)
            emit_glue(l, "%s = %s->%s;\n\t", type_print(l->u, f->local, f->name), r->g, f->name);
    }
}

static bool captures_hide_repeated(struct lower *l, struct body *b) {
    bool hide = false;
    for (struct capture *c = b->captures->first; c; c = c->next)
        hide = hide || local_is_hidden_by(l, c->sym);
    return hide;
}

void block_lift(struct lower *l, struct record *r, struct body *b, struct node *block) {
    uint32_t indent = l->indent;
    struct emit_saved saved = begin_after(l, block);
    struct body *outside = l->body;
    int lent = l->nlent;
    l->body = b;
    begin_block(l, r, block,
                b->defers ? "__section__(\"gocc_text\"), __noinline__"
                          : "__section__(\"gocc_text\")");
    int opened = 1;
    if (!r->shared || local_is_used(l, block, block)) {
        opened += local_repeat(l, b->node, block->first);
        opened += captures_hide_repeated(l, b) ? local_open_block(l) : 0;
    }
    unpack(l, r, b);
    emit_node(l, block);
    local_close_blocks(l, opened);
    l->body = outside;
    l->indent = indent;
    local_return_tags(l, lent);
    keep_after(l, emit_restore(l, saved));
}

/* ---- go ---- */

/* Value after value, as the source has them; `g` is then complete. */
static void go_record(struct lower *l, struct record *r, struct node *n) {
    bool open = lower_stays_open(n);
    const char *g = r->g; /* what the lifted function calls its own; it is not this one */
    if (open)
        g = lower_name(l, arena_printf(l->u->arena, "%s%u", g, ++l->serial));
    if (record_is_empty(r)) {
        emit_glue(l, "gocc__go(%s, (void *)0, 0, 0);%s", r->tag, lower_stay(l, n));
        return;
    }
    emit_glue(l, "%s\n\t%s %s;\n\t", open ? ";" : "{", record_name(l, r), g);
    record_store(l, r, arena_printf(l->u->arena, "%s.", g));
    if (r->by_pointer)
        emit_glue(l, "if (!%s.fn)\n\t\tgocc__go_check((void *)0);\n\t", g);
    emit_glue(l, "gocc__go(%s, &%s, sizeof %s, %d);%s", r->tag, g, g, r->nhandles,
              open ? "" : "\n}");
}

static uint32_t lower_go_call(struct lower *l, struct node *n) {
    struct node *call = expr_strip(n->kid);
    struct record r;
    record_begin(l, &r, "gocc__go", false);
    call_plan(l, &r, call);
    record_settle(l, &r);
    record_declare(l, &r);
    call_thunk(l, &r, call);
    go_record(l, &r, n);
    return lower_statement_end(l, n);
}

uint32_t lower_go(struct lower *l, struct node *n) {
    if (!stmt_is_block(n))
        return lower_go_call(l, n);
    struct body *b = lower_body_at(l, n);
    struct record r;
    const char *func = l->func && l->func->sym ? ident_text(l->u, l->func->sym->ident) : "f";
    record_begin(l, &r, arena_printf(l->u->arena, "%s_go", func), false);
    block_plan(l, &r, b);
    record_settle(l, &r);
    record_declare(l, &r);
    block_lift(l, &r, b, n->kid);
    go_record(l, &r, n);
    return n->last;
}
