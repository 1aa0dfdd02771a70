package io.gatun.master.log.node;

import static io.gatun.master.log.node.NodeCluster.append;
import static io.gatun.master.log.node.NodeCluster.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
final class LogNodeTest {
    @TempDir
    private Path directory;

    private NodeCluster cluster() {
        return new NodeCluster(directory, UnaryOperator.identity());
    }

    private static List<String> texts(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "entry " + i).toList();
    }

    private static void appendAll(LogNode leader, List<String> texts) throws Exception {
        List<CompletableFuture<Long>> waiting = new ArrayList<>();
        texts.forEach(text -> waiting.add(append(leader, text)));
        for (CompletableFuture<Long> future : waiting) {
            future.get(60, TimeUnit.SECONDS);
        }
    }

    @Test
    void oneReplicaFormsALogAndLeadsAlone() throws Exception {
        try (NodeCluster cluster = cluster()) {
            cluster.known(1).start(1, 1);
            LogNode node = cluster.lead(1);
            long first = append(node, "a").get(60, TimeUnit.SECONDS);
            long second = append(node, "b").get(60, TimeUnit.SECONDS);
            assertThat(second).isEqualTo(first + 1);
            node.barrier().get(60, TimeUnit.SECONDS);
            assertThat(cluster.application(1).texts()).containsExactly("a", "b");
        }
    }

    @Test
    void whatWasAppendedIsThereAfterARestart() throws Exception {
        try (NodeCluster cluster = cluster()) {
            cluster.known(1).start(1, 1);
            appendAll(cluster.lead(1), texts(0, 100));
            cluster.stop(1);
            cluster.start(1, 1);
            LogNode again = cluster.lead(1);
            again.barrier().get(60, TimeUnit.SECONDS);
            assertThat(cluster.application(1).texts()).isEqualTo(texts(0, 100));
        }
    }

    @Test
    void threeReplicasFormALogAndAllApplyTheSame() throws Exception {
        try (NodeCluster cluster = cluster()) {
            cluster.known(3);
            for (int id = 1; id <= 3; id++) {
                cluster.start(id, 2);
            }
            LogNode leader = cluster.lead(2);
            appendAll(leader, texts(0, 1_000));
            for (int id = 1; id <= 3; id++) {
                TextApplication application = cluster.application(id);
                await(() -> application.texts().size() == 1_000);
                assertThat(application.texts()).isEqualTo(texts(0, 1_000));
            }
            LogStatus status = leader.status();
            assertThat(status.voters()).containsExactly(1, 2, 3);
            await(() -> cluster.node(1).status().leader() == 2); // it may be some ms old
            assertThat(cluster.node(1).status().cluster())
                    .isEqualTo(status.cluster())
                    .isNotEmpty();
        }
    }

    @Test
    void aFollowerAppendsNothingAndNamesTheLeader() throws Exception {
        try (NodeCluster cluster = cluster()) {
            cluster.known(3);
            for (int id = 1; id <= 3; id++) {
                cluster.start(id, 2);
            }
            cluster.lead(1);
            await(() -> cluster.node(3).status().leader() == 1);
            assertThatThrownBy(() -> append(cluster.node(3), "x").get(60, TimeUnit.SECONDS))
                    .cause()
                    .isInstanceOf(NotLeadingException.class)
                    .hasMessage("the log is led by replica 1");
            assertThatThrownBy(() -> cluster.node(3).barrier().get(60, TimeUnit.SECONDS))
                    .cause()
                    .isInstanceOf(NotLeadingException.class);
        }
    }

    @Test
    void anotherLeadsWhenTheLeaderHasGoneAndNothingAcknowledgedIsLost() throws Exception {
        try (NodeCluster cluster = cluster()) {
            cluster.known(3);
            for (int id = 1; id <= 3; id++) {
                cluster.start(id, 2);
            }
            appendAll(cluster.lead(1), texts(0, 500));
            cluster.stop(1);
            LogNode next = cluster.lead(3);
            next.barrier().get(60, TimeUnit.SECONDS);
            assertThat(cluster.application(3).texts()).isEqualTo(texts(0, 500));
            appendAll(next, texts(500, 600));
            cluster.start(1, 2);
            await(() -> cluster.application(1).texts().size() == 600);
            assertThat(cluster.application(1).texts()).isEqualTo(texts(0, 600));
        }
    }

    @Test
    void aLeaderWithoutAQuorumStepsDownAndSaysWhy() throws Exception {
        // Longer than this thread may be held up between the ends of the others and the append.
        try (NodeCluster cluster = new NodeCluster(directory, config -> NodeCluster.patient(config, 5_000))) {
            cluster.known(3);
            for (int id = 1; id <= 3; id++) {
                cluster.start(id, 2);
            }
            LogNode leader = cluster.lead(1);
            appendAll(leader, texts(0, 10));
            cluster.stop(2);
            cluster.stop(3);
            CompletableFuture<Long> lost = append(leader, "nobody else hears this");
            assertThatThrownBy(() -> lost.get(60, TimeUnit.SECONDS))
                    .cause()
                    .isInstanceOf(UnknownOutcomeException.class)
                    .hasMessageContaining("no quorum answered for 5000 ms");
            await(() -> cluster.application(1)
                    .events()
                    .equals(List.of("leading", "stepped down: no quorum answered for 5000 ms")));
        }
    }

    @Test
    void noLogIsFormedWhileAFounderIsMissing() throws Exception {
        try (NodeCluster cluster = cluster()) {
            cluster.known(3);
            cluster.start(1, 2);
            cluster.start(2, 2);
            await(() -> cluster.node(1).status().peers().stream()
                    .anyMatch(peer -> peer.id() == 2 && peer.connection().connected()));
            Thread.sleep(500); // five times what a founder waits between two looks
            assertThat(cluster.node(1).status().state()).isEqualTo("EMPTY");
            cluster.start(3, 2);
            cluster.lead(1);
        }
    }

    @Test
    void aReplicaThatLostItsDiskFormsNothingAndIsFilledAgain() throws Exception {
        try (NodeCluster cluster = cluster()) {
            cluster.known(3);
            for (int id = 1; id <= 3; id++) {
                cluster.start(id, 2);
            }
            LogNode leader = cluster.lead(1);
            appendAll(leader, texts(0, 200));
            cluster.stop(3);
            cluster.disk(3).lose();
            cluster.start(3, 2);
            await(() -> cluster.node(3).status().state().equals("WHOLE"));
            await(() -> cluster.application(3).texts().size() == 200);
            cluster.stop(2);
            appendAll(leader, texts(200, 300)); // which needs replica 3
            assertThat(cluster.application(1).texts()).isEqualTo(texts(0, 300));
        }
    }

    @Test
    void aLogGrowsFromOneToThreeAndReplacesADeadReplica() throws Exception {
        try (NodeCluster cluster = cluster()) {
            cluster.known(1).start(1, 1);
            LogNode leader = cluster.lead(1);
            appendAll(leader, texts(0, 100));
            for (int id = 2; id <= 4; id++) {
                cluster.address(id);
            }
            cluster.start(2, 2);
            cluster.start(3, 2);
            leader.addReplica(2, cluster.address(2)).get(60, TimeUnit.SECONDS);
            leader.addReplica(3, cluster.address(3)).get(60, TimeUnit.SECONDS);
            appendAll(leader, texts(100, 200));
            assertThat(leader.status().voters()).containsExactly(1, 2, 3);
            cluster.stop(2);
            cluster.start(4, 2);
            leader.addReplica(4, cluster.address(4)).get(60, TimeUnit.SECONDS);
            leader.removeReplica(2).get(60, TimeUnit.SECONDS);
            assertThat(leader.status().voters()).containsExactly(1, 3, 4);
            cluster.stop(1);
            appendAll(cluster.lead(4), texts(200, 300));
            assertThat(cluster.application(4).texts()).isEqualTo(texts(0, 300));
            await(() -> cluster.application(3).texts().size() == 300);
        }
    }

    @Test
    void aSnapshotTakesThePlaceOfEntriesAndReachesAReplicaThatIsFarBehind() throws Exception {
        try (NodeCluster cluster = new NodeCluster(
                directory, config -> config.withCompaction(new LogNodeConfig.Compaction(500, 1 << 20)))) {
            cluster.known(3);
            for (int id = 1; id <= 3; id++) {
                cluster.start(id, 2);
            }
            LogNode leader = cluster.lead(1);
            cluster.stop(3);
            appendAll(leader, texts(0, 5_000));
            await(() -> leader.status().first() > 500);
            assertThat(cluster.disk(1).written()).isLessThan(5_000);
            cluster.start(3, 2);
            await(() -> cluster.application(3).texts().size() == 5_000);
            assertThat(cluster.application(3).texts()).isEqualTo(texts(0, 5_000));
        }
    }
}
