/* SPDX-License-Identifier: MIT */
/*
 * The rules of the constructs.  Requires a parsed unit; after it without errors every operand of a
 * construct has a type that the lowering can rely on.  What is a rule of C is left to the host
 * compiler, which sees the same tokens at the same places.
 *
 * check.c has the operations on channels and the predeclared calls, check_assign.c where a channel
 * may go, check_block.c what the blocks of go and defer may do.  Nothing is said about system
 * headers, nor about a name that cannot be told for want of an earlier error.
 */
#include "cc.h"

#include <string.h>

/* As gcc: each name once for each function it appears in. */
bool check_missed_before(struct unit *u, struct node *n) {
    struct ident *id = &u->idents[u->toks[n->tok].ident];
    struct node *func = node_enclosing(n, N_FUNC);
    uint32_t here = func ? func->first : 1;
    bool before = id->missed_in == here;
    id->missed_in = here;
    return before;
}

static void undeclared(struct unit *u, struct node *n) {
    uint32_t tok = n->tok;
    if (tok_is(u, tok, "chan"))
        diag_error(u, tok, "'chan' needs the type of its elements, as in 'chan int'");
    else if (tok_is(u, tok, "nil"))
        diag_error(u, tok, "'nil' undeclared; the nil channel is NULL");
    else if (tok_is(u, tok, "go") || tok_is(u, tok, "defer"))
        diag_error(u, tok, "%s needs a function call or a block",
                   ident_text(u, u->toks[tok].ident));
    else if (tok_is(u, tok, "select"))
        diag_error(u, tok, "select needs its cases, in braces");
    else if (check_missed_before(u, n))
        return;
    else
        diag_error(u, tok, "'%s' undeclared", ident_text(u, u->toks[tok].ident));
    explain_header(u, tok);
}

bool check_undeclared(struct unit *u, struct node *n) {
    if (n->kind == N_IDENT && !n->sym && expr_type(u, n)->kind == TY_UNKNOWN &&
        strncmp(ident_text(u, u->toks[n->tok].ident), "__builtin_", 10)) {
        undeclared(u, n);
        return true;
    }
    if (n->kind == N_MEMBER && check_package(u, n))
        return true;
    for (struct node *k = n->kid; k; k = k->next)
        if (k->kind != N_COMPOUND && check_undeclared(u, k))
            return true;
    return false;
}

bool check_known_type(const struct type *t) {
    for (; t; t = t->kind == TY_CHAN ? NULL : t->base) {
        if (t->kind == TY_UNKNOWN)
            return false;
        for (uint32_t i = 0; t->kind == TY_FUNC && i < t->nparams; i++)
            if (!check_known_type(t->params[i]))
                return false;
    }
    return true;
}

/* A channel's member, element or call: it is told that there is none. */
static bool misuses_channel(struct unit *u, struct node *e) {
    struct node *of = expr_strip(e)->kid;
    return of && expr_type(u, of)->kind == TY_CHAN;
}

/* s.q, where the type of s is known and has no q. */
static bool misses_member(struct unit *u, struct node *e) {
    e = expr_strip(e);
    struct node *callee = e->kind == N_CALL ? e->kid : e;
    if (callee->kind == N_MEMBER && check_method(u, callee))
        return true;
    struct type *t = e->kind == N_MEMBER ? check_record(u, e) : NULL;
    if (!t || type_member(u, t, u->toks[e->tok].ident))
        return false;
    diag_error(u, e->tok, "'%s' has no member '%s'", type_show(u, type_unqual(u, t)),
               tok_dup(u, e->tok));
    return true;
}

static bool calls_word(struct unit *u, struct node *call);

/* An operand whose type is not known is an error of its own. */
bool check_known(struct unit *u, struct node *e) {
    if (check_known_type(expr_type(u, e)))
        return true;
    if (!check_undeclared(u, e) && !misuses_channel(u, e) && !misses_member(u, e) &&
        !calls_word(u, expr_strip(e)))
        diag_error_range(u, e,
                         "the type of this expression cannot be told here; "
                         "store it in a variable first");
    return false;
}

