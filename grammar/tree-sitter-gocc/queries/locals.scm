(compound_statement) @local.scope
(function_definition) @local.scope
(for_statement) @local.scope
(range_statement) @local.scope
(select_case) @local.scope

(parameter_declaration declarator: (identifier) @local.definition)
(init_declarator declarator: (identifier) @local.definition)
(declaration declarator: (identifier) @local.definition)
(short_declaration name: (identifier) @local.definition)
(receive name: (identifier) @local.definition)

(identifier) @local.reference
