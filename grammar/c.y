/* SPDX-License-Identifier: MIT */
/* C89 to C23 with GNU's extensions, and gocc's constructs (marked so).
 *
 * Lemon runs a reduction only when the next token arrives.  So an identifier comes as two tokens,
 * NAME and then TYPE or VARIABLE, and the second is chosen after NAME was shifted: by then every
 * declaration and every scope before it has been reduced.  Actions that bind names rely on this.
 *
 * __extension__ never gets here; a run of attributes comes as one ATTR, _Alignas(...) as ALIGNAS.
 * What the few precedences settle is listed in conflicts.txt.
 *
 * Built with lemon -c: without default reductions an error is met in the state where it stands, so
 * that what would have been right can be told.  That costs 60 KB of tables and no time. */
%name gram
%token_prefix T_
%token_type {struct span}
%default_type {struct node *}
%extra_argument {struct parser *p}
%stack_size 0
%include {
#ifndef GRAM_TRACE /* to follow the parser: -DGRAM_TRACE and gramTrace(stderr, "") */
#define NDEBUG
#endif
#include "cc.h"
#include "c.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* The skeleton of newer lemons (3.53, not 3.46) passes its %extra_context, none here, as well. */
#define realloc(old, size, ...) realloc(old, size)
#define free(old, ...) free(old)

#define KIDS(...) sizeof((struct node *[]){__VA_ARGS__}) / sizeof(struct node *), \
                  (struct node *[]){__VA_ARGS__}
#define NODE(kind, tok, ...) ast_node(p, N_##kind, tok, KIDS(__VA_ARGS__))
#define COVER(n, from, to) ast_cover(ast_cover(n, from), to)
#define TOK(span) ((span).last)
#define BINARY(o, a, b) ast_op(p, NODE(BINARY, TOK(o), a, b))
}
%syntax_error { parse_syntax_error(p, yymajor, TOKEN); }
%parse_failure { p->failed = true; }

%nonassoc BELOW CASE DEFAULT.
%nonassoc SHIFT_HERE ELSE ATTR ALIGNAS LBRACE COLON.
%nonassoc ABOVE.

%token_class typewordn CHAR|SHORT|INT|LONG|FLOAT|DOUBLE|SIGNED|UNSIGNED|COMPLEX|INT128|FLOATN.
%token_class typeword1 VOID|BOOL|AUTO_TYPE.
%token_class sclass    EXTERN|STATIC|THREAD|REGISTER|AUTO|CONSTEXPR|INLINE|NORETURN.
%token_class qualt     CONST|VOLATILE|RESTRICT|ATOMIC.
%token_class incdec    INC|DEC.
%token_class mulop     SLASH|PERCENT.
%token_class shop      SHL|SHR.
%token_class relop     LT|GT|LE|GE.
%token_class eqop      EQ|NE.
%token_class su        STRUCT|UNION.

%type save         {struct scope *}
%destructor save   { scope_leave(p, $$); }
%destructor fundef1 { parse_func_leave(p, $$); }
%destructor kfun    { parse_func_leave(p, $$); }
%type typedef_name {struct span}
%type var_name     {struct span}
%type gid          {struct span}
%type unop         {struct span}
%type assign       {struct span}
%type tail         {struct span}
%type attrs        {struct span}
%token BAD.

%start_symbol unit
unit ::= ext_decls(A).                  { p->root = A; }
ext_decls(A) ::= .                      { A = NODE(UNIT, 0); }
ext_decls(A) ::= ext_decls(A) ext_decl(B). { ast_add(A, B); }
ext_decl(A) ::= fundef(A).
ext_decl(A) ::= kfun(F) compound(B).    { A = parse_func_done(p, F, NULL, B); }
ext_decl(A) ::= kfun(F) kr(K) compound(B). { A = parse_func_done(p, F, K, B); }
ext_decl(A) ::= idl_k(L) SEMI(E).       { A = parse_declaration(p, NULL, L, E, S_VAR); }
kfun(F) ::= kd_v(D) tail.               { F = parse_func_enter(p, NULL, D); }
ext_decl(A) ::= declaration(A).
ext_decl(A) ::= SEMI(B).                { A = ast_cover(NODE(NONE, 0), B); }
ext_decl(A) ::= ASM(B) LP asm_body(L) RP SEMI(E). { A = COVER(NODE(ASM_DECL, TOK(B), L), B, E); }
ext_decl(A) ::= error SEMI.             { A = NODE(NONE, 0); }

/* ---- names: the second token is chosen only after the first was shifted ---- */
typedef_name(A) ::= NAME(B) TYPE.       { A = B; }
var_name(A)     ::= NAME(B) VARIABLE.   { A = B; }
typedef_spec(A) ::= typedef_name(B). [ABOVE] { A = ast_typedef(p, B); }
gid(A) ::= typedef_name(B). [BELOW]     { A = B; }
gid(A) ::= var_name(B).                 { A = B; }

save(A) ::= .                           { A = scope_enter(p); }

/* ---- expressions ---- */
strlit(A) ::= STRING(B).                { A = ast_leaf(p, N_STRING, B); }
strlit(A) ::= strlit(A) STRING(B).      { ast_cover(A, B); }
prim(A) ::= var_name(B).                { A = ast_ident(p, B); }
prim(A) ::= NUMBER(B).                  { A = ast_leaf(p, N_CONST, B); }
prim(A) ::= strlit(A).
prim(A) ::= LP(B) expr(E) RP(C).        { A = COVER(NODE(PAREN, TOK(B), E), B, C); }
prim(A) ::= LP(B) compound(E) RP(C).    { A = COVER(NODE(STMT_EXPR, TOK(B), E), B, C); }
prim(A) ::= GENERIC(B) LP aexpr(E) COMMA gen_list(L) RP(C).
                                        { A = COVER(NODE(GENERIC, TOK(B), E, L), B, C); }
