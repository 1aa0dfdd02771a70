package io.gatun.master.log;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The replicas whose acknowledgements count, and those that only listen. A voter is its id <em>and</em> its incarnation:
 * one that has lost what it had on disk comes back under the same id as somebody else, who never acknowledged anything.
 *
 * @param voters ids, 1 to {@link Epoch#MAX_ID}
 * @param learners ids that are sent entries but not counted
 * @param incarnations of voters; one that is not named has {@link #ORIGINAL}
 */
public record Members(Set<Integer> voters, Set<Integer> learners, Map<Integer, Long> incarnations) {
    /** The incarnation of the replicas that a log was formed of. */
    public static final long ORIGINAL = 0;

    /** Nobody: what a replica without a log knows. */
    public static final Members NONE = new Members(Set.of(), Set.of(), Map.of());

    private static final int COUNT_BYTES = Short.BYTES;
    private static final int VOTER_BYTES = Short.BYTES + Long.BYTES;
    private static final int LEARNER_BYTES = Short.BYTES;

    public Members {
        // In order: what a replica does must not depend on how a JVM orders a set.
        voters = Collections.unmodifiableSet(new TreeSet<>(voters));
        learners = Collections.unmodifiableSet(new TreeSet<>(learners));
        TreeMap<Integer, Long> named = new TreeMap<>(incarnations);
        named.values().removeIf(incarnation -> incarnation == ORIGINAL);
        named.keySet().retainAll(voters);
        incarnations = Collections.unmodifiableMap(named);
        for (int id : voters) {
            requireId(id);
            if (learners.contains(id)) {
                throw new IllegalArgumentException("members: replica " + id + " cannot be voter and learner");
            }
        }
        learners.forEach(Members::requireId);
        if (voters.isEmpty() && !learners.isEmpty()) {
            throw new IllegalArgumentException("members: there must be a voter");
        }
    }

    private static void requireId(int id) {
        if (id < 1 || id > Epoch.MAX_ID) {
            throw new IllegalArgumentException("members: replica id " + id + " must be 1 to " + Epoch.MAX_ID);
        }
    }

    /** Only voters, those of a log that is being formed. */
    public static Members of(Set<Integer> voters) {
        return new Members(voters, Set.of(), Map.of());
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

    /** Which of those that had or will have this id is the voter. */
    public long incarnation(int id) {
        return Objects.requireNonNullElse(incarnations.get(id), ORIGINAL);
    }

    /** Whether an incarnation of a replica is a voter. */
    public boolean counts(int id, long incarnation) {
        return voters.contains(id) && incarnation(id) == incarnation;
    }

    /** The same with another learner. */
    public Members listening(int id) {
        Set<Integer> more = new TreeSet<>(learners);
        more.add(id);
        return new Members(voters, more, incarnations);
    }

    /** The same with a voter more, who may have been a learner. */
    public Members with(int id) {
        Set<Integer> more = new TreeSet<>(voters);
        more.add(id);
        Set<Integer> fewer = new TreeSet<>(learners);
        fewer.remove(id);
        return new Members(more, fewer, incarnations);
    }

    /** The same with another incarnation of a voter. */
    public Members with(int id, long incarnation) {
        Map<Integer, Long> changed = new TreeMap<>(incarnations);
        changed.put(id, incarnation);
        return new Members(voters, learners, changed);
    }

    /** The same without a replica. */
    public Members without(int id) {
        Set<Integer> fewer = new TreeSet<>(voters);
        fewer.remove(id);
        Set<Integer> listeners = new TreeSet<>(learners);
        listeners.remove(id);
        return new Members(fewer, listeners, incarnations);
    }

    /**
     * As the bytes of an entry, little endian: number of voters (16 bits), of each voter its id (16) and incarnation
     * (64), then the ids of the learners (16).
     */
    public byte[] encode() {
        ByteBuffer bytes = ByteBuffer.allocate(
                        COUNT_BYTES + VOTER_BYTES * voters.size() + LEARNER_BYTES * learners.size())
                .order(ByteOrder.LITTLE_ENDIAN);
        bytes.putShort((short) voters.size());
        voters.forEach(id -> bytes.putShort((short) (int) id).putLong(incarnation(id)));
        learners.forEach(id -> bytes.putShort((short) (int) id));
        return bytes.array();
    }

    /**
     * The inverse of {@link #encode}.
     *
     * @throws IllegalArgumentException when the bytes are not a list of members
     */
    public static Members decode(byte[] encoded) {
        ByteBuffer bytes = ByteBuffer.wrap(encoded).order(ByteOrder.LITTLE_ENDIAN);
        int count = bytes.remaining() < COUNT_BYTES ? -1 : Short.toUnsignedInt(bytes.getShort());
        int others = bytes.remaining() - count * VOTER_BYTES;
        if (count < 0 || others < 0 || others % LEARNER_BYTES != 0) {
            throw new IllegalArgumentException(
                    "members: " + encoded.length + " bytes cannot hold " + count + " voters");
        }
        Map<Integer, Long> incarnations = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            incarnations.put(Short.toUnsignedInt(bytes.getShort()), bytes.getLong());
        }
        List<Integer> learners = new ArrayList<>();
        while (bytes.hasRemaining()) {
            learners.add(Short.toUnsignedInt(bytes.getShort()));
        }
        return new Members(incarnations.keySet(), new TreeSet<>(learners), incarnations);
    }
}
