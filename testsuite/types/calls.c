/* SPDX-License-Identifier: MIT */
/* asserts: 380.  Calls, builtins, selections by type, statement expressions. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

int i; unsigned u; long l; double d; float f; char *p; const char *cp; int a[3]; _Bool ok;
typedef int (*handler)(int);
handler find(const char *), handlers[2];
const char *name(void); void nothing(void); int unprototyped();
enum mode { OFF, ON } mode;

void calls(void)
{
    strlen(p); malloc(3); strchr(p, 'a'); abs(i); sqrt(d); find("x"); find("x")(1); handlers[0](1);
    name(); *name(); nothing(); unprototyped(); unprototyped(1, 2); getenv("A")[0]; qsort; atof(p) + 1;
}

void builtins(void)
{
    __builtin_expect(i, 1); __builtin_constant_p(i); __builtin_strlen(p); __builtin_alloca(4);
    __builtin_popcount(u); __builtin_clzl(l); __builtin_bswap32(u); __builtin_bswap16(1);
    __builtin_bswap64(1); __builtin_add_overflow(i, i, &i); __builtin_fabs(d); __builtin_inff();
    __builtin_choose_expr(1, p, i); __builtin_choose_expr(sizeof(int) == 3, p, i); __builtin_sqrt(d);
    __builtin_types_compatible_p(int, long); __builtin_types_compatible_p(int *, int *) + 1;
    __builtin_isnan(d); __builtin_object_size(p, 0); __builtin_return_address(0); __builtin_memcpy(p, cp, 1);
    __builtin_abs(i); __builtin_labs(l); __builtin_ffs(i); __builtin_signbit(d); __builtin_nan("");
}

void atomics(void)
{
    __atomic_load_n(&i, 0); __atomic_fetch_add(&l, 1, 0); __atomic_exchange_n(&p, 0, 0);
    __atomic_add_fetch(&u, 1, 0); __atomic_compare_exchange_n(&i, &i, 2, 0, 0, 0);
    __atomic_store_n(&i, 1, 0); __sync_fetch_and_add(&l, 1); __sync_bool_compare_and_swap(&i, 1, 2);
    __sync_val_compare_and_swap(&i, 1, 2); __sync_synchronize(); __atomic_test_and_set(&ok, 0);
    __sync_lock_test_and_set(&i, 1); __sync_add_and_fetch(&u, 2); __atomic_thread_fence(0);
}

#define KIND(x) _Generic((x), int: 'i', unsigned: 1u, long: 2l, char *: "c", const char *: 3.0f,   \
                         int *: &i, default: (void *)0)
void generic(void)
{
    KIND(i); KIND(u); KIND(l); KIND(p); KIND(cp); KIND(a); KIND(d); KIND("s"); KIND('c'); KIND(mode);
    KIND(ON); KIND((char)1); KIND(&a[1]); KIND((const int)1); _Generic(cp, const char *: i, char *: d);
    _Generic(find, handler (*)(const char *): 1ul); _Generic(0 ? p : cp, const char *: 1.0f);
}

void statements(void)
{
    ({ 1; }); ({ long x = 2; x; }); ({ i; ; }); ({ if (i) u; }); ({ "abc"; }); ({ int k = 1; &k; });
    ({ nothing(); }); ({ ({ d; }); }) + 1; ({ L: f; });
}
