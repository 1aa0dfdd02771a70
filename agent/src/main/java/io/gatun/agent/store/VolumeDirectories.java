package io.gatun.agent.store;

import io.gatun.ffm.SyscallException;
import io.gatun.ffm.file.TreeRemoval;
import io.gatun.mesos.v1.Resource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The directories of persistent volumes, where Mesos has them (getPersistentVolumePath in src/slave/paths.cpp):
 * {@code volumes/roles/<role>/<id>} below the work directory, or below the root of a PATH disk, with a space for each slash of
 * the role; on a MOUNT disk its root itself. What is in a volume that is destroyed is moved away at once, so that another of the
 * same place begins empty, and removed in its own time. Errors are {@link UncheckedIOException} naming the directory.
 */
public final class VolumeDirectories {
    private static final String MODE = "rwxr-xr-x";
    /** In the root of a MOUNT disk, where tasks can see it, for root alone. */
    private static final String DISCARDED = ".gatun-discarded-";

    private static final String DISCARDING = ".gatun-discarding-";

    private final Path workDir;
    /** Held while something is moved to where garbage is, which is removed when it is empty; never for long. */
    private final Object garbageLock = new Object();

    /** @param workDir absolute; need not exist */
    public VolumeDirectories(Path workDir) {
        this.workDir = workDir;
    }

    /**
     * The directory of a volume.
     *
     * @param volume in the refined form
     * @throws IllegalArgumentException when its role or its id cannot name a directory, or its disk has no place
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
        return isWhole(volume)
                ? base(volume)
                : volumes(volume).resolve("roles").resolve(role).resolve(id);
    }

    private boolean isWhole(Resource disk) {
        return DiskRoot.of(disk, workDir).map(DiskRoot::whole).orElse(false);
    }

    private Path base(Resource disk) {
        return DiskRoot.of(disk, workDir).map(DiskRoot::path).orElse(workDir);
    }

    private Path volumes(Resource disk) {
        return base(disk).resolve("volumes");
    }

    private Path garbage(Resource disk) {
        return volumes(disk).resolve("discarded");
    }

    /** Makes a volume's directory, durably, unless it is there. The root of a MOUNT disk has to be there. */
    public void make(Resource volume) {
        Path directory = of(volume);
        if (Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try {
            if (isWhole(volume)) {
                throw new NotDirectoryException(directory.toString());
            }
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

    /** Takes what is in a volume away, if there is one: from here on it is garbage, that {@link #removeGarbage} removes. */
    public void discard(Resource volume) {
        Path directory = of(volume);
        if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try {
            if (isWhole(volume)) {
                clear(directory);
                return;
            }
            synchronized (garbageLock) {
                DurableFiles.makeDirectories(garbage(volume));
                Files.move(
                        directory,
                        garbage(volume).resolve(UUID.randomUUID().toString()),
                        StandardCopyOption.ATOMIC_MOVE);
            }
            DurableFiles.syncDirectory(directory.getParent());
        } catch (IOException e) {
            throw new UncheckedIOException("remove volume " + directory + ": " + e, e);
        }
    }

    /** Of a mount point the root stays: all that is in it is moved into a new directory in it. */
    private static void clear(Path root) throws IOException {
        List<Path> entries;
        try (Stream<Path> names = Files.list(root)) {
            entries = names.filter(entry -> !entry.getFileName().toString().startsWith(DISCARDED))
                    .toList();
        }
        if (entries.isEmpty()) {
            return;
        }
        String id = UUID.randomUUID().toString();
        // Never one that is there already, which a task may have made or linked to elsewhere. It is garbage when it is
        // whole:
        // what was discarded before may be being removed.
        Path garbage = Files.createDirectory(
                root.resolve(DISCARDING + id),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        for (Path entry : entries) {
            Files.move(entry, garbage.resolve(entry.getFileName()), StandardCopyOption.ATOMIC_MOVE);
        }
        Files.move(garbage, root.resolve(DISCARDED + id), StandardCopyOption.ATOMIC_MOVE);
        DurableFiles.syncDirectory(root);
    }

    /**
     * Removes what was discarded on a disk, also by earlier agents. May take long; one call at a time.
     *
     * @param disk without a source: that of the work directory
     */
    public void removeGarbage(Resource disk) {
        try {
            if (isWhole(disk)) {
                removeDiscarded(base(disk));
            } else {
                removeGarbage(garbage(disk));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("remove what was discarded in " + base(disk) + ": " + e, e);
        }
    }

    /** A task that had the volume may have a hand in it still: links lead nowhere. */
    private static void removeDiscarded(Path root) throws IOException {
        try (DirectoryStream<Path> found = Files.newDirectoryStream(root, DISCARDED + "*")) {
            found.forEach(TreeRemoval::remove);
        } catch (NoSuchFileException absent) {
            // There is nothing to be removed, then.
        } catch (SyscallException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private void removeGarbage(Path garbage) throws IOException {
        if (Files.isDirectory(garbage, LinkOption.NOFOLLOW_LINKS)) {
            try (DirectoryStream<Path> trees = Files.newDirectoryStream(garbage)) {
                trees.forEach(DurableFiles::removeTree);
            }
        }
        synchronized (garbageLock) {
            try {
                Files.deleteIfExists(garbage);
            } catch (DirectoryNotEmptyException more) {
                // Discarded meanwhile; who did that removes it next.
            }
        }
    }
}
