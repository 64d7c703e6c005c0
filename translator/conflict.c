/* SPDX-License-Identifier: MIT */
/*
 * The marks that version control leaves where two changes meet.
 *
 *   <<<<<<< HEAD            told
 *   a = 1;                  read
 *   =======
 *   a = 2;                  left out, that one place is one mistake
 *   >>>>>>> branch
 *
 * Seven of a kind at the start of a line are nothing in C, whatever stands around them.
 */
#include "c.h"
#include "cc.h"

#include <string.h>

enum { LENGTH = 7 };

/* '<', '|', '=', '>': what the mark consists of; 0: there is none. */
static char mark_at(const struct unit *u, uint32_t tok) {
    const struct tok *t = &u->toks[tok];
    if (tok >= u->ntoks || !(t->flags & TOK_BOL) || t->col != 1 || u->len - t->off < LENGTH)
        return 0;
    const char *s = u->text + t->off;
    char end = u->len - t->off > LENGTH ? s[LENGTH] : '\n';
    bool same = strchr("<|=>", *s) && memcmp(s, s + 1, LENGTH - 1) == 0;
    return same && (end == ' ' || end == '\n' || end == '\r') ? *s : 0;
}

static uint32_t line_end(const struct unit *u, uint32_t tok) {
    do
        tok++;
    while (tok < u->ntoks && !(u->toks[tok].flags & TOK_BOL));
    return tok;
}

uint32_t conflict_skip(struct parser *p, uint32_t tok) {
    struct unit *u = p->u;
    char mark;
    while ((mark = mark_at(u, tok))) {
        if (mark == '<' || !p->conflict)
            diag_error(u, tok, "version control left a conflict here: keep one of the two texts");
        p->conflict = mark != '>';
        u->syntax_errors = true;
        tok = line_end(u, tok);
        while (mark != '<' && mark != '>' && tok < u->ntoks && mark_at(u, tok) != '>')
            tok = line_end(u, tok);
    }
    return tok;
}
