package io.gatun.dist.cli;

import io.gatun.dist.containers.ContainerList;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code gatun containers}. */
@Command(
        name = "containers",
        description = "Lists what runs on a node: state, processor time, memory and processes of each container.")
public final class ContainersCommand implements Callable<Integer> {
    private static final Duration BETWEEN = Duration.ofMillis(500);

    @Option(
            names = "--agent",
            paramLabel = "IP:PORT",
            description = "The agent of the node (default: ${DEFAULT-VALUE}).")
    private String agent = "127.0.0.1:5051";

    @Option(names = "--json", description = "Print an array of JSON objects instead of a table.")
    private boolean json;

    @Override
    public Integer call() {
        ContainerList containers = ContainerList.ask(agent, BETWEEN);
        System.out.print(json ? containers.json() + "\n" : containers.table());
        return 0;
    }
}
