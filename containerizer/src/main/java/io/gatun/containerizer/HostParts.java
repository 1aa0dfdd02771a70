package io.gatun.containerizer;

import io.gatun.ffm.OwnedFd;
import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.UserDatabase;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** All host parts of an agent, in the order in which they are made. */
final class HostParts {
    private final List<HostPart> parts;

    HostParts(List<HostPart> parts) {
        this.parts = List.copyOf(parts);
    }

    /** Whether nothing has to be removed for a container. */
    boolean idle(String id, Path directory) {
        return parts.stream().noneMatch(part -> part.has(id, directory));
    }

    /** Everything that was made for a launch; closing it closes its descriptors. */
    record Made(ContainerConfig config, Map<String, OwnedFd> bindings, Optional<UserDatabase> users)
            implements AutoCloseable {
        /** The same with users, where no part knew any. */
        Made orUsers(Optional<UserDatabase> others) {
            return new Made(config, bindings, users.or(() -> others));
        }

        @Override
        public void close() {
            bindings.values().forEach(OwnedFd::close);
        }
    }

    /** Makes all; what a failure leaves is for {@link #remove}. */
    Made make(ContainerConfig wanted, Path directory) {
        ContainerConfig config = wanted;
        Map<String, OwnedFd> bindings = new HashMap<>();
        Optional<UserDatabase> users = Optional.empty();
        try {
            for (HostPart part : parts) {
                HostPart.Made made = part.make(config, directory);
                config = made.config();
                bindings.putAll(made.bindings());
                users = made.users().isPresent() ? made.users() : users;
            }
            return new Made(config, bindings, users);
        } catch (RuntimeException e) {
            bindings.values().forEach(OwnedFd::close);
            throw e;
        }
    }

    void started(ContainerConfig config, Path directory, long pid) {
        parts.forEach(part -> part.started(config, directory, pid));
    }

    /** What a part of a container that is being made is waiting for. */
    Optional<String> progress(String id) {
        return parts.stream().flatMap(part -> part.progress(id).stream()).findFirst();
    }

    /** What a part wants sent for SIGTERM; empty for SIGTERM itself. */
    OptionalInt stopSignal(String id, Path directory) {
        return parts.stream()
                .map(part -> part.stopSignal(id, directory))
                .filter(OptionalInt::isPresent)
                .findFirst()
                .orElse(OptionalInt.empty());
    }

    List<ContainerStatus.Network> networks(String id, Path directory) {
        return parts.stream()
                .flatMap(part -> part.networks(id, directory).stream())
                .toList();
    }

    /** Forgets images of all parts that have some. */
    List<String> pruneImages(List<String> excluded) {
        return parts.stream()
                .flatMap(part -> part.pruneImages(excluded).stream())
                .toList();
    }

    void recovered(String id, Path directory, long pid) {
        parts.forEach(part -> part.recovered(id, directory, pid));
    }

    /** Removes all, the last made first. Goes on after a failure, which is thrown in the end. */
    void remove(String id, Path directory) {
        RuntimeException failure = null;
        for (HostPart part : parts.reversed()) {
            try {
                part.remove(id, directory);
            } catch (RuntimeException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
