/* SPDX-License-Identifier: MIT */
#include "driver.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

void list_add(struct list *l, const char *word) {
    if (l->n + 1 >= l->room) {
        l->room = l->room ? l->room * 2 : 32;
        l->at = realloc(l->at, l->room * sizeof *l->at);
        if (!l->at)
            fatal("out of memory");
    }
    l->at[l->n++] = (char *)word;
    l->at[l->n] = NULL;
}

void list_add_all(struct list *l, const struct list *from) {
    for (size_t i = 0; i < from->n; i++)
        list_add(l, from->at[i]);
}

char *format(const char *fmt, ...) {
    char *text;
    va_list ap;
    va_start(ap, fmt);
    if (vasprintf(&text, fmt, ap) < 0)
        fatal("out of memory");
    va_end(ap);
    return text;
}

/* The next word of *text, unquoted in place of a copy; NULL at the end. */
static char *next_word(const char **text) {
    const char *s = *text;
    while (isspace((unsigned char)*s))
        s++;
    if (!*s)
        return NULL;
    char *word = malloc(strlen(s) + 1), *w = word, quote = 0;
    for (; *s && (quote || !isspace((unsigned char)*s)); s++) {
        if (*s == quote)
            quote = 0;
        else if (!quote && (*s == '"' || *s == '\''))
            quote = *s;
        else if (*s == '\\' && s[1] && quote != '\'')
            *w++ = *++s;
        else
            *w++ = *s;
    }
    *w = 0;
    *text = s;
    return word;
}

void list_add_words(struct list *l, const char *text) {
    for (char *word; (word = next_word(&text));)
        list_add(l, word);
}

char *list_quote(const char *word) {
    if (*word && !word[strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                    "_-+=.,/:@%^")])
        return format("%s", word);
    char *quoted = malloc(2 * strlen(word) + 3), *q = quoted;
    *q++ = '"';
    for (; *word; word++) {
        if (strchr("\"\\$`", *word))
            *q++ = '\\';
        *q++ = *word;
    }
    *q++ = '"';
    *q = 0;
    return quoted;
}
