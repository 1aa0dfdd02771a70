package io.gatun.master.state;

import io.gatun.master.allocator.Capabilities;
import io.gatun.master.allocator.FrameworkRoles;
import io.gatun.master.registry.StoredTask;
import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.v1.FrameworkInfo;
import io.gatun.mesos.v1.Task;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/** What the master knows of a framework. */
final class Framework {
    final String id;
    final double registeredTime;
    FrameworkInfo info;
    Optional<String> streamId = Optional.empty();
    boolean recovered;
    OptionalDouble reregisteredTime = OptionalDouble.empty();
    OptionalDouble unregisteredTime = OptionalDouble.empty();
    final Map<String, LiveTask> tasks = new LinkedHashMap<>();
    /** On agents that are not back since the master changed. */
    Map<String, StoredTask> recoveredTasks = new LinkedHashMap<>();

    final Map<String, Task> unreachableTasks = new LinkedHashMap<>();
    final Deque<Task> completedTasks = new ArrayDeque<>();
    final Map<String, OutstandingOffer> offers = new LinkedHashMap<>();
    /** What its tasks hold, by agent. */
    final Map<String, Resources> usedByAgent = new HashMap<>();

    private FrameworkView view;

    Framework(FrameworkInfo info, double registeredTime) {
        this.id = info.getId().getValue();
        this.info = info;
        this.registeredTime = registeredTime;
    }

    /** For the log: a name may have anything in it, and is not to look like lines of its own. */
    String title() {
        return "Framework " + id + " (" + info.getName().replaceAll("\\p{Cntrl}", "?") + ")";
    }

    boolean connected() {
        return streamId.isPresent();
    }

    boolean has(FrameworkInfo.Capability.Type capability) {
        return Capabilities.has(info, capability);
    }

    Set<String> roles() {
        return FrameworkRoles.of(info);
    }

    /** Forgets the published view: to be called after each change. */
    void touch() {
        view = null;
    }

    FrameworkView view() {
        if (view == null) {
            Resources used = usedByAgent.values().stream().reduce(Resources.NONE, Resources::plus);
            Resources offered =
                    offers.values().stream().map(OutstandingOffer::resources).reduce(Resources.NONE, Resources::plus);
            view = new FrameworkView(
                    info,
                    connected(),
                    connected(),
                    recovered,
                    registeredTime,
                    reregisteredTime,
                    unregisteredTime,
                    new TaskList(tasks.values(), recoveredTasks.values()),
                    List.copyOf(unreachableTasks.values()),
                    List.copyOf(completedTasks),
                    offers.values().stream().map(OutstandingOffer::proto).toList(),
                    used,
                    offered);
        }
        return view;
    }
}
