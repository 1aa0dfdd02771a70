package io.gatun.isolator.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RecentHostFilesTest {
    private static final Path SOUND = Path.of("/proc/asound");

    /** Whether each is a directory. */
    private final Map<Path, Boolean> there = new HashMap<>();

    private final AtomicLong clock = new AtomicLong(-50); // nanoTime may be negative
    private final HostFiles files = new RecentHostFiles(
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
            100,
            clock::get);

    @Test
    void shouldSeeWhatAModuleAddsOnceItsTimeIsOver() {
        assertThat(files.exists(SOUND)).isFalse();
        there.put(SOUND, true);
        clock.addAndGet(99);
        assertThat(files.exists(SOUND)).isFalse();
        clock.addAndGet(1);
        assertThat(files.exists(SOUND)).isTrue();
        assertThat(files.isDirectory(SOUND)).isTrue();
    }

    @Test
    void shouldTellFilesFromDirectories() {
        there.put(Path.of("/proc/keys"), false);
        assertThat(files.exists(Path.of("/proc/keys"))).isTrue();
        assertThat(files.isDirectory(Path.of("/proc/keys"))).isFalse();
        assertThat(files.isDirectory(SOUND)).isFalse();
    }
}
