/* SPDX-License-Identifier: MIT */
/* Texts inside of error messages, as Go's package time quotes them: what is not plain ASCII as \x
 * and two digits, byte by byte. */
#include "time/instant.h"

char *time_quote(const char *s, size_t n) {
    static const char digits[] = "0123456789abcdef";
    char *quoted = std_alloc(4 * n + 3);
    char *end = quoted;
    *end++ = '"';
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];
        if (c >= 0x80 || c < ' ') {
            *end++ = '\\';
            *end++ = 'x';
            *end++ = digits[c >> 4];
            *end++ = digits[c & 15];
            continue;
        }
        if (c == '"' || c == '\\')
            *end++ = '\\';
        *end++ = (char)c;
    }
    *end++ = '"';
    *end = '\0';
    return quoted;
}
