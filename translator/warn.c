/* SPDX-License-Identifier: MIT */
#include "cc.h"
void warn_unit(struct unit *u)
{
    (void)u;
}
