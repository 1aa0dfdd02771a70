package io.gatun.containerizer;

import io.gatun.containerizer.session.Launched;
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
 *  init         the init's process id, by the child itself; the task's wait status, by the init; start time and boot
 *               once the task's program was executed
 *  launched     what counts for programs that are run in it later; before it is running
 *  termination  how it ended, once nothing of it is left
 * </pre>
 *
 * <p>Property files appear whole or not at all (rename). Nothing is forced to disk: after a reboot nothing runs.
 */
final class Checkpoint {
    private static final String CONFIG = "config";
    private static final String INIT = "init";
    private static final String TERMINATION = "termination";

    private final Path directory;
    private final CheckpointFiles files;
    private final InitFile init;

    Checkpoint(Path directory) {
        this.directory = directory;
        this.files = new CheckpointFiles(directory);
        this.init = new InitFile(directory.resolve(INIT));
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

    /** The file that the child and the init write to; closed by the receiver. */
    OwnedFd createInitFile() {
        return init.create();
    }

    /** @param file that {@link #createInitFile} gave, in which the child has written its id */
    void running(OwnedFd file, Running running) {
        init.running(file, running);
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
        return init.read().running();
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
        return init.read().pid();
    }

    /** The raw wait status that the init wrote. */
    OptionalInt waitStatus() {
        return init.read().waitStatus();
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
        files.delete(List.of(CONFIG, INIT, Launched.FILE, TERMINATION));
    }
}
