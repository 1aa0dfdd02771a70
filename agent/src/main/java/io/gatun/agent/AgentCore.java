package io.gatun.agent;

import io.gatun.agent.AgentTask.EndCause;
import io.gatun.agent.AgentTask.Phase;
import io.gatun.agent.store.MetaStore;
import io.gatun.agent.store.RunPath;
import io.gatun.agent.store.UpdateLog;
import io.gatun.containerizer.Container;
import io.gatun.containerizer.Containerizer;
import io.gatun.containerizer.LaunchException;
import io.gatun.containerizer.Termination;
import io.gatun.mesos.link.AgentEvent;
import io.gatun.mesos.task.TaskStates;
import io.gatun.mesos.v1.FrameworkInfo;
import io.gatun.mesos.v1.KillPolicy;
import io.gatun.mesos.v1.TaskInfo;
import io.gatun.mesos.v1.TaskState;
import io.gatun.mesos.v1.TaskStatus;
import io.gatun.mesos.v1.TaskStatus.Reason;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What happens to tasks: from the master's command to the acknowledgement of their end. All methods run on the loop. */
final class AgentCore {
    /** As Mesos' DEFAULT_KILL_POLICY grace (src/launcher/executor.cpp). */
    static final Duration KILL_GRACE = Duration.ofSeconds(3);

    private static final Logger LOGGER = LoggerFactory.getLogger(AgentCore.class);
    private static final double NANOS_PER_SECOND = 1e9;

    private final Loop loop;
    private final TaskBook book;
    private final MetaStore meta;
    private final Containerizer containerizer;
    private final LaunchPool pool;
    private final TaskLauncher launcher;
    private final UpdateManager updates;
    private final TaskReports reports;
    private final TaskEnder ender;
    private final Statuses statuses;
    private final Duration shutdownGrace;
    private final ContainerOptions containers;
    private boolean ending;
    /** Containers that have ended and are being forgotten. */
    private int removals;

    private Optional<Runnable> onIdle = Optional.empty();

    AgentCore(AgentParts parts) {
        containers = parts.config().containers();
        loop = parts.loop();
        book = parts.book();
        meta = parts.meta();
        containerizer = parts.containerizer();
        pool = parts.pool();
        launcher = parts.launcher();
        updates = parts.updates();
        reports = parts.reports();
        statuses = parts.statuses();
        shutdownGrace = parts.config().executorShutdownGracePeriod();
        ender = new TaskEnder(loop, containerizer, pool, reports);
    }

    /** RUN_TASK. A task that is known is not run again: the master repeats itself after a reconnect. */
    void run(String agentId, FrameworkInfo framework, TaskInfo info) {
        TaskKey key = TaskKey.of(framework.getId(), info.getTaskId());
        if (ending || book.task(key).isPresent()) {
            LOGGER.warn("{} is not launched: {}", key, ending ? "the agent is ending" : "it is here already");
            return;
        }
        String user = launcher.userName(framework, info);
        book.framework(framework);
        Optional<TaskProblem> problem = TaskProblem.find(framework, info, agentId, containers);
        if (problem.isPresent()) {
            refuse(new AgentTask(key, agentId, info, user, Optional.empty()), problem.get());
            return;
        }
        RunPath run = new RunPath(
                agentId, key.frameworkId(), key.taskId(), UUID.randomUUID().toString());
        AgentTask task = new AgentTask(key, agentId, info, user, Optional.of(run));
        UpdateLog log;
        try {
            meta.saveFramework(agentId, framework);
            log = meta.saveTask(run, info);
        } catch (UncheckedIOException e) {
            refuse(task, new TaskProblem(true, String.valueOf(e.getMessage())));
            return;
        }
        book.add(task);
        reports.open(task, Optional.of(log));
        reports.report(task, statuses.fromTask(task, TaskState.TASK_STARTING).build());
        pool.launch(() -> launch(framework, task));
    }

    /** KILL_TASK. */
    void kill(String agentId, AgentEvent.KillTask kill) {
        TaskKey key = TaskKey.of(kill.getFrameworkId(), kill.getTaskId());
        Optional<AgentTask> known = book.task(key);
        if (known.isEmpty()) {
            // Said until it is acknowledged, so that the master can let the task go.
            boolean aware = frameworkHas(key, FrameworkInfo.Capability.Type.PARTITION_AWARE);
            updates.openForUnknown(key, statuses.unknown(key, agentId, aware));
            return;
        }
        AgentTask task = known.get();
        if (task.phase() == Phase.ENDED) {
            return;
        }
        try {
            meta.saveKill(task.run().orElseThrow(), kill);
        } catch (UncheckedIOException e) {
            // The task has to end all the same; only an agent that restarts before it has would not know.
            LOGGER.warn("{}: its kill is not checkpointed: {}", key, e.getMessage());
        }
        resumeKill(task, kill);
    }

