#include "common.h"

int plain(void)
{
    return 30;
}
