package io.gatun.agent.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/**
 * Makes the directories that tasks run in. Thread-safe. Whoever removes empty parents of sandboxes holds this object's monitor,
 * so that none disappears while a sandbox is made below it.
 */
public final class Sandboxes {
    /** As Mesos since 1.8: a task's files are its user's business. */
    private static final Set<PosixFilePermission> SANDBOX_MODE = PosixFilePermissions.fromString("rwxr-x---");

    private static final Set<PosixFilePermission> OUTPUT_MODE = PosixFilePermissions.fromString("rw-r--r--");

    private final Layout layout;

    public Sandboxes(Layout layout) {
        this.layout = layout;
    }

    /**
     * Makes the sandbox of a run with empty files {@code stdout} and {@code stderr}, and points {@code latest} at it.
     *
     * @param owner whom the sandbox and the files are given to; empty keeps them with the agent's user
     * @return the sandbox
     * @throws UncheckedIOException naming what could not be made
     */
    public synchronized Path create(RunPath run, Optional<Account> owner) {
        Path sandbox = layout.sandbox(run);
        try {
            Files.createDirectories(sandbox.getParent());
            Files.createDirectory(sandbox);
            Files.setPosixFilePermissions(sandbox, SANDBOX_MODE);
            for (String output : new String[] {"stdout", "stderr"}) {
                Path file = Files.createFile(sandbox.resolve(output));
                Files.setPosixFilePermissions(file, OUTPUT_MODE);
                chown(file, owner);
            }
            chown(sandbox, owner);
        } catch (IOException e) {
            throw new UncheckedIOException("make sandbox " + sandbox + ": " + e, e);
        }
        MetaStore.replaceLink(layout.runs(run).resolve(Layout.LATEST), run.containerId());
        return sandbox;
    }

    /** Gives a file, not what is in it, to {@code owner}; does nothing without one. */
    static void chown(Path file, Optional<Account> owner) throws IOException {
        if (owner.isPresent()) {
            Files.setAttribute(file, "unix:gid", owner.get().gid(), LinkOption.NOFOLLOW_LINKS);
            Files.setAttribute(file, "unix:uid", owner.get().uid(), LinkOption.NOFOLLOW_LINKS);
        }
    }
}
