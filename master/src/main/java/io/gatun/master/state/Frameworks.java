package io.gatun.master.state;

import io.gatun.master.registry.StoredTask;
import io.gatun.mesos.link.AgentEvent;
import io.gatun.mesos.task.TaskStates;
import io.gatun.mesos.v1.FrameworkID;
import io.gatun.mesos.v1.FrameworkInfo;
import io.gatun.mesos.v1.Task;
import io.gatun.mesos.v1.TaskState;
import io.gatun.mesos.v1.TaskStatus.Reason;
import io.gatun.mesos.v1.scheduler.Call;
import io.gatun.mesos.v1.scheduler.Event;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;

/** The life of frameworks: subscription, failover, disconnection, end. */
final class Frameworks {
    static final long HEARTBEAT_MS = 15_000;

    private final World world;
    private final Offers offers;
    private final Tasks tasks;

    Frameworks(World world, Offers offers, Tasks tasks) {
        this.world = world;
        this.offers = offers;
        this.tasks = tasks;
    }

    void subscribe(Command.SchedulerSubscribe command) {
        FrameworkInfo info = command.call().getSubscribe().getFrameworkInfo();
        Collection<String> suppressed = command.call().getSubscribe().getSuppressedRolesList();
        String stream = command.streamId();
        Optional<String> invalid = FrameworkValidation.invalid(info, suppressed, world.config.roles())
                .or(() -> FrameworkValidation.constrained(
                        command.call().getSubscribe().getOfferConstraints()))
                .or(() -> foreign(info, command.principal()));
        if (invalid.isPresent()) {
            refuse(stream, invalid.get());
            return;
        }
        if (!info.hasId() || info.getId().getValue().isEmpty()) {
            world.count(Counter.MESSAGES_REGISTER_FRAMEWORK);
            FrameworkInfo named =
                    info.toBuilder().setId(world.ids.nextFramework()).build();
            begin(add(named, false), stream, suppressed);
            return;
        }
        world.count(Counter.MESSAGES_REREGISTER_FRAMEWORK);
        String id = info.getId().getValue();
        if (world.removedFrameworks.containsKey(id)) {
            refuse(stream, "Framework has been removed");
            return;
        }
        Framework known = world.frameworks.get(id);
        if (known == null) {
            begin(add(info, false), stream, suppressed);
        } else {
            resubscribe(known, info, stream, suppressed);
        }
    }

    private static Optional<String> foreign(FrameworkInfo info, Optional<String> principal) {
        return principal
                .filter(authenticated -> info.hasPrincipal() && !authenticated.equals(info.getPrincipal()))
                .map(authenticated -> "Authenticated principal '" + authenticated + "' does not match principal '"
                        + info.getPrincipal() + "' set in `FrameworkInfo`");
    }

    private void refuse(String stream, String message) {
        world.out.schedulerStream(stream, error(message));
        world.out.closeScheduler(stream);
    }

    /** A framework that was unknown until now. */
    private Framework add(FrameworkInfo info, boolean recovered) {
        Framework framework = new Framework(info, world.nowSeconds());
        framework.recovered = recovered;
        world.frameworks.put(framework.id, framework);
        return framework;
    }

    private void begin(Framework framework, String stream, Collection<String> suppressed) {
        world.out.persist(Records.frameworkSubscribed(framework.info));
        world.allocator.addFramework(framework.info, new LinkedHashSet<>(suppressed));
        connect(framework, stream);
        world.out.operator(OperatorEvents.frameworkAdded(framework.view()));
        world.out.news(framework.title() + " subscribed");
    }

    private void resubscribe(Framework framework, FrameworkInfo info, String stream, Collection<String> suppressed) {
        Optional<String> immutable = FrameworkValidation.principal(framework.info, info);
        if (immutable.isPresent()) {
            refuse(stream, immutable.get());
            return;
        }
        framework.streamId.ifPresent(old -> {
            world.frameworksByStream.remove(old);
            refuse(old, "Framework failed over");
        });
        offers.discardAll(framework);
        // Mesos ignores changes of these two on resubscription, and so must we.
        framework.info = info.toBuilder()
                .setUser(framework.info.getUser())
                .setCheckpoint(framework.info.getCheckpoint())
                .build();
        framework.reregisteredTime = OptionalDouble.of(world.nowSeconds());
        framework.recovered = false;
        world.timers.cancel(Timers.Kind.FAILOVER, framework.id);
        world.out.persist(Records.frameworkSubscribed(framework.info));
        world.allocator.updateFramework(framework.info, new LinkedHashSet<>(suppressed));
        connect(framework, stream);
        world.out.operator(OperatorEvents.frameworkUpdated(framework.view()));
        world.out.news(framework.title() + " subscribed again");
    }

