/* SPDX-License-Identifier: MIT */
/*
 * The road of one file:  cc -E -C x.gc  ->  translate()  ->  cc -x cpp-output -c.
 *
 * The compiler is started together with the preprocessor and waits for its input on a
 * pipe: starting both one after the other costs 1.5 times `gcc -c hello.c`, overlapping
 * them 1.15.  The translation is kept in memory until it is complete, so that a compiler
 * never sees half a file; when there is an error it is ended before its first byte.
 * A wrapper such as ccache gets a file instead, under a name that depends on its content.
 */
#include "driver.h"
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void compile_add_words(const struct command *c, struct list *argv, int steps) {
    for (size_t i = 0; i < c->nwords; i++) {
        const struct word *w = &c->words[i];
        if (w->input || !(w->steps & steps))
            continue;
        list_add(argv, w->text[0]);
        if (w->text[1])
            list_add(argv, w->text[1]);
    }
}

static const char *base_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* path without its last suffix, plus another */
static char *with_suffix(const char *path, const char *suffix) {
    const char *dot = strrchr(base_name(path), '.');
    int n = dot && dot != base_name(path) ? (int)(dot - path) : (int)strlen(path);
    return format("%.*s%s", n, path, suffix);
}

/* Where gcc would put the result of this input; NULL: standard output or nowhere. */
char *compile_output(const struct command *c, const struct word *input) {
    static const char *const suffixes[] = {[STAGE_OBJECT] = ".o", [STAGE_ASSEMBLY] = ".s"};
    if (c->stage == STAGE_SYNTAX)
        return NULL;
    if (c->output)
        return (char *)c->output;
    if (c->stage == STAGE_C || c->stage == STAGE_AST)
        return NULL;
    return with_suffix(base_name(input->text[0]), suffixes[c->stage]);
}

/* What gcc puts in front of the names of side files when it also links: the program's name,
   unless that is the source's own. */
static char *side_prefix(const struct command *c, const char *source) {
    const char *path = c->output ? c->output : "a.out", *base = base_name(path);
    size_t n = strlen(base);
    if (!strcmp(base, "a.out") || (n > 4 && !strcmp(base + n - 4, ".exe")))
        n -= 4;
    int folder = (int)(base - path);
    char *stem = with_suffix(source, "");
    if (strlen(stem) == n && !strncmp(stem, base, n))
        return format("%.*s", folder, path);
    return format("%.*s-", folder + (int)n, path);
}

/* -MD without -MF, -MT: gcc would name both after the temporary output, or the .c */
static void add_dependencies(const struct command *c, const struct word *input, struct list *argv) {
    const char *source = base_name(input->text[0]);
    const char *output = c->stage == STAGE_SYNTAX ? NULL : c->output;
    if (!c->write_deps)
        return;
    if (!c->deps_file) {
        char *name = with_suffix(output ? output : source, ".d");
        bool prefix = !output && c->stage == STAGE_LINK;
        list_add(argv, "-MF");
        list_add(argv, prefix ? format("%s%s", side_prefix(c, source), name) : name);
    }
    if (!c->deps_target) {
        list_add(argv, "-MQ");
        list_add(argv, output ? output : with_suffix(source, ".o"));
    }
}

/* The compiler writes to a pipe and cannot see the terminal behind it. */
static void add_color(const struct command *c, struct list *argv) {
    const char *term = getenv("TERM");
    if (c->color < 0 && isatty(2) && term && strcmp(term, "dumb"))
        list_add(argv, "-fdiagnostics-color=always");
}

static void preprocess_argv(const struct command *c, const struct word *input, struct list *argv) {
    list_add_all(argv, &c->cc);
    compile_add_words(c, argv, STEP_CPP);
    list_add(argv, "-D__GOCC__=1");
    paths_add_headers(argv);
    if (c->race)
        list_add(argv, "-fsanitize=thread");
    if (c->clang)
        list_add(argv, "-Qunused-arguments");
    add_color(c, argv);
    list_add(argv, "-E");
    list_add(argv, "-C");
    add_dependencies(c, input, argv);
    list_add(argv, "-x");
    list_add(argv, "c");
    list_add(argv, input->text[0]);
}

/* With -pipe the assembler starts early too, but then it empties its output at once: the object
   is written beside the old one and renamed.  clang and wrappers have their own ways. */
