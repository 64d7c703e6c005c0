/* SPDX-License-Identifier: MIT */
/*
 * defer, recover, and the frame of a function that has either.
 *
 *   int f(void)            struct gocc__defer1 { int a1; };
 *   {                      struct f_frame1 {
 *       defer g(x);            struct gocc__frame frame; int result; struct gocc__defer1 d1; };
 *       return 1;          static const struct gocc__deferred f_defers1[] = { … };
 *   }                      int f(void)
 *                          { struct f_frame1 f; f.result = 0;
 *                            if (gocc__frame_enter(&f.frame, f_defers1)) return f.result;
 *                            {
 *                                { f.d1.a1 = x; gocc__defer_arm(&f.frame, 1); }
 *                                { f.result = 1;
 *                                  if (gocc__defer_due(&f.frame, 1)) g(f.d1.a1);
 *                                  gocc__frame_leave(&f.frame); return f.result; }
 *                            } }
 *
 * The table (f_defers1) is for a panic, which calls the thunks of lower_go.c; its first entry says
 * how a result gets to the caller then.  One that does not fit a register, or whose type is not
 * known before the function, is a variable of its own, and the function lets __builtin_setjmp
 * return twice.  So it does under -fsanitize=address, where a function has more to give back than
 * the result: its locals may lie elsewhere than on the stack, and where, the compiler forgets on
 * ways that end in a panic, unless it knows that any call may come back.  A block becomes a
 * function that gets the record, with pointers to the variables it names.
 *
 * A function with a defer that may run twice in one call (in a loop, after a label) has a list
 * instead; the runtime allocates the records of such defers:
 *                            { struct gocc__defer3 *d = gocc__defer_alloc(&f.frame, sizeof *d);
 *                              d->a1 = i; gocc__defer_push(&f.frame, &d->link, gocc__defer3, g); }
 *                            { f.result = 1; gocc__frame_run(&f.frame);
 *                              gocc__frame_leave(&f.frame); return f.result; }
 */
#include "cc.h"

#include <string.h>

static bool has_result(const struct body *b) {
    return b->result && b->result->kind != TY_VOID;
}

/* ---- the frame ---- */

static bool ends_with_return(struct node *block) {
    struct node *last = block->kid;
    while (last && last->next)
        last = last->next;
    return last && last->kind == N_RETURN;
}

static bool is_main(struct lower *l, struct body *b) {
    return b->node->kind == N_FUNC && b->name && !strcmp(b->name, "main") && !b->up &&
           has_result(b) && l->func == b->node;
}

/* ---- the defers of a function ---- */

#define TABLE_MOST 24 /* how often defers may be written out, over all returns */

struct deferred {
    struct deferred *next, *newer; /* the one before it in the text, and behind it */
    struct node *node;
    struct record r;
    const char *member; /* its record in the frame's struct */
    bool alloc;         /* in a loop, after a label, or of a type that is local to the function */
    unsigned bit;
};

/* The names within its function are free for the next one, until it is written. */
static void plan_one(struct lower *l, struct body *b, struct node *n) {
    int names = l->nnames;
    struct deferred *d = arena_alloc(l->u->arena, sizeof *d);
    d->node = n;
    d->next = b->deferred;
    if (d->next)
        d->next->newer = d;
    else
        b->first_deferred = b->next_deferred = d;
    b->deferred = d;
    if (!stmt_is_block(n)) {
        record_begin(l, &d->r, "gocc__defer", true);
        call_plan(l, &d->r, expr_strip(n->kid));
    } else {
        struct body *inner = lower_body_at(l, n);
        const char *func = l->func && l->func->sym ? ident_text(l->u, l->func->sym->ident) : "f";
        record_begin(l, &d->r, arena_printf(l->u->arena, "%s_defer", func), true);
        inner->args = d->r.args;
        block_plan(l, &d->r, inner);
    }
    record_settle(l, &d->r);
    d->alloc = !d->r.shared || stmt_in_loop(n) || (b->first_label && b->first_label < n->first);
    d->member = lower_name(l, arena_printf(l->u->arena, "d%u", ++l->serial));
    l->nnames = names;
}