prim(A) ::= GENERIC(B) LP type_name(E) COMMA gen_list(L) RP(C).
                                        { A = COVER(NODE(GENERIC, TOK(B), E, L), B, C); }
prim(A) ::= VA_ARG(B) LP aexpr(E) COMMA type_name(T) RP(C).
                                        { A = COVER(NODE(VA_ARG, TOK(B), E, T), B, C); }
prim(A) ::= OFFSETOF(B) LP type_name(T) COMMA off_des(D) RP(C).
                                        { A = COVER(NODE(OFFSETOF, TOK(B), T, D), B, C); }
prim(A) ::= TYPES_COMPAT(B) LP type_name(T) COMMA type_name(U) RP(C).
                                        { A = COVER(NODE(TYPES_COMPAT, TOK(B), T, U), B, C); }
prim(A) ::= HAS_ATTRIBUTE(B) LP arg(E) COMMA attribute RP(C).
                                        { A = COVER(NODE(HAS_ATTRIBUTE, TOK(B), E), B, C); }
attribute ::= aexpr.
attribute ::= CONST.
off_des(A) ::= gid(B).                  { A = NODE(LIST, 0, ast_designator(p, B)); }
off_des(A) ::= off_des(A) DOT gid(B).   { ast_add(A, ast_designator(p, B)); }
off_des(A) ::= off_des(A) PTR gid(B).   { ast_add(A, ast_designator(p, B)); }
off_des(A) ::= off_des(A) LBRACK(B) expr(E) RBRACK(C).
                                        { ast_add(A, COVER(NODE(INDEX, TOK(B), E), B, C)); }
gen_list(A) ::= gen_assoc(B).           { A = NODE(LIST, 0, B); }
gen_list(A) ::= gen_list(A) COMMA gen_assoc(B). { ast_add(A, B); }
gen_assoc(A) ::= type_name(T) COLON(O) aexpr(E). { A = NODE(GENERIC_ASSOC, TOK(O), T, E); }
gen_assoc(A) ::= DEFAULT(B) COLON aexpr(E).
                                        { A = ast_cover(NODE(GENERIC_ASSOC, TOK(B), NULL, E), B); }
post(A) ::= prim(A).
post(A) ::= post(B) LBRACK(O) expr(E) RBRACK(C).
                                        { A = ast_cover(NODE(INDEX, TOK(O), B, E), C); }
post(A) ::= post(B) LP(O) RP(C).        { A = ast_call(p, B, O, NODE(LIST, 0), C); }
post(A) ::= post(B) LP(O) args(L) RP(C). { A = ast_call(p, B, O, L, C); }
post(A) ::= post(B) DOT gid(N).         { A = ast_member(p, B, T_DOT, N); }
post(A) ::= post(B) PTR gid(N).         { A = ast_member(p, B, T_PTR, N); }
post(A) ::= post(B) incdec(O).          { A = ast_op(p, ast_cover(NODE(POST, TOK(O), B), O)); }
post(A) ::= LP(B) type_name(T) RP braced(I).
                                        { A = ast_cover(NODE(COMPOUND_LIT, TOK(B), T, I), B); }
post(A) ::= LP(B) storage type_name(T) RP braced(I). /* C23 */
                                        { A = ast_cover(NODE(COMPOUND_LIT, TOK(B), T, I), B); }
storage ::= sclass.
storage ::= storage sclass.
args(A) ::= arg(B).                     { A = NODE(LIST, 0, B); }
args(A) ::= args(A) COMMA arg(B).       { ast_add(A, B); }
arg(A) ::= aexpr(A).
arg(A) ::= type_name(A).                /* make(chan T), builtins that take types */
unary(A) ::= post(A).
unary(A) ::= incdec(O) unary(B).        { A = ast_unary(p, O, B); }
unary(A) ::= unop(O) cast(B).           { A = ast_unary(p, O, B); }
unary(A) ::= LABELADDR(O) gid(N).       { A = COVER(NODE(LABEL_ADDR, TOK(N)), O, N); }
unary(A) ::= ARROW(O) cast(B).          { A = ast_cover(NODE(RECV, TOK(O), B), O); } /* gocc */
unary(A) ::= SIZEOF(O) unary(B).        { A = ast_sizeof(p, O, B, O); }
unary(A) ::= SIZEOF(O) LP type_name(T) RP(C). { A = ast_sizeof(p, O, T, C); }
unary(A) ::= ALIGNOF(O) unary(B).       { A = ast_sizeof(p, O, B, O); }
unary(A) ::= ALIGNOF(O) LP type_name(T) RP(C). { A = ast_sizeof(p, O, T, C); }
unop(A) ::= BANG(A).
unop(A) ::= TILDE(A).
unop(A) ::= AMP(A).
unop(A) ::= STAR(A).
unop(A) ::= PLUS(A).
unop(A) ::= MINUS(A).
unop(A) ::= REALIMAG(A).
cast(A) ::= unary(A).
cast(A) ::= LP(B) type_name(T) RP cast(E). { A = ast_cover(NODE(CAST, TOK(B), T, E), B); }
mul(A) ::= cast(A).
mul(A) ::= mul(B) STAR(O) cast(C).      { A = BINARY(O, B, C); }
mul(A) ::= mul(B) mulop(O) cast(C).     { A = BINARY(O, B, C); }
add(A) ::= mul(A).
add(A) ::= add(B) PLUS(O) mul(C).       { A = BINARY(O, B, C); }
add(A) ::= add(B) MINUS(O) mul(C).      { A = BINARY(O, B, C); }
shift(A) ::= add(A).
shift(A) ::= shift(B) shop(O) add(C).   { A = BINARY(O, B, C); }
rel(A) ::= shift(A).
rel(A) ::= rel(B) relop(O) shift(C).    { A = BINARY(O, B, C); }
eq(A) ::= rel(A).
eq(A) ::= eq(B) eqop(O) rel(C).         { A = BINARY(O, B, C); }
band(A) ::= eq(A).
band(A) ::= band(B) AMP(O) eq(C).       { A = BINARY(O, B, C); }
bxor(A) ::= band(A).
bxor(A) ::= bxor(B) CARET(O) band(C).   { A = BINARY(O, B, C); }
bor(A) ::= bxor(A).
bor(A) ::= bor(B) BAR(O) bxor(C).       { A = BINARY(O, B, C); }
land(A) ::= bor(A).
land(A) ::= land(B) ANDAND(O) bor(C).   { A = BINARY(O, B, C); }
lor(A) ::= land(A).
lor(A) ::= lor(B) OROR(O) land(C).      { A = BINARY(O, B, C); }
cond(A) ::= lor(A).
cond(A) ::= lor(B) QUEST(O) expr(C) COLON cond(D). { A = NODE(COND, TOK(O), B, C, D); }
cond(A) ::= lor(B) QUEST(O) COLON cond(D). { A = NODE(COND, TOK(O), B, NULL, D); }
aexpr(A) ::= cond(A).
aexpr(A) ::= unary(B) assign(O) aexpr(C). { A = ast_op(p, NODE(ASSIGN, TOK(O), B, C)); }
assign(A) ::= ASSIGN(A).
assign(A) ::= ASSIGNOP(A).
expr(A) ::= aexpr(A).
expr(A) ::= expr(B) COMMA(O) aexpr(C).  { A = NODE(COMMA, TOK(O), B, C); }
expr_o(A) ::= .                         { A = NULL; }
expr_o(A) ::= expr(A).

