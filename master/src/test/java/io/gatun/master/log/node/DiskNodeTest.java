package io.gatun.master.log.node;

import static io.gatun.master.log.node.NodeCluster.append;
import static io.gatun.master.log.node.NodeCluster.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.master.log.disk.JournalState;
import io.gatun.master.log.disk.JournalVerifier;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Nodes on Chronicle Queue files. */
@Timeout(300)
final class DiskNodeTest {
    @TempDir
    private Path directory;

    private NodeCluster cluster() {
        return new NodeCluster(directory, UnaryOperator.identity()).onDisk();
    }

    @Test
    void threeReplicasKeepWhatTheyAcknowledgedOverARestartOfAll() throws Exception {
        try (NodeCluster cluster = cluster()) {
            cluster.known(3).startAll(2);
            LogNode leader = cluster.lead(1);
            for (int i = 0; i < 50; i++) {
                append(leader, "entry " + i).get(60, TimeUnit.SECONDS);
            }
            for (int id = 1; id <= 3; id++) {
                cluster.stop(id);
                assertThat(JournalVerifier.verify(cluster.directory(id)).state())
                        .isEqualTo(JournalState.WHOLE);
            }
            cluster.startAll(2);
            cluster.lead(2).barrier().get(60, TimeUnit.SECONDS);
            assertThat(cluster.application(2).texts()).hasSize(50).endsWith("entry 49");
        }
    }

    @Test
    void aDamagedReplicaIsFilledByTheOthers() throws Exception {
        try (NodeCluster cluster = cluster()) {
            cluster.known(3).startAll(2);
            LogNode leader = cluster.lead(1);
            append(leader, "before").get(60, TimeUnit.SECONDS);
            await(() -> cluster.application(3).texts().size() == 1);
            cluster.stop(3);
            damage(cluster.directory(3));
            assertThat(JournalVerifier.verify(cluster.directory(3)).state()).isEqualTo(JournalState.DAMAGED);
            LogNode healed = cluster.start(3, 2);
            await(() -> healed.status().state().equals("WHOLE"));
            await(() -> cluster.application(3).texts().equals(List.of("before")));
        }
    }

    @Test
    void aDamagedReplicaThatIsAloneSaysSoAndDoesNotStart() throws Exception {
        try (NodeCluster cluster = cluster()) {
            cluster.known(1).start(1, 1);
            append(cluster.lead(1), "before").get(60, TimeUnit.SECONDS);
            cluster.stop(1);
            damage(cluster.directory(1));
            assertThatThrownBy(() -> cluster.start(1, 1))
                    .isInstanceOf(LogException.class)
                    .hasMessageContaining("is damaged, and there is no other replica to fill it")
                    .hasMessageContaining("Restore the directory from a backup");
        }
    }

    @Test
    void anotherReplicasDirectoryIsRefused() throws Exception {
        try (NodeCluster cluster = cluster()) {
            cluster.known(1).start(1, 1);
            append(cluster.lead(1), "before").get(60, TimeUnit.SECONDS);
            cluster.stop(1);
            LogNodeConfig wrong = LogNodeConfig.of(cluster.directory(1)).withId(7);
            assertThatThrownBy(() -> LogNode.open(wrong, new TextApplication()))
                    .isInstanceOf(LogException.class)
                    .hasMessageContaining("id=7")
                    .hasMessageContaining("is the log of replica 1");
        }
    }

    @Test
    void aQuorumOfBackupsBringsALogBack() throws Exception {
        try (NodeCluster cluster = cluster()) {
            cluster.known(3).startAll(2);
            LogNode leader = cluster.lead(1);
            append(leader, "kept").get(60, TimeUnit.SECONDS);
            await(() -> cluster.application(3).texts().size() == 1);
            for (int id = 1; id <= 3; id++) {
                cluster.stop(id);
            }
            for (int id = 2; id <= 3; id++) {
                copy(cluster.directory(id), directory.resolve("backup-" + id));
                remove(cluster.directory(id));
            }
            remove(cluster.directory(1)); // and no backup of it
            for (int id = 2; id <= 3; id++) {
                copy(directory.resolve("backup-" + id), cluster.directory(id));
            }
            cluster.startAll(2);
            LogNode restored = cluster.lead(3);
            append(restored, "new").get(60, TimeUnit.SECONDS);
            await(() -> cluster.application(1).texts().equals(List.of("kept", "new")));
        }
    }

    private static List<Path> files(Path root) throws Exception {
        try (Stream<Path> paths = Files.walk(root)) {
            return paths.filter(Files::isRegularFile).toList();
        }
    }

    private static void copy(Path from, Path to) throws Exception {
        for (Path file : files(from)) {
            Path target = to.resolve(from.relativize(file).toString());
            Files.createDirectories(target.getParent());
            Files.copy(file, target);
        }
    }

    private static void remove(Path root) throws Exception {
        for (Path file : files(root)) {
            Files.delete(file);
        }
    }

    /** Flips a bit in the middle of every record file. */
    private static void damage(Path replica) throws Exception {
        try (Stream<Path> files = Files.walk(replica)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".cq4")).toList()) {
                byte[] content = Files.readAllBytes(file);
                String text = new String(content, StandardCharsets.ISO_8859_1);
                int at = text.indexOf("before");
                if (at >= 0) {
                    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                        channel.write(ByteBuffer.wrap(new byte[] {'B'}), at);
                    }
                }
            }
        }
    }
}
