# what build systems, shells and editors find; called by install and uninstall of the top Makefile
# FROM:TO, below PREFIX and below LIBDIR
editor_files = $(foreach d,$(1),grammar/editors/vim/$(d):share/vim/vimfiles/$(d) \
	grammar/editors/vim/$(d):share/nvim/site/$(d))
prefix_files = \
	translator/integration/gocc.mk:include/gocc.mk \
	translator/integration/completions/gocc.bash:share/bash-completion/completions/gocc \
	translator/integration/completions/_gocc:share/zsh/site-functions/_gocc \
	translator/integration/completions/gocc.fish:share/fish/vendor_completions.d/gocc.fish \
	$(call editor_files,$(patsubst grammar/editors/vim/%,%,$(wildcard grammar/editors/vim/*/gc.vim))) \
	grammar/editors/emacs/gc-mode.el:share/emacs/site-lisp/gc-mode.el \
	grammar/editors/source-highlight/gc.lang:share/source-highlight/gc.lang
library_files = \
	translator/integration/cmake/goccConfig.cmake:cmake/gocc/goccConfig.cmake \
	$(B)/libgocc.pc:pkgconfig/libgocc.pc
hash := \#
# the shell reads $(1) with `from`, and `to` below the folder `at`, which stays when it is empty
for_files = set -e; for f in $(prefix_files) LIBDIR $(library_files); do \
	from=$${f%%:*} to=$${f$(hash)*:}; \
	if [ $$f = LIBDIR ]; then at="$(DESTDIR)$(LIBDIR)"; continue; fi; \
	case $$to in cmake/* | pkgconfig/*) ;; \
	*) at="$(DESTDIR)$(PREFIX)/$${to%%/*}" to=$${to$(hash)*/};; esac; $(1); done

.PHONY: install-integration uninstall-integration $(B)/libgocc.pc
$(B)/libgocc.pc: translator/integration/libgocc.pc.in | $(B)
	@sed "s|@PREFIX@|$(PREFIX)|; s|@VERSION@|$(VERSION)|" $< > $@

install-integration: $(B)/libgocc.pc
	@$(call for_files,$(INSTALL) -d "$$(dirname "$$at/$$to")"; $(INSTALL) -m 644 $$from "$$at/$$to")

uninstall-integration:
	@$(call for_files,rm -f "$$at/$$to"; \
	    (cd "$$at" && rmdir -p "$$(dirname "$$to")") 2>/dev/null || true)
