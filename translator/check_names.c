/* SPDX-License-Identifier: MIT */
/* Names that are written as Go writes them: a package's, a method's, and those of a header that is
   missing. */
#include "cc.h"

#include <ctype.h>
#include <string.h>

/* WithCancel becomes with_cancel, and of a constant WITH_CANCEL. */
static const char *own_name(struct unit *u, const char *package, const char *name, bool upper) {
    struct buf b = {0};
    buf_printf(&b, "%s_", package);
    for (const char *p = name; *p; p++) {
        if (p > name && *p >= 'A' && *p <= 'Z' && p[-1] >= 'a')
            buf_puts(&b, "_");
        buf_add(&b, p, 1);
    }
    char *s = arena_printf(u->arena, "%.*s", (int)b.n, b.s);
    for (char *p = s; *p; p++)
        *p = (char)(upper ? toupper(*p) : tolower(*p));
    buf_free(&b);
    return s;
}

static bool is_called(const struct node *n) {
    return n->parent && n->parent->kind == N_CALL && n->parent->kid == n;
}

/* time.Sleep(d): to the host compiler a member of a variable that nobody declared. */
bool check_package(struct unit *u, struct node *n) {
    const char *member = tok_dup(u, n->tok);
    if (!n->kid || n->kid->kind != N_IDENT || n->kid->sym || *member < 'A' || *member > 'Z')
        return false;
    if (diag_is_told(u, n->kid->tok))
        return true;
    const char *package = tok_dup(u, n->kid->tok);
    if (strcmp(package, "fmt") == 0)
        diag_error(u, n->kid->tok,
                   "'fmt' undeclared; here printf prints, and fmt_errorf makes errors");
    else
        diag_error(u, n->kid->tok,
                   "'%s' undeclared; Go's names are written with '_' here, as in '%s'", package,
                   own_name(u, package, member, !is_called(n)));
    return true;
}

/* NULL: it is none, or not known. */
struct type *check_record(struct unit *u, struct node *member) {
    struct type *t = type_decay(u, expr_type(u, member->kid));
    if (t->kind == TY_POINTER)
        t = t->base;
    return type_is_record(t) && type_is_complete(u, t) ? t : NULL;
}

static bool is_member(struct unit *u, struct node *n) {
    struct type *record = check_record(u, n);
    return record && type_member(u, record, u->toks[n->tok].ident);
}

/* `x`, or `&x` where the function takes a pointer and x is none. */
static const char *receiver(struct unit *u, struct node *x, struct symbol *function) {
    struct type *t = symbol_type(u, function);
    bool by_pointer = t->kind == TY_FUNC && t->nparams && t->params[0]->kind == TY_POINTER;
    bool pointer = type_decay(u, expr_type(u, x))->kind == TY_POINTER;
    return arena_printf(u->arena, "%s%s", by_pointer && !pointer ? "&" : "", check_text(u, x));
}

/* mu.Lock() or mu.lock(), where sync_mutex_lock is declared. */
bool check_method(struct unit *u, struct node *n) {
    const char *name = tok_dup(u, n->tok);
    if (!is_called(n) || is_member(u, n))
        return false;
    struct type *t = type_unqual(u, expr_type(u, n->kid));
    for (; t; t = t->kind == TY_POINTER ? type_unqual(u, t->base) : NULL) {
        bool text = !strcmp(type_show(u, t), "error") && !strcmp(name, "Error");
        const char *own = text ? "error_string" : own_name(u, type_show(u, t), name, false);
        struct symbol *function = scope_find(u->globals, ident_intern(u, own, strlen(own)));
        if (!function)
            continue;
        if (!diag_is_told(u, n->tok))
            diag_error(u, n->tok, "'%s' has no member '%s': a method is a function, '%s(%s%s)'",
                       type_show(u, t), name, own, receiver(u, n->kid, function),
                       node_absent(node_kid(n->parent, 1)->kid) ? "" : ", ...");
        return true;
    }
    return false;
}

/* ---- headers ---- */

