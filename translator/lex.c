/* SPDX-License-Identifier: MIT */
/* Text to tokens.  The rules are in grammar/c.re; here is what they call, the loop that fills
   unit->toks, and the question whether a text needs a parser at all. */
#include "c.h"
#include "cc.h"
#include <limits.h>
#include <stdlib.h>
#include <string.h>

void lex_newline(struct scanner *s) {
    s->line++;
    s->line_start = s->cur;
    s->flags |= TOK_BOL;
}

static void count_lines(struct scanner *s, const unsigned char *from) {
    while ((from = memchr(from, '\n', (size_t)(s->cur - from)))) {
        from++;
        s->line++;
        s->line_start = from;
        s->flags |= TOK_BOL;
    }
}

static const unsigned char *find(const unsigned char *s, const unsigned char *end, const char *what,
                                 size_t n) {
    return memmem(s, (size_t)(end - s), what, n);
}

/* Behind the end of a comment whose text begins at p; NULL: it has none.  Slashes are rare in
   comments and stars are not, so this is several times as fast as memmem. */
const char *lex_comment_end(const char *p, const char *end) {
    for (const char *slash = p; (slash = memchr(slash, '/', (size_t)(end - slash))); slash++)
        if (slash > p && slash[-1] == '*')
            return slash + 1;
    return NULL;
}

/* The cursor is behind the opening; an unterminated comment reaches to the end. */
void lex_block_comment(struct scanner *s) {
    const unsigned char *from = s->cur;
    const char *close = lex_comment_end((const char *)from, (const char *)s->end);
    s->cur = close ? (const unsigned char *)close : s->end;
    count_lines(s, from);
}

/* R"delimiter(… )delimiter" ; the cursor is behind the parenthesis */
int lex_raw_string(struct scanner *s) {
    const unsigned char *from = s->cur, *quote = memchr(s->tok, '"', (size_t)(s->cur - s->tok));
    char close[24];
    size_t n = (size_t)(from - quote) - 2;
    close[0] = ')';
    memcpy(close + 1, quote + 1, n);
    close[n + 1] = '"';
    const unsigned char *end = find(from, s->end, close, n + 2);
    uint16_t flags = s->flags;
    s->cur = end ? end + n + 2 : s->end;
    count_lines(s, from);
    s->flags = flags;
    return end ? T_STRING : T_BAD;
}

/* ---- linemarkers ---- */

static bool is_file(const struct unit *u, uint32_t i, const char *name, size_t n) {
    return !strncmp(u->files[i], name, n) && !u->files[i][n];
}

static uint16_t file_index(struct unit *u, const char *name, size_t n) {
    for (uint32_t i = u->nfiles; i-- > 0;)
        if (is_file(u, i, name, n))
            return (uint16_t)i;
    if (u->nfiles == UINT16_MAX)
        return UINT16_MAX - 1;
    u->files = xrealloc(u->files, (u->nfiles + 1) * sizeof *u->files);
    u->files[u->nfiles] = arena_printf(u->arena, "%.*s", (int)n, name);
    return (uint16_t)u->nfiles++;
}

static uint16_t file_intern(struct unit *u, const char *name, size_t n) {
    char *plain = source_unquote(name, n);
    uint16_t index = file_index(u, plain, strlen(plain));
    free(plain);
    return index;
}

/* # LINE "FILE" FLAGS or #line LINE "FILE"; p is behind the digits' start */
static void linemarker(struct scanner *s, const char *p, const char *end) {
    uint32_t line = 0;
    while (p < end && *p >= '0' && *p <= '9')
        line = line * 10 + (uint32_t)(*p++ - '0');
    s->line = line;
    const char *open = memchr(p, '"', (size_t)(end - p));
    if (!open)
        return;
    const char *close = open + 1;
    while (close < end && *close != '"')
        close += *close == '\\' ? 2 : 1;
    if (close >= end)
        return;
    size_t n = (size_t)(close - open - 1);
    if (memchr(open + 1, '\\', n) || !is_file(s->u, s->file, open + 1, n))
        s->file = file_intern(s->u, open + 1, n);
    s->flags &= ~(TOK_SYSTEM | TOK_EXTERN_C);
    for (p = close + 1; p < end; p++) {
        s->flags |= *p == '3' ? TOK_SYSTEM : 0;
        s->flags |= *p == '4' ? TOK_EXTERN_C : 0;
    }
}

