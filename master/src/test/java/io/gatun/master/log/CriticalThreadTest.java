package io.gatun.master.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.ffm.SyscallException;
import io.gatun.ffm.process.SchedAttr;
import io.gatun.master.log.node.Application;
import io.gatun.master.log.node.LogNode;
import io.gatun.master.log.node.LogNodeConfig;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.agrona.DirectBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The threads that every append waits for have short turns and a larger share; others keep theirs. */
@Timeout(60)
class CriticalThreadTest {
    @TempDir
    Path temp;

    @Test
    void shouldRunTheReplicaSoonerThanOthers() throws Exception {
        Turns own = Turns.here();
        CompletableFuture<Turns> replicas = new CompletableFuture<>();
        try (LogNode node = LogNode.open(LogNodeConfig.of(temp), new Leading(replicas))) {
            node.campaign();
            assertThat(replicas.get(30, TimeUnit.SECONDS)).isEqualTo(asked(own));
        }
        assertThat(Turns.here()).isEqualTo(own);
    }

    /** What a thread here gets that asks for both. */
    private static Turns asked(Turns own) throws Exception {
        int wanted = Math.min(own.nice(), CriticalThread.NICE);
        FutureTask<Turns> asking = new FutureTask<>(() -> {
            boolean permitted = true;
            try {
                SchedAttr.nice(wanted);
            } catch (SyscallException _) {
                permitted = false; // without CAP_SYS_NICE
            }
            long sliceNs = own.sliceNs() == 0 ? 0 : CriticalThread.SLICE_NS; // before Linux 6.12
            return new Turns(sliceNs, permitted ? wanted : own.nice());
        });
        Thread.ofPlatform().start(asking);
        return asking.get();
    }

    private record Turns(long sliceNs, int nice) {
        static Turns here() {
            return new Turns(SchedAttr.slice(), SchedAttr.nice());
        }
    }

    private record Leading(CompletableFuture<Turns> turns) implements Application {
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
            turns.complete(Turns.here());
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
