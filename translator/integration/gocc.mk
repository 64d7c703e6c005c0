# gocc in a Makefile: `include gocc.mk`.
#
# Gives the rules for .gc files, with dependencies on the headers they include, and makes gocc the
# compiler and linker.  GOCCFLAGS are flags for .gc files alone; CFLAGS, CPPFLAGS, LDFLAGS and LDLIBS
# are what they always are.  Safe with -j.
GOCC ?= gocc
gocc_goal := $(.DEFAULT_GOAL)
ifeq ($(origin CC),default)
CC = $(GOCC)
endif

.SUFFIXES: .gc

%.o: %.gc
	$(GOCC) $(CPPFLAGS) $(CFLAGS) $(GOCCFLAGS) -MMD -MP -c -o $@ $<

%: %.gc
	$(GOCC) $(CPPFLAGS) $(CFLAGS) $(GOCCFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# the plain C that a .gc file becomes, to read
%.gc.c: %.gc
	$(GOCC) $(CPPFLAGS) $(CFLAGS) $(GOCCFLAGS) --emit-c -o $@ $<

-include $(wildcard *.d) $(wildcard */*.d)
# the dependencies are no goals: the first rule of the Makefile stays the default
.DEFAULT_GOAL := $(gocc_goal)
