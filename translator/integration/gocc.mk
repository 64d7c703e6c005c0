# gocc in a Makefile: `include gocc.mk`.
#
# Makes gocc the compiler and linker (unless the Makefile sets CC) and gives rules for .gc and .c files
# that compile again exactly what includes a changed header.  GOCCFLAGS are flags for .gc files alone;
# CFLAGS, CPPFLAGS, LDFLAGS and LDLIBS are what they always are.  Safe with -j.
GOCC ?= gocc
gocc_goal := $(.DEFAULT_GOAL)
ifeq ($(origin CC),default)
CC = $(GOCC)
endif

.SUFFIXES: .gc

# `foo.o.d` is nobody else's name: `foo.d` may be a source in D, or a folder
gocc_depend = -MMD -MP -MF $@.d -MT $@

%.o: %.gc
	$(GOCC) $(CPPFLAGS) $(CFLAGS) $(GOCCFLAGS) $(TARGET_ARCH) $(gocc_depend) -c -o $@ $<

%.o: %.c
	$(CC) $(CPPFLAGS) $(CFLAGS) $(TARGET_ARCH) $(gocc_depend) -c -o $@ $<

%: %.gc
	$(GOCC) $(CPPFLAGS) $(CFLAGS) $(GOCCFLAGS) $(LDFLAGS) -MMD -MP -MF $@.o.d -MT $@ -o $@ \
	    $(filter %.gc %.c %.o %.a,$^) $(LDLIBS)

# the plain C that a .gc file becomes, to read
%.gc.c: %.gc
	$(GOCC) $(CPPFLAGS) $(CFLAGS) $(GOCCFLAGS) --emit-c -o $@ $<

-include $(wildcard *.o.d */*.o.d */*/*.o.d */*/*/*.o.d)
# the dependencies are no goals: the first rule of the Makefile stays the default
.DEFAULT_GOAL := $(gocc_goal)
