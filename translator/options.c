/* SPDX-License-Identifier: MIT */
/*
 * gcc's command line.  What is not in the table goes to every command unchanged and in
 * place: an option that this file has never heard of must still work.  The table says
 * which options take the next word (taking that word for an input is what breaks most
 * compiler wrappers) and which of them concern one step only.
 */
#include "cc.h"
#include "driver.h"
#include <stdlib.h>
#include <string.h>

enum shape {
    EXACT,    /* -c */
    JOINED,   /* -std=c11; what follows the name is free */
    SEPARATE, /* -include f */
    EITHER    /* -I dir, -Idir */
};

typedef void handler(struct command *c, const char *value);

struct option {
    const char *name;
    enum shape shape;
    int steps;
    handler *act; /* value: the argument, or the whole word of an EXACT option */
};

static void stage(struct command *c, enum stage s) {
    if (s > c->stage)
        c->stage = s;
}
static void on_object(struct command *c, const char *v) {
    (void)v;
    stage(c, STAGE_OBJECT);
}
static void on_assembly(struct command *c, const char *v) {
    (void)v;
    stage(c, STAGE_ASSEMBLY);
}
static void on_syntax(struct command *c, const char *v) {
    (void)v;
    stage(c, STAGE_SYNTAX);
}
static void on_preprocess(struct command *c, const char *v) {
    (void)v;
    stage(c, STAGE_PREPROCESS);
}
static void on_dependencies(struct command *c, const char *v) {
    (void)v;
    stage(c, STAGE_DEPENDENCIES);
}
static void on_emit_c(struct command *c, const char *v) {
    (void)v;
    c->own = true;
    stage(c, STAGE_C);
}
static void on_dump(struct command *c, const char *v) {
    c->own = true;
    c->dump_types |= !strcmp(v, "--dump-types");
    stage(c, STAGE_AST);
}
static void on_output(struct command *c, const char *v) {
    c->output = v;
}
static void on_write_deps(struct command *c, const char *v) {
    (void)v;
    c->write_deps = true;
}
static void on_deps_file(struct command *c, const char *v) {
    static const char *const shown[] = {"-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"};
    c->deps_file = true;
    c->deps_shown = false;
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++)
        c->deps_shown |= !strcmp(v, shown[i]);
}
static void on_deps_target(struct command *c, const char *v) {
    (void)v;
    c->deps_target = true;
}
static void on_verbose(struct command *c, const char *v) {
    c->verbose = true;
    c->print_only |= !strcmp(v, "-###");
}
static void on_save_temps(struct command *c, const char *v) {
    c->save_temps = true;
    c->temps_here = !strcmp(v, "cwd");
}
static void on_help(struct command *c, const char *v) {
    (void)v;
    c->asks = true;
}
static void on_shared(struct command *c, const char *v) {
    (void)v;
    c->shared = true;
}
static void on_no_asm(struct command *c, const char *v) {
    (void)v;
    c->no_asm = true;
}
static void on_own_runtime(struct command *c, const char *v) {
    (void)v;
    c->own = c->own_runtime = true;
}
static void on_no_libs(struct command *c, const char *v) {
    (void)v;
    c->no_libs = true;
}
static void on_sanitize(struct command *c, const char *v) {
    c->race |= strstr(v, "thread") != NULL;
    c->address |= strstr(v, "address") != NULL;
    c->debug = true;
}
static void on_coverage(struct command *c, const char *v) {
    (void)v;
    c->coverage = true;
}
static void on_split_stack(struct command *c, const char *v) {
    c->split_stack = !strstr(v, "no-");
}
static void on_race(struct command *c, const char *v) {
    (void)v;
    c->own = c->race = c->race_word = c->debug = true;
}
static void on_run(struct command *c, const char *v) {
    (void)v;
    c->own = c->run = true;
}
static void on_compile_commands(struct command *c, const char *v) {
    c->own = true;
    c->compile_commands = v;
}
static void on_fragment(struct command *c, const char *v) {
    c->fragment = v;
}
static void on_llvm(struct command *c, const char *v) {
    (void)v;
    c->llvm = true;
}
static void on_cc(struct command *c, const char *v) {
    c->own = true;
    c->cc.n = 0;
    list_add_words(&c->cc, v);
}
static void on_dumpdir(struct command *c, const char *v) {
    c->dumpdir = v;
}
static void on_std(struct command *c, const char *v) {
    c->std = v;
}
static void on_debug(struct command *c, const char *v) {
    c->debug = strcmp(v, "0") != 0;
}
static void on_color(struct command *c, const char *v) {
    c->color = !strcmp(v, "always") ? 1 : !strcmp(v, "never") ? 0 : -1;
}
static void on_color_word(struct command *c, const char *v) {
    c->color = strncmp(v, "-fno", 4) != 0;
}
static void on_json(struct command *c, const char *v) {
    c->json = !strncmp(v, "json", 4);
}
static void on_werror(struct command *c, const char *v) {
    (void)v;
    c->werror = true;
}
static void on_no_warnings(struct command *c, const char *v) {
    (void)v;
    c->no_warnings = true;
}

