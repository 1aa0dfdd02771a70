package io.gatun.bench.recovery;

import io.gatun.master.registry.Changes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.LongConsumer;

/**
 * Writes a log: {@code DIRECTORY AGENTS TASKS TAIL_BYTES}. It ends with so much that came after its last snapshot, unless
 * another snapshot became due before.
 */
final class BuildMain {
    /** As a busy master's batches are. */
    private static final int CHANGES_PER_ENTRY = 20;

    private static final int POLL_CHANGES = 2_000;
    private static final long POLL_MS = 100;

    private BuildMain() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        SampleCluster cluster = new SampleCluster(Integer.parseInt(args[1]), Integer.parseInt(args[2]));
        long tail = Long.parseLong(args[3]);
        try (Replicas replica = new Replicas(Path.of(args[0]), () -> {})) {
            replica.lead();
            Writer writer = new Writer(replica.node(), Times.UNUSED);
            Changes framework = Changes.none();
            cluster.framework(framework);
            writer.append(framework, System.nanoTime());
            Entry entry = new Entry(writer);
            entry.each(cluster.agents(), number -> cluster.agent(entry.changes(), (int) number));
            entry.each(cluster.tasks(), number -> cluster.running(entry.changes(), number));
            awaitSnapshot(Path.of(args[0]), writer, entry, cluster);
            long before = writer.bytes();
            long number = 0;
            while (writer.bytes() - before < tail) {
                cluster.running(entry.changes(), number++ % cluster.tasks());
                entry.added();
            }
            writer.await();
            Figures.tell("tail_bytes", writer.bytes() - before);
            Figures.tell("state_bytes", replica.probe().stateBytes());
        }
        System.exit(0);
    }

    /** Goes on until a snapshot is on disk that was begun when all was there. */
    private static void awaitSnapshot(Path directory, Writer writer, Entry entry, SampleCluster cluster)
            throws IOException, InterruptedException {
        Disk disk = new Disk(directory);
        writer.await();
        while (disk.isSnapshotUnderWay()) {
            Thread.sleep(POLL_MS);
        }
        long before = disk.newestSnapshot();
        long number = 0;
        do {
            for (int i = 0; i < POLL_CHANGES; i++) {
                cluster.running(entry.changes(), number++ % cluster.tasks());
                entry.added();
            }
            writer.await();
            while (disk.isSnapshotUnderWay()) {
                Thread.sleep(POLL_MS);
            }
        } while (disk.newestSnapshot() == before);
    }

    /** Changes that become one entry. */
    private static final class Entry {
        private final Writer writer;
        private Changes changes = Changes.none();
        private int count;

        Entry(Writer writer) {
            this.writer = writer;
        }

        Changes changes() {
            return changes;
        }

        void each(int many, LongConsumer change) {
            for (int number = 0; number < many; number++) {
                change.accept(number);
                added();
            }
        }

        void added() {
            count++;
            if (count == CHANGES_PER_ENTRY) {
                writer.append(changes, System.nanoTime());
                changes = Changes.none();
                count = 0;
            }
        }
    }
}
