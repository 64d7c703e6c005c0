/* SPDX-License-Identifier: MIT */
/*
 * defer, recover, and the frame of a function that has either.
 *
 *   int f(void)            int f(void)
 *   {                      { struct gocc__frame frame; int result = {0}; struct gocc__defer1 d1;
 *       defer g(x);          frame.result = &result;
 *       return 1;            if (gocc__frame_enter(&frame)) return result;
 *   }                        {
 *                                d1.a1 = x; d1.link.run = gocc__defer1; d1.link.fn = g; …
 *                                gocc__defer_push(&frame, &d1);
 *                                __asm__ volatile ("" ::: "memory");
 *                                { result = 1; gocc__frame_leave(&frame); return result; }
 *                            } }
 *
 * The record of a defer that can run once per call lies in the function, for it must live until the
 * frame is left; in a loop, or after a label, the runtime allocates it.  A block becomes a function
 * that gets the record, with pointers to the variables it names.
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

/* abi.h says why these do without gocc__frame_enter. */
static bool by_hidden_pointer(const struct type *t) {
    return !(t->kind >= TY_BOOL && t->kind <= TY_LDOUBLE) && t->kind != TY_ENUM &&
           t->kind != TY_POINTER && t->kind != TY_CHAN;
}

static void frame_open(struct lower *l, struct body *b) {
    bool owns = b->node->kind == N_FUNC && has_result(b);
    b->indent = l->indent;
    const char *f = b->frame = lower_name(l, "frame");
    emit_glue(l, "{\n\tstruct gocc__frame %s;\n\t", f);
    if (owns) {
        b->value = lower_name(l, "result");
        emit_glue(l, "%s = {0};\n\t", lower_type(l, type_unqual(l->u, b->result), b->value));
    }
    b->records = l->out.n;
    const char *enter = arena_printf(l->u->arena, "gocc__frame_enter(&%s)", f);
    if (owns) /* its address is known outside from here on */
        emit_glue(l, "%s.result = &%s;\n\t", f, b->value);
    if (owns && by_hidden_pointer(b->result)) {
        emit_glue(l, "gocc__frame_link(&%s);\n\t", f);
        enter = arena_printf(l->u->arena, "__builtin_setjmp(%s.jump)", f);
    }
    emit_glue(l, "if (%s)\n\t\treturn%s%s;\n", enter, owns ? " " : "", owns ? b->value : "");
}

/* Before the last brace, not behind it: there the variables that the defers see are gone. */
static void frame_close(struct lower *l, struct body *b, struct node *block) {
    if (ends_with_return(block)) {
        emit_glue(l, "\n");
        return;
    }
    emit_glue(l, "\n\tgocc__frame_leave(&%s);", b->frame);
    if (is_main(l, b))
        emit_glue(l, "\n\treturn %s;", b->value);
    emit_glue(l, "\n");
}

uint32_t lower_frame(struct lower *l, struct node *block) {
    struct body *b = l->bodies;
    while (b->node != block->parent)
        b = b->next;
    if (!b->defers) {
        emit_node(l, block);
        return block->last;
    }
    l->indent = b->node->kind == N_FUNC ? l->indent : 4; /* run_action puts it back */
    frame_open(l, b);
    emit_range(l, block->first, block->last - 1);
    frame_close(l, b, block);
    emit_range(l, block->last, block->last);
    emit_glue(l, "\n}");
    emit_splice(l, b->records, &b->decls);
    buf_free(&b->decls);
    return block->last;
}

/* ---- return ---- */

static void store_result(struct lower *l, struct body *b, struct node *e) {
    if (has_result(b))
        emit_glue(l, "%s%s = ", b->is_defer ? "*" : "", b->value);
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
    if (stores)
        store_result(l, b, e);
    if (b->defers)
        emit_glue(l, "gocc__frame_leave(&%s);\n\t", b->frame);
    bool returns = value && has_result(b) && !b->is_defer;
    emit_glue(l, "return%s%s;\n}", returns ? " " : "", returns ? b->value : "");
    return n->last;
}

/* ---- defer ---- */

