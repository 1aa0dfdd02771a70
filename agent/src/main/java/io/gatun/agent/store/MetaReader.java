package io.gatun.agent.store;

import io.gatun.agent.store.RecoveredAgent.RecoveredTask;
import io.gatun.mesos.link.AgentEvent.KillTask;
import io.gatun.mesos.v1.AgentInfo;
import io.gatun.mesos.v1.FrameworkInfo;
import io.gatun.mesos.v1.TaskInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Reads an agent's checkpoints after a restart, and removes what a crash left half written or half removed. */
final class MetaReader {
    private final Layout layout;
    private final List<FrameworkInfo> frameworks = new ArrayList<>();
    private final List<RecoveredTask> tasks = new ArrayList<>();

    MetaReader(Layout layout) {
        this.layout = layout;
    }

    Optional<RecoveredAgent> read() {
        Path latest = layout.metaAgents().resolve(Layout.LATEST);
        if (!Files.exists(latest, LinkOption.NOFOLLOW_LINKS)) {
            DurableFiles.removeTree(layout.metaAgents());
            return Optional.empty();
        }
        String agentId = linkTarget(latest);
        AgentInfo info = DurableFiles.readMessage(layout.agentInfo(agentId), AgentInfo.parser());
        if (!info.getId().getValue().equals(agentId)) {
            throw new CorruptFileException(
                    layout.agentInfo(agentId), 0, "agent id " + info.getId().getValue() + ", expected " + agentId);
        }
        for (String frameworkId : names(layout.agentInfo(agentId).resolveSibling("frameworks"))) {
            readFramework(agentId, frameworkId);
        }
        return Optional.of(new RecoveredAgent(info, List.copyOf(frameworks), List.copyOf(tasks)));
    }

    private void readFramework(String agentId, String frameworkId) {
        int before = tasks.size();
        Path executors = layout.metaFramework(agentId, frameworkId).resolve("executors");
        for (String executorId : names(executors)) {
            for (String containerId : names(executors.resolve(executorId).resolve("runs"))) {
                readRun(new RunPath(agentId, frameworkId, executorId, containerId));
            }
        }
        if (tasks.size() == before) {
            DurableFiles.removeTree(layout.metaFramework(agentId, frameworkId));
            return;
        }
        frameworks.add(DurableFiles.readMessage(layout.frameworkInfo(agentId, frameworkId), FrameworkInfo.parser()));
    }

    private void readRun(RunPath run) {
        Path directory = layout.metaTask(run, "any").getParent();
        for (String taskId : names(directory)) {
            Path task = directory.resolve(taskId);
            if (!Files.exists(task.resolve(MetaStore.TASK_INFO))) {
                DurableFiles.removeTree(task);
                continue;
            }
            TaskInfo info = DurableFiles.readMessage(task.resolve(MetaStore.TASK_INFO), TaskInfo.parser());
            Path updates = task.resolve(MetaStore.TASK_UPDATES);
            UpdateLog.Recovered log = Files.exists(updates)
                    ? UpdateLog.recover(updates)
                    : new UpdateLog.Recovered(UpdateLog.create(updates), List.of(), Set.of());
            tasks.add(new RecoveredTask(run, info, log.log(), log.updates(), log.acknowledged(), readKill(task)));
        }
    }

    private static Optional<KillTask> readKill(Path task) {
        Path file = task.resolve(MetaStore.TASK_KILL);
        return Files.exists(file) ? Optional.of(DurableFiles.readMessage(file, KillTask.parser())) : Optional.empty();
    }

    private static String linkTarget(Path link) {
        try {
            String target = Files.readSymbolicLink(link).toString();
            if (!RunPath.isComponent(target)) {
                throw new CorruptFileException(link, 0, "links to " + target);
            }
            return target;
        } catch (IOException e) {
            throw new UncheckedIOException("read link " + link + ": " + e, e);
        }
    }

    /** Names in a directory, sorted; none when it is absent. */
    private static List<String> names(Path directory) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("list " + directory + ": " + e, e);
        }
    }
}
