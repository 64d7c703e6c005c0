/* SPDX-License-Identifier: MIT */
/* tree FILE...: parses each file with the committed grammar through libtree-sitter; prints the files
   that hold an ERROR or MISSING node, and with -c the constructs as `LINE KIND` instead. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tree_sitter/api.h>

const TSLanguage *tree_sitter_gocc(void);

static char *read_file(const char *path, size_t *n)
{
    FILE *f = fopen(path, "rb");
    if (!f) return NULL;
    fseek(f, 0, SEEK_END);
    *n = (size_t)ftell(f);
    rewind(f);
    char *s = malloc(*n + 1);
    if (!s || fread(s, 1, *n, f) != *n) *n = 0;
    fclose(f);
    return s;
}

static void print_constructs(TSNode n)
{
    static const char *const kinds[] = {"go_statement",      "defer_statement", "select_statement",
                                        "send_statement",    "range_statement", "receive_expression",
                                        "short_declaration", NULL};
    for (int i = 0; kinds[i]; i++)
        if (strcmp(ts_node_type(n), kinds[i]) == 0)
            printf("%u %s\n", ts_node_start_point(n).row + 1, kinds[i]);
    for (uint32_t i = 0; i < ts_node_child_count(n); i++) print_constructs(ts_node_child(n, i));
}

int main(int argc, char **argv)
{
    int bad = 0, constructs = argc > 1 && strcmp(argv[1], "-c") == 0;
    TSParser *p = ts_parser_new();
    if (!ts_parser_set_language(p, tree_sitter_gocc())) return 2;
    for (int i = 1 + constructs; i < argc; i++) {
        size_t n = 0;
        char *text = read_file(argv[i], &n);
        TSTree *t = ts_parser_parse_string(p, NULL, text, (uint32_t)n);
        TSNode root = ts_tree_root_node(t);
        if (constructs) print_constructs(root);
        else if (ts_node_has_error(root)) printf("%s\n", argv[i]), bad++;
        ts_tree_delete(t);
        free(text);
    }
    ts_parser_delete(p);
    if (!constructs) fprintf(stderr, "%d of %d files with errors\n", bad, argc - 1);
    return 0;
}
