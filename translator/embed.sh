#!/bin/sh
# SPDX-License-Identifier: MIT
# usage: embed.sh NAME FILE: preprocessed FILE as a C array NAME, with NAME_len.  What the translator
# writes is not preprocessed again, so no directive may be left.
printf '/* SPDX-License-Identifier: MIT */\n#include <stddef.h>\n'
printf 'extern const char %s[];\nextern const size_t %s_len;\nconst char %s[] =\n' "$1" "$1" "$1"
${CC:-cc} -E -P -std=gnu11 "$2" |
    sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^/    "/' -e 's/$/\\n"/'
printf '    "";\nconst size_t %s_len = sizeof %s - 1;\n' "$1" "$1"
