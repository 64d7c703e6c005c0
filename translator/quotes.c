/* SPDX-License-Identifier: MIT */
/*
 * clang quotes the text that it read, which the translator made; gcc opens the file instead:
 *
 *     a.gc:12:15: error: use of undeclared identifier 'zz'
 *                   zz                                     go f(1,   zz);
 *                   ^                                                ^
 *
 * Here clang's quotation becomes the line of the file, and the marks below it move to the same
 * bytes there: tabs and letters outside ASCII have other widths in the two.  Marks under generated
 * text, of which the file's line has nothing, are left out.
 */
#include "driver.h"
#include <stdlib.h>
#include <string.h>

enum state { OUTSIDE, EXPECTED, HELD, MARKED, DROPPED };

struct line {
    const char *at;
    size_t n;
};

struct quoter {
    FILE *out;
    enum state state;
    char *file, *text; /* of the last message with a place */
    size_t text_len, number;
    struct text plain; /* the line at hand, without colours */
    struct text held;  /* what clang quoted, as it came, and without colours */
    struct text quoted;
    size_t gutter; /* from clang 17 on a quotation starts with its line's number and a bar … */
    bool inside;   /* … and may have several lines: within what was one line of the file */
    bool colored;
};

static void set(struct text *text, const char *from, size_t n) {
    if (n + 1 > text->room)
        text->at = realloc(text->at, text->room = n * 2 + 64);
    if (!text->at)
        fatal("out of memory");
    memcpy(text->at, from, n);
    text->at[n] = 0;
    text->n = n;
}

/* Without its escape sequences and its newline. */
static void strip(struct quoter *q, const char *line, size_t n) {
    size_t k = 0;
    set(&q->plain, line, n);
    for (size_t i = 0; i < n && line[i] != '\n'; i++)
        if (line[i] == '\33') {
            q->colored = true;
            while (i + 1 < n && line[i] != 'm')
                i++;
        } else {
            q->plain.at[k++] = line[i];
        }
    q->plain.at[k] = 0;
    q->plain.n = k;
}

static bool take_number(const char **p, size_t *number) {
    char *end;
    if (**p < '0' || **p > '9')
        return false;
    *number = strtoul(*p, &end, 10);
    *p = end;
    return true;
}

static void open_source(struct quoter *q, const char *name, size_t n) {
    if (q->file && !strncmp(q->file, name, n) && !q->file[n])
        return;
    free(q->file);
    free(q->text);
    q->file = format("%.*s", (int)n, name);
    q->text = source_read(q->file, &q->text_len);
}

/* FILE:LINE:COL: KIND: … */
static bool is_message(struct quoter *q) {
    const char *line = q->plain.at;
    for (const char *colon = strchr(line, ':'); colon; colon = strchr(colon + 1, ':')) {
        const char *p = colon + 1;
        size_t number, col;
        if (!take_number(&p, &number) || *p++ != ':' || !take_number(&p, &col) ||
            strncmp(p, ": ", 2) != 0)
            continue;
        open_source(q, line, (size_t)(colon - line));
        q->number = number;
        return true;
    }
    return false;
}

static bool has_bar(struct quoter *q, size_t *number) {
    const char *p = q->plain.at + strspn(q->plain.at, " ");
    bool numbered = take_number(&p, number);
    if (strncmp(p, " | ", 3) != 0 && strcmp(p, " |") != 0)
        return false;
    q->gutter = (size_t)(p - q->plain.at) + strlen(" | ");
    if (q->gutter > q->plain.n)
        q->gutter = q->plain.n;
    return numbered;
}

/* ---- the line of the file ---- */

static struct line source_line(const struct quoter *q) {
    const char *p = q->text, *end = p ? p + q->text_len : NULL;
    for (size_t i = 1; p && i < q->number; i++) {
        p = memchr(p, '\n', (size_t)(end - p));
        p = p ? p + 1 : NULL;
    }
    if (!p || p == end)
        return (struct line){NULL, 0};
    const char *nl = memchr(p, '\n', (size_t)(end - p));
    size_t n = (size_t)((nl ? nl : end) - p);
    return (struct line){p, n && p[n - 1] == '\r' ? n - 1 : n};
}

/* The screen column behind one more byte. */
static size_t advance(size_t col, char ch) {
    return ch == '\t' ? (col | 7) + 1 : col + ((ch & 0xc0) != 0x80);
}

static size_t byte_at(struct line l, size_t screen) {
    size_t i = 0, col = 0;
    while (i < l.n && col < screen)
        col = advance(col, l.at[i++]);
    return col < screen ? i + screen - col : i;
}

static size_t screen_at(struct line l, size_t byte) {
    size_t col = 0;
    for (size_t i = 0; i < byte; i++)
        col = advance(col, i < l.n ? l.at[i] : ' ');
    return col;
}

