/* Pictures of 8-bit RGB in PPM files: shared by blur.gc and blur_omp.c. */
#ifndef PICTURE_H
#define PICTURE_H

#include <stdio.h>
#include <stdlib.h>

struct picture {
    int width, height;
    unsigned char *data; /* rows of RGB; NULL: no picture */
};

static inline struct picture picture_new(int width, int height)
{
    struct picture p = {width, height, malloc((size_t)width * (size_t)height * 3)};
    if (!p.data) fputs("blur: out of memory\n", stderr);
    return p;
}

/* stripes, a disc and some noise */
static inline struct picture picture_made_up(int width, int height)
{
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

static inline struct picture picture_read(const char *path)
{
    struct picture p = {0, 0, NULL};
    int width, height, most;
    FILE *f = fopen(path, "rb");
    if (!f || fscanf(f, "P6 %d %d %d", &width, &height, &most) != 3 || most != 255 || width < 1 ||
        height < 1 || width > 32768 || height > 32768) {
        fprintf(stderr, "blur: %s: not a PPM picture with 8 bits a colour\n", path);
    } else {
        p = picture_new(width, height);
        getc(f);
        if (p.data && fread(p.data, 3, (size_t)width * (size_t)height, f) != (size_t)width * (size_t)height)
            fprintf(stderr, "blur: %s: ends early\n", path);
    }
    if (f) fclose(f);
    return p;
}

static inline int picture_write(const struct picture *p, const char *path)
{
    FILE *f = fopen(path, "wb");
    if (!f) {
        fprintf(stderr, "blur: %s: cannot be written\n", path);
        return 1;
    }
    fprintf(f, "P6\n%d %d\n255\n", p->width, p->height);
    fwrite(p->data, 3, (size_t)p->width * (size_t)p->height, f);
    return fclose(f) == 0 ? 0 : 1;
}

static inline unsigned long long picture_sum(const struct picture *p)
{
    unsigned long long h = 14695981039346656037ull;
    for (size_t i = 0; i < (size_t)p->width * (size_t)p->height * 3; i++)
        h = (h ^ p->data[i]) * 1099511628211ull;
    return h;
}

#endif
