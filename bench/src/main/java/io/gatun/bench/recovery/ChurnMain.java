package io.gatun.bench.recovery;

import io.gatun.master.SoftMaxHeap;
import io.gatun.master.log.CriticalThread;
import io.gatun.master.registry.Changes;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Has tasks end and others take their places, at an even rate, and tells how long appends took while snapshots were written
 * and otherwise: {@code DIRECTORY AGENTS TASKS REPLACED CHANGES_PER_S}.
 */
final class ChurnMain {
    private static final int REPLACED_PER_ENTRY = 5;
    /** It is taken out of the registry; another is launched; that runs. */
    private static final int CHANGES_OF_ONE = 3;
    /** So many times faster before the measurement: not all it can, in which time the heap would grow for that. */
    private static final int WARM_UP_TIMES = 4;

    private static final double NS_PER_S = 1e9;

    private ChurnMain() {}

    public static void main(String[] args) throws Exception {
        SoftMaxHeap.begin(); // as a master does
        CriticalThread.begin(); // as a master's state thread is, from which appends come
        Path directory = Path.of(args[0]);
        SampleCluster cluster = new SampleCluster(Integer.parseInt(args[1]), Integer.parseInt(args[2]));
        int replaced = Integer.parseInt(args[3]);
        double intervalNs = NS_PER_S * REPLACED_PER_ENTRY * CHANGES_OF_ONE / Double.parseDouble(args[4]);
        Watch watch = new Watch(directory);
        SnapshotTimes appends = new SnapshotTimes("", watch::isSnapshotUnderWay);
        SnapshotTimes diskAlone = new SnapshotTimes("disk_", watch::isSnapshotUnderWay);
        SnapshotTimes processorAlone = new SnapshotTimes("late_", watch::isSnapshotUnderWay);
        try (BareDisk disk = new BareDisk(directory.resolveSibling("bare"), diskAlone);
                Replicas replica = new Replicas(directory, watch::snapshotBegins)) {
            replica.lead();
            watch.start();
            long first = warmUp(replica, cluster, watch, intervalNs);
            long before = watch.snapshots();
            PauseTimes pauses = PauseTimes.fromNow();
            Writer writer = new Writer(replica.node(), appends);
            BareProcessor processor = new BareProcessor(processorAlone);
            disk.start();
            processor.start();
            long begunNs = System.nanoTime();
            churn(cluster, writer, first, replaced, begunNs, intervalNs);
            processor.end();
            disk.end();
            Figures.tell("seconds", (System.nanoTime() - begunNs) / NS_PER_S);
            Figures.tell("written", writer.bytes() >> 20);
            Figures.tell("gc_pause_max", pauses.maxMs());
            Figures.tell("gc_pauses", pauses.count());
            Figures.tell("snapshots", watch.snapshots() - before);
            watch.end();
        }
        appends.tell();
        diskAlone.tell();
        processorAlone.tell();
        Figures.tell("stalls", diskAlone.longerThan(RecoveryRows.PAUSE_MAX_MS));
        Figures.tell("meanwhile_but_for_stalls", appends.longestMsWithout(diskAlone, RecoveryRows.PAUSE_MAX_MS));
        Figures.tell("meanwhile_own", appends.longestMsBeyond(RecoveryRows.MACHINES_OWN_MS, diskAlone, processorAlone));
        System.exit(0);
    }

    private static void churn(
            SampleCluster cluster, Writer writer, long first, int replaced, long begunNs, double intervalNs) {
        for (long done = 0; done < replaced; done += REPLACED_PER_ENTRY) {
            long dueNs = begunNs + (long) ((double) done / REPLACED_PER_ENTRY * intervalNs);
            replace(writer, cluster, first + done, dueNs);
        }
        writer.await();
    }

    /** Some tasks, from this one on, end, and others run in their places. */
    private static Changes replacing(SampleCluster cluster, long first) {
        Changes changes = Changes.none();
        for (long one = first; one < first + REPLACED_PER_ENTRY; one++) {
            cluster.ended(changes, one);
            cluster.launched(changes, one + cluster.tasks());
            cluster.running(changes, one + cluster.tasks());
        }
        return changes;
    }

    /**
     * What is measured is a master that has run for a while with such changes, whose collector has been through its heap,
     * and which has just written a snapshot: each task is replaced once at some times the rate of the measurement, and some
     * more until a snapshot is due, where any was; then it goes on at that rate until the snapshot is written.
     *
     * @return the first task that was not replaced
     */
    private static long warmUp(Replicas replica, SampleCluster cluster, Watch watch, double intervalNs) {
        Writer writer = new Writer(replica.node(), Times.UNUSED);
        long next = 0;
        long dueNs = System.nanoTime();
        while (next < cluster.tasks() || (watch.snapshots() > 0 && !watch.isSnapshotUnderWay())) {
            dueNs += (long) (intervalNs / WARM_UP_TIMES);
            next = replace(writer, cluster, next, dueNs);
        }
        dueNs = System.nanoTime();
        while (watch.isSnapshotUnderWay()) {
            dueNs += (long) intervalNs;
            next = replace(writer, cluster, next, dueNs);
        }
        writer.await();
        return next;
    }

    private static long replace(Writer writer, SampleCluster cluster, long first, long dueNs) {
        Changes changes = replacing(cluster, first);
        awaitTime(dueNs);
        writer.append(changes, dueNs);
        return first + REPLACED_PER_ENTRY;
    }

    private static void awaitTime(long ns) {
        for (long left = ns - System.nanoTime(); left > 0; left = ns - System.nanoTime()) {
            LockSupport.parkNanos(Math.min(left, TimeUnit.MILLISECONDS.toNanos(1)));
        }
    }
}