    /** Kills a task whose kill is checkpointed. */
    void resumeKill(AgentTask task, AgentEvent.KillTask kill) {
        boolean first = ender.end(task, cause(task, kill), grace(task.info(), kill));
        boolean wanted = frameworkHas(task.key(), FrameworkInfo.Capability.Type.TASK_KILLING_STATE);
        if (first && wanted && task.state() != TaskState.TASK_KILLING) {
            TaskStatus.Builder killing = statuses.fromTask(task, TaskState.TASK_KILLING);
            if (kill.hasDraining()) {
                killing.setReason(Reason.REASON_AGENT_DRAINING);
            }
            reports.report(task, killing.build());
        }
    }

    private EndCause cause(AgentTask task, AgentEvent.KillTask kill) {
        if (!kill.hasDraining()) {
            return EndCause.KILL;
        }
        return kill.getDraining().getMarkGone()
                        && frameworkHas(task.key(), FrameworkInfo.Capability.Type.PARTITION_AWARE)
                ? EndCause.DRAIN_GONE
                : EndCause.DRAIN;
    }

    /** SHUTDOWN_FRAMEWORK: its tasks end and nobody is told. */
    void shutdownFramework(String frameworkId) {
        book.framework(frameworkId)
                .ifPresent(framework -> framework.tasks().values().stream()
                        .toList()
                        .forEach(task -> silence(task, EndCause.FRAMEWORK_SHUTDOWN)));
    }

    /** SHUTDOWN_EXECUTOR: the executor of a command task is the task. */
    void shutdownExecutor(TaskKey key) {
        book.task(key).ifPresent(task -> ender.end(task, EndCause.KILL, shutdownGrace));
    }

    /** ACKNOWLEDGED. */
    void acknowledged(AgentEvent.Acknowledged event) {
        TaskKey key = TaskKey.of(event.getFrameworkId(), event.getTaskId());
        Optional<TaskStatus> status = updates.acknowledge(key, event.getUuid());
        reports.count(status.isPresent() ? Counter.VALID_STATUS_UPDATES : Counter.INVALID_STATUS_UPDATES);
        if (status.isPresent() && TaskStates.terminal(status.get().getState())) {
            book.task(key).ifPresentOrElse(this::complete, () -> updates.close(key));
        }
    }

    /**
     * Ends all tasks of an agent that is to be forgotten.
     *
     * @param done called once when no container is left
     */
    void forgetAll(Runnable done) {
        ending = true;
        book.tasks().forEach(task -> silence(task, EndCause.AGENT_SHUTDOWN));
        whenIdle(() -> {
            ending = false;
            done.run();
        });
    }

    /**
     * Ends all tasks; their last updates are checkpointed, for the next agent to deliver.
     *
     * @param done called once when no container is left
     */
    void endAll(Duration grace, Runnable done) {
        ending = true;
        book.tasks().forEach(task -> ender.end(task, EndCause.AGENT_SHUTDOWN, grace));
        whenIdle(done);
    }

    /** A container that was launched by an earlier agent. */
    void adopt(AgentTask task, Optional<Container> running) {
        task.phase(Phase.RUNNING);
        running.ifPresent(container -> {
            task.pid(container.pid());
            task.addresses(launcher.addresses(container.id()));
        });
        if (running.isPresent() && task.state() != TaskState.TASK_RUNNING && task.state() != TaskState.TASK_KILLING) {
            reports.report(task, statuses.fromTask(task, TaskState.TASK_RUNNING).build());
        }
        if (running.isPresent()) {
            armCompletion(task);
        }
        watch(task);
    }

    private void launch(FrameworkInfo framework, AgentTask task) {
        if (task.launchUnwanted().get()) {
            loop.execute(
                    () -> ended(task, new Termination(task.containerId(), -1, Optional.empty(), "never launched")));
            return;
        }
        try {
            TaskLauncher.Launched launched =
                    launcher.launch(framework, task.info(), task.run().orElseThrow());
            loop.execute(() -> launched(task, launched));
        } catch (RuntimeException e) {
            loop.execute(() -> launchFailed(task, e));
        }
    }

    private void launched(AgentTask task, TaskLauncher.Launched launched) {
        task.pid(launched.container().pid());
        task.addresses(launched.addresses());
        if (task.endCause() != EndCause.NONE) {
            ender.destroy(task);
            watch(task);
            return;
        }
        task.phase(Phase.RUNNING);
        reports.report(task, statuses.fromTask(task, TaskState.TASK_RUNNING).build());
        armCompletion(task);
        watch(task);
    }

