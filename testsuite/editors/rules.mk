# colours in each editor that is installed, and the tree-sitter grammar
.PHONY: check-editors
check-editors:
	@testsuite/editors/check
