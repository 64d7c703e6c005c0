/* SPDX-License-Identifier: MIT */
void each(int n, void (*f)(int, void *), void *arg);
int total(const int *a, int n);

void each(int n, void (*f)(int, void *), void *arg)
{
    for (int i = 1; i <= n; i++)
        f(i, arg);
}

int total(const int *a, int n)
{
    int sum = 0;

    while (n--)
        sum += *a++;
    return sum;
}
