package io.gatun.containerizer;

import io.gatun.ffm.OwnedFd;
import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.UserDatabase;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a container needs on the host outside its own process: its image, its network, its logs, its quota. Made before
 * the clone, removed after the end, in the opposite order.
 *
 * <p>Each method gets the container's own directory, where a part keeps what it must know after a restart. Methods of
 * one container are never called at the same time, those of different containers are; all may block, none runs on an
 * event loop.
 */
public interface HostPart {
    /**
     * Makes it. A part first writes down in {@code directory} what it is about to make, so that {@link #remove} finds it
     * after a crash at any point.
     *
     * @throws RuntimeException naming what failed; {@link #remove} is called then
     */
    Made make(ContainerConfig config, Path directory);

    /** The task's program was executed; {@code pid} is the init's. */
    default void started(ContainerConfig config, Path directory, long pid) {}

    /** The signal that its program takes as a request to end, where that is not SIGTERM; known after a restart too. */
    default OptionalInt stopSignal(String id, Path directory) {
        return OptionalInt.empty();
    }

    /** How far {@link #make} is with what takes long, for people; asked by other threads meanwhile. */
    default Optional<String> progress(String id) {
        return Optional.empty();
    }

    /** Whether {@link #remove} has anything to do for a container; costs microseconds, and is asked on an event loop. */
    default boolean has(String id, Path directory) {
        return true;
    }

    /** Removes whatever {@link #make} may have made, wholly or in part, by this agent or one before it. Idempotent. */
    void remove(String id, Path directory);

    /** A container that was started by an agent before this one still runs. */
    default void recovered(String id, Path directory, long pid) {}

    /** The networks that a container was attached to by this part. */
    default List<ContainerStatus.Network> networks(String id, Path directory) {
        return List.of();
    }

    /** Forgets stored images that no container has; {@link Containerizer#pruneImages}. Names what was forgotten. */
    default List<String> pruneImages(List<String> excluded) {
        return List.of();
    }

    /**
     * What was made.
     *
     * @param config as the launch is to go on with: an image resolved, files to mount added
     * @param bindings descriptors for the plan, by the name of their {@link io.gatun.ffm.process.Operand.Bound}; closed
     *     after the clone
     * @param users of the container's own files, where they are not the host's
     */
    record Made(ContainerConfig config, Map<String, OwnedFd> bindings, Optional<UserDatabase> users) {
        public Made {
            bindings = Map.copyOf(bindings);
        }

        /** Nothing for the plan. */
        public static Made unchanged(ContainerConfig config) {
            return new Made(config, Map.of(), Optional.empty());
        }
    }
}
