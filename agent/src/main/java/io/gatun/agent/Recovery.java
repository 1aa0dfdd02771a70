package io.gatun.agent;

import io.gatun.agent.container.StandaloneStore;
import io.gatun.agent.store.RecoveredAgent;
import io.gatun.agent.store.RecoveredAgent.RecoveredTask;
import io.gatun.containerizer.Container;
import io.gatun.mesos.task.TaskStates;
import io.gatun.mesos.v1.FrameworkInfo;
import io.gatun.mesos.v1.TaskState;
import io.gatun.mesos.v1.TaskStatus;
import io.gatun.mesos.v1.TaskStatus.Reason;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes over what the last agent left. A task whose container still runs goes on; one that ended meanwhile is reported
 * with its exit status; one that was never launched, or whose host was rebooted, is reported as such. Runs on the loop,
 * before anything else.
 */
final class Recovery {
    private static final Logger LOGGER = LoggerFactory.getLogger(Recovery.class);

    private final AgentParts parts;
    private final AgentCore core;
    private final StandaloneStore standalone;
    private final List<Entry> alive = new ArrayList<>();

    /** @param standalone containers of no task */
    Recovery(AgentParts parts, AgentCore core, StandaloneStore standalone) {
        this.standalone = standalone;
        this.parts = parts;
        this.core = core;
    }

    /** @param rebooted whether the host was booted since: no container can have survived that */
    void run(RecoveredAgent agent, boolean rebooted) {
        Map<String, FrameworkInfo> frameworks = new HashMap<>();
        agent.frameworks().forEach(info -> frameworks.put(info.getId().getValue(), info));
        for (RecoveredTask recovered : agent.tasks()) {
            restore(frameworks.get(recovered.run().frameworkId()), recovered);
        }
        Set<String> expected = new HashSet<>();
        if (!rebooted) {
            alive.forEach(entry -> expected.add(entry.task().containerId()));
            expected.addAll(standalone.ids());
        }
        parts.containerizer().recover(expected);
        Map<String, Container> running =
                parts.containerizer().containers().stream().collect(Collectors.toMap(Container::id, c -> c));
        LOGGER.info("recovered {} tasks; {} containers run", alive.size(), running.size());
        for (Entry entry : alive) {
            Optional<Container> container =
                    Optional.ofNullable(running.get(entry.task().containerId()));
            if (rebooted) {
                core.finish(entry.task(), lost(entry.task(), "The host was rebooted"));
            } else if (container.isPresent() || endKnown(entry.task())) {
                core.adopt(entry.task(), container);
                entry.recovered().kill().ifPresent(kill -> core.resumeKill(entry.task(), kill));
            } else {
                core.finish(entry.task(), lost(entry.task(), "The agent was restarted and its container is gone"));
            }
        }
    }

    private void restore(FrameworkInfo framework, RecoveredTask recovered) {
        TaskKey key = TaskKey.of(framework.getId(), recovered.info().getTaskId());
        AgentTask task = new AgentTask(
                key,
                recovered.run().agentId(),
                recovered.info(),
                parts.launcher().userName(framework, recovered.info()),
                Optional.of(recovered.run()));
        recovered.updates().forEach(task::add);
        Optional<TaskStatus> last = recovered.updates().isEmpty()
                ? Optional.empty()
                : Optional.of(recovered.updates().getLast());
        boolean ended =
                last.filter(status -> TaskStates.terminal(status.getState())).isPresent();
        if (ended && recovered.acknowledged().contains(last.get().getUuid())) {
            recovered.log().close();
            parts.meta().removeRun(recovered.run(), key.taskId());
            return;
        }
        parts.book().framework(framework);
        parts.book().add(task);
        parts.updates().open(key, new UpdateStream(recovered.log(), recovered.updates(), recovered.acknowledged()));
        if (ended) {
            task.phase(AgentTask.Phase.ENDED);
        } else {
            alive.add(new Entry(task, recovered));
        }
    }

    private boolean endKnown(AgentTask task) {
        try {
            var unused = parts.containerizer().termination(task.containerId());
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** A task that was seen running has failed; of one that was not, nobody can say that it ever began. */
    private TaskStatus lost(AgentTask task, String why) {
        if (!Double.isNaN(task.runningSince())) {
            return parts.statuses()
                    .fromAgent(task, TaskState.TASK_FAILED, Reason.REASON_AGENT_RESTARTED, why)
                    .build();
        }
        boolean aware = parts.book()
                .framework(task.key().frameworkId())
                .filter(framework -> framework.has(FrameworkInfo.Capability.Type.PARTITION_AWARE))
                .isPresent();
        return parts.statuses()
                .fromAgent(
                        task,
                        aware ? TaskState.TASK_DROPPED : TaskState.TASK_LOST,
                        Reason.REASON_AGENT_RESTARTED,
                        why + " before the task was launched")
                .build();
    }

    private record Entry(AgentTask task, RecoveredTask recovered) {}
}
