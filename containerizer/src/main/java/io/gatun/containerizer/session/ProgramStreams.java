package io.gatun.containerizer.session;

import io.gatun.containerizer.HostPart;
import io.gatun.containerizer.Session;
import io.gatun.containerizer.Termination;
import io.gatun.isolator.ContainerConfig;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The streams of one program that is run in a container, for the session of whoever runs it: he has them even if the
 * program has ended, and nothing else knows it any more, before he can attach. Of one thread.
 */
public final class ProgramStreams implements HostPart {
    private final Streams all;
    private Optional<Channel> channel = Optional.empty();

    /** @param all those of the agent, which remove these with the program */
    public ProgramStreams(Streams all) {
        this.all = all;
    }

    @Override
    public Made make(ContainerConfig config, Path directory) {
        return all.make(config, directory);
    }

    @Override
    public void started(ContainerConfig config, Path directory, long pid) {
        channel = all.begin(config, directory, pid);
    }

    @Override
    public void remove(String id, Path directory) {
        all.remove(id, directory);
    }

    /**
     * The session; once, after the launch.
     *
     * @param onClose run once when the session is closed
     * @throws IllegalArgumentException when the streams could not be had
     */
    public Session attach(String id, CompletableFuture<Termination> termination, Runnable onClose) {
        return Streams.attach(id, channel, termination, onClose);
    }
}
