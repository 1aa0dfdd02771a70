package io.gatun.agent;

import io.gatun.agent.AgentSnapshot.FrameworkView;
import io.gatun.agent.store.Layout;
import io.gatun.mesos.v1.FrameworkInfo;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All frameworks and tasks of an agent. Owned by the loop. */
final class TaskBook {
    /** As Mesos' MAX_COMPLETED_FRAMEWORKS (src/slave/constants.hpp). */
    private static final int COMPLETED_FRAMEWORKS_MAX = 50;

    private final Layout layout;
    private final int completedExecutorsMax;
    private final Map<String, AgentFramework> frameworks = new LinkedHashMap<>();
    private final Deque<AgentFramework> completed = new ArrayDeque<>();

    TaskBook(Layout layout, int completedExecutorsMax) {
        this.layout = layout;
        this.completedExecutorsMax = completedExecutorsMax;
    }

    /** The framework with this info's id, made when there is none, brought up to date when it has changed. */
    AgentFramework framework(FrameworkInfo info) {
        AgentFramework framework = frameworks.computeIfAbsent(info.getId().getValue(), id -> revived(info));
        framework.info(info);
        return framework;
    }

    Optional<AgentFramework> framework(String id) {
        return Optional.ofNullable(frameworks.get(id));
    }

    Collection<AgentFramework> frameworks() {
        return frameworks.values();
    }

    Optional<AgentTask> task(TaskKey key) {
        return framework(key.frameworkId()).map(framework -> framework.tasks().get(key));
    }

    List<AgentTask> tasks() {
        return frameworks.values().stream()
                .flatMap(framework -> framework.tasks().values().stream())
                .toList();
    }

    void add(AgentTask task) {
        frameworks.get(task.key().frameworkId()).tasks().put(task.key(), task);
    }

    /** Takes a task out; tells whether its framework has no task left and is a completed one now. */
    boolean complete(AgentTask task) {
        AgentFramework framework = frameworks.get(task.key().frameworkId());
        framework.complete(task);
        if (!framework.tasks().isEmpty()) {
            return false;
        }
        frameworks.remove(framework.id());
        completed.add(framework);
        if (completed.size() > COMPLETED_FRAMEWORKS_MAX) {
            completed.remove();
        }
        return true;
    }

    List<FrameworkView> views() {
        return frameworks.values().stream().map(AgentFramework::view).toList();
    }

    List<FrameworkView> completedViews() {
        return completed.stream().map(AgentFramework::view).toList();
    }

    private AgentFramework revived(FrameworkInfo info) {
        Optional<AgentFramework> earlier = completed.stream()
                .filter(f -> f.info().getId().equals(info.getId()))
                .findFirst();
        earlier.ifPresent(completed::remove);
        return earlier.orElseGet(() -> new AgentFramework(info, layout, completedExecutorsMax));
    }
}
