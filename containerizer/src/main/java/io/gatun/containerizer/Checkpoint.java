package io.gatun.containerizer;

import io.gatun.containerizer.session.Launched;
import io.gatun.ffm.Fd;
import io.gatun.ffm.OwnedFd;
import io.gatun.ffm.file.FileNames;
import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.DeviceRule;
import io.gatun.isolator.Limits;
import io.gatun.isolator.cgroup.DevicesIsolator;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What an agent must know of a container when it comes back: a directory of small files.
 *
 * <pre>
 *  config       sandbox and limits, before anything else exists
 *  pid          the init's process id, 4 bytes, written by the child itself
 *  launched     what counts for programs that are run in it later; before it is running
 *  running      process id, start time and boot, once the task's program was executed
 *  status       the task's wait status, 4 bytes, written by the init
 *  termination  how it ended, once nothing of it is left
 * </pre>
 *
 * <p>Property files appear whole or not at all (rename). Nothing is forced to disk: after a reboot nothing runs.
 */
final class Checkpoint {
    private static final String CONFIG = "config";
    private static final String PID = "pid";
    private static final String RUNNING = "running";
    private static final String STATUS = "status";
    private static final String TERMINATION = "termination";

    private final Path directory;
    private final CheckpointFiles files;

    Checkpoint(Path directory) {
        this.directory = directory;
        this.files = new CheckpointFiles(directory);
    }

    /**
     * What was asked for.
     *
     * @param nodes what may be done with the device nodes of its own, whatever its limits become
     */
    record Config(Path sandbox, Limits limits, List<DeviceRule> nodes) {}

    /** A process that ran the init. */
    record Running(long pid, long startTime, String bootId, double startedEpochSeconds) {
        /** Whether this very process is still there. */
        boolean alive() {
            return bootId.equals(Proc.bootId()) && Proc.startTime(pid).equals(java.util.OptionalLong.of(startTime));
        }
    }

    void create(ContainerConfig config) {
        FileNames.makeDirectory(directory, 0755);
        Limits nodes =
                DevicesIsolator.withNodes(Limits.NONE, config.privileges().devices());
        files.save(CONFIG, configured(new Config(config.sandbox(), config.limits(), nodes.devices())));
    }

    /** Limits that were changed while the container runs. */
    void update(Limits limits) {
        config().ifPresent(saved -> files.save(CONFIG, configured(new Config(saved.sandbox(), limits, saved.nodes()))));
    }

    private static Map<String, String> configured(Config config) {
        Map<String, String> values = SavedLimits.save(config.limits());
        values.put("sandbox", config.sandbox().toString());
        if (!config.nodes().isEmpty()) {
            values.put("nodes", SavedLimits.text(config.nodes()));
        }
        return values;
    }

    OwnedFd openPidFile() {
        return Fd.open(directory.resolve(PID), Fd.O_WRONLY | Fd.O_CREAT | Fd.O_TRUNC, 0600);
    }

    OwnedFd openStatusFile() {
        return Fd.open(directory.resolve(STATUS), Fd.O_WRONLY | Fd.O_CREAT | Fd.O_TRUNC, 0600);
    }

    void running(Running running) {
        files.save(
                RUNNING,
                Map.of(
                        "pid", Long.toString(running.pid()),
                        "start_time", Long.toString(running.startTime()),
                        "boot_id", running.bootId(),
                        "started", Double.toString(running.startedEpochSeconds())));
    }

    void terminated(Termination termination) {
        files.save(
                TERMINATION,
                Map.of(
                        "wait_status", Integer.toString(termination.waitStatus()),
                        "limitation", termination.limitation().map(Enum::name).orElse(""),
                        "message", termination.message()));
    }

    Optional<Config> config() {
        return files.load(CONFIG)
                .map(p -> new Config(
                        Path.of(p.getProperty("sandbox")), SavedLimits.load(p), SavedLimits.rules(p, "nodes")));
    }

    Optional<Running> running() {
        return files.load(RUNNING)
                .map(p -> new Running(
                        Long.parseLong(p.getProperty("pid")),
                        Long.parseLong(p.getProperty("start_time")),
                        p.getProperty("boot_id"),
                        Double.parseDouble(p.getProperty("started"))));
    }

    Optional<Termination> termination() {
        return files.load(TERMINATION)
                .map(p -> new Termination(
                        id(),
                        Integer.parseInt(p.getProperty("wait_status")),
                        Optional.of(p.getProperty("limitation"))
                                .filter(l -> !l.isEmpty())
                                .map(Limitation::valueOf),
                        p.getProperty("message")));
    }

    /** The process id that the child wrote, before the agent knew it. */
    OptionalInt childPid() {
        return files.integer(PID);
    }

    /** The raw wait status that the init wrote. */
    OptionalInt waitStatus() {
        return files.integer(STATUS);
    }

    /** Where it is kept; host parts keep theirs beside it. */
    Path directory() {
        return directory;
    }

    String id() {
        return directory.getFileName().toString();
    }

    /** Removes the directory and what is in it; the configuration first, so that what is left of it is nobody's. */
    void delete() {
        files.delete(List.of(CONFIG, RUNNING, PID, STATUS, Launched.FILE, TERMINATION));
    }
}
