package io.gatun.containerizer.docker;

import io.gatun.containerizer.Container;
import io.gatun.containerizer.ContainerStatus;
import io.gatun.containerizer.Termination;

/**
 * Where a container stands. {@code Provisioning -> Launching -> Running -> Stopping -> Ended}; each step may be skipped,
 * none undone.
 */
sealed interface DockerLife {
    /** Its place in the order, and its name for others. */
    ContainerStatus.State state();

    /** The engine has its image, or pulls it. */
    record Provisioning() implements DockerLife {
        @Override
        public ContainerStatus.State state() {
            return ContainerStatus.State.PROVISIONING;
        }
    }

    /** It is made or started. */
    record Launching() implements DockerLife {
        @Override
        public ContainerStatus.State state() {
            return ContainerStatus.State.LAUNCHING;
        }
    }

    /** The engine has started it. */
    record Running(Container container) implements DockerLife {
        @Override
        public ContainerStatus.State state() {
            return ContainerStatus.State.RUNNING;
        }
    }

    /** Its end was asked for. */
    record Stopping(Container container) implements DockerLife {
        @Override
        public ContainerStatus.State state() {
            return ContainerStatus.State.STOPPING;
        }
    }

    /** The engine keeps at most its files. */
    record Ended(Termination termination) implements DockerLife {
        @Override
        public ContainerStatus.State state() {
            return ContainerStatus.State.ENDED;
        }
    }

    /**
     * Goes on to another state.
     *
     * @throws IllegalStateException naming both, when that would be a step back
     */
    default DockerLife to(String id, DockerLife next) {
        if (next.state().compareTo(state()) <= 0) {
            throw new IllegalStateException("container " + id + ": " + state() + " cannot become " + next.state());
        }
        return next;
    }
}
