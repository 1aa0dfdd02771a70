package io.gatun.containerizer.docker;

import io.gatun.containerizer.Container;
import io.gatun.containerizer.Termination;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A container that is known. Its life changes under its monitor. */
final class DockerEntry {
    private final String id;
    private final DockerCheckpoint checkpoint;
    private final CompletableFuture<Termination> termination = new CompletableFuture<>();
    private DockerLife life = new DockerLife.Provisioning();
    private Optional<LogCopier> logs = Optional.empty();
    private Optional<EngineStream> pull = Optional.empty();
    private boolean unwanted;
    private boolean finishing;
    private volatile boolean outOfMemory;
    private volatile String progress;
    private volatile Optional<String> stopSignal = Optional.empty();

    DockerEntry(String id, DockerCheckpoint checkpoint) {
        this.id = id;
        this.checkpoint = checkpoint;
    }

    String id() {
        return id;
    }

    /** The engine's name for it. */
    String name() {
        return CreateRequest.name(id);
    }

    DockerCheckpoint checkpoint() {
        return checkpoint;
    }

    CompletableFuture<Termination> termination() {
        return termination;
    }

    synchronized DockerLife life() {
        return life;
    }

    synchronized void become(DockerLife next) {
        life = life.to(id, next);
    }

    /** While it runs or is being stopped. */
    synchronized Optional<Container> container() {
        return switch (life) {
            case DockerLife.Running running -> Optional.of(running.container());
            case DockerLife.Stopping stopping -> Optional.of(stopping.container());
            case DockerLife.Provisioning _, DockerLife.Launching _, DockerLife.Ended _ -> Optional.empty();
        };
    }

    /** Running becomes Stopping; a launch is given up; every other state stays. */
    synchronized DockerLife stop() {
        if (life instanceof DockerLife.Running running) {
            become(new DockerLife.Stopping(running.container()));
        } else if (launching()) {
            unwanted = true;
            pull.ifPresent(EngineStream::close);
        }
        return life;
    }

    synchronized void pulling(EngineStream stream) {
        pull = Optional.of(stream);
        if (unwanted) {
            stream.close();
        }
    }

    /** Whether its launch is under way. */
    synchronized boolean launching() {
        return life instanceof DockerLife.Provisioning || life instanceof DockerLife.Launching;
    }

    /** How far the pull of its image is, for people; empty when there is none. */
    Optional<String> progress() {
        return launching() ? Optional.ofNullable(progress) : Optional.empty();
    }

    void progress(String text) {
        progress = text;
    }

    synchronized boolean unwanted() {
        return unwanted;
    }

    synchronized Optional<LogCopier> logs() {
        return logs;
    }

    synchronized void logs(LogCopier copier) {
        logs = Optional.of(copier);
    }

    /** Whether the caller is the first to see its end. */
    synchronized boolean beginToFinish() {
        boolean first = !finishing && !(life instanceof DockerLife.Ended);
        finishing = true;
        return first;
    }

    /** The end could not be told apart from a loss of the engine: somebody must look again. */
    synchronized void notFinished() {
        finishing = false;
    }

    synchronized boolean finishing() {
        return finishing;
    }

    /** The kernel's OOM killer ended a process in it, the engine says. */
    boolean outOfMemory() {
        return outOfMemory;
    }

    void ranOutOfMemory() {
        outOfMemory = true;
    }

    /** What the image or a parameter wants in place of SIGTERM. */
    Optional<String> stopSignal() {
        return stopSignal;
    }

    void stopSignal(Optional<String> signal) {
        stopSignal = signal;
    }
}
