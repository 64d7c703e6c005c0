/* SPDX-License-Identifier: MIT */
/* asserts: 4000.  Promotions and the usual arithmetic conversions over every pair of kinds. */
_Bool b; char c; signed char sc; unsigned char uc; short s; unsigned short us; int i; unsigned u;
long l; unsigned long ul; long long ll; unsigned long long ull; float f; double d; long double ld;
__int128 i128; unsigned __int128 u128; _Complex double cd; _Complex float cf;
enum plain { ZERO, ONE } e; enum minus { LESS = -1, MORE } m;
enum wide { BIG = 0x100000000 } w;

#define WITH(x, op) x op b; x op c; x op sc; x op uc; x op s; x op us; x op i; x op u; x op l;     \
    x op ul; x op ll; x op ull; x op f; x op d; x op ld; x op i128; x op u128; x op e; x op m; x op w
#define ALL(op) WITH(b, op); WITH(c, op); WITH(sc, op); WITH(uc, op); WITH(s, op); WITH(us, op);   \
    WITH(i, op); WITH(u, op); WITH(l, op); WITH(ul, op); WITH(ll, op); WITH(ull, op); WITH(f, op); \
    WITH(d, op); WITH(ld, op); WITH(i128, op); WITH(u128, op); WITH(e, op); WITH(m, op)

void pairs(void) { ALL(+); ALL(<); ALL(==); ALL(&&); }

void shifts(void)
{
    c << l; u >> 1; us << 1ul; l << c; ll >> u; e << 1; 1ul << 3; 1 << 31; -1 >> 1; ~0u >> 4;
}

void unary(void)
{
    -b; -c; -us; -u; -l; +sc; ~uc; ~l; !d; !i; -f; -ld; +e; -m; i++; --c; us--; ++f; ~ZERO; -ONE;
    __real__ cd; __imag__ cf;
}

void assignments(void)
{
    c = i; us += 3; d = f = 2; (l = c) + 1; ul <<= 2; e = ONE; b = i;
    cd + cd; cd * i; cf + cf; cf * 2;
}

void constants(void)
{
    (1 + 2) * 3 - 4 / 2 % 3; 7 & 3 | 8 ^ 1; -7 / 2; -7 % 2; 7u / 2u; -1 < 0u; 1 ? 2 : 3u; 0 || 1;
    (unsigned char)300; (signed char)200; (short)70000; (_Bool)5; (unsigned)-1; (long)-1;
    (int)3.9; (char)'a' + 1; !0; ~0; 0x7fffffffu + 1; 1 << 4 | 1; sizeof(int) * 3; sizeof i + 1;
    sizeof(char[3][4]); sizeof(long double); _Alignof(long); sizeof(int *) == sizeof(void (*)(void));
    LESS + 1; BIG >> 4; ONE ? 4 : 5; 0 && 1 / 0; 1 || 1 / 0; 4294967295u * 2u; '\377' < 0; '\x80';
}