static struct type *operand_type(struct unit *u, struct node *e) {
    return type_unqual(u, type_decay(u, expr_type(u, e)));
}

/* As it is written, in one line: what comes from a macro has line markers in it. */
char *check_text(struct unit *u, struct node *n) {
    char text[60];
    size_t len = 0;
    const char *p = u->text + u->toks[n->first].off;
    const char *end = u->text + u->toks[n->last].off + u->toks[n->last].len;
    while (p < end && len < sizeof text) {
        bool space = *p == ' ' || *p == '\t' || *p == '\n';
        if (*p == '\n' && p[1] == '#')
            p = memchr(p + 1, '\n', (size_t)(end - p) - 1);
        else if (!space)
            text[len++] = *p++;
        else if (++p && len > 0 && text[len - 1] != ' ')
            text[len++] = ' ';
        if (!p)
            break;
    }
    return arena_printf(u->arena, "%.*s", (int)len, text);
}

static const char *doing(int need) {
    return need == CHAN_SEND ? "send to" : "receive from";
}

/* chan T *: what was meant, more often than not. */
static void explain_pointer(struct unit *u, struct node *e, struct type *t) {
    struct type *to = t;
    while (to->kind == TY_POINTER)
        to = to->base;
    if (t->kind != TY_POINTER || to->kind != TY_CHAN)
        return;
    struct type *elem = to->base;
    for (; t != to; t = t->base)
        elem = type_pointer(u, elem);
    diag_note(u, e->first, "a channel of pointers is 'chan(%s)'; '%s' is a pointer to a channel",
              type_show(u, elem), type_show(u, type_pointer(u, to)));
}

/* e is to be a channel that allows `need`; NULL after an error. */
static struct type *check_channel(struct unit *u, struct node *e, int need) {
    struct type *t = operand_type(u, e);
    if (t->kind == TY_UNKNOWN && !check_known(u, e))
        return NULL;
    if (t->kind != TY_CHAN) {
        diag_error_range(u, e, "cannot %s '%s' of type '%s': it is not a channel (chan T)",
                         doing(need), check_text(u, e), type_show(u, t));
        if (t->kind == TY_POINTER && t->base->kind == TY_CHAN)
            diag_fixit(u, e->first, e->first, arena_printf(u->arena, "*%s", tok_dup(u, e->first)));
        explain_pointer(u, e, t);
        return NULL;
    }
    if (t->dir != CHAN_BOTH && t->dir != need) {
        diag_error_range(u, e, "cannot %s '%s': it is a %s channel ('%s')", doing(need),
                         check_text(u, e), need == CHAN_SEND ? "receive-only" : "send-only",
                         type_show(u, t));
        return NULL;
    }
    return t;
}

/* ---- initialisers that are constant ---- */

/* Only its type is asked for, or it is the size of a prototype's array. */
static bool is_never_evaluated(struct node *n) {
    return node_enclosing(n, N_SIZEOF) || node_enclosing(n, N_SPEC_TYPEOF) ||
           node_enclosing(n, N_PARAM) || node_enclosing(n, N_GENERIC);
}

static bool is_static_value(struct node *n) {
    struct node *d = node_enclosing(n, N_DECLR);
    return d && d->sym && d->sym->func && d->sym->storage == STORAGE_STATIC &&
           node_enclosing(n, N_FUNC) == d->sym->func;
}

/* what: "a channel is made" */
static void check_runs(struct unit *u, struct node *n, const char *what) {
    bool outside = !node_enclosing(n, N_FUNC);
    if (is_never_evaluated(n) || (outside && (u->toks[n->first].flags & TOK_SYSTEM)))
        return;
    if (outside)
        diag_error_range(u, n,
                         "an initializer outside of functions is constant, %s while the program "
                         "runs: do it in a function",
                         what);
    else if (is_static_value(n))
        diag_error_range(u, n,
                         "the initializer of a static variable is constant, %s while the program "
                         "runs: store it once, in a statement",
                         what);
}

