// SPDX-License-Identifier: MIT
// The .gc language for editors: tree-sitter-c, what it lacks of GNU C, and the constructs.
//
// The words are contextual, as in the compiler: `_word` gives each of them back to C as an
// identifier wherever an expression, declarator or label stands, and dynamic precedence lets the
// construct win only where both fit.  A send is a statement or a select case, so `a<-1` inside an
// expression stays a comparison.
//
// An editor sees the text before the preprocessor, so macros that stand for a statement, the head of
// one or a case are taken for what they look like (`macro_statement`).
const C = require('tree-sitter-c/grammar');

const commaSep1 = rule => seq(rule, repeat(seq(',', rule)));
const commaSep = rule => optional(commaSep1(rule));
const PREC = C.PREC;
const UNLIKELY = -10;

// `a rule, in braces of #if … #endif`, as tree-sitter-c has for its own lists
function conditional(suffix, content) {
  const directive = word => alias(new RegExp('#[ \t]*' + word), '#' + word);
  const otherwise = $ => optional(field('alternative', choice(
    ...['else', 'elif', 'elifdef'].map(d => alias($[`preproc_${d}_${suffix}`], $[`preproc_${d}`])),
  )));
  const elif = words => $ => seq(choice(...words.map(directive)),
    words[0] === 'elif' ? seq(field('condition', $._preproc_expression), '\n') : field('name', $.identifier),
    repeat(content($)), otherwise($));
  return {
    [`preproc_if_${suffix}`]: $ => seq(directive('if'), field('condition', $._preproc_expression), '\n',
      repeat(content($)), otherwise($), directive('endif')),
    [`preproc_ifdef_${suffix}`]: $ => seq(choice(directive('ifdef'), directive('ifndef')), field('name', $.identifier),
      repeat(content($)), otherwise($), directive('endif')),
    [`preproc_else_${suffix}`]: $ => seq(directive('else'), repeat(content($))),
    [`preproc_elif_${suffix}`]: elif(['elif']),
    [`preproc_elifdef_${suffix}`]: elif(['elifdef', 'elifndef']),
  };
}

const pointer = declarator => $ => prec.dynamic(1, prec.right(seq(
  optional($.ms_based_modifier), '*',
  repeat(choice($.ms_pointer_modifier, $.type_qualifier, $.attribute_specifier, $.attribute_declaration)),
  field('declarator', declarator($)),
)));
const parenthesized = declarator => $ => prec.dynamic(PREC.PAREN_DECLARATOR, seq(
  '(', repeat($.attribute_specifier), optional($.ms_call_modifier), declarator($), ')',
));

