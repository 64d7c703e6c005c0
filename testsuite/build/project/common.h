#include <stdio.h>

#ifdef __GOCC__
void produce(chan int c);
int consume(chan int c);
#endif
int plain(void);
int other(void);
