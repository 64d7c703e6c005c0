/* SPDX-License-Identifier: MIT */
/* One preprocessed text in, one plain C text out. */
#include "cc.h"
#include <stdlib.h>
#include <string.h>

static int pass_through(const char *text, size_t len, FILE *out) {
    if (len)
        fwrite(text, 1, len, out);
    return 0;
}

static void unit_free(struct unit *u) {
    free(u->toks);
    free(u->files);
    free(u->idents);
    free(u->ident_table);
    free(u->constructs);
    arena_free(u->arena);
}

/* There is no runtime for these; what has no construct of ours needs none. */
static void check_width(struct unit *u) {
    if (u->opt->narrow && u->nconstructs && !u->errors)
        diag_error(u, u->constructs[0]->first, "'%s': the runtime, libgocc, is for 64 bits only",
                   u->opt->narrow);
}

static void run(struct unit *u, FILE *out) {
    parse_unit(u);
    if (u->opt->dump_ast) {
        ast_dump(u, out);
        return;
    }
    if (u->opt->dump_types) {
        type_dump(u, out);
        return;
    }
    if (!u->errors && u->nconstructs && !u->syntax_errors) {
        check_unit(u);
        check_width(u);
        if (!u->errors)
            warn_unit(u);
        if (!u->errors && u->nconstructs) {
            lower_unit(u, out);
            return;
        }
    }
    if (!u->errors)
        pass_through(u->text, u->len, out);
}

int translate(const char *text, size_t len, FILE *out, const struct translate_options *opt) {
    if (!opt->searched && !opt->dump_ast && !opt->dump_types && !lex_may_have_constructs(text, len))
        return pass_through(text, len, out);
    char *copy = xrealloc(NULL, len + 1); /* the scanner wants a NUL behind the end */
    memcpy(copy, text, len);
    copy[len] = 0;
    struct unit u = {.text = copy, .len = len, .opt = opt, .arena = arena_new()};
    pragma_read(&u, copy);
    run(&u, out);
    diag_flush(&u);
    int failed = u.errors > 0;
    unit_free(&u);
    free(copy);
    return failed;
}
