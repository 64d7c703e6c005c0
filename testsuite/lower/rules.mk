# SPDX-License-Identifier: MIT
# What each construct becomes.
.PHONY: check-lower
check-lower: all
	@testsuite/lower/run
