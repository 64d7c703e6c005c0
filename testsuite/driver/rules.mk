# SPDX-License-Identifier: MIT
# The command line of gocc, against gcc's own behaviour.
.PHONY: check-driver
check-driver: pic
	@testsuite/driver/run
