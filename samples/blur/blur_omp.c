/* blur.gc's work with OpenMP, for comparison: cc -O2 -fopenmp blur_omp.c -o blur_omp
 *
 *     blur_omp [FILTER[:N]...]     filters the made-up picture as blur -v does, with the same words
 */
#include "filter.h"

static void run_pass(filter_pass *pass, const struct picture *from, struct picture *to, int n) {
    enum { BAND = 16 };
#pragma omp parallel for schedule(dynamic)
    for (int first = 0; first < from->height; first += BAND)
        pass(from, to, first, first + BAND < from->height ? first + BAND : from->height, n);
}

int main(int argc, char **argv) {
    struct picture pic = picture_made_up(640, 480), other = picture_new(640, 480);
    struct step step;
    if (!pic.data || !other.data)
        return 1;
    for (int i = 1; i < argc; i++) {
        if (!filter_parse(argv[i], &step))
            return 2;
        for (int k = 0; k < filter_passes(step.filter); k++) {
            run_pass(step.filter->passes[k], &pic, &other, step.n);
            picture_swap(&pic, &other);
        }
        printf("%s:%d: checksum %016llx\n", step.filter->name, step.n, picture_sum(&pic));
    }
    return 0;
}
