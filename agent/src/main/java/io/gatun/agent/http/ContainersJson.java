package io.gatun.agent.http;

import io.gatun.agent.AgentSnapshot;
import io.gatun.agent.AgentSnapshot.ExecutorView;
import io.gatun.agent.container.ContainerIds;
import io.gatun.containerizer.Container;
import io.gatun.mesos.v1.ContainerStatus;
import io.gatun.mesos.v1.ResourceStatistics;
import io.gatun.mesos.v1.TaskStatus;
import io.vertx.core.MultiMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** /containers, /monitor/statistics, and the v1 statistics of one container. Blocks for reading cgroup files. */
final class ContainersJson {
    private ContainersJson() {}

    /**
     * All that runs, and what is being launched where {@code show_launching} asks for it.
     *
     * @param query container_id, or framework_id with or without executor_id, choose; absent ones do not
     */
    static List<Object> containers(AgentView agent, AgentSnapshot state, MultiMap query) {
        if (query.contains("executor_id") && !query.contains("framework_id")) {
            throw new HttpProblem(400, "Expecting 'framework_id' with 'executor_id'");
        }
        List<Object> containers = new ArrayList<>();
        for (Running running : running(state)) {
            ExecutorView executor = running.executor();
            if (!chosen(query, "container_id", executor.containerId().orElse(""))
                    || !chosen(query, "framework_id", running.frameworkId())
                    || !chosen(query, "executor_id", executor.executorId())) {
                continue;
            }
            SequencedMap<String, Object> json = head(running);
            executor.containerId().ifPresent(id -> json.put("container_id", id));
            status(executor).ifPresent(status -> json.put("status", Json.message(status)));
            executor.containerId().flatMap(id -> state(agent, id)).ifPresent(s -> json.put("state", s));
            statistics(agent, executor).ifPresent(s -> json.put("statistics", Json.message(s)));
            containers.add(json);
        }
        for (String id : others(agent, state, asks(query, "show_nested"), asks(query, "show_standalone"))) {
            if (chosen(query, "container_id", id) && !query.contains("framework_id")) {
                containers.add(other(agent, id));
            }
        }
        if (asks(query, "show_launching")) {
            containers.addAll(launching(agent, state, query));
        }
        return containers;
    }

    /** A task's container is launched before the task counts as running. */
    private static List<Object> launching(AgentView agent, AgentSnapshot state, MultiMap query) {
        List<Object> containers = new ArrayList<>();
        for (String id : agent.containerizer().launching().stream().sorted().toList()) {
            Optional<Running> executor = executors(state)
                    .filter(each -> each.executor().containerId().equals(Optional.of(id)))
                    .findFirst();
            if (executor.isPresent() && executor.get().executor().running()) {
                continue;
            }
            if (!chosen(query, "container_id", id)
                    || !chosen(
                            query,
                            "framework_id",
                            executor.map(Running::frameworkId).orElse(""))
                    || !chosen(
                            query,
                            "executor_id",
                            executor.map(each -> each.executor().executorId()).orElse(""))) {
                continue;
            }
            SequencedMap<String, Object> json =
                    executor.map(ContainersJson::head).orElseGet(Json::object);
            json.put("container_id", id);
            standing(agent, id).ifPresent(status -> {
                json.put("state", status.state().name());
                status.progress().ifPresent(progress -> json.put("progress", progress));
            });
            containers.add(json);
        }
        return containers;
    }

    private static boolean asks(MultiMap query, String name) {
        return "true".equals(query.get(name));
    }

    /** A container without an executor of its own. */
    private static SequencedMap<String, Object> other(AgentView agent, String id) {
        SequencedMap<String, Object> json = Json.object();
        json.put("container_id", id);
        status(agent, id).ifPresent(status -> json.put("status", Json.message(status)));
        state(agent, id).ifPresent(state -> json.put("state", state));
        statistics(agent, id).ifPresent(s -> json.put("statistics", Json.message(s)));
        return json;
    }

    /** Where it stands, as {@link io.gatun.containerizer.ContainerStatus} has it; Mesos does not tell. */
    private static Optional<String> state(AgentView agent, String id) {
        return standing(agent, id).map(status -> status.state().name());
    }

    private static Optional<io.gatun.containerizer.ContainerStatus> standing(AgentView agent, String id) {
        try {
            return Optional.of(agent.containerizer().status(id));
        } catch (IllegalArgumentException removed) {
            return Optional.empty();
        }
    }

    /** The status of a container that no executor tells about; empty when it has ended. */
    static Optional<ContainerStatus> status(AgentView agent, String id) {
        try {
            OptionalLong pid = agent.containerizer().status(id).pid();
            return pid.isEmpty()
                    ? Optional.empty()
                    : Optional.of(ContainerStatus.newBuilder()
                            .setContainerId(ContainerIds.message(id))
                            .setExecutorPid((int) pid.getAsLong())
                            .build());
        } catch (IllegalArgumentException removed) {
            return Optional.empty();
        }
    }

    /** The containers that run and are no executor's: nested ones, and those without a parent. */
    static List<String> others(AgentView agent, AgentSnapshot state, boolean nested, boolean standalone) {
        Set<String> executors = running(state).stream()
                .flatMap(running -> running.executor().containerId().stream())
                .collect(Collectors.toSet());
        return agent.containerizer().containers().stream()
                .map(Container::id)
                .filter(id -> id.indexOf('.') >= 0 ? nested : standalone && !executors.contains(id))
                .sorted()
                .toList();
    }

    static List<Object> statistics(AgentView agent, AgentSnapshot state) {
        List<Object> all = new ArrayList<>();
        for (Running running : running(state)) {
            statistics(agent, running.executor()).ifPresent(statistics -> {
                SequencedMap<String, Object> json = head(running);
                json.put("statistics", Json.message(statistics));
                all.add(json);
            });
        }
        return all;
    }

    /** Empty when the container ended between the snapshot and now. */
    static Optional<ResourceStatistics> statistics(AgentView agent, ExecutorView executor) {
        return executor.containerId().flatMap(id -> statistics(agent, id));
    }

    /** The same of any container. */
    static Optional<ResourceStatistics> statistics(AgentView agent, String id) {
        try {
            return Optional.of(UsageStatistics.of(agent.containerizer().usage(id)));
        } catch (IllegalArgumentException ended) {
            return Optional.empty();
        }
    }

    /** The newest that the task's updates told about its container. */
    static Optional<ContainerStatus> status(ExecutorView executor) {
        return executor.task().getStatusesList().reversed().stream()
                .filter(TaskStatus::hasContainerStatus)
                .map(TaskStatus::getContainerStatus)
                .findFirst();
    }

    static List<Running> running(AgentSnapshot state) {
        return executors(state).filter(each -> each.executor().running()).toList();
    }

    private static Stream<Running> executors(AgentSnapshot state) {
        return state.frameworks().stream()
                .flatMap(framework -> framework.executors().stream()
                        .map(executor -> new Running(framework.info().getId().getValue(), executor)));
    }

    private static boolean chosen(MultiMap query, String name, String value) {
        return !query.contains(name) || query.get(name).equals(value);
    }

    private static SequencedMap<String, Object> head(Running running) {
        SequencedMap<String, Object> json = Json.object();
        json.put("framework_id", running.frameworkId());
        json.put("executor_id", running.executor().executorId());
        json.put("executor_name", running.executor().name());
        json.put("source", running.executor().executorId());
        return json;
    }

    /** An executor of a framework. */
    record Running(String frameworkId, ExecutorView executor) {}
}
