/* SPDX-License-Identifier: MIT */
/* Messages in gcc's format: collected while translating, printed at the end, because a note or a
   fix-it may still follow and because a file that turns out to be plain C gets none of ours.

   The line shown is that of the original file.  A token that came out of a macro has there another
   column than in the preprocessed text, or none; then the message points at the word if it stands
   on the line once or with the same words behind it, and otherwise at the macro. */
#include "cc.h"
#include <stdlib.h>
#include <string.h>

enum kind { ERROR, WARNING, NOTE };
enum { MAX_MESSAGES = 200 };

struct fixit {
    uint32_t first, last;
    bool insert; /* behind `last` */
    const char *text;
    struct fixit *next;
};

struct diag {
    enum kind kind;
    uint32_t tok, first, last; /* caret and range */
    bool after;                /* the caret stands behind tok */
    const char *text, *flag;
    bool is_werror;
    struct fixit *fixits;
    struct diag *next;
};

/* ---- collecting ---- */

static struct diag *add(struct unit *u, enum kind kind, uint32_t tok, const char *fmt, va_list ap) {
    char text[2048];
    vsnprintf(text, sizeof text, fmt, ap);
    struct diag *d = arena_alloc(u->arena, sizeof *d);
    d->kind = kind;
    d->tok = d->first = d->last = tok;
    d->text = arena_printf(u->arena, "%s", text);
    if (u->last_diag)
        u->last_diag->next = d;
    else
        u->diags = d;
    return u->last_diag = d;
}

#define ADD(d, kind, tok)                        \
    va_list ap;                                  \
    va_start(ap, fmt);                           \
    struct diag *d = add(u, kind, tok, fmt, ap); \
    va_end(ap)

void diag_error(struct unit *u, uint32_t tok, const char *fmt, ...) {
    if (u->errors++ >= MAX_MESSAGES)
        return;
    ADD(d, ERROR, tok);
    (void)d;
}

void diag_error_range(struct unit *u, struct node *n, const char *fmt, ...) {
    if (u->errors++ >= MAX_MESSAGES)
        return;
    bool empty = n->first > n->last, named = n->tok >= n->first && n->tok <= n->last;
    ADD(d, ERROR, named && n->kind != N_CALL && n->kind != N_INDEX ? n->tok : n->first);
    if (!empty) {
        d->first = n->first;
        d->last = n->last;
    }
}

void diag_error_after(struct unit *u, uint32_t tok, const char *insert, const char *fmt, ...) {
    if (u->errors++ >= MAX_MESSAGES)
        return;
    ADD(d, ERROR, tok);
    d->after = true;
    if (insert) {
        d->fixits = arena_alloc(u->arena, sizeof *d->fixits);
        *d->fixits = (struct fixit){tok, tok, true, insert, NULL};
    }
}

bool diag_is_told(const struct unit *u, uint32_t tok) {
    for (const struct diag *d = u->diags; d; d = d->next)
        if (d->tok == tok)
            return true;
    return false;
}

/* -Wname, -Wno-name, -Werror=name, -Wno-error=name: the last that speaks of the name wins. */
static void warning_state(const struct unit *u, const char *flag, bool *on, bool *error) {
    const struct diag_options *o = &u->opt->diag;
    *on = !o->no_warnings;
    *error = o->werror;
    for (int i = 0; i < o->nflags; i++) {
        const char *s = o->flags[i];
        if (strncmp(s, "-W", 2))
            continue;
        bool no = !strncmp(s += 2, "no-", 3);
        s += no ? 3 : 0;
        bool about_error = !strncmp(s, "error=", 6);
        s += about_error ? 6 : 0;
        if (strcmp(s, flag))
            continue;
        if (about_error)
            *error = !no;
        if (!about_error || !no)
            *on = !no && !o->no_warnings;
    }
}

void diag_warning(struct unit *u, const char *flag, uint32_t tok, const char *fmt, ...) {
    bool on, error;
    if (!strncmp(flag, "-W", 2))
        flag += 2;
    warning_state(u, flag, &on, &error);
    if (!u->opt->diag.no_warnings)
        pragma_state(u, flag, u->toks[tok].off, &on, &error);
    on = on && !(u->toks[tok].flags & TOK_SYSTEM);
    if (!on || u->errors + u->warnings >= MAX_MESSAGES) {
        u->last_diag_hidden = true;
        return;
    }
    u->last_diag_hidden = false;
    ADD(d, error ? ERROR : WARNING, tok);
    d->flag = flag;
    d->is_werror = error;
    if (error)
        u->errors++;
    else
        u->warnings++;
}

