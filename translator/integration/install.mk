# what build systems, shells and editors find; called by install and uninstall of the top Makefile
integration_files = \
	translator/integration/gocc.mk:$(PREFIX)/include/gocc.mk \
	translator/integration/cmake/goccConfig.cmake:$(LIBDIR)/cmake/gocc/goccConfig.cmake \
	translator/integration/completions/gocc.bash:$(PREFIX)/share/bash-completion/completions/gocc \
	translator/integration/completions/_gocc:$(PREFIX)/share/zsh/site-functions/_gocc \
	translator/integration/completions/gocc.fish:$(PREFIX)/share/fish/vendor_completions.d/gocc.fish \
	$(B)/libgocc.pc:$(LIBDIR)/pkgconfig/libgocc.pc \
	$(foreach d,ftdetect syntax indent ftplugin compiler,\
	    grammar/editors/vim/$(d)/gc.vim:$(PREFIX)/share/vim/vimfiles/$(d)/gc.vim \
	    grammar/editors/vim/$(d)/gc.vim:$(PREFIX)/share/nvim/site/$(d)/gc.vim) \
	grammar/editors/emacs/gc-mode.el:$(PREFIX)/share/emacs/site-lisp/gc-mode.el \
	grammar/editors/source-highlight/gc.lang:$(PREFIX)/share/source-highlight/gc.lang

.PHONY: install-integration uninstall-integration
$(B)/libgocc.pc: translator/integration/libgocc.pc.in | $(B)
	@sed 's|@PREFIX@|$(PREFIX)|; s|@VERSION@|$(VERSION)|' $< > $@

install-integration: $(B)/libgocc.pc
	@for f in $(integration_files); do from=$${f%%:*} to=$(DESTDIR)$${f#*:}; \
	    $(INSTALL) -d $$(dirname $$to) && $(INSTALL) -m 644 $$from $$to || exit 1; done

uninstall-integration:
	@for f in $(integration_files); do rm -f $(DESTDIR)$${f#*:}; done
