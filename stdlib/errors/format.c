/* SPDX-License-Identifier: MIT */
/*
 * fmt.Errorf: printf's formats, and %w.
 *
 * C cannot hand part of a va_list to printf and then take an argument of its own from it, for
 * whether vsnprintf has moved the caller's list is not specified.  So each conversion is read
 * here, its argument taken with the type that C says it has, and printed alone.
 */
#include "errors/error.h"
#include <stdio.h>
#include <wchar.h>

#define MAX_WRAPPED 64

struct text {
    char *s; /* first, as long as that is enough */
    size_t len, cap;
    uint32_t n_wrapped;
    uint32_t n_verbs; /* %w, those of NULL too */
    gocc_error wrapped[MAX_WRAPPED];
    char first[256];
};

/* One conversion: %[flags][width][.precision][length]letter */
struct spec {
    char head[64]; /* "%", flags, width and precision, stars replaced by their numbers */
    size_t n;
    char length; /* 'H' for hh, 'q' for ll, else the letter; 0: none */
    char letter;
};

static void text_room(struct text *t, size_t more) {
    if (t->len + more < t->cap)
        return;
    t->cap = (t->len + more) * 2 + 64;
    char *s = realloc(t->s == t->first ? NULL : t->s, t->cap);
    if (!s)
        fatal_error("out of memory (%zu bytes)", t->cap);
    if (t->s == t->first)
        memcpy(s, t->first, t->len + 1);
    t->s = s;
}

static void text_add(struct text *t, const char *s, size_t n) {
    text_room(t, n + 1);
    memcpy(t->s + t->len, s, n);
    t->len += n;
    t->s[t->len] = '\0';
}

#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static void text_print(struct text *t, const char *format, ...) {
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(t->s + t->len, t->cap - t->len, format, args);
    if (n >= 0 && (size_t)n >= t->cap - t->len) {
        text_room(t, (size_t)n + 1);
        vsnprintf(t->s + t->len, (size_t)n + 1, format, again);
    }
    t->len += n < 0 ? 0 : (size_t)n;
    t->s[t->len] = '\0';
    va_end(again);
    va_end(args);
}

static void spec_char(struct spec *s, char c) {
    if (s->n < sizeof s->head - 4)
        s->head[s->n++] = c;
}

static const char *spec_number(struct spec *s, const char *p, va_list *args) {
    if (*p == '*') {
        char digits[16];
        snprintf(digits, sizeof digits, "%d", va_arg(*args, int));
        for (char *d = digits; *d; d++)
            spec_char(s, *d);
        return p + 1;
    }
    for (; *p >= '0' && *p <= '9'; p++)
        spec_char(s, *p);
    return p;
}

static const char *spec_length(struct spec *s, const char *p) {
    s->length = 0;
    if (!*p || !strchr("hljztLq", *p))
        return p;
    if (*p == 'q' && !(p[1] && strchr("diouxX", p[1])))
        return p; /* Go's, which is told as such */
    s->length = *p++;
    if (s->length == *p && (*p == 'h' || *p == 'l')) {
        s->length = *p == 'h' ? 'H' : 'q';
        p++;
    }
    return p;
}

/* p stands behind the %; returns what follows the conversion */
static const char *spec_read(struct spec *s, const char *p, va_list *args) {
    s->n = 0;
    spec_char(s, '%');
    for (; *p && strchr("-+ #0'I", *p); p++)
        spec_char(s, *p);
    p = spec_number(s, p, args);
    if (*p == '.') {
        spec_char(s, *p++);
        p = spec_number(s, p, args);
    }
    p = spec_length(s, p);
    s->letter = *p;
    return *p ? p + 1 : p;
}

static char *spec_end(struct spec *s, const char *end) {
    strcpy(s->head + s->n, end);
    return s->head;
}

static intmax_t signed_arg(char length, va_list *args) {
    switch (length) {
    case 'H':
        return (signed char)va_arg(*args, int);
    case 'h':
        return (short)va_arg(*args, int);
    case 'l':
        return va_arg(*args, long);
    case 'q':
    case 'L':
        return va_arg(*args, long long);
    case 'j':
        return va_arg(*args, intmax_t);
    case 'z':
    case 't':
        return va_arg(*args, ptrdiff_t);
    default:
        return va_arg(*args, int);
    }
}

static uintmax_t unsigned_arg(char length, va_list *args) {
    switch (length) {
    case 'H':
        return (unsigned char)va_arg(*args, int);
    case 'h':
        return (unsigned short)va_arg(*args, int);
    case 'l':
        return va_arg(*args, unsigned long);
    case 'q':
    case 'L':
        return va_arg(*args, unsigned long long);
    case 'j':
        return va_arg(*args, uintmax_t);
    case 'z':
    case 't':
        return va_arg(*args, size_t);
    default:
        return va_arg(*args, unsigned);
    }
}

/* No flags, no width, no precision: most are like that, and need no printf. */
static bool spec_is_bare(const struct spec *s) {
    return s->n == 1;
}