/* A note to a warning that is off is off as well. */
void diag_note(struct unit *u, uint32_t tok, const char *fmt, ...) {
    if (u->last_diag_hidden || u->errors > MAX_MESSAGES)
        return;
    ADD(d, NOTE, tok);
    (void)d;
}

void diag_fixit(struct unit *u, uint32_t first, uint32_t last, const char *replacement) {
    if (!u->last_diag || u->last_diag_hidden || u->errors > MAX_MESSAGES)
        return;
    struct fixit *f = arena_alloc(u->arena, sizeof *f), **at = &u->last_diag->fixits;
    *f = (struct fixit){first, last, false, arena_printf(u->arena, "%s", replacement), NULL};
    while (*at)
        at = &(*at)->next;
    *at = f;
}

void diag_forget(struct unit *u) {
    u->diags = u->last_diag = NULL;
    u->errors = u->warnings = 0;
}

/* ---- the line ---- */

struct place {
    const char *line; /* not terminated; NULL: cannot be shown */
    size_t len;
    size_t col;   /* 1-based byte of the caret; 0: no caret */
    size_t width; /* of what stands there */
    bool exact;   /* the line shows the tokens as they were scanned */
    uint32_t tok; /* that it was asked for */
};

/* Original files stay in memory until the messages are printed. */
struct source {
    const char *file;
    char *text;
    size_t len;
};

static struct source cached;

static bool source_load(const char *file) {
    if (cached.file && !strcmp(cached.file, file))
        return cached.text;
    free(cached.text);
    cached = (struct source){.file = file};
    cached.text = source_read(file, &cached.len);
    return cached.text;
}

static const char *line_of(const char *text, size_t len, uint32_t line, size_t *n) {
    const char *p = text, *end = text + len;
    for (; line > 1 && p; line--) {
        p = memchr(p, '\n', (size_t)(end - p));
        p = p ? p + 1 : NULL;
    }
    if (!p || p >= end)
        return NULL;
    const char *nl = memchr(p, '\n', (size_t)(end - p));
    *n = (size_t)((nl ? nl : end) - p);
    return p;
}

static const char *preprocessed_line(const struct unit *u, const struct tok *t, size_t *n) {
    const char *p = u->text + t->off, *end = u->text + u->len;
    const char *from = p;
    while (from > u->text && from[-1] != '\n')
        from--;
    const char *nl = p < end ? memchr(p, '\n', (size_t)(end - p)) : NULL;
    *n = (size_t)((nl ? nl : end) - from);
    return from;
}

static bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static bool same_line(const struct tok *a, const struct tok *b) {
    return a->line == b->line && a->file == b->file;
}

/* How many of the tokens behind tok stand one after the other from there on. */
static int followers(const struct unit *u, uint32_t tok, const struct place *at, size_t from) {
    int n = 0;
    for (uint32_t i = tok + 1; i < u->ntoks && same_line(&u->toks[i], &u->toks[tok]); i++) {
        size_t len = u->toks[i].len; /* 0: the second half of an arrow */
        while (len && from < at->len && (at->line[from] == ' ' || at->line[from] == '\t'))
            from++;
        if (from + len > at->len || memcmp(at->line + from, u->text + u->toks[i].off, len))
            break;
        from += len;
        n += len > 0;
    }
    return n;
}

/* Column of the only place on the line where the token's text stands by itself, or the one where
   most of what follows it follows; 0: none, or two. */
static size_t only_place(const struct unit *u, uint32_t tok, const struct place *at) {
    size_t found = 0, n = u->toks[tok].len;
    const char *s = u->text + u->toks[tok].off;
    int best = -1;
    for (size_t i = 0; n && i + n <= at->len; i++) {
        if (memcmp(at->line + i, s, n))
            continue;
        if (is_word(*s) &&
            ((i && is_word(at->line[i - 1])) || (i + n < at->len && is_word(at->line[i + n]))))
            continue;
        int here = followers(u, tok, at, i + n);
        if (!here && !is_word(*s))
            continue; /* a parenthesis is everywhere */
        if (here >= best)
            found = here > best ? i + 1 : 0;
        best = here > best ? here : best;
    }
    return found;
}