/* ---- declarations ---- */
declaration(A) ::= dspecs(S) SEMI(E).          { A = parse_declaration(p, S, NULL, E, S_VAR); }
declaration(A) ::= dspecs(S) idl_v(L) SEMI(E). { A = parse_declaration(p, S, L, E, S_VAR); }
declaration(A) ::= tspecs(S) SEMI(E).          { A = parse_declaration(p, S, NULL, E, S_TYPEDEF); }
declaration(A) ::= tspecs(S) idl_t(L) SEMI(E). { A = parse_declaration(p, S, L, E, S_TYPEDEF); }
declaration(A) ::= td0(S) idl_tk(L) SEMI(E).   { A = parse_declaration(p, S, L, E, S_TYPEDEF); }
declaration(A) ::= ds0(S) SEMI(E).             { A = parse_declaration(p, S, NULL, E, S_VAR); }
declaration(A) ::= ds0(S) idl_k(L) SEMI(E).    { A = parse_declaration(p, S, L, E, S_VAR); }
declaration(A) ::= ENUM(B) attrs gid(N) UNDERLYING sql SEMI(E). /* C23 */
                    { A = parse_declaration(p, NODE(SPECS, 0, ast_tag(p, N_SPEC_ENUM, B, N)), NULL, E, S_VAR); }
declaration(A) ::= sassert(A).
sassert(A) ::= STATIC_ASSERT(B) LP cond(E) RP SEMI(C).
                                        { A = COVER(NODE(STATIC_ASSERT, TOK(B), E), B, C); }
sassert(A) ::= STATIC_ASSERT(B) LP cond(E) COMMA strlit(L) RP SEMI(C).
                                        { A = COVER(NODE(STATIC_ASSERT, TOK(B), E, L), B, C); }

other(A) ::= sclass(B).                 { A = ast_word(p, B); }
other(A) ::= qual(A).
qual(A) ::= qualt(B).                   { A = ast_word(p, B); }
qual(A) ::= ATTR(B).                    { A = ast_leaf(p, N_SPEC_ATTR, B); }
qual(A) ::= ALIGNAS(B).                 { A = ast_leaf(p, N_SPEC_ATTR, B); }
word(A) ::= typewordn(B).               { A = ast_word(p, B); }
word(A) ::= BITINT(B) LP cond(E) RP(C). { A = COVER(NODE(SPEC_BITINT, TOK(B), E), B, C); }
ds0(A) ::= other(B).                    { A = NODE(SPECS, 0, B); }
ds0(A) ::= ds0(A) other(B).             { ast_add(A, B); }
ds1(A) ::= uniq(B).                     { A = NODE(SPECS, 0, B); }
ds1(A) ::= ds0(A) uniq(B).              { ast_add(A, B); }
ds1(A) ::= ds1(A) other(B).             { ast_add(A, B); }
dsn(A) ::= word(B).                     { A = NODE(SPECS, 0, B); }
dsn(A) ::= ds0(A) word(B).              { ast_add(A, B); }
dsn(A) ::= dsn(A) word(B).              { ast_add(A, B); }
dsn(A) ::= dsn(A) other(B).             { ast_add(A, B); }
dspecs(A) ::= ds1(A).
dspecs(A) ::= dsn(A).
td0(A) ::= TYPEDEF(B).                  { A = NODE(SPECS, 0, ast_word(p, B)); }
td0(A) ::= ds0(A) TYPEDEF(B).           { ast_add(A, ast_word(p, B)); }
td0(A) ::= td0(A) other(B).             { ast_add(A, B); }
td1(A) ::= td0(A) uniq(B).              { ast_add(A, B); }
td1(A) ::= ds1(A) TYPEDEF(B).           { ast_add(A, ast_word(p, B)); }
td1(A) ::= td1(A) other(B).             { ast_add(A, B); }
tdn(A) ::= td0(A) word(B).              { ast_add(A, B); }
tdn(A) ::= dsn(A) TYPEDEF(B).           { ast_add(A, ast_word(p, B)); }
tdn(A) ::= tdn(A) word(B).              { ast_add(A, B); }
tdn(A) ::= tdn(A) other(B).             { ast_add(A, B); }
tspecs(A) ::= td1(A).
tspecs(A) ::= tdn(A).

