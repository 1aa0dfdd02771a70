/*
 * The protocol of docs/replicated-log.md, small enough to be searched to the end: N replicas, a number of epochs, a few
 * positions, crashes of any replica at any time. Messages are facts that, once sent, may be delivered never, once or
 * often, in any order: so loss, duplication, delay and reordering need no steps of their own.
 *
 * An entry is known by the epoch that made it: within an epoch a position is filled once, so (position, epoch) is the
 * entry. The memory of a replica and what its disk holds are kept apart; a crash takes memory back to the disk, or keeps
 * what was written and not yet forced.
 *
 *   spin -DEPOCHS=2 -DCRASHES=2 -a replicated-log.pml && cc -O2 -DSAFETY -DCOLLAPSE -o pan pan.c && ./pan -m100000
 *
 * BUG=1..6 plants an error; the search must then fail. BUG=0 is the protocol.
 */
#ifndef BUG
#define BUG 0
#endif
#ifndef N
#define N 3
#endif
#ifndef EPOCHS
#define EPOCHS 3
#endif
#ifndef POSITIONS
#define POSITIONS 2
#endif
#ifndef CRASHES
#define CRASHES 2
#endif

#define QUORUM (N / 2 + 1)
#define AT(r, p) ((r) * (POSITIONS + 1) + (p))
#define OF(e, p) ((e) * (POSITIONS + 1) + (p))
#define FROM(e, r) ((e) * N + (r))
#define LAST(r) (log[AT(r, size[r])])          /* epoch of the last entry; 0 when there is none: position 0 is epoch 0 */

/* A replica: in memory, and on disk. */
byte promised[N];
byte log[N * (POSITIONS + 1)];
byte size[N];
byte diskLog[N * (POSITIONS + 1)];
byte diskLen[N];
bool dirty[N];

/* Who leads an epoch, as far as it knows. 0 nobody, 1 preparing, 2 leading. */
byte leading[EPOCHS + 1];
byte leader[EPOCHS + 1];

/* Messages. */
bool prepare[EPOCHS + 1];
bool promise[(EPOCHS + 1) * N];
byte promiseLast[(EPOCHS + 1) * N];
byte promiseSize[(EPOCHS + 1) * N];
byte sent[(EPOCHS + 1) * (POSITIONS + 1)];    /* what the leader of an epoch appended: entry at a position */
byte sentLen[EPOCHS + 1];
byte acked[(EPOCHS + 1) * N];                 /* highest position that a replica holds on disk, as told to a leader */

/* What was acknowledged to a client: the entry at a position, for ever; and the epoch in which it first was. */
byte committed[POSITIONS + 1];
byte committedIn[POSITIONS + 1];

byte crashes = 0;

inline forceDisk(r) {
    for (i : 1 .. POSITIONS) { diskLog[AT(r, i)] = log[AT(r, i)] }
    diskLen[r] = size[r];
    dirty[r] = false
}

/* Somebody was told by ZooKeeper to try: it promises itself, on disk, before anyone hears of it. */
inline campaign(r, e) {
    atomic {
        leading[e] == 0 && promised[r] < e ->
        promised[r] = e;
        leading[e] = 1;
        leader[e] = r;
        prepare[e] = true;
        if
        :: dirty[r] -> forceDisk(r)
        :: else
        fi;
        promise[FROM(e, r)] = true;
        promiseLast[FROM(e, r)] = LAST(r);
        promiseSize[FROM(e, r)] = size[r]
    }
}

/* A promise is on disk before it is sent, and so is the log that it speaks of. */
inline answerPrepare(r, e) {
    atomic {
        prepare[e] && promised[r] < e && !promise[FROM(e, r)] ->
#if BUG != 6
        promised[r] = e;                      /* Planted: a promise that is not kept. */
#endif
        if
        :: dirty[r] -> forceDisk(r)
        :: else
        fi;
        promise[FROM(e, r)] = true;
        promiseLast[FROM(e, r)] = LAST(r);
        promiseSize[FROM(e, r)] = size[r]
    }
}

/* A quorum has promised: take the log of the one that is ahead, then lead. Reading another's log is refused once that
 * one has promised more. */
inline lead(r, e) {
    atomic {
        leading[e] == 1 && leader[e] == r ->
        count = 0; best = leader[e];
        for (i : 0 .. N - 1) {
            if
            :: promise[FROM(e, i)] ->
                count++;
#if BUG != 1
                if
                :: promiseLast[FROM(e, i)] > promiseLast[FROM(e, best)] -> best = i
                :: (promiseLast[FROM(e, i)] == promiseLast[FROM(e, best)]
                        && promiseSize[FROM(e, i)] > promiseSize[FROM(e, best)]) -> best = i
                :: else
                fi
#else
                /* Planted: the longer log wins, whatever its last epoch. */
                if
                :: promiseSize[FROM(e, i)] > promiseSize[FROM(e, best)] -> best = i
                :: else
                fi
#endif
            :: else
            fi
        }
#if BUG == 2
        count++;                              /* Planted: less than a quorum is enough. */
#endif
        if
        :: count >= QUORUM && promised[r] == e && promised[best] == e && size[best] < POSITIONS ->
            for (i : 1 .. POSITIONS) { log[AT(r, i)] = log[AT(best, i)] }
            size[r] = size[best];
            /* An entry of its own epoch, before anything else counts. */
            size[r]++;
            log[AT(r, size[r])] = e;
            dirty[r] = true;
            for (i : 1 .. POSITIONS) { sent[OF(e, i)] = log[AT(r, i)] }
            sentLen[e] = size[r];
            leading[e] = 2;
            /* Everything acknowledged in an earlier epoch is in the new leader's log. */
            for (i : 1 .. POSITIONS) {
                assert(committed[i] == 0 || committedIn[i] >= e || (i <= size[r] && log[AT(r, i)] == committed[i]))
            }
        :: else
        fi
    }
}

