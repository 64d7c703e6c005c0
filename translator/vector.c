/* SPDX-License-Identifier: MIT */
/* Vectors of GNU C.  Their name is an attribute and the element's type, so that equal ones have
   equal names wherever the attribute is spelled alike. */
#include "cc.h"

#include <string.h>

struct type *vector_of(struct unit *u, struct type *element, const char *attribute) {
    struct type *t = type_new(u, TY_VECTOR);
    t->base = element;
    t->name = arena_printf(u->arena, "__attribute__((%s)) %s", attribute,
                           type_print(u, element, NULL));
    return t;
}

struct type *vector_of_size(struct unit *u, struct type *element, int64_t n) {
    int64_t size, align;
    if (!type_size(u, element, &size, &align))
        return type_basic(TY_UNKNOWN);
    return vector_of(u, element,
                     arena_printf(u->arena, "vector_size(%lld)", (long long)(n * size)));
}

/* As many signed integers of the element's size. */
struct type *vector_mask(struct unit *u, struct type *vector) {
    static const int kinds[] = {[1] = TY_SCHAR, [2] = TY_SHORT, [4] = TY_INT, [8] = TY_LONG};
    int64_t size, align;
    const char *end = strstr(vector->name, ")) ");
    if (!end || !type_size(u, vector->base, &size, &align) || size > 8)
        return type_basic(TY_UNKNOWN);
    struct type *t = type_new(u, TY_VECTOR);
    t->base = vector->base->kind == TY_LLONG ? vector->base : type_basic(kinds[size]);
    t->name = arena_printf(u->arena, "%.*s%s", (int)(end + 3 - vector->name), vector->name,
                           type_print(u, t->base, NULL));
    return t;
}
