/* SPDX-License-Identifier: MIT */
/* The scanner: one call, one token.  Works on bytes, never on decoded characters, because old
   sources hold Latin-1 in comments and strings; any byte above 127 may stand in an identifier and
   the host compiler judges it.  Comments and raw strings are searched by hand (lex.c), so that an
   unterminated one costs one pass and not one pass for each place where it might have begun.
   The text must end in a NUL that is not counted. */
#include "cc.h"
#include "c.h"

int lex_scan(struct scanner *s)
{
again:
    s->tok = s->cur;
    /*!re2c
    re2c:define:YYCTYPE  = "unsigned char";
    re2c:define:YYCURSOR = "s->cur";
    re2c:define:YYMARKER = "s->marker";
    re2c:define:YYLIMIT  = "s->end";
    re2c:yyfill:enable = 0;
    re2c:eof = 0;

    nl     = "\r"? "\n";
    digit  = [0-9];
    ucn    = "\\u" [0-9a-fA-F]{4} | "\\U" [0-9a-fA-F]{8};
    first  = [A-Za-z_$\x80-\xff] | ucn;
    more   = first | digit;
    escape = "\\" [^\n];
    prefix = ("u8" | "u" | "U" | "L")?;
    rawdel = [^ ()\\\t\v\f\n\r"]{0,16};

    $             { return LEX_END; }
    *             { return T_BAD; }
    [ \t\v\f\r]+  { goto again; }
    nl            { lex_newline(s); goto again; }
    "\\" nl       { lex_newline(s); goto again; }
    "/*"          { lex_block_comment(s); goto again; }
    "//" [^\n]*   { goto again; }
    "#"           { if (lex_directive(s)) goto again; return T_BAD; }

    first more*   { return T_NAME; }
    "."? digit ([eEpP][+-] | more | "." | "'" more)*  { return T_NUMBER; }
    prefix ["] (escape | [^"\\\n])* ["]      { return T_STRING; }
    prefix "R" ["] rawdel "("                { return lex_raw_string(s); }
    prefix ['] (escape | [^'\\\n])+ [']      { return T_NUMBER; }
    prefix "''"                              { return T_BAD; }
    prefix ["] (escape | [^"\\\n])*          { return T_BAD; }
    prefix ['] (escape | [^'\\\n])*          { return T_BAD; }

    "..."  { return T_ELLIPSIS; }
    "<<="|">>="|"+="|"-="|"*="|"/="|"%="|"&="|"^="|"|="  { return T_ASSIGNOP; }
    "->"   { return T_PTR; }
    "++"   { return T_INC; }
    "--"   { return T_DEC; }
    "<<"   { return T_SHL; }
    ">>"   { return T_SHR; }
    "<="   { return T_LE; }
    ">="   { return T_GE; }
    "=="   { return T_EQ; }
    "!="   { return T_NE; }
    "&&"   { return T_ANDAND; }
    "||"   { return T_OROR; }
    "::"   { return T_COLCOL; }
    ":="   { return T_DEFINE; }
    "<:"   { return T_LBRACK; }
    ":>"   { return T_RBRACK; }
    "<%"   { return T_LBRACE; }
    "%>"   { return T_RBRACE; }
    "-"  { return T_MINUS; }   "+" { return T_PLUS; }     "*" { return T_STAR; }
    "/"  { return T_SLASH; }   "%" { return T_PERCENT; }  "&" { return T_AMP; }
    "|"  { return T_BAR; }     "^" { return T_CARET; }    "~" { return T_TILDE; }
    "!"  { return T_BANG; }    "<" { return T_LT; }       ">" { return T_GT; }
    "="  { return T_ASSIGN; }  "?" { return T_QUEST; }    ":" { return T_COLON; }
    ";"  { return T_SEMI; }    "," { return T_COMMA; }    "." { return T_DOT; }
    "("  { return T_LP; }      ")" { return T_RP; }       "{" { return T_LBRACE; }
    "}"  { return T_RBRACE; }  "[" { return T_LBRACK; }   "]" { return T_RBRACK; }
    */
}
