package io.gatun.containerizer;

import io.gatun.ffm.OwnedFd;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * Where a container stands. {@code Provisioning -> Launching -> Running -> Stopping -> Ended}; each step may be skipped,
 * none undone.
 */
sealed interface Life {
    /** Its place in the order. */
    int order();

    /** What it needs of its host is made, its image first. */
    record Provisioning() implements Life {
        @Override
        public int order() {
            return 0;
        }
    }

    /** Its child is made: no other thread may touch it. */
    record Launching() implements Life {
        @Override
        public int order() {
            return 1;
        }
    }

    /** The task's program was executed. */
    record Running(Container container, OwnedFd init) implements Life {
        @Override
        public int order() {
            return 2;
        }
    }

    /** Its end was asked for. */
    record Stopping(Container container, OwnedFd init) implements Life {
        @Override
        public int order() {
            return 3;
        }
    }

    /** Nothing of it is left but its checkpoint. */
    record Ended(Termination termination) implements Life {
        @Override
        public int order() {
            return 4;
        }
    }

    /**
     * What is told of it.
     *
     * @param progress asked for only while it is provisioned
     */
    default ContainerStatus status(
            String id, List<ContainerStatus.Network> networks, Supplier<Optional<String>> progress) {
        return switch (this) {
            case Provisioning _ ->
                new ContainerStatus(
                        id,
                        ContainerStatus.State.PROVISIONING,
                        OptionalLong.empty(),
                        List.of(),
                        Optional.empty(),
                        progress.get());
            case Launching _ -> state(id, ContainerStatus.State.LAUNCHING, OptionalLong.empty(), networks);
            case Running running ->
                state(
                        id,
                        ContainerStatus.State.RUNNING,
                        OptionalLong.of(running.container().pid()),
                        networks);
            case Stopping stopping ->
                state(
                        id,
                        ContainerStatus.State.STOPPING,
                        OptionalLong.of(stopping.container().pid()),
                        networks);
            case Ended _ -> state(id, ContainerStatus.State.ENDED, OptionalLong.empty(), List.of());
        };
    }

    private static ContainerStatus state(
            String id, ContainerStatus.State state, OptionalLong pid, List<ContainerStatus.Network> networks) {
        return new ContainerStatus(id, state, pid, networks, Optional.empty());
    }

    /**
     * Goes on to another state.
     *
     * @throws IllegalStateException naming both, when that would be a step back
     */
    default Life to(String id, Life next) {
        if (next.order() <= order()) {
            throw new IllegalStateException(
                    "container " + id + ": " + getClass().getSimpleName() + " cannot become "
                            + next.getClass().getSimpleName());
        }
        return next;
    }
}
