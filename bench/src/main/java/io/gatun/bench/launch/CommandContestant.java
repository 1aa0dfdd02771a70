package io.gatun.bench.launch;

import io.gatun.bench.BenchException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/** A command that does it. */
final class CommandContestant implements Contestant {
    private final String name;
    private final Path output;
    private final IntFunction<List<String>> argv;
    private int runs;

    /**
     * A command whose output is kept until the next run, for the case that it fails.
     *
     * @param name of the peer
     * @param argv for the n-th run
     */
    CommandContestant(String name, Path output, IntFunction<List<String>> argv) {
        this.name = name;
        this.output = output;
        this.argv = argv;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void runOnce() throws IOException, InterruptedException {
        List<String> command = argv.apply(++runs);
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        int status;
        try {
            status = process.waitFor();
        } finally {
            process.destroyForcibly();
        }
        if (status != 0) {
            throw new BenchException(String.join(" ", command) + ": exit status " + status + ": "
                    + Files.readString(output, StandardCharsets.UTF_8).strip());
        }
    }

    /** Where a program is, by this process' PATH. */
    static Optional<String> find(String program) {
        String path = System.getenv().getOrDefault("PATH", "/usr/bin:/bin:/usr/sbin:/sbin");
        return Arrays.stream(path.split(":", -1))
                .map(folder -> Path.of(folder).resolve(program))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst();
    }
}
