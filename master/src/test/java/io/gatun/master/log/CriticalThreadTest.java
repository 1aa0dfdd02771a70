package io.gatun.master.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.ffm.process.SchedAttr;
import io.gatun.master.log.node.Application;
import io.gatun.master.log.node.LogNode;
import io.gatun.master.log.node.LogNodeConfig;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.agrona.DirectBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The threads that every append waits for have short turns; others keep theirs. */
@Timeout(60)
class CriticalThreadTest {
    private static final long SHORTEST_NS = 100_000;

    @TempDir
    Path temp;

    @Test
    void shouldRunTheReplicaInShortTurns() throws Exception {
        long own = SchedAttr.slice();
        CompletableFuture<Long> slice = new CompletableFuture<>();
        try (LogNode node = LogNode.open(LogNodeConfig.of(temp), new Leading(slice))) {
            node.campaign();
            assertThat(slice.get(30, TimeUnit.SECONDS))
                    .as("ns; 0 in a kernel without")
                    .isEqualTo(own == 0 ? 0 : SHORTEST_NS);
        }
        assertThat(SchedAttr.slice()).isEqualTo(own);
    }

    private record Leading(CompletableFuture<Long> slice) implements Application {
        @Override
        public void committed(long position, long epoch, DirectBuffer bytes, int offset, int length) {
            throw new AssertionError("nobody appends");
        }

        @Override
        public void restored(long position, Snapshot.State state) {
            // The empty one of a new log.
        }

        @Override
        public void leading(long epoch) {
            slice.complete(SchedAttr.slice());
        }

        @Override
        public void steppedDown(long epoch, String reason) {
            // At the end.
        }

        @Override
        public Supplier<Snapshot.State> snapshot() {
            return null;
        }
    }
}
