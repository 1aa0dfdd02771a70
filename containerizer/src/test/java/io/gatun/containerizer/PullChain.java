package io.gatun.containerizer;

import io.gatun.containerizer.image.registry.FakeRegistry;
import io.gatun.ffm.mount.Mount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Kills agents in their image stores, at points spread over all that there are. The registry is in this process: so it
 * outlives them, and writes down what it is asked.
 */
final class PullChain {
    /** The file of all requests, a line each. */
    static final String REQUESTS = "requests";

    /** The call by which the agent itself ends its tracer. */
    private static final String END_OF_TRACING = "kill";

    /** What the thread calls that tries overlayfs: it is not there yet when tracing begins, and nobody else calls this. */
    private static final List<FaultPoint> PROBE = List.of(
            new FaultPoint.Call("probe", "unshare", 1),
            new FaultPoint.Call("probe", "mount", 1),
            new FaultPoint.Call("probe", "mount", 2));

    private PullChain() {}

    /** Arguments: directory, scenario, and the command that starts a JVM with everything on its class path. */
    public static void main(String[] args) throws Exception {
        Path directory = Path.of(args[0]);
        PullScenario scenario = PullScenario.valueOf(args[1]);
        PullImages.write(directory);
        // What is below may be an overlay itself, which cannot carry another one's changes.
        Mount.mount("run", Files.createDirectories(directory.resolve("run")).toString(), "tmpfs", 0, "size=256m");
        try (FakeRegistry registry = new FakeRegistry()) {
            PullImages.serve(directory, registry);
            registry.fault(exchange -> {
                note(directory, registry);
                return false;
            });
            Files.writeString(directory.resolve(PullScenario.REGISTRY_FILE), registry.host());
            AgentRuns agents = new AgentRuns(
                    directory, args[1], PulledAgent.class, List.of(args).subList(2, args.length));
            agents.whole("a run without a kill");
            agents.killed(spread(points(directory), scenario.points));
        }
    }

    /** Before the answer, so that whoever has an answer finds the request. */
    private static synchronized void note(Path directory, FakeRegistry registry) throws IOException {
        List<String> all = registry.requests();
        Path log = directory.resolve(REQUESTS);
        int noted = Files.exists(log) ? Files.readAllLines(log).size() : 0;
        Files.write(log, all.subList(noted, all.size()), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static List<FaultPoint> points(Path directory) throws IOException {
        List<FaultPoint> points = new ArrayList<>();
        if (Files.exists(directory.resolve("calls.open"))) {
            points.addAll(PROBE);
        }
        for (String thread : List.of("pull", "download", "collect", "open")) {
            Path calls = directory.resolve("calls." + thread);
            if (Files.exists(calls)) {
                points.addAll(StraceFault.points(thread, calls).stream()
                        .filter(point -> !((FaultPoint.Call) point).call().equals(END_OF_TRACING))
                        .toList());
            }
        }
        return points;
    }

    /**
     * Chooses so many points. Each kind of call of each thread is among them, where there are not too many kinds; the more
     * there are of a kind, the more are taken, spread from its first to its last.
     */
    static List<FaultPoint> spread(List<FaultPoint> points, int count) {
        Map<String, List<FaultPoint>> kinds = new LinkedHashMap<>();
        for (FaultPoint point : points) {
            FaultPoint.Call call = (FaultPoint.Call) point;
            kinds.computeIfAbsent(call.thread() + call.call(), kind -> new ArrayList<>())
                    .add(point);
        }
        Map<String, Integer> wanted = new LinkedHashMap<>();
        kinds.keySet().forEach(kind -> wanted.put(kind, 1));
        for (int left = Math.min(count, points.size()) - kinds.size(); left > 0; left--) {
            String next = kinds.keySet().stream()
                    .max(Comparator.comparingDouble(
                            kind -> (double) (kinds.get(kind).size() - wanted.get(kind)) / square(wanted.get(kind))))
                    .orElseThrow();
            wanted.merge(next, 1, Integer::sum);
        }
        List<FaultPoint> chosen = new ArrayList<>();
        wanted.forEach((kind, many) -> chosen.addAll(spreadEvenly(kinds.get(kind), many)));
        return chosen.size() > count ? spreadEvenly(chosen, count) : chosen;
    }

    private static double square(int number) {
        return (double) number * number;
    }

    private static List<FaultPoint> spreadEvenly(List<FaultPoint> kind, int many) {
        List<FaultPoint> chosen = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            chosen.add(kind.get(many == 1 ? kind.size() / 2 : i * (kind.size() - 1) / (many - 1)));
        }
        return chosen;
    }
}
