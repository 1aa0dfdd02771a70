package io.gatun.dist.e2e;

import io.gatun.testkit.net.NetworkNamespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Where a stack runs: this very system, as in the VM, or a network namespace of it. */
record Place(UnaryOperator<List<String>> wrap) {
    static Place here() {
        return new Place(UnaryOperator.identity());
    }

    static Place in(NetworkNamespace namespace) {
        return new Place(namespace::command);
    }

    /** Runs a command to its end and returns what it wrote; a failing one is told in the answer's status. */
    NetworkNamespace.Result attempt(String... command) {
        try {
            Process process = new ProcessBuilder(wrap.apply(List.of(command)))
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new NetworkNamespace.Result(process.waitFor(), output.stripTrailing());
        } catch (IOException e) {
            throw new UncheckedIOException(String.join(" ", command), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** As {@link #attempt}, for commands that must succeed. */
    String run(String... command) {
        NetworkNamespace.Result result = attempt(command);
        if (result.status() != 0) {
            throw new AssertionError(
                    String.join(" ", command) + ": status " + result.status() + ": " + result.output());
        }
        return result.output();
    }

    /** Starts the distribution's command line with output to a file. */
    Process gatun(Path log, List<String> arguments) {
        try {
            // A test run that was started in the background has SIGINT ignored, and children inherit that.
            List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT"));
            command.addAll(Distribution.command(arguments));
            return new ProcessBuilder(wrap.apply(command))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException("gatun " + arguments, e);
        }
    }
}
