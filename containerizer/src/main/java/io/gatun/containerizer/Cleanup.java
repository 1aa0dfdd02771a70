package io.gatun.containerizer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Removes what a launch that failed, or an agent that was killed, left behind. Blocks. */
final class Cleanup {
    /** A processor that stands still for seconds is no reason to give up what only this agent knows of. */
    private static final long TIMEOUT_MS = 60_000;

    private static final long PAUSE_MS = 2;

    private final Cgroups cgroups;

    Cleanup(Cgroups cgroups) {
        this.cgroups = cgroups;
    }

    /** The ids of all containers that an agent with this runtime directory wrote something down about. */
    static List<String> checkpoints(Path runtimeDir) {
        Path directory = runtimeDir.resolve("containers");
        try (Stream<Path> found = Files.list(directory)) {
            return found.map(path -> path.getFileName().toString()).toList();
        } catch (IOException e) {
            throw new UncheckedIOException("list " + directory, e);
        }
    }

    /** Kills what is in a container's cgroups and removes them, within a bounded time. */
    void cgroups(String id) {
        long deadline = System.nanoTime() + TIMEOUT_MS * 1_000_000;
        while (!cgroups.remove(id)) {
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException("container " + id + ": its cgroups stay behind: rmdir: EBUSY for "
                        + TIMEOUT_MS + " ms, processes " + cgroups.processes(id));
            }
            cgroups.kill(id);
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a container was cleaned up", e);
        }
    }
}