const made = grammar(C, {
  name: 'gocc',

  conflicts: ($, original) => original.concat([
    [$._word, $.channel_type],
    [$.expression, $._short, $._receive_target],
    [$._word, $.go_statement],
    [$._word, $.defer_statement],
    [$.expression, $._receive_target],
    [$.channel_type],
    [$._short, $._receive_target],
    // C itself: types, declarators, old functions, macros
    [$._declarator, $.type_specifier, $.expression, $.macro_type_specifier, $._top_level_macro, $._macro_label],
    [$._declarator, $.type_specifier, $.expression, $.macro_type_specifier],
    [$._declarator, $.expression],
    [$._declarator, $.type_specifier, $.expression],
    [$.function_definition, $._old_style_function_definition, $._implicit_int],
    [$.function_definition, $._old_style_function_definition, $._declaration_specifiers, $._implicit_int],
    [$.parenthesized_declarator, $.type_descriptor],
    [$._word, $.select_statement],
    [$._declarator, $._declaration_declarator],
    [$._declaration_specifiers, $._implicit_int],
    [$.function_definition, $._implicit_int],
    [$.function_definition, $._declaration_specifiers, $._implicit_int],
    [$._declaration_modifiers, $.attributed_statement, $.labeled_statement],
    [$._implicit_int],
    [$._declaration_modifiers, $.abstract_parenthesized_declarator],
    [$.expression, $._range_definition, $._short, $._receive_target],
    [$.attributed_statement, $.expression_statement],
    [$._declaration_modifiers, $.parenthesized_declarator, $.abstract_parenthesized_declarator],
    [$.parameter_list],
    [$._declarator, $.type_specifier, $.expression, $.macro_type_specifier, $.macro_statement, $._macro_label],
    [$._declarator, $.macro_statement],
    [$.type_descriptor],
    [$.pointer_declarator, $._old_style_pointer_declarator],
    [$.expression, $.macro_statement, $._macro_label],
    [$.type_specifier, $.expression, $.macro_type_specifier, $.macro_statement, $._macro_label],
    [$.argument_list, $.macro_type_specifier],
    [$._type_declarator, $.sized_type_specifier],
    [$._type_declarator, $.type_specifier],
    [$._type_declarator, $.type_specifier, $.macro_type_specifier],
    [$.sized_type_specifier, $._word],
    [$.type_specifier, $.macro_statement],
  ]),

  rules: {
    // words that C may use for anything
    _word: _ => choice('go', 'chan', 'select', 'defer', 'range', 'complex'),

    _expression_not_binary: ($, original) => choice(
      original,
      $.receive_expression,
      $.label_address,
      prec.dynamic(UNLIKELY, alias($._word, $.identifier)),
    ),

    _declarator: ($, original) => choice(original, prec.dynamic(UNLIKELY, alias($._word, $.identifier))),
    _declaration_declarator: ($, original) => choice(original, prec.dynamic(UNLIKELY, alias($._word, $.identifier))),
    _assignment_left_expression: ($, original) => choice(
      original, $.unary_expression, $.compound_literal_expression, $.generic_expression, $.extension_expression,
      prec.dynamic(UNLIKELY, alias($._word, $.identifier)),
    ),
    _type_identifier: ($, original) => choice(original, prec.dynamic(UNLIKELY, alias($._word, $.type_identifier))),
    _field_identifier: ($, original) => choice(original, prec.dynamic(UNLIKELY, alias($._word, $.field_identifier))),
    _statement_identifier: ($, original) => choice(original, prec.dynamic(UNLIKELY, alias($._word, $.statement_identifier))),

    // ---- the constructs ----

    // chan int, chan<- int, <-chan int, chan(char *)
    type_specifier: ($, original) => choice(
      original, $.channel_type, $.typeof_specifier, $.atomic_specifier, $.bit_int_specifier,
    ),
    channel_type: $ => prec.dynamic(1, prec.right(seq(
      optional(field('direction', '<-')),
      'chan',
      optional(field('direction', '<-')),
      field('element', choice(
        seq(repeat($.type_qualifier), $.type_specifier),
        seq('(', $.type_descriptor, ')'),
      )),
    ))),

    receive_expression: $ => prec.right(14, seq('<-', field('channel', $.expression))),

    // for (v := range c), for (v = range c), for (range c)
    range_statement: $ => prec.dynamic(1, seq(
      'for', '(',
      field('clause', choice(
        alias($._range_definition, $.short_declaration),
        alias($._range_assignment, $.assignment_expression),
        $.range_expression,
      )),
      ')', field('body', $.statement),
    )),
    _range_definition: $ => seq(
      field('name', seq($.identifier, optional(seq(',', $.identifier)))), ':=', field('value', $.range_expression),
    ),
    _range_assignment: $ => seq(
      field('left', $._assignment_left_expression), field('operator', '='), field('right', $.range_expression),
    ),
    range_expression: $ => prec.right(1, seq('range', field('operand', $.expression))),

    // ---- statements of ours ----

    _non_case_statement: ($, original) => choice(
      original,
      $.go_statement,
      $.defer_statement,
      $.select_statement,
      $.send_statement,
      $.short_declaration,
      $.receive_assignment,
      $.range_statement,
      $.local_label_declaration,
      $.macro_statement,
    ),

    // a macro that is a statement, or the head of one: FOREACH(v, c) { … }, ASYNC f(x);, TRY(x)
    macro_statement: $ => prec.right(prec.dynamic(UNLIKELY / 2, seq(
      field('name', $.identifier),
      choice(
        field('body', $.compound_statement),
        field('body', alias($._macro_body, $.expression_statement)),
        seq(field('arguments', $.argument_list), optional(field('body', choice(
          $.compound_statement, $.if_statement, $.switch_statement, $.do_statement, $.while_statement,
          $.for_statement, $.range_statement, $.return_statement, $.break_statement, $.continue_statement,
          $.goto_statement,
        )))),
      ),
    ))),

    go_statement: $ => prec.dynamic(1, seq('go', choice($.compound_statement, seq($.expression, ';')))),
    defer_statement: $ => prec.dynamic(1, seq('defer', choice($.compound_statement, seq($.expression, ';')))),

    _send_target: $ => choice(
      $.identifier, $.call_expression, $.field_expression, $.subscript_expression,
      $.parenthesized_expression, $.pointer_expression, $.receive_expression, $.cast_expression,
    ),
    _send: $ => seq(field('channel', $._send_target), '<-', field('value', choice($.expression, 'void'))),
    send_statement: $ => prec.dynamic(1, seq($._send, ';')),

    _short: $ => seq(
      field('name', seq($.identifier, optional(seq(',', $.identifier)))), ':=', field('value', $.expression),
    ),
    short_declaration: $ => seq($._short, ';'),

    _receive_target: $ => choice(
      $.identifier, $.call_expression, $.field_expression, $.subscript_expression,
      $.parenthesized_expression, $.pointer_expression,
    ),
    _receive_pair: $ => prec.dynamic(1, seq(
      field('left', $._receive_target), ',', field('left', $._receive_target), '=',
      field('right', $.receive_expression),
    )),
    receive_assignment: $ => seq($._receive_pair, ';'),

    // what stands before the first case is the compiler's to refuse; macros may make cases
    select_statement: $ => prec.dynamic(1, seq('select', '{', repeat($._select_item), '}')),
    _select_item: $ => choice(
      $.select_case,
      $._non_case_statement,
      $.declaration,
      $.type_definition,
      $.preproc_include,
      $.preproc_def,
      $.preproc_function_def,
      $.preproc_call,
      alias($.preproc_if_in_select, $.preproc_if),
      alias($.preproc_ifdef_in_select, $.preproc_ifdef),
    ),
    ...conditional('in_select', $ => $._select_item),
    select_case: $ => prec.right(seq(
      choice(
        seq('case', field('communication', choice(
          alias($._send, $.send), alias($._short, $.receive), alias($._receive_pair, $.receive), $.expression,
        ))),
        'default',
      ),
      ':',
      repeat(choice($._non_case_statement, $.declaration, $.type_definition)),
    )),

    // for (i := 0; …), for (v, ok := <-c; ok; v, ok = <-c)
    _for_statement_body: ($, original) => choice(
      original,
      seq(
        field('initializer', choice(
          alias($._short, $.short_declaration), alias($._receive_pair, $.receive_assignment),
          optional(choice($.expression, $.comma_expression)),
        )), ';',
        field('condition', optional(choice($.expression, $.comma_expression))), ';',
        field('update', choice(
          optional(choice($.expression, $.comma_expression)), alias($._receive_pair, $.receive_assignment),
        )),
      ),
    ),

    break_statement: $ => seq('break', optional(field('label', $._statement_identifier)), ';'),
    continue_statement: $ => seq('continue', optional(field('label', $._statement_identifier)), ';'),

    // ---- GNU C that tree-sitter-c does not know: attributes ----

    attribute_specifier: $ => seq(
      choice('__attribute__', '__attribute'), '(',
      choice($.identifier, seq('(', optional($.gnu_attribute), repeat(seq(',', optional($.gnu_attribute))), ')')),
      ')',
    ),
    gnu_attribute: $ => seq(field('name', $.identifier), optional($.argument_list)),
    attribute_declaration: $ => seq('[[', optional($.attribute), repeat(seq(',', optional($.attribute))), ']]'),

    _asm_or_attribute: $ => choice($.gnu_asm_expression, $.attribute_specifier),
    ms_pointer_modifier: $ => choice(
      $.ms_unaligned_ptr_modifier, $.ms_unsigned_ptr_modifier, $.ms_signed_ptr_modifier,
    ),
    pointer_declarator: pointer($ => $._declarator),
    pointer_field_declarator: pointer($ => $._field_declarator),
    pointer_type_declarator: pointer($ => $._type_declarator),
    abstract_pointer_declarator: $ => prec.dynamic(1, prec.right(seq('*',
      repeat(choice($.ms_pointer_modifier, $.type_qualifier, $.attribute_specifier, $.attribute_declaration)),
      field('declarator', optional($._abstract_declarator)),
    ))),
    parenthesized_declarator: parenthesized($ => $._declarator),
    parenthesized_field_declarator: parenthesized($ => $._field_declarator),
    parenthesized_type_declarator: parenthesized($ => $._type_declarator),
    abstract_parenthesized_declarator: $ => prec(1, seq(
      '(', repeat($.attribute_specifier), optional($.ms_call_modifier), $._abstract_declarator, ')',
    )),

    // ---- declarations ----

    _implicit_int: $ => prec.dynamic(UNLIKELY, repeat1($._declaration_modifiers)),

    declaration: $ => seq(
      choice($._declaration_specifiers, $._implicit_int),
      $._declared,
      repeat(seq(',', repeat($.attribute_specifier), $._declared)),
      ';',
    ),
    _declared: $ => field('declarator', choice(
      seq(optional($.ms_call_modifier), $._declaration_declarator, repeat($._asm_or_attribute)),
      $.init_declarator,
    )),
    init_declarator: $ => seq(
      field('declarator', $._declarator), repeat($._asm_or_attribute),
      '=', field('value', choice($.initializer_list, $.expression)),
    ),
    _function_declaration_declarator: $ => prec.right(1, seq(
      field('declarator', $._declarator), field('parameters', $.parameter_list), repeat($._asm_or_attribute),
    )),
    function_declarator: $ => prec.right(1, seq(
      field('declarator', $._declarator), field('parameters', $.parameter_list),
      repeat(choice($._asm_or_attribute, $.identifier, alias($.preproc_call_expression, $.call_expression))),
    )),
    _empty_declaration: $ => seq($._declaration_specifiers, ';'),

    // old C: main() { … }, f(a, b) int a; { … }
    function_definition: ($, original) => choice(
      original,
      prec.dynamic(UNLIKELY, seq(
        repeat($._declaration_modifiers), field('declarator', $._declarator), field('body', $.compound_statement),
      )),
    ),
    _old_style_function_definition: $ => seq(
      choice($._declaration_specifiers, prec.dynamic(UNLIKELY, repeat($._declaration_modifiers))),
      field('declarator', $._old_style_declarator),
      repeat($.declaration),
      field('body', $.compound_statement),
    ),
    _old_style_declarator: $ => choice(
      alias($._old_style_function_declarator, $.function_declarator),
      alias($._old_style_pointer_declarator, $.pointer_declarator),
    ),
    _old_style_parameter_list: $ => seq('(', commaSep(choice(
      $.identifier, prec.dynamic(UNLIKELY, alias($._word, $.identifier)), $.variadic_parameter,
    )), ')'),
    _old_style_pointer_declarator: $ => prec.dynamic(1, seq(
      '*', repeat(choice($.type_qualifier, $.attribute_specifier)), field('declarator', $._old_style_declarator),
    )),
    _top_level_expression_statement: $ => seq(optional(choice($._expression_not_binary, $.comma_expression)), ';'),
    // outside functions FOO(x) { … } is a function of old C
    _top_level_item: ($, original) => choice(original, alias($._top_level_macro, $.macro_statement)),
    _top_level_macro: $ => prec.dynamic(2 * UNLIKELY, seq(field('name', $.identifier), field('arguments', $.argument_list))),

    type_definition: $ => seq(
      choice(
        seq(
          repeat($._declaration_modifiers), 'typedef', repeat($._declaration_modifiers),
          field('type', $.type_specifier), repeat($._declaration_modifiers),
        ),
        seq($._declaration_specifiers, 'typedef'),
        prec.dynamic(UNLIKELY, seq(repeat($._declaration_modifiers), 'typedef')),
      ),
      commaSep(seq(field('declarator', $._type_declarator), repeat($.attribute_specifier))),
      ';',
    ),

    storage_class_specifier: ($, original) => choice(original, '_Thread_local'),
    type_qualifier: ($, original) => choice(
      original, '__const', '__const__', '__volatile', '__volatile__', '__restrict', '__seg_fs', '__seg_gs',
      '_Nullable', '_Null_unspecified',
    ),
    type_descriptor: $ => seq(
      choice(
        seq(
          repeat(choice($.type_qualifier, $.attribute_specifier)),
          field('type', $.type_specifier),
          repeat(choice($.type_qualifier, $.attribute_specifier, $.attribute_declaration)),
        ),
        prec.dynamic(UNLIKELY, repeat1($.type_qualifier)),
      ),
      field('declarator', optional($._abstract_declarator)),
    ),
    sized_type_specifier: $ => {
      const size = choice(
        'signed', 'unsigned', 'long', 'short', '__signed', '__signed__', '_Complex', '__complex__', '__complex',
        '_Imaginary', 'complex', '__int128', '_Sat', '_Fract', '_Accum',
      );
      const type = field('type', optional(choice(prec.dynamic(-1, $._type_identifier), $.primitive_type)));
      return choice(
        seq(repeat(size), type, repeat1(size)),
        seq(repeat1(size), repeat($.type_qualifier), type, repeat(size)),
      );
    },
    typeof_specifier: $ => seq(
      choice('typeof', '__typeof__', '__typeof', 'typeof_unqual', '__typeof_unqual__'),
      '(', choice($.expression, $.comma_expression, $.type_descriptor), ')',
    ),
    atomic_specifier: $ => prec(1, seq('_Atomic', '(', $.type_descriptor, ')')),
    bit_int_specifier: $ => prec.right(seq(
      optional(choice('signed', 'unsigned')), '_BitInt', '(', $.expression, ')', optional(choice('signed', 'unsigned')),
    )),

    // `#pragma` and a blank
    preproc_call: ($, original) =>
      choice(original, seq(field('directive', $.preproc_directive), token.immediate(/[ \t]+\r?\n/))),

    enum_specifier: $ => seq(
      'enum',
      repeat(choice($.attribute_specifier, $.attribute_declaration)),
      choice(
        seq(
          field('name', $._type_identifier),
          optional(seq(':', field('underlying_type', $.type_specifier))),
          field('body', optional($.enumerator_list)),
        ),
        seq(optional(seq(':', field('underlying_type', $.type_specifier))), field('body', $.enumerator_list)),
      ),
      repeat($.attribute_specifier),
    ),
    enumerator: $ => seq(
      field('name', $.identifier),
      repeat(choice($.attribute_specifier, $.attribute_declaration)),
      optional(seq('=', field('value', $.expression))),
    ),

    struct_specifier: $ => record($, 'struct'),
    union_specifier: $ => record($, 'union'),
    _field_declaration_list_item: ($, original) =>
      choice(original, $.static_assert_declaration, ';', seq($.type_qualifier, ';')),

    // gcc only warns of a last member without its semicolon
    field_declaration_list: $ => seq(
      '{', repeat($._field_declaration_list_item), optional(alias($._last_field, $.field_declaration)), '}',
    ),
    _last_field: $ => seq($._declaration_specifiers, $._field_declaration_declarator),

    // [0] 1 is gcc's old form
    initializer_pair: ($, original) => choice(
      original,
      seq(field('designator', $.subscript_designator), field('value', choice($.expression, $.initializer_list))),
    ),
    field_declaration: $ => seq(
      $._declaration_specifiers, optional($._field_declaration_declarator), ';',
    ),
    _field_declaration_declarator: $ => seq(
      $._field_declared, repeat(seq(',', repeat($.attribute_specifier), $._field_declared)),
    ),
    _field_declared: $ => choice(
      seq(field('declarator', $._field_declarator), optional($.bitfield_clause), repeat($.attribute_specifier)),
      seq($.bitfield_clause, repeat($.attribute_specifier)),
    ),
    static_assert_declaration: $ => seq(choice('_Static_assert', 'static_assert'), $.argument_list, ';'),

    // f(int n; int a[n]) names a parameter before it comes
    parameter_list: $ => seq(
      '(',
      choice(
        seq(
          repeat(prec.dynamic(UNLIKELY, seq(commaSep1($.parameter_declaration), ';'))),
          commaSep(choice($.parameter_declaration, $.variadic_parameter)),
        ),
        $.compound_statement,
      ),
      ')',
    ),
    parameter_declaration: $ => seq(
      choice($._declaration_specifiers, $._implicit_int),
      optional(field('declarator', choice($._declarator, $._abstract_declarator))),
      repeat($.attribute_specifier),
    ),

    // ---- statements ----

    attributed_statement: $ => choice(
      seq(repeat1($.attribute_declaration), $.statement),
      seq(repeat1($.attribute_specifier), ';'),
    ),
    labeled_statement: $ => prec.right(seq(
      field('label', choice($._statement_identifier, alias($._macro_label, $.call_expression))), ':',
      repeat($.attribute_specifier),
      optional(choice($.declaration, $.statement)),
    )),
    _macro_body: $ => seq(alias($._macro_label, $.call_expression), ';'),
    _macro_label: $ => seq(field('function', $.identifier), field('arguments', $.argument_list)),
    local_label_declaration: $ => seq('__label__', commaSep1($._statement_identifier), ';'),
    goto_statement: ($, original) => choice(original, seq('goto', '*', $.expression, ';')),
    switch_statement: $ => seq(
      'switch', field('condition', $.parenthesized_expression), field('body', $.statement),
    ),
    case_statement: $ => prec.right(seq(
      choice(
        seq('case', field('value', $.expression), optional(seq('...', field('last', $.expression)))),
        'default',
      ),
      ':',
      repeat(choice($._non_case_statement, $.declaration, $.type_definition)),
    )),

    // ---- expressions ----

    // types are arguments of macros and builtins: make(chan T, n), va_arg(ap, T *)
    argument_list: $ => seq('(', commaSep(choice(
      $.expression, $.compound_statement, prec.dynamic(UNLIKELY, $.type_descriptor),
    )), ')'),
    label_address: $ => prec(PREC.UNARY, seq('&&', $._statement_identifier)),
    unary_expression: $ => prec.left(PREC.UNARY, seq(
      field('operator', choice('!', '~', '-', '+', '__real__', '__real', '__imag__', '__imag')),
      field('argument', $.expression),
    )),
    alignof_expression: $ => prec(PREC.SIZEOF, seq(
      choice('__alignof__', '__alignof', '_alignof', 'alignof', '_Alignof'),
      choice(field('value', $.expression), seq('(', field('type', $.type_descriptor), ')')),
    )),
    offsetof_expression: $ => prec(PREC.OFFSETOF, seq(
      choice('offsetof', '__builtin_offsetof'), '(', field('type', $.type_descriptor), ',',
      field('member', $._field_identifier),
      repeat(choice(seq(choice('.', '->'), $._field_identifier), seq('[', $.expression, ']'))), ')',
    )),
    generic_expression: $ => prec(PREC.CALL, seq(
      '_Generic', '(', choice($.expression, $.type_descriptor), ',',
      commaSep1(seq(choice($.type_descriptor, 'default'), ':', $.expression)), ')',
    )),
    subscript_expression: $ => prec(PREC.SUBSCRIPT, seq(
      field('argument', $.expression), '[', field('index', choice($.expression, $.comma_expression)), ']',
    )),
    gnu_asm_qualifier: ($, original) => choice(original, '__volatile', '__inline', '__inline__', 'const', '__const'),
    gnu_asm_output_operand: $ => asm_operand($),
    gnu_asm_input_operand: $ => asm_operand($),

    // any preprocessing number: each suffix of gcc (1.0iF, 10ULLi, 1.5DF, 1.0f16) is one
    number_literal: _ => token(/[-+]?\.?[0-9]([eEpP][-+]|'[0-9a-zA-Z_]|[0-9a-zA-Z_.])*/),
    string_literal: $ => seq(
      choice('L"', 'u"', 'U"', 'u8"', '"'),
      repeat(choice(
        alias(token.immediate(prec(1, /[^\\"\n]+/)), $.string_content),
        $.escape_sequence,
      )),
      '"',
    ),
  },
});

function record($, word) {
  return prec.right(seq(
    word,
    repeat(choice($.attribute_specifier, $.attribute_declaration, $.ms_declspec_modifier)),
    choice(
      seq(field('name', $._type_identifier), field('body', optional($.field_declaration_list))),
      field('body', $.field_declaration_list),
    ),
    repeat($.attribute_specifier),
  ));
}

function asm_operand($) {
  return seq(
    optional(seq('[', field('symbol', $.identifier), ']')),
    field('constraint', $._string),
    '(', field('value', choice($.expression, $.comma_expression)), ')',
  );
}

// Digraphs and trigraphs are other spellings of a token, wherever it stands.
const SPELLINGS = {
  '{': ['<%', '??<'], '}': ['%>', '??>'], '[': ['<:', '??('], ']': [':>', '??)'],
};

function respell(rule) {
  if (rule.type === 'STRING' && SPELLINGS[rule.value]) {
    return { type: 'CHOICE', members: [rule, ...SPELLINGS[rule.value].map(value => (
      { type: 'ALIAS', content: { type: 'STRING', value }, named: false, value: rule.value }))] };
  }
  const copy = { ...rule };
  if (rule.members) copy.members = rule.members.map(respell);
  if (rule.content && rule.type !== 'TOKEN' && rule.type !== 'IMMEDIATE_TOKEN') copy.content = respell(rule.content);
  return copy;
}

const rules = (made.grammar || made).rules;
for (const name of Object.keys(rules)) rules[name] = respell(rules[name]);

module.exports = made;
