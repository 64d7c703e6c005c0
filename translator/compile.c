/* SPDX-License-Identifier: MIT */
/*
 * The road of one file:  cc -E x.gc  ->  translate()  ->  cc -x cpp-output -c.
 *
 * The compiler is started together with the preprocessor and waits for its input on a
 * pipe: starting both one after the other costs 1.5 times `gcc -c hello.c`, overlapping
 * them 1.15.  The translator starts when the preprocessor's text is complete, before its process
 * has ended (early.c), and the compiler gets what comes of it at once: should the preprocessor
 * still fail, the compiler is ended before what it makes has the name of the output.  The
 * translation is kept in memory until it is complete, so that a compiler never sees half a file;
 * when there is an error it is ended before its first byte.
 */
#include "driver.h"
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct source { /* a running preprocessor */
    struct child child;
    int out, err;
};

static struct source preprocess_start(const struct command *c, const struct word *input) {
    struct list argv = {0};
    struct source s = {.err = messages_open()};
    int ends[2];
    command_preprocess(c, input, &argv);
    process_trace(c, &argv);
    if (c->print_only)
        return s;
    process_pipe(ends);
    fcntl(ends[0], F_SETPIPE_SZ, 1 << 20); /* fewer switches; refusal does no harm */
    struct streams to = {.err = s.err};
    *(c->deps_shown ? &to.third : &to.out) = ends[1];
    s.child = process_start(&argv, to, false);
    s.out = ends[0];
    close(ends[1]);
    return s;
}

static const char its_output[] = "the preprocessor's output";

static int preprocess_end(struct source s, struct text *text, struct text *said) {
    if (!s.out)
        return 0;
    text_read(text, s.out, its_output);
    close(s.out);
    int status = process_wait(s.child);
    messages_take(s.err, said);
    if (status && !said->n)
        fatal("'%s' failed with status %d and without a message", s.child.name, status);
    return status;
}

/* From gcc 15 on it is 202311.  A name with a number speaks for itself; else it is as it was when
   gocc was built. */
static int default_standard(const struct command *c) {
    const char *name = c->cc.at[c->cc.n - 1], *dash = strrchr(name, '-');
    int number = dash ? atoi(dash + 1) : 0;
    if (c->clang || (number && number < 15))
        return 201710;
    return number ? 202311 : GOCC_HOST_STD;
}

static bool ends_with(const char *text, const char *end) {
    size_t n = strlen(text), len = strlen(end);
    return n >= len && !strcmp(text + n - len, end);
}

/* __STDC_VERSION__ of -std= */
static void set_standard(const struct command *c, struct translate_options *opt) {
    static const struct {
        const char *name;
        int version;
    } versions[] = {{"89", 0},      {"90", 0},      {"99", 199901}, {"199409", 199409},
                    {"9x", 199901}, {"11", 201112}, {"1x", 201112}, {"17", 201710},
                    {"18", 201710}, {"2x", 202311}, {"23", 202311}, {"2024", 202311},
                    {"2y", 202311}, {"-ansi", 0}};
    opt->std = c->std ? 201710 : default_standard(c);
    opt->gnu = !c->no_asm && (!c->std || !strncmp(c->std, "gnu", 3));
    for (size_t i = 0; c->std && i < sizeof versions / sizeof *versions; i++)
        if (ends_with(c->std, versions[i].name))
            opt->std = versions[i].version;
}

struct compiler { /* one that waits for its input */
    struct child child;
    int in, err; /* in is 0: it has its input */
    const char *place, *output;
};

/* A file on its way: what the preprocessor gave, the same with its columns restored, what the
   translator made of that, what was said. */
struct road {
    const struct command *c;
    const struct word *input;
    struct text before, aligned, after, said;
    struct text warned; /* what the translator says while the preprocessor may have the word yet */
    struct json json;
    struct buf *channels;      /* what the compiler calls their types, for its messages */
    bool searched;             /* for what may be a construct */
    bool plain;                /* there is none, and so nothing to translate */
    bool early;                /* the preprocessor has not ended */
    struct compiler *compiler; /* NULL: none waits */
};

