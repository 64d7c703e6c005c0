# SPDX-License-Identifier: MIT
# gocc: everything generated lands in build/.  Targets: see `make help`.

VERSION = 0.1.0
CC = gcc
AR = gcc-ar
RE2C = re2c
LEMON = lemon
CLANG_FORMAT = clang-format
INSTALL = install

PREFIX = /usr/local
BINDIR = $(PREFIX)/bin
LIBDIR = $(PREFIX)/lib
MANDIR = $(PREFIX)/share/man
DESTDIR =

WARN = -Wall -Wextra
ifdef CI
WARN += -Werror
endif
CFLAGS = -O2 -g
B = build
V = 0
ifeq ($(V),0)
say = @printf '  %-6s %s\n' $(1) '$@';
endif

.DEFAULT_GOAL = all
.DELETE_ON_ERROR:
.SUFFIXES:
.PHONY: all help check install uninstall dist lib asan tsan hard pic clean format

all: $(B)/gocc $(B)/libgocc.a $(B)/libgocc-asan.a $(B)/libgocc-tsan.a $(B)/libgocc-pic.a

help:
	@echo 'all check check-SUITE bench asan tsan hard pic install uninstall dist format clean'
	@echo 'suites: $(SUITES:check-%=%)'

# ---- the translator and driver: build/gocc ----

translator_src = $(wildcard translator/*.c)
grammar_gen = $(if $(wildcard grammar/c.y),$(B)/c.c) $(if $(wildcard grammar/c.re),$(B)/c_lex.c)
translator_obj = $(translator_src:translator/%.c=$(B)/translator/%.o) \
	$(grammar_gen:$(B)/%.c=$(B)/translator/gen_%.o) $(B)/translator/gen_prelude.o
translator_lib = $(B)/libtranslator.a
TCFLAGS = -std=gnu11 -D_GNU_SOURCE -Itranslator -I$(B) -Igrammar \
	-DGOCC_VERSION='"$(VERSION)"' -DGOCC_HOST_CC='"$(CC)"'
host_flags = -DGOCC_MACHINE='"$(shell $(CC) -dumpmachine)"' \
	-DGOCC_HOST_STD=$(shell echo __STDC_VERSION__ | $(CC) -E -P -x c -)

# Not static, though it would start 0.3 ms sooner: bear looks through the dynamic linker.
$(B)/gocc: $(B)/translator/driver.o $(translator_lib)
	$(call say,LD) $(CC) $(CFLAGS) $(LDFLAGS) -o $@.$$$$ $^ && mv $@.$$$$ $@

$(translator_lib): $(filter-out $(B)/translator/driver.o,$(translator_obj))
	$(call say,AR) $(AR) rcs $@.$$$$ $^ && mv $@.$$$$ $@

$(B)/translator/gen_%.o: $(B)/%.c | $(B)/translator
	$(call say,CC) $(CC) $(CFLAGS) $(TCFLAGS) -MMD -MP -c -o $@ $<

$(B)/translator/%.o: translator/%.c | $(B)/translator $(grammar_gen)
	$(call say,CC) $(CC) $(CFLAGS) $(WARN) $(TCFLAGS) -MMD -MP -c -o $@ $<

$(B)/translator/compile.o $(B)/translator/paths.o: TCFLAGS += $(host_flags)

$(B)/c.c: grammar/c.y | $(B)
	$(call say,LEMON) $(LEMON) -c -d$(B) $< > $(B)/c.lemon 2>&1 || { cat $(B)/c.lemon; exit 1; }

$(if $(wildcard grammar/c.y),$(eval $(B)/c.h: $(B)/c.c ;))

$(B)/c_lex.c: grammar/c.re | $(B) $(if $(wildcard grammar/c.y),$(B)/c.c)
	$(call say,RE2C) $(RE2C) -W -Werror -o $@ $<

$(B)/prelude.c: runtime/gocc/abi.h translator/embed.sh | $(B)
	$(call say,EMBED) sh translator/embed.sh gocc_prelude $< > $@

# ---- the library: build/libgocc.a and its variants ----

lib_src = $(wildcard runtime/*.c runtime/*.S stdlib/*/*.c)
LIBFLAGS = -O2 -g -std=gnu11 -D_GNU_SOURCE -fvisibility=hidden -fno-lto \
	-fstack-clash-protection -Iruntime -Istdlib
lib_objects = $(addsuffix .o,$(addprefix $(1)/,$(basename $(lib_src))))

# gcc's libbacktrace becomes part of the library, its symbols hidden behind gocc__; without
# it (the name comes back as it is) stacks are printed without file and line.
# $(1) compiler
backtrace_of = $(filter /%,$(shell $(1) -print-file-name=libbacktrace.a))
backtrace_api = create_state pcinfo syminfo
OBJCOPY = objcopy

