/* SPDX-License-Identifier: MIT */
/*
 * Functions that nobody declares: Go's predeclared ones and the compiler's builtins.
 *
 * Go's are ordinary names.  A call is ours when the program has not declared the name itself and
 * the operands fit; `close(fd)` with <unistd.h> stays a call, `close(c)` of a channel beside it
 * does not.  Of the compiler's builtins the table knows those whose result matters; a
 * __builtin_NAME that is not in it has the type of NAME, if that is declared.
 */
#include "cc.h"

#include <string.h>

/* ---- make, len, cap, close, panic, recover, retain, release ---- */

static struct node *argument(struct node *call, int i) {
    struct node *list = node_kid(call, 1);
    return list ? node_kid(list, i) : NULL;
}

static int count_arguments(struct node *call) {
    struct node *list = node_kid(call, 1);
    int n = 0;
    for (struct node *a = node_absent(list) ? NULL : list->kid; a; a = a->next)
        n++;
    return n;
}

/* Which operands make the name ours, even where the system's headers declare it too. */
enum fits { FITS_CHANNEL, FITS_TYPE, FITS_FORMAT, FITS_NONE, FITS_ONE };

static const struct predeclared {
    const char *name;
    enum fits fits;
} predeclared[] = {
    {"make", FITS_TYPE},     {"len", FITS_CHANNEL},        {"cap", FITS_CHANNEL},
    {"close", FITS_CHANNEL}, {"panic", FITS_FORMAT},       {"panic_value", FITS_ONE},
    {"recover", FITS_NONE},  {"recover_value", FITS_NONE}, {"retain", FITS_ONE},
    {"release", FITS_ONE},
};

static bool may_be_text(struct unit *u, struct node *e) {
    struct type *t = type_decay(u, expr_type(u, e));
    bool text = t->kind == TY_POINTER && t->base->kind >= TY_CHAR && t->base->kind <= TY_UCHAR;
    return text || t->kind == TY_UNKNOWN;
}

static bool is_value(const struct node *e) {
    return e->kind != N_TYPE_NAME;
}

/* `release(1)` is no call of ours, whatever it is. */
static bool is_no_pointer(struct unit *u, struct node *e) {
    struct type *t = type_unqual(u, expr_type(u, e));
    return type_is_arith(t) || type_is_record(t);
}

static bool fits(struct unit *u, struct node *call, enum fits how) {
    struct node *first = argument(call, 0);
    int n = count_arguments(call);
    switch (how) {
    case FITS_CHANNEL:
        return n == 1 && expr_type(u, first)->kind == TY_CHAN;
    case FITS_TYPE:
        return n >= 1 && !is_value(first);
    case FITS_FORMAT:
        return n >= 1 && is_value(first) && may_be_text(u, first);
    case FITS_NONE:
        return n == 0;
    case FITS_ONE:
        return n == 1 && is_value(first) && !is_no_pointer(u, first);
    }
    return false;
}

/* Declared by the program, so that every use keeps its plain meaning.  A prototype of the
   system's does not count, nor one that could never take a channel; nor one further down, if what
   is given to it is nothing that old C would give to a function without a declaration. */
static bool is_shadowed(struct unit *u, struct node *callee, enum fits how) {
    struct symbol *s = callee->sym;
    if ((!s || s->kind == S_BUILTIN) && how != FITS_TYPE && how != FITS_CHANNEL)
        s = scope_lookup(u, u->toks[callee->tok].ident);
    if (!s || s->kind == S_BUILTIN)
        return false;
    if (s->depth > 0 || (s->kind != S_FUNC && s->kind != S_VAR))
        return true;
    if (u->toks[s->tok].flags & TOK_SYSTEM)
        return false;
    struct type *t = symbol_type(u, s);
    bool other = how == FITS_CHANNEL && t->kind == TY_FUNC && t->nparams &&
                 type_is_arith(t->params[0]);
    return !other;
}