/* ---- types ---- */

static struct type *element_type(struct unit *u, struct node *spec) {
    struct node *k = spec->kid;
    return k->kind == N_TYPE_NAME ? type_name_type(u, k) : specs_type(u, k);
}

/* The array without a length at the end of a record, or of the record at its end; NULL: none. */
static struct symbol *flexible_member(struct unit *u, struct type *t, int depth) {
    struct node *list = t->kind == TY_STRUCT && t->record ? node_kid(t->record, 0) : NULL;
    struct symbol *last = NULL;
    int members = 0;
    for (struct node *d = node_absent(list) ? NULL : list->kid; d; d = d->next)
        for (struct node *m = d->kind == N_MEMBER_DECL ? node_kid(d, 1)->kid : NULL; m;
             m = m->next, members++)
            last = m->sym;
    struct type *of = last ? symbol_type(u, last) : NULL;
    if (of && of->kind == TY_ARRAY && (of->incomplete || (of->length == 0 && members > 1)))
        return last;
    return of && depth < 8 ? flexible_member(u, of, depth + 1) : NULL;
}

static void warn_flexible(struct unit *u, struct node *at, struct type *t) {
    struct symbol *s = warn_is_users(u, at->first) ? flexible_member(u, t, 0) : NULL;
    if (s)
        diag_warning(u, "flexible-element", at->first,
                     "what stands in '%s' of a '%s' is not sent, a channel carries what sizeof "
                     "counts: send a pointer",
                     ident_text(u, s->ident), type_show(u, t));
}

static void check_element(struct unit *u, struct node *spec) {
    enum { LARGEST = 64 * 1024 };
    struct type *t = element_type(u, spec);
    struct node *at = spec->kid;
    int64_t size, align;
    if (!check_known_type(t))
        diag_error_range(u, at, "the element type of this channel is not known here");
    else if (t->kind == TY_ARRAY)
        diag_error_range(u, at,
                         "a channel cannot carry an array ('%s'); put it into a struct, or "
                         "send a pointer",
                         type_show(u, t));
    else if (t->kind == TY_FUNC)
        diag_error_range(u, at, "a channel cannot carry a function ('%s'); send a pointer to it",
                         type_show(u, t));
    else if (t->kind == TY_VOID)
        return;
    else if (!type_is_complete(u, t))
        diag_error_range(u, at, "'%s' is incomplete: the element of a channel needs a size",
                         type_show(u, t));
    else if (type_size(u, t, &size, &align) && size > LARGEST)
        diag_error_range(u, at,
                         "an element of %lld bytes is too large for a channel: at most 64 KiB "
                         "(%d); send a pointer",
                         (long long)size, LARGEST);
    else
        warn_flexible(u, at, t);
    check_element_words(u, spec);
}

/* ---- send and receive ---- */

/* x<-1; compares. */
static bool compares(struct unit *u, struct node *send) {
    struct node *v = node_kid(send, 1);
    bool is_case = send->parent && send->parent->kind == N_SELECT_CASE;
    return !is_case && !node_absent(v) && operand_type(u, v)->kind != TY_CHAN &&
           type_is_arith(operand_type(u, node_kid(send, 0)));
}

/* In a program of ours a statement without effect is more likely a send to what is no channel. */
static void warn_comparison(struct unit *u, struct node *send) {
    struct node *x = node_kid(send, 0);
    if (compares(u, send) && (x->kind == N_IDENT || x->kind == N_MEMBER || x->kind == N_INDEX))
        diag_warning(u, "send-compares", send->tok,
                     "this compares and does nothing: '%s' of type '%s' is not a channel",
                     check_text(u, x), type_show(u, operand_type(u, x)));
}

/* x <- c;  and  defer <-c; to the parser the same. */
static void explain_send(struct unit *u, struct node *to, struct node *v) {
    if (node_absent(v) || operand_type(u, v)->kind != TY_CHAN)
        return;
    const char *left = check_text(u, to), *channel = check_text(u, v);
    if (tok_is(u, to->tok, "go") || tok_is(u, to->tok, "defer"))
        diag_note(u, v->first, "a block can receive: '%s { <-%s; }'", left, channel);
    else
        diag_note(u, v->first, "'%s' is the channel; a receive is '%s = <-%s'", channel, left,
                  channel);
}

