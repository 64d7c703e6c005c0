/* SPDX-License-Identifier: MIT */
/*
 * --compile-commands=FILE: one entry per translated file, in the form that clang's tools
 * read.  Several gocc may run at once (make -j): the file is locked for the whole change,
 * and an entry replaces that of the same source and output.  -MJ FILE: the entry alone, as clang
 * writes it.
 */
#include "driver.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static void put_json(FILE *out, const char *text) {
    fputc('"', out);
    for (; *text; text++) {
        unsigned char ch = (unsigned char)*text;
        if (ch == '"' || ch == '\\')
            fputc('\\', out);
        if (ch < ' ')
            fprintf(out, "\\u%04x", ch);
        else
            fputc(ch, out);
    }
    fputc('"', out);
}

static void put_member(FILE *out, const char *name, const char *value) {
    fprintf(out, ", \"%s\": ", name);
    put_json(out, value);
}

/* One line per entry: that is what the replacement below relies on. */
static void make_entry(const struct command *c, const struct word *input, const char *output,
                       struct text *entry) {
    char *folder = getcwd(NULL, 0);
    struct list words = {0};
    FILE *out = open_memstream(&entry->at, &entry->n);
    list_add_all(&words, &c->cc);
    command_add_words(c, &words, STEP_CPP | STEP_CC);
    paths_add_headers(&words);
    fputs("{\"directory\": ", out);
    put_json(out, folder ? folder : ".");
    put_member(out, "file", input->text[0]);
    put_member(out, "output", output ? output : "");
    fputs(", \"arguments\": [", out);
    for (size_t i = 0; i < words.n; i++) {
        put_json(out, words.at[i]);
        fputs(", ", out);
    }
    fputs("\"-D__GOCC__=1\", \"-x\", \"c\", \"-c\", ", out);
    put_json(out, input->text[0]);
    fputs("]}", out);
    fclose(out);
}

/* Of an entry: the part that says which source and output it is about. */
static size_t key_length(const char *text) {
    const char *end = strstr(text, ", \"arguments\"");
    return end ? (size_t)(end - text) : strlen(text);
}

static void keep_others(FILE *old, FILE *out, const char *new_entry) {
    char *line = NULL;
    size_t size = 0, key = key_length(new_entry);
    while (getline(&line, &size, old) > 0) {
        line[strcspn(line, "\n")] = 0;
        size_t n = strlen(line);
        if (n && line[n - 1] == ',')
            line[n - 1] = 0;
        if (line[0] == '{' && strncmp(new_entry, line, key) != 0)
            fprintf(out, "%s,\n", line);
    }
    free(line);
}

/* Of a line with several files the first begins the fragment. */
void database_put_fragment(const struct command *c, const struct word *input, const char *output) {
    static bool begun;
    struct text entry = {0};
    FILE *out = fopen(c->fragment, begun ? "a" : "w");
    if (!out)
        fatal("cannot write '%s': %s", c->fragment, strerror(errno));
    begun = true;
    make_entry(c, input, output, &entry);
    fprintf(out, "%s,\n", entry.at);
    if (fclose(out))
        fatal("writing '%s': %s", c->fragment, strerror(errno));
}

void database_record(const struct command *c, const struct word *input, const char *output) {
    int fd = open(c->compile_commands, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0 || flock(fd, LOCK_EX))
        fatal("cannot write '%s': %s", c->compile_commands, strerror(errno));
    struct text entry = {0}, all = {0};
    make_entry(c, input, output, &entry);
    FILE *old = fdopen(dup(fd), "r"), *out = open_memstream(&all.at, &all.n);
    fputs("[\n", out);
    keep_others(old, out, entry.at);
    fprintf(out, "%s\n]\n", entry.at);
    fclose(out);
    fclose(old);
    if (pwrite(fd, all.at, all.n, 0) != (ssize_t)all.n || ftruncate(fd, (off_t)all.n))
        fatal("writing '%s': %s", c->compile_commands, strerror(errno));
    close(fd);
}
