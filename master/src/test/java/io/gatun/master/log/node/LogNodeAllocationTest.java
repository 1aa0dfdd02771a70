package io.gatun.master.log.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.gatun.master.log.Snapshot;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;

/**
 * Appending allocates nothing on any thread of a node, of the journal and of whoever appends. Ticks, statuses and
 * compactions do, which come with time and not with appends: what counts is the best of several windows.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class LogNodeAllocationTest {
    private static final int ENTRY_BYTES = 256;
    private static final int OUTSTANDING = 64;
    private static final int APPENDS = 256;
    private static final int WINDOWS = 400;
    /** A tick or two may fall into any window; an object for every eighth append would be twice as much. */
    private static final long MAX_BYTES = 256;

    private static final long PAUSE_NS = 1_000;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** In memory where there is such a file system: the faster a window, the fewer ticks fall into it. */
    private static final Path FAST = Path.of("/dev/shm");

    @TempDir(factory = InMemory.class)
    Path temp;

    private final AtomicLong appended = new AtomicLong();
    private final AtomicReference<LogException> failure = new AtomicReference<>();
    private final UnsafeBuffer entry = new UnsafeBuffer(new byte[ENTRY_BYTES]);
    private long asked;

    @Test
    void shouldAllocateNothingPerAppendOnAnyThread() {
        CountingApplication application = new CountingApplication();
        try (LogNode node = LogNode.open(LogNodeConfig.of(temp), application)) {
            node.campaign();
            while (!application.leads) {
                Thread.onSpinWait();
            }
            LogNode.Appender appender = node.appender(new Told());
            Map<String, Long> least = Map.of("not measured", Long.MAX_VALUE);
            for (int window = 0; window < WINDOWS && sum(least) > MAX_BYTES; window++) {
                long[] ids = ids();
                long[] before = THREADS.getThreadAllocatedBytes(ids);
                append(appender, APPENDS);
                long[] after = THREADS.getThreadAllocatedBytes(ids);
                Map<String, Long> allocated = differences(ids, before, after);
                if (sum(allocated) < sum(least)) {
                    least = allocated;
                }
            }
            assertThat(failure.get()).isNull();
            assertThat(application.committed).isGreaterThanOrEqualTo(APPENDS);
            assertThat(sum(least))
                    .as("bytes allocated by %d appends, by thread: %s", APPENDS, least)
                    .isLessThanOrEqualTo(MAX_BYTES);
        }
    }

    private void append(LogNode.Appender appender, int count) {
        for (int i = 0; i < count; i++) {
            asked++;
            while (!appender.append(entry, 0, ENTRY_BYTES, asked)) {
                LockSupport.parkNanos(PAUSE_NS);
            }
            while (asked - appended.get() > OUTSTANDING) {
                LockSupport.parkNanos(PAUSE_NS);
            }
        }
        while (appended.get() < asked) {
            LockSupport.parkNanos(PAUSE_NS);
        }
    }

    /** Of this thread, and of those that a log has. */
    private static long[] ids() {
        return Arrays.stream(THREADS.getThreadInfo(THREADS.getAllThreadIds()))
                .filter(thread -> thread != null
                        && (thread.getThreadName().startsWith("gatun-log")
                                || thread.getThreadName().startsWith("log-")
                                || thread.getThreadId()
                                        == Thread.currentThread().threadId()))
                .mapToLong(thread -> thread.getThreadId())
                .toArray();
    }

    private static Map<String, Long> differences(long[] ids, long[] before, long[] after) {
        Map<String, Long> allocated = new TreeMap<>();
        // The array of the first measurement was made after this thread's own count was taken.
        long own = (long) ids.length * Long.BYTES + 16;
        for (int i = 0; i < ids.length; i++) {
            long bytes = after[i] - before[i];
            if (ids[i] == Thread.currentThread().threadId()) {
                bytes -= own;
            }
            if (bytes > 0) {
                allocated.put(THREADS.getThreadInfo(ids[i]).getThreadName(), bytes);
            }
        }
        return allocated;
    }

    private static long sum(Map<String, Long> allocated) {
        return allocated.values().stream().mapToLong(bytes -> bytes).sum();
    }

    static final class InMemory implements TempDirFactory {
        @Override
        public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext test) throws IOException {
            String prefix = "gatun-log-allocation";
            return Files.isWritable(FAST) ? Files.createTempDirectory(FAST, prefix) : Files.createTempDirectory(prefix);
        }
    }

    private final class Told implements AppendListener {
        @Override
        public void appended(long correlationId, long position) {
            appended.lazySet(correlationId);
        }

        @Override
        public void notAppended(long correlationId, LogException reason) {
            failure.set(reason);
        }
    }

    private static final class CountingApplication implements Application {
        private volatile boolean leads;
        private volatile long committed;

        @Override
        public void committed(long position, long epoch, DirectBuffer bytes, int offset, int length) {
            committed = position;
        }

        @Override
        public void restored(long position, Snapshot.State state) {
            // Only what comes after counts.
        }

        @Override
        public void leading(long epoch) {
            leads = true;
        }

        @Override
        public void steppedDown(long epoch, String reason) {
            leads = false;
        }

        @Override
        public Supplier<Snapshot.State> snapshot() {
            return () -> Snapshot.State.of(new byte[0]);
        }
    }
}