inline appendEntry(r, e) {
    atomic {
        leading[e] == 2 && leader[e] == r && promised[r] == e && sentLen[e] < POSITIONS ->
        size[r]++;
        log[AT(r, size[r])] = e;
        dirty[r] = true;
        sentLen[e]++;
        sent[OF(e, sentLen[e])] = e
    }
}

/* The entry at position p of epoch e's leader arrives at r, with the epoch of the entry before it. */
inline receive(r, e, p) {
    atomic {
        (sentLen[e] >= p
#if BUG != 3
            && promised[r] <= e               /* Planted without it: a leader of before is still listened to. */
#endif
#if BUG != 4
            && log[AT(r, p - 1)] == sent[OF(e, p - 1)]  /* Planted without it: what is before is not compared. */
#endif
            && size[r] >= p - 1) ->
        if
        :: promised[r] < e -> promised[r] = e
        :: else
        fi;
        if
        :: size[r] >= p && log[AT(r, p)] == sent[OF(e, p)]
        :: else ->
            log[AT(r, p)] = sent[OF(e, p)];
            for (i : p + 1 .. POSITIONS) { log[AT(r, i)] = 0 }
            size[r] = p;
            dirty[r] = true
        fi;
#if BUG != 5
        if
        :: dirty[r] -> forceDisk(r)
        :: else
        fi;
#endif
        if
        :: acked[FROM(e, r)] < p -> acked[FROM(e, r)] = p
        :: else
        fi
    }
}

/* The leader's own copy counts when it is on disk. */
inline force(r) {
    atomic {
        dirty[r] ->
        forceDisk(r);
        own = promised[r];
        if
        :: leading[own] == 2 && leader[own] == r && acked[FROM(own, r)] < size[r] -> acked[FROM(own, r)] = size[r]
        :: else
        fi
    }
}

/* By counting, only entries of the leader's own epoch; those before come with them. */
inline commit(r, e, p) {
    atomic {
        (leading[e] == 2 && leader[e] == r && sentLen[e] >= p && sent[OF(e, p)] == e) ->
        count = 0;
        for (i : 0 .. N - 1) {
            if
            :: acked[FROM(e, i)] >= p -> count++
            :: else
            fi
        }
        if
        :: count >= QUORUM ->
            for (i : 1 .. p) {
                assert(committed[i] == 0 || committed[i] == sent[OF(e, i)]);
                if
                :: committed[i] == 0 -> committedIn[i] = e
                :: committedIn[i] > e -> committedIn[i] = e
                :: else
                fi;
                committed[i] = sent[OF(e, i)]
            }
        :: else
        fi
    }
}

/* Promises are always on disk. What was written and not forced may have reached it or not. */
inline crash(r) {
    atomic {
        crashes < CRASHES ->
        crashes++;
        if
        :: dirty[r] -> forceDisk(r)
        :: true ->
            for (i : 1 .. POSITIONS) { log[AT(r, i)] = diskLog[AT(r, i)] }
            size[r] = diskLen[r];
            dirty[r] = false
        fi;
        /* It no longer leads: what it knew of its epoch was in memory. */
        for (i : 1 .. EPOCHS) {
            if
            :: leading[i] > 0 && leader[i] == r -> leading[i] = 3
            :: else
            fi
        }
    }
}

/* Every step that is possible, for every replica, epoch and position. */
#define OF_EPOCH(X)        X(1) :: X(2) MORE_EPOCHS(X)
#if EPOCHS > 2
#define MORE_EPOCHS(X)     :: X(3) STILL_MORE_EPOCHS(X)
#else
#define MORE_EPOCHS(X)
#endif
#if EPOCHS > 3
#define STILL_MORE_EPOCHS(X) :: X(4)
#else
#define STILL_MORE_EPOCHS(X)
#endif
#define OF_POSITION(X, e)  X(e, 1) :: X(e, 2) MORE_POSITIONS(X, e)
#if POSITIONS > 2
#define MORE_POSITIONS(X, e) :: X(e, 3)
#else
#define MORE_POSITIONS(X, e)
#endif

#define CAMPAIGN(e)        campaign(_pid, e)
#define ANSWER(e)          answerPrepare(_pid, e)
#define RECEIVE(e, p)      receive(_pid, e, p)
#define RECEIVE_ALL(e)     OF_POSITION(RECEIVE, e)
#define LEAD(e)            lead(_pid, e)
#define APPEND(e)          appendEntry(_pid, e)
#define COMMIT(e, p)       commit(_pid, e, p)
#define COMMIT_ALL(e)      OF_POSITION(COMMIT, e)

hidden byte i, count, best, own;

active [N] proctype replica() {
end:
    do
    :: OF_EPOCH(CAMPAIGN)
    :: OF_EPOCH(ANSWER)
    :: OF_EPOCH(LEAD)
    :: OF_EPOCH(APPEND)
    :: OF_EPOCH(RECEIVE_ALL)
    :: OF_EPOCH(COMMIT_ALL)
    :: force(_pid)
    :: crash(_pid)
    od
}