uniq(A) ::= uniq0(A).
uniq(A) ::= ARROW(B) CHAN(C) celem(E).  { A = ast_chan(p, CHAN_RECV, C, E, B); }      /* gocc */
uniq0(A) ::= CHAN(B) celem0(E).         { A = ast_chan(p, CHAN_BOTH, B, E, B); }      /* gocc */
uniq0(A) ::= CHAN(B) ARROW celem(E).    { A = ast_chan(p, CHAN_SEND, B, E, B); }      /* gocc */
uniq0(A) ::= typeword1(B).              { A = ast_word(p, B); }
uniq0(A) ::= suspec(A).
uniq0(A) ::= enumspec(A).
uniq0(A) ::= typedef_spec(A).
uniq0(A) ::= ATOMICTYPE(B) LP type_name(T) RP(C).
                                        { A = COVER(NODE(SPEC_ATOMIC, TOK(B), T), B, C); }
uniq0(A) ::= TYPEOF(B) LP expr(E) RP(C). { A = COVER(NODE(SPEC_TYPEOF, TOK(B), E), B, C); }
uniq0(A) ::= TYPEOF(B) LP type_name(T) RP(C).
                                        { A = COVER(NODE(SPEC_TYPEOF, TOK(B), T), B, C); }

/* gocc: the element of a channel is one specifier with its qualifiers, or a type in parentheses.
   `chan <-chan T` is `chan<- chan T`, as in Go: the arrow goes with the word before it. */
celem(A) ::= uniq(B).                   { A = NODE(SPECS, 0, B); }
celem(A) ::= cq(A) uniq0(B).            { ast_add(A, B); }
celem(A) ::= cwords(A).
celem(A) ::= LP(B) type_name(T) RP(C). { A = COVER(T, B, C); }
celem0(A) ::= uniq0(B).                 { A = NODE(SPECS, 0, B); }
celem0(A) ::= cq(A) uniq0(B).           { ast_add(A, B); }
celem0(A) ::= cwords(A).
celem0(A) ::= LP(B) type_name(T) RP(C). { A = COVER(T, B, C); }
cq(A) ::= qualt(B).                     { A = NODE(SPECS, 0, ast_word(p, B)); }
cq(A) ::= cq(A) qualt(B).               { ast_add(A, ast_word(p, B)); }
cwords(A) ::= word(B).                  { A = NODE(SPECS, 0, B); }
cwords(A) ::= cq(A) word(B).            { ast_add(A, B); }
cwords(A) ::= cwords(A) word(B).        { ast_add(A, B); }

attrs(A) ::= .                          { A = (struct span){1, 0}; }
attrs(A) ::= attrs(A) ATTR(B).          { A = ast_join(A, B); }
attrs(A) ::= attrs(A) ALIGNAS(B).       { A = ast_join(A, B); }
suspec(A) ::= su(B) attrs gid(N). [BELOW] { A = ast_tag(p, N_SPEC_RECORD, B, N); }
suspec(A) ::= suhead(A) LBRACE members(L) RBRACE(C). { ast_replace(A, 0, L); ast_cover(A, C); }
suspec(A) ::= suhead(A) LBRACE members(L) last_member(M) RBRACE(C).
                                        { ast_replace(A, 0, ast_add(L, M)); ast_cover(A, C); }
suhead(A) ::= su(B) attrs gid(N). [SHIFT_HERE] { A = ast_tag_define(p, N_SPEC_RECORD, B, N); }
suhead(A) ::= su(B) attrs. [BELOW]      { A = ast_tag_define(p, N_SPEC_RECORD, B, p->none); }
members(A) ::= .                        { A = NODE(LIST, 0); }
members(A) ::= members(A) member(B).    { ast_add(A, B); }
member(A) ::= sql(S) SEMI(E).           { A = ast_members(p, S, NULL, E); }
member(A) ::= sql(S) mdecls(L) SEMI(E). { A = ast_members(p, S, L, E); }
member(A) ::= q0(S) SEMI(E).            { A = ast_members(p, S, NULL, E); }
member(A) ::= q0(S) mdecls_k(L) SEMI(E). { A = ast_members(p, S, L, E); } /* implicit int */
last_member(A) ::= sql(S) mdecls(L).    { A = ast_members(p, S, L, p->none); } /* gcc warns only */
member(A) ::= sassert(A).
member(A) ::= SEMI(B).                  { A = ast_cover(NODE(NONE, 0), B); }
member(A) ::= error SEMI.               { A = NODE(NONE, 0); }
mdecls(A) ::= mdecl(B).                 { A = NODE(LIST, 0, B); }
mdecls(A) ::= mdecls(A) COMMA attrs mdecl(B). { ast_add(A, B); }
mdecl(A) ::= declr(D) tail(T).          { A = ast_member_declr(p, D, NULL, T); }
mdecl(A) ::= declr(D) COLON cond(E) attrs(T). { A = ast_member_declr(p, D, E, T); }
mdecl(A) ::= COLON(B) cond(E) attrs(T). { A = ast_cover(ast_member_declr(p, NULL, E, T), B); }
mdecls_k(A) ::= mdecl_k(B).             { A = NODE(LIST, 0, B); }
mdecls_k(A) ::= mdecls_k(A) COMMA attrs mdecl(B). { ast_add(A, B); }
mdecl_k(A) ::= kd(D) tail(T).           { A = ast_member_declr(p, D, NULL, T); }
mdecl_k(A) ::= kd(D) COLON cond(E) attrs(T). { A = ast_member_declr(p, D, E, T); }
q0(A) ::= qual(B).                      { A = NODE(SPECS, 0, B); }
q0(A) ::= q0(A) qual(B).                { ast_add(A, B); }
q1(A) ::= uniq(B).                      { A = NODE(SPECS, 0, B); }
q1(A) ::= q0(A) uniq(B).                { ast_add(A, B); }
q1(A) ::= q1(A) qual(B).                { ast_add(A, B); }
qn(A) ::= word(B).                      { A = NODE(SPECS, 0, B); }
qn(A) ::= q0(A) word(B).                { ast_add(A, B); }
qn(A) ::= qn(A) word(B).                { ast_add(A, B); }
qn(A) ::= qn(A) qual(B).                { ast_add(A, B); }
sql(A) ::= q1(A).
sql(A) ::= qn(A).

