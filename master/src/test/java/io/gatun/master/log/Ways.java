package io.gatun.master.log;

import java.util.Arrays;

/** Which replica's messages reach which other one. */
final class Ways {
    private final boolean[][] cut;

    /** @param count of replicas, which have ids from 1 */
    Ways(int count) {
        cut = new boolean[count + 1][count + 1];
    }

    boolean isCut(int from, int to) {
        return cut[from][to];
    }

    /** Cuts or mends one way; whether it is cut now. */
    boolean toggle(int from, int to) {
        cut[from][to] = !cut[from][to];
        return cut[from][to];
    }

    /** Cuts all ways from and to a replica. */
    void isolate(int id) {
        for (int other = 1; other < cut.length; other++) {
            cut[id][other] = true;
            cut[other][id] = true;
        }
    }

    void heal() {
        for (boolean[] row : cut) {
            Arrays.fill(row, false);
        }
    }
}
