/* SPDX-License-Identifier: MIT */
#ifndef WORKER_H
#define WORKER_H

typedef <-chan int source;

extern chan int shared_results;

void start_squares(source in, chan<- int out);
int square_of(int v);

static inline int take_one(source in)
{
    return <-in;
}

#endif
