package io.gatun.bench.launch;

import io.gatun.bench.BenchException;
import io.gatun.isolator.Limits;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

/** The others: Debian's runc, crun and bubblewrap, each set up to do what Gatun does. */
final class Peers implements AutoCloseable {
    private static final Map<String, String> PACKAGES = Map.of("runc", "runc", "crun", "crun", "bwrap", "bubblewrap");

    private final Path folder;
    private final Path root;
    private final Path log;
    private final List<String> notes;
    private final List<LegacyView> views = new ArrayList<>();

    /**
     * Peers with state of their own.
     *
     * @param root the root file system
     * @param notes what a reader of the figures must know is added
     */
    Peers(Path folder, Path root, List<String> notes) {
        this.folder = folder;
        this.root = root;
        this.log = folder.resolve("peer.log");
        this.notes = notes;
    }

    /** Nothing is isolated: what the program and its start take anyway. */
    Contestant plain() {
        return new CommandContestant("plain process", log, run -> List.of(LaunchCommand.PROGRAM));
    }

    /** bubblewrap, which makes no cgroups. */
    Optional<Contestant> bubblewrap() {
        return find("bwrap").flatMap(path -> {
            List<String> argv = new ArrayList<>(List.of(path, "--unshare-pid", "--unshare-ipc", "--unshare-uts"));
            argv.addAll(List.of("--unshare-cgroup", "--unshare-net", "--hostname", "bench"));
            argv.addAll(List.of("--bind", root.toString(), "/", "--proc", "/proc", "--dev", "/dev"));
            argv.addAll(List.of("--tmpfs", "/dev/shm", "--mqueue", "/dev/mqueue", "--ro-bind", "/sys", "/sys"));
            OciBundle.READ_ONLY.forEach(name -> argv.addAll(List.of("--ro-bind", name, name)));
            OciBundle.MASKED.stream()
                    .filter(name -> Files.exists(Path.of(name)))
                    .forEach(name -> argv.addAll(
                            Files.isDirectory(Path.of(name))
                                    ? List.of("--tmpfs", name)
                                    : List.of("--ro-bind", "/dev/null", name)));
            argv.addAll(List.of("--cap-drop", "CAP_SYS_ADMIN", LaunchCommand.PROGRAM));
            return running(new CommandContestant("bwrap", log, run -> argv));
        });
    }

    /**
     * runc or crun.
     *
     * @param limits empty for a run without cgroups, which only crun can do
     */
    Optional<Contestant> oci(String name, Optional<Limits> limits) throws Exception {
        Path bundle = folder.resolve(name + (limits.isPresent() ? "-limits" : "-plain"));
        OciBundle.write(Files.createDirectories(bundle), root, limits);
        Optional<Contestant> direct = find(name).map(path -> {
            List<String> start = new ArrayList<>(
                    List.of(path, "--root", folder.resolve(name + "-state").toString()));
            if (limits.isEmpty()) {
                start.add("--cgroup-manager=disabled");
            }
            start.addAll(List.of("run", "--bundle", bundle.toString()));
            String id = "gatun-bench-" + ProcessHandle.current().pid() + "-";
            return new CommandContestant(name, log, run -> {
                List<String> argv = new ArrayList<>(start);
                argv.add(id + run);
                return argv;
            });
        });
        if (direct.isEmpty()) {
            return direct;
        }
        return running(name.equals("crun") && LegacyView.isHybrid() ? withoutUnified(direct.get()) : direct.get());
    }

    private Contestant withoutUnified(Contestant direct) throws InterruptedException, ExecutionException {
        LegacyView view = new LegacyView(direct);
        views.add(view);
        note(direct.name() + " refuses a host with cgroup v1 and v2 side by side, as this one is: it runs where v2 is"
                + " not mounted.");
        return view;
    }

    /** A peer that is missing, or cannot do this on this host, does not keep the others from being compared. */
    private Optional<Contestant> running(Contestant contestant) {
        try {
            contestant.runOnce();
            return Optional.of(contestant);
        } catch (BenchException e) {
            note(contestant.name() + ": does not run here, so not compared with: " + e.getMessage());
        } catch (Exception e) {
            note(contestant.name() + ": does not start, so not compared with: " + e);
        }
        return Optional.empty();
    }

    private Optional<String> find(String program) {
        Optional<String> found = CommandContestant.find(program);
        if (found.isEmpty()) {
            note(program + ": not installed (Debian package " + PACKAGES.get(program) + "), so not compared with.");
        }
        return found;
    }

    private void note(String line) {
        if (!notes.contains(line)) {
            notes.add(line);
        }
    }

    @Override
    public void close() {
        views.forEach(LegacyView::close);
    }
}
