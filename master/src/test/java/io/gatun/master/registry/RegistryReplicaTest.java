package io.gatun.master.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.master.log.node.LogNode;
import io.gatun.master.log.node.LogNodeConfig;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The registry on a log of one replica, on disk. */
@Timeout(300)
class RegistryReplicaTest {
    @TempDir
    Path directory;

    private final BlockingQueue<RegistryView> terms = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> ends = new LinkedBlockingQueue<>();
    private final RegistryReplica replica = new RegistryReplica(new RegistryReplica.Listener() {
        @Override
        public void leading(long epoch, RegistryView registry) {
            terms.add(registry);
        }

        @Override
        public void steppedDown(long epoch, String reason) {
            ends.add(reason);
        }
    });

    @Test
    void shouldHandOverEverythingThatWasCommittedToTheNextTerm() throws Exception {
        try (LogNode node = LogNode.open(LogNodeConfig.of(directory), replica)) {
            NodeRegistryLog log = new NodeRegistryLog(node);
            assertThat(lead(node).isEmpty()).isTrue();
            commit(log.term(), 1, weight("a", 1)).get(60, TimeUnit.SECONDS);
            node.resign("another term");
            assertThat(lead(node).weights()).containsExactly(Map.entry("a", 1.0));
            assertThat(ends).hasSize(1);
        }
    }

    @Test
    void shouldTellATermThatItsEntryWasNotAppended() throws Exception {
        try (LogNode node = LogNode.open(LogNodeConfig.of(directory), replica)) {
            CompletableFuture<Long> outcome = commit(new NodeRegistryLog(node).term(), 1, weight("a", 1));
            assertThat(outcome)
                    .failsWithin(60, TimeUnit.SECONDS)
                    .withThrowableThat()
                    .withMessageContaining("no replica is known to lead");
        }
    }

    /** Whatever a framework or an operator may send in one request. */
    @Test
    void shouldKeepARecordThatIsLargerThanAnyEntry() throws Exception {
        String huge = "x".repeat(20 << 20);
        try (LogNode node = LogNode.open(LogNodeConfig.of(directory), replica)) {
            lead(node);
            RegistryLog log = new NodeRegistryLog(node).term();
            BlockingQueue<Long> committed = new LinkedBlockingQueue<>();
            RegistryLog.Outcomes outcomes = new RegistryLog.Outcomes() {
                @Override
                public void committed(long number) {
                    committed.add(number);
                }

                @Override
                public void failed(long number, String reason) {
                    committed.add(-number);
                }
            };
            log.append(1, vip("huge", huge), outcomes);
            log.append(2, vip("small", "10.0.0.1"), outcomes);
            assertThat(committed.poll(60, TimeUnit.SECONDS)).isEqualTo(1);
            assertThat(committed.poll(60, TimeUnit.SECONDS)).isEqualTo(2);
        }
        RegistryReplica again = new RegistryReplica(new RegistryReplica.Listener() {
            @Override
            public void leading(long epoch, RegistryView registry) {
                terms.add(registry);
            }

            @Override
            public void steppedDown(long epoch, String reason) {}
        });
        try (LogNode node = LogNode.open(LogNodeConfig.of(directory), again)) {
            Map<String, VipRecord> vips = lead(node).vips();
            assertThat(vips.get("huge").getAddress()).isEqualTo(huge);
            assertThat(vips.get("small").getAddress()).isEqualTo("10.0.0.1");
        }
    }

    /** Its leader went before it had appended all of it. */
    @Test
    void shouldForgetARecordThatWasNeverFinished() {
        RegistryRecord part = Changes.empty()
                .setPart(RegistryRecord.Part.newBuilder()
                        .setIndex(0)
                        .setLast(false)
                        .setPiece(weight("a", 1).toByteString()))
                .build();
        RegistryState state = new RegistryState();
        state.apply(part);
        assertThat(state.awaitsParts()).isTrue();
        state.apply(weight("b", 2));
        assertThat(state.awaitsParts()).isFalse();
        assertThat(state.view().weights()).containsOnlyKeys("b");
    }

    @Test
    void shouldGiveNoSnapshotThatLacksPartOfARecord() {
        byte[] part = Changes.empty()
                .setPart(RegistryRecord.Part.newBuilder()
                        .setIndex(0)
                        .setLast(false)
                        .setPiece(weight("a", 1).toByteString()))
                .build()
                .toByteArray();
        assertThat(replica.snapshot()).isNotNull();
        replica.committed(1, 1, new UnsafeBuffer(part), 0, part.length);
        assertThat(replica.snapshot()).isNull();
    }

    @Test
    void shouldNotLeadOnWhatItCannotRead() throws Exception {
        byte[] next = RegistryRecord.newBuilder()
                .setVersion(Changes.VERSION + 1)
                .setMinReaderVersion(Changes.VERSION + 1)
                .build()
                .toByteArray();
        replica.committed(7, 1, new UnsafeBuffer(next), 0, next.length);
        assertThat(replica.unreadable()).contains("position 7").contains("format " + (Changes.VERSION + 1));
        assertThat(replica.snapshot()).as("it would lack the entry").isNull();
        replica.restored(8, new RegistryState().view().encoded());
        assertThat(replica.unreadable()).isEmpty();
    }

    private RegistryView lead(LogNode node) throws InterruptedException {
        node.campaign();
        RegistryView registry = terms.poll(60, TimeUnit.SECONDS);
        assertThat(registry).as("leads within 60 s").isNotNull();
        return registry;
    }

    private static CompletableFuture<Long> commit(RegistryLog log, long number, RegistryRecord record) {
        CompletableFuture<Long> outcome = new CompletableFuture<>();
        log.append(number, record, new RegistryLog.Outcomes() {
            @Override
            public void committed(long committed) {
                outcome.complete(committed);
            }

            @Override
            public void failed(long failed, String reason) {
                outcome.completeExceptionally(new RegistryException(reason));
            }
        });
        return outcome;
    }

    private static RegistryRecord weight(String role, double weight) {
        return Changes.none()
                .put(
                        Kind.WEIGHT,
                        role,
                        WeightRecord.newBuilder().setWeight(weight).build())
                .record();
    }

    private static RegistryRecord vip(String name, String address) {
        return Changes.none()
                .put(Kind.VIP, name, VipRecord.newBuilder().setAddress(address).build())
                .record();
    }
}