/* The end of a directive's line: a comment kept by -C may run over it, a string may not. */
static const unsigned char *directive_end(const unsigned char *p, const unsigned char *end) {
    bool quoted = false;
    for (; p < end && *p != '\n'; p++) {
        if (*p == '\\' && p + 1 < end && p[1] != '\n') {
            p++;
        } else if (*p == '"') {
            quoted = !quoted;
        } else if (!quoted && *p == '/' && p + 1 < end && p[1] == '*') {
            const char *close = lex_comment_end((const char *)p + 2, (const char *)end);
            if (!close)
                return end;
            p = (const unsigned char *)close - 1;
        } else if (!quoted && *p == '/' && p + 1 < end && p[1] == '/') {
            p = memchr(p, '\n', (size_t)(end - p));
            return p ? p : end;
        }
    }
    return p;
}

bool lex_directive(struct scanner *s) {
    if (!(s->flags & TOK_BOL))
        return false;
    const unsigned char *from = s->cur;
    s->cur = directive_end(from, s->end);
    const char *p = (const char *)from, *end = (const char *)s->cur;
    while (p < end && (*p == ' ' || *p == '\t'))
        p++;
    if (end - p > 5 && !memcmp(p, "line ", 5))
        p += 5;
    if (p < end && *p >= '0' && *p <= '9') {
        linemarker(s, p, end);
        s->line--; /* the line that follows has this number */
    } else {
        count_lines(s, from);
    }
    return true;
}

/* ---- tokens ---- */

static struct tok *tok_new(struct unit *u, uint32_t *cap) {
    if (u->ntoks + 1 >= *cap) {
        *cap = *cap ? *cap + *cap / 2 : (uint32_t)(u->len / 6 + 64);
        u->toks = xrealloc(u->toks, *cap * sizeof *u->toks);
    }
    return &u->toks[u->ntoks++];
}

static void tok_fill(struct scanner *s, struct tok *t, int kind) {
    struct unit *u = s->u;
    size_t len = (size_t)(s->cur - s->tok), col = (size_t)(s->tok - s->line_start) + 1;
    *t = (struct tok){.off = (uint32_t)(s->tok - (const unsigned char *)u->text),
                      .len = (uint32_t)len,
                      .line = s->line,
                      .col = (uint16_t)(col < UINT16_MAX ? col : UINT16_MAX),
                      .file = s->file,
                      .kind = (uint16_t)kind,
                      .flags = s->flags};
    if (kind == T_NAME) {
        t->ident = ident_intern(u, (const char *)s->tok, len);
        const struct ident *id = &u->idents[t->ident];
        if (id->keyword && !id->contextual)
            t->kind = id->keyword;
    }
    s->flags &= (uint16_t)~TOK_BOL;
}

/* toks[0] is empty, and so is the one behind the last: looking ahead needs no bounds check. */
void lex_unit(struct unit *u) {
    struct scanner s = {.cur = (const unsigned char *)u->text,
                        .end = (const unsigned char *)u->text + u->len,
                        .line_start = (const unsigned char *)u->text,
                        .u = u,
                        .line = 1,
                        .flags = TOK_BOL};
    uint32_t cap = 0;
    if (u->len >= UINT32_MAX)
        die("%s: a translation unit of 4 GiB or more", u->opt->source);
    s.file = file_index(u, u->opt->source, strlen(u->opt->source));
    *tok_new(u, &cap) = (struct tok){0};
    for (int kind; (kind = lex_scan(&s)) != LEX_END;)
        tok_fill(&s, tok_new(u, &cap), kind);
    u->toks[u->ntoks] = (struct tok){.off = (uint32_t)u->len, .line = s.line, .file = s.file};
}

/* ---- is there anything to translate? ---- */

/* What must follow a word for the text to be worth parsing.  Too much only costs a parse;
   make, len, cap and close need a channel, so they need `chan` somewhere. */
#define WORD(word) word, sizeof word - 1
static const struct trigger {
    const char *word;
    size_t len;
    const char *next; /* a = letter, otherwise that character */
} triggers[] = {
    {WORD("break"), "a"},         {WORD("chan"), "a(<"},    {WORD("continue"), "a"},
    {WORD("defer"), "a({"},       {WORD("go"), "a({"},      {WORD("panic"), "("},
    {WORD("panic_value"), "("},   {WORD("range"), "a(<0*"}, {WORD("recover"), "("},
    {WORD("recover_value"), "("}, {WORD("release"), "("},   {WORD("retain"), "("},
    {WORD("select"), "{"},
};

static const bool in_word[256] = {
    ['a' ... 'z'] = true, ['A' ... 'Z'] = true, ['0' ... '9'] = true,
    ['_'] = true,         ['$'] = true,         [128 ... 255] = true,
};

static bool is_letter(int c) {
    return in_word[c] && !(c >= '0' && c <= '9');
}

static bool may_trigger(int c) {
    return (c >= 'b' && c <= 'd') || c == 'g' || c == 'p' || c == 'r' || c == 's';
}

