/* SPDX-License-Identifier: MIT */
/* libFuzzer's door to the translator: any bytes are a translation unit, and none may crash it. */
#include "cc.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct translate_options opt = {.source = "fuzz.gc", .std = 201710, .gnu = true};
    char *text = malloc(size + 1), *result = NULL;
    size_t n = 0;
    FILE *out = open_memstream(&result, &n);
    if (!text || !out)
        abort();
    for (size_t i = 0; i < size; i++)
        text[i] = (char)data[i];
    text[size] = 0; /* as the driver hands it over */
    opt.dump_ast = size && data[0] == '?';
    opt.diag.json = size > 1 && data[1] == '?';
    struct buf aligned = columns_restore(text, size, size > 2 && data[2] == '?');
    translate(aligned.s ? aligned.s : "", aligned.n, out, &opt);
    fclose(out);
    buf_free(&aligned);
    free(result);
    free(text);
    return 0;
}