/* Not the runtime's own, and not the compiler's, which have no address. */
static bool may_recover(const char *callee) {
    static const char *const not [] = {"(",       "gocc__",    "__builtin_",
                                       "__sync_", "__atomic_", "__c11_"};
    for (size_t i = 0; i < sizeof not / sizeof *not ; i++)
        if (strncmp(callee, not [i], strlen(not [i])) == 0)
            return false;
    return true;
}

/* Links the record into the frame.  If the function that is called may ask for the panic, the
   runtime must know it.  A fault may run the defers at any load from here on, which the compiler
   does not know: without the barrier it fills the record after a load that follows in the text. */
static void push(struct lower *l, struct record *r, struct body *owner, const char *d, bool heap) {
    const char *dot = heap ? "->" : ".";
    const char *link = arena_printf(l->u->arena, "%s%s%s", d, dot, r->link);
    emit_glue(l, "%s.run = %s;\n\t", link, r->tag);
    if (r->by_pointer)
        emit_glue(l, "%s.fn = (const void *)%s%sfn;\n\t", link, d, dot);
    else if (r->callee && may_recover(r->callee))
        emit_glue(l, "%s.fn = (const void *)%s;\n\t", link, r->callee);
    else
        emit_glue(l, "%s.fn = (const void *)0;\n\t", link);
    if (!heap)
        emit_glue(l, "%s.heap = 0;\n\t", link);
    emit_glue(l, "%s.next = %s.defers;\n\t%s.defers = &%s;\n\t", link, owner->frame, owner->frame,
              link);
    emit_glue(l, "__asm__ volatile (\"\" ::: \"memory\");\n}");
}

static void store_and_push(struct lower *l, struct record *r, struct node *n) {
    struct body *owner = lower_body_of(l, n);
    const char *d;
    bool heap = !r->shared || stmt_may_repeat(n);
    if (heap) {
        d = lower_name(l, "d");
        emit_glue(l, "{\n\t%s *%s = gocc__defer_alloc(sizeof *%s);\n\t",
                  r->shared ? arena_printf(l->u->arena, "struct %s", r->tag) : record_struct(l, r),
                  d, d);
    } else {
        d = lower_name(l, arena_printf(l->u->arena, "d%u", ++l->serial));
        char *decl = arena_printf(l->u->arena, "struct %s %s;\n\t", r->tag, d);
        uint32_t indent = l->indent;
        l->indent = owner->indent;
        emit_lines(l, &owner->decls, decl);
        l->indent = indent;
        emit_glue(l, "{\n\t");
    }
    record_store(l, r, arena_printf(l->u->arena, heap ? "%s->" : "%s.", d));
    push(l, r, owner, d, heap);
}

static uint32_t lower_defer_block(struct lower *l, struct node *n) {
    struct body *b = l->bodies;
    while (b->node != n)
        b = b->next;
    struct record r;
    const char *func = l->func && l->func->sym ? ident_text(l->u, l->func->sym->ident) : "f";
    record_begin(l, &r, arena_printf(l->u->arena, "%s_defer", func), true);
    b->args = r.args;
    block_plan(l, &r, b);
    record_declare(l, &r);
    block_lift(l, &r, b, n->kid);
    store_and_push(l, &r, n);
    return n->last;
}

uint32_t lower_defer(struct lower *l, struct node *n) {
    if (stmt_is_block(n))
        return lower_defer_block(l, n);
    struct node *call = expr_strip(n->kid);
    struct record r;
    record_begin(l, &r, "gocc__defer", true);
    call_plan(l, &r, call);
    record_declare(l, &r);
    call_thunk(l, &r, call);
    store_and_push(l, &r, n);
    return lower_statement_end(l, n);
}

/* ---- recover ---- */

uint32_t lower_recover(struct lower *l, struct node *n) {
    bool text = expr_is_builtin_call(l->u, n, "recover");
    struct body *b = lower_body_of(l, n);
    if (!b || (!text && !expr_is_builtin_call(l->u, n, "recover_value"))) {
        emit_node(l, n);
        return n->last;
    }
    emit_glue(l, "gocc__recover%s(", text ? "" : "_value");
    if (b->is_defer)
        emit_glue(l, "%s, (void *)0)", b->args);
    else
        emit_glue(l, "(const void *)%s, __builtin_return_address(0))", b->name);
    return n->last;
}
