/* SPDX-License-Identifier: MIT */
/*
 * The committed grammar through libtree-sitter, as an editor has it:
 *     tree FILE...                the files that hold an ERROR or MISSING node, and its place
 *     tree -c FILE...             where each construct begins: FILE LINE:COLUMN KIND
 *     tree -s FILE...             each tree as an S-expression, one a line
 *     tree -q QUERY.scm FILE...   the captures of a query: LINE:COLUMN NAME TEXT; the last match of
 *                                 a node wins, as in Neovim
 */
#include <regex.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tree_sitter/api.h>

const TSLanguage *tree_sitter_gocc(void);

static char *read_file(const char *path, uint32_t *n)
{
    FILE *f = fopen(path, "rb");
    long size = f && !fseek(f, 0, SEEK_END) ? ftell(f) : -1;
    char *s = size < 0 ? NULL : malloc((size_t)size + 1);
    if (!s) {
        perror(path);
        exit(2);
    }
    rewind(f);
    *n = (uint32_t)fread(s, 1, (size_t)size, f);
    s[*n] = 0;
    fclose(f);
    return s;
}

static bool first_fault(TSNode n, TSPoint *at)
{
    if (ts_node_is_missing(n) || !strcmp(ts_node_type(n), "ERROR")) {
        *at = ts_node_start_point(n);
        return true;
    }
    for (uint32_t i = 0; i < ts_node_child_count(n); i++)
        if (ts_node_has_error(ts_node_child(n, i)) && first_fault(ts_node_child(n, i), at))
            return true;
    for (uint32_t i = 0; i < ts_node_child_count(n); i++)
        if (first_fault(ts_node_child(n, i), at))
            return true;
    return false;
}

static bool has_child(TSNode n, const char *type)
{
    for (uint32_t i = 0; i < ts_node_child_count(n); i++)
        if (!strcmp(ts_node_type(ts_node_child(n, i)), type)) return true;
    return false;
}

/* What the compiler calls a node, or NULL.  A `v := range c` is part of its RANGE, no declaration. */
static const char *construct(TSNode n, const char *parent)
{
    static const char *const names[][2] = {
        {"go_statement", "GO"},      {"defer_statement", "DEFER"},   {"select_statement", "SELECT"},
        {"send_statement", "SEND"},  {"send", "SEND"},               {"range_statement", "RANGE"},
        {"channel_type", "SPEC_CHAN"}, {"receive_expression", "RECV"}, {"short_declaration", ":="},
        {"receive", ":="},
    };
    const char *type = ts_node_type(n), *name = NULL;
    for (size_t i = 0; ts_node_is_named(n) && i < sizeof names / sizeof *names; i++)
        if (!strcmp(type, names[i][0])) name = names[i][1];
    if (name && !strcmp(name, ":=") && (!strcmp(parent, "range_statement") || !has_child(n, ":=")))
        return NULL;
    return name;
}

static void print_constructs(const char *path, TSNode n, const char *parent)
{
    const char *name = construct(n, parent);
    TSPoint at = ts_node_start_point(n);
    if (name) printf("%s %u:%u %s\n", path, at.row + 1, at.column + 1, name);
    for (uint32_t i = 0; i < ts_node_child_count(n); i++)
        print_constructs(path, ts_node_child(n, i), ts_node_type(n));
}

/* ---- queries ---- */

struct captured {
    TSNode node;
    uint16_t pattern;
    char name[40];
};

/* By place; what a later pattern of the query says comes later. */
static int by_place(const void *a, const void *b)
{
    const struct captured *x = a, *y = b;
    uint32_t from_x = ts_node_start_byte(x->node), from_y = ts_node_start_byte(y->node);
    if (from_x != from_y) return from_x < from_y ? -1 : 1;
    return x->pattern - y->pattern;
}

static char *text_of(const char *text, TSNode n)
{
    uint32_t from = ts_node_start_byte(n);
    return strndup(text + from, ts_node_end_byte(n) - from);
}

static bool matches(const char *text, const char *pattern)
{
    regex_t re;
    bool found;
    if (regcomp(&re, pattern, REG_EXTENDED | REG_NOSUB)) exit(3);
    found = !regexec(&re, text, 0, NULL, 0);
    regfree(&re);
    return found;
}

