/* The filters: shared by blur.gc and blur_omp.c, so that their pictures are the same, byte by byte.
 *
 * A pass reads one picture and writes some rows of another, so bands of rows need no lock; the next
 * pass starts when all rows of the one before are there. A filter is one pass or several. */
#ifndef FILTER_H
#define FILTER_H

#include "picture.h"

typedef void filter_pass(const struct picture *from, struct picture *to, int first, int last,
                         int n);

struct filter {
    const char *name;
    filter_pass *passes[6]; /* in their order, up to the first NULL */
    int usual, most;        /* the number behind the name's colon; most 0: it has none */
    const char *help;
};

/* A filter of the command line, with its number. */
struct step {
    const struct filter *filter;
    int n;
};

static inline int filter_within(int i, int size) {
    return i < 0 ? 0 : i < size ? i : size - 1;
}

static inline unsigned char filter_colour(int c) {
    return (unsigned char)(c < 0 ? 0 : c > 255 ? 255 : c);
}

/* The row y; those beyond an edge are the edge's. */
static inline unsigned char *filter_row(const struct picture *p, int y) {
    return p->data + (size_t)filter_within(y, p->height) * (size_t)p->width * 3;
}

/* The mean over 2r+1 pixels of a row, as a running sum, edges repeated. */
static inline void filter_mean_of_row(const unsigned char *in, unsigned char *out, int width,
                                      int r) {
    int all = 2 * r + 1, sum = 0;
    for (int x = -r; x <= r; x++)
        sum += in[filter_within(x, width) * 3];
    for (int x = 0; x < width; x++) {
        out[x * 3] = (unsigned char)((sum + all / 2) / all);
        sum += in[filter_within(x + r + 1, width) * 3] - in[filter_within(x - r, width) * 3];
    }
}

static inline void filter_across(const struct picture *from, struct picture *to, int first,
                                 int last, int r) {
    for (int y = first; y < last; y++) {
        for (int colour = 0; colour < 3; colour++)
            filter_mean_of_row(filter_row(from, y) + colour, filter_row(to, y) + colour,
                               from->width, r);
    }
}

enum {
    FILTER_STRIPE = 1024
}; /* columns whose sums are kept at once: 4 KiB of a goroutine's stack */

/* The mean over 2r+1 rows, for the n columns from x on; a running sum for each. */
static inline void filter_mean_of_stripe(const struct picture *from, struct picture *to, int first,
                                         int last, int r, int x, int n) {
    int all = 2 * r + 1, sum[FILTER_STRIPE] = {0};
    for (int y = first - r; y <= first + r; y++) {
        const unsigned char *in = filter_row(from, y) + x;
        for (int i = 0; i < n; i++)
            sum[i] += in[i];
    }
    for (int y = first; y < last; y++) {
        const unsigned char *enter = filter_row(from, y + r + 1) + x;
        const unsigned char *leave = filter_row(from, y - r) + x;
        unsigned char *out = filter_row(to, y) + x;
        for (int i = 0; i < n; i++) {
            out[i] = (unsigned char)((sum[i] + all / 2) / all);
            sum[i] += enter[i] - leave[i];
        }
    }
}

static inline void filter_down(const struct picture *from, struct picture *to, int first, int last,
                               int r) {
    for (int x = 0, row = from->width * 3; x < row; x += FILTER_STRIPE)
        filter_mean_of_stripe(from, to, first, last, r, x,
                              row - x < FILTER_STRIPE ? row - x : FILTER_STRIPE);
}

/* Adds n percent of what makes a pixel unlike its four neighbours. */
static inline void filter_sharpen(const struct picture *from, struct picture *to, int first,
                                  int last, int n) {
    for (int y = first; y < last; y++) {
        const unsigned char *up = filter_row(from, y - 1), *in = filter_row(from, y),
                            *down = filter_row(from, y + 1);
        unsigned char *out = filter_row(to, y);
        for (int i = 0; i < from->width * 3; i++) {
            int left = i < 3 ? i : i - 3, right = i + 3 < from->width * 3 ? i + 3 : i;
            int unlike = 4 * in[i] - up[i] - down[i] - in[left] - in[right];
            out[i] = filter_colour(in[i] + unlike * n / 400);
        }
    }
}

/* Sobel's: how steep each colour is, across plus down. */
static inline void filter_edges(const struct picture *from, struct picture *to, int first, int last,
                                int n) {
    (void)n;
    for (int y = first; y < last; y++) {
        const unsigned char *a = filter_row(from, y - 1), *b = filter_row(from, y),
                            *c = filter_row(from, y + 1);
        unsigned char *out = filter_row(to, y);
        for (int i = 0; i < from->width * 3; i++) {
            int l = i < 3 ? i : i - 3, r = i + 3 < from->width * 3 ? i + 3 : i;
            int across = a[r] + 2 * b[r] + c[r] - a[l] - 2 * b[l] - c[l];
            int down = c[l] + 2 * c[i] + c[r] - a[l] - 2 * a[i] - a[r];
            out[i] = filter_colour(abs(across) + abs(down));
        }
    }
}

static inline void filter_grey(const struct picture *from, struct picture *to, int first, int last,
                               int n) {
    (void)n;
    for (int y = first; y < last; y++) {
        const unsigned char *in = filter_row(from, y);
        unsigned char *out = filter_row(to, y);
        for (int i = 0; i < from->width * 3; i += 3)
            memset(out + i, picture_grey(in + i), 3);
    }
}

/* Three box filters in a row come close to a Gaussian one. */
static const struct filter filters[] = {
    {"box", {filter_across, filter_down}, 3, 1000, "the mean over N pixels to each side"},
    {"gauss",
     {filter_across, filter_down, filter_across, filter_down, filter_across, filter_down},
     3,
     1000,
     "a Gaussian blur, as three boxes"},
    {"sharpen", {filter_sharpen}, 50, 1000, "by N percent"},
    {"edges", {filter_edges}, 0, 0, "bright where colours change"},
    {"grey", {filter_grey}, 0, 0, "without colours"},
};

enum { FILTERS = sizeof filters / sizeof *filters };

/* `gauss:5` or `gauss`; otherwise says what is wrong. */
static inline bool filter_parse(const char *text, struct step *step) {
    size_t length = strcspn(text, ":");
    char *end = NULL;
    const struct filter *f = filters;
    while (f < filters + FILTERS &&
           (strlen(f->name) != length || memcmp(f->name, text, length) != 0))
        f++;
    if (f == filters + FILTERS) {
        fprintf(stderr, "blur: no filter '%s'; -h lists them\n", text);
        return false;
    }
    long n = text[length] ? strtol(text + length + 1, &end, 10) : f->usual;
    *step = (struct step){f, (int)n};
    if (!text[length])
        return true;
    if (f->most == 0)
        fprintf(stderr, "blur: '%s': %s takes no number\n", text, f->name);
    else if (end == text + length + 1 || *end || n < 1 || n > f->most)
        fprintf(stderr, "blur: '%s': the number must be 1 to %d\n", text, f->most);
    else
        return true;
    return false;
}

static inline int filter_passes(const struct filter *f) {
    int n = 0;
    while (n < 6 && f->passes[n])
        n++;
    return n;
}

static inline void picture_swap(struct picture *a, struct picture *b) {
    struct picture c = *a;
    *a = *b;
    *b = c;
}

#endif