# One variant of the library: $(1) folder, $(2) archive, $(3) compiler, $(4) flags,
# $(5) the gcc whose libbacktrace it takes, $(6) objcopy.
define library
$(2): runtime/archive.sh $(call lib_objects,$(1)) $(if $(call backtrace_of,$(5)),$(1)/backtrace.o)
	$$(call say,AR) $$< $$@ $(6:objcopy=nm) $(6) $(AR) $$(filter %.o,$$^)

# for tests that call what programs cannot
$(1)/inside.a: $(2)
	$$(call say,AR) $(AR) rcs $$@.$$$$$$$$ $(call lib_objects,$(1)) \
	    $(if $(call backtrace_of,$(5)),$(1)/backtrace.o) && mv $$@.$$$$$$$$ $$@

$(1)/backtrace.o: | $(dir $(call lib_objects,$(1)))
	$$(call say,LD) $(5) -r -nostdlib -o $$@.tmp -Wl,--whole-archive $(call backtrace_of,$(5)) && \
	    $(6) -g $(foreach f,$(backtrace_api),--keep-global-symbol=backtrace_$(f)) $$@.tmp && \
	    $(6) $(foreach f,$(backtrace_api),--redefine-sym backtrace_$(f)=gocc__backtrace_$(f)) \
	    $$@.tmp $$@ && rm -f $$@.tmp

$(if $(call backtrace_of,$(5)),$(1)/runtime/symbol.o: LIBFLAGS += -DGOCC_BACKTRACE)

$(call lib_objects,$(1)): $(1)/%.o: | $(dir $(call lib_objects,$(1)))

$(1)/%.o: %.c
	$$(call say,CC) $(3) $$(LIBFLAGS) $(WARN) $(4) -MMD -MP -c -o $$@ $$< $$(QUIETEN)

$(1)/%.o: %.S
	$$(call say,AS) $(3) $(LIBFLAGS) $(4) -MMD -MP -c -o $$@ $$<

-include $(patsubst %.o,%.d,$(call lib_objects,$(1)))
endef

# The detector watches the program.  Of the packages it sees the atomics, which carry the order
# that they promise; the runtime says itself what orders what (runtime/race.c).  gcc has no flags
# for that: from what it makes of the packages the calls for other accesses are taken afterwards.
tsan_clang = $(findstring clang,$(CC))
tsan_quiet = memory-accesses func-entry-exit memintrinsics
tsan_calls = func_entry func_exit $(foreach w,read write,$(w)_range \
	$(foreach n,1 2 4 8 16,$(w)$(n) unaligned_$(w)$(n)))
TSAN_FLAGS = $(if $(tsan_clang),-fsanitize=thread $(tsan_quiet:%=-mllvm -tsan-instrument-%=0),\
	-D__SANITIZE_THREAD__)
$(eval $(call library,$(B)/lib,$(B)/libgocc.a,$(CC),,$(CC),$(OBJCOPY)))
$(eval $(call library,$(B)/tsan,$(B)/libgocc-tsan.a,$(CC),$(TSAN_FLAGS),$(CC),$(OBJCOPY)))
$(filter $(B)/tsan/runtime/%,$(call lib_objects,$(B)/tsan)): \
	LIBFLAGS += -fno-builtin $(if $(tsan_clang),-mllvm -tsan-instrument-atomics=0)
$(filter $(B)/tsan/stdlib/%,$(call lib_objects,$(B)/tsan)): \
	LIBFLAGS += $(if $(tsan_clang),,-fsanitize=thread -Wno-tsan)
$(filter $(B)/tsan/stdlib/%,$(call lib_objects,$(B)/tsan)): \
	QUIETEN = $(if $(tsan_clang),,&& $(OBJCOPY) \
	    $(foreach f,$(tsan_calls),--redefine-sym __tsan_$(f)=gocc__race_$(f)) $@)
$(eval $(call library,$(B)/asan,$(B)/libgocc-asan.a,$(CC),-fsanitize=address -fno-omit-frame-pointer,$(CC),$(OBJCOPY)))
# All calls and thread-local variables by way of tables: for shared libraries.
$(eval $(call library,$(B)/pic,$(B)/libgocc-pic.a,$(CC),-fPIC -DGOCC_GUEST,$(CC),$(OBJCOPY)))
$(eval $(call library,$(B)/hard,$(B)/libgocc-hard.a,$(CC),-DGOCC_HARD=1,$(CC),$(OBJCOPY)))

ifdef TARGET
$(eval $(call library,$(B)/$(TARGET),$(B)/$(TARGET)/libgocc.a,$(TARGET)-gcc,,$(TARGET)-gcc,$(TARGET)-objcopy))
lib: $(B)/$(TARGET)/libgocc.a
else
lib: $(B)/libgocc.a
endif

