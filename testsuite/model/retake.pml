/* SPDX-License-Identifier: MIT */
/*
 * sysmon.c hold()/take_p() against rt_enter()/rt_reacquire(): the P of an M that runs program
 * code is taken without any mark in that code.
 *
 * The M's store to in_rt may linger in its store buffer (visible == false) until it is flushed
 * by itself, by an atomic exchange of the M, or by membarrier().  Remove the flush in
 * MEMBARRIER and the first assertion fails: that is why the fence is needed.  A question that was
 * left open, for an M that is always found inside, may be what the next attempt starts from.
 */
#define NONE 0
#define ASKED 1
#define HELD 2
#define LOST 3

byte retake = NONE;
bool in_rt_mem = false;   /* what others see */
bool in_rt_own = false;   /* what the M has stored */
byte users = 0;           /* who works with the P: the M inside the runtime, or sysmon's */
bool p_with_m = true;

#define FLUSH in_rt_mem = in_rt_own

active proctype m() {
    byte turn = 0;
    byte r;
    do
    :: turn < 2 ->
        turn++;
        in_rt_own = true;                 /* rt_enter: plain store */
        if
        :: FLUSH                          /* the buffer may drain before the load or after */
        :: skip
        fi;
        r = retake;                       /* load */
        if
        :: r == NONE -> skip
        :: else ->
            do
            :: atomic {                   /* exchange ASKED -> NONE, drains the buffer */
                    FLUSH;
                    if
                    :: retake == ASKED -> retake = NONE; r = NONE
                    :: else -> r = retake
                    fi
                };
                if
                :: r == HELD -> skip      /* once more: it may be asked again when let go */
                :: else -> break
                fi
            od;
            if
            :: r != NONE ->
                assert(retake == LOST);   /* or nobody would have the P any more */
                p_with_m = false;
                atomic { FLUSH; retake = NONE }
            :: else -> skip
            fi
        fi;
        if
        :: p_with_m ->
            users++;
            assert(users == 1);           /* nobody else has our P while we are inside */
            users--
        :: else -> skip
        fi;
        in_rt_own = false;                /* rt_leave */
        if
        :: FLUSH
        :: skip
        fi;
        if                                /* without a P: another one is got, not modelled */
        :: !p_with_m -> break
        :: else -> skip
        fi
    :: turn == 2 -> break
    od;
    FLUSH
}

active proctype sysmon() {
    bool got = false;
    byte look = 0;
    do
    :: look < 3 && !got ->
        look++;
        if
        :: in_rt_mem == false ->
            atomic { retake == NONE || retake == ASKED -> retake = ASKED };
            atomic { FLUSH };                 /* MEMBARRIER */
            if
            :: in_rt_mem ->
                atomic { if :: retake == ASKED -> retake = NONE :: else -> skip fi }
            :: else ->
                atomic { if :: retake == ASKED -> retake = HELD; got = true :: else -> skip fi }
            fi
        :: in_rt_mem -> /* ask_to_yield: the question stays open */
            atomic { if :: retake == NONE -> retake = ASKED :: else -> skip fi }
        fi
    :: got ->
        users++;
        assert(users == 1);               /* the M is not inside */
        users--;
        if
        :: got = false; retake = NONE     /* move_private: given back */
        :: users++; retake = LOST; break  /* take_p: another M works with it from now on */
        fi
    :: else -> break
    od
}
