/* SPDX-License-Identifier: MIT */
/*
 * How messages are coloured.  GCC_COLORS says it as it does to gcc, `error=01;31:note=01;36`, so
 * that ours look like those of the host compiler beside them; empty, it means none at all.
 */
#include "cc.h"

#include <stdlib.h>
#include <string.h>

enum { LONGEST = 24 };

/* What stands behind `name=`, if it is digits and semicolons. */
static size_t find_value(const char *colors, const char *name, const char **value) {
    size_t n = strlen(name);
    for (const char *p = colors; p; p = strchr(p, ':')) {
        p += *p == ':';
        size_t len = strcspn(p, ":");
        if (len > n && !memcmp(p, name, n) && p[n] == '=' &&
            strspn(p + n + 1, "0123456789;") == len - n - 1) {
            *value = p + n + 1;
            return len - n - 1;
        }
    }
    return strlen(*value);
}

static const char *sequence(struct unit *u, const char *colors, const char *name,
                            const char *value) {
    size_t n = find_value(colors, name, &value);
    return n && n <= LONGEST ? arena_printf(u->arena, "\33[%.*sm\33[K", (int)n, value) : "";
}

struct style colors_style(struct unit *u) {
    const char *colors = getenv("GCC_COLORS");
    if (!u->opt->diag.color || (colors && !*colors && !u->opt->clang))
        return (struct style){"", "", "", "", "", ""};
    if (!colors || u->opt->clang)
        colors = "";
    return (struct style){.bold = sequence(u, colors, "locus", "01"),
                          .error = sequence(u, colors, "error", "01;31"),
                          .warning = sequence(u, colors, "warning", "01;35"),
                          .note = sequence(u, colors, "note", "01;36"),
                          .fix = sequence(u, colors, "fixit-insert", "32"),
                          .end = "\33[m\33[K"};
}
