/* SPDX-License-Identifier: MIT */
/* The driver's one header: the command line, and the steps it is turned into. */
#ifndef GOCC_DRIVER_H
#define GOCC_DRIVER_H

#include "cc.h"
#include <sys/types.h>

/* ---- list.c: a growing, NULL-terminated argument vector; the strings are never freed ---- */
struct list {
    char **at;
    size_t n, room;
};
void list_add(struct list *l, const char *word);
void list_add_all(struct list *l, const struct list *from);
void list_add_words(struct list *l, const char *text); /* split at blanks, quotes as in a shell */
char *format(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* One word as a shell would want to read it back. */
char *list_quote(const char *word);

/* ---- options.c: the command line ---- */

/* To which commands of the road a word of the command line goes. */
enum step { STEP_CPP = 1, STEP_CC = 2, STEP_DEPENDENCIES = 4, STEP_LINK = 8, STEP_ALL = 15 };

/* Where the road ends. */
enum stage {
    STAGE_LINK,
    STAGE_OBJECT,
    STAGE_ASSEMBLY,
    STAGE_SYNTAX,
    STAGE_PREPROCESS,
    STAGE_DEPENDENCIES,
    STAGE_C,
    STAGE_AST
};

struct word {
    char *text[2]; /* text[1]: the option's argument when it is a word of its own */
    int steps;
    bool input, gc;       /* a file; one that is translated */
    const char *language; /* input: the -x in force, NULL for none */
};

struct command {
    struct list cc; /* the host compiler, possibly several words */
    bool clang;     /* the host compiler is clang */
    bool wrapped;   /* ccache, distcc …: wants files with stable names instead of pipes */
    struct word *words;
    size_t nwords;
    size_t ngc, nother; /* inputs that are translated, and the rest */
    size_t nsources;    /* of both, without objects and the like */
    enum stage stage;
    const char *output;
    const char *dumpdir;
    bool print_only; /* -### */
    bool verbose;
    bool save_temps, temps_here; /* -save-temps; =cwd */
    bool asks;                   /* --help=optimizers … */
    bool shared;                 /* -shared or -r: nothing of the runtime is linked */
    bool own_runtime;            /* -static-libgocc: into a shared library as well */
    bool no_libs;                /* -nostdlib, -nodefaultlibs */
    bool race, address;
    bool race_word; /* -race, not -fsanitize=thread: which compiler is ours to choose */
    bool coverage;
    bool split_stack;
    bool no_asm; /* asm and typeof are names */
    bool again;  /* the preprocessor runs once more, for its text without comments */
    bool own;    /* an option of ours is there: the host compiler cannot have the line as it is */
    bool run;
    bool write_deps; /* -MD or -MMD */
    bool deps_file;  /* -MF */
    bool deps_shown; /* -MF -: to standard output, where else the text would go */
    bool deps_target;
    const char *compile_commands;
    const char *fragment; /* -MJ: an entry of such a file, with a comma */
    bool llvm;            /* -emit-llvm */
    const char *std;
    bool debug;
    bool dump_types;
    int color; /* -fdiagnostics-color: -1 auto */
    bool json, werror, no_warnings;
    struct shown shown;
    const char *narrow;   /* -m32 or the like, for which there is no runtime */
    struct list warnings; /* ours, as given */
    struct list program;  /* -run: the arguments after the file */
};
void options_parse(struct command *c, int argc, char **argv);
bool options_known_warning(const char *option);

/* response.c: @file */
void response_expand(struct list *out, int argc, char **argv);

/* ---- process.c: children, temporary files, signals ---- */
struct child {
    pid_t pid;
    const char *name;
};
void process_init(void);
struct streams { /* of a child; 0: the driver's own */
    int in, out, err, third;
};
/* `apart` puts the child into a process group of its own, so that it can be ended together with
   what it started. */
struct child process_start(const struct list *argv, struct streams to, bool apart);
int process_wait(
    struct child child); /* exit status; dies by SIGINT and the like as the child did */
void process_abandon(struct child child, int shared); /* shared: a pipe, closed here */
int process_run(const struct list *argv);
_Noreturn void process_replace(const struct list *argv);
void process_pipe(int ends[2]);
char *process_temp(const char *name); /* in a folder of its own, removed at exit */
char *process_stable_temp(const char *text, size_t len, const char *suffix);
void process_own_file(char *path);
void process_watch_output(const char *path); /* half of it goes if a signal comes; NULL: no more */
void process_ignore_broken_pipe(bool yes);
void process_trace(const struct command *c, const struct list *argv);
FILE *process_reader(const struct list *argv); /* its standard output */
_Noreturn void process_exit(int status);
_Noreturn void process_die(int sig); /* by the signal, leaving nothing behind */
_Noreturn void fatal(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* ---- text.c: whole streams ---- */
struct text {
    char *at;
    size_t n, room;
};
void text_read(struct text *text, int fd, const char *name);
bool text_read_part(struct text *text, int fd, const char *name); /* false: that was the end */
void text_write(const struct text *text, int fd, const char *name);
char *text_successor(const char *path);
void text_succeed(const char *successor, const char *path);
void text_write_file(const struct text *text, const char *path);

/* ---- early.c: the end of the preprocessor's text before the preprocessor's own ---- */
struct early {
    size_t last; /* the source's last line that is not blank */
    size_t seen; /* of the text, in bytes */
    size_t line; /* the number of the next line of the source; 0: another file's */
};
bool early_begin(struct early *e, const char *path); /* false: nothing is known of the source */
bool early_is_complete(struct early *e, const struct text *text, const char *path);

/* ---- deep.c: translate(), on a stack that fits its recursion ---- */
bool deep_stack_end(const void *fault); /* was it the end of the stack? */
int deep_translate(const struct text *text, FILE *out, const struct translate_options *opt);

/* ---- messages.c: what two runs of one compiler say, as if it had been one ---- */
int messages_open(void);                       /* a file for the standard error of the first run */
void messages_take(int fd, struct text *said); /* of the first run, when it has ended */
/* Of the second, without repetitions. */
struct rename {
    const char *from, *to; /* a file's name for the compiler and for the user; may be the same */
};
void messages_copy(int pipe, const struct text *said, bool clang, struct rename file,
                   const struct buf *channels);

/* ---- typenames.c: channel types as they were written ---- */
char *typenames_show(const struct buf *channels, char *text);

/* ---- json.c: the messages of several as one array ---- */
struct json {
    struct text all;
    bool any;
};
void json_take(struct json *j, const struct text *said);
void json_put(struct json *j);

/* ---- quotes.c: the file's own lines in clang's messages ---- */
struct quoter *quotes_open(FILE *out);
void quotes_line(struct quoter *q, const char *line, size_t n);
void quotes_close(struct quoter *q);

/* ---- paths.c: where the headers and the library are ---- */
void paths_add_headers(struct list *argv);
char *paths_header(void);
char *paths_library(const struct command *c); /* fatal when it is missing */
bool paths_for_aarch64(const struct command *c);

/* ---- objects.c: do objects, archives and libraries refer to the runtime? ---- */
bool objects_use_runtime(const struct command *c, char *const made[]);

/* ---- commands.c: the host compiler's command lines for one file ---- */
void command_add_words(const struct command *c, struct list *argv, int steps);
char *command_output(const struct command *c, const struct word *input);
const char *command_base_name(const char *path);
char *command_with_suffix(const char *path, const char *suffix);
/* Where -save-temps puts what belongs to this input: a path that lacks its suffix. */
char *command_saved_stem(const struct command *c, const struct word *input);
bool command_uses_successor(const struct command *c);
bool command_reads_comments(const struct command *c);
void command_preprocess(const struct command *c, const struct word *input, struct list *argv);
void command_compile(const struct command *c, const struct word *input, const char *from,
                     const char *output, const char *final, struct list *argv);
void command_compile_plain(const struct command *c, const struct word *input, const char *output,
                           struct list *argv);

/* ---- comments.c ---- */
/* Is what the preprocessor gave with -C the same but for the comments? */
bool comments_are_all(const struct text *with, const struct text *without);

/* ---- compile.c: one .gc file ---- */
int compile_file(const struct command *c, const struct word *input, const char *output);
bool compile_may_be_plain(const struct word *input); /* no .gc but by -x gc */

/* ---- link.c: the whole line, objects[i] instead of the .gc file words[i] (NULL: left out) ---- */
void link_argv(const struct command *c, char *const objects[], struct list *argv);
_Noreturn void link_preprocess(const struct command *c);

/* ---- run.c, database.c ---- */
int run_program(const struct command *c, const char *program);
void database_put_fragment(const struct command *c, const struct word *input, const char *output);
void database_record(const struct command *c, const struct word *input, const char *output);

/* ---- entries.c: what a compile_commands.json holds, whoever wrote it ---- */
struct entry {
    const char *at;
    size_t n;
};
bool entries_begin(const char **text); /* false: this is no such file */
int entries_next(const char **text, struct entry *e);
bool entries_are_of_one(struct entry a, struct entry b);

/* ---- help.c ---- */
int help_print(void);
int help_version(const struct command *c);

#endif
