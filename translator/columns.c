/* SPDX-License-Identifier: MIT */
/*
 * The preprocessor's text with the user's tokens back at their own columns.
 *
 *     x  =   y + MAX(z);  // w       is    x = y + ((z) > 9 ? 9 : (z));    after cc -E
 *
 * One blank is left of each run of them, none of a comment without -C, and what a macro expands
 * to moves the rest of its line.  Every message of the host compiler and all debug information is
 * counted in this text, so each line is held against the line of its file.  Tokens in front of the
 * first macro and behind the last one stand there in the same order; between macros a name that
 * is there once, or whose neighbour is there as well, is the same name.  A token that its line has
 * already passed gets a line of its own, under a linemarker.  System headers stay as they are.
 *
 * A comment in front of a label may say that one falls through to it.  It is taken from the source,
 * for with -C gcc keeps those within the arguments of a macro as well: then #x has them in its
 * string, and a ## b is an error.
 *
 * Rejected: correcting the messages instead, for that takes a reader of each compiler's formats
 * and leaves debug information wrong.
 */
#include "cc.h"
#include <stdlib.h>
#include <string.h>

struct file { /* a source, in memory while it is needed again and again */
    char *name, *text;
    size_t *lines; /* where each starts, and behind the last one the end */
    size_t nlines;
    struct file *next;
};

struct piece { /* a token, roughly: what is never split */
    const char *at;
    size_t len;
    size_t col; /* from 0, in bytes */
    bool word;
};

struct pieces {
    struct piece *at;
    size_t n, room;
};

struct columns {
    struct buf out;
    bool comments;             /* those that a warning may look into come back, too */
    struct file *files, *file; /* file: of the line; NULL: of the system, or not to be read */
    const char *name;          /* as the last linemarker gave it, with its quotes */
    size_t name_len;
    bool extern_c;
    size_t line; /* presumed */
    struct pieces is, was, above;
    size_t *target; /* of each piece in `is`: 1 + its index in `was`, 0: unknown */
    size_t target_room;
};

/* Longer lines are left alone, and between macros more pieces: anchors cost their square. */
enum { MAX_LINE = 1 << 16, MAX_BETWEEN = 200 };

/* ---- the files ---- */

static void find_lines(struct file *f, size_t len) {
    const char *p = f->text, *end = p + len;
    size_t room = 0;
    do {
        if (f->nlines + 2 > room)
            f->lines = xrealloc(f->lines, (room = room * 2 + 256) * sizeof *f->lines);
        f->lines[f->nlines++] = (size_t)(p - f->text);
        const char *nl = memchr(p, '\n', (size_t)(end - p));
        p = nl ? nl + 1 : end;
    } while (p < end);
    f->lines[f->nlines] = len;
}

static struct file *file_load(struct columns *c, const char *name, size_t n) {
    struct file *f = xrealloc(NULL, sizeof *f);
    size_t len = 0;
    *f = (struct file){.name = xrealloc(NULL, n + 1), .next = c->files};
    memcpy(f->name, name, n);
    f->name[n] = 0;
    char *path = source_unquote(name, n);
    f->text = source_read(path, &len);
    free(path);
    if (f->text)
        find_lines(f, len);
    return c->files = f;
}

static struct file *file_named(struct columns *c, const char *name, size_t n) {
    struct file *f = c->files;
    while (f && (strlen(f->name) != n || memcmp(f->name, name, n) != 0))
        f = f->next;
    if (!f)
        f = file_load(c, name, n);
    return f->text ? f : NULL;
}

static void files_free(struct file *f) {
    for (struct file *next; f; f = next) {
        next = f->next;
        free(f->name);
        free(f->text);
        free(f->lines);
        free(f);
    }
}

/* ---- pieces of a line ---- */

enum { WORD = 1, BLANK, OPERATOR };