enumspec(A) ::= ENUM(B) attrs gid(N). [BELOW] { A = ast_tag(p, N_SPEC_ENUM, B, N); }
enumspec(A) ::= enumhead(A) LBRACE ens(L) RBRACE(C). { ast_replace(A, 0, L); ast_cover(A, C); }
enumhead(A) ::= ENUM(B) attrs. [BELOW]  { A = ast_tag_define(p, N_SPEC_ENUM, B, p->none); }
enumhead(A) ::= ENUM(B) attrs gid(N). [SHIFT_HERE] { A = ast_tag_define(p, N_SPEC_ENUM, B, N); }
enumhead(A) ::= ENUM(B) attrs gid(N) UNDERLYING sql. { A = ast_tag_define(p, N_SPEC_ENUM, B, N); }
enumhead(A) ::= ENUM(B) attrs UNDERLYING sql. { A = ast_tag_define(p, N_SPEC_ENUM, B, p->none); }
ens(A) ::= en(B).                       { A = NODE(LIST, 0, B); }
ens(A) ::= ens(A) COMMA en(B).          { ast_add(A, B); }
ens(A) ::= ens(A) COMMA(C).             { ast_cover(A, C); }
en(A) ::= gid(N) attrs(T).              { A = ast_enumerator(p, N, T, NULL); }
en(A) ::= gid(N) attrs(T) ASSIGN cond(E). { A = ast_enumerator(p, N, T, E); }

idl_v(A) ::= id_v(B).                   { A = NODE(LIST, 0, B); }
idl_v(A) ::= idl_v(A) COMMA attrs id_v(B). { ast_add(A, B); }
id_v(A) ::= declr_v(A) tail(T).         { ast_cover(A, T); }
id_v(A) ::= declr_v(A) tail ASSIGN init(I). { ast_replace(A, 1, I); }
idl_t(A) ::= id_t(B).                   { A = NODE(LIST, 0, B); }
idl_t(A) ::= idl_t(A) COMMA attrs id_t(B). { ast_add(A, B); }
id_t(A) ::= declr_t(A) tail(T).         { ast_cover(A, T); }
idl_k(A) ::= id_k(B).                   { A = NODE(LIST, 0, B); }
idl_k(A) ::= idl_k(A) COMMA attrs id_v(B). { ast_add(A, B); }
id_k(A) ::= kd_v(A) tail(T).            { ast_cover(A, T); }
id_k(A) ::= kd_v(A) tail ASSIGN init(I). { ast_replace(A, 1, I); }
idl_tk(A) ::= kd_t(B) tail.             { A = NODE(LIST, 0, B); }
idl_tk(A) ::= idl_tk(A) COMMA attrs id_t(B). { ast_add(A, B); }
kd_t(A) ::= kd(B).                      { A = ast_declare(p, B, S_TYPEDEF); }
kd_v(A) ::= kd(B).                      { A = ast_declare(p, B, S_VAR); }
kd(A) ::= kdd(A).
kd(A) ::= ptr(P) kdd(B).                { A = ast_pointer_to(P, B); }
kdd(A) ::= var_name(B).                 { A = ast_leaf(p, N_D_NAME, B); }
kdd(A) ::= LP(B) save(S) kd(D) RP(C).   { A = COVER(NODE(D_PAREN, TOK(B), D), B, C); scope_leave(p, S); }
kdd(A) ::= kdd(D) arrsuf(E).            { A = ast_array(p, D, E); }
kdd(A) ::= kdd(D) funcsuf(F).           { A = ast_function(p, D, F); }
tail(A) ::= attrs(B). [BELOW]           { A = B; }
tail(A) ::= ASM(B) LP strlit RP(C) attrs(D). [BELOW] { A = ast_join(B, ast_join(C, D)); }
declr_v(A) ::= declr(B).                { A = ast_declare(p, B, S_VAR); }
declr_t(A) ::= declr(B).                { A = ast_declare(p, B, S_TYPEDEF); }

declr(A) ::= ddecl(A).
declr(A) ::= ptr(P) ddecl(B).           { A = ast_pointer_to(P, B); }
ddecl(A) ::= gid(B).                    { A = ast_leaf(p, N_D_NAME, B); }
ddecl(A) ::= LP(B) save(S) declr(D) RP(C).
                                        { A = COVER(NODE(D_PAREN, TOK(B), D), B, C); scope_leave(p, S); }
ddecl(A) ::= LP(B) save(S) ATTR ptr(P) ddecl(D) RP(C).
                    { A = COVER(NODE(D_PAREN, TOK(B), ast_pointer_to(P, D)), B, C); scope_leave(p, S); }
ddecl(A) ::= ddecl(D) arrsuf(E).        { A = ast_array(p, D, E); }
ddecl(A) ::= ddecl(D) funcsuf(F).       { A = ast_function(p, D, F); }
arrsuf(A) ::= LBRACK(B) arr(E) RBRACK(C). { A = COVER(E, B, C); A->tok = TOK(B); }
/* ( ) and ( identifiers ) leave a LIST whose op says so; see ast_function */
funcsuf(A) ::= LP(B) save(S) params(L) RP(C).
                                        { A = COVER(L, B, C); A->scope = S; scope_leave(p, S); }
funcsuf(A) ::= LP(B) save(S) RP(C).     { A = ast_no_params(p, B, S, C); }
funcsuf(A) ::= LP(B) save(S) idents(L) RP(C).
                                        { A = COVER(L, B, C); A->scope = S; A->op = T_NAME; scope_leave(p, S); }