static void add_decimal(struct text *t, uintmax_t v, bool negative) {
    char digits[24], *at = digits + sizeof digits;
    do
        *--at = (char)('0' + v % 10);
    while ((v /= 10) > 0);
    if (negative)
        *--at = '-';
    text_add(t, at, (size_t)(digits + sizeof digits - at));
}

static void print_signed(struct text *t, struct spec *s, va_list *args) {
    char end[] = {'j', s->letter, '\0'};
    intmax_t v = signed_arg(s->length, args);
    if (spec_is_bare(s))
        add_decimal(t, v < 0 ? -(uintmax_t)v : (uintmax_t)v, v < 0);
    else
        text_print(t, spec_end(s, end), v);
}

static void print_unsigned(struct text *t, struct spec *s, va_list *args) {
    char end[] = {'j', s->letter, '\0'};
    uintmax_t v = unsigned_arg(s->length, args);
    if (s->letter == 'u' && spec_is_bare(s))
        add_decimal(t, v, false);
    else
        text_print(t, spec_end(s, end), v);
}

static void print_real(struct text *t, struct spec *s, va_list *args) {
    char end[] = {'L', s->letter, '\0'};
    if (s->length == 'L')
        text_print(t, spec_end(s, end), va_arg(*args, long double));
    else
        text_print(t, spec_end(s, end + 1), va_arg(*args, double));
}

static void print_text(struct text *t, struct spec *s, const char *text) {
    if (text && spec_is_bare(s))
        text_add(t, text, strlen(text));
    else
        text_print(t, spec_end(s, "s"), text);
}

static void print_chars(struct text *t, struct spec *s, va_list *args) {
    bool wide = s->length == 'l';
    if (s->letter == 'c' && wide)
        text_print(t, spec_end(s, "lc"), va_arg(*args, wint_t));
    else if (s->letter == 'c')
        text_print(t, spec_end(s, "c"), va_arg(*args, int));
    else if (wide)
        text_print(t, spec_end(s, "ls"), va_arg(*args, wchar_t *));
    else
        print_text(t, s, va_arg(*args, const char *));
}

static void print_error(struct text *t, struct spec *s, va_list *args) {
    gocc_error e = va_arg(*args, gocc_error);
    handle_use(e);
    t->n_verbs++;
    print_text(t, s, e ? e->text : "%!w(<nil>)");
    if (!e)
        return;
    if (t->n_wrapped == MAX_WRAPPED)
        panic_text("fmt: more than %d %%w in one format", MAX_WRAPPED);
    t->wrapped[t->n_wrapped++] = e;
}

static void print_spec(struct text *t, struct spec *s, va_list *args) {
    if (s->letter == 'w')
        print_error(t, s, args);
    else if (s->letter == 'd' || s->letter == 'i')
        print_signed(t, s, args);
    else if (strchr("ouxX", s->letter))
        print_unsigned(t, s, args);
    else if (strchr("aAeEfFgG", s->letter))
        print_real(t, s, args);
    else if (strchr("cs", s->letter))
        print_chars(t, s, args);
    else if (s->letter == 'p')
        text_print(t, spec_end(s, "p"), va_arg(*args, void *));
    else if (s->letter == 'm')
        text_print(t, spec_end(s, "s"), strerror(*gocc__errno()));
    else
        text_add(t, "%", 1);
}

static gocc_error text_error(struct text *t, const char *format, va_list *args) {
    struct spec s;
    t->s = t->first;
    t->cap = sizeof t->first;
    t->len = t->n_wrapped = t->n_verbs = 0;
    t->first[0] = '\0';
    while (*format) {
        const char *percent = strchrnul(format, '%');
        text_add(t, format, (size_t)(percent - format));
        format = percent;
        if (*format == '%') {
            format = spec_read(&s, format + 1, args);
            if (!s.letter || !strchr("wdiouxXaAeEfFgGcspm%", s.letter))
                panic_text("fmt: unknown conversion %.*s in an error's format",
                           (int)(format - percent), percent);
            print_spec(t, &s, args);
        }
    }
    gocc_error e = error_make(t->s, t->wrapped, t->n_wrapped);
    e->tree = t->n_verbs > 1;
    if (t->s != t->first)
        free(t->s);
    return e;
}

gocc_error fmt_verrorf(const char *format, va_list args) {
    NIL_CHECK(format);
    struct text t;
    va_list copy;
    va_copy(copy, args);
    gocc_error e = text_error(&t, format, &copy);
    va_end(copy);
    return e;
}

gocc_error fmt_errorf(const char *format, ...) {
    va_list args;
    va_start(args, format);
    gocc_error e = fmt_verrorf(format, args);
    va_end(args);
    return e;
}

gocc_error errors_new_kind(const errors_kind *kind, void *data, const char *format, ...) {
    va_list args;
    va_start(args, format);
    gocc_error e = fmt_verrorf(format, args);
    va_end(args);
    e->kind = kind;
    e->data = data;
    return e;
}
