/* SPDX-License-Identifier: MIT */
void spin_for_ever(void);

void spin_for_ever(void)
{
    volatile unsigned long n = 0;

    for (;;)
        n++;
}
