package io.gatun.master.state;

import io.gatun.master.registry.StoredTask;
import io.gatun.mesos.link.AgentEvent;
import io.gatun.mesos.v1.OperationState;
import io.gatun.mesos.v1.OperationStatus;
import io.gatun.mesos.v1.allocator.InverseOfferStatus;
import io.gatun.mesos.v1.scheduler.Call;
import io.gatun.mesos.v1.scheduler.Event;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/** What schedulers say after SUBSCRIBE: the checks in Mesos' order, then the call. */
final class SchedulerCalls {
    private static final int OK = 200;
    private static final int ACCEPTED = 202;
    private static final int BAD_REQUEST = 400;
    private static final int FORBIDDEN = 403;
    private static final int NOT_IMPLEMENTED = 501;

    private final World world;
    private final Frameworks frameworks;
    private final Launches launches;
    private final Reconciliation reconciliation;
    private final Updates updates;
    private final InverseOffers inverseOffers;

    SchedulerCalls(
            World world,
            Frameworks frameworks,
            Launches launches,
            Reconciliation reconciliation,
            Updates updates,
            InverseOffers inverseOffers) {
        this.world = world;
        this.frameworks = frameworks;
        this.launches = launches;
        this.reconciliation = reconciliation;
        this.updates = updates;
        this.inverseOffers = inverseOffers;
    }

    void apply(Command.SchedulerCall command) {
        Call call = command.call();
        Framework framework = world.frameworks.get(call.getFrameworkId().getValue());
        Optional<Refusal> refusal = refusal(command, framework);
        if (refusal.isPresent()) {
            world.out.reply(
                    command.requestId(), refusal.get().status(), refusal.get().text());
            return;
        }
        switch (call.getType()) {
            case UPDATE_FRAMEWORK -> update(command.requestId(), framework, call.getUpdateFramework());
            case UNKNOWN, SUBSCRIBE ->
                world.out.reply(command.requestId(), NOT_IMPLEMENTED, "Call " + call.getType() + " is not implemented");
            default -> {
                world.out.reply(command.requestId(), ACCEPTED, "");
                dispatch(framework, call);
            }
        }
    }

    private record Refusal(int status, String text) {}

    private static Optional<Refusal> refusal(Command.SchedulerCall command, Framework framework) {
        if (framework == null) {
            return Optional.of(new Refusal(BAD_REQUEST, "Framework cannot be found"));
        }
        Optional<String> principal = command.principal();
        if (principal.isPresent()
                && framework.info.hasPrincipal()
                && !principal.get().equals(framework.info.getPrincipal())) {
            return Optional.of(new Refusal(
                    BAD_REQUEST,
                    "Authenticated principal '" + principal.get() + "' does not match principal '"
                            + framework.info.getPrincipal() + "' set in `FrameworkInfo`"));
        }
        if (!framework.connected()) {
            return Optional.of(new Refusal(FORBIDDEN, "Framework is not subscribed"));
        }
        if (command.streamId().isEmpty()) {
            return Optional.of(
                    new Refusal(BAD_REQUEST, "All non-subscribe calls should include the 'Mesos-Stream-Id' header"));
        }
        String stream = command.streamId().get();
        return framework.streamId.get().equals(stream)
                ? Optional.empty()
                : Optional.of(new Refusal(
                        BAD_REQUEST,
                        "The stream ID '" + stream + "' included in this request didn't match the stream ID currently"
                                + " associated with framework ID '" + framework.id + "'"));
    }

    private void update(long requestId, Framework framework, Call.UpdateFramework update) {
        Optional<String> error = frameworks.update(framework, update);
        world.out.reply(requestId, error.isPresent() ? BAD_REQUEST : OK, error.orElse(""));
    }

    private void dispatch(Framework framework, Call call) {
        switch (call.getType()) {
            case TEARDOWN -> {
                world.count(Counter.MESSAGES_UNREGISTER_FRAMEWORK);
                frameworks.remove(framework);
            }
            case ACCEPT -> launches.accept(framework, call.getAccept());
            case DECLINE -> launches.decline(framework, call.getDecline());
            case REVIVE -> revive(framework, call.getRevive());
            case SUPPRESS -> suppress(framework, call.getSuppress());
            case KILL -> kill(framework, call.getKill());
            case SHUTDOWN -> shutdown(framework, call.getShutdown());
            case ACKNOWLEDGE -> updates.acknowledge(framework, call.getAcknowledge());
            case RECONCILE -> {
                world.count(Counter.MESSAGES_RECONCILE_TASKS);
                reconciliation.reconcile(framework, call.getReconcile().getTasksList());
            }
            case MESSAGE -> message(framework, call.getMessage());
            case REQUEST -> world.count(Counter.MESSAGES_RESOURCE_REQUEST); // The allocator offers without being asked.
            case RECONCILE_OPERATIONS -> reconcileOperations(framework, call.getReconcileOperations());
            case ACKNOWLEDGE_OPERATION_STATUS -> {
                world.count(Counter.MESSAGES_OPERATION_STATUS_UPDATE_ACKNOWLEDGEMENT);
                world.count(Counter.INVALID_OPERATION_ACKNOWLEDGEMENTS);
                drop(framework, call, "no operation has an update that waits for one");
            }
            case ACCEPT_INVERSE_OFFERS ->
                inverseOffers.answer(
                        framework,
                        call.getAcceptInverseOffers().getInverseOfferIdsList(),
                        call.getAcceptInverseOffers().getFilters(),
                        InverseOfferStatus.Status.ACCEPT);
            case DECLINE_INVERSE_OFFERS ->
                inverseOffers.answer(
                        framework,
                        call.getDeclineInverseOffers().getInverseOfferIdsList(),
                        call.getDeclineInverseOffers().getFilters(),
                        InverseOfferStatus.Status.DECLINE);
            case UNKNOWN, SUBSCRIBE, UPDATE_FRAMEWORK -> throw new AssertionError("answered before: " + call.getType());
        }
    }