static const char class_of[256] = {
    ['a' ... 'z'] = WORD, ['A' ... 'Z'] = WORD, ['0' ... '9'] = WORD,    ['_'] = WORD,
    ['$'] = WORD,         [128 ... 255] = WORD, ['\t' ... '\r'] = BLANK, [' '] = BLANK,
    ['\\'] = BLANK,       ['+'] = OPERATOR,     ['-'] = OPERATOR,        ['*'] = OPERATOR,
    ['/'] = OPERATOR,     ['%'] = OPERATOR,     ['&'] = OPERATOR,        ['|'] = OPERATOR,
    ['^'] = OPERATOR,     ['<'] = OPERATOR,     ['>'] = OPERATOR,        ['='] = OPERATOR,
    ['!'] = OPERATOR,     ['.'] = OPERATOR,     ['#'] = OPERATOR,        [':'] = OPERATOR,
    ['~'] = OPERATOR,     ['?'] = OPERATOR,
};

/* With \u03b4; another backslash is the end of a line that goes on, and the same as a blank. */
static bool is_word(const char *p, const char *end) {
    return class_of[(unsigned char)*p] == WORD ||
           (*p == '\\' && p + 1 < end && (p[1] == 'u' || p[1] == 'U'));
}

static bool is_blank(unsigned char ch) {
    return class_of[ch] == BLANK;
}

static const char *end_of_number(const char *p, const char *end) {
    for (p++; p < end && (is_word(p, end) || *p == '.' || *p == '\''); p++)
        if (strchr("eEpP", *p) && p + 1 < end && (p[1] == '+' || p[1] == '-'))
            p++;
    return p;
}

static const char *end_of_quoted(const char *p, const char *end) {
    for (char quote = *p++; p < end && *p != quote; p++)
        if (*p == '\\' && p + 1 < end)
            p++;
    return p < end ? p + 1 : end;
}

static bool at_comment(const char *p, const char *end) {
    return *p == '/' && p + 1 < end && (p[1] == '*' || p[1] == '/');
}

static const char *end_of_comment(const char *p, const char *end) {
    const char *close = p[1] == '*' ? lex_comment_end(p + 2, end) : NULL;
    return close ? close : end;
}

static bool is_digit(const char *p, const char *end) {
    return p < end && *p >= '0' && *p <= '9';
}

static bool at_number(const char *p, const char *end) {
    return is_digit(p, end) || (*p == '.' && is_digit(p + 1, end));
}

static bool at_ellipsis(const char *p, const char *end) {
    return end - p >= 3 && !memcmp(p, "...", 3);
}

/* Operators as they come, several at once: what stood together came from one place.  The point of
   `x*.5` is none. */
static const char *end_of_operators(const char *p, const char *end) {
    while (p < end && class_of[(unsigned char)*p] == OPERATOR && !at_comment(p, end) &&
           !at_number(p, end))
        p += at_ellipsis(p, end) ? 3 : 1;
    return p;
}

/* With the string that it is the prefix of: L"text". */
static const char *end_of_word(const char *p, const char *end) {
    const char *from = p;
    bool prefix = true;
    for (; p < end && is_word(p, end); p++)
        prefix = prefix && strchr("uU8LR", *p);
    bool quoted = p < end && (*p == '"' || *p == '\'');
    return prefix && quoted && p - from <= 3 ? end_of_quoted(p, end) : p;
}

static const char *end_of_piece(const char *p, const char *end) {
    unsigned char ch = (unsigned char)*p;
    if (at_number(p, end))
        return end_of_number(p, end);
    if (is_word(p, end))
        return end_of_word(p, end);
    if (ch == '"' || ch == '\'')
        return end_of_quoted(p, end);
    const char *to = end_of_operators(p, end);
    return to > p ? to : p + 1;
}

static void cut(struct pieces *list, const char *line, size_t len) {
    const char *p = line, *end = line + len;
    list->n = 0;
    while (p < end) {
        bool word = is_word(p, end);
        if (!word && is_blank((unsigned char)*p)) {
            p++;
            continue;
        }
        if (at_comment(p, end)) {
            p = end_of_comment(p, end);
            continue;
        }
        const char *to = end_of_piece(p, end);
        if (list->n == list->room)
            list->at = xrealloc(list->at, (list->room = list->room * 2 + 64) * sizeof *list->at);
        list->at[list->n++] = (struct piece){p, (size_t)(to - p), (size_t)(p - line), word};
        p = to;
    }
}