static const struct predeclared *predeclared_of(struct unit *u, struct node *e) {
    struct node *callee = e && e->kind == N_CALL ? expr_strip(node_kid(e, 0)) : NULL;
    if (!callee || callee->kind != N_IDENT || u->idents[u->toks[callee->tok].ident].contextual != 2)
        return NULL;
    for (size_t i = 0; i < sizeof predeclared / sizeof *predeclared; i++) {
        const struct predeclared *p = &predeclared[i];
        if (tok_is(u, callee->tok, p->name))
            return is_shadowed(u, callee, p->fits) || !fits(u, e, p->fits) ? NULL : p;
    }
    return NULL;
}

bool expr_is_predeclared_call(struct unit *u, struct node *e) {
    return predeclared_of(u, e) != NULL;
}

bool expr_is_builtin_call(struct unit *u, struct node *e, const char *name) {
    const struct predeclared *p = predeclared_of(u, e);
    return p && strcmp(p->name, name) == 0;
}

static struct type *char_pointer(struct unit *u) {
    return type_pointer(u, type_basic(TY_CHAR));
}

static struct type *predeclared_type(struct unit *u, struct node *call, const char *name) {
    switch (*name) {
    case 'm':
        return expr_type(u, argument(call, 0));
    case 'l':
    case 'c':
        return type_basic(strcmp(name, "close") == 0 ? TY_VOID : TY_INT);
    case 'p':
        return type_basic(TY_VOID);
    default:
        break;
    }
    if (strcmp(name, "recover") == 0)
        return char_pointer(u);
    if (strcmp(name, "recover_value") == 0)
        return type_pointer(u, type_basic(TY_VOID));
    if (strcmp(name, "retain") == 0)
        return type_unqual(u, type_decay(u, expr_type(u, argument(call, 0))));
    return type_basic(TY_VOID);
}

/* ---- the compiler's ---- */

enum {
    R_POINTEE = -1,
    R_FIRST = -2,
    R_VOID_POINTER = -3,
    R_CHOOSE = -4,
    R_COMPLEX = -5,
    R_SECOND = -6,  /* the type that is the second operand */
    R_ELEMENT = -7, /* of a vector */
    R_SHUFFLE = -8,
    R_TEXT = -9,
    R_GENERIC = -10,
};

