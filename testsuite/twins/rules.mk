# SPDX-License-Identifier: MIT
# Random programs, each in .gc and in Go, against each other; needs go.

.PHONY: check-twins-full
check-twins-full: all
	@testsuite/twins/run --count 500
