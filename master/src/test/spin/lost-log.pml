/*
 * A replica that lost its log, as docs/replicated-log.md has it: it comes back as somebody else with the same id, is filled,
 * and gets its place by a MEMBERS entry that is committed without it. Three replicas, of which one loses its log once, at
 * any time. Terms, messages as facts, and entries known by position and epoch are those of replicated-log.pml, which looks
 * at crashes; here whatever is written is on disk at once, since a disk that goes takes everything with it.
 *
 * Only one replica ever is somebody else, so an entry of members needs no content: it is the one at membersAt[e], made in
 * epoch e, and gives the replica `lost` its place. Whether a log has such an entry says who of the two is a voter there.
 *
 *   spin -a lost-log.pml && cc -O2 -DSAFETY -DCOLLAPSE -o pan pan.c && ./pan -m100000
 *
 * BUG=1..5 plants an error; the search must then fail. BUG=0 is the protocol. With WITNESS it must fail, too: it finds that
 * the replica that had lost its log leads again.
 */
#ifndef BUG
#define BUG 0
#endif
#define N 3
#define QUORUM 2
#define EPOCHS 3
#define POSITIONS 3
#define NOBODY N

#define AT(r, p) ((r) * (POSITIONS + 1) + (p))
#define OF(e, p) ((e) * (POSITIONS + 1) + (p))
#define FROM(e, i) ((e) * (N + 1) + (i))       /* from a replica; from N for who has the place of the lost one */
#define END(r) (log[AT(r, size[r])] * (POSITIONS + 1) + size[r])
#define IS_MEMBERS(r, p) (log[AT(r, p)] != 0 && membersAt[log[AT(r, p)]] == (p))

/* Who speaks: a replica, and the lost one under another number once it has lost its log. */
#define SELF(r) ((r) == lost -> N : (r))

/* A replica, all of it on disk but what it knows to be committed. */
byte promised[N];
byte log[N * (POSITIONS + 1)];
byte size[N];
byte known[N];

/* Which one lost its log, and whether it may vote again. */
byte lost = NOBODY;
bool vouched = true;

/* Who leads an epoch: 0 nobody, 1 preparing, 2 leading. */
byte leading[EPOCHS + 1];
byte leader[EPOCHS + 1];
byte membersAt[EPOCHS + 1];

/* Messages. */
bool promise[(EPOCHS + 1) * (N + 1)];
byte promiseEnd[(EPOCHS + 1) * (N + 1)];        /* the greater, the further ahead */
byte sent[(EPOCHS + 1) * (POSITIONS + 1)];
byte sentLen[EPOCHS + 1];
byte acked[(EPOCHS + 1) * (N + 1)];
bool saidVouched[EPOCHS + 1];

/* What was acknowledged to a client, and the first epoch in which it was. */
byte committed[POSITIONS + 1];
byte committedIn[POSITIONS + 1];

/* Where the members in a replica's log change, in `place`; 0 when they do not. */
inline findMembers(r) {
    place = 0;
    for (k : 1 .. POSITIONS) {
        if
        :: k <= size[r] && IS_MEMBERS(r, k) && place == 0 -> place = k
        :: else
        fi
    }
}

/* Which of the two that had the id of replica i speaks for it, in `who`; after findMembers. */
inline findVoter(i) {
    who = i;
    if
    :: i == lost && place > 0 -> who = N
    :: else
    fi;
#if BUG == 2
    if
    :: i == lost -> who = N                    /* Planted: an id counts, whoever has it. */
    :: else
    fi
#endif
}

inline givePromise(r, e) {
    promise[FROM(e, SELF(r))] = true;
    promiseEnd[FROM(e, SELF(r))] = END(r)
}

/* What it was in smaller epochs it is no more. What was said to it there matters to nobody. */
inline stepDown(r, e) {
    for (j : 1 .. EPOCHS) {
        if
        :: j < e && leader[j] == r && leading[j] > 0 && leading[j] < 3 ->
            leading[j] = 3;
            forget(j)
        :: else
        fi
    }
    j = 0
}

inline forget(e) {
    for (k : 0 .. N) {
        promise[FROM(e, k)] = false;
        promiseEnd[FROM(e, k)] = 0;
        acked[FROM(e, k)] = 0
    }
    saidVouched[e] = false;
    k = 0
}