static int run_translator(const struct road *r, const struct text *text, FILE *out,
                          FILE *messages) {
    const struct command *c = r->c;
    const struct word *input = r->input;
    struct translate_options opt = {
        .searched = r->searched,
        .source = strcmp(input->text[0], "-") ? input->text[0] : "<stdin>",
        .dump_ast = c->stage == STAGE_AST && !c->dump_types,
        .dump_types = c->dump_types,
        .debug = c->debug,
        .clang = c->clang,
        .aarch64 = paths_for_aarch64(c),
        .sanitized = c->race || c->address,
        .address = c->address,
        .glue_file = c->coverage ? paths_header() : NULL,
        .emit_c = c->stage == STAGE_C,
        .channels = r->channels,
        .narrow = c->narrow,
        .diag = {.color = c->color < 0 ? isatty(2) : c->color,
                 .json = c->json,
                 .to = messages,
                 .werror = c->werror,
                 .no_warnings = c->no_warnings,
                 .shown = c->shown,
                 .flags = (const char *const *)c->warnings.at,
                 .nflags = (int)c->warnings.n},
    };
    set_standard(c, &opt);
    return deep_translate(text, out, &opt);
}

/* -save-temps: what the preprocessor gave and what the translator made of it. */
static void save_temps(const struct command *c, const struct word *input, const struct text *before,
                       const struct text *after) {
    if (!c->save_temps || c->stage >= STAGE_C)
        return;
    char *stem = command_saved_stem(c, input);
    text_write_file(before, format("%s.i", stem));
    text_write_file(after, format("%s.gc.i", stem));
}

static FILE *memory(struct text *text) {
    FILE *f = open_memstream(&text->at, &text->n);
    if (!f)
        fatal("out of memory");
    return f;
}

static int translate_text(struct road *r, const struct text *text) {
    struct text said = {0};
    FILE *out = memory(&r->after), *messages = NULL;
    if (r->c->json || r->early)
        messages = memory(r->early ? &r->warned : &said);
    int status = run_translator(r, text, out, messages);
    if (fclose(out) || (messages && fclose(messages)))
        fatal("out of memory");
    json_take(&r->json, &said);
    free(said.at);
    return status;
}

/* Nothing becomes of what is surely C, if only the result counts. */
static int translate_road(struct road *r, bool to_compile) {
    r->searched = !to_compile && r->c->stage != STAGE_AST;
    r->plain = r->searched && !lex_may_have_constructs(r->before.at, r->before.n);
    if (r->plain)
        return 0;
    struct buf aligned = columns_restore(r->before.at, r->before.n, command_reads_comments(r->c));
    r->aligned = (struct text){aligned.s, aligned.n, aligned.cap};
    return translate_text(r, &r->aligned);
}

/* What the preprocessor said goes out before anything else. */
static void pass_messages(struct road *r) {
    if (r->c->json)
        json_take(&r->json, &r->said);
    else
        text_write(&r->said, 2, "standard error");
}

static bool is_unchanged(const struct road *r) {
    return r->plain ||
           (r->aligned.n == r->after.n && !memcmp(r->aligned.at, r->after.at, r->after.n));
}

static bool has_more(int fd) {
    struct pollfd p = {.fd = fd, .events = POLLIN};
    return poll(&p, 1, 0) != 0;
}

static struct compiler compiler_start(struct road *r, const char *output) {
    struct list argv = {0};
    int in[2], err[2];
    struct compiler k = {.output = output, .place = output};
    if (output && command_uses_successor(r->c))
        k.place = text_successor(output);
    command_compile(r->c, r->input, "-", k.place, output, &argv);
    process_trace(r->c, &argv);
    if (r->c->print_only)
        return k;
    process_pipe(in);
    process_pipe(err);
    k.child = process_start(&argv, (struct streams){.in = in[0], .err = err[1]}, true);
    k.in = in[1];
    k.err = err[0];
    close(in[0]);
    close(err[1]);
    return k;
}

static void compiler_feed(const struct road *r, struct compiler *k) {
    process_ignore_broken_pipe(true); /* when it has ended, its messages say why */
    text_write(&r->after, k->in, "the compiler's input");
    process_ignore_broken_pipe(false);
    close(k->in);
    k->in = 0;
}

static void compiler_abandon(const struct compiler *k) {
    if (k->in)
        close(k->in);
    process_abandon(k->child, k->err);
}

