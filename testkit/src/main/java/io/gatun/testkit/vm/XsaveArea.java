package io.gatun.testkit.vm;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What user-mode Linux needs on a processor with AMX, whose registers are more than it knows: a {@code ptrace} that adds
 * the rest, compiled from {@code xsave.c} and loaded before libc's. Without it the kernel panics before its init runs.
 */
final class XsaveArea {
    private static final Path COMPILER = Path.of("/usr/bin/gcc");
    private static final Path CPUINFO = Path.of("/proc/cpuinfo");
    private static final String SOURCE = "xsave.c";
    private static final boolean TOO_LARGE = hasTiles();

    private XsaveArea() {}

    private static boolean hasTiles() {
        try (Stream<String> lines = Files.lines(CPUINFO)) {
            return lines.anyMatch(line -> line.startsWith("flags") && line.contains(" amx_tile"));
        } catch (IOException e) {
            throw new UncheckedIOException("read " + CPUINFO, e);
        }
    }

    /** Returns why no VM can run on this processor and what to do, or empty when it can. */
    static Optional<String> missing() {
        return TOO_LARGE && !Files.isExecutable(COMPILER)
                ? Optional.of("needs a C compiler for its VM, as the processor has AMX: apt-get install gcc libc6-dev"
                        + " (no " + COMPILER + ")")
                : Optional.empty();
    }

    /**
     * What LD_PRELOAD is to be for the VM; empty where its kernel gets along with the processor.
     *
     * @param home where the library is made
     */
    static Optional<Path> preload(Path home) throws IOException {
        if (!TOO_LARGE) {
            return Optional.empty();
        }
        Path source = home.resolve(SOURCE);
        try (InputStream code = XsaveArea.class.getResourceAsStream(SOURCE)) {
            Files.copy(code, source, StandardCopyOption.REPLACE_EXISTING);
        }
        Path library = home.resolve("xsave.so");
        compile(List.of(COMPILER.toString(), "-O2", "-shared", "-fPIC", "-o", library.toString(), source.toString()));
        return Optional.of(library);
    }

    private static void compile(List<String> command) throws IOException {
        Process compiler = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(compiler.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (compiler.waitFor() != 0) {
                throw new IOException(String.join(" ", command) + ": status " + compiler.exitValue() + ": " + said);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while compiling " + SOURCE, e);
        }
    }
}
