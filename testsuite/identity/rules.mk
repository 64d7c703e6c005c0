# SPDX-License-Identifier: MIT
# Plain C is unchanged: a sample in `make check`, everything in `make check-identity-full`.
.PHONY: check-identity check-identity-full
check-identity: all
	@testsuite/identity/run headers csmith plain

check-identity-full: all
	@testsuite/identity/run --all headers csmith plain torture
	@testsuite/identity/projects
