package io.gatun.master.log.node;

import io.gatun.master.log.Members;
import java.util.Arrays;

/**
 * When others last answered the leader or candidate that this replica is. Asked at every tick, so it allocates only when
 * somebody answers for the first time. One thread.
 */
final class Contacts {
    private static final int FIRST_SIZE = 8;

    private int[] peers = new int[FIRST_SIZE];
    private long[] heardAt = new long[FIRST_SIZE];
    private int count;
    private long began;

    /** Forgets, for the next attempt to lead. */
    void begin(long now) {
        began = now;
        count = 0;
    }

    void heard(int peer, long now) {
        int place = 0;
        while (place < count && peers[place] != peer) {
            place++;
        }
        if (place == count) {
            count++;
            if (count > peers.length) {
                peers = Arrays.copyOf(peers, 2 * peers.length);
                heardAt = Arrays.copyOf(heardAt, peers.length);
            }
            peers[place] = peer;
        }
        heardAt[place] = now;
    }

    /** Whether a quorum, this replica included, has answered within a time. */
    boolean isQuorum(Members members, int self, long now, long withinNs) {
        if (now - began <= withinNs) {
            return true;
        }
        int there = members.voters().contains(self) ? 1 : 0;
        for (int i = 0; i < count; i++) {
            if (peers[i] != self
                    && now - heardAt[i] <= withinNs
                    && members.voters().contains(peers[i])) {
                there++;
            }
        }
        return there >= members.quorum();
    }
}
