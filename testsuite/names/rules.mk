# every name of Go's packages is there with the types of the naming rule, and in the manual
SUITES += check-names
.PHONY: check-names
check-names: all
	@testsuite/names/check $(B)/names
