/* SPDX-License-Identifier: MIT */
/*
 * --compile-commands=FILE: one entry per translated file, in the form that clang's tools
 * read.  Several gocc may run at once (make -j): the file is locked for the whole change,
 * and an entry replaces that of the same source and output.
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
static char *entry(const struct command *c, const struct word *input, const char *output) {
    char *text, *folder = getcwd(NULL, 0);
    size_t size = 0;
    struct list words = {0};
    FILE *out = open_memstream(&text, &size);
    list_add_all(&words, &c->cc);
    compile_add_words(c, &words, STEP_CPP | STEP_CC);
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
    return text;
}

/* Up to where both entries speak of the same source and output. */
static bool same_key(const char *a, const char *b) {
    const char *end = strstr(a, ", \"arguments\"");
    return end && !strncmp(a, b, (size_t)(end - a));
}

static void keep_others(FILE *old, FILE *out, const char *new_entry) {
    char *line = NULL;
    size_t size = 0;
    while (getline(&line, &size, old) > 0) {
        line[strcspn(line, "\n")] = 0;
        size_t n = strlen(line);
        if (n && line[n - 1] == ',')
            line[n - 1] = 0;
        if (line[0] == '{' && !same_key(new_entry, line))
            fprintf(out, "%s,\n", line);
    }
    free(line);
}

void database_record(const struct command *c, const struct word *input, const char *output) {
    int fd = open(c->compile_commands, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0 || flock(fd, LOCK_EX))
        fatal("cannot write '%s': %s", c->compile_commands, strerror(errno));
    char *text = NULL, *line = entry(c, input, output);
    size_t size = 0;
    FILE *old = fdopen(dup(fd), "r"), *out = open_memstream(&text, &size);
    fputs("[\n", out);
    keep_others(old, out, line);
    fprintf(out, "%s\n]\n", line);
    fclose(out);
    fclose(old);
    if (pwrite(fd, text, size, 0) != (ssize_t)size || ftruncate(fd, (off_t)size))
        fatal("writing '%s': %s", c->compile_commands, strerror(errno));
    close(fd);
}
