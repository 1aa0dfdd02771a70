package io.gatun.bench.log;

import io.gatun.bench.TemporaryFolder;
import io.gatun.master.log.Snapshot;
import io.gatun.master.log.node.AppendListener;
import io.gatun.master.log.node.Application;
import io.gatun.master.log.node.LogException;
import io.gatun.master.log.node.LogNode;
import io.gatun.master.log.node.LogNodeConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Appends of 256 bytes, 256 of them outstanding, to a log of one replica that forces each of them to its disk. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Benchmark)
public class LogAppendBenchmark {
    private static final int ENTRY_BYTES = 256;
    private static final int BATCH = 256;
    private static final int WARM_UP_BATCHES = 1_800;
    private static final long PAUSE_NS = 1_000;
    private static final long STARTS_WITHIN_NS = 120_000_000_000L;

    private final UnsafeBuffer entry = new UnsafeBuffer(new byte[ENTRY_BYTES]);
    private final AtomicLong appended = new AtomicLong();
    private final AtomicBoolean leading = new AtomicBoolean();
    private TemporaryFolder folder;
    private LogNode node;
    private LogNode.Appender appender;
    private long asked;

    /** Opens a log and leads it. */
    @Setup
    public void open() throws IOException {
        folder = TemporaryFolder.in(Path.of("/var/tmp"));
        node = LogNode.open(LogNodeConfig.of(folder.path()), new Nothing());
        node.campaign();
        long deadline = System.nanoTime() + STARTS_WITHIN_NS;
        while (!leading.get()) {
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException("it does not lead after 2 min: " + node.status());
            }
            Thread.onSpinWait();
        }
        appender = node.appender(new AppendListener() {
            @Override
            public void appended(long correlationId, long position) {
                appended.lazySet(correlationId);
            }

            @Override
            public void notAppended(long correlationId, LogException reason) {
                throw reason;
            }
        });
        // Memory for entries is got until the first compaction, and used again from then on.
        for (int i = 0; i < WARM_UP_BATCHES; i++) {
            append();
        }
    }

    /** A batch is on disk when this returns. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long append() {
        for (int i = 0; i < BATCH; i++) {
            asked++;
            while (!appender.append(entry, 0, ENTRY_BYTES, asked)) {
                LockSupport.parkNanos(PAUSE_NS);
            }
        }
        while (appended.get() < asked) {
            LockSupport.parkNanos(PAUSE_NS);
        }
        return asked;
    }

    /** Ends it. */
    @TearDown
    public void close() {
        node.close();
        folder.close();
    }

    private final class Nothing implements Application {
        @Override
        public void committed(long position, long epoch, DirectBuffer bytes, int offset, int length) {
            // What is measured is the log.
        }

        @Override
        public void restored(long position, Snapshot.State state) {
            // There is no state.
        }

        @Override
        public void leading(long epoch) {
            leading.set(true);
        }

        @Override
        public void steppedDown(long epoch, String reason) {
            leading.set(false);
        }

        @Override
        public Supplier<Snapshot.State> snapshot() {
            return () -> Snapshot.State.of(new byte[0]);
        }
    }
}
