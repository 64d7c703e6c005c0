/* SPDX-License-Identifier: MIT */
/* Tokens as text and as places. */
#include "cc.h"
#include <string.h>

const char *tok_text(const struct unit *u, uint32_t tok) {
    return u->text + u->toks[tok].off;
}

bool tok_is(const struct unit *u, uint32_t tok, const char *text) {
    size_t n = strlen(text);
    return u->toks[tok].len == n && !memcmp(tok_text(u, tok), text, n);
}

char *tok_dup(struct unit *u, uint32_t tok) {
    return arena_printf(u->arena, "%.*s", (int)u->toks[tok].len, tok_text(u, tok));
}

const char *tok_file(const struct unit *u, uint32_t tok) {
    return u->files[u->toks[tok].file];
}

/* …/gocc.h or …/gocc/NAME.h, which the driver puts on the system include path */
bool tok_in_gocc_header(const struct unit *u, uint32_t tok) {
    const char *file = tok_file(u, tok), *slash = strrchr(file, '/');
    if (!(u->toks[tok].flags & TOK_SYSTEM) || !slash)
        return false;
    if (!strcmp(slash, "/gocc.h"))
        return true;
    return slash - file >= 5 && !memcmp(slash - 5, "/gocc", 5);
}
