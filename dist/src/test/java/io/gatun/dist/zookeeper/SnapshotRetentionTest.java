package io.gatun.dist.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.zookeeper.server.DataTree;
import org.apache.zookeeper.server.persistence.FileTxnSnapLog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SnapshotRetentionTest {
    @TempDir
    private Path folder;

    @Test
    void shouldKeepTheNewestSnapshots() throws Exception {
        snapshots(5);

        List<File> removed = new SnapshotRetention(folder.toFile(), 3).removeOld();

        assertThat(removed).extracting(File::getName).containsExactlyInAnyOrder("snapshot.1", "snapshot.2");
        assertThat(folder.resolve("version-2").toFile().list())
                .contains("snapshot.3", "snapshot.4", "snapshot.5")
                .doesNotContain("snapshot.1", "snapshot.2");
    }

    @Test
    void shouldRemoveNothingWhileThereAreFew() throws Exception {
        snapshots(2);

        assertThat(new SnapshotRetention(folder.toFile(), 3).removeOld()).isEmpty();
    }

    private void snapshots(int count) throws Exception {
        FileTxnSnapLog files = new FileTxnSnapLog(folder.toFile(), folder.toFile());
        try {
            DataTree tree = new DataTree();
            for (int zxid = 1; zxid <= count; zxid++) {
                tree.lastProcessedZxid = zxid;
                files.save(tree, new ConcurrentHashMap<>(), true);
            }
            tree.shutdownWatcher();
        } finally {
            files.close();
        }
    }
}
