/* SPDX-License-Identifier: MIT */
/* What a message looks like. */
#include "cc.h"
#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Reports what `say` says about a text, and compares standard error with `want`. */
static void expect(const char *text, struct diag_options o, void (*say)(struct unit *),
                   const char *want) {
    struct translate_options options = {.source = "x.gc", .std = 201710, .gnu = true, .diag = o};
    struct unit u = {.text = text, .len = strlen(text), .opt = &options, .arena = arena_new()};
    int saved = dup(2), out[2];
    char got[4096];
    ident_init(&u);
    lex_unit(&u);
    cr_assert_eq(pipe(out), 0);
    fflush(stderr);
    dup2(out[1], 2);
    close(out[1]);
    say(&u);
    diag_flush(&u);
    fflush(stderr);
    dup2(saved, 2);
    close(saved);
    ssize_t n = read(out[0], got, sizeof got - 1);
    got[n > 0 ? n : 0] = 0;
    close(out[0]);
    cr_assert_str_eq(got, want);
}

static void error_at_3(struct unit *u) {
    diag_error(u, 3, "no %s", "good");
}

static void warning_at_2(struct unit *u) {
    diag_warning(u, "-Wlock-copy", 2, "careful");
    diag_note(u, 1, "because of this");
}

static void fixit_at_2(struct unit *u) {
    diag_error(u, 2, "wrong");
    diag_fixit(u, 2, 2, "right");
}

static void missing_after_2(struct unit *u) {
    diag_error_after(u, 2, ";", "expected ';'");
}

static const char text[] = "# 7 \"nowhere.gc\"\n\tint foo = 1;\n";

Test(front_diag, caret_under_the_token) {
    expect(text, (struct diag_options){0}, error_at_3,
           "nowhere.gc:7:17: error: no good\n"
           "    7 |         int foo = 1;\n"
           "      |                 ^\n");
}

static void error_at_4(struct unit *u) {
    diag_error(u, 4, "wrong");
}

/* Behind a macro the columns of the preprocessed text are others than those of the file. */
Test(front_diag, behind_a_macro_what_follows_tells_the_place) {
    char name[] = "/tmp/gocc-diag-XXXXXX", pre[200], want[200];
    static const char source[] = "bool k; k = v;\n";
    int fd = mkstemp(name);
    cr_assert_geq(fd, 0);
    cr_assert_eq(write(fd, source, sizeof source - 1), (ssize_t)sizeof source - 1);
    close(fd);
    snprintf(pre, sizeof pre, "# 1 \"%s\" 3 4\n_Bool \n# 1 \"%s\"\n   k; k = v;\n", name, name);
    snprintf(want, sizeof want, "%s:1:9: error: wrong\n    1 | %s      |         ^\n", name,
             source);
    expect(pre, (struct diag_options){0}, error_at_4, want);
    unlink(name);
}

Test(front_diag, range_and_note) {
    expect(text, (struct diag_options){0}, warning_at_2,
           "nowhere.gc:7:13: warning: careful [-Wlock-copy]\n"
           "    7 |         int foo = 1;\n"
           "      |             ^~~\n"
           "nowhere.gc:7:9: note: because of this\n"
           "    7 |         int foo = 1;\n"
           "      |         ^~~\n");
}

Test(front_diag, warnings_obey_the_command_line) {
    const char *off[] = {"-Wlock-copy", "-Wno-lock-copy"}, *one[] = {"-Werror=lock-copy"};
    expect(text, (struct diag_options){.flags = off, .nflags = 2}, warning_at_2, "");
    expect(text, (struct diag_options){.no_warnings = true}, warning_at_2, "");
    const char *want = "nowhere.gc:7:13: error: careful [-Werror=lock-copy]\n"
                       "    7 |         int foo = 1;\n"
                       "      |             ^~~\n"
                       "nowhere.gc:7:9: note: because of this\n"
                       "    7 |         int foo = 1;\n"
                       "      |         ^~~\n";
    expect(text, (struct diag_options){.werror = true}, warning_at_2, want);
    expect(text, (struct diag_options){.flags = one, .nflags = 1}, warning_at_2, want);
}

Test(front_diag, system_headers_are_quiet) {
    expect("# 7 \"nowhere.h\" 3\nint foo = 1;\n", (struct diag_options){0}, warning_at_2, "");
}

Test(front_diag, fixits_stand_below) {
    expect(text, (struct diag_options){0}, fixit_at_2,
           "nowhere.gc:7:13: error: wrong\n"
           "    7 |         int foo = 1;\n"
           "      |             ^~~\n"
           "      |             right\n");
    expect(text, (struct diag_options){0}, missing_after_2,
           "nowhere.gc:7:16: error: expected ';'\n"
           "    7 |         int foo = 1;\n"
           "      |                ^\n"
           "      |                ;\n");
}

Test(front_diag, characters_of_several_bytes_are_one_column) {
    expect("# 1 \"nowhere.gc\"\n/* äö */ x = 1;\n", (struct diag_options){0},
           (void (*)(struct unit *))missing_after_2,
           "nowhere.gc:1:13: error: expected ';'\n"
           "    1 | /* äö */ x = 1;\n"
           "      |             ^\n"
           "      |             ;\n");
}

Test(front_diag, json_as_gcc_writes_it) {
    expect(text, (struct diag_options){.json = true}, fixit_at_2,
           "[{\"kind\": \"error\", \"message\": \"wrong\", \"column-origin\": 1, "
           "\"escape-source\": false, \"locations\": [{\"caret\": {\"file\": \"nowhere.gc\", "
           "\"line\": 7, \"display-column\": 13, \"byte-column\": 6, \"column\": 13}, \"finish\": "
           "{\"file\": \"nowhere.gc\", \"line\": 7, \"display-column\": 15, \"byte-column\": 8, "
           "\"column\": 15}}], \"fixits\": [{\"start\": {\"file\": \"nowhere.gc\", \"line\": 7, "
           "\"display-column\": 13, \"byte-column\": 6, \"column\": 13}, \"next\": {\"file\": "
           "\"nowhere.gc\", \"line\": 7, \"display-column\": 16, \"byte-column\": 9, \"column\": "
           "16}, \"string\": \"right\"}], \"children\": []}]\n");
}
