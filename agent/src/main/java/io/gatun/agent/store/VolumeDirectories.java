package io.gatun.agent.store;

import io.gatun.mesos.v1.Resource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.UUID;

/**
 * The directories of persistent volumes, where Mesos has them (getPersistentVolumePath in src/slave/paths.cpp):
 * {@code volumes/roles/<role>/<id>} below the work directory, with a space for each slash of the role. A volume that is
 * destroyed is moved away at once, so that another of the same id begins empty, and removed in its own time. Errors are {@link
 * UncheckedIOException} naming the directory.
 */
public final class VolumeDirectories {
    private static final String MODE = "rwxr-xr-x";

    private final Path volumes;

    /** @param workDir absolute; need not exist */
    public VolumeDirectories(Path workDir) {
        this.volumes = workDir.resolve("volumes");
    }

    /**
     * The directory of a volume.
     *
     * @param volume in the refined form
     * @throws IllegalArgumentException when its role or its id cannot name a directory
     */
    public Path of(Resource volume) {
        String id = volume.getDisk().getPersistence().getId();
        String role = volume.getReservationsCount() == 0
                ? ""
                : volume.getReservationsList().getLast().getRole().replace('/', ' ');
        if (!RunPath.isComponent(role) || !RunPath.isComponent(id)) {
            throw new IllegalArgumentException(
                    "persistent volume '" + id + "' of role '" + role + "': both must be able to name a directory");
        }
        return volumes.resolve("roles").resolve(role).resolve(id);
    }

    /** Makes a volume's directory, durably, unless it is there. */
    public void make(Resource volume) {
        Path directory = of(volume);
        if (Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try {
            DurableFiles.makeDirectories(directory);
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(MODE));
        } catch (IOException e) {
            throw new UncheckedIOException("make volume " + directory + ": " + e, e);
        }
    }

    /** Gives a volume's directory, without what is in it, to who uses it next; as Mesos does before each task. */
    public void own(Resource volume, Optional<Account> owner) {
        Path directory = of(volume);
        try {
            Sandboxes.chown(directory, owner);
        } catch (IOException e) {
            throw new UncheckedIOException("chown volume " + directory + ": " + e, e);
        }
    }

    /** Takes a volume's directory away, if there is one: from here on it is garbage, that {@link #removeGarbage} removes. */
    public void discard(Resource volume) {
        Path directory = of(volume);
        if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try {
            DurableFiles.makeDirectories(garbage());
            Files.move(directory, garbage().resolve(UUID.randomUUID().toString()), StandardCopyOption.ATOMIC_MOVE);
            DurableFiles.syncDirectory(directory.getParent());
        } catch (IOException e) {
            throw new UncheckedIOException("remove volume " + directory + ": " + e, e);
        }
    }

    /** Removes what was discarded, also by earlier agents. May take long; one call at a time. */
    public void removeGarbage() {
        DurableFiles.removeTree(garbage());
    }

    private Path garbage() {
        return volumes.resolve("discarded");
    }
}
