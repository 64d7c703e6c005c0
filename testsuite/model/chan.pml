/* SPDX-License-Identifier: MIT */
/*
 * A buffered channel (chan.c) with room for one value: two senders, a receiver, a select that waits
 * here and at a channel that is only closed, or one that looks and does not wait, and a close at any
 * time.  What is done under the channel's lock is one step, with the readying that comes after it.
 * Properties: a value that was sent is received once, in its sender's order; one whose sender
 * panicked is not; who waits is readied once, and in the end nobody waits; after its return nothing
 * of a select is in a queue; who found the channel empty and open did so at a moment when it was.
 */
#define SELECT 3                       /* waiters: 0 and 1 send, 2 receives */
#define NONE 0

byte buf = NONE;                       /* a value, which is a sender's number times 2 plus 1 or 2 */
bool closed = false, other_closed = false;
chan sendq = [2] of { byte };
chan recvq = [2] of { byte };
bool other_waits = false;              /* the select's waiter at the other channel */
bool claimed = false;
byte val[4];                           /* what a waiter sends, or has got */
bool ok[4];
byte readied[4];
byte received[6];
bool sent[6];
byte ended = 0;
bool looking = false, moment = false;   /* it has been open and empty since the look began */
byte w;                                /* of the one that has the lock */
bool serves;

#define LOOK moment = moment || (looking && buf == NONE && !closed)
#define READY(x) assert(readied[x] == 0); readied[x] = 1
#define GOT(v) assert(received[v] == 0); assert(v % 2 == 1 || received[v - 1] == 1); received[v] = 1

inline dequeue(q) {                    /* who was served elsewhere is no partner */
    serves = false;
    do
    :: !serves && len(q) > 0 ->
        q?w;
        if
        :: w != SELECT -> serves = true
        :: w == SELECT && !claimed -> claimed = true; serves = true
        :: else -> skip
        fi
    :: else -> break
    od
}

inline serve(success) { ok[w] = success; READY(w) }

/* What the one that had the lock knew multiplies states otherwise. */
#define FORGET w = 0; serves = false

inline take(v) {                       /* buf != NONE */
    v = buf;
    buf = NONE;
    LOOK;
    GOT(v);
    dequeue(sendq);
    if
    :: serves -> buf = val[w]; serve(true)
    :: else -> skip
    fi
}

proctype sender(byte me; byte many) {
    byte n = 0;
    bool wait = false, panic = false;
    do
    :: n < many && !panic ->
        n++;
        atomic {
            if
            :: closed -> panic = true
            :: else ->
                dequeue(recvq);
                if
                :: serves -> val[w] = me * 2 + n; GOT(val[w]); serve(true)
                :: !serves && buf == NONE -> buf = me * 2 + n
                :: else -> val[me] = me * 2 + n; sendq!me; wait = true
                fi;
                sent[me * 2 + n] = !wait
            fi;
            FORGET
        };
        if
        :: wait -> atomic { readied[me] == 1 -> readied[me] = 0; sent[me * 2 + n] = ok[me];
                panic = !ok[me]; ok[me] = false; val[me] = 0; wait = false }
        :: else -> skip
        fi
    :: else -> break
    od;
    ended++
}

proctype receiver() {
    byte v;
    bool wait = false, over = false;
    do
    :: !over ->
        atomic {
            if
            :: buf != NONE -> take(v)
            :: buf == NONE && closed -> over = true
            :: else -> recvq!2; wait = true
            fi;
            v = 0;
            FORGET
        };
        if
        :: wait -> atomic { readied[2] == 1 -> readied[2] = 0; over = !ok[2]; ok[2] = false;
                val[2] = 0; wait = false }
        :: else -> skip
        fi
    :: else -> break
    od;
    ended++
}

proctype selects() {
    byte v;
    bool wait = false;
    atomic {                           /* both are locked */
        if
        :: buf != NONE -> take(v)
        :: buf == NONE && (closed || other_closed) -> skip
        :: else -> recvq!SELECT; other_waits = true; wait = true
        fi;
        v = 0;
        FORGET
    };
    if
    :: wait ->
        atomic { readied[SELECT] == 1 -> ok[SELECT] = false; val[SELECT] = 0 };
        if                             /* dequeue_all() */
        :: atomic { recvq??[SELECT] -> recvq??SELECT }
        :: !recvq??[SELECT]
        fi;
        other_waits = false;
        assert(!recvq??[SELECT])
    :: else -> skip
    fi;
    ended++
}

proctype looks() {                     /* gocc__chan_try_recv() */
    byte v;
    bool bare, open;
    atomic { looking = true; LOOK; bare = (buf == NONE) };
    open = !closed;
    atomic { looking = false; assert(moment || !bare || !open); moment = false };
    if
    :: bare && open -> skip            /* not ready */
    :: else ->
        atomic {
            if
            :: buf != NONE -> take(v)
            :: else -> skip
            fi;
            v = 0;
            FORGET
        }
    fi;
    ended++
}

inline close_other() {
    atomic {
        mine = other_waits && !claimed;
        claimed = claimed || mine;
        other_waits = false;
        other_closed = true;
        if
        :: mine -> READY(SELECT); mine = false
        :: else -> skip
        fi
    }
}

proctype closer() {
    bool mine;
    if
    :: ended >= 2                      /* at least two of the others need no close */
    :: close_other()
    :: true
    fi;
    atomic {
        closed = true;
        do
        :: dequeue(recvq);
            if
            :: serves -> serve(false)
            :: else -> break
            fi
        od;
        do
        :: dequeue(sendq);
            if
            :: serves -> serve(false)
            :: else -> break
            fi
        od;
        FORGET
    };
    if
    :: !other_closed -> close_other()
    :: else -> skip
    fi;
    ended++
}

init {
    byte v = 1;
    atomic {
        run sender(0, 2); run receiver(); run closer();
        if
        :: run selects(); run sender(1, 1)
        :: run looks(); ended++
        fi
    };
    timeout;
    assert(ended == 5);
    assert(len(sendq) == 0 && len(recvq) == 0 && !other_waits);
    do
    :: v < 4 -> assert(sent[v] == (received[v] == 1 || buf == v)); v++
    :: else -> break
    od
}
