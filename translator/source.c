/* SPDX-License-Identifier: MIT */
/* Tokens as text and as places; the files that they come from. */
#include "cc.h"
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

/* ---- files ---- */

static char *read_all(int fd, size_t size, size_t *len) {
    char *text = xrealloc(NULL, size + 1);
    *len = 0;
    for (ssize_t n; *len < size && (n = read(fd, text + *len, size - *len)) > 0;)
        *len += (size_t)n;
    text[*len] = 0;
    return text;
}

/* NULL: there is no such file, or it is none that can be read twice.  A FIFO may not even be
 * opened: who feeds it would take us for its reader. */
char *source_read(const char *path, size_t *len) {
    struct stat st;
    char *text = NULL;
    if (stat(path, &st) != 0 || !S_ISREG(st.st_mode))
        return NULL;
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0)
        return NULL;
    if (!fstat(fd, &st) && S_ISREG(st.st_mode))
        text = read_all(fd, (size_t)st.st_size, len);
    close(fd);
    return text;
}

/* The name in a linemarker: \\, \", \n and, for what is not ASCII, \303. */
char *source_unquote(const char *name, size_t n) {
    char *plain = xrealloc(NULL, n + 1), *to = plain;
    for (size_t i = 0; i < n; i++) {
        if (name[i] != '\\' || i + 1 == n) {
            *to++ = name[i];
            continue;
        }
        i++;
        int ch = name[i], digits = 0;
        if (ch >= '0' && ch <= '7')
            for (ch = 0; digits < 3 && i < n && name[i] >= '0' && name[i] <= '7'; digits++, i++)
                ch = ch * 8 + (name[i] - '0');
        i -= digits ? 1 : 0;
        if (ch == 'n')
            ch = '\n';
        *to++ = (char)ch;
    }
    *to = 0;
    return plain;
}