static bool stands_there(const struct unit *u, const struct place *at, const struct tok *t) {
    return t->col && t->len && t->col - 1u + t->len <= at->len &&
           !memcmp(at->line + t->col - 1, u->text + t->off, t->len);
}

/* What a system's macro expands to begins where the token before it ends, or a column before that.
 */
static bool overlaps(const struct unit *u, const struct tok *t) {
    const struct tok *before = t - 1;
    return before > u->toks && same_line(before, t) && before->col <= t->col &&
           before->col + before->len > t->col;
}

/* Where the macro that gave the token is named: behind the last token before it on this line that
   stands where it says, or at the start of the line. */
static void macro_place(const struct unit *u, uint32_t tok, struct place *at) {
    const struct tok *t = &u->toks[tok], *before = t - 1;
    size_t col = 0;
    while (before > u->toks && before->line == t->line && before->file == t->file &&
           !stands_there(u, at, before))
        before--;
    if (before > u->toks && before->line == t->line && before->file == t->file)
        col = before->col - 1u + before->len;
    while (col < at->len && (at->line[col] == ' ' || at->line[col] == '\t'))
        col++;
    if (col >= at->len)
        return;
    at->col = col + 1;
    while (col < at->len && is_word(at->line[col]))
        col++;
    at->width = col + 1 > at->col ? col + 1 - at->col : 1;
}

static struct place place_of(struct unit *u, uint32_t tok) {
    const struct tok *t = &u->toks[tok];
    struct place at = {.col = t->col, .width = t->len, .tok = tok};
    bool original = tok && source_load(u->files[t->file]);
    if (original)
        at.line = line_of(cached.text, cached.len, t->line, &at.len);
    else if (tok)
        at.line = preprocessed_line(u, t, &at.len);
    at.exact = at.line && stands_there(u, &at, t) && !overlaps(u, t);
    if (!at.line || at.exact)
        return at;
    at.col = t->len ? only_place(u, tok, &at) : 0;
    if (!at.col)
        macro_place(u, tok, &at);
    return at;
}

/* ---- text ---- */

static FILE *out; /* of the messages being printed */

static const char *kind_name(const struct diag *d) {
    return d->kind == ERROR ? "error" : d->kind == WARNING ? "warning" : "note";
}

static const char *kind_style(const struct style *s, const struct diag *d) {
    return d->kind == ERROR ? s->error : d->kind == WARNING ? s->warning : s->note;
}

/* Screen column (from 0) of byte `n` of a line, tabs at every eighth. */
static size_t screen(const struct place *at, size_t n) {
    size_t col = 0;
    for (size_t i = 0; i < n; i++) {
        char c = i < at->len ? at->line[i] : ' ';
        if (c == '\t')
            col = (col | 7) + 1;
        else
            col += (c & 0xc0) != 0x80;
    }
    return col;
}

enum { SHOWN = 400 };

static void print_line(const struct unit *u, const struct diag *d, const struct place *at) {
    size_t col = 0;
    fprintf(out, "%5u | ", u->toks[d->tok].line);
    for (size_t i = 0; i < at->len && col < SHOWN; i++) {
        char c = at->line[i];
        if (c == '\t') {
            do
                fputc(' ', out);
            while (++col & 7);
        } else if (c != '\r') {
            fputc(c ? c : ' ', out);
            col += (c & 0xc0) != 0x80;
        }
    }
    fputc('\n', out);
}

static size_t token_end(const struct unit *u, uint32_t tok) {
    return u->toks[tok].col - 1u + u->toks[tok].len;
}

/* The range, cut to the caret's line. */
static void range_of(const struct unit *u, const struct diag *d, const struct place *at,
                     size_t *from, size_t *to) {
    const struct tok *t = &u->toks[d->tok];
    *from = at->col - 1;
    *to = *from + (d->after || !at->width ? 1 : at->width);
    if (!at->exact || d->after)
        return;
    for (uint32_t i = d->first; i <= d->last && i; i++) {
        const struct tok *r = &u->toks[i];
        if (r->line != t->line || r->file != t->file || token_end(u, i) > at->len)
            continue;
        if (r->col - 1u < *from)
            *from = r->col - 1u;
        if (token_end(u, i) > *to)
            *to = token_end(u, i);
    }
}

