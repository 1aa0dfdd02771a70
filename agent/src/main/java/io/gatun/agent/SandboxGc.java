package io.gatun.agent;

import io.gatun.agent.store.DurableFiles;
import io.gatun.agent.store.Layout;
import io.gatun.agent.store.Sandboxes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Removes the sandboxes of ended tasks: {@code --gc_delay} after their last change, sooner as the disk fills (Mesos: gc_delay
 * times what is free beyond the headroom). Looks at the directories themselves, so that it also finds what earlier agents
 * left. Blocks; one call at a time.
 */
final class SandboxGc {
    private final Layout layout;
    private final Sandboxes sandboxes;
    private final Duration delay;
    private final double headroom;

    /**
     * A collector.
     *
     * @param sandboxes who makes new ones meanwhile
     * @param headroom part of the disk to keep free, 0..1
     */
    SandboxGc(Layout layout, Sandboxes sandboxes, Duration delay, double headroom) {
        this.layout = layout;
        this.sandboxes = sandboxes;
        this.delay = delay;
        this.headroom = headroom;
    }

    /** The part of the work directory's file system that is in use, 0..1. */
    double diskUsage() {
        try {
            var store = Files.getFileStore(layout.workDir());
            return 1 - (double) store.getUsableSpace() / store.getTotalSpace();
        } catch (IOException e) {
            throw new UncheckedIOException("statvfs " + layout.workDir() + ": " + e, e);
        }
    }

    /**
     * Collects once.
     *
     * @param inUse container ids that must stay
     * @param usage part of the disk in use
     */
    Outcome collect(Set<String> inUse, double usage, Instant now) {
        long keepMs = (long) (delay.toMillis() * Math.max(0, 1 - headroom - usage));
        Instant oldest = now.minusMillis(keepMs);
        int removed = 0;
        List<String> failed = new ArrayList<>();
        for (Path runs : runs()) {
            for (Path sandbox : directories(runs)) {
                try {
                    if (!inUse.contains(sandbox.getFileName().toString())
                            && changed(sandbox).isBefore(oldest)) {
                        DurableFiles.removeTree(sandbox);
                        removed++;
                    }
                } catch (UncheckedIOException e) {
                    failed.add(String.valueOf(e.getMessage()));
                }
            }
            synchronized (sandboxes) {
                removeIfEmpty(runs);
            }
        }
        return new Outcome(removed, failed);
    }

    /** slaves/S/frameworks/F/executors/E/runs of all agents, frameworks and executors. */
    private List<Path> runs() {
        List<Path> runs = new ArrayList<>();
        for (Path agent : directories(layout.sandboxes())) {
            for (Path framework : directories(agent.resolve("frameworks"))) {
                for (Path executor : directories(framework.resolve("executors"))) {
                    runs.add(executor.resolve("runs"));
                }
            }
        }
        return runs;
    }

    /** Without links: {@code latest} is one, and a task cannot make any here. */
    private static List<Path> directories(Path parent) {
        if (!Files.isDirectory(parent, LinkOption.NOFOLLOW_LINKS)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(parent)) {
            return entries.filter(entry -> Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("list " + parent + ": " + e, e);
        }
    }

    private static Instant changed(Path sandbox) {
        try {
            return Files.getLastModifiedTime(sandbox, LinkOption.NOFOLLOW_LINKS).toInstant();
        } catch (NoSuchFileException e) {
            return Instant.MAX;
        } catch (IOException e) {
            throw new UncheckedIOException("stat " + sandbox + ": " + e, e);
        }
    }

    /** Removes an executor without runs, and what is empty above it, up to the agent's directory. */
    private void removeIfEmpty(Path runs) {
        if (!directories(runs).isEmpty()) {
            return;
        }
        try {
            Files.deleteIfExists(runs.resolve(Layout.LATEST));
            for (Path empty = runs; !empty.equals(layout.sandboxes()); empty = empty.getParent()) {
                Files.deleteIfExists(empty);
            }
        } catch (DirectoryNotEmptyException e) {
            // Others are still there, or a new run was just made.
        } catch (IOException e) {
            throw new UncheckedIOException("remove " + runs + ": " + e, e);
        }
    }

    /**
     * What a collection did.
     *
     * @param failed what could not be removed, and why
     */
    record Outcome(int removed, List<String> failed) {}
}