/* A name that ends in * stands for all that begin so; the first that matches counts. */
static const struct {
    const char *name;
    int result; /* enum type_kind, or one of the above */
} results[] = {
    {"__builtin_choose_expr", R_CHOOSE},
    {"__builtin_expect*", TY_LONG},
    {"__builtin_assume_aligned", R_VOID_POINTER},
    {"__builtin_constant_p", TY_INT},
    {"__builtin_object_size", TY_ULONG},
    {"__builtin_dynamic_object_size", TY_ULONG},
    {"__builtin_alloca*", R_VOID_POINTER},
    {"__builtin_return_address", R_VOID_POINTER},
    {"__builtin_frame_address", R_VOID_POINTER},
    {"__builtin_extract_return_addr", R_VOID_POINTER},
    {"__builtin_thread_pointer", R_VOID_POINTER},
    {"__builtin_apply*", R_VOID_POINTER},
    {"__builtin_launder", R_FIRST},
    {"__builtin_complex", R_COMPLEX},
    {"__builtin_tgmath", R_GENERIC},
    {"__builtin_shuffle", R_FIRST},
    {"__builtin_shufflevector", R_SHUFFLE},
    {"__builtin_convertvector", R_SECOND},
    {"__builtin_elementwise_*", R_FIRST},
    {"__builtin_reduce_*", R_ELEMENT},
    {"__builtin_nondeterministic_value", R_FIRST},
    {"__builtin_classify_type", TY_INT},
    {"__builtin_stdc_bit_ceil", R_FIRST},
    {"__builtin_stdc_bit_floor", R_FIRST},
    {"__builtin_stdc_rotate_*", R_FIRST},
    {"__builtin_stdc_has_single_bit", TY_BOOL},
    {"__builtin_stdc_*", TY_UINT},
    {"__builtin_LINE", TY_INT},
    {"__builtin_FILE", R_TEXT},
    {"__builtin_FUNCTION", R_TEXT},
    {"__builtin_va_start", TY_VOID},
    {"__builtin_va_end", TY_VOID},
    {"__builtin_va_copy", TY_VOID},
    {"__builtin_unreachable", TY_VOID},
    {"__builtin_trap", TY_VOID},
    {"__builtin_prefetch", TY_VOID},
    {"__builtin_add_overflow*", TY_BOOL},
    {"__builtin_sub_overflow*", TY_BOOL},
    {"__builtin_mul_overflow*", TY_BOOL},
    {"__builtin_bswap16", TY_USHORT},
    {"__builtin_bswap32", TY_UINT},
    {"__builtin_bswap64", TY_ULONG},
    {"__builtin_popcount*", TY_INT},
    {"__builtin_parity*", TY_INT},
    {"__builtin_clz*", TY_INT},
    {"__builtin_ctz*", TY_INT},
    {"__builtin_clrsb*", TY_INT},
    {"__builtin_ffs*", TY_INT},
    {"__builtin_isnan", TY_INT},
    {"__builtin_isinf*", TY_INT},
    {"__builtin_isfinite", TY_INT},
    {"__builtin_isnormal", TY_INT},
    {"__builtin_isgreater*", TY_INT},
    {"__builtin_isless*", TY_INT},
    {"__builtin_isunordered", TY_INT},
    {"__builtin_fpclassify", TY_INT},
    {"__builtin_signbit*", TY_INT},
    {"__builtin_strlen", TY_ULONG},
    {"__builtin_strcmp", TY_INT},
    {"__builtin_strncmp", TY_INT},
    {"__builtin_memcmp", TY_INT},
    {"__builtin_memcpy", R_VOID_POINTER},
    {"__builtin_memmove", R_VOID_POINTER},
    {"__builtin_memset", R_VOID_POINTER},
    {"__builtin_malloc", R_VOID_POINTER},
    {"__builtin_calloc", R_VOID_POINTER},
    {"__builtin_realloc", R_VOID_POINTER},
    {"__builtin_inff", TY_FLOAT},
    {"__builtin_inf", TY_DOUBLE},
    {"__builtin_infl", TY_LDOUBLE},
    {"__builtin_huge_valf", TY_FLOAT},
    {"__builtin_huge_val", TY_DOUBLE},
    {"__builtin_huge_vall", TY_LDOUBLE},
    {"__builtin_nanf", TY_FLOAT},
    {"__builtin_nan", TY_DOUBLE},
    {"__builtin_nanl", TY_LDOUBLE},
    {"__builtin_fabsf", TY_FLOAT},
    {"__builtin_fabs", TY_DOUBLE},
    {"__builtin_fabsl", TY_LDOUBLE},
    {"__atomic_load_n", R_POINTEE},
    {"__atomic_exchange_n", R_POINTEE},
    {"__atomic_fetch_*", R_POINTEE},
    {"__atomic_add_fetch", R_POINTEE},
    {"__atomic_sub_fetch", R_POINTEE},
    {"__atomic_and_fetch", R_POINTEE},
    {"__atomic_or_fetch", R_POINTEE},
    {"__atomic_xor_fetch", R_POINTEE},
    {"__atomic_nand_fetch", R_POINTEE},
    {"__atomic_compare_exchange*", TY_BOOL},
    {"__atomic_test_and_set", TY_BOOL},
    {"__atomic_always_lock_free", TY_BOOL},
    {"__atomic_is_lock_free", TY_BOOL},
    {"__atomic_*", TY_VOID},
    {"__c11_atomic_compare_exchange*", TY_BOOL},
    {"__c11_atomic_is_lock_free", TY_BOOL},
    {"__c11_atomic_load", R_POINTEE},
    {"__c11_atomic_exchange", R_POINTEE},
    {"__c11_atomic_fetch_*", R_POINTEE},
    {"__c11_atomic_*", TY_VOID},
    {"__sync_bool_compare_and_swap", TY_BOOL},
    {"__sync_val_compare_and_swap", R_POINTEE},
    {"__sync_fetch_*", R_POINTEE},
    {"__sync_add_and_fetch", R_POINTEE},
    {"__sync_sub_and_fetch", R_POINTEE},
    {"__sync_or_and_fetch", R_POINTEE},
    {"__sync_and_and_fetch", R_POINTEE},
    {"__sync_xor_and_fetch", R_POINTEE},
    {"__sync_nand_and_fetch", R_POINTEE},
    {"__sync_lock_test_and_set", R_POINTEE},
    {"__sync_*", TY_VOID},
};

