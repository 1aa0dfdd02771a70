package io.gatun.bench.log;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.ConcurrentHistogram;

/**
 * The clients, in a process of their own: {@code SYSTEM NODES}, nodes as {@code host:port,...}. For each line
 * {@code WRITERS:BYTES WARM_UP_MS MEASURE_MS} that it reads it writes one with what it measured, until there are none.
 */
public final class LogLoad {
    static final int MAX_WRITERS = 256;

    private static final long NS_PER_MS = 1_000_000;
    private static final double NS_PER_S = 1e9;
    private static final long LONGEST_NS = 60_000_000_000L;
    private static final int DIGITS = 3;
    private static final long ENDS_WITHIN_MS = 60_000;
    private static final long DRIVE_MS = 5;
    private static final long IDLE_MS = 50;
    /** In place of a line: there are no more. */
    private static final String END = "";

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
            BlockingQueue<String> commands = commands();
            for (String command = load.await(commands); !command.equals(END); command = load.await(commands)) {
                String[] parts = command.split(" ", -1);
                Measured measured = load.run(Level.parse(parts[0]), Long.parseLong(parts[1]), Long.parseLong(parts[2]));
                System.out.println(measured.line());
            }
        }
        System.exit(0); // the clients of others leave threads behind
    }

    /** The lines of standard input, read on a thread of their own: meanwhile clients live. */
    private static BlockingQueue<String> commands() {
        BlockingQueue<String> commands = new LinkedBlockingQueue<>();
        Thread.ofPlatform().name("commands").daemon().start(() -> {
            try (var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
                lines.lines().forEach(commands::add);
            } catch (IOException | UncheckedIOException e) {
                System.err.println("read standard input: " + e.getMessage());
            }
            commands.add(END);
        });
        return commands;
    }

    private String await(BlockingQueue<String> commands) throws Exception {
        String command = commands.poll();
        while (command == null) {
            target.drive(IDLE_MS, done);
            check();
            command = commands.poll();
        }
        return command;
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
        return new Measured(level, seconds, measured);
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