/* Counts the returns. */
static unsigned plan_defers(struct lower *l, struct body *b, struct node *n) {
    unsigned returns = n->kind == N_RETURN;
    if (n->kind == N_DEFER)
        plan_one(l, b, n);
    for (struct node *k = n->kid; k; k = k->next)
        if (!stmt_is_body(n))
            returns += plan_defers(l, b, k);
    return returns;
}

static bool may_be_table(struct body *b, unsigned returns) {
    unsigned n = 0;
    for (struct deferred *d = b->deferred; d; d = d->next, n++)
        if (d->r.undeclared || d->alloc)
            return false;
    return n < 32 && n * (returns + 1) <= TABLE_MOST;
}

/* Not the runtime's own, and not the compiler's, which have no address. */
static bool may_recover(const struct record *r) {
    static const char *const no[] = {"(", "gocc__", "__builtin_", "__sync_", "__atomic_", "__c11_"};
    for (size_t i = 0; i < sizeof no / sizeof *no; i++)
        if (r->by_pointer || !r->callee || strncmp(r->callee, no[i], strlen(no[i])) == 0)
            return false;
    return true;
}

/* What is called may ask for the panic: then the runtime must know it. */
static const char *function_of(struct lower *l, const struct record *r) {
    return may_recover(r) ? arena_printf(l->u->arena, "(void (*)(void))%s", r->callee)
                          : "(void *)0";
}

/* ---- the frame ---- */

static bool owns_result(const struct body *b) {
    return b->node->kind == N_FUNC && has_result(b);
}

/* struct s { int x; } *f(void): the type is first known in the function's own declaration. */
static bool defines_type(struct lower *l, const struct node *func) {
    for (uint32_t i = func->first; i < func->kid->last; i++)
        if (tok_is(l->u, i, "{"))
            return true;
    return false;
}

static bool is_noreturn(struct lower *l, const struct body *b) {
    return l->func && b->node == l->func && noreturn_declared(l, l->func);
}

/* Functions that must see a recovery themselves: one that gcc puts into its callers, noinline or
 * not, unless it calls setjmp, and those that give more registers back than the runtime knows of.
 */
static bool lands_itself(struct lower *l, const struct node *func) {
    static const char *const words[] = {"gnu_inline", "__gnu_inline__", "ms_abi", "__ms_abi__"};
    uint32_t body = node_kid(func, 3)->first;
    for (uint32_t i = func->first; i < body; i++)
        for (size_t k = 0; k < sizeof words / sizeof *words; k++)
            if (tok_is(l->u, i, words[k]))
                return true;
    return false;
}

/* How the runtime hands the result to the caller; NULL: it cannot. */
static const char *result_class(struct lower *l, const struct body *b) {
    if (is_noreturn(l, b))
        return NULL; /* comes back to itself, to say so */
    if (l->u->opt->address || (l->func == b->node && lands_itself(l, b->node)))
        return NULL;
    int kind = owns_result(b) ? b->result->kind : TY_VOID;
    if (kind == TY_VOID)
        return "GOCC__INTEGER";
    if (l->func != b->node || defines_type(l, b->node))
        return NULL;
    if (kind == TY_FLOAT || kind == TY_DOUBLE)
        return "GOCC__FLOAT";
    bool integer = (kind >= TY_BOOL && kind <= TY_ULLONG) || kind == TY_ENUM ||
                   kind == TY_POINTER || kind == TY_CHAN;
    return integer ? "GOCC__INTEGER" : NULL;
}

struct shape {
    const char *type, *class;
    bool list, member; /* the result is a member */
    struct buf members, entries;
};

static void write_function_entry(struct lower *l, struct body *b, struct shape *s) {
    const char *list = s->list ? "GOCC__LIST | " : "";
    if (s->member)
        buf_printf(&s->members, "\n\t%s;", lower_type(l, type_unqual(l->u, b->result), "result"));
    if (s->member)
        buf_printf(&s->entries,
                   "\n\t{(void *)0, (void *)0, __builtin_offsetof(struct %s, result), "
                   "%s%s | sizeof(%s)}",
                   s->type, list, s->class, lower_type(l, type_unqual(l->u, b->result), ""));
    else
        buf_printf(&s->entries, "\n\t{(void *)0, (void *)0, 0, %s%s}", list,
                   s->class ? s->class : "GOCC__JUMP | GOCC__SETJMP");
}

