/* blur.gc's work with OpenMP, for comparison: cc -O2 -fopenmp blur_omp.c -o blur_omp */
#include "picture.h"
#include <string.h>

static void blur_line(const unsigned char *in, unsigned char *out, int n, int stride, int radius)
{
    int width = 2 * radius + 1, sum = in[0] * radius;
    for (int i = 0; i <= radius; i++) sum += in[(i < n ? i : n - 1) * stride];
    for (int i = 0; i < n; i++) {
        out[i * stride] = (unsigned char)((sum + width / 2) / width);
        int enter = i + radius + 1 < n ? i + radius + 1 : n - 1;
        int leave = i - radius > 0 ? i - radius : 0;
        sum += in[enter * stride] - in[leave * stride];
    }
}

static void blur_pass(const struct picture *a, struct picture *b, int radius, int vertical)
{
    int row = a->width * 3, lines = vertical ? a->width : a->height;
#pragma omp parallel for
    for (int i = 0; i < lines; i++) {
        for (int colour = 0; colour < 3; colour++) {
            int at = vertical ? i * 3 + colour : i * row + colour;
            blur_line(a->data + at, b->data + at, vertical ? a->height : a->width, vertical ? row : 3,
                      radius);
        }
    }
}

int main(int argc, char **argv)
{
    int radius = argc > 2 && strcmp(argv[1], "-r") == 0 ? atoi(argv[2]) : 3;
    struct picture pic = picture_made_up(640, 480), other = picture_new(640, 480);
    if (!pic.data || !other.data) return 1;
    for (int i = 0; i < 3; i++) {
        blur_pass(&pic, &other, radius, 0);
        blur_pass(&other, &pic, radius, 1);
    }
    printf("%dx%d, radius %d: checksum %016llx\n", pic.width, pic.height, radius, picture_sum(&pic));
    return 0;
}