idents(A) ::= var_name(B).              { A = NODE(LIST, 0, ast_kr_param(p, B)); }
idents(A) ::= idents(A) COMMA var_name(B). { ast_add(A, ast_kr_param(p, B)); }
arr(A) ::= .                            { A = NODE(D_ARRAY, 0, NULL, NULL); }
arr(A) ::= arrq.                        { A = NODE(D_ARRAY, 0, NULL, NULL); }
arr(A) ::= aexpr(E).                    { A = NODE(D_ARRAY, 0, NULL, E); }
arr(A) ::= arrq aexpr(E).               { A = NODE(D_ARRAY, 0, NULL, E); }
arr(A) ::= STAR.                        { A = NODE(D_ARRAY, 0, NULL, NULL); A->op = T_STAR; }
arr(A) ::= arrq STAR.                   { A = NODE(D_ARRAY, 0, NULL, NULL); A->op = T_STAR; }
arrq ::= arrq1.
arrq ::= arrq arrq1.
arrq1 ::= STATIC.
arrq1 ::= qual.
ptr(A) ::= STAR(B). [BELOW]             { A = ast_pointer(p, B, NULL, NULL); }
ptr(A) ::= STAR(B) ptr(P).              { A = ast_pointer(p, B, NULL, P); }
ptr(A) ::= STAR(B) quals(Q). [BELOW]    { A = ast_pointer(p, B, Q, NULL); }
ptr(A) ::= STAR(B) quals(Q) ptr(P).     { A = ast_pointer(p, B, Q, P); }
ptr(A) ::= CARET(B).                    { A = ast_pointer(p, B, NULL, NULL); A->op = T_CARET; }
quals(A) ::= qual(B).                   { A = NODE(SPECS, 0, B); }
quals(A) ::= quals(A) qual(B).          { ast_add(A, B); }
params(A) ::= plist(A).
params(A) ::= plist(A) COMMA ELLIPSIS.  { A->op = T_ELLIPSIS; }
params(A) ::= plist SEMI params(L).     { A = L; } /* GNU: parameters announced */
params(A) ::= ELLIPSIS.                 { A = NODE(LIST, 0); A->op = T_ELLIPSIS; }
plist(A) ::= param(B).                  { A = NODE(LIST, 0, B); }
plist(A) ::= plist(A) COMMA param(B).   { ast_add(A, B); }
param(A) ::= dspecs(S) declr_v(D) attrs(T). { A = ast_param(p, S, D, T); }
param(A) ::= dspecs(S) abs(D) ATTR(T).  { A = ast_cover(NODE(PARAM, 0, S, D), T); }
param(A) ::= dspecs(S) abs(D).          { A = NODE(PARAM, 0, S, D); }
param(A) ::= dspecs(S).                 { A = NODE(PARAM, 0, S, NULL); }
type_name(A) ::= sql(S).                { A = NODE(TYPE_NAME, 0, S, NULL); }
type_name(A) ::= q0(S).                 { A = NODE(TYPE_NAME, 0, S, NULL); } /* (const)0 */
type_name(A) ::= q0(S) abs(D).          { A = NODE(TYPE_NAME, 0, S, D); } /* implicit int */
type_name(A) ::= sql(S) abs(D).         { A = NODE(TYPE_NAME, 0, S, D); }
abs(A) ::= ptr(P).                      { A = ast_pointer_to(P, NODE(D_NAME, 0)); }
abs(A) ::= dabs(A).
abs(A) ::= ptr(P) dabs(B).              { A = ast_pointer_to(P, B); }
dabs(A) ::= LP(B) save(S) abs(D) RP(C). { A = COVER(NODE(D_PAREN, TOK(B), D), B, C); scope_leave(p, S); }
dabs(A) ::= LP(B) save(S) ATTR abs(D) RP(C).
                                        { A = COVER(NODE(D_PAREN, TOK(B), D), B, C); scope_leave(p, S); }
dabs(A) ::= arrsuf(E).                  { A = ast_array(p, NODE(D_NAME, 0), E); }
dabs(A) ::= dabs(D) arrsuf(E).          { A = ast_array(p, D, E); }
dabs(A) ::= absfunc(F).                 { A = ast_function(p, NODE(D_NAME, 0), F); }
dabs(A) ::= dabs(D) absfunc(F).         { A = ast_function(p, D, F); }
absfunc(A) ::= LP(B) save(S) RP(C).     { A = ast_no_params(p, B, S, C); }
absfunc(A) ::= LP(B) save(S) params(L) RP(C).
                                        { A = COVER(L, B, C); A->scope = S; scope_leave(p, S); }

init(A) ::= aexpr(A).
init(A) ::= braced(A).
braced(A) ::= LBRACE(B) RBRACE(C).      { A = COVER(NODE(INIT_LIST, TOK(B)), B, C); }
braced(A) ::= LBRACE(B) inits(L) RBRACE(C). { A = COVER(L, B, C); A->tok = TOK(B); }
braced(A) ::= LBRACE(B) inits(L) COMMA RBRACE(C). { A = COVER(L, B, C); A->tok = TOK(B); }
inits(A) ::= initel(B).                 { A = NODE(INIT_LIST, 0, B); }
inits(A) ::= inits(A) COMMA initel(B).  { ast_add(A, B); }
initel(A) ::= init(A). /* without a node of its own: tables have millions */
initel(A) ::= desig(D) ASSIGN(O) init(I). { A = NODE(INIT, TOK(O), D, I); }
initel(A) ::= des_array(D) init(I).     { A = NODE(INIT, 0, NODE(LIST, 0, D), I); }
initel(A) ::= gid(N) COLON(O) init(I).
                                        { A = NODE(INIT, TOK(O), NODE(LIST, 0, ast_designator(p, N)), I); }
