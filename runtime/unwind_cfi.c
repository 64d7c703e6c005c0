/* SPDX-License-Identifier: MIT */
/*
 * The compiler's unwind tables (.eh_frame), read as far as compiled C needs them.
 *
 * libgcc finds the entry for an address; here its little program is run up to that address.
 * What is left out (expressions, registers saved in registers) makes unwind_rule_read() say so,
 * and unwind.c takes libgcc's own walk, which knows everything and is ten times slower.
 */
#include "rt.h"

#if defined(__x86_64__)

/* libgcc's, in every version since 3.0; it has no header. */
struct dwarf_eh_bases {
    void *tbase, *dbase, *func;
};
const void *_Unwind_Find_FDE(void *pc, struct dwarf_eh_bases *bases);

enum { DWARF_RSP = 7, DWARF_RA = 16, N_COLUMNS = 17 };
enum save { SAVE_SAME, SAVE_AT, SAVE_OTHER };

struct row {
    uint64_t cfa_reg;
    int64_t cfa_off;
    uint8_t save[N_COLUMNS]; /* enum save */
    int64_t off[N_COLUMNS];
};

struct table {
    const uint8_t *common, *common_end, *own, *own_end; /* the two programs */
    uint64_t code_align;
    int64_t data_align;
    uintptr_t start;
    int pointer_size;
    bool signal;
};

struct run {
    const struct table *t;
    const uint8_t *p, *end;
    uintptr_t loc, at;
    struct row row, first, stack[4];
    int depth;
};

static uint64_t read_uleb(const uint8_t **p) {
    uint64_t v = 0;
    for (int shift = 0;; shift += 7) {
        uint8_t b = *(*p)++;
        v |= (uint64_t)(b & 0x7f) << shift;
        if (!(b & 0x80))
            return v;
    }
}

static int64_t read_sleb(const uint8_t **p) {
    int64_t v = 0;
    for (int shift = 0;;) {
        uint8_t b = *(*p)++;
        v |= (int64_t)(b & 0x7f) << shift;
        shift += 7;
        if (b & 0x80)
            continue;
        return (b & 0x40) && shift < 64 ? v | -((int64_t)1 << shift) : v;
    }
}

static uint64_t read_fixed(const uint8_t **p, int size) {
    uint64_t v = 0;
    memcpy(&v, *p, (size_t)size);
    *p += size;
    return v;
}

/* ---- the entry ---- */

static int encoded_size(uint8_t encoding) {
    switch (encoding & 7) {
    case 0:
    case 4:
        return 8;
    case 2:
        return 2;
    case 3:
        return 4;
    default:
        return 0;
    }
}

/* The letters of a CIE's augmentation say what its data holds. */
static bool read_augmentation(struct table *t, const char *letters, const uint8_t *p) {
    for (; *letters; letters++) {
        if (*letters == 'R') {
            t->pointer_size = encoded_size(*p++);
        } else if (*letters == 'P') {
            int size = encoded_size(*p++);
            if (size == 0)
                return false;
            p += size;
        } else if (*letters == 'L') {
            p++;
        } else if (*letters == 'S') {
            t->signal = true;
        } else {
            return false;
        }
    }
    return t->pointer_size != 0;
}

static bool read_common(struct table *t, const uint8_t *cie) {
    const uint8_t *p = cie;
    uint64_t length = read_fixed(&p, 4);
    t->common_end = p + length;
    p += 4;
    uint8_t version = *p++;
    const char *letters = (const char *)p;
    if (length == 0xffffffff || version != 1 || *letters != 'z')
        return false;
    p += strlen(letters) + 1;
    t->code_align = read_uleb(&p);
    t->data_align = read_sleb(&p);
    if (*p++ != DWARF_RA)
        return false;
    uint64_t n = read_uleb(&p);
    t->common = p + n;
    return read_augmentation(t, letters + 1, p);
}

static bool table_find(uintptr_t at, struct table *t) {
    struct dwarf_eh_bases bases;
    const uint8_t *fde = _Unwind_Find_FDE((void *)at, &bases);
    if (fde == NULL)
        return false;
    *t = (struct table){.start = (uintptr_t)bases.func};
    const uint8_t *p = fde;
    uint64_t length = read_fixed(&p, 4);
    if (length == 0xffffffff)
        return false;
    t->own_end = p + length;
    const uint8_t *here = p;
    if (!read_common(t, here - read_fixed(&p, 4)))
        return false;
    p += 2 * t->pointer_size;
    uint64_t n = read_uleb(&p);
    t->own = p + n;
    return true;
}

/* ---- its program ---- */

static bool set_save(struct run *r, uint64_t reg, enum save how, int64_t off) {
    if (reg < N_COLUMNS) {
        r->row.save[reg] = (uint8_t)how;
        r->row.off[reg] = off * r->t->data_align;
    }
    return true;
}

