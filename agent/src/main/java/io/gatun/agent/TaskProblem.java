package io.gatun.agent;

import io.gatun.agent.store.RunPath;
import io.gatun.isolator.IoConfig;
import io.gatun.isolator.Limits;
import io.gatun.mesos.v1.CommandInfo;
import io.gatun.mesos.v1.Environment.Variable;
import io.gatun.mesos.v1.FrameworkInfo;
import io.gatun.mesos.v1.TaskInfo;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Why a task is refused.
 *
 * @param unsupported true when the task is well-formed but asks for what this agent cannot do; false when it is invalid
 * @param text names field, value and rule
 */
record TaskProblem(boolean unsupported, String text) {
    /** Checks what the master need not have checked: it forwards tasks, the agent runs them. */
    static Optional<TaskProblem> find(
            FrameworkInfo framework, TaskInfo task, String agentId, ContainerOptions options) {
        if (!RunPath.isComponent(framework.getId().getValue())) {
            return invalid("framework_info.id", framework.getId().getValue(), "is not a valid id");
        }
        if (!RunPath.isComponent(task.getTaskId().getValue())) {
            return invalid("task_id", task.getTaskId().getValue(), "is not a valid id");
        }
        if (!task.getAgentId().getValue().equals(agentId)) {
            return invalid("agent_id", task.getAgentId().getValue(), "this agent is " + agentId);
        }
        if (task.hasExecutor()) {
            return unsupported("executor", "custom executors are not supported, only command tasks");
        }
        if (!task.hasCommand()) {
            return invalid("command", "", "must be present");
        }
        if (task.getKillPolicy().getGracePeriod().getNanoseconds() < 0) {
            return invalid(
                    "kill_policy.grace_period",
                    task.getKillPolicy().getGracePeriod().getNanoseconds() + "ns",
                    "must not be negative");
        }
        if (task.hasMaxCompletionTime() && task.getMaxCompletionTime().getNanoseconds() < 0) {
            return invalid(
                    "max_completion_time", task.getMaxCompletionTime().getNanoseconds() + "ns", "must not be negative");
        }
        return command(task.getCommand()).or(() -> container(task, options));
    }

    private static Optional<TaskProblem> command(CommandInfo command) {
        for (Variable variable : command.getEnvironment().getVariablesList()) {
            String field = "command.environment." + variable.getName();
            if (variable.getType() == Variable.Type.SECRET) {
                try {
                    TaskImage.value(field, variable.getSecret());
                } catch (UnsupportedOperationException e) {
                    return Optional.of(new TaskProblem(true, "Task cannot be run: " + e.getMessage()));
                }
                continue;
            }
            if (variable.getName().isEmpty() || variable.getName().indexOf('=') >= 0) {
                return invalid(field, variable.getValue(), "a name must not be empty or contain '='");
            }
            if (!variable.hasValue()) {
                return invalid(field, "", "must have a value");
            }
        }
        return Optional.empty();
    }

    /** By trying: the configuration is made without anything else coming to be. */
    private static Optional<TaskProblem> container(TaskInfo task, ContainerOptions options) {
        RunPath nowhere = new RunPath("agent", "framework", "executor", "container");
        try {
            new TaskContainer(task, options, IoConfig.DEFAULT, Path.of("/sandbox"))
                    .config(nowhere, Map.of(), Optional.empty(), Limits.NONE);
            return Optional.empty();
        } catch (UnsupportedOperationException e) {
            return Optional.of(new TaskProblem(true, "Task cannot be run: " + e.getMessage()));
        } catch (IllegalArgumentException e) {
            return Optional.of(new TaskProblem(false, "Task is invalid: " + e.getMessage()));
        }
    }

    private static Optional<TaskProblem> invalid(String field, String value, String rule) {
        return Optional.of(new TaskProblem(false, "Task is invalid: " + field + "='" + value + "': " + rule));
    }

    private static Optional<TaskProblem> unsupported(String field, String rule) {
        return Optional.of(new TaskProblem(true, "Task cannot be run: " + field + ": " + rule));
    }
}