static bool same(const struct piece *a, const struct piece *b) {
    return a->len == b->len && !memcmp(a->at, b->at, a->len);
}

/* ---- which is which ---- */

/* Where the line starts in its source: the preprocessor kept the first token's column. */
static size_t first_in_source(const struct columns *c) {
    for (size_t i = 0; i < c->was.n && c->was.at[i].col <= c->is.at[0].col; i++)
        if (c->was.at[i].col == c->is.at[0].col)
            return i;
    return 0;
}

static size_t count(const struct pieces *list, size_t from, size_t to, const struct piece *p,
                    size_t *where) {
    size_t n = 0;
    for (size_t i = from; i < to; i++)
        if (same(&list->at[i], p)) {
            n++;
            *where = i;
        }
    return n;
}

static size_t run_forward(struct columns *c, size_t is, size_t is_end, size_t was, size_t was_end) {
    size_t n = 0;
    while (is + n < is_end && was + n < was_end && same(&c->is.at[is + n], &c->was.at[was + n])) {
        c->target[is + n] = was + n + 1;
        n++;
    }
    return n;
}

/* The same in front of it or behind it? */
static bool has_company(const struct columns *c, size_t is, size_t was) {
    return (is + 1 < c->is.n && was + 1 < c->was.n &&
            same(&c->is.at[is + 1], &c->was.at[was + 1])) ||
           (is && was && same(&c->is.at[is - 1], &c->was.at[was - 1]));
}

/* Between macros: names that the source has once, and what follows them. */
static void find_anchors(struct columns *c, size_t is, size_t is_end, size_t was, size_t was_end) {
    size_t from = is, where = 0, ignored;
    if (is_end - is > MAX_BETWEEN || was_end - was > MAX_BETWEEN)
        return;
    while (is < is_end) {
        const struct piece *p = &c->is.at[is];
        size_t n = 0;
        if (p->word && count(&c->was, was, was_end, p, &where) == 1 &&
            (count(&c->is, from, is_end, p, &ignored) == 1 || has_company(c, is, where))) {
            n = run_forward(c, is, is_end, where, was_end);
            was = where + n;
        }
        is += n ? n : 1;
    }
}

static void match(struct columns *c, size_t was) {
    size_t is_end = c->is.n, was_end = c->was.n, is = run_forward(c, 0, is_end, was, was_end);
    was += is;
    while (is < is_end && was < was_end && same(&c->is.at[is_end - 1], &c->was.at[was_end - 1])) {
        c->target[--is_end] = was_end;
        was_end--;
    }
    find_anchors(c, is, is_end, was, was_end);
}

/* ---- writing ---- */

static void pad(struct buf *out, size_t n) {
    static const char blanks[] = "                                                                ";
    for (size_t k; n; n -= k) {
        k = n < sizeof blanks - 1 ? n : sizeof blanks - 1;
        buf_add(out, blanks, k);
    }
}

static void mark_line(struct columns *c, size_t line) {
    buf_printf(&c->out, "# %zu ", line);
    buf_add(&c->out, c->name, c->name_len);
    buf_puts(&c->out, c->extern_c ? " 4\n" : "\n");
}

static void start_again(struct columns *c) {
    buf_puts(&c->out, "\n");
    mark_line(c, c->line);
}

/* Column of piece i: its own, or for the first that a macro gave, also behind an argument, that of
   the macro, or where it comes when the text goes on. */
static size_t wanted(const struct columns *c, size_t i, size_t next, size_t col, size_t *macro) {
    if (c->target[i])
        return c->was.at[c->target[i] - 1].col;
    if (i && !c->target[i - 1])
        return col;
    if (next < c->was.n && c->was.at[next].word)
        *macro = c->was.at[next].col;
    return *macro;
}

/* All that lies between two pieces, if it may be a comment: a label may stand behind it. */
static bool copy_gap(struct columns *c, size_t i) {
    size_t t = c->target[i];
    if (!c->comments || !i || t < 2 || c->target[i - 1] != t - 1)
        return false;
    const struct piece *last = &c->was.at[t - 2], *p = &c->was.at[t - 1];
    const char *from = last->at + last->len;
    size_t n = (size_t)(p->at - from);
    if (!memmem(from, n, "/*", 2))
        return false;
    buf_add(&c->out, from, n);
    return true;
}

