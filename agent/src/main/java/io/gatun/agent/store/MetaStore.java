package io.gatun.agent.store;

import io.gatun.mesos.link.AgentEvent.KillTask;
import io.gatun.mesos.link.CheckpointedResources;
import io.gatun.mesos.v1.AgentInfo;
import io.gatun.mesos.v1.FrameworkInfo;
import io.gatun.mesos.v1.TaskInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * Writes an agent's checkpoints. Each method returns when its effect would survive a power cut, except removals, which a
 * crash may undo: recovery removes such leftovers again. Errors are {@link UncheckedIOException} naming the file. Not
 * thread-safe; the agent's loop owns it.
 */
public final class MetaStore {
    /** A run without this file is no run: it is written first and removed first. */
    static final String TASK_INFO = "task.info";

    static final String TASK_UPDATES = "task.updates";
    static final String TASK_KILL = "task.kill";

    private final Layout layout;

    public MetaStore(Layout layout) {
        this.layout = layout;
    }

    /** The boot id of the host when the last agent ran here. */
    public Optional<String> bootId() {
        if (!Files.exists(layout.bootId())) {
            return Optional.empty();
        }
        return Optional.of(new String(DurableFiles.read(layout.bootId()), StandardCharsets.US_ASCII).strip());
    }

    /** Remembers the host's boot id, {@code /proc/sys/kernel/random/boot_id}. */
    public void saveBootId(String bootId) {
        DurableFiles.write(layout.bootId(), ByteBuffer.wrap(bootId.getBytes(StandardCharsets.US_ASCII)));
    }

    /** What operations had made of the agent's resources; nothing when there was no agent. */
    public CheckpointedResources checkpointedResources() {
        return Files.exists(layout.resources())
                ? DurableFiles.readMessage(layout.resources(), CheckpointedResources.parser())
                : CheckpointedResources.getDefaultInstance();
    }

    /** Remembers what operations have made of the agent's resources, whatever its id. */
    public void saveCheckpointedResources(CheckpointedResources resources) {
        DurableFiles.writeMessage(layout.resources(), resources);
    }

    /** Remembers the agent and that it is the current one; {@code info} must hold its id. */
    public void saveAgent(AgentInfo info) {
        String id = info.getId().getValue();
        DurableFiles.writeMessage(layout.agentInfo(id), info);
        Path link = layout.metaAgents().resolve(Layout.LATEST);
        replaceLink(link, id);
        try {
            DurableFiles.syncDirectory(link.getParent());
        } catch (IOException e) {
            throw new UncheckedIOException("fsync " + link.getParent() + ": " + e, e);
        }
    }

    /** Forgets an agent id and all that was checkpointed under it; the sandboxes stay. */
    public void forgetAgent(String agentId) {
        Path link = layout.metaAgents().resolve(Layout.LATEST);
        try {
            Files.deleteIfExists(link);
        } catch (IOException e) {
            throw new UncheckedIOException("remove " + link + ": " + e, e);
        }
        DurableFiles.removeTree(layout.metaAgents().resolve(agentId));
    }

    /** Remembers a framework that has tasks here. */
    public void saveFramework(String agentId, FrameworkInfo info) {
        DurableFiles.writeMessage(layout.frameworkInfo(agentId, info.getId().getValue()), info);
    }

    /** Forgets a framework that has no task left here. */
    public void removeFramework(String agentId, String frameworkId) {
        DurableFiles.removeTree(layout.metaFramework(agentId, frameworkId));
    }

    /** Remembers a task that is about to be launched. */
    public UpdateLog saveTask(RunPath run, TaskInfo task) {
        Path directory = layout.metaTask(run, task.getTaskId().getValue());
        DurableFiles.writeMessage(directory.resolve(TASK_INFO), task);
        return UpdateLog.create(directory.resolve(TASK_UPDATES));
    }

    /** Remembers that a task is to be killed: an agent that restarts in between must finish it. */
    public void saveKill(RunPath run, KillTask kill) {
        DurableFiles.writeMessage(
                layout.metaTask(run, kill.getTaskId().getValue()).resolve(TASK_KILL), kill);
    }

    /** Forgets a run whose task is completed. */
    public void removeRun(RunPath run, String taskId) {
        Path task = layout.metaTask(run, taskId);
        // First what makes it a task: a crash in between must not leave one that seems never to have been launched.
        DurableFiles.removeTree(task.resolve(TASK_INFO));
        DurableFiles.removeTree(layout.metaExecutor(run).resolve("runs").resolve(run.containerId()));
        removeIfEmpty(layout.metaExecutor(run).resolve("runs"));
        removeIfEmpty(layout.metaExecutor(run));
    }

    /** What the last agent left, if one ran here. */
    public Optional<RecoveredAgent> recover() {
        return new MetaReader(layout).read();
    }

    /** Points a symbolic link elsewhere, atomically. */
    static void replaceLink(Path link, String target) {
        Path temporary = link.resolveSibling("." + link.getFileName() + ".new");
        try {
            Files.deleteIfExists(temporary);
            Files.createSymbolicLink(temporary, Path.of(target));
            Files.move(temporary, link, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("link " + link + " -> " + target + ": " + e, e);
        }
    }

    private static void removeIfEmpty(Path directory) {
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (var entries = Files.newDirectoryStream(directory)) {
            if (entries.iterator().hasNext()) {
                return;
            }
            Files.deleteIfExists(directory);
        } catch (IOException e) {
            throw new UncheckedIOException("remove " + directory + ": " + e, e);
        }
    }
}
