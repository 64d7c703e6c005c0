/* SPDX-License-Identifier: MIT */
/* The translator's one shared header: types first, then each file's functions. */
#ifndef GOCC_CC_H
#define GOCC_CC_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* ---- text and tokens ---- */

enum tok_flag {
    TOK_BOL = 1,     /* first on its line */
    TOK_SYSTEM = 2,  /* linemarker flag 3 was in force */
    TOK_EXTERN_C = 4 /* linemarker flag 4 */
};

/* One token of the preprocessed text.  What lies between the end of a token and the start of the
   next is its trivia (spaces, comments, linemarkers, pragmas) and is copied as it stands. */
struct tok {
    uint32_t off, len;  /* in unit->text */
    uint32_t line;      /* presumed line (linemarkers applied) */
    uint16_t col;       /* 1-based, in bytes */
    uint16_t file;      /* index in unit->files */
    uint16_t kind;      /* T_* of c.y as the parser saw it; 0 for tokens it never sees */
    uint16_t flags;     /* enum tok_flag */
    uint32_t ident;     /* interned identifier, 0: none */
    struct symbol *sym; /* identifier in expression position: what it names */
};

struct ident {
    const char *text;
    uint32_t len, hash;
    uint16_t keyword;       /* T_* of a reserved word, or of a contextual one; 0: none */
    uint16_t contextual;    /* 1: go chan select defer range; 2: predeclared make len cap … */
    int held;               /* its place in lower's names, from 1, as long as that is so */
    struct symbol *binding; /* ordinary name space, innermost; NULL: undeclared */
    struct symbol *tag;     /* struct, union, enum tag, innermost */
    bool is_typename;       /* the binding is a typedef */
    uint32_t missed_in;     /* first token of the last function that was told it is undeclared */
    bool skip;              /* __extension__: the parser never sees it */
    uint32_t next;          /* hash chain */
};

/* ---- tree ---- */

/* kids in order after each kind; [x] may be absent and is then an N_NONE node, so positions hold.
   tok is the token that names the node (operator, keyword, identifier); first..last its range. */
#define NODE_KINDS(X)                                                                              \
    X(NONE) /* absent optional part */                                                             \
    X(LIST) /* item* */                                                                            \
    /* expressions */                                                                              \
    X(IDENT)         /* ; sym bound at parse time, NULL if undeclared */                           \
    X(CONST)         /* ; number or character */                                                   \
    X(STRING)        /* ; one or more adjacent literals */                                         \
    X(PAREN)         /* expr */                                                                    \
    X(STMT_EXPR)     /* COMPOUND */                                                                \
    X(GENERIC)       /* expr, LIST of GENERIC_ASSOC */                                             \
    X(GENERIC_ASSOC) /* [TYPE_NAME], expr */                                                       \
    X(VA_ARG)        /* expr, TYPE_NAME */                                                         \
    X(OFFSETOF)      /* TYPE_NAME, ... */                                                          \
    X(TYPES_COMPAT)  /* TYPE_NAME, TYPE_NAME */                                                    \
    X(HAS_ATTRIBUTE) /* expression or TYPE_NAME */                                                 \
    X(INDEX)         /* expr, expr */                                                              \
    X(CALL)          /* callee, LIST of expr or TYPE_NAME */                                       \
    X(MEMBER)        /* expr ; tok is the member name, op is T_DOT or T_PTR */                     \
    X(POST)          /* expr ; op */                                                               \
    X(COMPOUND_LIT)  /* TYPE_NAME, INIT_LIST */                                                    \
    X(UNARY)         /* expr ; op: T_AMP T_STAR T_PLUS T_MINUS T_BANG T_TILDE T_INC T_DEC ... */   \
    X(LABEL_ADDR)    /* ; &&label */                                                               \
    X(RECV)          /* expr ; tok is the arrow */                                                 \
    X(SIZEOF)        /* expr or TYPE_NAME ; op T_SIZEOF or T_ALIGNOF */                            \
    X(CAST)          /* TYPE_NAME, expr */                                                         \
    X(BINARY)        /* expr, expr ; op */                                                         \
    X(COND)          /* expr, [expr], expr */                                                      \
    X(ASSIGN)        /* expr, expr ; op T_ASSIGN or T_ASSIGNOP (text tells which) */               \
    X(COMMA)         /* expr, expr */                                                              \
    X(INIT_LIST)     /* INIT, or what it would hold without designators */                         \
    X(INIT)          /* designators LIST, expr or INIT_LIST */                                     \
    /* types and declarations */                                                                   \
    X(SPECS)        /* specifier* */                                                               \
    X(SPEC_WORD)    /* ; one keyword: type word, storage class, qualifier, function specifier */   \
    X(SPEC_ATTR)    /* ; a run of __attribute__((...)), [[...]], _Alignas(...) */                  \
    X(SPEC_TYPEDEF) /* ; typedef name, sym */                                                      \
    X(SPEC_RECORD)  /* [members LIST of MEMBER_DECL] ; op T_STRUCT/T_UNION, sym = tag symbol */    \
    X(SPEC_ENUM)    /* [LIST of ENUMERATOR] ; sym = tag symbol */                                  \
    X(ENUMERATOR)   /* [expr] ; sym */                                                             \
    X(SPEC_TYPEOF)  /* expr or TYPE_NAME */                                                        \
    X(SPEC_ATOMIC)  /* TYPE_NAME */                                                                \
    X(SPEC_BITINT)  /* expr */                                                                     \
    X(SPEC_CHAN)    /* SPECS of the element or TYPE_NAME ; op CHAN_BOTH/SEND/RECV */               \
    X(MEMBER_DECL)  /* SPECS, LIST of MEMBER_DECLR */                                              \
    X(MEMBER_DECLR) /* [declarator], [bit width expr] ; sym */                                     \
    X(TYPE_NAME)    /* SPECS, [declarator] */                                                      \
    /* declarators wrap outside-in as written: D_NAME innermost, the kid is the inner declarator   \
     */                                                                                            \
    X(D_NAME)        /* ; identifier; tok 0 in an abstract declarator */                           \
    X(D_PAREN)       /* declarator */                                                              \
    X(D_POINTER)     /* declarator, [SPECS qualifiers] */                                          \
    X(D_ARRAY)       /* declarator, [size expr] ; op T_STAR for [*] */                             \
    X(D_FUNC)        /* declarator, LIST of PARAM ; op T_ELLIPSIS if variadic, T_NAME if K&R/() */ \
    X(PARAM)         /* SPECS, [declarator] ; sym */                                               \
    X(DECL)          /* SPECS, LIST of DECLR */                                                    \
    X(DECLR)         /* declarator, [init] ; sym */                                                \
    X(STATIC_ASSERT) /* ... */                                                                     \
    X(FUNC)          /* SPECS, declarator, [LIST of K&R DECL], COMPOUND ; sym */                   \
    X(ASM_DECL)      /* ; */                                                                       \
    X(UNIT)          /* external declaration* */                                                   \
    /* statements */                                                                               \
    X(COMPOUND)     /* item* */                                                                    \
    X(EXPR_STMT)    /* [expr] */                                                                   \
    X(IF)           /* expr, stmt, [stmt] */                                                       \
    X(SWITCH)       /* expr, stmt */                                                               \
    X(WHILE)        /* expr, stmt */                                                               \
    X(DO)           /* stmt, expr */                                                               \
    X(FOR)          /* [DECL or expr], [expr], [expr], stmt */                                     \
    X(GOTO)         /* [expr] ; tok is the label or the star */                                    \
    X(CONTINUE)     /* ; tok2 is the label, 0: none */                                             \
    X(BREAK)        /* ; tok2 is the label, 0: none */                                             \
    X(RETURN)       /* [expr] */                                                                   \
    X(LABEL)        /* stmt or N_NONE ; tok is the name */                                         \
    X(CASE)         /* expr, [expr of a range], stmt or N_NONE */                                  \
    X(DEFAULT)      /* stmt or N_NONE */                                                           \
    X(ASM)          /* ... */                                                                      \
    X(LOCAL_LABELS) /* ; __label__ */                                                              \
    /* the constructs */                                                                           \
    X(GO)          /* CALL (or what stands there), or COMPOUND */                                  \
    X(DEFER)       /* CALL (or what stands there), or COMPOUND */                                  \
    X(SEND)        /* channel expr, value expr or N_NONE for `void` ; tok is the arrow */          \
    X(DEFINE)      /* expr ; `x := e`: tok is x, sym its symbol */                                 \
    X(RECV_OK)     /* lhs, lhs, RECV ; `v, ok = <-c`; op T_DEFINE: both DEFINE-less IDENTs, new */ \
    X(SELECT)      /* SELECT_CASE* */                                                              \
    X(SELECT_CASE) /* [SEND, RECV, ASSIGN, DEFINE, RECV_OK (or any expr)], LIST of items ;         \
                      default: NONE */                                                             \
    X(RANGE)       /* [lhs expr or IDENT], operand expr, stmt ; op T_DEFINE, T_ASSIGN or 0 */