static bool name_matches(const char *pattern, const char *name) {
    size_t n = strlen(pattern);
    if (pattern[n - 1] == '*')
        return strncmp(pattern, name, n - 1) == 0;
    return strcmp(pattern, name) == 0;
}

static struct type *chosen(struct unit *u, struct node *call) {
    int64_t which;
    if (!argument(call, 2) || !expr_const(u, argument(call, 0), &which))
        return type_basic(TY_UNKNOWN);
    return expr_type(u, argument(call, which ? 1 : 2));
}

static struct type *result_type(struct unit *u, struct node *call, int result) {
    struct node *first = argument(call, 0);
    struct type *t = first ? type_unqual(u, type_decay(u, expr_type(u, first))) : NULL;
    switch (result) {
    case R_VOID_POINTER:
        return type_pointer(u, type_basic(TY_VOID));
    case R_CHOOSE:
        return chosen(u, call);
    case R_FIRST:
        return t ? t : type_basic(TY_UNKNOWN);
    case R_COMPLEX:
        return t && type_is_arith(t) ? arith_complex(u, t) : type_basic(TY_UNKNOWN);
    case R_SECOND:
        return expr_type(u, argument(call, 1));
    case R_ELEMENT:
        return t && t->kind == TY_VECTOR ? t->base : type_basic(TY_UNKNOWN);
    case R_SHUFFLE:
        return t && t->kind == TY_VECTOR ? vector_of_size(u, t->base, count_arguments(call) - 2)
                                         : type_basic(TY_UNKNOWN);
    case R_GENERIC:
        return math_generic_type(u, first);
    case R_TEXT:
        return type_pointer(u, type_qualify(u, type_basic(TY_CHAR), Q_CONST));
    case R_POINTEE:
        return t && t->kind == TY_POINTER ? type_unqual(u, t->base) : type_basic(TY_UNKNOWN);
    default:
        return type_basic(result);
    }
}

/* __builtin_sin has the type of sin. */
static struct type *library_type(struct unit *u, const char *name) {
    struct symbol *s = scope_find(u->globals, ident_intern(u, name, strlen(name)));
    struct type *t = s && s->kind == S_FUNC ? symbol_type(u, s) : NULL;
    if (t && t->kind == TY_FUNC)
        return t->base;
    t = math_type(name);
    return t ? t : type_basic(TY_UNKNOWN);
}

struct type *builtin_call_type(struct unit *u, struct node *call, const char *name) {
    const struct predeclared *p = predeclared_of(u, call);
    if (p)
        return predeclared_type(u, call, name);
    const struct symbol *declared = expr_strip(node_kid(call, 0))->sym;
    if (strncmp(name, "__", 2) != 0 || (declared && declared->kind != S_BUILTIN))
        return NULL;
    for (size_t i = 0; i < sizeof results / sizeof *results; i++)
        if (name_matches(results[i].name, name))
            return result_type(u, call, results[i].result);
    return strncmp(name, "__builtin_", 10) == 0 ? library_type(u, name + 10) : NULL;
}
