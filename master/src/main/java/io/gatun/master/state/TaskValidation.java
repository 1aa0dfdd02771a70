package io.gatun.master.state;

import io.gatun.master.allocator.Capabilities;
import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.v1.AgentInfo;
import io.gatun.mesos.v1.CheckInfo;
import io.gatun.mesos.v1.HealthCheck;
import io.gatun.mesos.v1.Resource;
import io.gatun.mesos.v1.TaskInfo;
import io.gatun.mesos.v1.Value;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a task must be like to be launched (Mesos' {@code src/master/validation.cpp}, namespace task). Pure. */
final class TaskValidation {
    /** What a task is checked against. */
    record Target(Framework framework, Agent agent, String role, Resources available) {}

    private TaskValidation() {}

    /** Says what is wrong; empty when the task may be launched. */
    static Optional<String> invalid(TaskInfo task, Target target) {
        return id(task).or(() -> unique(task, target.framework()))
                .or(() -> agent(task, target.agent()))
                .or(() -> program(task))
                .or(() -> killPolicy(task))
                .or(() -> maxCompletionTime(task))
                .or(() -> checks(task))
                .or(() -> resources(task, target))
                .or(() -> limits(task, target.agent()));
    }

    private static Optional<String> id(TaskInfo task) {
        return Identifiers.invalid(task.getTaskId().getValue()).map(error -> "Task has invalid ID: " + error);
    }

    private static Optional<String> unique(TaskInfo task, Framework framework) {
        String id = task.getTaskId().getValue();
        // A task whose agent is away may come back with it: were its id used again, two tasks would have one name.
        return framework.tasks.containsKey(id) || AwayTasks.find(framework, id).isPresent()
                ? Optional.of("Task has duplicate ID: " + id)
                : Optional.empty();
    }

    private static Optional<String> agent(TaskInfo task, Agent agent) {
        return task.getAgentId().getValue().equals(agent.id)
                ? Optional.empty()
                : Optional.of("Task uses invalid agent " + task.getAgentId().getValue() + " while agent " + agent.id
                        + " is expected");
    }

    private static Optional<String> program(TaskInfo task) {
        if (task.hasExecutor() == task.hasCommand()) {
            return Optional.of("Task should have at least one (but not both) of CommandInfo or ExecutorInfo present");
        }
        if (task.hasExecutor()) {
            return Optional.of("Task uses executor '"
                    + task.getExecutor().getExecutorId().getValue()
                    + "': custom executors are not run by the agents of this version, use 'command'");
        }
        return task.getCommand().hasValue() || task.getCommand().getArgumentsCount() > 0 || task.hasContainer()
                ? Optional.empty()
                : Optional.of("Task's command has neither 'value' nor 'arguments', and there is no container image");
    }

    private static Optional<String> killPolicy(TaskInfo task) {
        return task.getKillPolicy().hasGracePeriod()
                        && task.getKillPolicy().getGracePeriod().getNanoseconds() < 0
                ? Optional.of("Task's 'kill_policy.grace_period' must be non-negative, not "
                        + task.getKillPolicy().getGracePeriod().getNanoseconds() + " ns")
                : Optional.empty();
    }

    private static Optional<String> maxCompletionTime(TaskInfo task) {
        return task.hasMaxCompletionTime() && task.getMaxCompletionTime().getNanoseconds() < 0
                ? Optional.of("Task's `max_completion_time` must be non-negative, not "
                        + task.getMaxCompletionTime().getNanoseconds() + " ns")
                : Optional.empty();
    }

    private static Optional<String> checks(TaskInfo task) {
        if (task.hasHealthCheck()) {
            Optional<String> error = healthCheck(task.getHealthCheck());
            if (error.isPresent()) {
                return error.map(text -> "Task uses invalid health check: " + text);
            }
        }
        return task.hasCheck()
                ? check(task.getCheck()).map(text -> "Task uses invalid check: " + text)
                : Optional.empty();
    }

    private static Optional<String> healthCheck(HealthCheck check) {
        if (!check.hasType()) {
            return Optional.of("HealthCheck must specify 'type'");
        }
        Optional<String> kind = switch (check.getType()) {
            case COMMAND -> expect(check.hasCommand(), "'command' to be set for COMMAND health check");
            case HTTP -> expect(check.hasHttp(), "'http' to be set for HTTP health check");
            case TCP -> expect(check.hasTcp(), "'tcp' to be set for TCP health check");
            case UNKNOWN -> Optional.of("'UNKNOWN' is not a valid health check type");
        };
        return kind.or(() -> times(Map.of(
                "delay_seconds", check.getDelaySeconds(),
                "grace_period_seconds", check.getGracePeriodSeconds(),
                "interval_seconds", check.getIntervalSeconds(),
                "timeout_seconds", check.getTimeoutSeconds())));
    }

    private static Optional<String> check(CheckInfo check) {
        if (!check.hasType()) {
            return Optional.of("CheckInfo must specify 'type'");
        }
        Optional<String> kind = switch (check.getType()) {
            case COMMAND -> expect(check.hasCommand(), "'command' to be set for COMMAND check");
            case HTTP -> expect(check.hasHttp(), "'http' to be set for HTTP check");
            case TCP -> expect(check.hasTcp(), "'tcp' to be set for TCP check");
            case UNKNOWN -> Optional.of("'UNKNOWN' is not a valid check type");
        };
        return kind.or(() -> times(Map.of(
                "delay_seconds", check.getDelaySeconds(),
                "interval_seconds", check.getIntervalSeconds(),
                "timeout_seconds", check.getTimeoutSeconds())));
    }

    private static Optional<String> times(Map<String, Double> seconds) {
        return seconds.entrySet().stream()
                .filter(time -> !(time.getValue() >= 0))
                .map(time -> "Expecting '" + time.getKey() + "' to be non-negative, not " + time.getValue())
                .sorted()
                .findFirst();
    }

    private static Optional<String> expect(boolean holds, String what) {
        return holds ? Optional.empty() : Optional.of("Expecting " + what);
    }

    private static Optional<String> resources(TaskInfo task, Target target) {
        if (task.getResourcesCount() == 0) {
            return Optional.of("Task uses no resources");
        }
        Optional<String> problem = Resources.problem(task.getResourcesList());
        if (problem.isPresent()) {
            return problem.map(error -> "Task uses invalid resources: " + error);
        }
        Optional<String> disk = VolumeRules.invalidDisk(task.getResourcesList())
                .or(() -> VolumeRules.duplicateId(task.getResourcesList(), Resources.NONE));
        if (disk.isPresent()) {
            return disk.map(error -> "Task uses invalid resources: " + error);
        }
        Optional<String> foreign = task.getResourcesList().stream()
                .filter(Resource::hasAllocationInfo)
                .map(resource -> resource.getAllocationInfo().getRole())
                .filter(role -> !role.equals(target.role()))
                .findFirst();
        if (foreign.isPresent()) {
            return foreign.map(role -> "Task uses resources allocated to role '" + role
                    + "' while the offers are allocated to role '" + target.role() + "'");
        }
        Resources wanted = Resources.of(task.getResourcesList()).unallocated();
        if (wanted.isEmpty()) {
            return Optional.of("Task uses no resources");
        }
        return target.available().contains(wanted)
                ? Optional.empty()
                : Optional.of("Task uses more resources " + wanted + " than available " + target.available());
    }

    private static Optional<String> limits(TaskInfo task, Agent agent) {
        if (task.getLimitsMap().isEmpty()) {
            return Optional.empty();
        }
        if (!Capabilities.has(agent.capabilities, AgentInfo.Capability.Type.TASK_RESOURCE_LIMITS)) {
            return Optional.of("Task has resource limits, which agent " + agent.id + " is not capable of");
        }
        Resources wanted = Resources.of(task.getResourcesList());
        for (Map.Entry<String, Value.Scalar> limit : task.getLimitsMap().entrySet()) {
            String name = limit.getKey();
            if (!List.of("cpus", "mem").contains(name)) {
                return Optional.of("Task has a limit for '" + name + "': only cpus and mem may have one");
            }
            // An infinite limit is allowed, NaN is not.
            if (!(limit.getValue().getValue() >= wanted.amount(name))) {
                return Optional.of("Task has a limit of " + limit.getValue().getValue() + " for " + name
                        + ", less than its request of " + wanted.amount(name));
            }
        }
        return Optional.empty();
    }
}
