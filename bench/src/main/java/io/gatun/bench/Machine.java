package io.gatun.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where and on what something was measured.
 *
 * @param text CPU model and number of cores
 * @param kernel release, as uname(2) gives it
 * @param commit what was measured; {@code unknown} outside of a checkout
 */
public record Machine(String text, String kernel, String commit) {
    /** This one. The script that starts benchmarks knows the commit and tells it in {@code GATUN_COMMIT}. */
    public static Machine here() {
        try {
            String kernel =
                    Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip();
            return new Machine(
                    text(Files.readString(Path.of("/proc/cpuinfo"))),
                    kernel,
                    System.getenv().getOrDefault("GATUN_COMMIT", "unknown"));
        } catch (IOException e) {
            throw new UncheckedIOException("read /proc", e);
        }
    }

    /** @param cpuInfo content of /proc/cpuinfo; proc(5). Only some architectures give a model. */
    static String text(String cpuInfo) {
        String model = cpuInfo.lines()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse(System.getProperty("os.arch"));
        return model + ", " + Runtime.getRuntime().availableProcessors() + " cores, JDK "
                + Runtime.version().feature();
    }
}