static const struct package {
    const char *prefix, *header;
} packages[] = {
    {"sync_", "sync"},
    {"context", "context"},
    {"time_", "time"},
    {"errgroup_", "errgroup"},
    {"errors_", "errors"},
    {"error", "errors"},
    {"fmt_", "errors"},
    {"atomic_", "atomic"},
    {"semaphore_", "semaphore"},
    {"singleflight_", "singleflight"},
    {"runtime_", "runtime"},
    {"signal_", "signal"},
    {"io_", "io"},
    {"os_", "io"},
    {"bytes_", "io"},
    {"strings_", "io"},
    {"net_", "net"},
    {"http_", "http"},
    {"pprof_", "pprof"},
    {"trace_", "trace"},
    {"synctest_", "synctest"},
};

static bool begins(const char *name, const char *prefix) {
    while (*prefix && tolower((unsigned char)*name) == *prefix)
        name++, prefix++;
    return !*prefix && (prefix[-1] == '_' || !*name || *name == '_');
}

/* Something with this prefix is declared: the header is there, the name is wrong. */
static bool is_included(struct unit *u, const char *prefix) {
    for (struct symbol *s = u->globals->symbols; s; s = s->next_in_scope)
        if (s->ident && s->tok && begins(ident_text(u, s->ident), prefix) &&
            tok_in_gocc_header(u, s->tok))
            return true;
    return false;
}

static void explain_header_of_c(struct unit *u, uint32_t tok) {
    static const struct {
        const char *name, *header;
    } types[] = {{"bool", "stdbool"},    {"size_t", "stddef"},    {"int8_t", "stdint"},
                 {"uint8_t", "stdint"},  {"int16_t", "stdint"},   {"uint16_t", "stdint"},
                 {"int32_t", "stdint"},  {"uint32_t", "stdint"},  {"int64_t", "stdint"},
                 {"uint64_t", "stdint"}, {"uintptr_t", "stdint"}, {"FILE", "stdio"}};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (tok_is(u, tok, types[i].name))
            diag_note(u, tok, "'%s' wants '#include <%s.h>'", types[i].name, types[i].header);
}

/* sync_mutex, and <gocc/sync.h> was not included. */
void explain_header(struct unit *u, uint32_t tok) {
    const char *name = tok_dup(u, tok);
    for (size_t i = 0; i < sizeof packages / sizeof *packages; i++) {
        const struct package *p = &packages[i];
        if (!begins(name, p->prefix))
            continue;
        if (!is_included(u, p->prefix))
            diag_note(u, tok, "what the library declares wants '#include <gocc/%s.h>'", p->header);
        return;
    }
    explain_header_of_c(u, tok);
}

/* ---- functions that nobody declared ---- */

/* go (f); is a call of a function go to the parser, since old C may mean that. */
static bool is_word(struct unit *u, struct node *callee) {
    return u->idents[u->toks[callee->tok].ident].contextual == 1 &&
           (tok_is(u, callee->tok, "go") || tok_is(u, callee->tok, "defer"));
}

/* Only panic and make take more than one argument: clone(f, p, 0) is no close. */
static bool takes_so_many(struct node *call, const char *word) {
    struct node *first = node_kid(call, 1)->kid;
    return !first || !first->next || !strcmp(word, "panic") || !strcmp(word, "make");
}

/* lcose(c): the host compiler would warn, and the linker find no such function. */
void check_spelling(struct unit *u, struct node *call) {
    struct node *callee = expr_strip(call->kid);
    if (callee->kind != N_IDENT || callee->sym || u->opt->std < 199901L ||
        scope_find(u->globals, u->toks[callee->tok].ident) || !check_is_ours(u))
        return;
    const char *name = tok_dup(u, callee->tok), *meant = unknown_predeclared(u, callee->tok);
    if (is_word(u, callee)) {
        diag_error(u, callee->tok, "%s needs a function call or a block", name);
    } else if (meant && takes_so_many(call, meant) && !check_missed_before(u, callee)) {
        diag_error(u, callee->tok, "'%s' undeclared; did you mean '%s'?", name, meant);
        diag_fixit(u, callee->tok, callee->tok, meant);
    }
}