enum node_kind {
#define X(name) N_##name,
    NODE_KINDS(X)
#undef X
        N_COUNT
};

enum chan_dir { CHAN_BOTH = 1, CHAN_SEND, CHAN_RECV };

struct node {
    uint8_t kind;          /* enum node_kind */
    uint8_t has_construct; /* a construct stands in it or below */
    uint16_t op;           /* T_* or enum chan_dir */
    uint32_t tok, tok2;    /* naming token; 0: none (token 0 is a sentinel) */
    uint32_t first, last;  /* token range, both ends included; first > last: empty */
    struct node *kid;      /* first child */
    struct node *next;     /* next sibling */
    struct node *parent;   /* set by ast_link after parsing */
    struct symbol *sym;
    struct type *type;   /* filled by expr_type, type_of_specs …; NULL: not asked yet */
    struct scope *scope; /* COMPOUND, FOR, RANGE, SELECT_CASE, FUNC: the scope it opens */
};

/* ---- names ---- */

enum symbol_kind { S_VAR, S_FUNC, S_TYPEDEF, S_ENUMERATOR, S_TAG, S_PARAM, S_BUILTIN };
enum storage { STORAGE_AUTO, STORAGE_STATIC, STORAGE_EXTERN, STORAGE_THREAD, STORAGE_REGISTER };

struct symbol {
    uint8_t kind;        /* enum symbol_kind */
    uint8_t storage;     /* enum storage; file scope: STATIC or EXTERN; S_PARAM: AUTO or REGISTER */
    uint8_t is_thread;   /* _Thread_local */
    uint16_t depth;      /* 0: file scope; 1: parameters; 2: function body; … */
    uint32_t ident, tok; /* name and where it was declared */
    struct node
        *node; /* DECLR, PARAM, FUNC, MEMBER_DECLR, ENUMERATOR, SPEC_RECORD, SPEC_ENUM, DEFINE … */
    struct node *specs;  /* the SPECS it was declared with */
    struct node *func;   /* enclosing FUNC, NULL at file scope */
    struct scope *scope; /* where it was declared */
    struct type *type;   /* filled by symbol_type */
    struct symbol *next_in_scope;
    uint32_t uses; /* how often an expression names it */
    int64_t value; /* S_ENUMERATOR, once has_value */
    bool has_value;
    bool hidden;   /* the name of a type, which means something else deeper in a function */
    bool hides;    /* such a name */
    bool written;  /* lowering: a typedef that the output uses, too */
    bool deferred; /* lowering: a defer sees it */
    bool named;    /* lowering: a tag that got a name, or another one */
    bool lent;     /* lowering: an anonymous tag that has a name while a function is lifted */
};

/* Every scope is kept after parsing: capture and lowering ask what is visible and who owns it. */
struct scope {
    struct scope *up;
    struct node
        *owner; /* FUNC, COMPOUND, FOR, …; NULL: a mere prototype, or a body without braces */
    struct symbol *symbols; /* declared here, last first; S_TAG symbols among them */
    uint16_t depth;
    uint32_t mark; /* length of the parser's undo trail when it was opened */
};

/* ---- types: only what the constructs need; quals are T_CONST… bits ---- */

enum type_kind {
    TY_UNKNOWN, /* could not be told: the user of the type decides whether that is an error */
    TY_VOID,
    TY_BOOL,
    TY_CHAR,
    TY_SCHAR,
    TY_UCHAR,
    TY_SHORT,
    TY_USHORT,
    TY_INT,
    TY_UINT,
    TY_LONG,
    TY_ULONG,
    TY_LLONG,
    TY_ULLONG,
    TY_INT128,
    TY_UINT128,
    TY_FLOAT,
    TY_DOUBLE,
    TY_LDOUBLE,
    TY_OTHER_ARITH, /* _FloatN, _Complex, _Decimal, _BitInt: name holds the spelling */
    TY_ENUM,
    TY_STRUCT,
    TY_UNION,
    TY_POINTER,
    TY_ARRAY,
    TY_FUNC,
    TY_CHAN,
    TY_VECTOR
};
enum qual { Q_CONST = 1, Q_VOLATILE = 2, Q_RESTRICT = 4, Q_ATOMIC = 8 };

