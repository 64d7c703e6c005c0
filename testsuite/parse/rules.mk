# The tree of each testsuite/parse/*.gc, as --dump-ast prints it.  After an intended change:
# testsuite/parse/run --accept build/gocc, and review the difference.
.PHONY: check-parse
check-parse: all
	$(Q)testsuite/parse/run $(B)/gocc
