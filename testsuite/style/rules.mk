# the common format, and a proof for every row of the feature table
.PHONY: check-format check-features
check-format:
	@n=$$($(CLANG_FORMAT) --dry-run $(wildcard translator/*.[ch] runtime/*.[ch] runtime/gocc/*.h \
	    stdlib/*.h stdlib/gocc/*.h stdlib/*/*.[ch]) 2>&1 | tee /dev/stderr | grep -c warning:); \
	test "$$n" -eq 0 && echo '1 passed, 0 failed' || { echo "0 passed, 1 failed"; exit 1; }

check-features:
	@testsuite/features_check
