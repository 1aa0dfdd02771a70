package io.gatun.bench.log;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Three replicas of the log. */
final class GatunSystem extends Ensemble {
    /** Set by the launcher: options of a master's JVM, separated by commas. */
    private static final String MASTER_OPTIONS = "gatun.bench.master";

    GatunSystem(Path folder) throws IOException {
        super(folder);
    }

    @Override
    String name() {
        return Systems.GATUN;
    }

    /** With the collector that the launcher gives to masters. */
    @Override
    List<String> command(int node, Path nodeFolder) {
        List<String> command = java(LogBenchNode.class.getName());
        String options = System.getProperty(MASTER_OPTIONS, "");
        if (!options.isEmpty()) {
            command.addAll(1, List.of(options.split(",")));
        }
        command.addAll(List.of(Integer.toString(node + 1), nodeFolder.toString()));
        for (int i = 0; i < COUNT; i++) {
            command.add(Integer.toString(port(i, 0)));
        }
        return command;
    }
}
