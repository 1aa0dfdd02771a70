package io.gatun.containerizer;

import io.gatun.isolator.IoConfig;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A program to be run in a container that runs.
 *
 * @param argv the program and its arguments
 * @param environment the whole environment
 * @param user empty for that of the container
 * @param workingDirectory inside the container; empty for that of the container
 * @param terminal a pseudo-terminal instead of pipes
 */
public record ExecConfig(
        List<String> argv,
        Map<String, String> environment,
        Optional<String> user,
        Optional<String> workingDirectory,
        Optional<IoConfig.Terminal> terminal) {
    public ExecConfig {
        argv = List.copyOf(argv);
        if (argv.isEmpty() || argv.getFirst().isEmpty()) {
            throw new IllegalArgumentException("exec.argv=" + argv + ": must name a program");
        }
        environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
    }
}
