# each feature of C, GNU C, C23 and clang beside a construct, in one function
.PHONY: check-mixed
check-mixed: all
	@testsuite/mixed/run