struct type {
    uint8_t kind, quals;
    uint8_t dir;          /* TY_CHAN: enum chan_dir */
    uint8_t variadic;     /* TY_FUNC */
    uint8_t unprototyped; /* TY_FUNC: () or K&R */
    uint8_t incomplete;   /* TY_ARRAY without size */
    uint8_t vla;          /* TY_ARRAY whose size is no constant */
    struct type *base;    /* pointee, element, result */
    struct type **params; /* TY_FUNC: nparams, adjusted */
    uint32_t nparams;
    struct symbol *tag;   /* TY_STRUCT, TY_UNION, TY_ENUM: its tag symbol; anonymous: ident 0 */
    struct node *record;  /* defining SPEC_RECORD / SPEC_ENUM, NULL while incomplete */
    struct node *size;    /* TY_ARRAY: the size expression, NULL if none */
    int64_t length;       /* TY_ARRAY: known constant, -1 not known */
    const char *name;     /* TY_OTHER_ARITH, TY_VECTOR: spelling; TY_ARRAY: of its size, or NULL */
    struct symbol *alias; /* the typedef it was named by, for printing; never for identity */
};

/* ---- one translation unit ---- */

struct shown {
    bool no_caret, no_option, no_column, fixits;
    bool fatal; /* -Wfatal-errors */
    int most;   /* -fmax-errors=; 0: all */
};

struct diag_options {
    bool color, json, werror, no_warnings;
    struct shown shown;
    FILE *to;                 /* NULL: standard error */
    const char *const *flags; /* our -W… and -Wno-… as given */
    int nflags;
};

struct translate_options {
    const char *source; /* x.gc, for messages */
    bool dump_ast, dump_types;
    const char *narrow;    /* -m32 or the like */
    bool searched;         /* lex_may_have_constructs() has said yes */
    bool debug;            /* -g or a sanitizer: releases carry their place */
    bool clang;            /* host compiler */
    bool aarch64;          /* the host compiler is a cross compiler for it */
    bool address;          /* -fsanitize=address */
    bool sanitized;        /* by address or thread: frames may lie elsewhere than on the stack */
    const char *glue_file; /* whose lines those of abi.h are said to be; NULL: they are their own */
    bool emit_c;           /* for a reader: keep it tidy */
    int std;               /* __STDC_VERSION__ of the host mode, e.g. 201710; 0: C89 */
    bool gnu;              /* not -std=cNN */
    struct diag_options diag;
    /* NULL, or takes a line `gocc__chan_int<tab>chan int` for each type */
    struct buf *channels;
};

struct pragma;
struct unit {
    const char *text; /* the .i */
    size_t len;
    const struct translate_options *opt;
    struct tok *toks; /* toks[0] is a sentinel; ntoks counts it */
    uint32_t ntoks;
    const char **files;
    uint32_t nfiles;
    struct ident *idents; /* idents[0] is a sentinel */
    uint32_t nidents;
    uint32_t *ident_table; /* heads of the hash chains */
    uint32_t ident_slots;  /* a power of two */
    uint32_t cidents;
    struct node *root; /* N_UNIT */
    struct scope *globals;
    struct arena *arena; /* owns the tree, symbols and types */
    /* Every construct node in order of its first token, outer before inner: GO DEFER SEND RECV
       DEFINE RECV_OK SELECT RANGE, SPECS with a SPEC_CHAN among its words, BREAK and CONTINUE with
       a label, and CALL of a predeclared name that only a system header may have declared. */
    struct node **constructs;
    uint32_t nconstructs;
    struct diag *diags; /* reported, not yet printed */
    struct diag *last_diag;
    bool last_diag_hidden; /* a warning that is switched off: so are its notes and fix-its */
    int errors, warnings;
    struct pragma *pragmas; /* about warnings of ours */
    bool syntax_errors;
    bool has_thread_locals;
    void *lower; /* the lowering's own state */
};

/* pragma.c: #pragma GCC diagnostic */
bool pragma_is_ours(const char *warning);
void pragma_read(struct unit *u, char *text); /* and takes those out that are ours alone */
void pragma_state(const struct unit *u, const char *name, uint32_t off, bool *on, bool *error);

