package io.gatun.containerizer;

import io.gatun.ffm.OwnedFd;

/** Where a container stands. {@code Launching -> Running -> Stopping -> Ended}; each step may be skipped, none undone. */
sealed interface Life {
    /** Its place in the order. */
    int order();

    /** Being launched: no other thread may touch it. */
    record Launching() implements Life {
        @Override
        public int order() {
            return 0;
        }
    }

    /** The task's program was executed. */
    record Running(Container container, OwnedFd init) implements Life {
        @Override
        public int order() {
            return 1;
        }
    }

    /** Its end was asked for. */
    record Stopping(Container container, OwnedFd init) implements Life {
        @Override
        public int order() {
            return 2;
        }
    }

    /** Nothing of it is left but its checkpoint. */
    record Ended(Termination termination) implements Life {
        @Override
        public int order() {
            return 3;
        }
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
