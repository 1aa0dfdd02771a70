package io.gatun.bench.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The pause between two contestants. What one leaves to the kernel to tidy up, and ours to its threads, is not to be in the
 * time of the next: on a fast machine that takes a few milliseconds, in a VM with one processor and slow system calls ten
 * times as long.
 */
final class Quiet {
    private static final Path LOADAVG = Path.of("/proc/loadavg");
    private static final int LOOK_MS = 5;
    /** In a row; before the first one there is a pause, too. */
    private static final int LOOKS = 3;
    /** For a machine on which something else always runs. */
    private static final int MOST_LOOKS = 100;

    private Quiet() {}

    /** Returns when nothing but the caller has run for 15 ms, or after half a second. */
    static void await() throws IOException, InterruptedException {
        int quiet = 0;
        for (int look = 0; look < MOST_LOOKS && quiet < LOOKS; look++) {
            Thread.sleep(LOOK_MS);
            quiet = running(Files.readString(LOADAVG)) <= 1 ? quiet + 1 : 0;
        }
    }

    /** How many threads run or could, the reader among them: proc(5), the fourth field up to the slash. */
    static int running(String loadavg) {
        int slash = loadavg.indexOf('/');
        return Integer.parseInt(loadavg.substring(loadavg.lastIndexOf(' ', slash) + 1, slash));
    }
}
