package io.gatun.containerizer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Kills agents that launch and destroy, at all points that there are. */
final class FaultChain {
    private FaultChain() {}

    /** Arguments: directory, scenario, and the command that starts a JVM with everything on its class path. */
    public static void main(String[] args) throws Exception {
        Path directory = Path.of(args[0]);
        FaultScenario.valueOf(args[1]).setUp(directory);
        AgentRuns agents = new AgentRuns(
                directory, args[1], FaultedAgent.class, List.of(args).subList(2, args.length));
        agents.whole("a run without a kill");
        agents.killed(points(directory));
    }

    private static List<FaultPoint> points(Path directory) throws IOException {
        List<FaultPoint> points = new ArrayList<>();
        points.addAll(StraceFault.points("launch", directory.resolve("calls.launch")));
        points.addAll(StraceFault.points("end", directory.resolve("calls.end")));
        int rows = Integer.parseInt(Files.readString(directory.resolve("rows")));
        for (int row = 0; row < rows; row++) {
            points.add(new FaultPoint.Row(row));
        }
        return points;
    }
}