/* The library leaves predicates to its users; ours are #match? #eq? and #any-of?, all on one capture. */
static bool holds(TSQuery *q, const TSQueryMatch *m, const TSQueryPredicateStep *s, uint32_t n,
                  const char *text)
{
    uint32_t length;
    const char *name = ts_query_string_value_for_id(q, s[0].value_id, &length);
    bool any = false;
    if (!strcmp(name, "set!")) return true;
    for (uint16_t i = 0; i < m->capture_count; i++) {
        if (m->captures[i].index != s[1].value_id) continue;
        char *got = text_of(text, m->captures[i].node);
        for (uint32_t k = 2; k < n; k++) {
            const char *want = ts_query_string_value_for_id(q, s[k].value_id, &length);
            any |= !strcmp(name, "match?") ? matches(got, want) : !strcmp(got, want);
        }
        free(got);
    }
    return any;
}

static bool all_hold(TSQuery *q, const TSQueryMatch *m, const char *text)
{
    uint32_t n;
    const TSQueryPredicateStep *s = ts_query_predicates_for_pattern(q, m->pattern_index, &n);
    for (uint32_t from = 0, i = 0; i < n; i++) {
        if (s[i].type != TSQueryPredicateStepTypeDone) continue;
        if (!holds(q, m, s + from, i - from, text)) return false;
        from = i + 1;
    }
    return true;
}

static TSQuery *load_query(const char *path)
{
    uint32_t n, at;
    TSQueryError error;
    char *source = read_file(path, &n);
    TSQuery *q = ts_query_new(tree_sitter_gocc(), source, n, &at, &error);
    if (!q) {
        fprintf(stderr, "%s: error %d at byte %u: %.40s\n", path, error, at, source + at);
        exit(3);
    }
    free(source);
    return q;
}

static void print_captures(TSQuery *q, TSNode root, const char *text)
{
    struct captured *all = NULL;
    size_t n = 0;
    TSQueryMatch m;
    TSQueryCursor *c = ts_query_cursor_new();
    ts_query_cursor_exec(c, q, root);
    while (ts_query_cursor_next_match(c, &m)) {
        if (!all_hold(q, &m, text)) continue;
        for (uint16_t i = 0; i < m.capture_count; i++) {
            uint32_t length;
            all = realloc(all, (n + 1) * sizeof *all);
            all[n].node = m.captures[i].node;
            all[n].pattern = m.pattern_index;
            snprintf(all[n++].name, sizeof all->name, "%s",
                     ts_query_capture_name_for_id(q, m.captures[i].index, &length));
        }
    }
    qsort(all, n, sizeof *all, by_place);
    for (size_t i = 0; i < n; i++) {
        TSPoint at = ts_node_start_point(all[i].node);
        char *s = text_of(text, all[i].node);
        printf("%u:%u %s %.*s\n", at.row + 1, at.column + 1, all[i].name, (int)strcspn(s, "\n"), s);
        free(s);
    }
    free(all);
    ts_query_cursor_delete(c);
}

/* ---- */

static int one_file(TSParser *p, int mode, TSQuery *q, const char *path)
{
    uint32_t n;
    TSPoint at = {0, 0};
    char *text = read_file(path, &n);
    TSTree *t = ts_parser_parse_string(p, NULL, text, n);
    TSNode root = ts_tree_root_node(t);
    int bad = ts_node_has_error(root);
    if (mode == 'c') print_constructs(path, root, "");
    if (mode == 'q') print_captures(q, root, text);
    if (mode == 's') {
        char *s = ts_node_string(root);
        puts(s);
        free(s);
    }
    if (!mode && bad) {
        first_fault(root, &at);
        printf("%s:%u:%u\n", path, at.row + 1, at.column + 1);
    }
    ts_tree_delete(t);
    free(text);
    return bad;
}

int main(int argc, char **argv)
{
    int mode = argc > 1 && argv[1][0] == '-' ? argv[1][1] : 0, first = mode ? 2 : 1, bad = 0;
    TSParser *p = ts_parser_new();
    TSQuery *q = mode == 'q' ? load_query(argv[first++]) : NULL;
    if (!ts_parser_set_language(p, tree_sitter_gocc())) {
        fputs("libtree-sitter does not take the grammar's ABI\n", stderr);
        return 2;
    }
    for (int i = first; i < argc; i++) bad += one_file(p, mode, q, argv[i]);
    if (!mode) fprintf(stderr, "%d of %d files with errors\n", bad, argc - first);
    ts_parser_delete(p);
    if (q) ts_query_delete(q);
    return 0;
}
