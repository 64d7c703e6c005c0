/* SPDX-License-Identifier: MIT */
/* The host compiler's command lines for one file, and the names of what it writes. */
#include "driver.h"
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void command_add_words(const struct command *c, struct list *argv, int steps) {
    for (size_t i = 0; i < c->nwords; i++) {
        const struct word *w = &c->words[i];
        if (w->input || !(w->steps & steps))
            continue;
        list_add(argv, w->text[0]);
        if (w->text[1])
            list_add(argv, w->text[1]);
    }
}

const char *command_base_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* path without its last suffix, plus another */
char *command_with_suffix(const char *path, const char *suffix) {
    const char *dot = strrchr(command_base_name(path), '.');
    int n = dot && dot != command_base_name(path) ? (int)(dot - path) : (int)strlen(path);
    return format("%.*s%s", n, path, suffix);
}

/* Where gcc would put the result of this input; NULL: standard output or nowhere. */
char *command_output(const struct command *c, const struct word *input) {
    static const char *const suffixes[] = {[STAGE_OBJECT] = ".o", [STAGE_ASSEMBLY] = ".s"};
    static const char *const llvm[] = {[STAGE_OBJECT] = ".bc", [STAGE_ASSEMBLY] = ".ll"};
    if (c->stage == STAGE_SYNTAX)
        return NULL;
    if (c->output)
        return (char *)c->output;
    if (c->stage == STAGE_C || c->stage == STAGE_AST)
        return NULL;
    return command_with_suffix(command_base_name(input->text[0]),
                               (c->llvm ? llvm : suffixes)[c->stage]);
}

static bool names_by_program(const struct command *c) {
    return c->stage == STAGE_LINK || c->stage == STAGE_SYNTAX;
}

/* What gcc puts in front of the names of side files when it also links, or only looks: the
   program's name, unless that is the only source's own. */
static const char *side_prefix(const struct command *c, const char *source) {
    if (c->dumpdir)
        return c->dumpdir;
    const char *path = c->output ? c->output : "a.out", *base = command_base_name(path);
    size_t n = strlen(base);
    if (!strcmp(base, "a.out") || (n > 4 && !strcmp(base + n - 4, ".exe")))
        n -= 4;
    int folder = (int)(base - path);
    char *stem = command_with_suffix(source, "");
    if (c->nsources == 1 && strlen(stem) == n && !strncmp(stem, base, n))
        return format("%.*s", folder, path);
    return format("%.*s-", folder + (int)n, path);
}

char *command_saved_stem(const struct command *c, const struct word *input) {
    const char *source = command_base_name(input->text[0]);
    char *stem = command_with_suffix(source, "");
    if (c->stage == STAGE_LINK)
        stem = format("%s%s", side_prefix(c, source), stem);
    else if (c->output && c->stage != STAGE_SYNTAX)
        stem = command_with_suffix(c->output, "");
    return c->temps_here ? (char *)command_base_name(stem) : stem;
}

/* -MD without -MF, -MT: gcc would name both after the temporary output, or the .c */
static void add_dependencies(const struct command *c, const struct word *input, struct list *argv) {
    const char *source = command_base_name(input->text[0]);
    const char *output = c->stage == STAGE_SYNTAX ? NULL : c->output;
    if (!c->write_deps)
        return;
    if (!c->deps_file) {
        char *name = command_with_suffix(output ? output : source, ".d");
        bool prefix = !output && names_by_program(c);
        list_add(argv, "-MF");
        list_add(argv, prefix ? format("%s%s", side_prefix(c, source), name) : name);
    }
    if (!c->deps_target) {
        list_add(argv, "-MQ");
        list_add(argv, output ? output : command_with_suffix(source, ".o"));
    }
}

/* The compiler writes to a pipe and cannot see the terminal behind it. */
static void add_color(const struct command *c, struct list *argv) {
    const char *term = getenv("TERM");
    if (c->color < 0 && isatty(2) && term && strcmp(term, "dumb"))
        list_add(argv, "-fdiagnostics-color=always");
}

static void add_gocc_words(const struct command *c, struct list *argv) {
    list_add(argv, "-D__GOCC__=1");
    if (c->debug)
        list_add(argv, "-D__GOCC_DEBUG__=1");
    paths_add_headers(argv);
    if (c->race)
        list_add(argv, "-fsanitize=thread");
    if (c->clang)
        list_add(argv, "-Qunused-arguments");
    add_color(c, argv);
}

/* Some warnings look into comments. */
bool command_reads_comments(const struct command *c) {
    static const char *const without[] = {"-Wall", "-Werror", "-Wno-", "-Wl,", "-Wa,", "-Wp,"};
    bool keeps = false;
    for (size_t i = 0; i < c->nwords && !keeps; i++) {
        const char *word = c->words[i].text[0];
        keeps = !c->words[i].input &&
                (!strncmp(word, "-W", 2) || !strcmp(word, "-fparse-all-comments"));
        for (size_t k = 0; keeps && k < sizeof without / sizeof *without; k++) {
            size_t n = strlen(without[k]);
            keeps = strncmp(word, without[k], n) || (word[n] && k < 2);
        }
    }
    return keeps;
}