static void write_entry(struct lower *l, struct deferred *d, struct shape *s) {
    buf_printf(&s->entries, ",\n\t{%s, %s, ", d->r.tag, function_of(l, &d->r));
    if (record_is_empty(&d->r)) {
        buf_puts(&s->entries, "0, 0}");
        return;
    }
    buf_printf(&s->entries, "__builtin_offsetof(struct %s, %s), ", s->type, d->member);
    if (d->r.by_pointer)
        buf_printf(&s->entries, "__builtin_offsetof(struct %s, %s.fn)}", s->type, d->member);
    else
        buf_puts(&s->entries, "0}");
}

/* The oldest has bit 1; a list has no need of them. */
static void write_defers(struct lower *l, struct deferred *d, struct shape *s) {
    for (unsigned bit = 1; d; d = d->newer, bit <<= 1) {
        d->bit = bit;
        if (!s->list)
            d->r.link = NULL;
        record_declare(l, &d->r);
        if (!s->list)
            write_entry(l, d, s);
        if (!d->alloc && !record_is_empty(&d->r))
            buf_printf(&s->members, "\n\tstruct %s %s;", d->r.tag, d->member);
    }
}

/* The frame's type and its table, before the function. */
static void frame_declare(struct lower *l, struct body *b, struct shape *s) {
    struct arena *a = l->u->arena;
    const char *func = l->func && l->func->sym ? ident_text(l->u, l->func->sym->ident) : "f";
    s->type = lower_global_name(l, arena_printf(a, "%s_frame", func));
    b->table = lower_global_name(l, arena_printf(a, "%s_defers", func));
    write_function_entry(l, b, s);
    write_defers(l, b->first_deferred, s);
    lower_before(l, arena_printf(a, "struct %s {\n\tstruct gocc__frame frame;%.*s\n}", s->type,
                                 (int)s->members.n, s->members.s ? s->members.s : ""));
    lower_before(l, arena_printf(a, "static const struct gocc__deferred %s[] = {%.*s\n}", b->table,
                                 (int)s->entries.n, s->entries.s));
    buf_free(&s->members);
    buf_free(&s->entries);
}

/* The names first: blocks that return a value, which are planned then, want that of the result. */
static void frame_plan(struct lower *l, struct body *b, struct node *block, struct shape *s) {
    s->class = result_class(l, b);
    s->member = s->class && owns_result(b);
    b->top = lower_name(l, "f");
    b->frame = arena_printf(l->u->arena, "%s.frame", b->top);
    if (owns_result(b))
        b->value = s->member ? arena_printf(l->u->arena, "%s.result", b->top)
                             : lower_name(l, "result");
    s->list = b->list = !may_be_table(b, plan_defers(l, b, block));
    frame_declare(l, b, s);
}

/* After a panic that was recovered. */
static void return_recovered(struct lower *l, struct body *b) {
    if (is_noreturn(l, b))
        emit_glue(l,
                  "\n\t\tgocc__panic(\"return from %s, which may not return, after a recovered "
                  "panic\");\n",
                  b->name);
    else
        emit_glue(l, "\n\t\treturn%s%s;\n", owns_result(b) ? " " : "",
                  owns_result(b) ? b->value : "");
}

static void frame_open(struct lower *l, struct body *b, struct node *block) {
    struct shape s = {0};
    frame_plan(l, b, block, &s);
    emit_glue_at(l, block->first, "{"); /* having read this, gcc warns of the attributes */
    emit_glue(l, "\n\tstruct %s %s;\n\t", s.type, b->top);
    if (s.member)
        emit_glue(l, "%s = 0;\n\t", b->value);
    else if (owns_result(b))
        emit_glue(l, "%s = {0};\n\t", lower_type(l, type_unqual(l->u, b->result), b->value));
    if (s.class)
        emit_glue(l, "if (gocc__frame_enter(&%s, %s))", b->frame, b->table);
    else
        emit_glue(l, "gocc__frame_link(&%s, %s, %s%s);\n\tif (__builtin_setjmp(%s.jump))", b->frame,
                  b->table, owns_result(b) ? "&" : "(void *)", owns_result(b) ? b->value : "0",
                  b->frame);
    return_recovered(l, b);
}

