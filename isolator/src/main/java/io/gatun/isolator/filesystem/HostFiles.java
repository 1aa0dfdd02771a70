package io.gatun.isolator.filesystem;

import java.nio.file.Files;
import java.nio.file.Path;

/** What a plan must know of the host's files: a parameter, so that plans can be tested without them. */
public interface HostFiles {
    /** The files of this host. */
    HostFiles REAL = new HostFiles() {
        @Override
        public boolean exists(Path path) {
            return Files.exists(path);
        }

        @Override
        public boolean isDirectory(Path path) {
            return Files.isDirectory(path);
        }
    };

    /** Whether something is there, symbolic links followed. */
    boolean exists(Path path);

    /** Whether a directory is there, symbolic links followed. */
    boolean isDirectory(Path path);
}
