/* SPDX-License-Identifier: MIT */
/* Package errors, and fmt's errorf: counted error values that wrap one another. */
#ifndef GOCC_ERRORS_H
#define GOCC_ERRORS_H

#include <gocc/base.h>
#include <stdarg.h>

/* NULL is no error.  <error.h> of glibc has a function of the name `error`: a program that
 * wants that one defines GOCC_NO_ERROR and writes gocc_error. */
typedef struct gocc__h_error *gocc_error;
#ifndef GOCC_NO_ERROR
typedef gocc_error error;
#endif

/* What Go says with a type that has methods.  Any member but name may be NULL. */
typedef struct errors_kind {
    const char *name;
    void (*destroy)(void *data);                     /* the last reference went */
    bool (*is)(const void *data, gocc_error target); /* errors_is: am I a target as well? */
    bool timeout;                                    /* what error_timeout says */
    /* errors_as: am I one of that kind as well?  Then *as is my data of it. */
    bool (*as)(const void *data, const struct errors_kind *kind, void **as);
} errors_kind;

const char *error_string(gocc_error err) GOCC_SYMBOL(error_string); /* lent; NULL: "<nil>" */
bool error_timeout(gocc_error err) GOCC_SYMBOL(error_timeout);

extern const gocc_error gocc_errors_err_unsupported __attribute__((__visibility__("default")));
#define ERRORS_ERR_UNSUPPORTED gocc_errors_err_unsupported

gocc_error errors_new(const char *text) GOCC_SYMBOL(errors_new);
/* printf's formats, and %w for an error, which is wrapped and retained; %w may occur often */
gocc_error fmt_errorf(const char *format, ...) GOCC_SYMBOL(fmt_errorf);
gocc_error fmt_verrorf(const char *format, va_list args) GOCC_SYMBOL(fmt_verrorf);
/* an error of a kind of its own; the format is fmt_errorf's, data goes to kind->destroy */
gocc_error errors_new_kind(const errors_kind *kind, void *data, const char *format, ...)
    GOCC_SYMBOL(errors_new_kind);

bool errors_is(gocc_error err, gocc_error target) GOCC_SYMBOL(errors_is);
/* the first of this kind in err's tree; *data, which may be NULL, is lent */
bool errors_as(gocc_error err, const errors_kind *kind, void **data) GOCC_SYMBOL(errors_as);
gocc_error errors_unwrap(gocc_error err) GOCC_SYMBOL(errors_unwrap); /* lent */
/* the arguments are retained; NULL ones are left out, NULL if nothing is left */
gocc_error errors_join_list(const gocc_error *list, size_t n) GOCC_SYMBOL(errors_join_list);
#define errors_join(...)                                \
    errors_join_list((const gocc_error[]){__VA_ARGS__}, \
                     sizeof((const gocc_error[]){__VA_ARGS__}) / sizeof(gocc_error))

#endif