    private void drop(Framework framework, Call call, String why) {
        world.count(Counter.DROPPED_MESSAGES);
        world.out.log("Dropping " + call.getType() + " call of framework " + framework.id + ": " + why);
    }

    private void revive(Framework framework, Call.Revive revive) {
        world.count(Counter.MESSAGES_REVIVE_OFFERS);
        validRoles(framework, revive.getRolesList(), "REVIVE")
                .ifPresent(roles -> world.allocator.revive(framework.id, roles));
    }

    private void suppress(Framework framework, Call.Suppress suppress) {
        world.count(Counter.MESSAGES_SUPPRESS_OFFERS);
        validRoles(framework, suppress.getRolesList(), "SUPPRESS")
                .ifPresent(roles -> world.allocator.suppress(framework.id, roles));
    }

    /** One role that is not the framework's drops the whole call, as in Mesos. */
    private Optional<Set<String>> validRoles(Framework framework, Iterable<String> names, String call) {
        Set<String> roles = new LinkedHashSet<>();
        for (String role : names) {
            if (!framework.roles().contains(role)) {
                world.count(Counter.DROPPED_MESSAGES);
                world.out.log("Dropping " + call + " call of framework " + framework.id + ": role '" + role
                        + "' is not one of its roles " + framework.roles());
                return Optional.empty();
            }
            roles.add(role);
        }
        return Optional.of(roles);
    }

    private void kill(Framework framework, Call.Kill kill) {
        world.count(Counter.MESSAGES_KILL_TASK);
        Optional<String> agentId =
                kill.hasAgentId() ? Optional.of(kill.getAgentId().getValue()) : Optional.empty();
        Optional<String> holder = Optional.ofNullable(
                        framework.tasks.get(kill.getTaskId().getValue()))
                .map(LiveTask::agentId)
                .or(() -> Optional.ofNullable(
                                framework.recoveredTasks.get(kill.getTaskId().getValue()))
                        .map(StoredTask::agentId));
        if (holder.isEmpty()) {
            reconciliation
                    .answer(framework, kill.getTaskId(), agentId)
                    .ifPresent(status -> world.out.update(framework, status));
            return;
        }
        if (agentId.isPresent() && !agentId.equals(holder)) {
            world.out.log("Ignoring kill of task " + kill.getTaskId().getValue() + " of framework " + framework.id
                    + ": agent " + agentId.get() + " was named, but agent " + holder.get() + " has it");
            return;
        }
        Optional<Agent> agent = world.agent(holder.get()).filter(Agent::connected);
        if (agent.isPresent()) {
            world.out.agent(agent.get(), PendingKills.event(framework.info.getId(), kill));
        } else {
            world.pendingKills.add(framework, kill);
        }
    }

    private void shutdown(Framework framework, Call.Shutdown shutdown) {
        toAgent(
                shutdown.getAgentId().getValue(),
                AgentEvent.newBuilder()
                        .setType(AgentEvent.Type.SHUTDOWN_EXECUTOR)
                        .setShutdownExecutor(AgentEvent.ShutdownExecutor.newBuilder()
                                .setFrameworkId(framework.info.getId())
                                .setExecutorId(shutdown.getExecutorId()))
                        .build());
    }

    private void message(Framework framework, Call.Message message) {
        world.count(Counter.MESSAGES_FRAMEWORK_TO_EXECUTOR);
        boolean sent = toAgent(
                message.getAgentId().getValue(),
                AgentEvent.newBuilder()
                        .setType(AgentEvent.Type.MESSAGE)
                        .setMessage(AgentEvent.Message.newBuilder()
                                .setFrameworkId(framework.info.getId())
                                .setExecutorId(message.getExecutorId())
                                .setData(message.getData()))
                        .build());
        world.count(
                sent ? Counter.VALID_FRAMEWORK_TO_EXECUTOR_MESSAGES : Counter.INVALID_FRAMEWORK_TO_EXECUTOR_MESSAGES);
    }

    private boolean toAgent(String agentId, AgentEvent event) {
        Agent agent = world.agents.get(agentId);
        if (agent == null || !agent.connected()) {
            world.out.log("Cannot send " + event.getType() + " to agent " + agentId
                    + (agent == null ? ": it is not registered" : ": it is disconnected"));
            return false;
        }
        world.out.agent(agent, event);
        return true;
    }

    /** No operation is ever performed, so none is known. */
    private void reconcileOperations(Framework framework, Call.ReconcileOperations reconcile) {
        world.count(Counter.MESSAGES_RECONCILE_OPERATIONS);
        for (Call.ReconcileOperations.Operation operation : reconcile.getOperationsList()) {
            boolean waiting = operation.hasAgentId()
                    ? world.recoveredAgents.containsKey(operation.getAgentId().getValue())
                    : !world.recoveredAgents.isEmpty();
            OperationStatus.Builder status = OperationStatus.newBuilder()
                    .setOperationId(operation.getOperationId())
                    .setState(waiting ? OperationState.OPERATION_RECOVERING : OperationState.OPERATION_UNKNOWN)
                    .setMessage("Reconciliation: Operation is unknown");
            if (operation.hasAgentId()) {
                status.setAgentId(operation.getAgentId());
            }
            world.out.scheduler(
                    framework,
                    Event.newBuilder()
                            .setType(Event.Type.UPDATE_OPERATION_STATUS)
                            .setUpdateOperationStatus(
                                    Event.UpdateOperationStatus.newBuilder().setStatus(status))
                            .build());
        }
    }
}
