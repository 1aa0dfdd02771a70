package io.gatun.containerizer;

import io.gatun.isolator.Limits;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A container that is known. Its life changes under its monitor. */
final class Entry {
    private final String id;
    private final Checkpoint checkpoint;
    private final CompletableFuture<Termination> termination = new CompletableFuture<>();
    private final boolean program;
    private Life life = new Life.Launching();
    private volatile Limits limits;
    private Limitations.Hit limited;

    Entry(String id, Limits limits, Checkpoint checkpoint) {
        this(id, limits, checkpoint, false);
    }

    Entry(String id, Limits limits, Checkpoint checkpoint, boolean program) {
        this.program = program;
        this.id = id;
        this.limits = limits;
        this.checkpoint = checkpoint;
    }

    String id() {
        return id;
    }

    Limits limits() {
        return limits;
    }

    /** Under the monitor, together with what the kernel and the checkpoint say. */
    void limits(Limits updated) {
        limits = updated;
    }

    Checkpoint checkpoint() {
        return checkpoint;
    }

    /** Whether it is a program run in a container, and no container. */
    boolean program() {
        return program;
    }

    CompletableFuture<Termination> termination() {
        return termination;
    }

    synchronized Life life() {
        return life;
    }

    synchronized void become(Life next) {
        life = life.to(id, next);
    }

    /** Takes note of the limit for which a running container is going to be ended; false when it is not running. */
    synchronized boolean limited(Limitation limitation, String message) {
        if (!(life instanceof Life.Running)) {
            return false;
        }
        limited = new Limitations.Hit(limitation, message);
        return true;
    }

    /** The limit for which the agent ended it, if it did. */
    synchronized Optional<Limitations.Hit> limitedBy() {
        return Optional.ofNullable(limited);
    }

    /** Running becomes Stopping; every other state stays. */
    synchronized Life stop() {
        if (life instanceof Life.Running running) {
            become(new Life.Stopping(running.container(), running.init()));
        }
        return life;
    }
}
