package io.gatun.master.election;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Three contenders through faults of ZooKeeper, of their log and of themselves, seed by seed, in simulated time. */
class TurnSimulationTest {
    /** {@code -Dgatun.election.seeds=100000} for the long run. */
    private static final long SEEDS = Long.getLong("gatun.election.seeds", 3_000);

    private static final long FIRST = Long.getLong("gatun.election.first", 0);
    private static final long PATIENCE_MS = 1_000;
    private static final int FAULTS = 4;
    /** For anything that is still under way to end. */
    private static final long REST_MS = 20_000;
    /** A fault may take the leader away, and its end another one; some more where candidates overtake each other. */
    private static final int CHANGES_MAX = 6;

    @Test
    void shouldChangeLeadersSeldomAndComeToRest() {
        LongStream.range(FIRST, FIRST + SEEDS).parallel().forEach(seed -> new Run(seed).run());
    }

    /** Thousands of faults, of which one may leave more than one behind it. */
    private static final class Run {
        private final long seed;
        private final SimulatedTime time;
        private final SimulatedZooKeeper zooKeeper;
        private final SimulatedLog log;
        private final List<SimulatedContender> contenders;
        private final List<String> told = new ArrayList<>();

        Run(long seed) {
            this.seed = seed;
            time = new SimulatedTime(seed);
            zooKeeper = new SimulatedZooKeeper(time);
            log = new SimulatedLog(time, PATIENCE_MS);
            contenders = IntStream.range(0, SimulatedLog.COUNT)
                    .mapToObj(id -> new SimulatedContender(id, time, zooKeeper, log, PATIENCE_MS))
                    .toList();
        }

        void run() {
            contenders.forEach(SimulatedContender::start);
            rest(0);
            for (int i = 0; i < FAULTS; i++) {
                int before = log.changes();
                fault();
                rest(before);
            }
        }

        private void rest(int before) {
            time.run(time.now() + REST_MS);
            int leader = log.leader();
            String where = "seed " + seed + ": " + told + ": ";
            assertThat(leader).as(where + "who leads").isNotNegative();
            assertThat(zooKeeper.list())
                    .as(where + "the leader is " + leader + " with "
                            + contenders.get(leader).node())
                    .startsWith(contenders.get(leader).node());
            assertThat(log.changes() - before)
                    .as(where + "changes of the leader")
                    .isLessThanOrEqualTo(CHANGES_MAX);
            int changes = log.changes();
            time.run(time.now() + REST_MS / 2);
            assertThat(log.changes()).as(where + "changes without a fault").isEqualTo(changes);
        }

        private void fault() {
            int id = time.oneIn(3) ? (int) time.random(0, SimulatedLog.COUNT - 1) : log.leader();
            SimulatedContender struck = contenders.get(id);
            long length = time.random(100, time.oneIn(3) ? 15_000 : 6_000);
            switch ((int) time.random(0, 6)) {
                case 0 -> {
                    tell("ZooKeeper is away", id, length);
                    zooKeeper.stop();
                    time.after(length, zooKeeper::start);
                }
                case 1 -> {
                    tell("cut from ZooKeeper", id, length);
                    struck.cut(true);
                    time.after(length, () -> struck.cut(false));
                }
                case 2 -> {
                    tell("cut from the others", id, length);
                    log.cut(id, true);
                    time.after(length, () -> log.cut(id, false));
                }
                case 3 -> {
                    tell("alone", id, length);
                    log.cut(id, true);
                    struck.cut(true);
                    time.after(length, () -> log.cut(id, false));
                    time.after(length + time.random(0, 300), () -> struck.cut(false));
                }
                case 4 -> {
                    tell("stands still", id, length);
                    log.pause(id, time.now() + length);
                }
                case 5 -> {
                    tell("dies", id, length);
                    log.restart(id);
                    log.pause(id, Long.MAX_VALUE);
                    struck.kill();
                    time.after(length, () -> {
                        log.pause(id, 0);
                        struck.start();
                    });
                }
                default -> {
                    tell("ZooKeeper is away and comes back for one after the other", id, length);
                    zooKeeper.stop();
                    time.after(length, zooKeeper::start);
                    contenders.forEach(contender -> {
                        contender.cut(true);
                        time.after(length + time.random(0, 4_000), () -> contender.cut(false));
                    });
                }
            }
            time.run(time.now() + length);
        }

        private void tell(String what, int id, long length) {
            told.add(time.now() + " " + what + ": " + id + " of leader " + log.leader() + " for " + length);
        }
    }
}
