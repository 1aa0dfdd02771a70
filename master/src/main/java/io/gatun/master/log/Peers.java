package io.gatun.master.log;

import java.util.Arrays;

/** What a leader knows of the others; arrays by member index, so that nothing is allocated by use. */
final class Peers {
    /** Nothing heard. */
    private static final long UNKNOWN = -2;

    private int[] ids = {};
    private boolean[] voter = {};
    private long[] named = {};
    private int quorum;
    private boolean[] known = {};
    private boolean[] vouched = {};
    private long[] incarnation = {};
    private long[] metIn = {};
    private long[] next = {};
    private long[] match = {};
    private long[] round = {};
    private long[] sentAt = {};
    private long[] sorted = {};

    /** Forgets all, then knows the given ids. */
    void begin(Members members, long nextPosition) {
        ids = new int[0];
        update(members, nextPosition);
    }

    /** Knows these ids from now on, and of those that stay what it knew. */
    void update(Members members, long nextPosition) {
        int[] fresh = members.all().stream().mapToInt(Integer::intValue).toArray();
        int[] from = Arrays.stream(fresh).map(this::index).toArray();
        boolean[] wereKnown = known;
        boolean[] wereVouched = vouched;
        vouched = new boolean[fresh.length];
        known = new boolean[fresh.length];
        voter = new boolean[fresh.length];
        named = new long[fresh.length];
        for (int i = 0; i < fresh.length; i++) {
            known[i] = from[i] >= 0 && wereKnown[from[i]];
            vouched[i] = from[i] >= 0 && wereVouched[from[i]];
            voter[i] = members.voters().contains(fresh[i]);
            named[i] = members.incarnation(fresh[i]);
        }
        quorum = members.quorum();
        incarnation = carry(incarnation, from, Members.ORIGINAL);
        metIn = carry(metIn, from, UNKNOWN);
        next = carry(next, from, nextPosition);
        match = carry(match, from, UNKNOWN);
        round = carry(round, from, UNKNOWN);
        sentAt = carry(sentAt, from, Long.MIN_VALUE);
        sorted = new long[fresh.length];
        ids = fresh;
    }

    private static long[] carry(long[] values, int[] from, long otherwise) {
        return Arrays.stream(from)
                .mapToLong(index -> index < 0 ? otherwise : values[index])
                .toArray();
    }

    int size() {
        return ids.length;
    }

    int id(int index) {
        return ids[index];
    }

    /** Index of an id, or -1. */
    int index(int id) {
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] == id) {
                return i;
            }
        }
        return -1;
    }

    /** Another incarnation than the one that is known has spoken: it starts anew. */
    void meet(int index, long newIncarnation, long inRound, long nextPosition) {
        if (known[index] && incarnation[index] == newIncarnation) {
            return;
        }
        if (known[index]) {
            next[index] = nextPosition;
            match[index] = UNKNOWN;
            round[index] = UNKNOWN;
        }
        known[index] = true;
        vouched[index] = false;
        incarnation[index] = newIncarnation;
        metIn[index] = inRound;
    }

    /** Whether a replica of this id has spoken. */
    boolean isKnown(int index) {
        return known[index];
    }

    /** The one with this id says whether it may vote. */
    void vouched(int index, boolean says) {
        vouched[index] |= says;
    }

    boolean isVouched(int index) {
        return vouched[index];
    }

    /** Who has the id, as it said. */
    long incarnation(int index) {
        return incarnation[index];
    }

    /** Whether it has answered what was asked after it was heard first: so it is not one from before, heard late. */
    boolean isProven(int index) {
        return known[index] && round[index] >= metIn[index];
    }

    long next(int index) {
        return next[index];
    }

    void next(int index, long position) {
        next[index] = position;
    }

    long match(int index) {
        return match[index];
    }

    /** Whether it is not known yet where a member's log agrees. */
    boolean probing(int index) {
        return match[index] == UNKNOWN;
    }

    /** What a member has on disk never becomes less within an epoch. */
    void match(int index, long position) {
        match[index] = Math.max(match[index], position);
    }

    void round(int index, long newRound) {
        round[index] = Math.max(round[index], newRound);
    }

    long sentAt(int index) {
        return sentAt[index];
    }

    void sentAt(int index, long now) {
        sentAt[index] = now;
    }

    /** The greatest position that a quorum of voters has on disk; {@code except} is a voter that does not count. */
    long quorumMatch(int except) {
        return quorum(match, except);
    }

    /** The greatest round that a quorum of voters has answered. */
    long quorumRound(int except) {
        return quorum(round, except);
    }

    private long quorum(long[] values, int except) {
        int voters = 0;
        for (int i = 0; i < ids.length; i++) {
            if (voter[i]) {
                boolean counts = known[i] && ids[i] != except && incarnation[i] == named[i];
                sorted[voters++] = counts ? values[i] : UNKNOWN;
            }
        }
        Arrays.sort(sorted, 0, voters);
        return sorted[voters - quorum];
    }
}
