package io.gatun.marathon.app;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a task executes. At most one of cmd and args is given; neither, when an image has its own.
 *
 * @param cmd a line for {@code /bin/sh -c}
 * @param args program and arguments, run without a shell; the first is looked up in PATH
 * @param user the account to run as; empty = the framework's
 * @param environment added to what Marathon sets; wins over it
 * @param container empty for a plain process on the node
 */
public record Program(
        Optional<String> cmd,
        List<String> args,
        Optional<String> user,
        Map<String, String> environment,
        Optional<AppContainer> container) {
    public Program {
        args = List.copyOf(args);
        environment = Ordered.copyOf(environment);
    }
}
