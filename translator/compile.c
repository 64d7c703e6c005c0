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
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
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

/* -MD without -MF, -MT: gcc would name both after the temporary output, or the .c */
static void add_dependencies(const struct command *c, const struct word *input, struct list *argv) {
    const char *source = base_name(input->text[0]);
    bool named = c->output && c->stage != STAGE_SYNTAX;
    const char *object = named ? c->output : with_suffix(source, ".o");
    if (!c->write_deps)
        return;
    if (!c->deps_file) {
        list_add(argv, "-MF");
        list_add(argv, named                      ? with_suffix(c->output, ".d")
                       : c->stage == STAGE_LINK   ? format("a-%s", with_suffix(source, ".d"))
                                                  : with_suffix(source, ".d"));
    }
    if (!c->deps_target) {
        list_add(argv, "-MQ");
        list_add(argv, object);
    }
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
    list_add(argv, "-E");
    list_add(argv, "-C");
    add_dependencies(c, input, argv);
    list_add(argv, "-x");
    list_add(argv, "c");
    list_add(argv, input->text[0]);
}

static void compiler_argv(const struct command *c, const char *from, const char *output,
                          struct list *argv) {
    static const char *const flags[] = {[STAGE_LINK] = "-c",
                                        [STAGE_OBJECT] = "-c",
                                        [STAGE_ASSEMBLY] = "-S",
                                        [STAGE_SYNTAX] = "-fsyntax-only"};
    list_add_all(argv, &c->cc);
    compile_add_words(c, argv, STEP_CC);
    if (c->race)
        list_add(argv, "-fsanitize=thread");
    if (c->clang) {
        list_add(argv, "-Qunused-arguments");
        list_add(argv, "-Wno-gnu-line-marker");
    }
    list_add(argv, flags[c->stage]);
    list_add(argv, "-x");
    list_add(argv, "cpp-output");
    list_add(argv, from);
    if (output) {
        list_add(argv, "-o");
        list_add(argv, output);
    }
}

struct text {
    char *at;
    size_t n, room;
};

static void read_all(struct text *text, int fd) {
    for (;;) {
        if (text->n + 65536 > text->room) {
            text->room = text->room ? text->room * 2 : 1 << 18;
            text->at = realloc(text->at, text->room + 1);
            if (!text->at)
                fatal("out of memory");
        }
        ssize_t n = read(fd, text->at + text->n, text->room - text->n);
        if (n == 0)
            break;
        if (n < 0 && errno != EINTR)
            fatal("reading the preprocessor's output: %s", strerror(errno));
        text->n += n > 0 ? (size_t)n : 0;
    }
    text->at[text->n] = 0;
}

struct source { /* a running preprocessor */
    struct child child;
    int fd;
};

static struct source preprocess_start(const struct command *c, const struct word *input) {
    struct list argv = {0};
    int ends[2];
    preprocess_argv(c, input, &argv);
    process_trace(c, &argv);
    if (c->print_only)
        return (struct source){.fd = -1};
    if (pipe2(ends, O_CLOEXEC))
        fatal("pipe: %s", strerror(errno));
    fcntl(ends[0], F_SETPIPE_SZ, 1 << 20); /* fewer switches; refusal does no harm */
    struct source s = {process_start(&argv, -1, ends[1], false), ends[0]};
    close(ends[1]);
    return s;
}

static int preprocess_end(struct source s, struct text *text) {
    if (s.fd < 0)
        return 0;
    read_all(text, s.fd);
    close(s.fd);
    return process_wait(s.child);
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
    return translate(text->at, text->n, out, &opt);
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

static void write_all(int fd, const struct text *text, const char *name) {
    for (size_t done = 0; done < text->n;) {
        ssize_t n = write(fd, text->at + done, text->n - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EPIPE)
            return; /* the compiler has ended, and will say why */
        if (n < 0)
            fatal("writing '%s': %s", name, strerror(errno));
        done += (size_t)n;
    }
}

/* Through a neighbour and rename: a good file is never replaced by half a file. */
static void write_output(const struct text *text, const char *path) {
    struct stat st;
    bool plain = lstat(path, &st) ? errno == ENOENT : S_ISREG(st.st_mode);
    char *name = plain ? format("%s.gocc%d", path, (int)getpid()) : (char *)path;
    int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0)
        fatal("cannot write '%s': %s", path, strerror(errno));
    if (plain)
        process_own_file(name);
    write_all(fd, text, path);
    if (close(fd))
        fatal("writing '%s': %s", path, strerror(errno));
    if (plain && rename(name, path))
        fatal("cannot write '%s': %s", path, strerror(errno));
}

/* -save-temps: what the preprocessor gave and what the translator made of it. */
static void save_temps(const struct command *c, const struct word *input, const struct text *before,
                       const struct text *after) {
    if (!c->save_temps)
        return;
    write_output(before, with_suffix(base_name(input->text[0]), ".i"));
    write_output(after, with_suffix(base_name(input->text[0]), ".gc.i"));
}

/* --emit-c and --dump-ast */
static int emit(const struct command *c, const struct word *input, const char *output) {
    struct text text = {0}, result = {0};
    int status = preprocess_end(preprocess_start(c, input), &text);
    if (status || c->print_only)
        return status;
    status = translate_text(c, input, &text, &result);
    if (status)
        return status;
    save_temps(c, input, &text, &result);
    if (output && strcmp(output, "-"))
        write_output(&result, output);
    else
        write_all(1, &result, "standard output");
    return 0;
}

/* With a pipe: the compiler waits, already started, while the preprocessor works. */
static int compile_piped(const struct command *c, const struct word *input, const char *output) {
    struct list argv = {0};
    struct text text = {0}, result = {0};
    int ends[2];
    struct source source = preprocess_start(c, input);
    compiler_argv(c, "-", output, &argv);
    process_trace(c, &argv);
    if (c->print_only)
        return 0;
    if (pipe2(ends, O_CLOEXEC))
        fatal("pipe: %s", strerror(errno));
    struct child compiler = process_start(&argv, ends[0], -1, true);
    close(ends[0]);
    int status = preprocess_end(source, &text);
    if (!status)
        status = translate_text(c, input, &text, &result);
    if (status) {
        process_abandon(compiler);
        close(ends[1]);
        return status;
    }
    save_temps(c, input, &text, &result);
    process_ignore_broken_pipe(true);
    write_all(ends[1], &result, "the compiler's input");
    process_ignore_broken_pipe(false);
    close(ends[1]);
    free(text.at);
    free(result.at);
    return process_wait(compiler);
}

/* With a file: for ccache, distcc and their like. */
static int compile_through_file(const struct command *c, const struct word *input,
                                const char *output) {
    struct list argv = {0};
    struct text text = {0}, result = {0};
    int status = preprocess_end(preprocess_start(c, input), &text);
    if (!status && !c->print_only)
        status = translate_text(c, input, &text, &result);
    if (status)
        return status;
    char *path = c->print_only ? "FILE.i" : process_stable_temp(result.at, result.n, ".i");
    if (!c->print_only) {
        save_temps(c, input, &text, &result);
        write_output(&result, path);
    }
    compiler_argv(c, path, output, &argv);
    process_trace(c, &argv);
    return c->print_only ? 0 : process_run(&argv);
}

int compile_file(const struct command *c, const struct word *input, const char *output) {
    if (c->compile_commands && !c->print_only)
        database_record(c, input, output);
    if (c->stage == STAGE_C || c->stage == STAGE_AST)
        return emit(c, input, output);
    return c->wrapped ? compile_through_file(c, input, output) : compile_piped(c, input, output);
}
