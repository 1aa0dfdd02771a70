package io.gatun.master.log.disk;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.gatun.master.log.Entries;
import io.gatun.master.log.LogListener;
import io.gatun.master.log.Members;
import io.gatun.master.log.Outbox;
import io.gatun.master.log.Replica;
import io.gatun.master.log.ReplicaSettings;
import io.gatun.master.log.Snapshot;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An append, its force and its commit allocate nothing on the replica's thread: the best of several windows is 0. */
@Timeout(value = 600, unit = TimeUnit.SECONDS)
class JournalAllocationTest {
    private static final int ENTRY_BYTES = 256;
    private static final int APPENDS = 2_000;
    private static final int WINDOWS = 30;

    @TempDir
    Path temp;

    private final AtomicLong done = new AtomicLong();
    private final AtomicReference<String> failure = new AtomicReference<>();
    private long committed;

    @Test
    void shouldAllocateNothingPerAppend() throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        OpenedJournal opened = JournalFiles.open(temp.resolve("j"));
        opened.form(1, Members.of(Set.of(1)));
        ChronicleJournal journal = opened.start(new JournalEvents() {
            @Override
            public void forced(long ticket) {
                done.set(ticket);
            }

            @Override
            public void failed(String reason) {
                failure.set(reason);
            }

            @Override
            public void stored(Snapshot snapshot) {
                // The replica may keep the one in memory.
            }
        });
        Replica replica = new Replica(
                opened.recovered(), journal, new Nobody(), new Counting(), new ReplicaSettings(100, 50, 64));
        replica.campaign(0);
        UnsafeBuffer entry = new UnsafeBuffer(new byte[ENTRY_BYTES]);
        byte[] state = new byte[0];
        long least = Long.MAX_VALUE;
        long appended = 0;
        try (journal) {
            long told = 0;
            while (!replica.isLeading()) {
                told = tell(replica, told);
            }
            for (int window = 0; window < WINDOWS && least > 0; window++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < APPENDS; i++) {
                    replica.append(entry, 0, ENTRY_BYTES);
                    told = tell(replica, told);
                }
                appended += APPENDS;
                least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
                while (replica.committed() < replica.last()) {
                    told = tell(replica, told);
                }
                // Frees what the log's memory is made of, to be used again.
                replica.compact(replica.committed(), state);
            }
        }
        assertThat(failure.get()).isNull();
        assertThat(committed).isEqualTo(appended);
        assertThat(least).as("bytes allocated by %d appends", APPENDS).isZero();
    }

    private long tell(Replica replica, long told) {
        long ticket = done.get();
        if (ticket != told) {
            replica.forced(ticket);
        }
        return ticket;
    }

    private final class Counting implements LogListener {
        @Override
        public void committed(long position, long epoch, DirectBuffer bytes, int offset, int length) {
            committed++;
        }

        @Override
        public void restored(Snapshot snapshot) {
            throw new AssertionError("nobody sends one");
        }

        @Override
        public void leading(long epoch) {
            assertThat(epoch).isPositive();
        }

        @Override
        public void steppedDown(long epoch, String reason) {
            failure.set(reason);
        }

        @Override
        public void confirmed(long round) {
            // No round is begun.
        }

        @Override
        public void members(Members members) {
            throw new AssertionError("nobody changes them");
        }
    }

    /** There is nobody else. */
    private static final class Nobody implements Outbox {
        private static AssertionError unexpected() {
            return new AssertionError("a message of the only replica");
        }

        @Override
        public void prepare(int to, long epoch, long admitted) {
            throw unexpected();
        }

        @Override
        public void promise(int to, long epoch, long lastEpoch, long lastPosition, long first, long incarnation) {
            throw unexpected();
        }

        @Override
        public void refuse(int to, long epoch, long promised) {
            throw unexpected();
        }

        @Override
        public void fetch(int to, long epoch, long previousPosition, long previousEpoch) {
            throw unexpected();
        }

        @Override
        public void fetched(
                int to,
                long epoch,
                long previousPosition,
                long previousEpoch,
                boolean matches,
                Entries log,
                long last) {
            throw unexpected();
        }

        @Override
        public long append(
                int to,
                long epoch,
                long previousPosition,
                long previousEpoch,
                long committedPosition,
                long round,
                Entries log,
                long last) {
            throw unexpected();
        }

        @Override
        public void appended(int to, long epoch, long position, long round, long incarnation, boolean vouched) {
            throw unexpected();
        }

        @Override
        public void behind(int to, long epoch, long position, long round, long incarnation) {
            throw unexpected();
        }

        @Override
        public void snapshot(int to, long epoch, Snapshot snapshot, long round) {
            throw unexpected();
        }
    }
}
