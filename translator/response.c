/* SPDX-License-Identifier: MIT */
/* @file on the command line.  As in gcc, a file that cannot be read stands for itself. */
#include "driver.h"
#include <stdlib.h>
#include <string.h>

enum { MAX_DEPTH = 20 }; /* a response file may name itself */

static char *read_file(const char *path) {
    FILE *f = fopen(path, "r");
    if (!f)
        return NULL;
    char *text = NULL;
    size_t size = 0;
    if (getdelim(&text, &size, 0, f) < 0)
        text = calloc(1, 1);
    fclose(f);
    return text;
}

static void expand_word(struct list *out, char *word, int depth) {
    char *text = word[0] == '@' ? read_file(word + 1) : NULL;
    if (!text) {
        list_add(out, word);
        return;
    }
    if (depth == MAX_DEPTH)
        fatal("%s: response files nest more than %d deep", word, MAX_DEPTH);
    struct list words = {0};
    list_add_words(&words, text);
    for (size_t i = 0; i < words.n; i++)
        expand_word(out, words.at[i], depth + 1);
    free(text);
}

void response_expand(struct list *out, int argc, char **argv) {
    for (int i = 1; i < argc; i++)
        expand_word(out, argv[i], 0);
}