static void forget_translation(struct road *r) {
    free(r->aligned.at);
    free(r->after.at);
    free(r->warned.at);
    r->aligned = r->after = r->warned = (struct text){0};
}

/* What it makes has another name until it is good. */
static bool is_replaceable(const struct compiler *k) {
    return k && k->place != k->output;
}

/* It was fed with half of the text. */
static void compiler_renew(struct road *r) {
    struct compiler *k = r->compiler;
    if (!k || k->in)
        return;
    compiler_abandon(k);
    *k = compiler_start(r, k->output);
}

/* Reads to the end, and translates when the text is complete and its end not yet told.  Returns the
 * translator's status; -1: nothing was translated. */
static int translate_early(struct road *r, struct source source, bool to_compile) {
    const char *path = r->input->text[0];
    struct early e;
    size_t at = 0;
    int status = -1;
    if (!early_begin(&e, path))
        return -1;
    while (text_read_part(&r->before, source.out, its_output)) {
        if (status >= 0 || has_more(source.out) || !early_is_complete(&e, &r->before, path))
            continue;
        r->early = true;
        at = r->before.n;
        status = translate_road(r, to_compile);
        r->early = false;
        if (!status && is_replaceable(r->compiler))
            compiler_feed(r, r->compiler);
    }
    if (status < 0 || r->before.n == at)
        return status;
    forget_translation(r);
    compiler_renew(r);
    return -1;
}

/* Comments are for a reader; where they do harm they go, with what was said about them. */
static int drop_comments(struct road *r, int status) {
    struct command c = *r->c;
    struct text without = {0}, said = {0};
    c.verbose = c.deps_shown = false;
    c.again = true;
    int again = preprocess_end(preprocess_start(&c, r->input), &without, &said);
    bool harm = !again && (status || !comments_are_all(&r->before, &without));
    struct text *gone = harm ? &r->before : &without, *unsaid = harm ? &r->said : &said;
    free(gone->at);
    free(unsaid->at);
    if (!harm)
        return status;
    r->before = without;
    r->said = said;
    return 0;
}

/* Not a pipe. */
static bool may_be_read_again(const char *path) {
    struct stat st;
    return !stat(path, &st) && S_ISREG(st.st_mode);
}

static int translated(struct road *r, struct source source, bool to_compile) {
    bool for_reader = r->c->stage == STAGE_C && may_be_read_again(r->input->text[0]);
    bool may_be_early = source.out && !r->c->json && !for_reader;
    int early = may_be_early ? translate_early(r, source, to_compile) : -1;
    int status = preprocess_end(source, &r->before, &r->said);
    if (for_reader && !r->c->print_only)
        status = drop_comments(r, status);
    pass_messages(r);
    if (status)
        return status;
    if (r->c->print_only)
        return 0;
    text_write(&r->warned, 2, "standard error");
    status = early >= 0 ? early : translate_road(r, to_compile);
    if (!status)
        save_temps(r->c, r->input, &r->before, r->plain ? &r->before : &r->after);
    return status;
}

/* --emit-c and --dump-ast */
static int emit(struct road *r, const char *output) {
    int status = translated(r, preprocess_start(r->c, r->input), false);
    if (status || r->c->print_only)
        return status;
    const struct text *result = is_unchanged(r) ? &r->before : &r->after;
    if (output && strcmp(output, "-"))
        text_write_file(result, output);
    else
        text_write(result, 1, "standard output");
    return 0;
}

static void show_types(struct text *said, const struct buf *channels) {
    if (!said->n)
        return;
    char *shown = typenames_show(channels, format("%.*s", (int)said->n, said->at));
    free(said->at);
    *said = (struct text){.at = shown, .n = strlen(shown), .room = strlen(shown)};
}

static void take_messages(struct road *r, int pipe, struct rename file) {
    struct text said = {0};
    if (r->c->json) {
        text_read(&said, pipe, "messages");
        show_types(&said, r->channels);
        json_take(&r->json, &said);
        free(said.at);
    } else {
        messages_copy(pipe, &r->said, r->c->clang, file, r->channels);
    }
}