/* The last that speaks of one of these wins. */
static void on_shown(struct command *c, const char *v) {
    bool no = strstr(v, "no-") || strstr(v, "plain");
    if (strstr(v, "caret") || strstr(v, "plain"))
        c->shown.no_caret = no;
    if (strstr(v, "plain"))
        c->color = 0;
    if (strstr(v, "column"))
        c->shown.no_column = no;
    if (strstr(v, "option"))
        c->shown.no_option = no;
    if (strstr(v, "fixits"))
        c->shown.fixits = !no;
    if (strstr(v, "fatal"))
        c->shown.fatal = !no;
}
static void on_most(struct command *c, const char *v) {
    c->shown.most = atoi(v);
}
static void on_width(struct command *c, const char *v) {
    c->narrow = strcmp(v, "-m64") ? v : NULL;
}

/* Of several entries that fit, the longest name wins. */
static const struct option table[] = {
    /* where to stop, what to write */
    {"-c", EXACT, STEP_LINK, on_object},
    {"-S", EXACT, STEP_LINK, on_assembly},
    {"-fsyntax-only", EXACT, STEP_LINK, on_syntax},
    {"-E", EXACT, STEP_LINK, on_preprocess},
    {"-M", EXACT, STEP_LINK, on_dependencies},
    {"-MM", EXACT, STEP_LINK, on_dependencies},
    {"--compile", EXACT, STEP_LINK, on_object},
    {"--assemble", EXACT, STEP_LINK, on_assembly},
    {"--preprocess", EXACT, STEP_LINK, on_preprocess},
    {"--dependencies", EXACT, STEP_LINK, on_dependencies},
    {"--user-dependencies", EXACT, STEP_LINK, on_dependencies},
    {"--help=", JOINED, STEP_ALL, on_help},
    {"--target-help", EXACT, STEP_ALL, on_help},
    {"-dumpversion", EXACT, STEP_ALL, on_help},
    {"-dumpfullversion", EXACT, STEP_ALL, on_help},
    {"-dumpmachine", EXACT, STEP_ALL, on_help},
    {"-dumpspecs", EXACT, STEP_ALL, on_help},
    {"-print-", JOINED, STEP_ALL, on_help},
    {"--print-", JOINED, STEP_ALL, on_help},
    {"-o", EITHER, STEP_LINK, on_output},
    {"--output", SEPARATE, STEP_LINK, on_output},
    {"--output=", JOINED, STEP_LINK, on_output},
    {"-save-temps", EXACT, STEP_CC | STEP_LINK, on_save_temps},
    {"-save-temps=", JOINED, STEP_CC | STEP_LINK, on_save_temps},
    {"--save-temps", EXACT, STEP_CC | STEP_LINK, on_save_temps},
    {"-v", EXACT, STEP_ALL, on_verbose},
    {"--verbose", EXACT, STEP_ALL, on_verbose},
    {"-###", EXACT, 0, on_verbose},
    {"-pipe", EXACT, STEP_ALL, NULL},
    /* dependencies */
    {"-MD", EXACT, STEP_DEPENDENCIES | STEP_LINK, on_write_deps},
    {"-MMD", EXACT, STEP_DEPENDENCIES | STEP_LINK, on_write_deps},
    {"--write-dependencies", EXACT, STEP_DEPENDENCIES | STEP_LINK, on_write_deps},
    {"--write-user-dependencies", EXACT, STEP_DEPENDENCIES | STEP_LINK, on_write_deps},
    {"-MP", EXACT, STEP_DEPENDENCIES | STEP_LINK, NULL},
    {"-MG", EXACT, STEP_DEPENDENCIES | STEP_LINK, NULL},
    {"-MF", EITHER, STEP_DEPENDENCIES | STEP_LINK, on_deps_file},
    {"-MT", EITHER, STEP_DEPENDENCIES | STEP_LINK, on_deps_target},
    {"-MQ", EITHER, STEP_DEPENDENCIES | STEP_LINK, on_deps_target},
    {"-MJ", EITHER, STEP_LINK, on_fragment},
    /* the preprocessor's */
    {"-D", EITHER, STEP_CPP | STEP_LINK, NULL},
    {"-U", EITHER, STEP_CPP | STEP_LINK, NULL},
    {"-A", EITHER, STEP_CPP | STEP_LINK, NULL},
    {"-I", EITHER, STEP_CPP | STEP_LINK, NULL},
    {"--include", SEPARATE, STEP_CPP | STEP_LINK, NULL},
    {"--include-directory", SEPARATE, STEP_CPP | STEP_LINK, NULL},
    {"--define-macro", SEPARATE, STEP_CPP | STEP_LINK, NULL},
    {"--undefine-macro", SEPARATE, STEP_CPP | STEP_LINK, NULL},
    {"--assert", SEPARATE, STEP_CPP | STEP_LINK, NULL},
    {"--imacros", SEPARATE, STEP_CPP | STEP_LINK, NULL},
    {"-include", EITHER, STEP_CPP | STEP_LINK, NULL},
    {"-include-pch", SEPARATE, STEP_CPP | STEP_LINK, NULL},
    {"-imacros", EITHER, STEP_CPP | STEP_LINK, NULL},
    {"-isystem", EITHER, STEP_CPP | STEP_LINK, NULL},
    {"-iquote", EITHER, STEP_CPP | STEP_LINK, NULL},
    {"-idirafter", EITHER, STEP_CPP | STEP_LINK, NULL},
    {"-iprefix", EITHER, STEP_CPP | STEP_LINK, NULL},
    {"-iwithprefix", EITHER, STEP_CPP | STEP_LINK, NULL},
    {"-iwithprefixbefore", EITHER, STEP_CPP | STEP_LINK, NULL},
    {"-imultilib", EITHER, STEP_CPP | STEP_LINK, NULL},
    {"-isysroot", EITHER, STEP_CPP | STEP_LINK, NULL},
    {"-ivfsoverlay", EITHER, STEP_CPP | STEP_LINK, NULL},
    {"-nostdinc", EXACT, STEP_CPP | STEP_LINK, NULL},
    {"-undef", EXACT, STEP_CPP | STEP_LINK, NULL},
    {"-H", EXACT, STEP_CPP | STEP_LINK, NULL},
    {"-C", EXACT, STEP_LINK, NULL},
    {"-CC", EXACT, STEP_LINK, NULL},
    {"-P", EXACT, STEP_LINK, NULL},
    {"-dM", EXACT, STEP_LINK, NULL},
    {"-dD", EXACT, STEP_LINK, NULL},
    {"-Wp,", JOINED, STEP_CPP | STEP_LINK, NULL},
    {"-Xpreprocessor", SEPARATE, STEP_CPP | STEP_LINK, NULL},
    /* the compiler's and assembler's */
    {"-Wa,", JOINED, STEP_CC | STEP_LINK, NULL},
    {"-Xassembler", SEPARATE, STEP_CC | STEP_LINK, NULL},
    {"-aux-info", EITHER, STEP_CC | STEP_LINK, NULL},
    {"-dumpbase", SEPARATE, STEP_CC | STEP_LINK, NULL},
    {"-dumpbase-ext", SEPARATE, STEP_CC | STEP_LINK, NULL},
    {"-dumpdir", SEPARATE, STEP_CC | STEP_LINK, on_dumpdir},
    {"--serialize-diagnostics", SEPARATE, STEP_CC | STEP_LINK, NULL},
    {"-serialize-diagnostics", SEPARATE, STEP_CC | STEP_LINK, NULL},
    {"-ftime-trace", JOINED, STEP_CC | STEP_LINK, NULL},
    {"-emit-llvm", EXACT, STEP_CC | STEP_LINK, on_llvm},
    {"-fcompare-debug", EXACT, STEP_LINK, NULL}, /* would read its input twice */
    {"--param", SEPARATE, STEP_ALL, NULL},
    {"--prefix", SEPARATE, STEP_ALL, NULL},
    {"--machine", SEPARATE, STEP_ALL, NULL},
    {"--sysroot", SEPARATE, STEP_ALL, NULL},
    {"-wrapper", SEPARATE, STEP_ALL, NULL},
    {"-specs", SEPARATE, STEP_ALL, NULL},
    {"-Xclang", SEPARATE, STEP_ALL, NULL},
    {"-mllvm", SEPARATE, STEP_ALL, NULL},
    {"-target", SEPARATE, STEP_ALL, NULL},
    {"-arch", SEPARATE, STEP_ALL, NULL},
    {"-gcc-toolchain", SEPARATE, STEP_ALL, NULL},
    {"-B", EITHER, STEP_ALL, NULL},
    {"-fmodules", EXACT, STEP_LINK, NULL}, /* text is what the translator reads */
    {"-std=", JOINED, STEP_ALL, on_std},
    {"-fno-asm", EXACT, STEP_ALL, on_no_asm},
    {"--std=", JOINED, STEP_ALL, on_std},
    {"--std", SEPARATE, STEP_ALL, on_std},
    {"-ansi", EXACT, STEP_ALL, on_std},
    {"-g", JOINED, STEP_ALL, on_debug},
    {"-w", EXACT, STEP_ALL, on_no_warnings},
    {"-Werror", EXACT, STEP_ALL, on_werror},
    {"-fsanitize=", JOINED, STEP_ALL, on_sanitize},
    {"--coverage", EXACT, STEP_ALL, on_coverage},
    {"-coverage", EXACT, STEP_ALL, on_coverage},
    {"-ftest-coverage", EXACT, STEP_ALL, on_coverage},
    {"-fsplit-stack", EXACT, STEP_ALL, on_split_stack},
    {"-fno-split-stack", EXACT, STEP_ALL, on_split_stack},
    {"-fdiagnostics-color=", JOINED, STEP_ALL, on_color},
    {"-fdiagnostics-color", EXACT, STEP_ALL, on_color_word},
    {"-fcolor-diagnostics", EXACT, STEP_ALL, on_color_word},
    {"-fno-diagnostics-color", EXACT, STEP_ALL, on_color_word},
    {"-fno-color-diagnostics", EXACT, STEP_ALL, on_color_word},
    {"-fdiagnostics-format=", JOINED, STEP_ALL, on_json},
    {"-fdiagnostics-plain-output", EXACT, STEP_ALL, on_shown},
    {"-fdiagnostics-show-caret", EXACT, STEP_ALL, on_shown},
    {"-fno-diagnostics-show-caret", EXACT, STEP_ALL, on_shown},
    {"-fcaret-diagnostics", EXACT, STEP_ALL, on_shown},
    {"-fno-caret-diagnostics", EXACT, STEP_ALL, on_shown},
    {"-fshow-column", EXACT, STEP_ALL, on_shown},
    {"-fno-show-column", EXACT, STEP_ALL, on_shown},
    {"-fdiagnostics-show-option", EXACT, STEP_ALL, on_shown},
    {"-fno-diagnostics-show-option", EXACT, STEP_ALL, on_shown},
    {"-fdiagnostics-parseable-fixits", EXACT, STEP_ALL, on_shown},
    {"-fno-diagnostics-parseable-fixits", EXACT, STEP_ALL, on_shown},
    {"-Wfatal-errors", EXACT, STEP_ALL, on_shown},
    {"-Wno-fatal-errors", EXACT, STEP_ALL, on_shown},
    {"-fmax-errors=", JOINED, STEP_ALL, on_most},
    {"-ferror-limit=", JOINED, STEP_ALL, on_most},
    {"-m64", EXACT, STEP_ALL, on_width},
    {"-m32", EXACT, STEP_ALL, on_width},
    {"-mx32", EXACT, STEP_ALL, on_width},
    {"-m16", EXACT, STEP_ALL, on_width},
    /* the linker's */
    {"-l", EITHER, STEP_LINK, NULL},
    {"-L", EITHER, STEP_LINK, NULL},
    {"-T", EITHER, STEP_LINK, NULL},
    {"-u", EITHER, STEP_LINK, NULL},
    {"-z", EITHER, STEP_LINK, NULL},
    {"-e", EITHER, STEP_LINK, NULL},
    {"-h", EITHER, STEP_LINK, NULL},
    {"-Wl,", JOINED, STEP_LINK, NULL},
    {"-Xlinker", SEPARATE, STEP_LINK, NULL},
    {"--for-linker", SEPARATE, STEP_LINK, NULL},
    {"--force-link", SEPARATE, STEP_LINK, NULL},
    {"--library-directory", SEPARATE, STEP_LINK, NULL},
    {"-rpath", SEPARATE, STEP_LINK, NULL},
    {"-framework", SEPARATE, STEP_LINK, NULL},
    {"-s", EXACT, STEP_LINK, NULL},
    {"-shared", EXACT, STEP_LINK, on_shared},
    {"--shared", EXACT, STEP_LINK, on_shared},
    {"-r", EXACT, STEP_LINK, on_shared},
    {"-static", EXACT, STEP_LINK, NULL},
    {"--static", EXACT, STEP_LINK, NULL},
    {"-rdynamic", EXACT, STEP_LINK, NULL},
    {"-nostdlib", EXACT, STEP_LINK, on_no_libs},
    {"-nodefaultlibs", EXACT, STEP_LINK, on_no_libs},
    {"-nostartfiles", EXACT, STEP_LINK, NULL},
    /* our own, with one dash or two, as Go's tools take theirs */
    {"--emit-c", EXACT, 0, on_emit_c},
    {"-emit-c", EXACT, 0, on_emit_c},
    {"--dump-ast", EXACT, 0, on_dump},
    {"-dump-ast", EXACT, 0, on_dump},
    {"--dump-types", EXACT, 0, on_dump},
    {"-run", EXACT, 0, on_run},
    {"--run", EXACT, 0, on_run},
    {"-race", EXACT, 0, on_race},
    {"--race", EXACT, 0, on_race},
    {"-static-libgocc", EXACT, 0, on_own_runtime},
    {"--static-libgocc", EXACT, 0, on_own_runtime},
    {"--cc=", JOINED, 0, on_cc},
    {"-cc=", JOINED, 0, on_cc},
    {"--compile-commands=", JOINED, 0, on_compile_commands},
    {"-compile-commands=", JOINED, 0, on_compile_commands},
};

