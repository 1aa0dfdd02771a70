package io.gatun.bench.launch;

import io.gatun.bench.Row;
import io.gatun.containerizer.Container;
import io.gatun.containerizer.LinuxContainerizer;
import io.gatun.containerizer.Termination;
import io.gatun.isolator.ContainerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Many idle containers at once: until all run, what memory they take besides their task, until all are gone. */
final class Crowd {
    /** Mesos' published figures for as many on 16 cores: 30.6 s and 22 s. */
    private static final double RUNNING_S = 4;

    private static final double DESTROYED_S = 3;
    private static final double INIT_KIB = 16;
    private static final int LAUNCHERS = 4;
    private static final long TIMEOUT_S = 120;
    private static final double NS_PER_S = 1e9;

    private final LinuxContainerizer containerizer;
    private final Function<String, ContainerConfig> config;
    private final int count;

    /**
     * Does nothing yet.
     *
     * @param config of a container that does nothing, by its id
     */
    Crowd(LinuxContainerizer containerizer, Function<String, ContainerConfig> config, int count) {
        this.containerizer = containerizer;
        this.config = config;
        this.count = count;
    }

    /** Runs it. */
    List<Row> run() throws Exception {
        double agentBeforeKib = heapKib();
        long beginNs = System.nanoTime();
        List<Container> all = launchAll();
        double runningS = (System.nanoTime() - beginNs) / NS_PER_S;

        LongSummaryStatistics inits = new LongSummaryStatistics();
        for (Container container : all) {
            inits.accept(pssKib(container.pid()));
        }
        double agentKib = (heapKib() - agentBeforeKib) / count;

        beginNs = System.nanoTime();
        List<CompletableFuture<Termination>> ends = new ArrayList<>();
        all.forEach(container -> ends.add(containerizer.destroy(container.id())));
        CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new)).get(TIMEOUT_S, TimeUnit.SECONDS);
        double destroyedS = (System.nanoTime() - beginNs) / NS_PER_S;
        all.forEach(container -> containerizer.remove(container.id()));

        return List.of(
                Row.of(count + " containers: all running", "s", Map.of("p50", runningS), Map.of("p50", RUNNING_S)),
                Row.of(
                        count + " containers: all destroyed",
                        "s",
                        Map.of("p50", destroyedS),
                        Map.of("p50", DESTROYED_S)),
                Row.of(
                        "memory of an idle container's init (PSS)",
                        "KiB",
                        Map.of("p50", inits.getAverage(), "max", (double) inits.getMax()),
                        Map.of("max", INIT_KIB)),
                Row.of(
                        "memory of the agent per container (live heap)",
                        "KiB",
                        Map.of("p50", Math.max(0, agentKib)),
                        Map.of()));
    }

    private List<Container> launchAll() throws Exception {
        try (ExecutorService launchers = Executors.newFixedThreadPool(LAUNCHERS)) {
            List<Future<Container>> launches = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                String id = "idle" + i;
                launches.add(launchers.submit(() -> containerizer.launch(config.apply(id))));
            }
            List<Container> all = new ArrayList<>();
            for (Future<Container> launch : launches) {
                all.add(launch.get(TIMEOUT_S, TimeUnit.SECONDS));
            }
            return all;
        }
    }

    /** What is reachable: how much more the collector leaves lying about is the flags' choice. */
    private static double heapKib() {
        System.gc();
        return (Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory()) / 1024.0;
    }

    /** Pages that a process shares count by its share of them; proc(5), smaps_rollup. */
    private static long pssKib(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + pid + "/smaps_rollup")).stream()
                .filter(line -> line.startsWith("Pss:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D+", "")))
                .sum();
    }
}