/* Runs what has been deferred, the last first. */
static void frame_leave(struct lower *l, struct body *b) {
    for (struct deferred *d = b->list ? NULL : b->deferred; d; d = d->next) {
        emit_glue(l, "if (gocc__defer_due(&%s, %u))\n\t\t", b->frame, d->bit);
        if (!stmt_is_block(d->node))
            call_write(l, &d->r, arena_printf(l->u->arena, "%s.%s.", b->top, d->member), false);
        else if (record_is_empty(&d->r))
            emit_glue(l, "%s(&%s)", d->r.tag, b->frame);
        else
            emit_glue(l, "%s(&%s.%s)", d->r.tag, b->top, d->member);
        emit_glue(l, ";\n\t");
    }
    if (b->list)
        emit_glue(l, "gocc__frame_run(&%s);\n\t", b->frame);
    emit_glue(l, "gocc__frame_leave(&%s);", b->frame);
}

/* What a function returns that ends without `return`: in main 0, otherwise what a defer block gave.
   Where none may have given anything, the host compiler must still see that a return is missing. */
static void return_given(struct lower *l, struct body *b) {
    bool sure = is_main(l, b) || b->always_gives;
    if (!owns_result(b) || is_noreturn(l, b) || (!sure && !b->gives))
        return;
    const char *end = lower_name(l, "end");
    if (!sure)
        emit_glue(l, "\n\t__asm__ goto (\"\" : : : : %s);", end);
    emit_glue(l, "\n\treturn %s;", b->value);
    if (!sure)
        emit_glue(l, "\n\t%s: ;", end);
}

/* Before the last brace, not behind it: there the variables that the defers see are gone. */
static void frame_close(struct lower *l, struct body *b, struct node *block) {
    if (ends_with_return(block)) {
        emit_glue(l, "\n");
        return;
    }
    emit_glue(l, "\n\t");
    frame_leave(l, b);
    return_given(l, b);
    emit_glue(l, "\n");
}

static uint32_t end_outer(struct lower *l, struct node *block) {
    if (l->u->opt->emit_c)
        emit_glue(l, "\n}");
    else
        emit_word(l, block->last, "}"); /* where the host compiler misses a return */
    return block->last;
}

/* A function that recovers is known by who called it.  If it calls itself last, that must not
   become a jump to its beginning: an object whose address is known elsewhere forbids that. */
static uint32_t lower_recovering(struct lower *l, struct node *block) {
    const char *here = lower_name(l, "here");
    emit_glue(l,
              "{\n\t__attribute__((__unused__)) int %s = __extension__ ({\n\t\t"
              "__asm__ volatile (\"\" : : \"r\"(&%s) : \"memory\");\n\t\t0;\n\t});\n",
              here, here);
    emit_node(l, block);
    return end_outer(l, block);
}

uint32_t lower_frame(struct lower *l, struct node *block) {
    struct body *b = lower_body_at(l, block->parent);
    if (!b->defers && b->recovers && b->node->kind == N_FUNC)
        return lower_recovering(l, block);
    if (!b->defers) {
        emit_node(l, block);
        return block->last;
    }
    l->indent = b->node->kind == N_FUNC ? l->indent : 4; /* run_action puts it back */
    frame_open(l, b, block);
    emit_range(l, block->first, block->last - 1);
    frame_close(l, b, block);
    emit_range(l, block->last, block->last);
    return end_outer(l, block);
}

/* ---- return ---- */

/* What `return` takes is a whole expression, an assignment takes none with a comma. */
static void emit_value(struct lower *l, struct node *e) {
    emit_glue(l, e->kind == N_COMMA ? "(" : "");
    emit_node(l, e);
    emit_glue(l, e->kind == N_COMMA ? ")" : "");
}

/* The host compiler may store a struct part by part, and what computes a later part may panic. */
static bool is_stored_in_parts(const struct type *t, struct node *e) {
    bool parts = type_is_record(t) || t->kind == TY_VECTOR || t->kind == TY_INT128 ||
                 t->kind == TY_UINT128 || t->kind == TY_OTHER_ARITH;
    return parts && expr_strip(e)->kind != N_IDENT;
}