bool options_known_warning(const char *option) {
    const char *name = option + 2;
    if (!strncmp(name, "no-", 3))
        name += 3;
    if (!strncmp(name, "error=", 6))
        name += 6;
    return pragma_is_ours(name);
}

static const struct option *find(const char *word) {
    const struct option *best = NULL;
    size_t longest = 0;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        size_t n = strlen(table[i].name);
        bool whole = table[i].shape == EXACT || table[i].shape == SEPARATE;
        if (strncmp(word, table[i].name, n) || (whole && word[n]) || n <= longest)
            continue;
        best = &table[i];
        longest = n;
    }
    return best;
}

/* Inputs that stay what they are under -x gc: CC="gocc -x gc" also links. */
static bool never_source(const char *path) {
    static const char *const suffixes[] = {"o", "a", "so", "s", "S", "sx", "lo", "la", "obj", "ld"};
    const char *dot = strrchr(path, '.');
    const char *slash = strrchr(path, '/');
    if (strstr(slash ? slash : path, ".so."))
        return true;
    for (size_t i = 0; dot && i < sizeof suffixes / sizeof *suffixes; i++)
        if (!strcmp(dot + 1, suffixes[i]))
            return true;
    return false;
}

/* CMake says `-x c` in front of a .gc file that it was told is C: the suffix wins. */
static bool is_gc(const char *path, const char *language) {
    const char *dot = strrchr(path, '.');
    bool suffix = dot && !strcmp(dot, ".gc");
    if (language && !strcmp(language, "gc"))
        return !never_source(path);
    return suffix && (!language || !strcmp(language, "c"));
}

