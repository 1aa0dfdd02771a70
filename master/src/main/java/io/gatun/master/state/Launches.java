package io.gatun.master.state;

import io.gatun.master.state.OfferSelection.Selected;
import io.gatun.mesos.link.AgentEvent;
import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.task.TaskProtos;
import io.gatun.mesos.v1.Filters;
import io.gatun.mesos.v1.Offer;
import io.gatun.mesos.v1.Resource;
import io.gatun.mesos.v1.Task;
import io.gatun.mesos.v1.TaskInfo;
import io.gatun.mesos.v1.TaskState;
import io.gatun.mesos.v1.TaskStatus;
import io.gatun.mesos.v1.TaskStatus.Reason;
import io.gatun.mesos.v1.scheduler.Call;
import java.util.List;
import java.util.Optional;

/** ACCEPT and DECLINE: what becomes of offers. */
final class Launches {
    private static final String NO_GROUPS = "Task groups are not run by the agents of this version, use LAUNCH";

    private final World world;
    private final Offers offers;
    private final Tasks tasks;
    private final Operations operations;

    Launches(World world, Offers offers, Tasks tasks, Operations operations) {
        this.world = world;
        this.offers = offers;
        this.tasks = tasks;
        this.operations = operations;
    }

    void decline(Framework framework, Call.Decline decline) {
        world.count(Counter.MESSAGES_DECLINE_OFFERS);
        for (var id : decline.getOfferIdsList()) {
            OutstandingOffer offer = framework.offers.get(id.getValue());
            if (offer == null) {
                world.out.log("Ignoring decline of offer " + id.getValue() + ": framework " + framework.id
                        + " has no such offer");
            } else {
                offers.discard(offer, Optional.of(decline.getFilters()));
            }
        }
    }

    void accept(Framework framework, Call.Accept accept) {
        world.count(Counter.MESSAGES_LAUNCH_TASKS);
        OfferSelection selection = OfferSelection.of(world, framework, accept.getOfferIdsList());
        if (selection.error().isPresent()) {
            selection.offers().forEach(offer -> offers.discard(offer, Optional.empty()));
            accept.getOperationsList()
                    .forEach(operation -> invalidOffers(
                            framework, operation, selection.error().get()));
            return;
        }
        Selected selected = selection.selected();
        selection.offers().forEach(offers::remove);
        Resources rest = selected.resources();
        for (Offer.Operation operation : accept.getOperationsList()) {
            rest = perform(framework, selected, operation, rest);
        }
        if (!rest.isEmpty()) {
            Filters filters = accept.getFilters();
            world.allocator.recover(
                    framework.id, selected.role(), selected.agent().id, rest, Optional.of(filters), world.nowMs);
        }
    }

    /** Returns what is left of {@code available}. */
    private Resources perform(Framework framework, Selected selected, Offer.Operation operation, Resources available) {
        switch (operation.getType()) {
            case LAUNCH -> {
                return available.minus(launch(framework, selected, operation, available));
            }
            case LAUNCH_GROUP ->
                operation
                        .getLaunchGroup()
                        .getTaskGroup()
                        .getTasksList()
                        .forEach(task -> refuse(
                                framework, task, TaskState.TASK_ERROR, Reason.REASON_TASK_GROUP_INVALID, NO_GROUPS));
            case RESERVE, UNRESERVE, CREATE, DESTROY, GROW_VOLUME, SHRINK_VOLUME -> {
                return operations.perform(framework, selected, operation, available);
            }
            case UNKNOWN, CREATE_DISK, DESTROY_DISK ->
                operations.refuse(
                        framework,
                        operation,
                        "Operation " + operation.getType() + " is not performed by masters of this version");
        }
        return available;
    }

    private Resources launch(Framework framework, Selected selected, Offer.Operation operation, Resources available) {
        Resources taken = Resources.NONE;
        for (TaskInfo task : operation.getLaunch().getTaskInfosList()) {
            Resources rest = available.minus(taken);
            Optional<String> invalid = operation.hasId()
                    ? Optional.of("The `id` field may not be set in a LAUNCH operation")
                    : TaskValidation.invalid(
                            task, new TaskValidation.Target(framework, selected.agent(), selected.role(), rest));
            if (invalid.isPresent()) {
                refuse(framework, task, TaskState.TASK_ERROR, Reason.REASON_TASK_INVALID, invalid.get());
            } else {
                taken = taken.plus(run(framework, selected, task));
            }
        }
        return taken;
    }

    private Resources run(Framework framework, Selected selected, TaskInfo info) {
        Resources resources = Resources.of(info.getResourcesList()).unallocated();
        List<Resource> allocated = resources.allocatedTo(selected.role()).toProtos();
        Agent agent = selected.agent();
        tasks.add(framework, agent, new LiveTask(staging(framework, info, allocated), selected.role(), resources));
        world.out.agent(
                agent,
                AgentEvent.newBuilder()
                        .setType(AgentEvent.Type.RUN_TASK)
                        .setRunTask(AgentEvent.RunTask.newBuilder()
                                .setFrameworkInfo(framework.info)
                                .setTask(info.toBuilder().clearResources().addAllResources(allocated)))
                        .build());
        return resources;
    }

    private static Task staging(Framework framework, TaskInfo info, List<Resource> resources) {
        Task.Builder task = TaskProtos.of(framework.info.getId(), info)
                .setState(TaskState.TASK_STAGING)
                .addAllResources(resources);
        // As Mesos: the command's user, else the framework's.
        task.setUser(info.getCommand().hasUser() ? info.getCommand().getUser() : framework.info.getUser());
        return task.build();
    }

    private void invalidOffers(Framework framework, Offer.Operation operation, String error) {
        String message = "Task launched with invalid offers: " + error;
        TaskState state = Statuses.forFramework(framework, TaskState.TASK_DROPPED);
        switch (operation.getType()) {
            case LAUNCH ->
                operation
                        .getLaunch()
                        .getTaskInfosList()
                        .forEach(task -> refuse(framework, task, state, Reason.REASON_INVALID_OFFERS, message));
            case LAUNCH_GROUP ->
                operation
                        .getLaunchGroup()
                        .getTaskGroup()
                        .getTasksList()
                        .forEach(task -> refuse(framework, task, state, Reason.REASON_INVALID_OFFERS, message));
            default -> operations.refuse(framework, operation, "Operation attempted with invalid offers: " + error);
        }
    }

    /** A task that never was: it is not remembered, but counted and answered. */
    private void refuse(Framework framework, TaskInfo task, TaskState state, Reason reason, String message) {
        TaskStatus.Builder status =
                Statuses.status(world, task.getTaskId(), state, reason, message).setAgentId(task.getAgentId());
        if (task.hasExecutor()) {
            status.setExecutorId(task.getExecutor().getExecutorId());
        }
        world.count(Counter.ofEnd(state));
        if (state == TaskState.TASK_LOST && reason == Reason.REASON_INVALID_OFFERS) {
            world.count(Counter.TASK_LOST_INVALID_OFFERS);
        }
        world.out.update(framework, status.build());
    }
}