    private void launchFailed(AgentTask task, RuntimeException e) {
        if (task.endCause() != EndCause.NONE) {
            ended(task, new Termination(task.containerId(), -1, Optional.empty(), String.valueOf(e.getMessage())));
            return;
        }
        if (e instanceof LaunchException || e instanceof IllegalArgumentException) {
            LOGGER.warn("{}: launch failed: {}", task.key(), e.getMessage());
        } else {
            LOGGER.error("{}: launch failed: {}", task.key(), e.getMessage(), e); // not foreseen
        }
        reports.count(Counter.CONTAINER_LAUNCH_ERRORS);
        finish(
                task,
                statuses.fromAgent(
                                task,
                                TaskState.TASK_FAILED,
                                Reason.REASON_CONTAINER_LAUNCH_FAILED,
                                "Failed to launch container: " + e.getMessage())
                        .build());
    }

    private void watch(AgentTask task) {
        var unused = containerizer
                .termination(task.containerId())
                .whenComplete((end, failure) -> loop.execute(() -> {
                    if (failure != null) {
                        ended(task, new Termination(task.containerId(), -1, Optional.empty(), failure.toString()));
                    } else {
                        ended(task, end);
                    }
                }));
    }

    private void ended(AgentTask task, Termination end) {
        // First the update on disk, then the containerizer's memory of the end: a crash in between must lose neither.
        removals++;
        finish(task, TaskEnd.status(task, end, statuses));
        pool.execute(() -> {
            try {
                containerizer.remove(task.containerId());
            } catch (IllegalArgumentException | IllegalStateException e) {
                // Never launched, or its end is unknown: there is nothing to forget.
                LOGGER.debug("{}: no container to forget: {}", task.key(), e.getMessage());
            }
            loop.execute(() -> {
                removals--;
                runIfIdle();
            });
        });
    }

    /** No process of the task is left. */
    void finish(AgentTask task, TaskStatus status) {
        task.phase(Phase.ENDED);
        reports.count(Counter.EXECUTORS_TERMINATED);
        if (task.silenced()) {
            complete(task);
        } else {
            reports.report(task, status);
        }
        runIfIdle();
    }

    private void silence(AgentTask task, EndCause cause) {
        task.silence();
        updates.close(task.key());
        if (task.phase() == Phase.ENDED) {
            complete(task);
        } else {
            ender.end(task, cause, shutdownGrace);
        }
    }

    private void complete(AgentTask task) {
        updates.close(task.key());
        boolean last = book.complete(task);
        task.run().ifPresent(run -> meta.removeRun(run, task.key().taskId()));
        if (last) {
            meta.removeFramework(task.agentId(), task.key().frameworkId());
        }
        reports.changed();
    }

    private void refuse(AgentTask task, TaskProblem problem) {
        task.phase(Phase.ENDED);
        book.add(task);
        reports.open(task, Optional.empty());
        reports.report(
                task,
                statuses.fromAgent(
                                task,
                                problem.unsupported() ? TaskState.TASK_FAILED : TaskState.TASK_ERROR,
                                problem.unsupported()
                                        ? Reason.REASON_CONTAINER_LAUNCH_FAILED
                                        : Reason.REASON_TASK_INVALID,
                                problem.text())
                        .build());
    }

    private void armCompletion(AgentTask task) {
        if (!task.info().hasMaxCompletionTime()) {
            return;
        }
        double limit = task.info().getMaxCompletionTime().getNanoseconds() / NANOS_PER_SECOND;
        double left = Math.max(0, task.runningSince() + limit - loop.now());
        // Mesos gives no grace here (src/launcher/executor.cpp, taskCompletionTimeout).
        task.completionTimer(loop.schedule(
                Duration.ofNanos((long) (left * NANOS_PER_SECOND)),
                () -> ender.end(task, EndCause.MAX_COMPLETION_TIME, Duration.ZERO)));
    }

    private static Duration grace(TaskInfo info, AgentEvent.KillTask kill) {
        KillPolicy policy = kill.hasKillPolicy() && kill.getKillPolicy().hasGracePeriod()
                ? kill.getKillPolicy()
                : info.getKillPolicy();
        return policy.hasGracePeriod()
                ? Duration.ofNanos(Math.max(0, policy.getGracePeriod().getNanoseconds()))
                : KILL_GRACE;
    }

    private boolean frameworkHas(TaskKey key, FrameworkInfo.Capability.Type capability) {
        return book.framework(key.frameworkId())
                .filter(framework -> framework.has(capability))
                .isPresent();
    }

    private void whenIdle(Runnable action) {
        onIdle = Optional.of(action);
        runIfIdle();
    }

    private void runIfIdle() {
        if (onIdle.isPresent()
                && removals == 0
                && book.tasks().stream().allMatch(task -> task.phase() == Phase.ENDED)) {
            Runnable action = onIdle.get();
            onIdle = Optional.empty();
            action.run();
        }
    }
}