/* The replicas are alike: whoever is first to have an epoch may as well be called 0, and the next one 1. */
inline campaign(r, e) {
    atomic {
        leading[e] == 0 && promised[r] < e && r < e && (r != lost || vouched) ->
        promised[r] = e;
        stepDown(r, e);
        leading[e] = 1;
        leader[e] = r;
        givePromise(r, e)
    }
}

/* One that is being filled answers when the candidate knows that its place is committed, and no other. */
inline answerPrepare(r, e) {
    atomic {
        leading[e] == 1 && promised[r] < e && !promise[FROM(e, SELF(r))] ->
        findMembers(leader[e]);
        if
        :: (r != lost || vouched
#if BUG == 4
            || place > 0                       /* Planted: that its place is in the log is enough. */
#else
            || (place > 0 && known[leader[e]] >= place)
#endif
            ) ->
            promised[r] = e;
            stepDown(r, e);
            givePromise(r, e)
        :: else
        fi;
        place = 0; k = 0
    }
}

/* With a quorum of the members that its own log names: takes the log that is ahead, or leads. */
inline lead(r, e) {
    atomic {
        leading[e] == 1 && leader[e] == r && promised[r] == e ->
        findMembers(r);
        count = 0; best = r; ahead = END(r);
        for (i : 0 .. N - 1) {
            findVoter(i);
            if
            :: promise[FROM(e, who)] ->
                count++;
                if
                :: promiseEnd[FROM(e, who)] > ahead -> best = i; ahead = promiseEnd[FROM(e, who)]
                :: else
                fi
            :: else
            fi
        }
        if
        :: count >= QUORUM && best != r && promised[best] == e ->
            for (i : 1 .. POSITIONS) { log[AT(r, i)] = log[AT(best, i)] }
            size[r] = size[best]
        :: count >= QUORUM && best == r && size[r] < POSITIONS ->
            size[r]++;
            log[AT(r, size[r])] = e;
            for (i : 1 .. POSITIONS) { sent[OF(e, i)] = log[AT(r, i)] }
            sentLen[e] = size[r];
            forget(e);
            acked[FROM(e, SELF(r))] = size[r];
            leading[e] = 2;
#ifdef WITNESS
            assert(r != lost);
#endif
            for (i : 1 .. POSITIONS) {
                assert(committed[i] == 0 || committedIn[i] >= e || (i <= size[r] && log[AT(r, i)] == committed[i]))
            }
        :: else
        fi;
        count = 0; best = 0; ahead = 0; place = 0; who = 0; i = 0; k = 0
    }
}

#define MAY_APPEND(r, e) \
    (leading[e] == 2 && leader[e] == r && promised[r] == e && sentLen[e] == size[r] && size[r] < POSITIONS)

inline appendEntry(r, e) {
    atomic {
        MAY_APPEND(r, e) ->
        size[r]++;
        log[AT(r, size[r])] = e;
        sentLen[e]++;
        sent[OF(e, sentLen[e])] = e;
        acked[FROM(e, SELF(r))] = size[r]
    }
}

/* A leader that has committed in its own epoch gives the one that it fills the place of the lost one. */
inline readmit(r, e) {
    atomic {
        (MAY_APPEND(r, e) && lost != NOBODY && lost != r && acked[FROM(e, N)] > 0
            && log[AT(r, known[r])] == e) ->
        findMembers(r);
        if
        :: place == 0 ->
            size[r]++;
            log[AT(r, size[r])] = e;
            sentLen[e]++;
            sent[OF(e, sentLen[e])] = e;
            acked[FROM(e, r)] = size[r];
            membersAt[e] = size[r]
        :: else
        fi;
        place = 0
    }
}

inline mayVote(r) {
    findMembers(r);
    if
#if BUG == 5
    :: r == lost && place > 0 -> vouched = true
#else
    :: r == lost && place > 0 && known[r] >= place -> vouched = true
#endif
    :: else
    fi;
    place = 0; k = 0
}