static bool is_digit(int c) {
    return c >= '0' && c <= '9';
}

static const char *skip_comment(const char *p, const char *end) {
    if (p[1] == '*') {
        const char *close = lex_comment_end(p + 2, end);
        return close ? close : end;
    }
    const char *nl = memchr(p, '\n', (size_t)(end - p));
    return nl ? nl : end;
}

static bool at_comment(const char *p, const char *end) {
    return *p == '/' && p + 1 < end && (p[1] == '*' || p[1] == '/');
}

static const char *skip_quoted(const char *p, const char *end) {
    for (char quote = *p++; p < end && *p != quote && *p != '\n'; p++)
        if (*p == '\\' && p + 1 < end && p[1] != '\n')
            p++;
    return p < end && *p != '\n' ? p + 1 : p;
}

/* The first character of the next token, over comments and directives. */
static int peek(const char *p, const char *end) {
    while (p < end) {
        if (at_comment(p, end))
            p = skip_comment(p, end);
        else if (*p == '#')
            p = (const char *)directive_end((const unsigned char *)p, (const unsigned char *)end);
        else if (*p == ' ' || (*p >= '\t' && *p <= '\r') || *p == '\\')
            p++;
        else
            return (unsigned char)*p;
    }
    return 0;
}

static bool word_triggers(const char *s, size_t n, const char *end) {
    for (size_t i = 0; i < sizeof triggers / sizeof *triggers; i++) {
        const struct trigger *t = &triggers[i];
        if (t->len != n || *t->word != *s || memcmp(t->word, s, n))
            continue;
        int c = peek(s + n, end);
        if (is_letter(c))
            c = 'a';
        else if (is_digit(c) || c == '.')
            c = '0';
        return c && strchr(t->next, c);
    }
    return false;
}

static const char *skip_word(const char *p, const char *end) {
    while (p < end && in_word[(unsigned char)*p])
        p++;
    return p;
}

static bool is_word_before(const char *text, const char *p, const char *word) {
    size_t n = strlen(word);
    return (size_t)(p - text) >= n && !memcmp(p - n, word, n);
}

static bool is_operand_end(const char *text, const char *p) {
    while (p > text && (p[-1] == ' ' || p[-1] == '\t'))
        p--;
    if (is_word_before(text, p, "return") || is_word_before(text, p, "case") ||
        is_word_before(text, p, "else") || is_word_before(text, p, "do"))
        return false;
    return p > text &&
           (is_letter((unsigned char)p[-1]) || is_digit(p[-1]) || p[-1] == ')' || p[-1] == ']');
}

/* `if (a<-1`, `x = a<-1`: behind an operand and inside of an expression, where no send can stand.
 */
static bool is_comparison(const char *text, const char *p) {
    enum { REACH = 200 };
    const char *from = p - text > REACH ? p - REACH : text;
    int depth = 0;
    if (!is_operand_end(text, p))
        return false;
    while (p > from) {
        switch (*--p) {
        case ')':
        case ']':
            depth++;
            break;
        case '(':
        case '[':
            if (depth-- == 0)
                return true;
            break;
        case '=':
        case '?':
        case '|':
        case ',':
            if (depth == 0)
                return true;
            break;
        case ';':
        case '{':
        case '}':
        case ':':
        case '"':
        case '\'':
            return false;
        }
    }
    return false;
}

bool lex_may_have_constructs(const char *text, size_t len) {
    const char *p = text, *end = text + len;
    bool line_start = true;
    while (p < end) {
        int c = (unsigned char)*p;
        if (is_letter(c)) {
            const char *word = p;
            p = skip_word(p, end);
            if (may_trigger(c) && word_triggers(word, (size_t)(p - word), end))
                return true;
            if (c == 'R' && p == word + 1 && p < end && *p == '"')
                return true; /* a raw string: too rare to be skipped here */
        } else if (is_digit(c)) {
            p = skip_word(p, end);
            if (p + 1 < end && *p == '\'' && is_digit(p[1]))
                p++; /* C23: 1'000 */
        } else if (c == '"' || c == '\'') {
            p = skip_quoted(p, end);
        } else if (at_comment(p, end)) {
            p = skip_comment(p, end);
            continue;
        } else if (c == '#' && line_start) {
            p = (const char *)directive_end((const unsigned char *)p, (const unsigned char *)end);
        } else if ((c == '<' && p + 1 < end && p[1] == '-' && !is_comparison(text, p)) ||
                   (c == ':' && p + 1 < end && p[1] == '=')) {
            return true;
        } else {
            p++;
        }
        line_start = c == '\n' || (line_start && (c == ' ' || c == '\t'));
    }
    return false;
}
