package io.gatun.master.log;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The replicas whose acknowledgements count, and those that only listen.
 *
 * @param voters ids, 1 to {@link Epoch#MAX_ID}
 * @param learners ids that are sent entries but not counted
 */
public record Members(Set<Integer> voters, Set<Integer> learners) {
    public Members {
        // In order: what a replica does must not depend on how a JVM orders a set.
        voters = Collections.unmodifiableSet(new TreeSet<>(voters));
        learners = Collections.unmodifiableSet(new TreeSet<>(learners));
        for (int id : voters) {
            requireId(id);
            if (learners.contains(id)) {
                throw new IllegalArgumentException("members: replica " + id + " cannot be voter and learner");
            }
        }
        learners.forEach(Members::requireId);
        if (voters.isEmpty()) {
            throw new IllegalArgumentException("members: there must be a voter");
        }
    }

    private static void requireId(int id) {
        if (id < 1 || id > Epoch.MAX_ID) {
            throw new IllegalArgumentException("members: replica id " + id + " must be 1 to " + Epoch.MAX_ID);
        }
    }

    /** Only voters. */
    public static Members of(Set<Integer> voters) {
        return new Members(voters, Set.of());
    }

    /** How many voters must agree. */
    public int quorum() {
        return voters.size() / 2 + 1;
    }

    /** Voters and learners, in order. */
    public List<Integer> all() {
        Set<Integer> all = new TreeSet<>(voters);
        all.addAll(learners);
        return List.copyOf(all);
    }

    /** The same with another learner. */
    public Members listening(int id) {
        Set<Integer> more = new TreeSet<>(learners);
        more.add(id);
        return new Members(voters, more);
    }

    /** The same with a voter more, who may have been a learner. */
    public Members with(int id) {
        Set<Integer> more = new TreeSet<>(voters);
        more.add(id);
        Set<Integer> fewer = new TreeSet<>(learners);
        fewer.remove(id);
        return new Members(more, fewer);
    }

    /** The same without a replica. */
    public Members without(int id) {
        Set<Integer> fewer = new TreeSet<>(voters);
        fewer.remove(id);
        Set<Integer> listeners = new TreeSet<>(learners);
        listeners.remove(id);
        return new Members(fewer, listeners);
    }

    /** As the bytes of an entry: number of voters, their ids, the learners' ids; 16 bits each, little endian. */
    public byte[] encode() {
        ByteBuffer bytes =
                ByteBuffer.allocate(2 * (1 + voters.size() + learners.size())).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putShort((short) voters.size());
        new TreeSet<>(voters).forEach(id -> bytes.putShort((short) (int) id));
        new TreeSet<>(learners).forEach(id -> bytes.putShort((short) (int) id));
        return bytes.array();
    }

    /** The inverse of {@link #encode}. */
    public static Members decode(byte[] encoded) {
        ByteBuffer bytes = ByteBuffer.wrap(encoded).order(ByteOrder.LITTLE_ENDIAN);
        int count = Short.toUnsignedInt(bytes.getShort());
        List<Integer> ids = new ArrayList<>();
        while (bytes.hasRemaining()) {
            ids.add(Short.toUnsignedInt(bytes.getShort()));
        }
        return new Members(new TreeSet<>(ids.subList(0, count)), new TreeSet<>(ids.subList(count, ids.size())));
    }
}
