#!/bin/sh
# SPDX-License-Identifier: MIT
# usage: embed.sh NAME FILE: preprocessed FILE as a C array NAME, with NAME_len.  What the translator
# writes is not preprocessed again, so no directive may be left.  NAME_aarch64 is the same for a cross
# compiler's machine, NAME_sanitized for code under ASan or TSan.
printf '/* SPDX-License-Identifier: MIT */\n#include <stddef.h>\n'
embed() {
    name=$1 file=$2
    shift 2
    printf 'extern const char %s[];\nextern const size_t %s_len;\nconst char %s[] =\n' \
        "$name" "$name" "$name"
    ${CC:-cc} -E -P -std=gnu11 "$@" "$file" |
        sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^/    "/' -e 's/$/\\n"/'
    printf '    "";\nconst size_t %s_len = sizeof %s - 1;\n' "$name" "$name"
}
embed "$1" "$2"
embed "$1_sanitized" "$2" -D__SANITIZE_ADDRESS__=1
embed "$1_aarch64" "$2" -U__x86_64__ -D__aarch64__=1
