package io.gatun.bench.log;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.ConcurrentHistogram;

/**
 * The clients, in a process of their own: {@code SYSTEM NODES WARM_UP_MS MEASURE_MS LEVEL...}, nodes as
 * {@code host:port,...}, a level as {@code WRITERS:BYTES}. Prints a line for each level.
 */
public final class LogLoad {
    static final int MAX_WRITERS = 256;

    private static final long NS_PER_MS = 1_000_000;
    private static final double NS_PER_US = 1_000;
    private static final double NS_PER_S = 1e9;
    private static final long LONGEST_NS = 60_000_000_000L;
    private static final int DIGITS = 3;
    private static final long ENDS_WITHIN_MS = 60_000;
    private static final long DRIVE_MS = 5;
    /** Before that, a small machine is busy with the compilers of four JVMs, and all latencies are theirs. */
    private static final long COMPILED_MS = 2_000;

    private final Target target;
    private final long[] begunAt = new long[MAX_WRITERS];
    private final AtomicLong outstanding = new AtomicLong();
    private final AtomicReference<String> failure = new AtomicReference<>();
    private final Target.Done done = new Target.Done() {
        @Override
        public void done(int writer) {
            acknowledged(writer);
        }

        @Override
        public void failed(String reason) {
            failure.compareAndSet(null, reason);
        }
    };
    private volatile boolean writing;
    private volatile ConcurrentHistogram histogram;
    private volatile byte[] bytes;

    private LogLoad(Target target) {
        this.target = target;
    }

    /** Runs the load; exit status 1 with a line on standard error when the figures would mean nothing. */
    public static void main(String[] args) throws Exception {
        List<InetSocketAddress> nodes = new ArrayList<>();
        for (String node : args[1].split(",", -1)) {
            int colon = node.lastIndexOf(':');
            nodes.add(new InetSocketAddress(node.substring(0, colon), Integer.parseInt(node.substring(colon + 1))));
        }
        try (Target target = Systems.target(args[0], nodes)) {
            LogLoad load = new LogLoad(target);
            long warmUpMs = Long.parseLong(args[2]);
            long measureMs = Long.parseLong(args[3]);
            load.run(new Level(MAX_WRITERS, 256), Math.max(3 * warmUpMs, COMPILED_MS), 0);
            for (String level : Arrays.asList(args).subList(4, args.length)) {
                String[] parts = level.split(":", -1);
                Level wanted = new Level(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
                System.out.println(load.run(wanted, warmUpMs, measureMs).line());
            }
        }
        System.exit(0); // the clients of others leave threads behind
    }

    private Measured run(Level level, long warmUpMs, long measureMs) throws Exception {
        target.prepare(level.writers());
        bytes = new byte[level.bytes()];
        Arrays.fill(bytes, (byte) 'x');
        ConcurrentHistogram warm = new ConcurrentHistogram(LONGEST_NS, DIGITS);
        ConcurrentHistogram measured = new ConcurrentHistogram(LONGEST_NS, DIGITS);
        histogram = warm;
        writing = true;
        for (int writer = 0; writer < level.writers(); writer++) {
            outstanding.incrementAndGet();
            begin(writer);
        }
        drive(warmUpMs);
        histogram = measured;
        long begun = System.nanoTime();
        drive(measureMs);
        histogram = warm;
        double seconds = (System.nanoTime() - begun) / NS_PER_S;
        writing = false;
        long deadline = System.nanoTime() + ENDS_WITHIN_MS * NS_PER_MS;
        while (outstanding.get() > 0) {
            target.drive(DRIVE_MS, done);
            check();
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException(outstanding.get() + " writes were never acknowledged");
            }
        }
        return new Measured(
                level,
                measured.getTotalCount() / seconds,
                measured.getValueAtPercentile(50) / NS_PER_US,
                measured.getValueAtPercentile(99) / NS_PER_US,
                measured.getMaxValue() / NS_PER_US,
                measured.getTotalCount());
    }

    private void drive(long ms) throws Exception {
        long end = System.nanoTime() + ms * NS_PER_MS;
        while (System.nanoTime() - end < 0) {
            target.drive(DRIVE_MS, done);
            check();
        }
    }

    private void check() {
        String reason = failure.get();
        if (reason != null) {
            throw new IllegalStateException(reason);
        }
    }

    private void begin(int writer) {
        begunAt[writer] = System.nanoTime();
        target.write(writer, bytes, done);
    }

    private void acknowledged(int writer) {
        long ns = System.nanoTime() - begunAt[writer];
        histogram.recordValue(Math.min(ns, LONGEST_NS));
        if (writing) {
            begin(writer);
        } else {
            outstanding.decrementAndGet();
        }
    }
}