static void check_send(struct unit *u, struct node *n) {
    struct node *c = node_kid(n, 0), *v = node_kid(n, 1);
    struct type *t = check_channel(u, c, CHAN_SEND);
    if (!t) {
        explain_send(u, c, v);
        return;
    }
    bool is_void = t->base->kind == TY_VOID;
    if (is_void && !node_absent(v)) {
        diag_error_range(u, v, "a channel of void carries no value: send 'void'");
        diag_fixit(u, v->first, v->last, "void");
    } else if (!is_void && node_absent(v)) {
        diag_error(u, n->last, "'void' sent to a channel of '%s': it wants a value",
                   type_show(u, t->base));
    } else if (!is_void) {
        check_convert(u, t->base, v, "send to a channel of");
    }
}

/* Is the value of an expression asked for where it stands? */
static bool wants_value(struct unit *u, struct node *n) {
    struct node *up = n->parent;
    while (up && up->kind == N_PAREN) {
        n = up;
        up = up->parent;
    }
    switch (up ? up->kind : N_NONE) {
    case N_DECLR:
    case N_INIT:
    case N_INIT_LIST:
    case N_ASSIGN:
    case N_BINARY:
    case N_UNARY:
    case N_INDEX:
        return true;
    case N_LIST:
        return up->parent && up->parent->kind == N_CALL;
    case N_RETURN:
        n = node_enclosing(up, N_FUNC);
        return n && func_result(u, n)->kind != TY_VOID;
    default:
        return false;
    }
}

/* case <-c:  of a switch, or of nothing. */
static bool is_lost_case(struct unit *u, struct node *n) {
    if (n->parent->kind != N_CASE)
        return false;
    diag_error_range(u, n, "a 'case' that receives stands in a select: 'select { case %s: ... }'",
                     check_text(u, n));
    return true;
}

static void check_recv(struct unit *u, struct node *n) {
    struct type *t = check_channel(u, n->kid, CHAN_RECV);
    if (!t || is_lost_case(u, n))
        return;
    check_receive_stored_to(u, n);
    check_runs(u, n, "a receive happens");
    if (t->base->kind == TY_VOID && wants_value(u, n))
        diag_error_range(u, n,
                         "a receive from a channel of void has no value; write '%s;', or "
                         "'_, ok := %s;' to learn whether it was closed",
                         check_text(u, n), check_text(u, n));
}

static void check_recv_ok(struct unit *u, struct node *n) {
    struct node *v = node_kid(n, 0), *recv = expr_strip(node_kid(n, 2));
    struct type *t = operand_type(u, recv->kid);
    if (tok_is(u, v->next->last + 1, "=")) {
        check_store(u, v);
        check_store(u, v->next);
    }
    if (t->kind == TY_CHAN && t->base->kind == TY_VOID && !chan_is_discard(u, v))
        diag_error_range(u, v, "a channel of void has no value to receive; write '_' here");
}

static bool is_body_of(const struct node *up, const struct node *n) {
    return up->kind == N_IF || up->kind == N_WHILE || up->kind == N_DO || up->kind == N_SWITCH ||
           (up->kind == N_RANGE && node_kid(up, 2) == n) ||
           (up->kind == N_FOR && node_kid(up, 3) == n);
}

static void check_define(struct unit *u, struct node *n) {
    struct node *recv = expr_strip(node_kid(n, n->kind == N_DEFINE ? 0 : 2));
    struct type *t = recv->kind == N_RECV ? operand_type(u, recv->kid) : NULL;
    if (n->parent && is_body_of(n->parent, n))
        diag_error(u, n->tok, "':=' declares a variable and wants a block around it, { }");
    else if (n->kind == N_DEFINE && t && t->kind == TY_CHAN && t->base->kind == TY_VOID)
        diag_error_range(u, recv, "a channel of void has no value to receive");
    else if (n->kind == N_DEFINE && operand_type(u, recv)->kind == TY_VOID)
        diag_error_range(u, recv, "this has type 'void': there is no value to declare '%s' with",
                         tok_dup(u, n->tok));
    else if (n->kind == N_DEFINE && recv->kind == N_IDENT)
        check_undeclared(u, recv); /* the host compiler would also miss the name on the left */
}

