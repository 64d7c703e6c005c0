/* SPDX-License-Identifier: MIT */
/*
 * #pragma GCC diagnostic push, pop, ignored "-Wlock-copy", warning …, error …
 *
 * Found in the text before it is scanned, because a pragma is no token.  One that names a warning
 * of ours is taken out: the host compiler does not know the name and would say so.  push and pop
 * stay, they are for both.
 */
#include "cc.h"

#include <string.h>

enum pragma_action { PUSH, POP, IGNORED, WARN, FAIL };

struct pragma {
    struct pragma *next; /* in the order of the text */
    uint32_t off;
    enum pragma_action action;
    const char *name; /* of IGNORED, WARN, FAIL: without -W */
};

/* Warnings that the translator gives; no host compiler may see them. */
bool pragma_is_ours(const char *warning) {
    static const char *const ours[] = {
        "lock-copy",      "lost-cancel",       "defer-in-loop",      "unused-error",
        "goroutine-leak", "deadlock",          "thread-local",       "park-under-lock",
        "send-compares",  "bad-format",        "receive-comma",      "flexible-element",
        "signal-handler", "duration",          "late-add",           "several-values",
        "defer-since",    "unbuffered-signal", "misspelled-default",
    };
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
        if (!strcmp(warning, ours[i]))
            return true;
    return false;
}

/* The next word of the line; NULL at its end. */
static const char *word(struct unit *u, char **p) {
    while (**p == ' ' || **p == '\t')
        ++*p;
    char *from = *p;
    while (**p && !strchr(" \t\r\n", **p))
        ++*p;
    return *p > from ? arena_printf(u->arena, "%.*s", (int)(*p - from), from) : NULL;
}

static int action_of(const char *s) {
    static const char *const words[] = {"push", "pop", "ignored", "warning", "error"};
    for (int i = 0; s && i < (int)(sizeof words / sizeof *words); i++)
        if (!strcmp(s, words[i]))
            return i;
    return -1;
}

/* "-Wname" -> name, if it is ours. */
static const char *our_name(struct unit *u, const char *s) {
    size_t n = s ? strlen(s) : 0;
    if (n < 5 || strncmp(s, "\"-W", 3) || s[n - 1] != '"')
        return NULL;
    const char *name = arena_printf(u->arena, "%.*s", (int)(n - 4), s + 3);
    return pragma_is_ours(name) ? name : NULL;
}

static bool read_line(struct unit *u, char *p, struct pragma *made) {
    const char *whose = word(u, &p), *what = word(u, &p);
    if (!whose || !what || (strcmp(whose, "GCC") && strcmp(whose, "clang")) ||
        strcmp(what, "diagnostic"))
        return false;
    int action = action_of(word(u, &p));
    if (action < 0)
        return false;
    made->action = (enum pragma_action)action;
    made->name = action > POP ? our_name(u, word(u, &p)) : NULL;
    return action <= POP || made->name;
}

void pragma_read(struct unit *u, char *text) {
    struct pragma **end = &u->pragmas;
    for (char *p = text; (p = strstr(p, "#pragma")); p++) {
        struct pragma made = {.off = (uint32_t)(p - text)};
        if ((p > text && p[-1] != '\n') || !read_line(u, p + 7, &made))
            continue;
        *end = arena_alloc(u->arena, sizeof **end);
        **end = made;
        end = &(*end)->next;
        if (made.name)
            memset(p, ' ', strcspn(p, "\r\n"));
    }
}

/* What pragmas in front of off say about a warning: overrides *on and *error. */
void pragma_state(const struct unit *u, const char *name, uint32_t off, bool *on, bool *error) {
    enum { DEEPEST = 64 };
    bool saved_on[DEEPEST], saved_error[DEEPEST];
    int depth = 0;
    for (struct pragma *p = u->pragmas; p && p->off < off; p = p->next) {
        if (p->action == PUSH && depth++ < DEEPEST) {
            saved_on[depth - 1] = *on;
            saved_error[depth - 1] = *error;
        } else if (p->action == POP && depth > 0 && depth-- <= DEEPEST) {
            *on = saved_on[depth];
            *error = saved_error[depth];
        } else if (p->name && !strcmp(p->name, name)) {
            *on = p->action != IGNORED;
            *error = p->action == FAIL;
        }
    }
}