static bool restore(struct run *r, uint64_t reg) {
    if (reg < N_COLUMNS) {
        r->row.save[reg] = r->first.save[reg];
        r->row.off[reg] = r->first.off[reg];
    }
    return true;
}

static bool advance(struct run *r, uint64_t delta) {
    r->loc += delta * r->t->code_align;
    return true;
}

static bool define_cfa(struct run *r, uint64_t reg, int64_t off) {
    r->row.cfa_reg = reg;
    r->row.cfa_off = off;
    return true;
}

static bool remember(struct run *r) {
    if (r->depth == sizeof r->stack / sizeof *r->stack)
        return false;
    r->stack[r->depth++] = r->row;
    return true;
}

static bool recall(struct run *r) {
    if (r->depth == 0)
        return false;
    r->row = r->stack[--r->depth];
    return true;
}

/* DW_CFA_*, by number as the standard's table has them. */
static bool long_op(struct run *r, uint8_t op) {
    uint64_t reg;
    switch (op) {
    case 0x00: /* nop */
        return true;
    case 0x02: /* advance_loc1, 2, 4 */
    case 0x03:
    case 0x04:
        return advance(r, read_fixed(&r->p, 1 << (op - 2)));
    case 0x05: /* offset_extended */
        reg = read_uleb(&r->p);
        return set_save(r, reg, SAVE_AT, (int64_t)read_uleb(&r->p));
    case 0x06: /* restore_extended */
        return restore(r, read_uleb(&r->p));
    case 0x07: /* undefined */
        return set_save(r, read_uleb(&r->p), SAVE_OTHER, 0);
    case 0x08: /* same_value */
        return set_save(r, read_uleb(&r->p), SAVE_SAME, 0);
    case 0x0a:
        return remember(r);
    case 0x0b:
        return recall(r);
    case 0x0c: /* def_cfa */
        reg = read_uleb(&r->p);
        return define_cfa(r, reg, (int64_t)read_uleb(&r->p));
    case 0x0d: /* def_cfa_register */
        return define_cfa(r, read_uleb(&r->p), r->row.cfa_off);
    case 0x0e: /* def_cfa_offset */
        return define_cfa(r, r->row.cfa_reg, (int64_t)read_uleb(&r->p));
    case 0x11: /* offset_extended_sf */
        reg = read_uleb(&r->p);
        return set_save(r, reg, SAVE_AT, read_sleb(&r->p));
    case 0x2e: /* GNU_args_size */
        read_uleb(&r->p);
        return true;
    default:
        return false;
    }
}

static bool run(struct run *r, const uint8_t *p, const uint8_t *end) {
    r->p = p;
    r->end = end;
    while (r->p < r->end && r->loc <= r->at) {
        uint8_t op = *r->p++, low = op & 0x3f;
        bool known = op >> 6 == 0   ? long_op(r, op)
                     : op >> 6 == 1 ? advance(r, low)
                     : op >> 6 == 2 ? set_save(r, low, SAVE_AT, (int64_t)read_uleb(&r->p))
                                    : restore(r, low);
        if (!known)
            return false;
    }
    return true;
}

/* ---- its result ---- */

static const uint8_t columns[UNWIND_KEPT + 1] = {3, 6, 12, 13, 14, 15, DWARF_RSP};

static bool rule_of_row(const struct row *row, struct unwind_rule *rule) {
    uint8_t reg = 0;
    while (reg <= UNWIND_RSP && columns[reg] != row->cfa_reg)
        reg++;
    if (reg > UNWIND_RSP || row->save[DWARF_RA] != SAVE_AT || row->save[DWARF_RSP] != SAVE_SAME)
        return false;
    rule->cfa_reg = reg;
    rule->cfa_off = (int32_t)row->cfa_off;
    rule->ra_off = (int32_t)row->off[DWARF_RA];
    for (int i = 0; i < UNWIND_KEPT; i++) {
        if (row->save[columns[i]] == SAVE_OTHER)
            return false;
        rule->kept[i] = row->save[columns[i]] == SAVE_AT ? (int32_t)row->off[columns[i]] : 0;
    }
    return true;
}

bool unwind_rule_read(uintptr_t at, struct unwind_rule *rule) {
    struct table t;
    if (!table_find(at, &t))
        return false;
    struct run r = {.t = &t, .at = at};
    if (!run(&r, t.common, t.common_end))
        return false;
    r.first = r.row;
    r.loc = t.start;
    if (!run(&r, t.own, t.own_end))
        return false;
    rule->at = at;
    rule->signal = t.signal;
    return rule_of_row(&r.row, rule);
}
#endif
