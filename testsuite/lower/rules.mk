# SPDX-License-Identifier: MIT
# What each construct becomes.
.PHONY: check-lower
check-lower: all
	@testsuite/lower/run

# Its warnings, over all programs.
.PHONY: check-output
check-output: all
	@testsuite/lower/warnings
