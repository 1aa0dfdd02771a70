package io.gatun.bench.failover;

import io.gatun.bench.BenchException;
import io.gatun.bench.Interruption;
import io.gatun.bench.Machine;
import io.gatun.bench.Output;
import io.gatun.bench.Result;
import io.gatun.bench.TemporaryFolder;
import io.gatun.mesos.flags.Durations;
import io.gatun.testkit.net.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code gatun bench failover}. */
@Command(
        name = "failover",
        description = "Three masters on hosts of their own: the leader is killed, paused, cut off, its disk filled. How"
                + " long until the next one takes calls, and whether anything that was acknowledged is lost.")
public final class FailoverCommand implements Callable<Integer> {
    private static final int QUICK_RUNS = 5;
    /** Of /proc/net/dev; proc(5). */
    private static final int HEADER_LINES = 2;

    private static final Duration FOREVER = Duration.ofDays(1);

    @Mixin
    private Output output = new Output();

    @Option(names = "--runs", paramLabel = "N", description = "Faults (default: 50, with --quick 5).")
    private Integer runs;

    @Option(
            names = "--for",
            paramLabel = "DURATION",
            converter = DurationConverter.class,
            description = "Faults for this long, such as 20mins, instead of --runs.")
    private Duration longest;

    @Option(
            names = "--faults",
            paramLabel = "FAULT,...",
            split = ",",
            description = "Kinds of faults: ${COMPLETION-CANDIDATES} (default: all, by turns in random order).")
    private List<Fault> faults = List.of(Fault.values());

    @Option(names = "--seed", paramLabel = "N", description = "Order of the faults (default: a random one).")
    private long seed = new Random().nextInt(1_000_000);

    @Option(
            names = "--logs",
            paramLabel = "DIR",
            description = "Keep what the processes write there, and their work directories (default: removed).")
    private Path logs;

    /** Mesos' texts of durations. */
    private static final class DurationConverter implements CommandLine.ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            return Durations.parse(text);
        }
    }

    @Override
    public Integer call() throws Exception {
        NetworkNamespace.missing().ifPresent(text -> {
            throw new BenchException(text);
        });
        try (Stream<String> devices = Files.lines(Path.of("/proc/net/dev")).skip(HEADER_LINES)) {
            if (!devices.allMatch(line -> line.strip().startsWith("lo:"))) {
                throw new BenchException(
                        "needs root, and a network and a mount namespace of its own with nothing but lo:"
                                + " ./gatun bench failover makes them, or unshare --net --mount");
            }
        }
        if (logs != null) {
            Files.createDirectories(logs);
            return run(logs.toAbsolutePath());
        }
        try (TemporaryFolder folder = TemporaryFolder.create()) {
            return run(folder.path());
        }
    }

    private int run(Path folder) throws IOException {
        Settings settings = Settings.RECOMMENDED;
        int count = longest != null
                ? Integer.MAX_VALUE
                : Optional.ofNullable(runs).orElse(output.quick() ? QUICK_RUNS : Report.RUNS);
        Exercise.Plan plan =
                new Exercise.Plan(faults, count, Optional.ofNullable(longest).orElse(FOREVER), seed, settings);
        System.out.printf("Seed %d. The leader is to be:%n", seed);
        Exercise.Result result;
        try (Interruption _ = Interruption.ofThisThread();
                Exercise exercise = new Exercise(plan, folder, line -> System.out.println(line))) {
            result = exercise.run();
        }
        output.show(new Result("failover", Machine.here(), Report.rows(faults, result), Report.notes(plan, result)));
        result.problems().forEach(System.out::println);
        return result.good() ? 0 : 1;
    }
}