static void add_input(struct command *c, char *path, const char *language) {
    bool gc = is_gc(path, language);
    c->words[c->nwords++] = (struct word){
        .text = {path},
        .steps = STEP_LINK,
        .input = true,
        .gc = gc,
        .language = language && !strcmp(language, "gc") ? NULL : language};
    c->nsources += !never_source(path);
    if (gc)
        c->ngc++;
    else
        c->nother++;
}

static void add_option(struct command *c, char *word, char *next, int steps) {
    c->words[c->nwords++] = (struct word){.text = {word, next}, .steps = steps};
}

static void take_language(const char **language, const char *name) {
    *language = !name || !strcmp(name, "none") ? NULL : name;
}

/* Handles the option words[i]; returns how many words it was. */
static size_t take_option(struct command *c, struct list *words, size_t i) {
    char *word = words->at[i], *next = words->at[i + 1];
    if (word[1] == 'W' && options_known_warning(word)) {
        list_add(&c->warnings, word);
        c->own = true;
        return 1;
    }
    const struct option *o = find(word);
    if (!o) {
        add_option(c, word, NULL, STEP_ALL);
        return 1;
    }
    size_t n = strlen(o->name);
    bool separate = o->shape == SEPARATE || (o->shape == EITHER && !word[n]);
    if (separate && !next)
        fatal("missing argument to '%s'", word);
    if (o->act)
        o->act(c, separate ? next : o->shape == EXACT ? word : word + n);
    if (o->steps)
        add_option(c, word, separate ? next : NULL, o->steps);
    return separate ? 2 : 1;
}