/* What comes before piece i; the column is the piece's then. */
static void write_gap(struct columns *c, size_t i, const char *done, size_t next, size_t *col,
                      size_t *macro) {
    size_t n = (size_t)(c->is.at[i].at - done);
    if (copy_gap(c, i)) {
        *col = c->was.at[c->target[i] - 1].col;
        return;
    }
    buf_add(&c->out, done, n);
    *col += n;
    size_t want = wanted(c, i, next, *col, macro);
    if (want < *col) {
        start_again(c);
        *col = 0;
    }
    pad(&c->out, want - *col);
    *col = want;
}

static void write_pieces(struct columns *c, const char *line, size_t len, size_t next) {
    const char *done = line;
    size_t macro = c->is.at[0].col;
    for (size_t i = 0, col = 0; i < c->is.n; i++) {
        const struct piece *p = &c->is.at[i];
        write_gap(c, i, done, next, &col, &macro);
        buf_add(&c->out, p->at, p->len);
        col += p->len;
        done = p->at + p->len;
        next = c->target[i] ? c->target[i] : next;
    }
    buf_add(&c->out, done, (size_t)(line + len - done));
}

static void restore_line(struct columns *c, const char *line, size_t len, const char *was,
                         size_t was_len) {
    cut(&c->is, line, len);
    cut(&c->was, was, was_len);
    if (!c->is.n || !c->was.n) {
        buf_add(&c->out, line, len);
        return;
    }
    if (c->is.n > c->target_room)
        c->target = xrealloc(c->target, (c->target_room = c->is.n * 2) * sizeof *c->target);
    memset(c->target, 0, c->is.n * sizeof *c->target);
    size_t first = first_in_source(c);
    match(c, first);
    write_pieces(c, line, len, first);
}

/* ---- comments in front of labels ---- */

/* Of the one that ends there; the place itself: none does. */
static size_t comment_begin(struct columns *c, const char *text, size_t at) {
    size_t line = at;
    if (at >= 4 && !memcmp(text + at - 2, "*/", 2))
        for (size_t i = at - 3; i--;)
            if (!memcmp(text + i, "/*", 2))
                return i;
    while (line && text[line - 1] != '\n')
        line--;
    cut(&c->above, text + line, at - line);
    const struct piece *last = c->above.n ? &c->above.at[c->above.n - 1] : NULL;
    size_t i = last ? line + last->col + last->len : line;
    while (i < at && is_blank((unsigned char)text[i]))
        i++;
    return i + 1 < at && !memcmp(text + i, "//", 2) ? i : at;
}

/* Back over comments and blanks. */
static size_t trivia_begin(struct columns *c, const char *text, size_t at) {
    for (size_t begin = at;; at = begin) {
        while (begin && is_blank((unsigned char)text[begin - 1]))
            begin--;
        begin = comment_begin(c, text, begin);
        if (begin == at)
            return at;
    }
}

/* The first word of a line if it is `case`, `default` or a label; its length, else 0. */
static size_t label_length(const char *p, const char *end) {
    size_t n = 0;
    while (p + n < end && is_word(p + n, end))
        n++;
    if ((n == 4 && !memcmp(p, "case", 4)) || (n == 7 && !memcmp(p, "default", 7)))
        return n;
    const char *colon = p + n;
    while (colon < end && is_blank((unsigned char)*colon))
        colon++;
    return colon < end && *colon == ':' ? n : 0;
}

static size_t blanks(const char *p, size_t len) {
    size_t n = 0;
    while (n < len && is_blank((unsigned char)p[n]))
        n++;
    return n;
}

static void put_comments(struct columns *c, const char *line, size_t len) {
    const struct file *f = c->file;
    size_t n = blanks(line, len), word = label_length(line + n, line + len);
    size_t at = f->lines[c->line - 1], was_len = f->lines[c->line] - at;
    size_t was = blanks(f->text + at, was_len);
    if (!word || was + word > was_len || memcmp(f->text + at + was, line + n, word))
        return;
    size_t begin = trivia_begin(c, f->text, at), lines = 0;
    if (!memchr(f->text + begin, '/', at - begin))
        return;
    for (size_t i = begin; i < at; i++)
        lines += f->text[i] == '\n';
    mark_line(c, c->line - lines);
    buf_add(&c->out, f->text + begin, at - begin);
}

