package io.gatun.dist.zookeeper;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.zookeeper.server.persistence.FileTxnSnapLog;
import org.apache.zookeeper.server.persistence.Util;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes the snapshots and transaction logs that no recovery needs any more: all that is older than the newest valid
 * snapshots. ZooKeeper's own purge task does the same but tells each file on standard output, which here belongs to the
 * user.
 */
final class SnapshotRetention implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotRetention.class);
    private static final String SNAPSHOT = "snapshot";
    private static final String LOG_FILE = "log";

    private final File data;
    private final int snapshotsKept;

    /**
     * @param data the server's data folder, which holds snapshots and logs
     * @param snapshotsKept at least 1
     */
    SnapshotRetention(File data, int snapshotsKept) {
        if (snapshotsKept < 1) {
            throw new IllegalArgumentException("snapshotsKept: " + snapshotsKept + " must be at least 1");
        }
        this.data = data;
        this.snapshotsKept = snapshotsKept;
    }

    @Override
    public void run() {
        try {
            removeOld();
        } catch (IOException e) {
            LOG.warn("old ZooKeeper files stay in {}: {}", data, e.getMessage(), e);
        }
    }

    /** Returns the files that were removed. */
    List<File> removeOld() throws IOException {
        List<File> removed = new ArrayList<>();
        FileTxnSnapLog files = new FileTxnSnapLog(data, data);
        try {
            List<File> newest = files.findNValidSnapshots(snapshotsKept);
            if (newest.size() < snapshotsKept) {
                return removed;
            }
            long oldestKept = Util.getZxidFromName(newest.getLast().getName(), SNAPSHOT);
            // Logs that hold transactions after the oldest kept snapshot, the one that spans it included.
            Set<File> needed = new HashSet<>(newest);
            needed.addAll(List.of(files.getSnapshotLogs(oldestKept)));
            remove(files.getSnapDir(), SNAPSHOT, oldestKept, needed, removed);
            remove(files.getDataLogDir(), LOG_FILE, oldestKept, needed, removed);
        } finally {
            files.close();
        }
        return removed;
    }

    private static void remove(File folder, String prefix, long oldestKept, Set<File> needed, List<File> removed)
            throws IOException {
        File[] candidates = folder.listFiles((parent, name) -> name.startsWith(prefix + "."));
        if (candidates == null) {
            throw new IOException(folder + " cannot be listed");
        }
        for (File file : candidates) {
            long zxid = Util.getZxidFromName(file.getName(), prefix);
            if (zxid >= 0 && zxid < oldestKept && !needed.contains(file)) {
                Files.deleteIfExists(file.toPath());
                removed.add(file);
            }
        }
    }
}
