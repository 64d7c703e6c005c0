/* SPDX-License-Identifier: MIT */
/* Tokens wander over a graph of channels, moved by selects that send and receive at once, with
 * defaults and time-outs.  At the end all tokens are there, each once. */
#include "stress.h"

#define CHANNELS 6
#define MOVERS   12
#define TOKENS   40
#define ROUNDS   3000

static gocc_chan *c[CHANNELS], *done, *quit;

/* Puts down what it holds or takes what there is. */
static void move(void *arg) {
    uint64_t s = seed_of((uint64_t)(uintptr_t)arg);
    int held = 0, in, junk;
    for (int i = 0; i < ROUNDS || held != 0; i++) {
        uint32_t a = rnd(&s) % CHANNELS, b = rnd(&s) % CHANNELS, kind = rnd(&s) % 8;
        gocc_case k[4] = {
            {.c = c[a], .v = held != 0 ? &held : &in, .op = held != 0 ? GOCC_SEND : GOCC_RECV},
            {.c = c[b], .v = held != 0 ? &held : &in, .op = held != 0 ? GOCC_SEND : GOCC_RECV},
            {.c = kind == 0 ? quit : NULL, .v = &junk, .op = GOCC_RECV},
            {.op = GOCC_TIMEOUT, .wait = 1 + rnd(&s) % 50000},
        };
        int got = gocc_select(k, kind == 1 ? 3 : 4, kind == 1);
        if (got != 0 && got != 1)
            continue;
        if (held != 0)
            held = 0;
        else
            held = in;
        CHECK(held >= 0 && held <= TOKENS, "token %d", held);
    }
    gocc_chan_send(done, &(int){0});
}

int main(void) {
    char seen[TOKENS + 1] = {0};
    done = gocc_chan_make(sizeof(int), 0);
    quit = gocc_chan_make(sizeof(int), 0);
    for (int i = 0; i < CHANNELS; i++)
        c[i] = gocc_chan_make(sizeof(int), i < 2 ? 0 : TOKENS);
    for (int t = 1; t <= TOKENS; t++)
        gocc_chan_send(c[2 + t % (CHANNELS - 2)], &t);
    for (intptr_t i = 0; i < MOVERS; i++)
        gocc_go(move, (void *)i);
    for (int i = 0; i < MOVERS; i++)
        gocc_chan_recv(done, NULL);
    int n = 0;
    for (int i = 0; i < CHANNELS; i++)
        for (int t; gocc_chan_try_recv(c[i], &t, NULL); n++) {
            CHECK(t >= 1 && t <= TOKENS && !seen[t], "token %d", t);
            seen[t] = 1;
        }
    CHECK(n == TOKENS, "%d tokens", n);
    return 0;
}