static void put_source(const struct quoter *q, struct line l) {
    fprintf(q->out, "%.*s", (int)q->gutter, q->quoted.at);
    for (size_t i = 0, col = 0; i < l.n; i++) {
        size_t next = advance(col, l.at[i]);
        if (l.at[i] == '\t')
            fprintf(q->out, "%*s", (int)(next - col), "");
        else
            fputc(l.at[i], q->out);
        col = next;
    }
    fputc('\n', q->out);
}

static struct line quotation(const struct quoter *q) {
    return (struct line){q->quoted.at + q->gutter, q->quoted.n - q->gutter};
}

/* Marks and what clang would insert: each stretch starts at the byte where it stood. */
static void put_marks(const struct quoter *q, struct line was) {
    struct line is = quotation(q);
    const char *p = q->plain.at + q->gutter;
    fprintf(q->out, "%.*s%s", (int)q->gutter, q->plain.at, q->colored ? "\33[0;1;32m" : "");
    for (size_t done = 0;;) {
        size_t blank = strspn(p, " ");
        if (!p[blank])
            break;
        p += blank;
        size_t n = strcspn(p, " ");
        size_t to = screen_at(was, byte_at(is, (size_t)(p - q->plain.at) - q->gutter));
        fprintf(q->out, "%*s%.*s", to > done ? (int)(to - done) : 0, "", (int)n, p);
        done = (to > done ? to : done) + n;
        p += n;
    }
    fprintf(q->out, "%s\n", q->colored ? "\33[0m" : "");
}

static bool only_marks(const struct quoter *q) {
    const char *p = q->plain.at + q->gutter;
    return strpbrk(p, "^~") && !p[strspn(p, " ^~")];
}

/* Is what the caret, or the first mark, stands at the same here and there? */
static bool marks_fit(const struct quoter *q, struct line was) {
    struct line is = quotation(q);
    const char *p = q->plain.at + q->gutter, *caret = strchr(p, '^');
    size_t at = byte_at(is, (size_t)((caret ? caret : p + strspn(p, " ")) - p));
    if (at < is.n && at < was.n && is.at[at] == was.at[at])
        return true;
    return at && at >= is.n && at <= was.n && is.at[at - 1] == was.at[at - 1];
}

/* ---- line after line ---- */

static void put_held(struct quoter *q) {
    if (!q->inside)
        fwrite(q->held.at, 1, q->held.n, q->out);
    q->state = OUTSIDE;
}

static bool settle_held(struct quoter *q) {
    struct line was = source_line(q);
    size_t gutter = q->gutter, number;
    bool numbered = has_bar(q, &number);
    q->gutter = gutter;
    if (!was.at || numbered || q->plain.n < gutter || !only_marks(q)) {
        put_held(q);
        return false;
    }
    if (!q->inside)
        put_source(q, was);
    q->state = marks_fit(q, was) ? MARKED : DROPPED;
    if (q->state == MARKED)
        put_marks(q, was);
    return true;
}

static bool is_quotation(struct quoter *q) {
    size_t number;
    if (q->state == OUTSIDE && !q->inside)
        return false;
    if (has_bar(q, &number)) {
        q->inside |= !strncmp(q->plain.at + q->gutter, "# ", 2);
        q->number = q->inside ? q->number : number;
        return true;
    }
    q->gutter = 0;
    return q->state == EXPECTED;
}

/* The line of what would be inserted, below the marks. */
static bool is_insertion(const struct quoter *q) {
    if (q->state != MARKED && q->state != DROPPED)
        return false;
    return q->plain.at[0] == ' ' && q->plain.n > q->gutter &&
           strspn(q->plain.at, " |") >= q->gutter;
}

void quotes_line(struct quoter *q, const char *line, size_t n) {
    strip(q, line, n);
    if (q->state == HELD && settle_held(q))
        return;
    if (is_message(q)) {
        q->state = EXPECTED;
        q->inside = false;
    } else if (is_insertion(q)) {
        if (q->state == MARKED)
            put_marks(q, source_line(q));
        return;
    } else if (is_quotation(q)) {
        set(&q->held, line, n);
        set(&q->quoted, q->plain.at, q->plain.n);
        q->state = HELD;
        return;
    } else {
        q->state = OUTSIDE;
    }
    fwrite(line, 1, n, q->out);
}

struct quoter *quotes_open(FILE *out) {
    struct quoter *q = calloc(1, sizeof *q);
    if (!q)
        fatal("out of memory");
    q->out = out;
    return q;
}

void quotes_close(struct quoter *q) {
    if (q->state == HELD)
        put_held(q);
    free(q->file);
    free(q->text);
    free(q->plain.at);
    free(q->held.at);
    free(q->quoted.at);
    free(q);
}
