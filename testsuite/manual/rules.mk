# every example of the manual and the README is compiled and run
SUITES += check-manual
.PHONY: check-manual
check-manual: all
	@testsuite/manual/extract $(B)/manual README.md $(wildcard man/*.[1-9])
	@testsuite/run $(B)/manual
