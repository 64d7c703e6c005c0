# the build systems of others, completions, and our own install
.PHONY: check-build
check-build: all
	@testsuite/build/check
