# SPDX-License-Identifier: MIT
# gdb and goroutines: stacks that end cleanly, and the commands of runtime/gdb.py
SUITES += check-gdb
.PHONY: check-gdb
check-gdb: all
	@testsuite/gdb/run