/* By a copy of its bytes, where a const member forbids an assignment. */
static void store_whole(struct lower *l, struct body *b, struct node *e, bool fixed) {
    const char *v = lower_name(l, "v");
    emit_glue(l, "{ %s = ", lower_type(l, type_unqual(l->u, b->result), v));
    emit_value(l, e);
    emit_glue(l, "; gocc__keep(); ");
    if (fixed)
        emit_glue(l, "__builtin_memcpy((void *)%s%s, &%s, sizeof %s); }\n\t",
                  b->is_defer ? "" : "&", b->value, v, v);
    else
        emit_glue(l, "%s%s = %s; }\n\t", b->is_defer ? "*" : "", b->value, v);
}

static void store_result(struct lower *l, struct body *b, struct node *e) {
    bool fixed = has_result(b) && type_is_record(b->result) && type_is_fixed(l->u, b->result);
    if (fixed || (has_result(b) && is_stored_in_parts(b->result, e))) {
        store_whole(l, b, e, fixed);
        return;
    }
    if (has_result(b)) {
        emit_glue(l, "%s%s", b->is_defer ? "*" : "", b->value);
        lower_equals(l, b->result, expr_type(l->u, e), e->first);
    }
    emit_value(l, e);
    emit_glue(l, ";\n\t");
}

/* Where the function wants a value and gets none, or the other way round, the host compiler says so
   of the user's word. */
static void emit_return(struct lower *l, struct body *b, struct node *n) {
    struct node *e = node_kid(n, 0);
    bool value = !node_absent(e) && !b->is_defer, wanted = has_result(b) && !b->is_defer;
    bool stray = value && !wanted && expr_type(l->u, e)->kind != TY_VOID;
    if (value == wanted || l->u->opt->emit_c)
        emit_glue(l, "return");
    else
        emit_word(l, n->first, stray ? "return 0" : "return");
    emit_glue(l, value && wanted ? " %s;\n}" : ";\n}", b->value);
}

/* &local, &local.m[1], an array's name */
static bool is_of_frame(struct unit *u, struct node *e) {
    bool address = e->kind == N_UNARY && tok_is(u, e->tok, "&");
    if (!address && expr_type(u, e)->kind != TY_ARRAY)
        return false;
    e = expr_strip(address ? e->kid : e);
    while ((e->kind == N_MEMBER && tok_is(u, e->tok - 1, ".")) ||
           (e->kind == N_INDEX && expr_type(u, e->kid)->kind == TY_ARRAY))
        e = expr_strip(e->kid);
    return e->kind == N_IDENT && e->sym && (e->sym->kind == S_VAR || e->sym->kind == S_PARAM) &&
           e->sym->depth > 0 && e->sym->storage != STORAGE_STATIC &&
           e->sym->storage != STORAGE_EXTERN && !e->sym->is_thread;
}

/* The host compiler warns of an address that a return takes along, not of one stored before. */
static void show_return(struct lower *l, struct body *b, struct node *e) {
    if (l->u->opt->emit_c || b->is_defer || !has_result(b) || !is_of_frame(l->u, expr_strip(e)))
        return;
    emit_glue(l, "if (0)\n\t\treturn ");
    emit_node(l, e);
    emit_glue(l, ";\n\t");
}

uint32_t lower_return(struct lower *l, struct node *n) {
    struct body *b = lower_body_of(l, n);
    struct node *e = node_kid(n, 0);
    bool value = !node_absent(e), stores = value && (b->defers || b->is_defer);
    if (!b->defers && !stores) {
        emit_node(l, n);
        return n->last;
    }
    emit_glue(l, "{\n\t");
    if (stores) {
        show_return(l, b, e);
        store_result(l, b, e);
    }
    if (b->defers) {
        frame_leave(l, b);
        emit_glue(l, "\n\t");
    }
    emit_return(l, b, n);
    return n->last;
}

/* ---- defer ---- */

