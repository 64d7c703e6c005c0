[
  (compound_statement)
  (select_statement)
  (select_case)
  (case_statement)
  (field_declaration_list)
  (enumerator_list)
  (initializer_list)
  (comment)
] @fold
