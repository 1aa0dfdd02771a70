package io.gatun.master.state;

import io.gatun.master.state.OfferSelection.Selected;
import io.gatun.mesos.resources.Checkpointed;
import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.v1.Offer;
import io.gatun.mesos.v1.OperationState;
import io.gatun.mesos.v1.OperationStatus;
import io.gatun.mesos.v1.Resource;
import io.gatun.mesos.v1.scheduler.Event;
import java.util.List;
import java.util.Optional;

/**
 * Operations of frameworks on what they are offered: RESERVE, UNRESERVE, CREATE, DESTROY, GROW_VOLUME, SHRINK_VOLUME. They are
 * done when they are in the registry, before anything that follows in the same ACCEPT: an operation with an id is FINISHED
 * then, or an ERROR, and its status needs no acknowledgement.
 */
final class Operations {
    private final World world;
    private final AgentResources resources;

    Operations(World world, AgentResources resources) {
        this.world = world;
        this.resources = resources;
    }

    /**
     * Performs one.
     *
     * @param available what is left of the offers
     * @return what is available then
     */
    Resources perform(Framework framework, Selected selected, Offer.Operation operation, Resources available) {
        Optional<String> error = invalid(framework, selected, operation);
        if (error.isPresent()) {
            refuse(
                    framework,
                    operation,
                    "Invalid " + operation.getType() + " operation on agent " + selected.agent().id + ": "
                            + error.get());
            return available;
        }
        Conversion conversion = conversion(operation, selected.agent().total);
        if (!available.contains(conversion.before())) {
            refuse(
                    framework,
                    operation,
                    "Invalid " + operation.getType() + " operation on agent " + selected.agent().id + ": it takes '"
                            + conversion.before() + "', available is '" + available + "'");
            return available;
        }
        Agent agent = selected.agent();
        resources.convert(agent, conversion.before(), conversion.after());
        world.allocator.convert(framework.id, selected.role(), agent.id, conversion.before(), conversion.after());
        if (operation.hasId()) {
            status(
                    framework,
                    OperationStatus.newBuilder()
                            .setOperationId(operation.getId())
                            .setState(OperationState.OPERATION_FINISHED)
                            .setAgentId(agent.info.getId())
                            .addAllConvertedResources(conversion
                                    .after()
                                    .allocatedTo(selected.role())
                                    .toProtos()));
        }
        return available.minus(conversion.before()).plus(conversion.after());
    }

    private Optional<String> invalid(Framework framework, Selected selected, Offer.Operation operation) {
        Optional<String> principal =
                framework.info.hasPrincipal() ? Optional.of(framework.info.getPrincipal()) : Optional.empty();
        Agent agent = selected.agent();
        return switch (operation.getType()) {
            case RESERVE -> {
                List<Resource> reserved = operation.getReserve().getResourcesList();
                yield operation.getReserve().getSourceCount() > 0
                        ? Optional.of("'reserve.source' is for operators only")
                        : ReservationRules.invalidReserve(reserved, List.of(), world.config.roles())
                                .or(() -> ReservationRules.invalidFor(selected.role(), principal, reserved))
                                .or(() -> foreign(selected, reserved));
            }
            case UNRESERVE -> {
                List<Resource> reserved = operation.getUnreserve().getResourcesList();
                yield ReservationRules.invalidUnreserve(reserved).or(() -> foreign(selected, reserved));
            }
            case CREATE -> {
                List<Resource> volumes = operation.getCreate().getVolumesList();
                yield VolumeRules.invalidCreate(volumes, Checkpointed.of(agent.total), principal)
                        .or(() -> foreign(selected, volumes))
                        .or(() -> agent.without(volumes));
            }
            case DESTROY -> {
                List<Resource> volumes = operation.getDestroy().getVolumesList();
                yield VolumeRules.invalidDestroy(volumes, Checkpointed.of(agent.total), agent.used)
                        .or(() -> foreign(selected, volumes));
            }
            case GROW_VOLUME -> {
                Offer.Operation.GrowVolume grow = operation.getGrowVolume();
                yield ResizeRules.invalidGrow(grow.getVolume(), grow.getAddition())
                        .or(() -> foreign(selected, List.of(grow.getVolume(), grow.getAddition())))
                        .or(agent::withoutResizing);
            }
            case SHRINK_VOLUME -> {
                Offer.Operation.ShrinkVolume shrink = operation.getShrinkVolume();
                yield ResizeRules.invalidShrink(shrink.getVolume(), shrink.getSubtract())
                        .or(() -> foreign(selected, List.of(shrink.getVolume())))
                        .or(agent::withoutResizing);
            }
            default -> throw new AssertionError(operation.getType());
        };
    }

    private static Optional<String> foreign(Selected selected, List<Resource> named) {
        return named.stream()
                .filter(Resource::hasAllocationInfo)
                .map(resource -> resource.getAllocationInfo().getRole())
                .filter(role -> !role.equals(selected.role()))
                .findFirst()
                .map(role -> "it has resources allocated to role '" + role + "', but the offers are allocated to role '"
                        + selected.role() + "'");
    }

    private static Conversion conversion(Offer.Operation operation, Resources total) {
        return switch (operation.getType()) {
            case RESERVE -> {
                Resources after = VolumeRules.unallocated(operation.getReserve().getResourcesList());
                yield new Conversion(Resources.of(ReservationRules.popped(after)), after);
            }
            case UNRESERVE -> {
                Resources before =
                        VolumeRules.unallocated(operation.getUnreserve().getResourcesList());
                yield new Conversion(before, Resources.of(ReservationRules.popped(before)));
            }
            case CREATE -> {
                Resources after = VolumeRules.unallocated(operation.getCreate().getVolumesList());
                yield new Conversion(Checkpointed.disks(after), after);
            }
            case DESTROY -> {
                Resources before =
                        VolumeRules.unallocated(operation.getDestroy().getVolumesList());
                yield new Conversion(before, Checkpointed.disks(before));
            }
            case GROW_VOLUME ->
                ResizeRules.grow(
                        operation.getGrowVolume().getVolume(),
                        operation.getGrowVolume().getAddition(),
                        total);
            case SHRINK_VOLUME ->
                ResizeRules.shrink(
                        operation.getShrinkVolume().getVolume(),
                        operation.getShrinkVolume().getSubtract(),
                        total);
            default -> throw new AssertionError(operation.getType());
        };
    }

    /** An operation that is not performed. */
    void refuse(Framework framework, Offer.Operation operation, String message) {
        // Without an id there is no event that could tell the framework.
        world.out.log("Dropping operation of framework " + framework.id + ": " + message);
        if (operation.hasId()) {
            status(
                    framework,
                    OperationStatus.newBuilder()
                            .setOperationId(operation.getId())
                            .setState(OperationState.OPERATION_ERROR)
                            .setMessage(message));
        }
    }

    private void status(Framework framework, OperationStatus.Builder status) {
        world.out.scheduler(
                framework,
                Event.newBuilder()
                        .setType(Event.Type.UPDATE_OPERATION_STATUS)
                        .setUpdateOperationStatus(
                                Event.UpdateOperationStatus.newBuilder().setStatus(status))
                        .build());
    }
}
