package io.gatun.marathon.state;

import io.gatun.marathon.app.AppSpec;
import io.gatun.marathon.app.Timestamp;
import io.gatun.mesos.v1.NetworkInfo;
import io.gatun.mesos.v1.TaskState;
import io.gatun.mesos.v1.TaskStatus;
import io.gatun.mesos.v1.scheduler.Call;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;

/** What news of a task mean for its instance. Confined to the thread of its {@link Core}. */
final class TaskUpdates {
    private static final Set<TaskState> ALIVE =
            Set.of(TaskState.TASK_STAGING, TaskState.TASK_STARTING, TaskState.TASK_RUNNING, TaskState.TASK_KILLING);

    private final Ledger ledger;
    private final LaunchDelays delays;
    private final Consumer<Call> calls;
    private final Consumer<Event> events;

    TaskUpdates(Ledger ledger, LaunchDelays delays, Consumer<Call> calls, Consumer<Event> events) {
        this.ledger = ledger;
        this.delays = delays;
        this.calls = calls;
        this.events = events;
    }

    void update(TaskStatus status, long nowMs) {
        Optional<Instance> known = ledger.instanceOfTask(status.getTaskId().getValue());
        if (known.isPresent()) {
            update(known.get(), status, nowMs);
        } else if (ALIVE.contains(status.getState())) {
            // Forgotten while it was unreachable, or left by an app that is gone: nobody wants it any more.
            calls.accept(Calls.kill(status));
        }
        if (status.hasUuid() && status.hasAgentId()) {
            calls.accept(Calls.acknowledge(status));
        }
    }

    private void update(Instance instance, TaskStatus status, long nowMs) {
        TaskState state = status.getState();
        if (ALIVE.contains(state)) {
            boolean runs = state == TaskState.TASK_RUNNING;
            OptionalLong started =
                    runs && instance.startedAtMs().isEmpty() ? OptionalLong.of(nowMs) : instance.startedAtMs();
            List<String> heard = addresses(status);
            ledger.save(instance.with(
                    state, started, OptionalLong.empty(), heard.isEmpty() ? instance.addresses() : heard));
        } else if (state == TaskState.TASK_UNREACHABLE) {
            long since = status.hasUnreachableTime()
                    ? status.getUnreachableTime().getNanoseconds() / 1_000_000
                    : instance.unreachableSinceMs().orElse(nowMs);
            ledger.save(instance.with(state, instance.startedAtMs(), OptionalLong.of(since), instance.addresses()));
        } else {
            end(instance, status, nowMs);
        }
        if (instance.state() != state) {
            tell(instance, status);
        }
    }

    private void end(Instance instance, TaskStatus status, long nowMs) {
        ledger.forget(instance);
        if (instance.killing() || status.getState() == TaskState.TASK_KILLED) {
            return;
        }
        Optional.ofNullable(ledger.versions(instance.app()).get(instance.version()))
                .or(() -> ledger.app(instance.app()))
                .ifPresent(app -> delays.failed(current(app), nowMs));
        if (status.getState() != TaskState.TASK_FINISHED
                && ledger.app(instance.app()).isPresent()) {
            ledger.save(new TaskFailure(
                    instance.app(),
                    instance.taskId(),
                    status.getState().name(),
                    status.getMessage(),
                    instance.host(),
                    instance.agentId(),
                    instance.version(),
                    new Timestamp(nowMs)));
        }
    }

    /** The newest definition with the same configuration: scaling an app must not let it forget its failures. */
    private AppSpec current(AppSpec launched) {
        return ledger.app(launched.id())
                .filter(app -> app.versions()
                        .lastConfigChangeAt()
                        .equals(launched.versions().lastConfigChangeAt()))
                .orElse(launched);
    }

    private static List<String> addresses(TaskStatus status) {
        return status.getContainerStatus().getNetworkInfosList().stream()
                .map(NetworkInfo::getIpAddressesList)
                .flatMap(List::stream)
                .map(NetworkInfo.IPAddress::getIpAddress)
                .toList();
    }

    private void tell(Instance instance, TaskStatus status) {
        events.accept(new Event(
                "status_update_event",
                Map.of(
                        "slaveId", instance.agentId(),
                        "taskId", instance.taskId(),
                        "taskStatus", status.getState().name(),
                        "message", status.getMessage(),
                        "appId", instance.app().path(),
                        "host", instance.host(),
                        "ports", instance.ports(),
                        "version", instance.version().toString())));
    }
}
