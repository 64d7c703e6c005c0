/* SPDX-License-Identifier: MIT */
/*
 * The host compiler's command line with every translated input replaced: by its object
 * when linking, by `-x c FILE` when gcc itself can do the work (-E, -M).  Nothing else
 * moves: the order of libraries and archives is the user's.
 */
#include "driver.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void set_language(struct list *argv, const char **current, const char *wanted) {
    if (*current == wanted || (*current && wanted && !strcmp(*current, wanted)))
        return;
    list_add(argv, "-x");
    list_add(argv, wanted ? wanted : "none");
    *current = wanted;
}

/* objects[i] stands for the .gc file that is word i; NULL: that is left out */
static void add_line(const struct command *c, char *const objects[], struct list *argv) {
    const char *language = NULL;
    for (size_t i = 0; i < c->nwords; i++) {
        const struct word *w = &c->words[i];
        if (w->gc && objects) {
            if (objects[i])
                set_language(argv, &language, NULL);
            if (objects[i])
                list_add(argv, objects[i]);
        } else {
            if (w->input)
                set_language(argv, &language, w->gc ? "c" : w->language);
            list_add(argv, w->text[0]);
            if (w->text[1])
                list_add(argv, w->text[1]);
        }
    }
    set_language(argv, &language, NULL);
}

static bool wants_runtime(const struct command *c, char *const objects[]) {
    return (!c->shared || c->own_runtime) && c->stage == STAGE_LINK &&
           objects_use_runtime(c, objects);
}

/* In front of the inputs: the runtime at the end asks for main, which may be in an archive that
   the linker has left behind by then. */
static void ask_for_main(struct list *argv) {
    list_add(argv, "-Wl,-u,main");
    list_add(argv, "-Wl,--wrap=main");
}

/* The runtime's threads never end, so the code must stay; and its names are nobody else's. */
static void keep_to_itself(struct list *argv) {
    list_add(argv, "-Wl,-z,nodelete");
    list_add(argv, "-Wl,--exclude-libs,libgocc-pic.a");
    list_add(argv, "-Wl,-z,start-stop-visibility=hidden");
}

static bool exports_all(const struct command *c) {
    static const char *const ways[] = {"-rdynamic", "-Wl,-E", "-Wl,--export-dynamic"};
    for (size_t i = 0; i < c->nwords; i++)
        for (size_t k = 0; k < sizeof ways / sizeof *ways; k++)
            if (!strcmp(c->words[i].text[0], ways[k]))
                return true;
    return false;
}

/* Under -nodefaultlibs the libraries that are named instead of C's stand behind the runtime, too.
 */
static void add_named_libraries(const struct command *c, struct list *argv) {
    for (size_t i = 0; i < c->nwords; i++) {
        const struct word *w = &c->words[i];
        if (w->input || strncmp(w->text[0], "-l", 2) != 0)
            continue;
        list_add(argv, w->text[0]);
        if (w->text[1])
            list_add(argv, w->text[1]);
    }
}

/* A shared library that is opened later has its runtime from the program, also those parts of it
 * that the program does not use itself. */
static void add_runtime(const struct command *c, struct list *argv) {
    bool whole = exports_all(c) && !c->shared;
    if (whole)
        list_add(argv, "-Wl,--whole-archive");
    list_add(argv, paths_library(c));
    if (whole)
        list_add(argv, "-Wl,--no-whole-archive");
    if (c->no_libs) {
        add_named_libraries(c, argv);
    } else {
        list_add(argv, "-lpthread");
        list_add(argv, "-lm");
    }
}

/* The detector's own library: clang's knows goroutines by the million, gcc 12's by the thousand.
 * Compiling is left to gcc, whose code calls the same functions: clang 14 and others leave out
 * accesses to parts of a local array or struct that a goroutine has a pointer to. */
static const char *race_linker(const struct command *c) {
    static const char *const names[] = {"/usr/bin/clang", "/usr/local/bin/clang"};
    if (!c->race_word || getenv("GOCC_CC") || strcmp(c->cc.at[0], GOCC_HOST_CC))
        return NULL;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!access(names[i], X_OK))
            return names[i];
    return NULL;
}

/* Atomics go through runtime/race_atomic.S, which finds nil pointers. */
static void wrap_atomics(struct list *argv) {
    static const char *const sizes[] = {"8", "16", "32", "64"};
    /* clang-format off */
    static const char *const ops[] = {
        "load", "store", "exchange", "fetch_add", "fetch_sub", "fetch_and", "fetch_or", "fetch_xor",
        "fetch_nand", "compare_exchange_strong", "compare_exchange_weak", "compare_exchange_val"};
    /* clang-format on */
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (size_t k = 0; k < sizeof ops / sizeof *ops; k++)
            list_add(argv, format("-Wl,--wrap=__tsan_atomic%s_%s", sizes[i], ops[k]));
}

void link_argv(const struct command *c, char *const objects[], struct list *argv) {
    const char *clang = race_linker(c);
    if (clang)
        list_add(argv, clang);
    else
        list_add_all(argv, &c->cc);
    if (c->race)
        list_add(argv, "-fsanitize=thread");
    if (c->clang || clang)
        list_add(argv, "-Qunused-arguments");
    bool runtime = wants_runtime(c, objects);
    if (runtime && c->shared)
        keep_to_itself(argv);
    else if (runtime)
        ask_for_main(argv);
    if (runtime && c->race)
        wrap_atomics(argv);
    add_line(c, objects, argv);
    if (runtime)
        add_runtime(c, argv);
}

/* -E and -M: the preprocessor alone, in place of this process */
_Noreturn void link_preprocess(const struct command *c) {
    struct list argv = {0};
    list_add_all(&argv, &c->cc);
    list_add(&argv, "-D__GOCC__=1");
    paths_add_headers(&argv);
    add_line(c, NULL, &argv);
    if (c->print_only)
        list_add(&argv, "-###");
    process_replace(&argv);
}
