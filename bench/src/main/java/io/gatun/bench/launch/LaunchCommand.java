package io.gatun.bench.launch;

import io.gatun.bench.Machine;
import io.gatun.bench.Output;
import io.gatun.bench.Result;
import io.gatun.bench.Row;
import io.gatun.bench.TemporaryFolder;
import io.gatun.containerizer.LaunchException;
import io.gatun.containerizer.LinuxContainerizer;
import io.gatun.containerizer.network.NetworkPart;
import io.gatun.isolator.Limits;
import io.gatun.isolator.selection.Isolators;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code gatun bench launch}. */
@Command(name = "launch", description = "From asking for a container with /bin/true in it until nothing of it is left.")
public final class LaunchCommand implements Callable<Integer> {
    static final String PROGRAM = "/bin/true";

    private static final Map<String, Double> TARGETS = Map.of("runc", 10.0, "crun", 5.0);
    /** Of bubblewrap alone: it knows no cgroups, and crun is told to make none, where we make one still. */
    private static final Map<String, Double> TARGETS_WITHOUT_LIMITS = Map.of("bwrap", 3.0);

    private static final Limits LIMITS = new Limits(0.5, 64L << 20, 100);
    private static final int CROWD = 1_000;
    /** A machine on which a launch takes longer (the VM of the tests, some 30 ms) gets a smaller crowd. */
    private static final double SLOW_MS = 15;

    private static final int SMALL_CROWD = 100;
    private static final String NO_CGROUPS = "namespaces/pid,namespaces/ipc,filesystem/linux";

    @Mixin
    private Output output = new Output();

    private final List<String> notes = new ArrayList<>();
    private final List<Row> rows = new ArrayList<>();

    @Override
    public Integer call() throws Exception {
        // Checkpoints belong on a tmpfs, as /run is; this one everybody may use.
        try (TemporaryFolder folder = TemporaryFolder.in(Path.of("/dev/shm"))) {
            Path root = Files.createDirectory(folder.path().resolve("root"));
            RootFolder.fill(root, List.of(PROGRAM, Containers.IDLE));
            Containers containers = new Containers(folder.path(), root);
            try (Peers peers = new Peers(folder.path(), root, notes)) {
                raceWithoutCgroups(containers, peers);
                raceWithLimits(containers, peers);
            }
            raceOfImages(containers);
            crowd(containers);
        }
        notes.add(
                "In turn, each once nothing of the one before runs any more, with pid, ipc, uts, mount, cgroup and network namespaces, the same root directory, /proc,"
                        + " /dev, /dev/pts, /dev/shm, /dev/mqueue, /sys, the same masked and read-only paths, a host name; no"
                        + " system call filter. bwrap binds the host's /sys and takes away one capability, which is what it"
                        + " can. Peers are started by clone(CLONE_VM|CLONE_VFORK) and execve, as"
                        + " \"plain process\" is. Gatun writes its checkpoint in all rows, and makes a cgroup with a device program"
                        + " in all; without limits crun makes none, so it has its target in the row in which both do.");
        notes.add(
                "Gatun has network, mount and IPC namespaces and /dev made ahead by threads of its own, on either core;"
                        + " the rows of many containers, which use up what is ahead at once, tell the throughput with all of that in it.");
        output.show(new Result("launch", Machine.here(), rows, notes));
        return 0;
    }

    /** Rounds of a race; a machine that is slow has fewer. */
    private Race.Length length() {
        return output.quick() ? new Race.Length(100, 7_000) : new Race.Length(500, 90_000);
    }

    /** Until the JIT compiler has seen enough of our launches. */
    private Race.Length warmUp() {
        return output.quick() ? new Race.Length(800, 4_000) : new Race.Length(3_000, 20_000);
    }

    private void raceWithoutCgroups(Containers containers, Peers peers) throws Exception {
        try (LinuxContainerizer ours = containers.open(Isolators.parse(NO_CGROUPS))) {
            List<Contestant> others = Stream.of(
                            Optional.of(peers.plain()), peers.bubblewrap(), peers.oci("crun", Optional.empty()))
                    .flatMap(Optional::stream)
                    .toList();
            GatunContestant gatun = new GatunContestant(ours, id -> containers.runs(id, Limits.NONE));
            rows.add(new Race("isolated, no limits", gatun, others).run(warmUp(), length(), TARGETS_WITHOUT_LIMITS));
        }
    }

    private void raceWithLimits(Containers containers, Peers peers) throws Exception {
        try (LinuxContainerizer ours = containers.open(Isolators.standard())) {
            ours.degradations().forEach(line -> notes.add("Off for Gatun here: " + line));
            List<Contestant> others = Stream.of(
                            peers.oci("crun", Optional.of(LIMITS)), peers.oci("runc", Optional.of(LIMITS)))
                    .flatMap(Optional::stream)
                    .toList();
            GatunContestant gatun = new GatunContestant(ours, id -> containers.runs(id, LIMITS));
            rows.add(new Race("isolated, CPU, memory, pid limits", gatun, others).run(warmUp(), length(), TARGETS));
        }
    }

    /** No peer makes bridge and overlay by itself: beside the figures of the same minutes above. */
    private void raceOfImages(Containers containers) throws Exception {
        try (NetworkPart network = containers.network();
                LinuxContainerizer ours = containers.open(Isolators.standard(), network)) {
            GatunContestant gatun = new GatunContestant(ours, id -> containers.image(id, LIMITS));
            rows.add(new Race("image: overlay, bridge, seccomp, limits", gatun, List.of())
                    .run(warmUp(), length(), Map.of()));
        } catch (LaunchException e) {
            // The VM of the tests has no nftables, without which there is no bridge.
            notes.add("No row of image containers, which do not run here: " + e.getMessage());
        }
    }

    private void crowd(Containers containers) throws Exception {
        boolean slow = rows.get(1).ours().get("p50") > SLOW_MS;
        try (LinuxContainerizer ours = containers.open(Isolators.standard())) {
            rows.addAll(new Crowd(ours, id -> containers.idles(id, LIMITS), slow ? SMALL_CROWD : CROWD).run());
        }
    }
}
