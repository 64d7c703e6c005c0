/* SPDX-License-Identifier: MIT */
/* asserts: 130.  Every form of constant and string. */
#include <stddef.h>

void use(int, ...);

void integers(void)
{
    use(0, 0x7fffffff, 2147483647, 2147483648, 4294967295, 4294967296);
    use(0, 0x80000000, 0xffffffff, 0x100000000, 037777777777, 040000000000);
    use(0, 1u, 1U, 4294967295u, 4294967296u, 1l, 1L, 1ul, 1LU, 1ll, 1LL, 1ull, 1LLU, 1uLL);
    use(0, 0x8000000000000000, 0xffffffffffffffff, 9223372036854775807, 0b1011, 0B11u);
    use(0, 'a', '\n', '\0', '\377', '\x41', '\'', '\\', '"', 'ab');
    use(0, L'a', u'b', U'c', L'\n');
}

void floats(void)
{
    use(0, 1.0, 1., .5, 1e3, 1E-3, 1.0f, 1.F, 1e3f, 2.0l, 2e1L, 0x1p4, 0x1.8p-2f, 0x1p1L);
}

void strings(void)
{
    use(0, "", "abc", "a" "bc", "\n\t\0", "\x41\102" "c", L"wide", u"short", U"long", u8"utf");
    use(0, sizeof "abc", sizeof("a" "b"), sizeof L"ab", "abc"[0], *"abc", L"ab"[1], &"abc");
    use(0, sizeof "\x414243", sizeof "\1234", sizeof "\"", sizeof "\\\\", sizeof("é"));
    use(0, __func__[0], *__FUNCTION__, __func__);
}