/* ---- select ---- */

static bool is_recv(struct node *n) {
    n = expr_strip(n);
    return n && n->kind == N_RECV;
}

static bool is_communication(struct unit *u, struct node *c) {
    switch (c->kind) {
    case N_SEND:
    case N_RECV_OK:
        return true;
    case N_DEFINE:
        return is_recv(c->kid);
    case N_ASSIGN:
        return tok_is(u, c->tok, "=") && is_recv(c->kid->next);
    default:
        return is_recv(c);
    }
}

static void check_fallthrough(struct unit *u, struct node *items) {
    struct node *last = items->kid;
    while (last && last->next)
        last = last->next;
    struct node *e = last && last->kind == N_EXPR_STMT ? last->kid : NULL;
    if (e && e->kind == N_IDENT && !e->sym && tok_is(u, e->tok, "fallthrough"))
        diag_error_range(u, e, "the cases of a select do not fall through");
}

static void check_select(struct unit *u, struct node *n) {
    struct node *fallback = NULL;
    for (struct node *k = n->kid; k; k = k->next) {
        struct node *c = node_kid(k, 0);
        check_fallthrough(u, node_kid(k, 1));
        if (node_absent(c) && fallback) {
            diag_error(u, k->tok, "a select has at most one default");
            diag_note(u, fallback->tok, "the first default");
        } else if (node_absent(c)) {
            fallback = k;
        } else if (!is_communication(u, c)) {
            diag_error_range(u, c, "a case of a select is a send or a receive, '%s' is neither",
                             check_text(u, c));
        } else if (c->kind == N_ASSIGN) {
            check_store(u, c->kid);
        }
    }
}

/* ---- range ---- */

/* range over an array */
static void explain_elements(struct unit *u, struct node *e) {
    const char *text = check_text(u, e);
    if (expr_type(u, e)->kind == TY_ARRAY && e->kind != N_STRING)
        diag_note(u, e->first, "'range sizeof %s / sizeof *%s' counts its elements", text, text);
}

static void check_range(struct unit *u, struct node *n) {
    struct node *lhs = node_kid(n, 0), *e = node_kid(n, 1);
    struct type *t = operand_type(u, e);
    if (!node_absent(lhs) && tok_is(u, lhs->last + 1, "="))
        check_store(u, lhs);
    if (e->kind == N_COMMA) {
        diag_error_range(u, e, "range takes one integer or channel: 'for (i := range n)'");
    } else if (t->kind == TY_UNKNOWN) {
        check_known(u, e);
    } else if (t->kind == TY_CHAN) {
        if (!check_channel(u, e, CHAN_RECV) || t->base->kind != TY_VOID)
            return;
        if (!node_absent(lhs) && !chan_is_discard(u, lhs))
            diag_error_range(u, lhs,
                             "a channel of void has no values to range over; "
                             "write 'for (range %s)'",
                             check_text(u, e));
    } else if (!type_is_integer(t)) {
        diag_error_range(u, e,
                         "cannot range over '%s' of type '%s': only over channels and integers",
                         check_text(u, e), type_show(u, expr_type(u, e)));
        explain_pointer(u, e, t);
        explain_elements(u, e);
    }
}

/* ---- calls of predeclared names ---- */

static bool is_real_construct(struct unit *u, struct node *n) {
    return n->kind != N_CALL && n->kind != N_BREAK && n->kind != N_CONTINUE &&
           !(u->toks[n->first].flags & TOK_SYSTEM);
}

static bool is_comparison(struct unit *u, struct node *n) {
    return n->kind == N_SEND && compares(u, n);
}