static void print_caret(const struct unit *u, const struct diag *d, const struct place *at,
                        const struct style *s) {
    size_t from, to, caret = screen(at, at->col - 1);
    range_of(u, d, at, &from, &to);
    from = screen(at, from);
    to = screen(at, to);
    if (caret >= SHOWN)
        return;
    fprintf(out, "      | %*s%s", (int)from, "", kind_style(s, d));
    for (size_t i = from; i < to && i < SHOWN; i++)
        fputc(i == caret ? '^' : '~', out);
    fprintf(out, "%s\n", s->end);
}

static void print_fixits(const struct unit *u, const struct diag *d, const struct place *at,
                         const struct style *s) {
    for (const struct fixit *f = d->fixits; f; f = f->next) {
        const struct tok *t = &u->toks[f->insert ? f->last : f->first];
        if (!at->exact || t->line != u->toks[d->tok].line)
            continue;
        size_t byte = f->insert ? t->col - 1u + t->len : t->col - 1u;
        fprintf(out, "      | %*s%s%s%s\n", (int)screen(at, byte), "", s->fix, f->text, s->end);
    }
}

/* For editors, as gcc and clang write it: what replaces which bytes. */
static void print_parseable(const struct unit *u, const struct diag *d, const struct place *at) {
    for (const struct fixit *f = at->exact ? d->fixits : NULL; f; f = f->next) {
        const struct tok *t = &u->toks[f->first];
        size_t end = token_end(u, f->last) + 1, from = f->insert ? end : t->col;
        fprintf(out, "fix-it:\"%s\":{%u:%zu-%u:%zu}:\"%s\"\n", u->files[t->file], t->line, from,
                u->toks[f->last].line, end, f->text);
    }
}

/* As the host compiler counts: gcc on the screen, clang in bytes. */
static size_t column(const struct unit *u, const struct place *at) {
    if (!at->col)
        return 1;
    return u->opt->clang ? at->col : screen(at, at->col - 1) + 1;
}

static void print_text(struct unit *u, const struct diag *d, const struct style *s) {
    struct place at = place_of(u, d->tok);
    const struct tok *t = &u->toks[d->tok];
    if (d->after && at.col)
        at.col += at.width;
    if (d->tok && u->opt->diag.shown.no_column)
        fprintf(out, "%s%s:%u:%s ", s->bold, u->files[t->file], t->line, s->end);
    else if (d->tok)
        fprintf(out, "%s%s:%u:%zu:%s ", s->bold, u->files[t->file], t->line, column(u, &at),
                s->end);
    else
        fprintf(out, "%s%s:%s ", s->bold, u->opt->source, s->end);
    fprintf(out, "%s%s:%s %s", kind_style(s, d), kind_name(d), s->end, d->text);
    if (d->flag && !u->opt->diag.shown.no_option)
        fprintf(out, " [%s%s%s%s]", kind_style(s, d), d->is_werror ? "-Werror=" : "-W", d->flag,
                s->end);
    fputc('\n', out);
    if (at.line && !u->opt->diag.shown.no_caret) {
        print_line(u, d, &at);
        if (at.col) {
            print_caret(u, d, &at, s);
            print_fixits(u, d, &at, s);
        }
    }
    if (u->opt->diag.shown.fixits)
        print_parseable(u, d, &at);
}

/* ---- JSON, as gcc writes it ---- */

static void json_string(const char *s) {
    fputc('"', out);
    for (; *s; s++) {
        if (*s == '"' || *s == '\\')
            fprintf(out, "\\%c", *s);
        else if ((unsigned char)*s < ' ')
            fprintf(out, "\\u%04x", *s);
        else
            fputc(*s, out);
    }
    fputc('"', out);
}

/* Columns from 1: of a byte of the line that is shown, or of another one, which has no screen. */
static void json_place(const struct unit *u, const char *name, uint32_t tok, const struct place *at,
                       size_t byte) {
    bool shown = at->line && u->toks[tok].line == u->toks[at->tok].line;
    size_t display = shown ? screen(at, byte - 1) + 1 : byte;
    fprintf(out, "\"%s\": {\"file\": ", name);
    json_string(u->files[u->toks[tok].file]);
    fprintf(out, ", \"line\": %u, \"display-column\": %zu, \"byte-column\": %zu, \"column\": %zu}",
            u->toks[tok].line, display, byte, u->opt->clang ? byte : display);
}

