package io.gatun.isolator.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.ffm.process.SyscallRecord;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MaskedPathsTest {
    private static final Path SOUND = Path.of("/proc/asound");
    private static final long SECOND_NS = 1_000_000_000;

    /** Whether each is a directory. */
    private final Map<Path, Boolean> there = new HashMap<>();

    private final AtomicLong clock = new AtomicLong(-SECOND_NS / 2); // nanoTime may be negative
    private final MaskedPaths masks = new MaskedPaths(
            new HostFiles() {
                @Override
                public boolean exists(Path path) {
                    return there.containsKey(path);
                }

                @Override
                public boolean isDirectory(Path path) {
                    return there.getOrDefault(path, false);
                }
            },
            clock::get);

    @Test
    void shouldMaskWhatAModuleAddsOnceASecondIsOver() {
        assertThat(masks.records()).isEmpty();
        there.put(SOUND, true);
        clock.addAndGet(SECOND_NS - 1);
        assertThat(masks.records()).isEmpty();
        clock.addAndGet(1);
        assertThat(masks.records()).hasSize(1).first().asString().contains("\"tmpfs\", \"/proc/asound\"");
    }

    @Test
    void shouldCoverFilesByTheNullDevice() {
        there.put(Path.of("/proc/keys"), false);
        assertThat(masks.records()).hasSize(1).first().asString().contains("\"/dev/null\", \"/proc/keys\"");
    }

    @Test
    void shouldGiveTheSameListWhileNothingChanges() {
        there.put(SOUND, true);
        List<SyscallRecord> first = masks.records();
        clock.addAndGet(2 * SECOND_NS);
        assertThat(masks.records()).isSameAs(first);
    }
}