static void put_line(struct columns *c, const char *line, size_t len) {
    const struct file *f = c->file;
    if (f && c->comments && c->line && c->line <= f->nlines)
        put_comments(c, line, len);
    if (f && len && len < MAX_LINE && c->line && c->line <= f->nlines) {
        const char *was = f->text + f->lines[c->line - 1];
        size_t was_len = f->lines[c->line] - f->lines[c->line - 1];
        if (was_len < MAX_LINE && (was_len < len || memcmp(was, line, len))) {
            restore_line(c, line, len, was, was_len);
            return;
        }
    }
    buf_add(&c->out, line, len);
}

/* # LINE "FILE" FLAGS */
static void take_marker(struct columns *c, const char *line, const char *end) {
    const char *p = line + 1, *open, *close;
    size_t number = 0;
    while (p < end && *p == ' ')
        p++;
    if (p == end || *p < '0' || *p > '9')
        return;
    for (; p < end && *p >= '0' && *p <= '9'; p++)
        number = number * 10 + (size_t)(*p - '0');
    c->line = number - 1; /* the line that follows has this number */
    open = memchr(p, '"', (size_t)(end - p));
    close = open ? memrchr(open, '"', (size_t)(end - open)) : NULL;
    if (!open || close == open)
        return;
    c->name = open;
    c->name_len = (size_t)(close + 1 - open);
    c->extern_c = memchr(close, '4', (size_t)(end - close)) != NULL;
    bool of_system = memchr(close, '3', (size_t)(end - close)) != NULL;
    c->file = of_system ? NULL : file_named(c, open + 1, (size_t)(close - open - 1));
}

/* The end of the line on which a raw string ends that starts on this one; NULL: none does. */
static const char *end_of_raw(const char *line, const char *nl, const char *end) {
    const char *quote = memchr(line, '"', (size_t)(nl - line));
    while (quote && (quote == line || quote[-1] != 'R'))
        quote = memchr(quote + 1, '"', (size_t)(nl - quote - 1));
    const char *r = quote ? quote - 1 : NULL;
    const char *paren = r ? memchr(r, '(', (size_t)(nl - r)) : NULL;
    char close[20] = ")";
    if (!paren || paren - r - 2 > 16)
        return NULL;
    size_t n = (size_t)(paren - r) - 2;
    memcpy(close + 1, r + 2, n);
    close[n + 1] = '"';
    const char *found = memmem(nl, (size_t)(end - nl), close, n + 2);
    const char *after = found ? memchr(found, '\n', (size_t)(end - found)) : NULL;
    return found ? after ? after : end : NULL;
}

static const char *copy_raw(struct columns *c, const char *line, const char *to) {
    buf_add(&c->out, line, (size_t)(to - line));
    while ((line = memchr(line, '\n', (size_t)(to - line)))) {
        c->line++;
        line++;
    }
    return to;
}

static const char *take_line(struct columns *c, const char *line, const char *end) {
    const char *nl = memchr(line, '\n', (size_t)(end - line));
    nl = nl ? nl : end;
    if (*line == '#') {
        take_marker(c, line, nl);
    } else if (c->file && nl > line) {
        const char *raw = end_of_raw(line, nl, end);
        if (raw)
            return copy_raw(c, line, raw);
        put_line(c, line, (size_t)(nl - line));
        return nl;
    }
    buf_add(&c->out, line, (size_t)(nl - line));
    return nl;
}

struct buf columns_restore(const char *text, size_t len, bool comments) {
    struct columns c = {.line = 1, .comments = comments};
    const char *p = text, *end = text + len;
    while (p < end) {
        p = take_line(&c, p, end);
        if (p < end)
            buf_add(&c.out, p++, 1);
        c.line++;
    }
    files_free(c.files);
    free(c.is.at);
    free(c.was.at);
    free(c.above.at);
    free(c.target);
    return c.out;
}