tsan: all $(B)/libgocc-tsan.a
hard: all $(B)/libgocc-hard.a
pic: all $(B)/libgocc-pic.a
asan: all $(B)/libgocc-asan.a $(B)/gocc-asan

# The driver and translator under ASan and UBSan, in one step: for bad input.
$(B)/gocc-asan: $(translator_obj)
	$(call say,LD) $(CC) $(CFLAGS) $(TCFLAGS) $(host_flags) -w \
	    -fsanitize=address,undefined -fno-sanitize-recover=undefined -o $@ \
	    $(translator_src) $(grammar_gen) $(B)/prelude.c

dirs = $(sort $(B) $(B)/translator \
	$(patsubst %/,%,$(dir $(foreach v,lib tsan asan hard pic $(TARGET),$(call lib_objects,$(B)/$(v))))))
$(dirs):
	@mkdir -p $@
$(addsuffix /,$(filter-out $(B) $(B)/translator,$(dirs))):
	@mkdir -p $@

# ---- tests ----

# A suite is a target check-NAME of a fragment, or a folder of testsuite/ that holds .gc
# programs with in-file tags and has no fragment.
fragments = $(sort $(wildcard testsuite/*/rules.mk translator/integration/*.mk))
fragment_suites = $(shell sed -n 's/^\(check-[a-z_-]*\):.*/\1/p' $(fragments) /dev/null)
tagged = $(filter-out $(patsubst %/rules.mk,%,$(fragments)),\
	$(patsubst %/,%,$(sort $(dir $(wildcard testsuite/*/)))))
tagged_suites = $(foreach d,$(tagged),$(if $(shell find $(d) -name '*.gc' -print -quit),\
	$(d:testsuite/%=check-%)))
SUITES = $(filter-out %-full,$(fragment_suites)) $(tagged_suites) \
	$(if $(shell find samples -name '*.gc' -print -quit),check-samples)

-include $(fragments)

check: all
	@testsuite/check $(sort $(SUITES))

.PHONY: $(SUITES)
$(tagged_suites): check-%: all
	@testsuite/run testsuite/$*
check-exec: $(B)/libgocc-tsan.a # a few of its programs are built with -race

check-samples: all
	@testsuite/run samples
	@samples/blur/check $(B)/gocc

# ---- installing ----

# The library and its headers are beside the program, whatever LIBDIR is: gocc finds them by its own place.
integration = $(if $(wildcard translator/integration/install.mk),integration)
private = $(DESTDIR)$(PREFIX)/lib/gocc
pages = $(notdir $(wildcard man/*.[0-9]))

install: all $(integration:%=install-%)
	$(INSTALL) -d "$(DESTDIR)$(BINDIR)" "$(private)/include/gocc"
	$(INSTALL) -m 755 $(B)/gocc "$(DESTDIR)$(BINDIR)/gocc"
	$(INSTALL) -m 644 $(wildcard $(B)/libgocc*.a) runtime/gdb.py "$(private)"
	$(INSTALL) -m 644 stdlib/gocc.h "$(private)/include"
	$(INSTALL) -m 644 $(wildcard runtime/gocc/*.h stdlib/gocc/*.h) "$(private)/include/gocc"
	@for page in $(pages); do dir="$(DESTDIR)$(MANDIR)/man$${page##*.}"; \
	    $(INSTALL) -d "$$dir" && $(INSTALL) -m 644 man/$$page "$$dir" || exit 1; done

# Folders that are empty then go too, up to bin, lib, include and share themselves.
uninstall: $(integration:%=uninstall-%)
	rm -f "$(DESTDIR)$(BINDIR)/gocc"
	rm -rf "$(private)"
	@for page in $(pages); do dir="$(DESTDIR)$(MANDIR)/man$${page##*.}"; \
	    rm -f "$$dir/$$page"; rmdir "$$dir" 2>/dev/null; done; \
	rmdir "$(DESTDIR)$(MANDIR)" 2>/dev/null; true

# The tarball holds what re2c and lemon made, newer than its sources, so neither is needed to build it.
dist_made = $(grammar_gen) $(B)/c.h
dist: all
	git archive --format=tar --prefix=gocc-$(VERSION)/ -o $(B)/gocc-$(VERSION).tar HEAD
	tar --append -f $(B)/gocc-$(VERSION).tar --owner=0 --group=0 \
	    --mtime=@$$(($$(git log -1 --format=%ct) + 2)) \
	    --transform='s,^$(B)/,gocc-$(VERSION)/build/,' $(dist_made)
	gzip -nf $(B)/gocc-$(VERSION).tar

format:
	$(CLANG_FORMAT) -i $(wildcard translator/*.[ch] runtime/*.[ch] runtime/gocc/*.h \
	    stdlib/*.h stdlib/gocc/*.h stdlib/*/*.[ch])

clean:
	rm -rf $(B)

-include $(wildcard $(B)/translator/*.d)
