package io.gatun.master.log;

import java.util.Arrays;

/** What a leader or a candidate knows of the others; arrays by member index, so that nothing is allocated by use. */
final class Peers {
    /** Nothing heard. */
    private static final long UNKNOWN = -1;

    private int[] ids = {};
    private long[] next = {};
    private long[] match = {};
    private long[] round = {};
    private long[] sentAt = {};
    private long[] sorted = {};

    /** Forgets all, then knows the given ids. */
    void begin(Members members, long nextPosition) {
        ids = new int[0];
        update(members, nextPosition);
        Arrays.fill(next, nextPosition);
        Arrays.fill(match, UNKNOWN);
        Arrays.fill(round, UNKNOWN);
        Arrays.fill(sentAt, Long.MIN_VALUE);
    }

    /** Knows these ids from now on, and of those that stay what it knew. */
    void update(Members members, long nextPosition) {
        int[] fresh = members.all().stream().mapToInt(Integer::intValue).toArray();
        long[] freshNext = new long[fresh.length];
        long[] freshMatch = new long[fresh.length];
        long[] freshRound = new long[fresh.length];
        long[] freshSentAt = new long[fresh.length];
        for (int i = 0; i < fresh.length; i++) {
            int old = index(fresh[i]);
            freshNext[i] = old < 0 ? nextPosition : next[old];
            freshMatch[i] = old < 0 ? UNKNOWN : match[old];
            freshRound[i] = old < 0 ? UNKNOWN : round[old];
            freshSentAt[i] = old < 0 ? Long.MIN_VALUE : sentAt[old];
        }
        ids = fresh;
        next = freshNext;
        match = freshMatch;
        round = freshRound;
        sentAt = freshSentAt;
        sorted = new long[fresh.length];
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

    /** The greatest position that a quorum of voters has on disk. */
    long quorumMatch(Members members) {
        return quorum(members, match);
    }

    /** The greatest round that a quorum of voters has answered. */
    long quorumRound(Members members) {
        return quorum(members, round);
    }

    private long quorum(Members members, long[] values) {
        int voters = 0;
        for (int i = 0; i < ids.length; i++) {
            if (members.voters().contains(ids[i])) {
                sorted[voters++] = values[i];
            }
        }
        Arrays.sort(sorted, 0, voters);
        return sorted[voters - members.quorum()];
    }
}
