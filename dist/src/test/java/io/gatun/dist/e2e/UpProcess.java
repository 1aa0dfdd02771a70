package io.gatun.dist.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code gatun up} as a process, watched through what it prints. */
record UpProcess(Process process, Path output, double readySeconds) {

    static UpProcess start(Place place, Path folder, String... more) {
        List<String> arguments = new ArrayList<>(
                List.of("up", "--work_dir", folder.resolve("state").toString()));
        arguments.addAll(List.of(more));
        Path output = folder.resolve("up-" + System.nanoTime() + ".log");
        long beginNs = System.nanoTime();
        Process process = place.gatun(output, arguments);
        Await.until(
                "gatun up is ready",
                Stack.PATIENCE,
                () -> !process.isAlive() || read(output).contains("Gatun is up"),
                () -> evidence(output, folder));
        if (!process.isAlive()) {
            throw new AssertionError("gatun up ended with " + process.exitValue() + "\n" + evidence(output, folder));
        }
        return new UpProcess(process, output, (System.nanoTime() - beginNs) / 1e9);
    }

    String printed() {
        return read(output);
    }

    /** Ctrl-C; returns how long the end took. */
    Duration interrupt() throws IOException, InterruptedException {
        long beginNs = System.nanoTime();
        new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            throw new AssertionError("still there 30 s after SIGINT:\n" + printed());
        }
        return Duration.ofNanos(System.nanoTime() - beginNs);
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
