package io.gatun.master.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The protocol under faults, seed by seed; and that errors in it are found. A seed that fails prints its history. */
class SimulationTest {
    /** {@code -Dgatun.simulation.seeds=100000} for the long run. */
    private static final long SEEDS = Long.getLong("gatun.simulation.seeds", 2_000);

    private static final long FIRST = Long.getLong("gatun.simulation.first", 0);

    private static final List<String> FAULTS = List.of(
            "dies: PROCESS",
            "dies: POWER",
            "is paused",
            "is alone",
            "is cut",
            "ENOSPC",
            "EIO",
            "journal WHOLE; dropped",
            "journal DAMAGED: generation",
            "journal DAMAGED: snapshot",
            "journal DAMAGED: mark",
            "journal EMPTY",
            "is wiped",
            "loses its log",
            "has lost the end",
            "everything was acknowledged",
            "is led on without knowing",
            "writes alone",
            "finishes nothing any more",
            "cut off at",
            "flipped",
            "votes again",
            "learners=[4]",
            "voters=[1, 2, 3, 4]",
            "the fourth replaces");

    /** A planted error must show within this many seeds; each was found within 60, from wherever one began. */
    private static final int PATIENCE = 1_000;

    @Test
    void shouldLoseNothingAndComeTogetherAgain() {
        seeds(FIRST, SEEDS).parallel().forEach(seed -> {
            Simulation simulation = new Simulation(seed);
            try {
                simulation.run();
            } catch (ViolationException e) {
                throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
            }
            assertThat(simulation.acknowledgedCount()).as("seed %d", seed).isPositive();
        });
    }

    /** Some, of which every fifth has aimed faults. */
    private static LongStream seeds(long first, long count) {
        return LongStream.range(first, first + count)
                .flatMap(seed -> seed % 4 == 3 ? LongStream.of(seed, -seed) : LongStream.of(seed));
    }

    /** Faults that never happen prove nothing. */
    @Test
    void shouldMeetEachKindOfFault() {
        Set<String> unseen = new HashSet<>(FAULTS);
        var seeds = seeds(0, 2_000).iterator();
        while (seeds.hasNext() && !unseen.isEmpty()) {
            Simulation simulation = new Simulation(seeds.nextLong());
            simulation.run();
            unseen.removeIf(simulation::saw);
        }
        assertThat(unseen).isEmpty();
    }

    @Test
    void shouldDoTheSameWithTheSameSeed() {
        assertThatThrownBy(() -> failing().run()).isInstanceOf(ViolationException.class);
        String first = messageOf(failing());
        assertThat(messageOf(failing())).isEqualTo(first);
    }

    private static Simulation failing() {
        return new Simulation(1).violatingAt(3_000);
    }

    private static String messageOf(Simulation simulation) {
        try {
            simulation.run();
            return "";
        } catch (ViolationException e) {
            return e.getMessage();
        }
    }

    static Stream<Arguments> errors() {
        return Stream.of(
                Arguments.of("no quorum", "Candidacy.java", "count < replica.members().quorum()", "count < 1"),
                Arguments.of(
                        "longer log wins",
                        "Candidacy.java",
                        "return lastEpoch > epoch || (lastEpoch == epoch && lastPosition > position);",
                        "return lastPosition > position;"),
                Arguments.of("no fencing", "Replica.java", "if (epoch < promised()) {", "if (epoch < 0) {"),
                Arguments.of(
                        "previous entry not compared",
                        "Replica.java",
                        "if (!log.has(previousPosition, previousEpoch)) {",
                        "if (!log.entries().has(previousPosition)) {"),
                Arguments.of(
                        "acknowledged before it is on disk",
                        "Following.java",
                        "Math.min(matched, durability.forced())",
                        "matched"),
                Arguments.of("promise not written", "LocalLog.java", "journal.promise(epoch);", ""),
                Arguments.of(
                        "entries of earlier epochs commit by counting",
                        "Leading.java",
                        " && replica.log().entries().epoch(quorum) == epoch",
                        ""),
                Arguments.of(
                        "what was overruled still counts as on disk",
                        "LocalLog.java",
                        "durability.overruled(position);",
                        ""),
                Arguments.of(
                        "own copy counts before it is on disk",
                        "Leading.java",
                        "peers.match(index, replica.log().durability().forced());",
                        "peers.match(index, replica.log().entries().last());"),
                Arguments.of(
                        "commits what it has, not what agrees",
                        "Replica.java",
                        "commit(Math.min(leaderCommitted, matched));",
                        "commit(leaderCommitted);"),
                Arguments.of(
                        "a late snapshot takes entries away",
                        "LocalLog.java",
                        "return position > entries.base() && !has(position, received.epoch());",
                        "return true;"),
                Arguments.of(
                        "an id counts, whoever has it",
                        "Members.java",
                        "return voters.contains(id) && incarnation(id) == incarnation;",
                        "return voters.contains(id);"),
                Arguments.of(
                        "acknowledgements of one who lost its log count",
                        "Peers.java",
                        "known[i] && ids[i] != except && incarnation[i] == named[i]",
                        "known[i]"),
                Arguments.of(
                        "a replica without its log grants its vote",
                        "Replica.java",
                        "if (!log.isVouched() && admitted != incarnation) {",
                        "if (!log.isVouched() && admitted < 0) {"),
                Arguments.of(
                        "a place that is not committed grants a vote",
                        "Candidacy.java",
                        "return log.members().isReplacing(member, log.committed())",
                        "return log.committed() < 0"),
                Arguments.of(
                        "a place that is not committed counts for itself",
                        "Leading.java",
                        "if (!peers.isVouched(i) && history",
                        "if (peers.isVouched(i) && history"),
                Arguments.of(
                        "the mark of what was acknowledged is ignored",
                        "disk/Evidence.java",
                        "mark.generation() >= first && mark.sequence() >= stop.sequence()",
                        "mark.generation() < -1"),
                Arguments.of(
                        "a received snapshot counts before it is on disk",
                        "LocalLog.java",
                        "durability.overruled(durable + 1);",
                        ""),
                Arguments.of(
                        "a record without its checksum",
                        "disk/DocumentReader.java",
                        "return buffer.getInt(record) == RecordLayout.checksum(crc, buffer, record, own);",
                        "return true;"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("errors")
    void shouldFindAPlantedError(String name, String file, String from, String to) throws Exception {
        Mutant mutant = new Mutant(file, from, to);
        String found = null;
        var seeds = LongStream.range(FIRST, FIRST + PATIENCE / 2)
                .flatMap(seed -> LongStream.of(seed, -seed - 1))
                .iterator();
        while (seeds.hasNext() && found == null) {
            found = mutant.simulate(seeds.nextLong());
        }
        assertThat(found).as(name).isNotNull();
    }
}