inline receive(r, e, p) {
    atomic {
        (sentLen[e] >= p && leader[e] != r && promised[r] <= e && size[r] >= p - 1
            && log[AT(r, p - 1)] == sent[OF(e, p - 1)]) ->
        promised[r] = e;
        stepDown(r, e);
        if
        :: size[r] >= p && log[AT(r, p)] == sent[OF(e, p)]
        :: else ->
            log[AT(r, p)] = sent[OF(e, p)];
            for (i : p + 1 .. POSITIONS) { log[AT(r, i)] = 0 }
            size[r] = p
        fi;
        if
        :: leading[e] == 2 && acked[FROM(e, SELF(r))] < p -> acked[FROM(e, SELF(r))] = p
        :: else
        fi;
        if
        :: leading[e] == 2 && r == lost && vouched -> saidVouched[e] = true
        :: else
        fi;
#if BUG == 5
        mayVote(r);                                /* Planted: that its place is in its log is enough. */
#endif
        i = 0
    }
}

/* What it hears is committed, as far as its log is the leader's. With its place committed it may vote. */
inline learn(r, e) {
    atomic {
        (leading[e] == 2 && leader[e] != r && promised[r] == e && known[leader[e]] > known[r]
            && acked[FROM(e, SELF(r))] > known[r]) ->
        known[r] = (known[leader[e]] < acked[FROM(e, SELF(r))] -> known[leader[e]] : acked[FROM(e, SELF(r))]);
        mayVote(r)
    }
}

/* While the place of the lost one is not known to be committed neither of the two counts, unless it says that it may. */
inline commit(r, e, p) {
    atomic {
        (leading[e] == 2 && leader[e] == r && promised[r] == e && sentLen[e] >= p && sent[OF(e, p)] == e
            && known[r] < p) ->
        findMembers(r);
        count = 0;
        for (i : 0 .. N - 1) {
            findVoter(i);
            if
            :: (acked[FROM(e, who)] >= p
#if BUG != 3                                       /* Planted without it: it counts for its own place. */
                && (i != lost || place == 0 || known[r] >= place || saidVouched[e])
#endif
                ) -> count++
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
            known[r] = p
        :: else
        fi;
        count = 0; place = 0; who = 0; i = 0; k = 0
    }
}

/* Its disk is empty: what it promised and acknowledged is forgotten, also by itself. */
inline lose(r) {
    atomic {
        lost == NOBODY ->
        promised[r] = 0;
        for (i : 1 .. POSITIONS) { log[AT(r, i)] = 0 }
        size[r] = 0;
        known[r] = 0;
#if BUG != 1                                       /* Planted without it: it goes on as who it was. */
        lost = r;
        vouched = false;
#else
        lost = N + 1;
#endif
        for (i : 1 .. EPOCHS) {
            if
            :: leading[i] > 0 && leader[i] == r -> leading[i] = 3; forget(i)
            :: else
            fi
        }
        i = 0
    }
}

#define CAMPAIGN(e)     campaign(_pid, e)
#define ANSWER(e)       answerPrepare(_pid, e)
#define LEAD(e)         lead(_pid, e)
#define APPEND(e)       appendEntry(_pid, e)
#define READMIT(e)      readmit(_pid, e)
#define LEARN(e)        learn(_pid, e)
#define RECEIVE(e, p)   receive(_pid, e, p)
#define COMMIT(e, p)    commit(_pid, e, p)
#define EACH_EPOCH(X)   X(1) :: X(2) :: X(3)
#define EACH_ENTRY(X)   X(1, 1) :: X(1, 2) :: X(1, 3) :: X(2, 1) :: X(2, 2) :: X(2, 3) :: X(3, 1) :: X(3, 2) :: X(3, 3)

hidden byte i, j, k, count, best, ahead, who, place;

active [N] proctype replica() {
end:
    do
    :: EACH_EPOCH(CAMPAIGN)
    :: EACH_EPOCH(ANSWER)
    :: EACH_EPOCH(LEAD)
    :: EACH_EPOCH(APPEND)
    :: EACH_EPOCH(READMIT)
    :: EACH_EPOCH(LEARN)
    :: EACH_ENTRY(RECEIVE)
    :: EACH_ENTRY(COMMIT)
    :: lose(_pid)
    od
}
