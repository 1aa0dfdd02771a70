package io.gatun.bench.log;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Three replicas of the log. */
final class GatunSystem extends Ensemble {
    GatunSystem(Path folder) throws IOException {
        super(folder);
    }

    @Override
    String name() {
        return Systems.GATUN;
    }

    @Override
    List<String> command(int node, Path nodeFolder) {
        List<String> command = java(LogBenchNode.class.getName());
        command.addAll(List.of(Integer.toString(node + 1), nodeFolder.toString()));
        for (int i = 0; i < COUNT; i++) {
            command.add(Integer.toString(port(i, 0)));
        }
        return command;
    }
}
