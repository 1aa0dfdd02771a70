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
    private static final long WARM_UP_MS = 2_000;
    private static final long MEASURE_MS = 8_000;
    private static final long QUICK_WARM_UP_MS = 350;
    private static final long QUICK_MEASURE_MS = 1_200;
    /** /tmp may be in memory. */
    private static final Path ON_DISK = Path.of("/var/tmp");

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
        Map<String, List<Measured>> peers = new LinkedHashMap<>();
        List<Measured> ours;
        try (TemporaryFolder folder = TemporaryFolder.in(directory)) {
            notes.add("Three nodes and their clients, each a process, on loopback; files on "
                    + Files.getFileStore(folder.path()).type() + ", forced before an acknowledgement.");
            notes.add("Each writer has one write outstanding. All writers share one connection, to the leader.");
            ours = measure(new GatunSystem(folder.path().resolve(Systems.GATUN)), levels);
            peers.put(
                    Systems.ZOOKEEPER, measure(new ZooKeeperSystem(folder.path().resolve(Systems.ZOOKEEPER)), levels));
            Optional<String> etcd = find("etcd");
            if (etcd.isPresent()) {
                peers.put(
                        Systems.ETCD, measure(new EtcdSystem(folder.path().resolve(Systems.ETCD), etcd.get()), levels));
            } else {
                notes.add("etcd: not installed (Debian package etcd-server), so not compared with.");
            }
        }
        output.show(new Result("log", Machine.here(), LogRows.of(ours, peers), notes));
        return 0;
    }

    private List<Measured> measure(Ensemble ensemble, List<Level> levels) throws IOException, InterruptedException {
        System.out.println("Measuring " + ensemble.name() + "...");
        try (ensemble) {
            ensemble.start();
            return output.quick()
                    ? ensemble.load(levels, QUICK_WARM_UP_MS, QUICK_MEASURE_MS)
                    : ensemble.load(levels, WARM_UP_MS, MEASURE_MS);
        } catch (IOException e) {
            throw new BenchException(ensemble.name() + ": " + e);
        }
    }

    private static Optional<String> find(String program) {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst();
    }
}
