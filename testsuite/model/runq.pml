/* SPDX-License-Identifier: MIT */
/*
 * The ring of a P (runq.c) with CAP entries: its owner puts and gets, two thieves steal half.
 * A thief copies entries before its compare-and-swap of head; the owner may overwrite a place
 * only when head has passed it.  Property: every item is run exactly once.
 */
#define CAP 4
#define ITEMS 5

byte ring[CAP];
byte head = 0, tail = 0;
byte ran[ITEMS + 1];
byte finished = 0;

inline execute(item) {                    /* what was known is forgotten: fewer states */
    atomic {
        assert(item > 0 && item <= ITEMS);
        ran[item]++;
        assert(ran[item] == 1);
        item = 0; h = 0; t = 0
    }
}

active proctype owner() {
    byte h, t, item, next = 1;
    do
    :: next <= ITEMS ->
        h = head; t = tail;
        if
        :: t - h < CAP ->                 /* ring_put */
            ring[t % CAP] = next;
            atomic { tail = t + 1; next++; h = 0; t = 0 }
        :: else ->                        /* full: take one out, as overflow does with half */
            item = ring[h % CAP];
            atomic {
                if
                :: head == h -> head = h + 1
                :: else -> item = 0
                fi
            };
            if :: item > 0 -> execute(item) :: else -> skip fi
        fi
    :: true ->                            /* ring_get */
        h = head;
        if
        :: h == tail -> if :: next > ITEMS -> break :: else -> skip fi
        :: else ->
            item = ring[h % CAP];
            atomic {
                if
                :: head == h -> head = h + 1
                :: else -> item = 0
                fi
            };
            if :: item > 0 -> execute(item) :: else -> skip fi
        fi
    od;
    finished++
}

active [2] proctype thief() {
    byte h, t, n, i, tries = 0;
    byte copy[CAP];
    do
    :: tries < 1 ->
        tries++;
        h = head;
        t = tail;
        n = t - h;
        n = n - n / 2;
        if
        :: n == 0 || n > CAP / 2 -> skip
        :: else ->
            i = 0;
            do
            :: i < n -> atomic { copy[i] = ring[(h + i) % CAP]; i++ }
            :: else -> break
            od;
            atomic {
                if
                :: head == h -> head = h + n
                :: else -> n = 0; copy[0] = 0; copy[1] = 0; h = 0; t = 0
                fi;
                i = 0
            };
            do
            :: i < n -> execute(copy[i]); i++
            :: else -> break
            od
        fi
    :: tries == 1 -> break
    od;
    finished++
}

active proctype check() {
    byte i = 1;
    finished == 3;
    do
    :: i <= ITEMS -> assert(ran[i] == 1); i++
    :: else -> break
    od
}
