/* SPDX-License-Identifier: MIT */
/*
 * Package errors.
 *
 * Invariant: an error never changes after it was made, so everything that reads one needs no
 * lock; its text is complete at once, because what %s printed may be gone later.
 */
#include "errors/error.h"

static void error_destroy(void *h) {
    gocc_error e = h;
    for (uint32_t i = 0; i < e->n_wrapped; i++)
        handle_release(e->wrapped[i]);
    if (e->kind && e->kind->destroy)
        e->kind->destroy(e->data);
}

const struct handle_kind error_handle_kind = {"error", error_destroy};

static struct error_fixed unsupported = ERROR_FIXED("unsupported operation", NULL);
const gocc_error gocc_errors_err_unsupported = &unsupported.object;

gocc_error error_make(const char *text, const gocc_error *wrapped, uint32_t n) {
    size_t list = n * sizeof *wrapped;
    size_t size = strlen(text) + 1;
    gocc_error e = handle_new(sizeof *e + list + size, &error_handle_kind);
    e->wrapped = (gocc_error *)(e + 1);
    e->n_wrapped = n;
    e->tree = n > 1;
    for (uint32_t i = 0; i < n; i++)
        e->wrapped[i] = handle_retain(wrapped[i]);
    char *copy = (char *)(e + 1) + list;
    memcpy(copy, text, size);
    e->text = copy;
    return e;
}

gocc_error errors_new(const char *text) {
    NIL_CHECK(text);
    return error_make(text, NULL, 0);
}

const char *error_string(gocc_error err) {
    handle_use(err);
    return err ? err->text : "<nil>";
}

bool error_timeout(gocc_error err) {
    return err && err->kind && err->kind->timeout;
}

gocc_error errors_unwrap(gocc_error err) {
    handle_use(err);
    return err && err->n_wrapped == 1 && !err->tree ? err->wrapped[0] : NULL;
}

bool errors_is(gocc_error err, gocc_error target) {
    handle_use(err);
    while (err != target) {
        if (!err || !target)
            return false;
        if (err->kind && err->kind->is && err->kind->is(err->data, target))
            return true;
        for (uint32_t i = 1; i < err->n_wrapped; i++) {
            if (errors_is(err->wrapped[i - 1], target))
                return true;
        }
        err = err->n_wrapped ? err->wrapped[err->n_wrapped - 1] : NULL;
    }
    return true;
}

static bool is_of_kind(gocc_error err, const errors_kind *kind, void **data) {
    void *unused;
    data = data ? data : &unused;
    if (err->kind == kind) {
        *data = err->data;
        return true;
    }
    return err->kind && err->kind->as && err->kind->as(err->data, kind, data);
}

bool errors_as(gocc_error err, const errors_kind *kind, void **data) {
    if (!err)
        return false;
    if (!kind)
        panic_text("errors: target cannot be nil");
    handle_use(err);
    while (err && !is_of_kind(err, kind, data)) {
        for (uint32_t i = 1; i < err->n_wrapped; i++) {
            if (errors_as(err->wrapped[i - 1], kind, data))
                return true;
        }
        err = err->n_wrapped ? err->wrapped[err->n_wrapped - 1] : NULL;
    }
    return err != NULL;
}

static char *join_texts(const gocc_error *list, size_t n) {
    size_t size = 1;
    for (size_t i = 0; i < n; i++)
        size += list[i] ? strlen(list[i]->text) + 1 : 0;
    char *text = std_alloc(size);
    char *end = text;
    for (size_t i = 0; i < n; i++) {
        if (!list[i])
            continue;
        if (end != text)
            *end++ = '\n';
        end = stpcpy(end, list[i]->text);
    }
    return text;
}

gocc_error errors_join_list(const gocc_error *list, size_t n) {
    uint32_t used = 0;
    gocc_error *some = std_alloc((n + 1) * sizeof *some);
    for (size_t i = 0; i < n; i++) {
        handle_use(list[i]);
        if (list[i])
            some[used++] = list[i];
    }
    gocc_error e = NULL;
    if (used) {
        char *text = join_texts(some, used);
        e = error_make(text, some, used);
        e->tree = true;
        free(text);
    }
    free(some);
    return e;
}
