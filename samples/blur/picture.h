/* Pictures of 8-bit RGB, from and to binary PPM (P6) and PGM (P5) files: shared by blur.gc and
 * blur_omp.c. What goes wrong is said on standard error, with the file's name. */
#ifndef PICTURE_H
#define PICTURE_H

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PICTURE_MOST = 32768 }; /* pixels a side */

struct picture {
    int width, height;
    unsigned char *data; /* rows of RGB; NULL: no picture */
};

static inline size_t picture_pixels(const struct picture *p) {
    return (size_t)p->width * (size_t)p->height;
}

static inline struct picture picture_new(int width, int height) {
    struct picture p = {width, height, malloc((size_t)width * (size_t)height * 3)};
    if (!p.data)
        fprintf(stderr, "blur: no memory for %d times %d pixels\n", width, height);
    return p;
}

/* stripes, a disc and some noise */
static inline struct picture picture_made_up(int width, int height) {
    struct picture p = picture_new(width, height);
    unsigned noise = 1;
    for (int y = 0; p.data && y < height; y++) {
        for (int x = 0; x < width; x++) {
            int dx = x - width / 2, dy = y - height / 2;
            unsigned char *c = p.data + ((size_t)y * (size_t)width + (size_t)x) * 3;
            noise = noise * 1664525u + 1013904223u;
            c[0] = dx * dx + dy * dy < height * height / 9 ? 255 : 20;
            c[1] = (unsigned char)(x / 16 % 2 ? 200 : 40);
            c[2] = (unsigned char)(noise >> 24);
        }
    }
    return p;
}

/* A number of the header, after blanks and comments; -1: there is none. */
static inline int picture_number(FILE *f) {
    int c, n = -1;
    while ((c = getc(f)) == '#' || isspace(c)) {
        while (c == '#' && (c = getc(f)) != '\n' && c != EOF)
            c = '#';
    }
    for (; isdigit(c) && n < 1000000; c = getc(f))
        n = (n < 0 ? 0 : n) * 10 + c - '0';
    ungetc(c, f);
    return n;
}

/* The bytes of one pixel, 1 or 3; 0: no picture that can be read. */
static inline int picture_header(FILE *f, const char *path, struct picture *p) {
    char kind[3] = "";
    if (fread(kind, 1, 2, f) != 2 || (strcmp(kind, "P6") != 0 && strcmp(kind, "P5") != 0)) {
        bool text = kind[0] == 'P' && kind[1] >= '1' && kind[1] <= '3';
        fprintf(stderr, "blur: %s: %s, only binary PPM (P6) and PGM (P5) can be read\n", path,
                text ? "is of a text form" : "is no PPM picture");
        return 0;
    }
    p->width = picture_number(f);
    p->height = picture_number(f);
    int most = picture_number(f);
    getc(f);
    if (p->width < 0 || p->height < 0 || most < 0)
        fprintf(stderr, "blur: %s: no number where its header needs width, height and 255\n", path);
    else if (p->width < 1 || p->height < 1 || p->width > PICTURE_MOST || p->height > PICTURE_MOST)
        fprintf(stderr, "blur: %s: width and height must be 1 to %d, found %d and %d\n", path,
                PICTURE_MOST, p->width, p->height);
    else if (most != 255)
        fprintf(stderr, "blur: %s: colours go up to %d, only 255 can be read\n", path, most);
    else
        return kind[1] == '6' ? 3 : 1;
    return 0;
}

static inline void picture_spread_grey(struct picture *p) {
    for (size_t i = picture_pixels(p); i-- > 0;)
        memset(p->data + i * 3, p->data[i], 3);
}

static inline struct picture picture_read_from(FILE *f, const char *path) {
    struct picture p = {0, 0, NULL};
    int depth = picture_header(f, path, &p);
    if (depth == 0)
        return p;
    p = picture_new(p.width, p.height);
    size_t want = picture_pixels(&p) * (size_t)depth;
    size_t got = p.data ? fread(p.data, 1, want, f) : want;
    if (got < want) {
        fprintf(stderr, "blur: %s: ends after %zu of its %zu bytes of pixels\n", path, got, want);
        free(p.data);
        p.data = NULL;
    }
    if (p.data && depth == 1)
        picture_spread_grey(&p);
    return p;
}

static inline struct picture picture_read(const char *path) {
    struct picture p = {0, 0, NULL};
    FILE *f = fopen(path, "rb");
    if (!f) {
        fprintf(stderr, "blur: %s: %s\n", path, strerror(errno));
        return p;
    }
    p = picture_read_from(f, path);
    fclose(f);
    return p;
}

/* How bright a pixel is to the eye. */
static inline unsigned char picture_grey(const unsigned char *rgb) {
    return (unsigned char)((299 * rgb[0] + 587 * rgb[1] + 114 * rgb[2] + 500) / 1000);
}

static inline bool picture_write_to(FILE *f, const struct picture *p, bool grey) {
    size_t n = picture_pixels(p);
    fprintf(f, "P%d\n%d %d\n255\n", grey ? 5 : 6, p->width, p->height);
    if (!grey)
        fwrite(p->data, 3, n, f);
    for (size_t i = 0; grey && i < n; i++)
        putc(picture_grey(p->data + i * 3), f);
    return !ferror(f);
}

/* A name that ends in .pgm gets a picture without colours. */
static inline bool picture_write(const struct picture *p, const char *path) {
    size_t n = strlen(path);
    FILE *f = fopen(path, "wb");
    bool good = f && picture_write_to(f, p, n > 4 && strcmp(path + n - 4, ".pgm") == 0);
    if (f && fclose(f) != 0)
        good = false;
    if (!good)
        fprintf(stderr, "blur: %s: cannot be written: %s\n", path, strerror(errno));
    return good;
}

static inline unsigned long long picture_sum(const struct picture *p) {
    unsigned long long h = 14695981039346656037ull;
    for (size_t i = 0; i < picture_pixels(p) * 3; i++)
        h = (h ^ p->data[i]) * 1099511628211ull;
    return h;
}

#endif
