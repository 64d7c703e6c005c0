(identifier) @variable

((identifier) @constant
 (#match? @constant "^[A-Z][A-Z\\d_]*$"))

"break" @keyword
"case" @keyword
"const" @keyword
"continue" @keyword
"default" @keyword
"do" @keyword
"else" @keyword
"enum" @keyword
"extern" @keyword
"for" @keyword
"goto" @keyword
"if" @keyword
"inline" @keyword
"return" @keyword
"sizeof" @keyword
[
  "typeof" "__typeof__" "__typeof" "_Generic" "asm" "__asm__" "__asm" "__attribute__" "__attribute" "__extension__"
  "__label__" "_Static_assert" "static_assert" "_Thread_local" "__thread" "register" "restrict"
  "__alignof__" "_Alignof" "offsetof" "__builtin_offsetof"
] @keyword
"static" @keyword
"struct" @keyword
"switch" @keyword
"typedef" @keyword
"union" @keyword
"volatile" @keyword
"while" @keyword

"#define" @keyword
"#elif" @keyword
"#else" @keyword
"#endif" @keyword
"#if" @keyword
"#ifdef" @keyword
"#ifndef" @keyword
"#include" @keyword
(preproc_directive) @keyword

"--" @operator
"-" @operator
"-=" @operator
"->" @operator
"=" @operator
"!=" @operator
"*" @operator
"&" @operator
"&&" @operator
"+" @operator
"++" @operator
"+=" @operator
"<" @operator
"==" @operator
">" @operator
"||" @operator

"." @delimiter
";" @delimiter

(string_literal) @string
(system_lib_string) @string

(null) @constant
(number_literal) @number
(char_literal) @number

(field_identifier) @property
(statement_identifier) @label
(type_identifier) @type
(primitive_type) @type
(sized_type_specifier) @type

(call_expression
  function: (identifier) @function)
(call_expression
  function: (field_expression
    field: (field_identifier) @function))
(function_declarator
  declarator: (identifier) @function)
(gnu_attribute name: (identifier) @attribute)
(macro_statement name: (identifier) @function.special)
(preproc_function_def
  name: (identifier) @function.special)

(comment) @comment

; the constructs
(go_statement "go" @keyword)
(defer_statement "defer" @keyword)
(select_statement "select" @keyword)
(range_expression "range" @keyword)
(channel_type "chan" @type)
"<-" @operator
":=" @operator
(channel_type direction: "<-" @type)
(go_statement (call_expression function: (identifier) @function))
(defer_statement (call_expression function: (identifier) @function))
((call_expression function: (identifier) @function.builtin)
 (#match? @function.builtin "^(make|len|cap|close|panic|panic_value|recover|recover_value|retain|release)$"))
(break_statement label: (statement_identifier) @label)
(continue_statement label: (statement_identifier) @label)
