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

/* One line, as grep and diff like it. */
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

/* What others recorded stays as they wrote it. */
static void keep_others(const char *name, const char *old, struct entry new_entry, FILE *out) {
    struct entry e;
    bool good = entries_begin(&old);
    int found = 0;
    while (good && (found = entries_next(&old, &e)) > 0)
        if (!entries_are_of_one(e, new_entry))
            fprintf(out, "%.*s,\n", (int)e.n, e.at);
    if (!good || found < 0)
        fatal("'%s' is no compilation database, which would be one array of objects: remove it, or "
              "name another file",
              name);
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

/* A device or a pipe holds no entries. */
static bool has_entries(int fd) {
    struct stat st;
    return !fstat(fd, &st) && S_ISREG(st.st_mode);
}

void database_record(const struct command *c, const struct word *input, const char *output) {
    const char *name = c->compile_commands;
    int fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0 || flock(fd, LOCK_EX))
        fatal("cannot write '%s': %s", name, strerror(errno));
    struct text entry = {0}, all = {0}, old = {0};
    bool regular = has_entries(fd);
    make_entry(c, input, output, &entry);
    FILE *out = open_memstream(&all.at, &all.n);
    if (regular)
        text_read(&old, fd, name);
    fputs("[\n", out);
    keep_others(name, old.at ? old.at : "", (struct entry){entry.at, entry.n}, out);
    fprintf(out, "%s\n]\n", entry.at);
    fclose(out);
    if (regular)
        lseek(fd, 0, SEEK_SET);
    text_write(&all, fd, name);
    if ((regular && ftruncate(fd, (off_t)all.n)) || close(fd))
        fatal("writing '%s': %s", name, strerror(errno));
    free(old.at);
}