/* Puts the record into the list. */
static void push(struct lower *l, struct body *owner, struct deferred *d) {
    struct record *r = &d->r;
    bool alloc = d->alloc;
    bool open = lower_stays_open(d->node);
    const char *to = alloc ? "->" : ".";
    const char *own = open ? arena_printf(l->u->arena, "d%u_", ++l->serial) : "d";
    const char *name = alloc ? lower_name(l, own)
                             : arena_printf(l->u->arena, "%s.%s", owner->top, d->member);
    emit_glue(l, open ? ";\n\t" : "{\n\t");
    if (alloc)
        emit_glue(l, "%s *%s = gocc__defer_alloc(&%s, sizeof *%s);\n\t",
                  r->shared ? arena_printf(l->u->arena, "struct %s", r->tag)
                            : record_struct(l, r, "\t"),
                  name, owner->frame, name);
    record_store(l, r, arena_printf(l->u->arena, "%s%s", name, to));
    const char *fn = r->by_pointer ? arena_printf(l->u->arena, "(void (*)(void))%s%sfn", name, to)
                                   : function_of(l, r);
    emit_glue(l, "gocc__defer_push(&%s, &%s%s%s, %s, %s);%s", owner->frame, name, to, r->link,
              r->tag, fn, open ? "" : "\n}");
}

static void arm(struct lower *l, struct body *owner, struct deferred *d) {
    bool open = lower_stays_open(d->node);
    emit_glue(l, open ? "" : "{\n\t");
    record_store(l, &d->r, arena_printf(l->u->arena, "%s.%s.", owner->top, d->member));
    emit_glue(l, "gocc__defer_arm(&%s, %u);%s", owner->frame, d->bit, open ? "" : "\n}");
}

uint32_t lower_defer(struct lower *l, struct node *n) {
    struct body *owner = lower_body_of(l, n);
    struct deferred *d = owner->next_deferred;
    if (!d || d->node != n) /* not in the order of the text */
        for (d = owner->deferred; d->node != n;)
            d = d->next;
    owner->next_deferred = d->newer;
    lower_hold(l, d->r.g);
    lower_hold(l, d->r.args);
    if (stmt_is_block(n))
        block_lift(l, &d->r, lower_body_at(l, n), n->kid);
    else
        call_thunk(l, &d->r, expr_strip(n->kid));
    if (owner->list)
        push(l, owner, d);
    else
        arm(l, owner, d);
    return stmt_is_block(n) ? n->last : lower_statement_end(l, n);
}

/* ---- recover ---- */

uint32_t lower_recover(struct lower *l, struct node *n) {
    bool text = expr_is_builtin_call(l->u, n, "recover");
    struct body *b = lower_body_of(l, n);
    if (!b || (!text && !expr_is_builtin_call(l->u, n, "recover_value"))) {
        emit_node(l, n);
        return n->last;
    }
    emit_word(l, n->kid->first, text ? "gocc__recover" : "gocc__recover_value");
    emit_glue(l, "(");
    if (b->is_defer)
        emit_glue(l, "%s, (void *)0)", b->args);
    else
        emit_glue(l, "__extension__ (const void *)%s, __builtin_return_address(0))", b->name);
    return n->last;
}

/* ---- setjmp ---- */

static bool names_setjmp(struct lower *l, struct node *call) {
    static const char *const names[] = {"setjmp", "_setjmp", "sigsetjmp", "__sigsetjmp",
                                        "__builtin_setjmp"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (call->kid->kind == N_IDENT && tok_is(l->u, call->kid->tok, names[i]))
            return true;
    return false;
}

/* A longjmp to it has left frames on the chain that are no more.  A function that defers knows
   which is the first that lives; another looks before. */
uint32_t lower_landing(struct lower *l, struct node *n) {
    struct body *b = lower_body_of(l, n);
    bool frame = b && b->defers;
    if (frame)
        emit_glue(l, "gocc__landed(&%s, ", b->frame);
    else
        emit_glue(l, "__extension__ ({ struct gocc__frame *const gocc__live = gocc__frame_now(); "
                     "gocc__landed_in(gocc__live, ");
    emit_node(l, n);
    emit_glue(l, frame ? ")" : "); })");
    return n->last;
}

/* Also in functions without constructs: what they call may defer and be jumped over. */
void lower_plan_landings(struct lower *l, struct node *n) {
    if (n->kind == N_CALL && names_setjmp(l, n))
        lower_action(l, n, lower_landing);
    for (struct node *k = n->kid; k; k = k->next)
        lower_plan_landings(l, k);
}
