package io.gatun.bench.recovery;

import io.gatun.bench.BenchException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Parts of the benchmark in processes of their own, which begin as cold as a master that is started. */
final class Child {
    private static final String HEAP = "-Xmx";

    private Child() {}

    /**
     * Runs one with this JVM's options, which the script makes those of a master.
     *
     * @param log what it says goes there
     * @return what it told
     */
    static Map<String, Double> run(Class<?> main, Path log, Object... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        for (String argument : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            if (!argument.startsWith(HEAP)) {
                command.add(argument);
            }
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            if (process.waitFor() != 0) {
                throw new BenchException(main.getSimpleName() + " ended with status " + process.exitValue() + ": "
                        + String.join(" / ", Files.readAllLines(log)));
            }
        } finally {
            process.destroy();
        }
        return Figures.of(Files.readAllLines(log));
    }
}