    private void connect(Framework framework, String stream) {
        framework.streamId = Optional.of(stream);
        world.frameworksByStream.put(stream, framework);
        framework.touch();
        world.out.schedulerStream(
                stream,
                Event.newBuilder()
                        .setType(Event.Type.SUBSCRIBED)
                        .setSubscribed(Event.Subscribed.newBuilder()
                                .setFrameworkId(framework.info.getId())
                                .setHeartbeatIntervalSeconds(HEARTBEAT_MS / 1000.0)
                                .setMasterInfo(world.config.master()))
                        .build());
        heartbeat(framework.id);
        world.allocator.activateFramework(framework.id);
    }

    void heartbeat(String frameworkId) {
        world.framework(frameworkId).filter(Framework::connected).ifPresent(framework -> {
            world.out.scheduler(
                    framework, Event.newBuilder().setType(Event.Type.HEARTBEAT).build());
            world.timers.set(Timers.Kind.HEARTBEAT, framework.id, world.nowMs + HEARTBEAT_MS);
        });
    }

    /** UPDATE_FRAMEWORK; empty when it was applied, else why it was not. */
    Optional<String> update(Framework framework, Call.UpdateFramework update) {
        FrameworkInfo info = update.getFrameworkInfo();
        Collection<String> suppressed = update.getSuppressedRolesList();
        Optional<String> invalid = FrameworkValidation.invalid(info, suppressed, world.config.roles())
                .or(() -> FrameworkValidation.constrained(update.getOfferConstraints()))
                .or(() -> FrameworkValidation.immutable(framework.info, info));
        if (invalid.isPresent()) {
            return invalid;
        }
        framework.info = info;
        framework.touch();
        // Offers in roles that the framework has left are void.
        List.copyOf(framework.offers.values()).stream()
                .filter(offer -> !framework.roles().contains(offer.role()))
                .forEach(offers::rescind);
        world.allocator.updateFramework(info, new LinkedHashSet<>(suppressed));
        world.out.persist(Records.frameworkSubscribed(info));
        world.out.operator(OperatorEvents.frameworkUpdated(framework.view()));
        return Optional.empty();
    }

    /** The scheduler's stream has ended. */
    void disconnected(String stream) {
        Framework framework = world.frameworksByStream.remove(stream);
        if (framework == null) {
            return; // Failed over or removed before.
        }
        framework.streamId = Optional.empty();
        framework.touch();
        offers.discardAll(framework);
        world.allocator.deactivateFramework(framework.id);
        world.timers.cancel(Timers.Kind.HEARTBEAT, framework.id);
        long timeoutMs = failoverTimeoutMs(framework.info);
        world.out.news(
                framework.title() + " disconnected; it is removed unless it is back within " + timeoutMs + " ms");
        if (timeoutMs == 0) {
            remove(framework);
        } else {
            expect(framework, saturatedSum(world.nowMs, timeoutMs));
        }
    }

    /** The framework is removed at {@code deadlineMs} unless it is back; persisted, so that a new master does it too. */
    private void expect(Framework framework, long deadlineMs) {
        world.timers.set(Timers.Kind.FAILOVER, framework.id, deadlineMs);
        world.out.persist(Records.frameworkDisconnected(framework.info, deadlineMs));
    }

    void failoverTimedOut(String frameworkId) {
        world.framework(frameworkId).filter(framework -> !framework.connected()).ifPresent(this::remove);
    }

    /** A framework that an earlier master knew. */
    void recover(FrameworkInfo info, OptionalLong deadlineMs) {
        Framework framework = addRecovered(info);
        // Its scheduler could not reach a master that was not there: it has at least a heartbeat's time for it now.
        if (deadlineMs.isPresent()) {
            world.timers.set(
                    Timers.Kind.FAILOVER, framework.id, Math.max(deadlineMs.getAsLong(), world.nowMs + HEARTBEAT_MS));
        } else {
            expectReturn(framework);
        }
    }

