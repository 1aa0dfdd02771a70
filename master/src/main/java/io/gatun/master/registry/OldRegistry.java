package io.gatun.master.registry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The registry that a single master kept in a directory of its own, before there was a replicated log. It is read once,
 * by the first term on an empty log, and put aside when the log has it.
 */
public final class OldRegistry {
    private static final Logger LOG = LoggerFactory.getLogger(OldRegistry.class);
    private static final String DIRECTORY = "registry";
    private static final String MOVED = "registry.moved";

    private final Path directory;
    private final Path moved;

    /** In a master's {@code --work_dir}. */
    public OldRegistry(Path workDir) {
        this.directory = workDir.resolve(DIRECTORY);
        this.moved = workDir.resolve(MOVED);
    }

    /** Whether there is one that was not moved yet. */
    public boolean exists() {
        return Files.isDirectory(directory);
    }

    /** Where it is. */
    public Path directory() {
        return directory;
    }

    /**
     * Reads it.
     *
     * @throws RegistryException when it is damaged or in use: names the file and the position
     */
    public RegistryState read() {
        try (OldRegistryLog log = new OldRegistryLog(directory)) {
            return log.recover();
        }
    }

    /**
     * The log has what is in it.
     *
     * @throws RegistryException when it cannot be renamed
     */
    public void putAside() {
        try {
            Files.move(directory, moved, StandardCopyOption.ATOMIC_MOVE);
            Durable.forceDirectory(directory.toAbsolutePath().getParent());
            LOG.info("The registry of {} is in the replicated log now; what it was is in {}", directory, moved);
        } catch (IOException e) {
            throw new RegistryException("rename " + directory + " to " + moved + ": " + e, e);
        }
    }
}
