package io.gatun.dist.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code gatun up} as a process, watched through what it prints. */
record UpProcess(Process process, Path output) {
    /** Of the report, which comes when everything is up. */
    private static final String LAST_LINE = "Ctrl-C ends Gatun and every task.";
    /** Longer than it takes on any machine; only what hangs takes so long. */
    private static final long END_SECONDS = 60;
    /** Exit status of a JVM that has ended in order after Ctrl-C. */
    static final int ENDED_BY_SIGINT = 130;

    static UpProcess start(Place place, Path folder, String... more) {
        List<String> arguments = new ArrayList<>(
                List.of("up", "--work_dir", folder.resolve("state").toString()));
        arguments.addAll(List.of(more));
        Path output = folder.resolve("up-" + System.nanoTime() + ".log");
        Process process = place.gatun(output, arguments);
        Await.until(
                "gatun up is ready",
                Stack.PATIENCE,
                () -> !process.isAlive() || read(output).contains(LAST_LINE),
                () -> evidence(output, folder));
        if (!process.isAlive()) {
            throw new AssertionError("gatun up ended with " + process.exitValue() + "\n" + evidence(output, folder));
        }
        return new UpProcess(process, output);
    }

    /** What it has printed so far. */
    String printed() {
        return read(output);
    }

    /** What it printed until it was up: warnings about what happened to it later come behind that. */
    String report() {
        String printed = printed();
        return printed.substring(0, printed.indexOf(LAST_LINE) + LAST_LINE.length());
    }

    /** Ctrl-C; returns the exit status. */
    int interrupt() throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
        if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("still there " + END_SECONDS + " s after SIGINT:\n" + printed());
        }
        return process.exitValue();
    }

    /** kill -9. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    private static String evidence(Path output, Path folder) {
        return read(output) + "\n" + read(folder.resolve("state/log/gatun.log"));
    }

    private static String read(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