/* In a C program that calls an undeclared close the host compiler speaks, or is content. */
bool check_is_ours(struct unit *u) {
    if (scope_find(u->globals, ident_intern(u, "gocc_chan_void", 14))) /* base.h */
        return true;
    for (uint32_t i = 0; i < u->nconstructs; i++)
        if (is_real_construct(u, u->constructs[i]) && !is_comparison(u, u->constructs[i]))
            return true;
    return false;
}

static void refuse_size(struct unit *u, struct node *size, int64_t value) {
    enum type_kind kind = type_unqual(u, operand_type(u, size))->kind;
    if (kind == TY_ULONG || kind == TY_ULLONG)
        diag_error_range(u, size, "the size of a channel is too large (%llu)",
                         (unsigned long long)value);
    else
        diag_error_range(u, size, "the size of a channel cannot be negative (%lld)",
                         (long long)value);
}

static void check_make(struct unit *u, struct node *call) {
    struct node *type = node_kid(call, 1)->kid, *size = type->next;
    struct type *t = type_name_type(u, type);
    int64_t value;
    if (t->kind != TY_CHAN) {
        diag_error_range(u, type, "make needs a channel type such as 'chan int', '%s' is none",
                         type_show(u, t));
        explain_pointer(u, type, t);
        return;
    }
    check_runs(u, call, "a channel is made");
    if (!size)
        return;
    if (size->next)
        diag_error_range(u, size->next, "make takes a channel type and a size, no more");
    else if (size->kind == N_TYPE_NAME || !check_known(u, size))
        diag_error_range(u, size, "the size of a channel is an integer");
    else if (!type_is_integer(operand_type(u, size)))
        diag_error_range(u, size, "the size of a channel is an integer, '%s' has type '%s'",
                         check_text(u, size), type_show(u, operand_type(u, size)));
    else if (expr_const(u, size, &value) && value < 0)
        refuse_size(u, size, value);
}

static void check_close(struct unit *u, struct node *call) {
    struct node *c = node_kid(call, 1)->kid;
    struct type *t = operand_type(u, c);
    if (t->dir == CHAN_RECV)
        diag_error_range(u, c, "cannot close '%s': it is a receive-only channel ('%s')",
                         check_text(u, c), type_show(u, t));
}

/* Records that are used as values or come from a constructor (errgroup_group) may be released,
 * but `go` cannot know which it got, so it does not retain them: their tags begin otherwise. */
static bool may_be_handle(struct unit *u, const struct type *t) {
    if (t->kind != TY_POINTER || t->base->kind != TY_STRUCT || !t->base->tag)
        return false;
    return strncmp(ident_text(u, t->base->tag->ident), "gocc__r_", 8) == 0;
}

static void check_handle(struct unit *u, struct node *call, const char *name) {
    struct node *h = node_kid(call, 1)->kid;
    struct type *t = operand_type(u, h);
    bool pointer = t->kind == TY_POINTER && t->base->kind == TY_VOID;
    if (t->kind == TY_UNKNOWN)
        check_known(u, h);
    else if (!pointer && !type_is_handle(u, t) && !may_be_handle(u, t))
        diag_error_range(u, h,
                         "%s needs a counted handle (a channel, context, error …), '%s' has "
                         "type '%s'",
                         name, check_text(u, h), type_show(u, t));
}

/* What each name wants, for a call that does not fit. */
static const struct {
    const char *name, *wants;
} wanted[] = {
    {"make", "a channel type: 'make(chan int)', 'make(chan int, 8)'"},
    {"len", "a channel"},
    {"cap", "a channel"},
    {"close", "a channel"},
    {"panic", "a message, as printf does: 'panic(\"%s\", text)'"},
    {"panic_value", "one pointer"},
    {"recover", "no argument"},
    {"recover_value", "no argument"},
    {"retain", "one handle"},
    {"release", "one handle"},
};

