# What the translator believes of each expression, judged by the host compiler: `--dump-types`
# turns every belief into an assertion.
.PHONY: check-types
check-types: all
	$(Q)testsuite/types/run $(B)/gocc
