((preproc_def (preproc_arg) @injection.content)
 (#set! injection.language "gocc"))
((preproc_function_def (preproc_arg) @injection.content)
 (#set! injection.language "gocc"))
