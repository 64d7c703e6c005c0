/* SPDX-License-Identifier: MIT */
#include "cc.h"
void check_unit(struct unit *u)
{
    (void)u;
}
