package io.gatun.bench.log;

import io.gatun.bench.BenchException;
import io.gatun.bench.Machine;
import io.gatun.bench.Output;
import io.gatun.bench.Result;
import io.gatun.bench.TemporaryFolder;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code gatun bench log}. */
@Command(name = "log", description = "Committed appends of three nodes, beside ZooKeeper and etcd on the same disk.")
public final class LogCommand implements Callable<Integer> {
    private static final int[] WRITERS = {1, 16, 256};
    private static final int[] BYTES = {256, 4096};
    private static final Pace LONG = new Pace(4, 6_000, 1_000, 1_000, 2_000);
    private static final Pace QUICK = new Pace(2, 2_000, 300, 350, 600);
    private static final Level COMPILING = new Level(LogLoad.MAX_WRITERS, 256);
    /** /tmp may be in memory. */
    private static final Path ON_DISK = Path.of("/var/tmp");

    /**
     * How long a run takes, in ms.
     *
     * @param turns of each system at each level; even, so that there are as many in either direction
     * @param compilingMs before that, a small machine is busy with the compilers of four JVMs, and all latencies are theirs
     * @param restMs before a turn, for what the system before it still has to put away
     */
    private record Pace(int turns, long compilingMs, long restMs, long warmUpMs, long measureMs) {}

    @Mixin
    private Output output = new Output();

    @Option(names = "--dir", paramLabel = "DIR", description = "Where the nodes write (default: ${DEFAULT-VALUE}).")
    private Path directory = ON_DISK;

    @Override
    public Integer call() throws Exception {
        List<Level> levels = new ArrayList<>();
        for (int bytes : BYTES) {
            for (int writers : WRITERS) {
                levels.add(new Level(writers, bytes));
            }
        }
        List<String> notes = new ArrayList<>();
        Map<String, List<Measured>> measured;
        try (TemporaryFolder folder = TemporaryFolder.in(directory)) {
            notes.add("Three nodes and their clients, each a process, on loopback; files on "
                    + Files.getFileStore(folder.path()).type() + ", forced before an acknowledgement.");
            notes.add("Each writer has one write outstanding. All writers share one connection, to the leader.");
            notes.add("Systems take turns, " + pace().turns()
                    + " at each level, every second one in reverse order, so that a disk"
                    + " that is slow for a while is slow for all. The others run meanwhile and have nothing to do.");
            List<Ensemble> ensembles = new ArrayList<>();
            ensembles.add(new GatunSystem(folder.path().resolve(Systems.GATUN)));
            ensembles.add(new ZooKeeperSystem(folder.path().resolve(Systems.ZOOKEEPER)));
            Optional<String> etcd = find("etcd");
            if (etcd.isPresent()) {
                ensembles.add(new EtcdSystem(folder.path().resolve(Systems.ETCD), etcd.get()));
            } else {
                notes.add("etcd: not installed (Debian package etcd-server), so not compared with.");
            }
            measured = measure(ensembles, levels);
        }
        List<Measured> ours = measured.remove(Systems.GATUN);
        output.show(new Result("log", Machine.here(), LogRows.of(ours, measured), notes));
        return 0;
    }

    private Pace pace() {
        return output.quick() ? QUICK : LONG;
    }

    private Map<String, List<Measured>> measure(List<Ensemble> ensembles, List<Level> levels)
            throws IOException, InterruptedException {
        Map<String, List<Measured>> all = new LinkedHashMap<>();
        try {
            for (Ensemble ensemble : ensembles) {
                System.out.println("Starting " + ensemble.name() + "...");
                start(ensemble);
                all.put(ensemble.name(), new ArrayList<>());
            }
            for (Level level : levels) {
                System.out.println("Measuring " + level.text() + "...");
                turns(ensembles, level).forEach((name, sum) -> all.get(name).add(sum));
            }
        } finally {
            ensembles.forEach(Ensemble::close);
        }
        return all;
    }

    private void start(Ensemble ensemble) {
        try {
            ensemble.start();
            ensemble.connect();
            ensemble.load(COMPILING, pace().compilingMs(), 0);
        } catch (IOException e) {
            throw new BenchException(ensemble.name() + ": " + e);
        }
    }

    private Map<String, Measured> turns(List<Ensemble> ensembles, Level level)
            throws IOException, InterruptedException {
        Pace pace = pace();
        Map<String, Measured> sums = new LinkedHashMap<>();
        for (int turn = 0; turn < pace.turns(); turn++) {
            // A disk that was written to a lot is slow for whoever comes next: nobody always comes after the same one.
            for (Ensemble ensemble : turn % 2 == 0 ? ensembles : ensembles.reversed()) {
                Thread.sleep(pace.restMs());
                Measured measured = ensemble.load(level, pace.warmUpMs(), pace.measureMs());
                sums.merge(ensemble.name(), measured, Measured::plus);
            }
        }
        return sums;
    }

    private static Optional<String> find(String program) {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst();
    }
}