/* panic(err), panic(42): how printf would show it. */
static void fix_panic(struct unit *u, struct node *arg) {
    struct type *t = operand_type(u, arg);
    const char *text = check_text(u, arg), *fixed = NULL;
    if (warn_is_error(u, t))
        fixed = arena_printf(u->arena, "\"%%s\", error_string(%s)", text);
    else if (type_is_integer(t) && t->kind <= TY_UINT)
        fixed = arena_printf(u->arena, "\"%%d\", %s", text);
    else if (t->kind == TY_FLOAT || t->kind == TY_DOUBLE)
        fixed = arena_printf(u->arena, "\"%%g\", %s", text);
    if (fixed)
        diag_fixit(u, arg->first, arg->last, fixed);
    if (t->kind == TY_POINTER && !expr_is_null(u, arg))
        diag_note(u, arg->first,
                  "'panic_value(%s)' panics with the pointer itself, and "
                  "recover_value() returns it",
                  text);
}

/* len(array), len(text) */
static void explain_length(struct unit *u, struct node *arg) {
    struct type *t = expr_type(u, arg), *of = t->kind == TY_POINTER ? t->base : NULL;
    const char *text = check_text(u, arg);
    if ((of && of->kind == TY_CHAR) || arg->kind == N_STRING)
        diag_note(u, arg->first, "'strlen(%s)' counts the characters of a text", text);
    else if (t->kind == TY_ARRAY)
        diag_note(u, arg->first, "'sizeof %s / sizeof *%s' counts the elements of an array", text,
                  text);
}

static void misfit(struct unit *u, struct node *call, const char *name, const char *wants) {
    struct node *arg = node_kid(call, 1)->kid;
    bool panics = strcmp(name, "panic") == 0;
    bool one = arg && (!arg->next || panics) && arg->kind != N_TYPE_NAME;
    if (one && type_decay(u, expr_type(u, arg))->kind == TY_UNKNOWN) {
        check_undeclared(u, arg);
        return;
    }
    if (one)
        diag_error_range(u, arg, "%s takes %s, '%s' has type '%s'", name, wants, check_text(u, arg),
                         type_show(u, expr_type(u, arg)));
    else
        diag_error_range(u, call, "%s takes %s", name, wants);
    if (one && panics)
        fix_panic(u, arg);
    if (one && strcmp(name, "len") == 0)
        explain_length(u, arg);
}

/* A name that nobody declared, not even a header. */
static bool calls_word(struct unit *u, struct node *call) {
    struct node *callee = call->kind == N_CALL ? expr_strip(call->kid) : NULL;
    if (!callee || callee->kind != N_IDENT || !callee->sym || callee->sym->kind != S_BUILTIN)
        return false;
    struct symbol *later = scope_find(u->globals, u->toks[callee->tok].ident);
    return (!later || later->kind == S_BUILTIN) && u->opt->std >= 199901L && check_is_ours(u);
}

/* It is called with what it cannot take. */
static void check_misfit(struct unit *u, struct node *call) {
    struct node *callee = expr_strip(call->kid);
    if (!calls_word(u, call))
        return;
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        if (tok_is(u, callee->tok, wanted[i].name) &&
            !expr_is_builtin_call(u, call, wanted[i].name))
            misfit(u, call, wanted[i].name, wanted[i].wants);
}

/* new(chan int): C would tell of it, but not of a type that it does not have. */
static void check_type_argument(struct unit *u, struct node *type) {
    struct node *list = type->parent, *call = list ? list->parent : NULL;
    struct node *callee = call && call->kind == N_CALL ? expr_strip(call->kid) : NULL;
    if (!callee || callee == list || type->kind != N_TYPE_NAME || callee->kind != N_IDENT ||
        tok_text(u, callee->tok)[0] == '_' || expr_is_builtin_call(u, call, "make") ||
        (callee->sym && callee->sym->kind == S_BUILTIN))
        return;
    diag_error_range(u, type, "a type is no value: '%s' makes a channel",
                     arena_printf(u->arena, "make(%s)", type_show(u, type_name_type(u, type))));
}