desig(A) ::= des1(B).                   { A = NODE(LIST, 0, B); }
desig(A) ::= desig(A) des1(B).          { ast_add(A, B); }
des1(A) ::= des_array(A).
des1(A) ::= DOT(B) gid(N).              { A = ast_cover(ast_designator(p, N), B); }
des_array(A) ::= LBRACK(B) cond(E) RBRACK(C). { A = COVER(NODE(INDEX, TOK(B), E), B, C); }
des_array(A) ::= LBRACK(B) cond(E) ELLIPSIS cond(F) RBRACK(C).
                                        { A = COVER(NODE(INDEX, TOK(B), E, F), B, C); }

/* ---- statements ---- */
stmt(A) ::= ustmt(A).
stmt(A) ::= label(L) stmt(B).           { A = ast_labelled(L, B); }
ustmt(A) ::= compound(A).
ustmt(A) ::= SEMI(E).                   { A = ast_cover(NODE(EXPR_STMT, 0, NULL), E); }
ustmt(A) ::= expr(B) SEMI(E).           { A = ast_expr_stmt(p, B, E); }
ustmt(A) ::= save(S) selection(T).      { A = T; scope_leave(p, S); }
ustmt(A) ::= save(S) iteration(T).      { A = T; scope_leave(p, S); ast_own(A, S); }
ustmt(A) ::= GOTO(B) gid(N) SEMI(E).    { A = COVER(NODE(GOTO, TOK(N), NULL), B, E); }
ustmt(A) ::= GOTO(B) STAR(O) expr(D) SEMI(E). { A = COVER(NODE(GOTO, TOK(O), D), B, E); }
ustmt(A) ::= CONTINUE(B) SEMI(E).       { A = COVER(NODE(CONTINUE, TOK(B)), B, E); }
ustmt(A) ::= BREAK(B) SEMI(E).          { A = COVER(NODE(BREAK, TOK(B)), B, E); }
ustmt(A) ::= CONTINUE(B) gid(N) SEMI(E). /* gocc */
                                        { A = ast_jump(p, N_CONTINUE, B, N, E); }
ustmt(A) ::= BREAK(B) gid(N) SEMI(E).   /* gocc */
                                        { A = ast_jump(p, N_BREAK, B, N, E); }
ustmt(A) ::= RETURN(B) expr_o(D) SEMI(E). { A = COVER(NODE(RETURN, TOK(B), D), B, E); }
ustmt(A) ::= ASM(B) asmq LP asm_body(L) RP SEMI(E). { A = COVER(NODE(ASM, TOK(B), L), B, E); }
ustmt(A) ::= ASM(B) LP asm_body(L) RP SEMI(E). { A = COVER(NODE(ASM, TOK(B), L), B, E); }
ustmt(A) ::= error SEMI(E).             { A = ast_cover(NODE(EXPR_STMT, 0, NULL), E); }
/* gocc */
ustmt(A) ::= GO(B) expr(D) SEMI(E).     { A = COVER(NODE(GO, TOK(B), D), B, E); }
ustmt(A) ::= GO(B) compound(D).         { A = ast_cover(NODE(GO, TOK(B), D), B); }
ustmt(A) ::= DEFER(B) expr(D) SEMI(E).  { A = COVER(NODE(DEFER, TOK(B), D), B, E); }
ustmt(A) ::= DEFER(B) compound(D).      { A = ast_cover(NODE(DEFER, TOK(B), D), B); }
ustmt(A) ::= send(A) SEMI(E).           { ast_cover(A, E); }
ustmt(A) ::= define(A) SEMI(E).         { ast_cover(A, E); }
ustmt(A) ::= SELECT(B) LBRACE(O) clauses(L) RBRACE(E).
                                        { A = COVER(L, B, E); A->tok = TOK(B); A->tok2 = TOK(O); }
send(A) ::= cast(C) ARROW(O) aexpr(V). { A = NODE(SEND, TOK(O), C, V); }
send(A) ::= cast(C) ARROW(O) VOID(V).  { A = ast_cover(NODE(SEND, TOK(O), C, NULL), V); }
define(A) ::= expr(L) DEFINE(O) aexpr(E). { A = ast_define(p, L, O, E); }
clauses(A) ::= .                        { A = NODE(SELECT, 0); }
clauses(A) ::= clauses(A) clause(B).    { ast_add(A, B); }
clause(A) ::= CASE(B) save(S) comm(C) COLON(O) items(L). [SHIFT_HERE]
                                        { A = ast_clause(p, B, C, O, L); scope_leave(p, S); ast_own(A, S); }
clause(A) ::= DEFAULT(B) COLON(O) save(S) items(L). [SHIFT_HERE]
                                        { A = ast_clause(p, B, NULL, O, L); scope_leave(p, S); ast_own(A, S); }
clause(A) ::= error SEMI.               { A = NODE(NONE, 0); }
comm(A) ::= send(A).
comm(A) ::= define(A).
comm(A) ::= expr(B).                    { A = ast_recv_ok(p, B); }
items(A) ::= .                          { A = NODE(LIST, 0); }
items(A) ::= items(A) item(B).          { ast_add_item(A, B); }

asmq ::= asmq1.
asmq ::= asmq asmq1.
asmq1 ::= VOLATILE.
asmq1 ::= INLINE.
asmq1 ::= GOTO.
asm_body(A) ::= strlit(B).              { A = NODE(LIST, 0, B); }
asm_body(A) ::= asm_body(A) COLON asm_ops(B). { ast_add(A, B); }
asm_body(A) ::= asm_body(A) COLCOL asm_ops(B). { ast_add(A, B); }
asm_ops(A) ::= .                        { A = NODE(LIST, 0); }
asm_ops(A) ::= asm_opl(A).
asm_opl(A) ::= asm_op(B).               { A = NODE(LIST, 0, B); }
asm_opl(A) ::= asm_opl(A) COMMA asm_op(B). { ast_add(A, B); }
asm_op(A) ::= strlit(A).
asm_op(A) ::= strlit(S) LP expr(E) RP(C). { A = ast_cover(NODE(LIST, 0, S, E), C); }
asm_op(A) ::= LBRACK(B) gid RBRACK strlit(S) LP expr(E) RP(C).
                                        { A = COVER(NODE(LIST, 0, S, E), B, C); }