static void json_fixits(const struct unit *u, const struct diag *d, const struct place *at) {
    if (!d->fixits)
        return;
    fputs(", \"fixits\": [", out);
    for (const struct fixit *f = d->fixits; f; f = f->next) {
        const struct tok *t = &u->toks[f->first];
        fputs(f == d->fixits ? "{" : ", {", out);
        json_place(u, "start", f->first, at, f->insert ? t->col + t->len : t->col);
        fputs(", ", out);
        json_place(u, "next", f->last, at, token_end(u, f->last) + 1);
        fputs(", \"string\": ", out);
        json_string(f->text);
        fputc('}', out);
    }
    fputc(']', out);
}

static void json_locations(struct unit *u, const struct diag *d, const struct place *at) {
    size_t col = (at->col ? at->col : 1) + (d->after ? at->width : 0);
    if (!d->tok)
        return;
    fputc('{', out);
    json_place(u, "caret", d->tok, at, col);
    if (at->exact && !d->after && u->toks[d->tok].len > 1) {
        fputs(", ", out);
        json_place(u, "finish", d->tok, at, col + u->toks[d->tok].len - 1);
    }
    fputc('}', out);
}

static void json_body(struct unit *u, const struct diag *d) {
    struct place at = place_of(u, d->tok);
    fprintf(out, "{\"kind\": \"%s\", \"message\": ", kind_name(d));
    json_string(d->text);
    if (d->flag)
        fprintf(out, ", \"option\": \"%s%s\"", d->is_werror ? "-Werror=" : "-W", d->flag);
    fputs(", \"column-origin\": 1, \"escape-source\": false, \"locations\": [", out);
    json_locations(u, d, &at);
    fputc(']', out);
    json_fixits(u, d, &at);
}

static void print_json(struct unit *u) {
    fputc('[', out);
    for (const struct diag *d = u->diags; d;) {
        if (d != u->diags)
            fputs(", ", out);
        json_body(u, d);
        fputs(", \"children\": [", out);
        const struct diag *note = d->next;
        for (; note && note->kind == NOTE; note = note->next) {
            if (note != d->next)
                fputs(", ", out);
            json_body(u, note);
            fputs(", \"children\": []}", out);
        }
        fputs("]}", out);
        d = note;
    }
    fputs("]\n", out);
}

/* A macro's mistake is told once for each place that names it, not for each token that it gives. */
static bool is_repeated(struct unit *u, const struct diag *d) {
    const struct tok *t = &u->toks[d->tok];
    for (const struct diag *e = u->diags; e != d; e = e->next) {
        const struct tok *s = &u->toks[e->tok];
        if (e->kind == d->kind && s->line == t->line && s->file == t->file &&
            !strcmp(e->text, d->text) && place_of(u, e->tok).col == place_of(u, d->tok).col)
            return true;
    }
    return false;
}

/* Up to the error, with its notes, that is the last one wanted. */
static void print_all(struct unit *u) {
    const struct shown *shown = &u->opt->diag.shown;
    struct style style = colors_style(u);
    int left = shown->fatal ? 1 : shown->most > 0 ? shown->most : -1;
    bool repeated = false; /* so are its notes */
    for (const struct diag *d = u->diags; d; d = d->next) {
        repeated = d->kind == NOTE ? repeated : is_repeated(u, d);
        if (left == 0 && d->kind != NOTE)
            break;
        if (repeated)
            continue;
        print_text(u, d, &style);
        left -= d->kind == ERROR && left > 0;
    }
    if (left == 0 && shown->fatal)
        fputs("compilation terminated due to -Wfatal-errors.\n", out);
    else if (left == 0)
        fprintf(out, "compilation terminated due to -fmax-errors=%d.\n", shown->most);
}

void diag_flush(struct unit *u) {
    if (!u->diags)
        return;
    out = u->opt->diag.to ? u->opt->diag.to : stderr;
    if (u->opt->diag.json) {
        print_json(u);
    } else {
        print_all(u);
        if (u->errors > MAX_MESSAGES)
            fprintf(out, "%s: %d more errors are not shown\n", u->opt->source,
                    u->errors - MAX_MESSAGES);
    }
    free(cached.text);
    cached = (struct source){0};
    u->diags = u->last_diag = NULL;
}
