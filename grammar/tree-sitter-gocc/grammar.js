// SPDX-License-Identifier: MIT
// The .gc language for editors: tree-sitter-c and the constructs.
//
// The words are contextual, as in the compiler: `_word` gives each of them back to C as an
// identifier wherever an expression, declarator or label stands, and dynamic precedence lets the
// construct win only where both fit.  A send is a statement or a select case, so `a<-1` inside an
// expression stays a comparison.
const C = require('tree-sitter-c/grammar');

const commaSep = rule => optional(seq(rule, repeat(seq(',', rule))));

module.exports = grammar(C, {
  name: 'gocc',

  conflicts: ($, original) => original.concat([
    [$._word, $.channel_type],
    [$.expression, $._short, $._receive_target],
    [$._word, $.go_statement],
    [$._word, $.defer_statement],
    [$.expression, $._receive_target],
    [$.expression, $._short],
    [$.channel_type],
    [$._short, $._receive_target],
  ]),

  rules: {
    // words that C may use for anything
    _word: _ => choice('go', 'chan', 'select', 'defer', 'range'),

    _expression_not_binary: ($, original) => choice(
      original,
      $.receive_expression,
      $.range_expression,
      prec.dynamic(-10, alias($._word, $.identifier)),
    ),

    _declarator: ($, original) => choice(original, prec.dynamic(-10, alias($._word, $.identifier))),
    _declaration_declarator: ($, original) => choice(original, prec.dynamic(-10, alias($._word, $.identifier))),
    _assignment_left_expression: ($, original) => choice(original, prec.dynamic(-10, alias($._word, $.identifier))),
    _field_identifier: ($, original) => choice(original, prec.dynamic(-10, alias($._word, $.field_identifier))),
    _statement_identifier: ($, original) => choice(original, prec.dynamic(-10, alias($._word, $.statement_identifier))),

    // chan int, chan<- int, <-chan int, chan(char *)
    type_specifier: ($, original) => choice(original, $.channel_type),
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
    // make(chan T, n), va_arg(ap, chan T)
    argument_list: $ => seq('(', commaSep(choice($.expression, $.compound_statement, $.channel_type)), ')'),

    // only where `for (v := range c)` has it; the compiler says so elsewhere
    range_expression: $ => prec.dynamic(1, prec.right(1, seq('range', field('operand', $.expression)))),

    // statements
    _non_case_statement: ($, original) => choice(
      original,
      $.go_statement,
      $.defer_statement,
      $.select_statement,
      $.send_statement,
      $.short_declaration,
      $.receive_assignment,
      $.range_statement,
    ),

    go_statement: $ => prec.dynamic(1, seq('go', choice($.compound_statement, seq($.expression, ';')))),
    defer_statement: $ => prec.dynamic(1, seq('defer', choice($.compound_statement, seq($.expression, ';')))),

    _send_target: $ => choice(
      $.identifier, $.call_expression, $.field_expression, $.subscript_expression,
      $.parenthesized_expression, $.pointer_expression, $.receive_expression,
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

    select_statement: $ => prec.dynamic(1, seq('select', '{', repeat($.select_case), '}')),
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

    range_statement: $ => seq(
      'for', '(', field('clause', choice(alias($._short, $.short_declaration), $.expression)), ')',
      field('body', $.statement),
    ),

    // for (i := 0; …)
    _for_statement_body: ($, original) => choice(
      original,
      seq(
        field('initializer', alias($._short, $.short_declaration)), ';',
        field('condition', optional(choice($.expression, $.comma_expression))), ';',
        field('update', optional(choice($.expression, $.comma_expression))),
      ),
    ),

    // GNU C that tree-sitter-c does not know
    goto_statement: ($, original) => choice(original, seq('goto', '*', $.expression, ';')),
    storage_class_specifier: ($, original) => choice(original, '_Thread_local'),
    case_statement: $ => prec.right(seq(
      choice(
        seq('case', field('value', $.expression), optional(seq('...', field('last', $.expression)))),
        'default',
      ),
      ':',
      repeat(choice($._non_case_statement, $.declaration, $.type_definition)),
    )),

    break_statement: $ => seq('break', optional(field('label', $._statement_identifier)), ';'),
    continue_statement: $ => seq('continue', optional(field('label', $._statement_identifier)), ';'),
  },
});
