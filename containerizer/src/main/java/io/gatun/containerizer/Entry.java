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
    private Life life = new Life.Provisioning();
    private volatile Limits limits;
    private Limitations.Hit limited;
    private boolean unwanted;

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

    /** Running becomes Stopping; a launch is given up at its next step; every other state stays. */
    synchronized Life stop() {
        switch (life) {
            case Life.Running running -> become(new Life.Stopping(running.container(), running.init()));
            case Life.Provisioning _, Life.Launching _ -> unwanted = true;
            case Life.Stopping _, Life.Ended _ -> {}
        }
        return life;
    }

    /** Whether its end was asked for before it ran. */
    synchronized boolean unwanted() {
        return unwanted;
    }

    /** Whether its launch is under way. */
    boolean launching() {
        return switch (life()) {
            case Life.Provisioning _, Life.Launching _ -> true;
            case Life.Running _, Life.Stopping _, Life.Ended _ -> false;
        };
    }
}