static void check_call(struct unit *u, struct node *n) {
    if (expr_is_builtin_call(u, n, "make"))
        check_make(u, n);
    else if (expr_is_builtin_call(u, n, "close"))
        check_close(u, n);
    else if (expr_is_builtin_call(u, n, "len") || expr_is_builtin_call(u, n, "cap"))
        check_runs(u, n, "a channel is asked");
    else if (expr_is_builtin_call(u, n, "retain"))
        check_handle(u, n, "retain");
    else if (expr_is_builtin_call(u, n, "release"))
        check_handle(u, n, "release");
    else
        check_misfit(u, n);
}

/* ---- all of it ---- */

static void check_chan_type(struct unit *u, struct node *specs, struct node *spec) {
    check_element(u, spec);
    if (specs->parent)
        check_type_argument(u, specs->parent);
}

static void check_construct(struct unit *u, struct node *n) {
    switch (n->kind) {
    case N_SEND:
        check_send(u, n);
        break;
    case N_RECV:
        check_recv(u, n);
        break;
    case N_DEFINE:
        check_define(u, n);
        break;
    case N_RECV_OK:
        if (tok_is(u, n->kid->next->last + 1, ":="))
            check_define(u, n);
        check_recv_ok(u, n);
        break;
    case N_SELECT:
        check_select(u, n);
        break;
    case N_RANGE:
        check_range(u, n);
        break;
    case N_CALL:
        check_call(u, n);
        break;
    case N_GO:
    case N_DEFER:
        check_block(u, n);
        break;
    case N_BREAK:
    case N_CONTINUE:
        check_label(u, n);
        break;
    case N_SPECS:
        for (struct node *k = n->kid; k; k = k->next)
            if (k->kind == N_SPEC_CHAN)
                check_chan_type(u, n, k);
        break;
    default:
        break;
    }
}

/* In the output the body of a function with a frame is an inner block, where C would let a variable
   hide a parameter. */
static void check_parameters(struct unit *u, struct node *func) {
    struct scope *body = node_kid(func, 3)->scope;
    for (struct symbol *s = body ? body->symbols : NULL; s; s = s->next_in_scope)
        for (struct symbol *p = body->up ? body->up->symbols : NULL; p; p = p->next_in_scope)
            if (p->kind == S_PARAM && s->kind == S_VAR && p->ident == s->ident) {
                diag_error(u, s->tok, "redefinition of '%s'", ident_text(u, s->ident));
                diag_note(u, p->tok, "'%s' is a parameter", ident_text(u, p->ident));
            }
}

static void drop_if(struct unit *u, bool (*is_plain)(struct unit *, struct node *)) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < u->nconstructs; i++)
        if (!is_plain(u, u->constructs[i]))
            u->constructs[n++] = u->constructs[i];
    u->nconstructs = n;
}

static bool is_other_call(struct unit *u, struct node *n) {
    return n->kind == N_CALL && !expr_is_predeclared_call(u, n);
}

/* What only looked like a construct is dropped.  A call that misses what its name wants is an error
   in a program of ours; in one of C it is a function that nobody declared, and the host compiler's
   to judge. */
static void drop_plain(struct unit *u) {
    bool ours = check_is_ours(u);
    for (uint32_t i = 0; ours && i < u->nconstructs; i++)
        if (u->constructs[i]->kind == N_SEND && warn_is_users(u, u->constructs[i]->first))
            warn_comparison(u, u->constructs[i]);
    drop_if(u, is_comparison);
    if (!ours)
        drop_if(u, is_other_call);
}

void check_unit(struct unit *u) {
    drop_plain(u);
    if (!u->nconstructs)
        return;
    for (uint32_t i = 0; i < u->nconstructs; i++)
        check_construct(u, u->constructs[i]);
    check_redeclared(u);
    for (struct node *n = u->root->kid; n; n = n->next) {
        if (u->toks[n->first].flags & TOK_SYSTEM)
            continue;
        check_assignments(u, n);
        if (n->kind == N_FUNC && n->has_construct) {
            check_parameters(u, n);
            check_jumps(u, n);
        }
    }
}