static bool uses_successor(const struct command *c) {
    return !c->clang && !c->wrapped && !c->save_temps &&
           (c->stage == STAGE_OBJECT || c->stage == STAGE_LINK);
}

/* What gcc names after its input (coverage, stack usage, split debug information) when the
   object itself is a temporary. */
static void add_dump_names(const struct command *c, const struct word *input, const char *output,
                           struct list *argv) {
    const char *source = base_name(input->text[0]);
    const char *name = c->stage == STAGE_LINK ? source : output;
    if (!uses_successor(c))
        return;
    const char *suffix = strrchr(base_name(name), '.');
    if (c->stage == STAGE_LINK) {
        list_add(argv, "-dumpdir");
        list_add(argv, side_prefix(c, source));
    }
    list_add(argv, "-dumpbase");
    list_add(argv, name);
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

/* Reads `from`, writes `output`, which will be known as `final`. */
static void compiler_argv(const struct command *c, const struct word *input, const char *from,
                          const char *output, const char *final, struct list *argv) {
    static const char *const flags[] = {[STAGE_LINK] = "-c",
                                        [STAGE_OBJECT] = "-c",
                                        [STAGE_ASSEMBLY] = "-S",
                                        [STAGE_SYNTAX] = "-fsyntax-only"};
    list_add_all(argv, &c->cc);
    compile_add_words(c, argv, STEP_CC);
    if (c->race)
        list_add(argv, "-fsanitize=thread");
    if (c->clang)
        add_clang_words(input, argv);
    add_color(c, argv);
    if (uses_successor(c))
        list_add(argv, "-pipe");
    add_dump_names(c, input, final, argv);
    list_add(argv, flags[c->stage]);
    if (!c->wrapped) { /* a file is known by its suffix, and distcc trusts that more */
        list_add(argv, "-x");
        list_add(argv, "cpp-output");
    }
    list_add(argv, from);
    if (output) {
        list_add(argv, "-o");
        list_add(argv, output);
    }
}

struct source { /* a running preprocessor */
    struct child child;
    int out, err;
};

static struct source preprocess_start(const struct command *c, const struct word *input) {
    struct list argv = {0};
    struct source s = {.err = messages_open()};
    int ends[2];
    preprocess_argv(c, input, &argv);
    process_trace(c, &argv);
    if (c->print_only)
        return s;
    process_pipe(ends);
    fcntl(ends[0], F_SETPIPE_SZ, 1 << 20); /* fewer switches; refusal does no harm */
    s.child = process_start(&argv, (struct streams){.out = ends[1], .err = s.err}, false);
    s.out = ends[0];
    close(ends[1]);
    return s;
}

static int preprocess_end(struct source s, struct text *text, struct text *said) {
    if (!s.out)
        return 0;
    text_read(text, s.out, "the preprocessor's output");
    close(s.out);
    int status = process_wait(s.child);
    messages_first(s.err, said);
    return status;
}

/* __STDC_VERSION__ of -std=; 201710 is the default of the compilers that we support. */
static void set_standard(const struct command *c, struct translate_options *opt) {
    static const struct {
        const char *name;
        int version;
    } versions[] = {{"89", 0},      {"90", 0},      {"iso9899:199409", 199409}, {"99", 199901},
                    {"9x", 199901}, {"11", 201112}, {"1x", 201112},             {"17", 201710},
                    {"18", 201710}, {"2x", 202311}, {"23", 202311},             {"-ansi", 0}};
    opt->std = 201710;
    opt->gnu = !c->std || !strncmp(c->std, "gnu", 3);
    for (size_t i = 0; c->std && i < sizeof versions / sizeof *versions; i++)
        if (strstr(c->std, versions[i].name))
            opt->std = versions[i].version;
}

static int run_translator(const struct command *c, const struct word *input,
                          const struct text *text, FILE *out) {
    struct translate_options opt = {
        .source = strcmp(input->text[0], "-") ? input->text[0] : "<stdin>",
        .dump_ast = c->stage == STAGE_AST && !c->dump_types,
        .dump_types = c->dump_types,
        .debug = c->debug,
        .clang = c->clang,
        .emit_c = c->stage == STAGE_C,
        .diag = {.color = c->color < 0 ? isatty(2) : c->color,
                 .json = c->json,
                 .werror = c->werror,
                 .no_warnings = c->no_warnings,
                 .flags = (const char *const *)c->warnings.at,
                 .nflags = (int)c->warnings.n},
    };
    set_standard(c, &opt);
    return deep_translate(text, out, &opt);
}

static int translate_text(const struct command *c, const struct word *input,
                          const struct text *text, struct text *result) {
    FILE *out = open_memstream(&result->at, &result->n);
    if (!out)
        fatal("out of memory");
    int status = run_translator(c, input, text, out);
    if (fclose(out))
        fatal("out of memory");
    return status;
}

/* -save-temps: what the preprocessor gave and what the translator made of it. */
static void save_temps(const struct command *c, const struct word *input, const struct text *before,
                       const struct text *after) {
    if (!c->save_temps)
        return;
    text_write_file(before, with_suffix(base_name(input->text[0]), ".i"));
    text_write_file(after, with_suffix(base_name(input->text[0]), ".gc.i"));
}

/* A file on its way: what the preprocessor gave, what the translator made, what was said. */
struct road {
    const struct command *c;
    const struct word *input;
    struct text before, after, said;
};

static int translated(struct road *r, struct source source) {
    int status = preprocess_end(source, &r->before, &r->said);
    if (!status && !r->c->print_only)
        status = translate_text(r->c, r->input, &r->before, &r->after);
    if (!status && !r->c->print_only)
        save_temps(r->c, r->input, &r->before, &r->after);
    return status;
}

/* --emit-c and --dump-ast */
static int emit(struct road *r, const char *output) {
    int status = translated(r, preprocess_start(r->c, r->input));
    if (status || r->c->print_only)
        return status;
    if (output && strcmp(output, "-"))
        text_write_file(&r->after, output);
    else
        text_write(&r->after, 1, "standard output");
    return 0;
}

/* The compiler takes its input; then its messages go on as they come. */
static int feed(struct road *r, struct child compiler, int in, int err) {
    process_ignore_broken_pipe(true); /* when it has ended, its messages say why */
    text_write(&r->after, in, "the compiler's input");
    process_ignore_broken_pipe(false);
    close(in);
    messages_second(err, &r->said);
    return process_wait(compiler);
}

/* With a pipe: the compiler waits, already started, while the preprocessor works. */
static int compile_piped(struct road *r, const char *output) {
    struct list argv = {0};
    int in[2], err[2];
    struct source source = preprocess_start(r->c, r->input);
    const char *place = output && uses_successor(r->c) ? text_successor(output) : output;
    compiler_argv(r->c, r->input, "-", place, output, &argv);
    process_trace(r->c, &argv);
    if (r->c->print_only)
        return 0;
    process_pipe(in);
    process_pipe(err);
    struct child compiler =
        process_start(&argv, (struct streams){.in = in[0], .err = err[1]}, true);
    close(in[0]);
    close(err[1]);
    int status = translated(r, source);
    if (status) {
        process_abandon(compiler);
        close(in[1]);
    } else {
        status = feed(r, compiler, in[1], err[0]);
    }
    close(err[0]);
    if (!status && place)
        text_succeed(place, output);
    return status;
}

/* With a file: for ccache, distcc and their like. */
static int compile_through_file(struct road *r, const char *output) {
    struct list argv = {0};
    int status = translated(r, preprocess_start(r->c, r->input));
    if (status)
        return status;
    char *path = "FILE.i";
    if (!r->c->print_only) {
        path = process_stable_temp(r->after.at, r->after.n, ".i");
        text_write_file(&r->after, path);
    }
    compiler_argv(r->c, r->input, path, output, output, &argv);
    process_trace(r->c, &argv);
    return r->c->print_only ? 0 : process_run(&argv);
}

int compile_file(const struct command *c, const struct word *input, const char *output) {
    struct road road = {c, input, {0}, {0}, {0}};
    if (c->compile_commands && !c->print_only)
        database_record(c, input, output);
    int status = c->stage == STAGE_C || c->stage == STAGE_AST ? emit(&road, output)
                 : c->wrapped                                 ? compile_through_file(&road, output)
                                                              : compile_piped(&road, output);
    free(road.before.at);
    free(road.after.at);
    free(road.said.at);
    return status;
}
