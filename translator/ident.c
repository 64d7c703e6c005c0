/* SPDX-License-Identifier: MIT */
/* Identifiers are interned once; from then on a name is its index in unit->idents, and what it is
   bound to stands in its entry.  Whether a word is a keyword stands there too, so the scanner
   needs no keyword rules and a mode of C costs nothing. */
#include "c.h"
#include "cc.h"
#include <stdlib.h>
#include <string.h>

static uint32_t hash(const char *s, size_t n) {
    uint32_t h = 2166136261u;
    for (size_t i = 0; i < n; i++)
        h = (h ^ (unsigned char)s[i]) * 16777619u;
    return h ^ h >> 15;
}

static void table_grow(struct unit *u) {
    u->ident_slots = u->ident_slots ? u->ident_slots * 2 : 1024;
    u->ident_table = xrealloc(u->ident_table, u->ident_slots * sizeof *u->ident_table);
    memset(u->ident_table, 0, u->ident_slots * sizeof *u->ident_table);
    for (uint32_t i = 1; i < u->nidents; i++) {
        uint32_t *head = &u->ident_table[u->idents[i].hash & (u->ident_slots - 1)];
        u->idents[i].next = *head;
        *head = i;
    }
}

static struct ident *ident_new(struct unit *u) {
    if (u->nidents == u->cidents) {
        u->cidents = u->cidents ? u->cidents * 2 : 1024;
        u->idents = xrealloc(u->idents, u->cidents * sizeof *u->idents);
    }
    struct ident *id = &u->idents[u->nidents++];
    memset(id, 0, sizeof *id);
    return id;
}

/* `s` must live as long as the unit. */
uint32_t ident_intern(struct unit *u, const char *s, size_t n) {
    uint32_t h = hash(s, n);
    for (uint32_t i = u->ident_table[h & (u->ident_slots - 1)]; i; i = u->idents[i].next) {
        const struct ident *id = &u->idents[i];
        if (id->hash == h && id->len == n && !memcmp(id->text, s, n))
            return i;
    }
    if (u->nidents >= u->ident_slots)
        table_grow(u);
    struct ident *id = ident_new(u);
    id->text = s;
    id->len = (uint32_t)n;
    id->hash = h;
    uint32_t *head = &u->ident_table[h & (u->ident_slots - 1)];
    id->next = *head;
    return *head = u->nidents - 1;
}

const char *ident_text(const struct unit *u, uint32_t id) {
    return arena_printf(u->arena, "%.*s", (int)u->idents[id].len, u->idents[id].text);
}

static bool in_mode(const struct translate_options *o, int mode) {
    switch (mode) {
    case WORD_C99:
        return o->std >= 199901;
    case WORD_GNU_OR_C99:
        return o->gnu || o->std >= 199901;
    case WORD_C23:
        return o->std >= 202000;
    case WORD_GNU:
        return o->gnu;
    case WORD_GNU_OR_C23:
        return o->gnu || o->std >= 202000;
    case WORD_GCC:
        return !o->clang;
    case WORD_CLANG:
        return o->clang;
    default:
        return true;
    }
}

static const struct word {
    const char *text;
    uint16_t token;
    uint8_t mode;
    uint8_t contextual;
    bool is_typename;
    bool skip;
} words[] = {
#define WORD(text, token, mode) {text, token, mode, 0, false, false},
#define SKIP(text)              {text, 0, WORD_ALWAYS, 0, false, true},
#define CONTEXT(text, token)    {text, token, WORD_ALWAYS, 1, false, false},
#define PREDECLARED(text)       {text, 0, WORD_ALWAYS, 2, false, false},
#define TYPENAME(text)          {text, 0, WORD_ALWAYS, 0, true, false},
#include "keywords.def"
};

void ident_init(struct unit *u) {
    ident_new(u); /* 0 means no identifier */
    table_grow(u);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        const struct word *w = &words[i];
        if (!in_mode(u->opt, w->mode))
            continue;
        struct ident *id = &u->idents[ident_intern(u, w->text, strlen(w->text))];
        id->keyword = w->token;
        id->contextual = w->contextual;
        id->is_typename = w->is_typename;
        id->skip = w->skip;
    }
}