    /** A framework that only an agent knew: the registry was lost, or did not hold frameworks. */
    Framework recoverFromAgent(FrameworkInfo info) {
        Framework framework = addRecovered(info);
        world.out.persist(Records.frameworkSubscribed(info));
        expectReturn(framework);
        world.out.operator(OperatorEvents.frameworkAdded(framework.view()));
        return framework;
    }

    private Framework addRecovered(FrameworkInfo info) {
        Framework framework = add(info, true);
        world.allocator.addFramework(info, Set.of());
        world.allocator.deactivateFramework(framework.id);
        return framework;
    }

    /** A master's failure is no fault of the framework: it has as long as agents have, or longer if it said so. */
    private void expectReturn(Framework framework) {
        long graceMs = Math.max(
                failoverTimeoutMs(framework.info), world.config.agents().reregisterTimeoutMs());
        expect(framework, saturatedSum(world.nowMs, graceMs));
    }

    /** Ends a framework for good: its tasks are killed, its id may not come back. */
    void remove(Framework framework) {
        offers.discardAll(framework);
        framework.tasks.values().stream()
                .map(LiveTask::agentId)
                .distinct()
                .forEach(agentId -> world.agent(agentId).ifPresent(agent -> shutdownOn(agent, framework.info.getId())));
        for (LiveTask task : List.copyOf(framework.tasks.values())) {
            if (!TaskStates.terminal(task.state())) {
                tasks.update(
                        task,
                        Statuses.status(
                                        world,
                                        task.proto,
                                        TaskState.TASK_KILLED,
                                        Reason.REASON_FRAMEWORK_REMOVED,
                                        "Framework " + framework.id + " removed")
                                .build(),
                        TaskState.TASK_KILLED);
            }
            tasks.complete(task);
        }
        removeAway(framework);
        close(framework);
        world.allocator.removeFramework(framework.id);
        world.timers.cancel(Timers.Kind.HEARTBEAT, framework.id);
        world.timers.cancel(Timers.Kind.FAILOVER, framework.id);
        world.frameworks.remove(framework.id);
        world.removedFrameworks.put(framework.id, true);
        world.completedFrameworks.put(framework.id, framework);
        framework.unregisteredTime = OptionalDouble.of(world.nowSeconds());
        framework.touch();
        world.out.persist(Records.frameworkRemoved(framework.info.getId()));
        world.out.operator(OperatorEvents.frameworkRemoved(framework.info));
        world.out.news(framework.title() + " is removed, with its tasks");
    }

    /** Those on agents that come back are shut down then. */
    private void removeAway(Framework framework) {
        StoredTask.decode(framework.recoveredTasks.values());
        for (StoredTask task : List.copyOf(framework.recoveredTasks.values())) {
            tasks.end(
                    framework,
                    task.task(),
                    TaskState.TASK_KILLED,
                    Reason.REASON_FRAMEWORK_REMOVED,
                    "Framework " + framework.id + " removed");
        }
        for (Task task : List.copyOf(framework.unreachableTasks.values())) {
            tasks.forget(framework, task);
        }
    }

    private void close(Framework framework) {
        framework.streamId.ifPresent(stream -> {
            world.frameworksByStream.remove(stream);
            world.out.closeScheduler(stream);
        });
        framework.streamId = Optional.empty();
    }

    /** Tells an agent to kill all that it runs of a framework. */
    void shutdownOn(Agent agent, FrameworkID frameworkId) {
        world.out.agent(
                agent,
                AgentEvent.newBuilder()
                        .setType(AgentEvent.Type.SHUTDOWN_FRAMEWORK)
                        .setShutdownFramework(
                                AgentEvent.ShutdownFramework.newBuilder().setFrameworkId(frameworkId))
                        .build());
    }

    static Event error(String message) {
        return Event.newBuilder()
                .setType(Event.Type.ERROR)
                .setError(Event.Error.newBuilder().setMessage(message))
                .build();
    }

    private static long failoverTimeoutMs(FrameworkInfo info) {
        return (long) (Math.max(0, info.getFailoverTimeout()) * 1000);
    }

    private static long saturatedSum(long a, long b) {
        long sum = a + b;
        return sum < a ? Long.MAX_VALUE : sum;
    }
}