void command_preprocess(const struct command *c, const struct word *input, struct list *argv) {
    list_add_all(argv, &c->cc);
    command_add_words(c, argv, STEP_CPP | (c->again ? 0 : STEP_DEPENDENCIES));
    add_gocc_words(c, argv);
    list_add(argv, "-E");
    if ((c->stage == STAGE_C && !c->again) || (c->clang && command_reads_comments(c)))
        list_add(argv, "-C");
    if (!c->again)
        add_dependencies(c, input, argv);
    if (c->deps_shown) {
        list_add(argv, "-o");
        list_add(argv, "/dev/fd/3");
    }
    list_add(argv, "-x");
    list_add(argv, "c");
    list_add(argv, input->text[0]);
}

/* With -pipe the assembler starts early too, but then it empties its output at once: the object
   is written beside the old one and renamed.  clang and wrappers have their own ways. */
bool command_uses_successor(const struct command *c) {
    return !c->clang && !c->wrapped && !c->save_temps &&
           (c->stage == STAGE_OBJECT || c->stage == STAGE_LINK);
}

static bool is_device(const char *path) {
    struct stat st;
    return !strcmp(path, "-") || (!stat(path, &st) && !S_ISREG(st.st_mode));
}

/* What gcc names after its input (coverage, stack usage, dumps, split debug information), which
   here is a pipe: a.gc, or with -o x.o, x.gc. */
static void add_dump_names(const struct command *c, const struct word *input, const char *final,
                           struct list *argv) {
    const char *source = command_base_name(input->text[0]);
    const char *suffix = strrchr(source, '.');
    if (c->clang || c->wrapped || c->save_temps || (!final && c->stage != STAGE_SYNTAX))
        return;
    if (names_by_program(c)) {
        list_add(argv, "-dumpdir");
        list_add(argv, side_prefix(c, source));
    } else if (!is_device(final)) {
        source = command_with_suffix(final, suffix ? suffix : "");
    }
    list_add(argv, "-dumpbase");
    list_add(argv, source);
    list_add(argv, "-dumpbase-ext");
    list_add(argv, suffix ? suffix : "");
}

/* Debug information names the main file: gcc takes that from the first line marker. */
static void add_clang_words(const struct word *input, struct list *argv) {
    list_add(argv, "-Qunused-arguments");
    list_add(argv, "-Wno-unknown-warning-option"); /* the preprocessor has spoken of those */
    list_add(argv, "-Wno-gnu-line-marker");        /* from clang 15 on */
    list_add(argv, "-Xclang");
    list_add(argv, "-main-file-name");
    list_add(argv, "-Xclang");
    list_add(argv, input->text[0]);
}

static void add_stage(const struct command *c, const char *language, const char *from,
                      const char *output, struct list *argv) {
    static const char *const flags[] = {[STAGE_LINK] = "-c",
                                        [STAGE_OBJECT] = "-c",
                                        [STAGE_ASSEMBLY] = "-S",
                                        [STAGE_SYNTAX] = "-fsyntax-only"};
    list_add(argv, flags[c->stage]);
    if (language) {
        list_add(argv, "-x");
        list_add(argv, language);
    }
    list_add(argv, from);
    if (output) {
        list_add(argv, "-o");
        list_add(argv, output);
    }
}

/* Reads `from`, writes `output`, which will be known as `final`. */
void command_compile(const struct command *c, const struct word *input, const char *from,
                     const char *output, const char *final, struct list *argv) {
    list_add_all(argv, &c->cc);
    /* A goroutine's stack is small: a big local must not reach over its guard pages. */
    list_add(argv, "-fstack-clash-protection");
    /* A load through NULL is a panic, not something that cannot happen. */
    list_add(argv, "-fno-delete-null-pointer-checks");
    /* There a division by zero yields 0; this calls the runtime instead (fault.c). */
    if (paths_for_aarch64(c))
        list_add(argv, "-fsanitize=integer-divide-by-zero");
    /* Nor does gcc put a trap where it can prove that one happens. */
    if (!c->clang)
        list_add(argv, "-fno-isolate-erroneous-paths-dereference");
    if (c->race) {
        list_add(argv, "-g"); /* first, so that the user's own -g wins: reports name lines */
        list_add(argv, "-fsanitize=thread");
    }
    command_add_words(c, argv, STEP_CC);
    /* A recovered panic finds the way back in these tables, whatever the user thinks of them. */
    list_add(argv, "-fasynchronous-unwind-tables");
    if (c->clang)
        add_clang_words(input, argv);
    add_color(c, argv);
    if (command_uses_successor(c))
        list_add(argv, "-pipe");
    add_dump_names(c, input, final, argv);
    /* a file is known by its suffix, and distcc trusts that more */
    add_stage(c, c->wrapped ? NULL : "cpp-output", from, output, argv);
}

/* The source as it is, for text that turned out to be plain C. */
void command_compile_plain(const struct command *c, const struct word *input, const char *output,
                           struct list *argv) {
    list_add_all(argv, &c->cc);
    command_add_words(c, argv, STEP_CPP | STEP_CC);
    add_gocc_words(c, argv);
    add_dump_names(c, input, output, argv);
    add_stage(c, "c", input->text[0], output, argv);
}