/* The compiler takes its input; then its messages go on as they come. */
static int compiler_finish(struct road *r, struct compiler k) {
    if (k.in)
        compiler_feed(r, &k);
    take_messages(r, k.err, (struct rename){k.place, k.output});
    close(k.err);
    int status = process_wait(k.child);
    if (!status && k.place)
        text_succeed(k.place, k.output);
    return status;
}

/* The compiler waits, already started, while the preprocessor works. */
static int compile_piped(struct road *r, const char *output) {
    struct source source = preprocess_start(r->c, r->input);
    struct compiler compiler = compiler_start(r, output);
    if (r->c->print_only)
        return 0;
    r->compiler = &compiler;
    int status = translated(r, source, true);
    if (!status)
        return compiler_finish(r, compiler);
    compiler_abandon(&compiler);
    return status;
}

/* A compiler that reads a file. */
static int run_compiler(struct road *r, const struct list *argv) {
    int err[2];
    process_trace(r->c, argv);
    if (r->c->print_only)
        return 0;
    if (!r->c->json && !r->c->clang)
        return process_run(argv);
    process_pipe(err);
    struct child child = process_start(argv, (struct streams){.err = err[1]}, false);
    close(err[1]);
    take_messages(r, err[0], (struct rename){0});
    close(err[0]);
    return process_wait(child);
}

/* clang names what -save-temps keeps after its input. */
static bool compiles_saved_file(const struct command *c) {
    return c->clang && c->save_temps && !c->wrapped;
}

/* For ccache, distcc and their like. */
static int compile_through_file(struct road *r, const char *output) {
    struct list argv = {0};
    char *path = "FILE.i";
    if (compiles_saved_file(r->c)) {
        path = format("%s.gc.i", command_saved_stem(r->c, r->input));
    } else if (!r->c->print_only) {
        path = process_stable_temp(r->after.at, r->after.n, ".i");
        text_write_file(&r->after, path);
    }
    command_compile(r->c, r->input, path, output, output, &argv);
    return run_compiler(r, &argv);
}

static int compile_translated(struct road *r, const char *output) {
    if (r->c->wrapped || compiles_saved_file(r->c))
        return compile_through_file(r, output);
    struct compiler compiler = compiler_start(r, output);
    return r->c->print_only ? 0 : compiler_finish(r, compiler);
}

static int compile_plain(struct road *r, const char *output) {
    struct list argv = {0};
    command_compile_plain(r->c, r->input, output, &argv);
    return run_compiler(r, &argv);
}

/* Plain C that is only said to be .gc (-x gc): if there is no construct in it, the compiler gets
   the source and not what became of it.  Macros keep their history then, and with it what the
   compiler says, or does not say, about them. */
static int compile_late(struct road *r, const char *output) {
    int status = preprocess_end(preprocess_start(r->c, r->input), &r->before, &r->said);
    if (status && !lex_may_have_constructs(r->before.at, r->before.n))
        return compile_plain(r, output); /* to hear of the other errors, too */
    if (!status && !r->c->print_only)
        status = translate_road(r, false);
    if (!status && !r->c->print_only && is_unchanged(r))
        return compile_plain(r, output);
    pass_messages(r);
    if (status)
        return status;
    save_temps(r->c, r->input, &r->before, &r->after);
    return compile_translated(r, output);
}

bool compile_may_be_plain(const struct word *input) {
    const char *dot = strrchr(input->text[0], '.');
    return (!dot || strcmp(dot, ".gc")) && strcmp(input->text[0], "-");
}

static int compile_to_end(struct road *r, const char *output) {
    if (r->c->stage == STAGE_C || r->c->stage == STAGE_AST)
        return emit(r, output);
    if (compile_may_be_plain(r->input) || r->c->wrapped || compiles_saved_file(r->c))
        return compile_late(r, output);
    return compile_piped(r, output);
}

int compile_file(const struct command *c, const struct word *input, const char *output) {
    struct buf channels = {0};
    struct road road = {.c = c, .input = input, .channels = &channels};
    if (c->compile_commands && !c->print_only)
        database_record(c, input, output);
    if (c->fragment && !c->print_only)
        database_put_fragment(c, input, output);
    int status = compile_to_end(&road, output);
    json_put(&road.json);
    free(road.before.at);
    free(road.aligned.at);
    free(road.after.at);
    free(road.said.at);
    free(road.warned.at);
    buf_free(&channels);
    return status;
}