static bool is_language_option(const char *word) {
    return word[1] == 'x' && strncmp(word, "-xray", 5) != 0;
}

/* -run FILE ends gocc's own words: the rest belongs to the program. */
static void take_program(struct command *c, struct list *words, size_t i) {
    while (i < words->n)
        list_add(&c->program, words->at[i++]);
}

static void take_words(struct command *c, struct list *words) {
    const char *language = NULL;
    for (size_t i = 0; i < words->n;) {
        char *word = words->at[i];
        if (word[0] != '-' || !word[1]) {
            add_input(c, word, language);
            i++;
            if (c->run && c->ngc) {
                take_program(c, words, i);
                return;
            }
        } else if (is_language_option(word)) {
            if (!word[2] && i + 1 == words->n)
                fatal("missing argument to '-x'");
            take_language(&language, word[2] ? word + 2 : words->at[i + 1]);
            c->own |= language && !strcmp(language, "gc");
            i += word[2] ? 1 : 2;
        } else {
            i += take_option(c, words, i);
        }
    }
}

void options_parse(struct command *c, int argc, char **argv) {
    struct list words = {0};
    response_expand(&words, argc, argv);
    c->words = calloc(words.n + 1, sizeof *c->words);
    c->color = -1;
    const char *cc = getenv("GOCC_CC");
    list_add_words(&c->cc, cc && *cc ? cc : GOCC_HOST_CC);
    take_words(c, &words);
}