/* util.c: the arena frees all at once; a buf grows */
struct arena;
struct arena *arena_new(void);
void *arena_alloc(struct arena *a, size_t size); /* zeroed */
char *arena_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void arena_free(struct arena *a);
struct buf {
    char *s;
    size_t n, cap;
};
void buf_add(struct buf *b, const char *s, size_t n);
void buf_puts(struct buf *b, const char *s);
void buf_quote(struct buf *b, const char *s);
void buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_free(struct buf *b);
void *xrealloc(void *p, size_t size);
_Noreturn void die(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* translate.c: 0 fine, 1 errors were reported */
int translate(const char *text, size_t len, FILE *out, const struct translate_options *opt);

/* columns.c */
struct buf columns_restore(const char *text, size_t len, bool comments); /* to be freed */

/* source.c */
char *source_read(const char *path, size_t *len);         /* to be freed */
char *source_unquote(const char *name, size_t n);         /* of a linemarker; to be freed */
const char *tok_text(const struct unit *u, uint32_t tok); /* not terminated */
bool tok_is(const struct unit *u, uint32_t tok, const char *text);
char *tok_dup(struct unit *u, uint32_t tok); /* in the arena, terminated */
const char *tok_file(const struct unit *u, uint32_t tok);
bool tok_in_gocc_header(const struct unit *u, uint32_t tok); /* declared by one of our headers */

/* ident.c; keywords.def says when a word is a keyword */
enum word_mode {
    WORD_ALWAYS,
    WORD_C99,
    WORD_GNU_OR_C99,
    WORD_C23,
    WORD_GNU,
    WORD_GNU_OR_C23,
    WORD_GCC,
    WORD_CLANG
};
void ident_init(struct unit *u);
uint32_t ident_intern(struct unit *u, const char *s, size_t n);
const char *ident_text(const struct unit *u, uint32_t id);

/* scope.c: bindings as an undo trail, scopes kept */
struct symbol *scope_lookup(struct unit *u, uint32_t ident); /* at parse time only */
struct symbol *scope_find(struct scope *s, uint32_t ident);  /* afterwards, outwards from s */

/* lex.c, parse.c (with grammar/c.re and c.y): text to tree */
const char *lex_comment_end(const char *p, const char *end);
bool lex_may_have_constructs(const char *text, size_t len); /* false: pass the text through */
void parse_unit(struct unit *u);                            /* fills toks … constructs */

/* ---- what only the scanner, the grammar and the tree builders share ---- */

enum { LEX_END = 0 }; /* lex_scan otherwise returns T_* */
struct scanner {
    const unsigned char *cur, *marker, *end, *tok; /* re2c's */
    const unsigned char *line_start;
    struct unit *u;
    uint32_t line; /* presumed */
    uint16_t file;
    uint16_t flags; /* of the linemarker in force, and TOK_BOL */
};
int lex_scan(struct scanner *s); /* c.re */
void lex_newline(struct scanner *s);
void lex_block_comment(struct scanner *s);
bool lex_directive(struct scanner *s); /* false: a stray # */
int lex_raw_string(struct scanner *s);
void lex_unit(struct unit *u); /* fills toks */

/* A terminal's value: its tokens.  A skipped word before it belongs to it; the token itself is the
   last, except for a run of attributes. */
struct span {
    uint32_t first, last;
};

struct undo {
    struct symbol *old;
    uint32_t ident;
    bool is_tag;
};

struct parser {
    struct unit *u;
    void *gram; /* lemon's */
    struct node *root;
    struct scope *scope; /* innermost open one */
    struct node *func;   /* being parsed; NULL at file scope */
    struct undo *trail;  /* bindings to restore when scopes close */
    uint32_t ntrail, ctrail;
    struct span none;   /* no token */
    bool failed;        /* lemon gave up: the end came in the middle */
    bool error_now;     /* the token just fed was not wanted */
    int braces;         /* open when it came */
    uint32_t recovered; /* token where the last recovery ended, if not at a ; */
    bool torn;          /* what was not wanted last is the rest of a function, see syntax.c */
    bool conflict;      /* between the marks of one, see conflict.c */
    bool constructs;    /* one was met; until then syntax errors are the host compiler's */
};
struct feeder {
    struct parser p;
    struct unit *u;
    uint32_t at;    /* token to feed next */
    uint32_t first; /* it, or a skipped word before it */
    int previous;   /* kind of the token fed before */
    bool channels;  /* the word chan has been a keyword */
};

void feed_push(struct feeder *f, int kind, struct span at);
bool feed_starts_type(const struct feeder *f, const struct tok *t);
const struct ident *feed_word_of(const struct feeder *f, const struct tok *t);
void missing_add(struct feeder *f, const struct tok *t); /* missing.c: before t */
bool tok_is_arrow(const struct tok *t);                  /* < and - side by side */
void gram(void *g, int token, struct span value, struct parser *p);
bool gram_would_shift(void *g, int token);
void gram_resume(void *g);
int gram_braces(void *g);
void parse_syntax_error(struct parser *p, int token, struct span at);
/* Of the parenthesis that token `close` closes; 0: none on this side of a brace. */
uint32_t parse_opening(const struct parser *p, uint32_t close);
void parse_missing_semicolon(struct parser *p, uint32_t tok);              /* before this token */
void parse_missing_mark(struct parser *p, uint32_t tok, const char *mark); /* before it */
void parse_missing_brace(struct parser *p, uint32_t tok); /* as well, of a select */
bool parse_is_word(const struct parser *p, uint32_t tok, const char *text);
bool mistake_report(struct parser *p, uint32_t tok);    /* mistakes.c */
bool outside_construct(struct parser *p, uint32_t tok); /* outside.c */
bool outside_report(struct parser *p, uint32_t tok);
/* conflict.c: what is fed next, `tok` unless a conflict's mark stands there */
uint32_t conflict_skip(struct parser *p, uint32_t tok);
bool habit_report(struct parser *p, uint32_t tok); /* habits.c */
const char *habit_of_word(const struct parser *p, uint32_t tok);
void habit_explain(struct parser *p, uint32_t tok);
void habit_explain_order(struct parser *p, uint32_t tok);
void habit_explain_head(struct parser *p, uint32_t tok);
bool habit_is_type(const struct parser *p, uint32_t tok); /* a type begins here */
bool unknown_is_default(struct unit *u, uint32_t tok);    /* `defualt` */
/* `clsoe`: the predeclared function that is meant, or NULL */
const char *unknown_predeclared(struct unit *u, uint32_t tok);
bool unknown_report(struct parser *p, uint32_t tok); /* unknown.c */
void parse_bad_define(struct parser *p, struct node *lhs, struct span op, struct node *e);
void parse_nothing_new(struct parser *p, struct node *old, struct span op);
void parse_twice(struct parser *p, struct node *name);
void parse_statement_outside(struct parser *p, uint32_t tok);
bool specs_have(const struct node *specs, int word); /* T_STATIC, … */
struct node *parse_declaration(struct parser *p, struct node *specs, struct node *list,
                               struct span semi, int kind);
struct node *parse_func_enter(struct parser *p, struct node *specs, struct node *declr);
struct node *parse_func_done(struct parser *p, struct node *f, struct node *kr, struct node *body);
void parse_func_leave(struct parser *p, struct node *f);

struct scope *scope_enter(struct parser *p);
void scope_leave(struct parser *p, struct scope *s);
void scope_reenter(struct parser *p, struct scope *s);
struct symbol *scope_declare(struct parser *p, uint32_t tok, int kind, struct node *node);
struct symbol *scope_declare_tag(struct parser *p, uint32_t tok,
                                 struct node *node); /* tok 0: no name */
void scope_predeclare(struct parser *p);

struct node *ast_node(struct parser *p, int kind, uint32_t tok, size_t n, struct node **kids);
struct node *ast_cover(struct node *n, struct span s);
struct node *ast_add(struct node *list, struct node *kid);
void ast_replace(struct node *n, int i, struct node *kid);
struct span ast_join(struct span a, struct span b);
struct node *ast_leaf(struct parser *p, int kind, struct span s);
struct node *ast_op(struct parser *p, struct node *n); /* op from tok */
struct node *ast_ident(struct parser *p, struct span s);
struct node *ast_typedef(struct parser *p, struct span s);
struct node *ast_word(struct parser *p, struct span s);
struct node *ast_unary(struct parser *p, struct span op, struct node *e);
struct node *ast_sizeof(struct parser *p, struct span op, struct node *e, struct span end);
struct node *ast_call(struct parser *p, struct node *f, struct span open, struct node *args,
                      struct span end);
struct node *ast_member(struct parser *p, struct node *e, int op, struct span name);
struct node *ast_designator(struct parser *p, struct span name);
struct node *ast_chan(struct parser *p, int dir, struct span word, struct node *elem,
                      struct span first);
struct node *ast_tag(struct parser *p, int kind, struct span word, struct span name);
struct node *ast_tag_define(struct parser *p, int kind, struct span word, struct span name);
struct node *ast_enumerator(struct parser *p, struct span name, struct span attrs, struct node *e);
struct node *ast_members(struct parser *p, struct node *specs, struct node *list, struct span semi);
struct node *ast_member_declr(struct parser *p, struct node *d, struct node *bits, struct span end);
struct node *ast_declare(struct parser *p, struct node *declarator, int kind);
struct node *ast_pointer(struct parser *p, struct span star, struct node *quals, struct node *next);
struct node *ast_pointer_to(struct node *ptr, struct node *d);
struct node *ast_array(struct parser *p, struct node *d, struct node *array);
struct node *ast_function(struct parser *p, struct node *d, struct node *params);
struct node *ast_no_params(struct parser *p, struct span open, struct scope *s, struct span close);
struct node *ast_kr_param(struct parser *p, struct span name);
struct node *ast_param(struct parser *p, struct node *specs, struct node *declr, struct span attrs);
struct node *ast_expr_stmt(struct parser *p, struct node *e, struct span semi);
struct node *ast_labelled(struct node *label, struct node *stmt);
struct node *ast_add_item(struct node *list, struct node *item);
struct node *ast_compound(struct parser *p, struct span open, struct node *items, struct span close,
                          struct scope *s);
struct node *ast_own(struct node *n, struct scope *s);
struct node *ast_jump(struct parser *p, int kind, struct span word, struct span label,
                      struct span semi);
struct node *ast_define(struct parser *p, struct node *lhs, struct span op, struct node *e);
struct node *ast_recv_ok(struct parser *p, struct node *e);
struct node *ast_for(struct parser *p, struct span word, struct node *init, struct node *cond,
                     struct node *post, struct node *body);
struct node *ast_clause(struct parser *p, struct span word, struct node *comm, struct span colon,
                        struct node *items);
struct node *ast_range(struct parser *p, struct span word, struct node *lhs, struct span op,
                       struct node *e);
struct node *ast_declared(struct node *declarator); /* its D_NAME */
void ast_link(struct unit *u);                      /* parents, has_construct, unit->constructs */

/* ast.c */
struct node *node_kid(const struct node *n, int i); /* NULL past the end */
bool node_absent(const struct node *n);             /* NULL or N_NONE */
bool node_is_label(const struct node *n);           /* of any kind; not __label__ */
bool node_is_lvalue(const struct unit *u, const struct node *e);
void ast_dump(const struct unit *u, FILE *out);
const char *node_kind_name(int kind);
struct node *node_initial(struct node *item);
struct node *node_enclosing(struct node *n, int kind); /* outwards, itself not counted; NULL */

/* type.c */
struct type *type_new(struct unit *u, int kind);
struct type *type_basic(int kind); /* shared, not to be written to */
struct type *type_pointer(struct unit *u, struct type *to);
struct type *type_nullptr(struct unit *u);
struct type *type_unqual(struct unit *u, struct type *t);
struct type *type_qualify(struct unit *u, struct type *t, int quals); /* adds quals */
bool type_same(const struct type *a,
               const struct type *b); /* canonical identity, quals ignored at top */
bool type_is_arith(const struct type *t);
bool type_is_integer(const struct type *t); /* with bool and enum */
bool type_is_record(const struct type *t);
struct type *type_promoted(struct unit *u, struct type *t); /* integer promotions */
struct type *type_usual(struct unit *u, struct type *a,
                        struct type *b);            /* arithmetic conversions */
int type_enum_kind(struct unit *u, struct type *t); /* of the integer that an enum is */
bool type_size(struct unit *u, struct type *t, int64_t *size,
               int64_t *align); /* false: not known here */
bool type_is_complete(struct unit *u, struct type *t);
struct type *type_decay(struct unit *u, struct type *t); /* arrays and functions to pointers */
bool type_is_handle(struct unit *u,
                    const struct type *t); /* channel or pointer to struct gocc__h_… */
struct symbol *type_member(struct unit *u, const struct type *record,
                           uint32_t ident);               /* also in anonymous members */
bool type_is_fixed(struct unit *u, const struct type *t); /* const, or a part of it */
/* an array of variable length, or a part of it is one (of gcc's, in a struct) */
bool type_varies(struct unit *u, const struct type *t);

/* print.c */
char *type_print(
    struct unit *u, const struct type *t,
    const char *name); /* C declarator for the output, channels lowered; name NULL: type name */
char *type_show(struct unit *u,
                const struct type *t); /* as the user wrote it, for messages: chan<- int */
char *type_mangle(struct unit *u, const struct type *t); /* of an element: int, p_char, struct_pt */
bool type_printable_at_file_scope(struct unit *u,
                                  const struct type *t); /* names no local type, no VLA */

/* decl.c */
bool specs_have_attribute(struct unit *u, struct node *specs, const char *word);
bool enum_is_packed(struct unit *u, struct node *n);
struct type *enum_underlying(struct unit *u,
                             struct node *spec_enum); /* enum e : T; NULL: not given */
struct type *symbol_type(struct unit *u, struct symbol *s);
struct type *specs_type(struct unit *u, struct node *specs);
bool record_is_union(struct unit *u, const struct node *n); /* of a SPEC_RECORD */
struct type *declarator_type(struct unit *u, struct node *declarator, struct type *base);
struct type *type_name_type(struct unit *u, struct node *type_name);
struct type *func_result(struct unit *u, struct node *func);

/* expr.c */
struct type *expr_type(struct unit *u,
                       struct node *e); /* never NULL; TY_UNKNOWN where it cannot tell */
int64_t expr_bit_field_width(struct unit *u, struct node *e); /* -1: no bit-field */
struct node *expr_strip(struct node *e);                      /* through parentheses */
bool expr_is_null(struct unit *u, struct node *e);

void type_dump(struct unit *u, FILE *out); /* type_dump.c: --dump-types */

/* builtin.c */
bool expr_is_predeclared_call(struct unit *u, struct node *e); /* ours, whichever */
bool expr_is_builtin_call(struct unit *u, struct node *e,
                          const char *name); /* make len cap close panic … not shadowed, fits */
struct type *
builtin_call_type(struct unit *u, struct node *call,
                  const char *name); /* __builtin_…, make, len …; NULL: an ordinary call */

/* arith.c: types of no word of their own */
struct type *arith_named(struct unit *u, const char *name);
struct type *arith_complex(struct unit *u, struct type *real);
struct type *arith_real(struct unit *u, struct type *t);
struct type *arith_bit_field(struct unit *u, struct type *declared, int64_t width);
struct type *arith_usual(struct unit *u, struct type *a, struct type *b);

/* vector.c */
struct type *vector_of(struct unit *u, struct type *element, const char *attribute);
struct type *vector_of_size(struct unit *u, struct type *element, int64_t n);
struct type *vector_mask(struct unit *u, struct type *vector); /* of a comparison */

/* math.c */
struct type *math_type(const char *name);
struct type *math_generic_type(struct unit *u, struct node *args);
struct type *math_overload_type(struct unit *u, struct symbol *f, struct node *args);

/* literal.c */
struct type *literal_type(struct unit *u, uint32_t tok); /* of a number or character */
struct type *literal_string_type(struct unit *u, struct node *string); /* char [n], wchar_t [n] … */
bool literal_value(struct unit *u, uint32_t tok, int64_t *value); /* of an integer or character */

/* const.c */
bool const_is_constexpr(struct unit *u, const struct symbol *s);
bool expr_const(struct unit *u, struct node *e, int64_t *value); /* integer constant expression */

/* diag.c: gcc's format; n or tok gives place and range */
void diag_error(struct unit *u, uint32_t tok, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void diag_error_range(struct unit *u, struct node *n, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void diag_warning(struct unit *u, const char *flag, uint32_t tok, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
void diag_note(struct unit *u, uint32_t tok, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
bool diag_is_told(const struct unit *u, uint32_t tok); /* there is a message at this place */
void diag_fixit(struct unit *u, uint32_t first, uint32_t last,
                const char *replacement); /* to the message before */
/* at the end of the token, where something is missing that a fix-it may insert (NULL: none) */
void diag_error_after(struct unit *u, uint32_t tok, const char *insert, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
void diag_flush(struct unit *u);  /* print what was reported */
void diag_forget(struct unit *u); /* drop it */

/* colors.c: what stands before and behind the parts of a message */
struct style {
    const char *bold, *error, *warning, *note, *fix, *end;
};
struct style colors_style(struct unit *u);

/* check.c, check_assign.c, check_block.c: rules of the constructs; warn.c: the warnings that have
   names */
bool check_known(struct unit *u, struct node *e); /* false: its type cannot be told, said so */
bool check_package(struct unit *u, struct node *member);        /* told of time.Sleep */
bool check_method(struct unit *u, struct node *member);         /* told of mu.Lock() */
struct type *check_record(struct unit *u, struct node *member); /* what it is a member of */
void explain_header(struct unit *u, uint32_t name);             /* a note, where one is missing */
bool check_missed_before(struct unit *u, struct node *n);       /* n names what is undeclared */
bool check_is_ours(struct unit *u); /* a program of the language, not of C */
void check_element_words(struct unit *u, struct node *spec);     /* check_words.c */
void check_receive_stored_to(struct unit *u, struct node *recv); /* check_store.c */
void check_store(struct unit *u, struct node *place);
bool check_channels_differ(const struct type *a, const struct type *b); /* check_redeclared.c */
void check_redeclared(struct unit *u);
void check_spelling(struct unit *u, struct node *call); /* check_names.c */
bool check_undeclared(struct unit *u,
                      struct node *n); /* true: a name in it is not declared, said so */
void check_assign(struct unit *u, struct type *to, struct node *e);
void check_convert(struct unit *u, struct type *to, struct node *e, const char *what);
void check_assignments(struct unit *u, struct node *n);
bool check_known_type(const struct type *t); /* nothing in it is TY_UNKNOWN */
void check_block(struct unit *u, struct node *n);
char *check_text(struct unit *u, struct node *n);        /* as it is written, for messages */
bool check_is_stored_to(struct unit *u, struct node *n); /* by what stands around it */
void check_label(struct unit *u, struct node *n);
void check_jumps(struct unit *u, struct node *func);
void check_unit(struct unit *u);
void warn_unit(struct unit *u);
uint32_t warn_callee(struct node *call); /* the function's name; 0: not a name */
bool warn_calls(struct unit *u, struct node *n, const char *name);
bool warn_calls_one(struct unit *u, struct node *n, const char *const *names);
bool warn_mentions(struct unit *u, struct node *n, struct symbol *s);
bool warn_is_users(struct unit *u, uint32_t tok); /* not of a system or gocc header */
bool warn_is_error(struct unit *u, const struct type *t);
uint32_t warn_park(struct unit *u, struct node *n); /* where it may park below n; 0: nowhere */
void warn_lock(struct unit *u, struct node *n);     /* warn_lock.c, each node */
void warn_thread_local(struct unit *u, struct node *func);
void warn_channels(struct unit *u, struct node *func); /* warn_chan.c */
void warn_contexts(struct unit *u, struct node *func); /* warn_context.c */
void warn_format(struct unit *u, struct node *n);      /* warn_format.c, each node */
void warn_handler(struct unit *u, struct node *n);     /* warn_signal.c, each node */
void warn_notify(struct unit *u, struct node *n);      /* as well */
void warn_duration(struct unit *u, struct node *n);    /* warn_duration.c */
void warn_late_add(struct unit *u, struct node *go);   /* warn_waitgroup.c */
void warn_since(struct unit *u, struct node *defer);   /* warn_since.c */
void warn_label(struct unit *u, struct node *label);   /* warn_label.c */
void warn_comma(struct unit *u, struct node *comma);   /* warn_comma.c */
void warn_declared_ok(struct unit *u, struct node *decl);

/* capture.c: free automatic variables of go and defer blocks */
struct capture {
    struct symbol *sym;
    bool by_value, by_address; /* both may hold in a go block */
    uint32_t tok;              /* first use */
    const char *pointer;       /* by_address: what the pointer is called in the block */
    struct capture *next, *in_slot;
};
struct captures {
    struct capture *first, **end; /* in the order of their first uses */
    struct capture **slots;       /* by symbol */
    uint32_t nslots, n;
};
struct captures *capture_find(struct unit *u, struct node *block);
struct capture *capture_of(const struct captures *list, const struct symbol *s); /* or NULL */
bool capture_is_repeated(struct unit *u, const struct symbol *s, const struct node *block);
struct node *capture_object(struct unit *u, struct node *ident); /* the widest part it names */
bool capture_takes_address(struct unit *u, struct node *ident);  /* this use of a variable */

/* ---- lowering ---- */

/* An action rewrites the node whose range starts at a token and returns the last token that it
   used up.  Actions at one token are listed outer node first. */
struct lower;
typedef uint32_t lower_fn(struct lower *l, struct node *n);
struct action {
    struct node *node;
    lower_fn *run;
    struct action *next;
    bool busy; /* being run: what stands inside is emitted without it */
};

/* What becomes one C function: a function, or a block of go or defer that is lifted out of it. */
struct body {
    struct body *next;         /* all of one external declaration */
    struct body *up;           /* NULL for a function at file scope */
    struct node *node;         /* FUNC, GO, DEFER */
    struct type *result;       /* of the function, or of the one a defer block belongs to */
    struct captures *captures; /* of a block */
    const char *name;
    bool is_defer, is_go;     /* neither: a function */
    bool seen;                /* lower_keep.c: some of its stores must be kept */
    bool defers;              /* it has a frame */
    bool recovers;            /* it names recover */
    bool gives, always_gives; /* a defer block of it may return a value; does so at its end */
    uint32_t first_label;     /* token; 0: none */
    const char *frame, *value, *args; /* names: of the frame, the result variable, the arguments */
    const char *top;                  /* the variable whose first member the frame is */
    struct deferred *deferred;        /* lower_defer.c: its defers, last first */
    struct deferred *first_deferred, *next_deferred; /* the oldest; to be written next */
    const char *table;                               /* what tells the runtime of them */
    bool list;                                       /* some may run twice */
};

/* One member of the arguments that go and defer store for later. */
struct field {
    const char *name;
    struct type *type;
    struct node *arg;   /* its value, as written; NULL: init */
    const char *init;   /* its value, as text */
    struct type *local; /* what the lifted function declares under that name; NULL: nothing */
    bool handle;
    bool in_place; /* a constant: written again in the thunk, not stored */
};
struct record {
    const char *tag; /* of the struct, and the name of the function that takes it */
    struct field *fields;
    int nfields, room, nhandles;
    bool is_defer;
    bool shared;               /* the struct stands before the function; else it is repeated */
    const char *link;          /* is_defer: the member that is the runtime's; NULL: none */
    const char *g, *args;      /* names: of a pointer to it, of the parameter */
    const char *callee, *tail; /* of a call: what stands before and after the arguments */
    bool by_pointer;           /* field 0 is the function */
    bool undeclared;           /* of a call: the name is not known before the function around it */
};

struct lower {
    struct unit *u;
    struct buf out;             /* being written */
    struct buf before, after;   /* to stand around the external declaration */
    struct action **at;         /* by token */
    struct body *bodies, *body; /* of this external declaration; being written */
    struct body **body_at;      /* by the first token of its node */
    struct node *func;          /* the external FUNC being written */
    uint32_t *stamp;            /* by identifier: the last external declaration that names it */
    uint32_t nstamp, decl_no;
    uint32_t *numbers; /* by identifier: the last that made a name of file scope of it */
    uint32_t nnumbers;
    uint32_t *names; /* made by the constructs that are being written, outermost first */
    int nnames, names_room;
    uint32_t errno_ident, func_idents[3];
    uint8_t *address;  /* a bit by token: this use of a captured variable is its address */
    unsigned serial;   /* numbers what is generated */
    const char *found; /* the channel of the receive being written, if it has a name already */
    struct symbol *lent[64]; /* anonymous tags that have a name while a function is lifted */
    int nlent;
    uint32_t repeated; /* first token of the local type that is being written again; 0: none */
    /* where the reader of out believes to be */
    uint32_t done;    /* the last token used up */
    uint32_t reached; /* all that lies before this token has been copied */
    uint32_t here;    /* the token whose line glue gets */
    uint32_t line, col;
    uint16_t file;
    bool known, glue, flat, system, extern_c;
    bool *inline_before; /* by identifier: declared so before a function that defers; or NULL */
    uint8_t *noreturn;   /* by identifier, once noreturn.c was asked */
    uint32_t nnoreturn;
    bool divides_always; /* lower_divide.c: every divisor of this function is looked at */
    bool sees_globals;   /* lower_keep.c: a defer of this or an earlier function does */
    bool aliased;        /* lower_keep.c: a pointer may point to what a defer of this body sees */
    uint32_t indent;     /* of the statement being rewritten, for a reader */
    bool adrift; /* for a reader: lines do not agree, a marker must come before the next line */
    bool lost;   /* the column is not the source's, the next token must be placed */
};

/* emit.c: tokens keep line and column, glue stands under linemarker flag 3 */
void emit_range(struct lower *l, uint32_t first, uint32_t last);
void emit_node(struct lower *l, struct node *n);
/* For a reader \n begins a line and \t indents it; for the compiler both are a space. */
void emit_glue(struct lower *l, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void emit_lines(struct lower *l, struct buf *b, const char *s);  /* the same, to a buffer */
char *emit_text(struct lower *l, uint32_t first, uint32_t last); /* lowered, on one line */
char *emit_node_text(struct lower *l, struct node *n);
struct emit_saved {
    struct buf out;
    uint32_t done, reached, here, line, col;
    uint16_t file;
    bool known, glue, flat, system, extern_c, adrift, lost;
};
struct emit_saved emit_divert(struct lower *l, bool flat); /* to a fresh buffer */
struct buf emit_restore(struct lower *l, struct emit_saved saved);
void emit_splice(struct lower *l, size_t at, const struct buf *text);
void emit_marker(struct lower *l, uint32_t tok, bool glue);
char *emit_place_text(struct lower *l, uint32_t tok, uint32_t line);
void emit_word(struct lower *l, uint32_t tok, const char *instead); /* where tok stands, no glue */
void emit_glue_at(struct lower *l, uint32_t tok, const char *text); /* for a reader glue */
extern const char gocc_prelude[], gocc_prelude_aarch64[], gocc_prelude_sanitized[]; /* abi.h */

/* lower.c */
void lower_equals_here(struct lower *l, uint32_t tok);
void lower_equals(struct lower *l, struct type *to, struct type *from, uint32_t tok);
const char *lower_name(struct lower *l, const char *want); /* that nothing here bears yet */
const char *lower_hold(struct lower *l,
                       const char *name); /* until this construct has been written */
const char *lower_global_name(struct lower *l, const char *want);
char *lower_type(struct lower *l, struct type *t, const char *name);
/* run writes n.  It goes around what was planned for n before, or inside. */
void lower_action(struct lower *l, struct node *n, lower_fn *run);
void lower_action_inside(struct lower *l, struct node *n, lower_fn *run);
bool lower_simple(struct lower *l, struct node *e); /* no side effect, same value again */
bool lower_has_literal(const struct node *n); /* a compound literal, not in a block of its own */
bool lower_stays_open(const struct node *statement); /* it has a literal that outlives it */
uint32_t lower_statement_end(struct lower *l, struct node *n); /* with its semicolon */
const char *lower_stay(struct lower *l, struct node *n); /* text after a call that ends a block */
struct body *lower_body_of(struct lower *l, struct node *n); /* whose code n is */
struct body *lower_body_at(struct lower *l, struct node *n); /* of FUNC, GO, DEFER of a block */
const char *lower_use(struct lower *l, struct body *b, struct symbol *s, bool address);

/* lower_chan.c */
const char *chan_typedef(struct lower *l, struct type *elem);
struct type *chan_elem(struct lower *l, struct node *chan_expr);
void chan_prelude(struct lower *l);
void chan_call(struct lower *l, uint32_t tok, const char *function);
bool chan_is_discard(struct unit *u, struct node *n); /* the name _ */
bool chan_is_void(const struct type *elem);
void chan_value(struct lower *l, struct node *recv, const char *value);
bool chan_addressable(struct lower *l, struct node *e, struct type *elem);
bool chan_goes_first(struct lower *l, struct node *chan, struct node *value);
bool chan_receives_directly(struct lower *l, struct node *e, struct type *elem); /* &e will do */
lower_fn lower_spec_chan, lower_send, lower_recv, lower_recv_assign, lower_recv_statement;
lower_fn lower_builtin, lower_generic, lower_close_statement;

/* lower_define.c */
void lower_declare(struct lower *l, struct type *t,
                   uint32_t name); /* the user's token as its name */
bool define_wants_block(struct lower *l, struct node *n);
lower_fn lower_recv_ok, lower_recv_ok_for, lower_define, lower_define_for;

/* lower_tag.c */
void tag_plan(struct lower *l);                            /* before any type is written */
void tag_plan_element(struct lower *l, struct node *spec); /* of a SPEC_CHAN */
uint32_t tag_place(struct lower *l, struct node *n);       /* where that of a definition stands */

/* lower_unused.c */
void lower_plan_unused(struct lower *l, struct node *func);

/* lower_place.c */
struct places {
    const char *v, *ok; /* how they are written once found; NULL: as they stand */
};
const char *place_find(struct lower *l, struct node *e);
void place_find_two(struct lower *l, struct places *p, struct node *v, struct node *ok);
void place_write(struct lower *l, struct node *e, const char *found);

/* lower_go.c: also what go and defer share */
lower_fn lower_go;
void record_begin(struct lower *l, struct record *r, const char *name, bool is_defer);
struct field *record_add(struct lower *l, struct record *r, const char *name, struct type *t);
void record_settle(struct lower *l, struct record *r);  /* when all fields are known */
void record_declare(struct lower *l, struct record *r); /* then */
bool record_is_empty(const struct record *r);
void lower_before(struct lower *l, const char *s); /* to stand before the external declaration */
char *record_struct(struct lower *l, struct record *r, const char *in);
void record_store(struct lower *l, struct record *r, const char *into); /* into: "g." or "d->" */
void call_plan(struct lower *l, struct record *r, struct node *call);
void call_thunk(struct lower *l, struct record *r, struct node *call);
void call_write(struct lower *l, struct record *r, const char *from,
                bool once); /* from: "g->" or "f.d1." */
void block_plan(struct lower *l, struct record *r, struct body *b);
void block_lift(struct lower *l, struct record *r, struct body *b, struct node *block);

/* lower_local.c */
int local_repeat(struct lower *l, struct node *n, uint32_t before); /* what n sees of before; how
                                                                       many blocks that opened */
int local_open_block(struct lower *l);
void local_close_blocks(struct lower *l, int n);
void local_return_tags(struct lower *l, int to); /* those lent since l->nlent was to */
bool local_is_hidden_by(struct lower *l, const struct symbol *s); /* what is written again */
bool local_is_used(struct lower *l, struct node *n, struct node *block);

/* lower_defer.c */
lower_fn lower_defer, lower_return, lower_frame, lower_recover, lower_landing;
void lower_plan_landings(struct lower *l, struct node *n);

/* noreturn.c */
bool noreturn_declared(struct lower *l, const struct node *func);
/* lower_divide.c */
void lower_plan_divisions(struct lower *l, struct node *n);

/* lower_keep.c */
void lower_plan_kept(struct lower *l);

/* lower_select.c, lower_range.c */
lower_fn lower_select, lower_range;

/* stmt.c: jumps */
bool stmt_is_loop(const struct node *n);
bool stmt_is_block(const struct node *n);    /* GO or DEFER of a block: becomes a function */
bool stmt_is_body(const struct node *n);     /* that, or FUNC */
struct node *stmt_target(struct node *jump); /* of a plain break or continue; NULL */
bool stmt_breaks(struct node *target);       /* a plain break leaves it */
bool stmt_in_loop(struct node *n);           /* of its body */
struct node *stmt_label(struct node *n);     /* the LABEL before a statement or LABEL; NULL */
void stmt_plan_label(struct lower *l, struct node *label);
lower_fn lower_jump;

/* lower.c: tree to text */
void lower_unit(struct unit *u, FILE *out);

#endif
