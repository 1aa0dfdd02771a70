package io.gatun.bench.launch;

import io.gatun.bench.BenchException;
import io.gatun.bench.Machine;
import io.gatun.bench.Output;
import io.gatun.bench.Result;
import io.gatun.bench.Row;
import io.gatun.bench.TemporaryFolder;
import io.gatun.isolator.Limits;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code gatun bench launch}. */
@Command(name = "launch", description = "From asking for a container with /bin/true in it until nothing of it is left.")
public final class LaunchCommand implements Callable<Integer> {
    static final String PROGRAM = "/bin/true";

    private static final Map<String, Double> TARGETS = Map.of("runc", 10.0, "crun", 5.0, "bwrap", 3.0);
    private static final Limits LIMITS = new Limits(0.5, 64L << 20, 100);
    private static final int ROUNDS = 300;
    private static final int QUICK_ROUNDS = 50;
    private static final int WARM_UP = 50;

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() throws Exception {
        int rounds = output.quick() ? QUICK_ROUNDS : ROUNDS;
        List<String> notes = new ArrayList<>();
        List<Row> rows = new ArrayList<>();
        // Checkpoints belong on a tmpfs, as /run is; this one everybody may use.
        try (TemporaryFolder folder = TemporaryFolder.in(Path.of("/dev/shm"))) {
            Path log = folder.path().resolve("peer.log");
            Path bundle = Files.createDirectory(folder.path().resolve("bundle"));
            OciBundle.write(bundle, LIMITS);
            try (GatunContestant ours = new GatunContestant(folder.path(), Limits.NONE)) {
                ours.degradations().forEach(line -> notes.add("Off for Gatun here: " + line));
                List<Contestant> peers = new ArrayList<>();
                peers.add(new CommandContestant("plain process", log, run -> List.of(PROGRAM)));
                addIfRunning("bwrap", path -> bubblewrap(path, log), peers, notes);
                rows.add(new Race("without limits", ours, peers).run(WARM_UP, rounds, TARGETS));
            }
            try (GatunContestant ours = new GatunContestant(folder.path(), LIMITS)) {
                List<Contestant> peers = new ArrayList<>();
                for (String runtime : List.of("crun", "runc")) {
                    addIfRunning(runtime, path -> oci(runtime, path, folder.path(), bundle, log), peers, notes);
                }
                rows.add(new Race("with CPU, memory, pid limits", ours, peers).run(WARM_UP, rounds, TARGETS));
            }
        }
        notes.add(
                "In turn, pid, ipc, uts, mount and cgroup namespaces each; Gatun writes its checkpoint and makes cgroups"
                        + " in both rows, bwrap makes none.");
        notes.add("The others are started by the JVM's ProcessBuilder, which is part of their time:"
                + " \"plain process\" tells how much.");
        output.show(new Result("launch", Machine.here(), rows, notes));
        return 0;
    }

    /** A peer that is missing, or cannot do this on this host, does not keep the others from being compared. */
    private static void addIfRunning(
            String program, Function<String, Contestant> contestant, List<Contestant> peers, List<String> notes)
            throws Exception {
        Optional<Contestant> found = CommandContestant.find(program).map(contestant);
        if (found.isEmpty()) {
            notes.add(program + ": not installed, so not compared with.");
            return;
        }
        try {
            found.get().runOnce();
            peers.add(found.get());
        } catch (BenchException e) {
            notes.add(program + ": does not run here, so not compared with: " + e.getMessage());
        }
    }

    private static Contestant bubblewrap(String bwrap, Path log) {
        List<String> argv = new ArrayList<>(List.of(bwrap, "--unshare-pid", "--unshare-ipc", "--unshare-uts"));
        argv.addAll(List.of("--unshare-cgroup", "--dev-bind", "/", "/", "--proc", "/proc", PROGRAM));
        return new CommandContestant("bwrap", log, run -> argv);
    }

    private static Contestant oci(String name, String path, Path folder, Path bundle, Path log) {
        String state = folder.resolve(name).toString();
        return new CommandContestant(
                name,
                log,
                run -> List.of(path, "--root", state, "run", "--bundle", bundle.toString(), "gatun-bench-" + run));
    }
}
