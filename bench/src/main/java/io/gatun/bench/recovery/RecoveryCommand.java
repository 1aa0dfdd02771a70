package io.gatun.bench.recovery;

import io.gatun.bench.Machine;
import io.gatun.bench.Output;
import io.gatun.bench.Result;
import io.gatun.bench.Row;
import io.gatun.bench.TemporaryFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code gatun bench recovery}. */
@Command(
        name = "recovery",
        description = "A master with a large registry is started again; and a day's churn, with snapshots.")
public final class RecoveryCommand implements Callable<Integer> {
    /** What a log may have after its snapshot without another one being due: less than 64 MiB, from its beginning on. */
    private static final long TAIL_BYTES = 48L << 20;

    private static final int RUNS = 5;
    private static final int QUICK_RUNS = 2;
    private static final int CHANGES_PER_S = 10_000;
    /** Of the tasks: a quick run does the first sixth of the day. */
    private static final int QUICK_PART = 6;
    /** /tmp may be in memory. */
    private static final Path ON_DISK = Path.of("/var/tmp");

    @Mixin
    private Output output = new Output();

    @Option(names = "--dir", paramLabel = "DIR", description = "Where the log lies (default: ${DEFAULT-VALUE}).")
    private Path directory = ON_DISK;

    @Option(names = "--agents", paramLabel = "N", description = "How many (default: ${DEFAULT-VALUE}).")
    private int agents = 50_000;

    @Option(names = "--tasks", paramLabel = "N", description = "How many (default: ${DEFAULT-VALUE}).")
    private int tasks = 500_000;

    @Override
    public Integer call() throws Exception {
        List<Map<String, Double>> opened = new ArrayList<>();
        Map<String, Double> built;
        Map<String, Double> churned;
        String disk;
        try (TemporaryFolder folder = TemporaryFolder.in(directory)) {
            disk = Files.getFileStore(folder.path()).type();
            Path log = folder.path().resolve("log");
            Path said = folder.path().resolve("said");
            System.out.println("Writing a log of " + agents + " agents and " + tasks + " tasks...");
            built = Child.run(BuildMain.class, said, log, agents, tasks, TAIL_BYTES);
            System.out.println("Opening it...");
            for (int run = 0; run < (output.quick() ? QUICK_RUNS : RUNS); run++) {
                opened.add(Child.run(OpenMain.class, said, log, agents, tasks));
            }
            System.out.println("Replacing tasks...");
            int replaced = output.quick() ? tasks / QUICK_PART : tasks;
            churned = Child.run(ChurnMain.class, said, log, agents, tasks, replaced, CHANGES_PER_S);
        }
        opened.sort(Comparator.comparing(figures -> figures.get("total")));
        List<Row> rows = new ArrayList<>(RecoveryRows.opened(opened));
        rows.addAll(RecoveryRows.churned(built, churned));
        output.show(
                new Result("recovery", Machine.here(), rows, RecoveryRows.notes(disk, agents, tasks, built, churned)));
        return 0;
    }
}