asm_op(A) ::= var_name(B).              { A = ast_leaf(p, N_NONE, B); A->tok = 0; }

label(A) ::= gid(N) COLON(C) attrs(T). [BELOW]
                                        { A = ast_cover(COVER(NODE(LABEL, TOK(N), NULL), N, C), T); }
label(A) ::= CASE(B) cond(E) COLON(C).  { A = COVER(NODE(CASE, TOK(B), E, NULL, NULL), B, C); }
label(A) ::= CASE(B) cond(E) ELLIPSIS cond(F) COLON(C).
                                        { A = COVER(NODE(CASE, TOK(B), E, F, NULL), B, C); }
label(A) ::= DEFAULT(B) COLON(C).       { A = COVER(NODE(DEFAULT, TOK(B), NULL), B, C); }
compound(A) ::= LBRACE(B) save(S) items(L) RBRACE(C).
                                        { A = ast_compound(p, B, L, C, S); }
item(A) ::= declaration(A).
item(A) ::= ustmt(A).
item(A) ::= label(A).
item(A) ::= LOCAL_LABEL(B) lnames SEMI(E). { A = COVER(NODE(LOCAL_LABELS, TOK(B)), B, E); }
item(A) ::= fundef(A).                  /* nested function */
lnames ::= gid.
lnames ::= lnames COMMA gid.

selection(A) ::= IF(B) LP expr(E) RP scoped(T) ELSE scoped(F).
                                        { A = ast_cover(NODE(IF, TOK(B), E, T, F), B); }
selection(A) ::= IF(B) LP expr(E) RP scoped(T). [BELOW]
                                        { A = ast_cover(NODE(IF, TOK(B), E, T, NULL), B); }
selection(A) ::= SWITCH(B) LP expr(E) RP scoped(T).
                                        { A = ast_cover(NODE(SWITCH, TOK(B), E, T), B); }
scoped(A) ::= save(S) stmt(T).          { A = T; scope_leave(p, S); }
iteration(A) ::= WHILE(B) LP expr(E) RP scoped(T).
                                        { A = ast_cover(NODE(WHILE, TOK(B), E, T), B); }
iteration(A) ::= DO(B) scoped(T) WHILE LP expr(E) RP SEMI(C).
                                        { A = COVER(NODE(DO, TOK(B), T, E), B, C); }
iteration(A) ::= FOR(B) LP expr_o(I) SEMI expr_o(E) SEMI expr_o(N) RP scoped(T).
                                        { A = ast_for(p, B, ast_recv_ok(p, I), E, N, T); }
iteration(A) ::= FOR(B) LP declaration(I) expr_o(E) SEMI expr_o(N) RP scoped(T).
                                        { A = ast_for(p, B, I, E, N, T); }
/* gocc */
iteration(A) ::= FOR(B) LP define(I) SEMI expr_o(E) SEMI expr_o(N) RP scoped(T).
                                        { A = ast_for(p, B, I, E, N, T); }
iteration(A) ::= range(A) RP scoped(T). { ast_replace(A, 2, T); }
range(A) ::= FOR(B) LP expr(L) DEFINE(O) RANGE expr(E). { A = ast_range(p, B, L, O, E); }
range(A) ::= FOR(B) LP unary(L) ASSIGN(O) RANGE expr(E). { A = ast_range(p, B, L, O, E); }
range(A) ::= FOR(B) LP RANGE expr(E).   { A = ast_range(p, B, NULL, p->none, E); }

fundef(A) ::= fundef1(F) compound(B).   { A = parse_func_done(p, F, NULL, B); }
fundef(A) ::= fundef1(F) kr(K) compound(B). { A = parse_func_done(p, F, K, B); }
fundef1(F) ::= ds0(S) kd_v(D) tail.     { F = parse_func_enter(p, S, D); }
fundef1(F) ::= dspecs(S) declr_v(D) tail. { F = parse_func_enter(p, S, D); }
kr(A) ::= declaration(B).               { A = NODE(LIST, 0, B); }
kr(A) ::= kr(A) declaration(B).         { ast_add(A, B); }

%code {
/* After recovery (parse.c) the next error is a new one; lemon would keep silent for three tokens. */
void gram_resume(void *parser)
{
    ((yyParser *)parser)->yyerrcnt = -1;
}

/* Braces that are open in what the parser holds. */
int gram_braces(void *parser)
{
    yyParser *y = parser;
    int n = 0;
    for (yyStackEntry *e = y->yytos; e > y->yystack; e--)
        n += e->major == T_LBRACE;
    return n;
}

/* Would `token` be shifted after the reductions that it forces?  Replays the tables without running
   an action.  Reductions eat the real stack from the top (`base`) and leave states in `over`. */
bool gram_would_shift(void *parser, int token)
{
    yyParser *y = parser;
    enum { MAX = 256 };
    YYACTIONTYPE over[MAX];
    int base = (int)(y->yytos - y->yystack), n = 0;
    for (;;) {
        YYACTIONTYPE top = n ? over[n - 1] : y->yystack[base].stateno;
        YYACTIONTYPE act = yy_find_shift_action((YYCODETYPE)token, top);
        if (act <= YY_MAX_SHIFTREDUCE) return true;
        if (act < YY_MIN_REDUCE) return act == YY_ACCEPT_ACTION;
        int rule = act - YY_MIN_REDUCE, pop = -yyRuleInfoNRhs[rule];
        int both = pop < n ? pop : n;
        n -= both;
        base -= pop - both;
        if (base < 0 || n == MAX) return false;
        top = n ? over[n - 1] : y->yystack[base].stateno;
        over[n++] = yy_find_reduce_action(top, (YYCODETYPE)yyRuleInfoLhs[rule]);
    }
}
}
