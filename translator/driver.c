/* SPDX-License-Identifier: MIT */
/*
 * gocc: what the command line asks for.  A line without anything of ours goes to the host
 * compiler as it stands, in place of this process: configure, CMake, libtool and make see
 * gcc itself.
 */
#include "driver.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool has_word(const struct command *c, const char *word) {
    for (size_t i = 0; i < c->nwords; i++)
        if (!c->words[i].input && !strcmp(c->words[i].text[0], word))
            return true;
    return false;
}

/* clang-14, /usr/bin/clang, `ccache clang`; cc and the like are looked up. */
static void classify_host(struct command *c) {
    static const char *const wrappers[] = {"ccache", "sccache", "distcc", "icecc", "buildcache"};
    for (size_t i = 0; i < c->cc.n; i++) {
        const char *slash = strrchr(c->cc.at[i], '/');
        const char *name = slash ? slash + 1 : c->cc.at[i];
        c->clang |= !strncmp(name, "clang", 5) || strstr(name, "-clang");
        for (size_t k = 0; k < sizeof wrappers / sizeof *wrappers; k++)
            c->wrapped |= !strcmp(name, wrappers[k]);
    }
}

static bool is_same_file(const char *a, const char *b) {
    char *one = realpath(a, NULL), *other = realpath(b, NULL);
    bool same = one && other && !strcmp(one, other);
    free(one);
    free(other);
    return same && strcmp(a, "/dev/null");
}

static void keep_sources(const struct command *c) {
    for (size_t i = 0; c->output && i < c->nwords; i++)
        if (c->words[i].input && is_same_file(c->words[i].text[0], c->output))
            fatal("input file '%s' is the same as output file", c->words[i].text[0]);
}

static void check(const struct command *c) {
    bool single = c->stage != STAGE_LINK && c->stage != STAGE_SYNTAX;
    if (c->cc.n == 0)
        fatal("the name of the host compiler is empty (--cc= or GOCC_CC)");
    if (c->output && single && c->ngc && c->ngc + c->nother > 1)
        fatal("cannot specify '-o' with '-c', '-S', '-E' or '--emit-c' with multiple files");
    if (c->output && !*c->output)
        fatal("output filename may not be empty");
    if (c->run && c->ngc == 0)
        fatal("-run needs a .gc file");
    if (c->run && (c->output || c->stage != STAGE_LINK))
        fatal("-run makes no file: it does not go with -o, -c, -S, -E and --emit-c");
    if (c->own_runtime && c->shared && (c->race || c->address))
        fatal("a shared library of -static-libgocc goes with no sanitizer");
    if (c->split_stack && c->ngc)
        fatal("-fsplit-stack does not go with .gc files: goroutines have stacks of their own, "
              "GOCCSTACK sets their size");
    keep_sources(c);
    if (!strcmp(basename(c->cc.at[0]), "gocc"))
        fatal("the host compiler is gocc itself: set GOCC_CC to gcc or clang");
}

/* Nothing to translate and nothing of the runtime to link. */
static bool is_hosts(const struct command *c) {
    if (c->ngc || c->own)
        return false;
    return c->stage != STAGE_LINK || c->shared || !objects_use_runtime(c, NULL);
}

static _Noreturn void pass_on(const struct command *c, char **argv) {
    struct list line = {0};
    list_add_all(&line, &c->cc);
    for (argv++; *argv; argv++)
        list_add(&line, *argv);
    process_replace(&line);
}

/* Nothing to translate, but an option of ours or the runtime to link. */
static _Noreturn void pass_on_changed(const struct command *c) {
    struct list argv = {0};
    link_argv(c, NULL, &argv);
    if (c->print_only)
        list_add(&argv, "-###");
    process_replace(&argv);
}

/* The plain files of `gocc -c a.gc b.c`. */
static int compile_others(const struct command *c) {
    struct list argv = {0};
    char **none = calloc(c->nwords + 1, sizeof *none);
    link_argv(c, none, &argv);
    process_trace(c, &argv);
    return c->print_only ? 0 : process_run(&argv);
}

static int compile_each(const struct command *c) {
    int status = 0;
    for (size_t i = 0; i < c->nwords; i++)
        if (c->words[i].gc && compile_file(c, &c->words[i], command_output(c, &c->words[i])))
            status = 1;
    if (c->nother && c->stage < STAGE_C && compile_others(c))
        status = 1;
    return status;
}

static int link_objects(const struct command *c, char **objects, const char *run) {
    struct list argv = {0};
    link_argv(c, objects, &argv);
    if (run) {
        list_add(&argv, "-o");
        list_add(&argv, run);
    }
    process_trace(c, &argv);
    process_watch_output(c->output ? c->output : "a.out");
    int status = c->print_only ? 0 : process_run(&argv);
    process_watch_output(NULL);
    if (status && c->no_libs && !has_word(c, "-lc"))
        fprintf(stderr, "gocc: note: goroutines need the C library, which this line leaves out: "
                        "'-lc -lgcc -lgcc_s' name it\n");
    return status;
}

/* Named like the source: linkers quote it in their messages. */
static char *link_object(const struct command *c, const struct word *input) {
    if (c->save_temps)
        return format("%s.o", command_saved_stem(c, input));
    const char *base = command_base_name(input->text[0]);
    return process_temp(format("%.*s.o", (int)strcspn(base, "."), base));
}

/* -run: the program's own messages, ps and profilers tell it by the name of its last source. */
static const char *run_name(const struct command *c) {
    const char *base = "-";
    for (size_t i = 0; i < c->nwords; i++)
        if (c->words[i].gc)
            base = command_base_name(c->words[i].text[0]);
    size_t n = strcspn(base, ".");
    return n && strcmp(base, "-") ? format("%.*s", (int)n, base) : "program";
}

static int build(const struct command *c) {
    char **objects = calloc(c->nwords + 1, sizeof *objects);
    char *program = c->run ? process_temp(run_name(c)) : NULL;
    int status = 0;
    for (size_t i = 0; i < c->nwords; i++)
        if (c->words[i].gc) {
            objects[i] = link_object(c, &c->words[i]);
            status |= compile_file(c, &c->words[i], objects[i]);
        }
    if (!status)
        status = link_objects(c, objects, program);
    if (!status && c->run && !c->print_only)
        return run_program(c, program);
    return status ? 1 : 0;
}

int main(int argc, char **argv) {
    struct command c = {0};
    process_init();
    options_parse(&c, argc, argv);
    classify_host(&c);
    check(&c);
    if (has_word(&c, "--help"))
        process_exit(help_print());
    if (has_word(&c, "--version"))
        process_exit(help_version(&c));
    if (c.asks ? !c.own : is_hosts(&c))
        pass_on(&c, argv);
    if (c.asks || c.ngc == 0)
        pass_on_changed(&c);
    if (c.stage == STAGE_PREPROCESS || c.stage == STAGE_DEPENDENCIES)
        link_preprocess(&c);
    process_exit(c.stage == STAGE_LINK ? build(&c) : compile_each(&c));
}
