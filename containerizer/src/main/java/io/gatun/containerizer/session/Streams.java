package io.gatun.containerizer.session;

import io.gatun.containerizer.HostPart;
import io.gatun.containerizer.Session;
import io.gatun.containerizer.Termination;
import io.gatun.ffm.Fd;
import io.gatun.ffm.OwnedFd;
import io.gatun.ffm.pipe.Pipes;
import io.gatun.ffm.process.PidFd;
import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.process.StreamRows;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The standard streams of all containers whose output goes through the agent: terminals, pipes, and files that are
 * bounded in size. One thread for all of them. A container that writes to plain files costs nothing here.
 */
public final class Streams implements HostPart, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Streams.class);
    /** Long: a disk that is busy writes again, and what is given up is the end of somebody's output. */
    private static final long FINISH_MS = 60_000;

    private final ConcurrentMap<String, Channel> channels = new ConcurrentHashMap<>();
    private Pump pump;

    /** No thread is started before the first container that needs one. */
    public Streams() {}

    private synchronized Pump pump() {
        if (pump == null) {
            pump = new Pump();
        }
        return pump;
    }

    /** Why the streams of a container cannot be made, naming field, value and rule; empty when they can. */
    public static Optional<String> problem(ContainerConfig config) {
        if (!config.io().files()) {
            return Optional.empty();
        }
        for (Map.Entry<String, Path> file :
                Map.of("stdout", config.stdout(), "stderr", config.stderr()).entrySet()) {
            if (Files.isDirectory(file.getValue(), LinkOption.NOFOLLOW_LINKS)) {
                return Optional.of(file.getKey() + "=" + file.getValue() + ": must be a file, is a directory");
            }
        }
        return Optional.empty();
    }

    @Override
    public boolean has(String id, Path directory) {
        return channels.containsKey(id) || Kept.isIn(directory);
    }

    /** Whether a container's directory is that of a program run in another container: all else has files. */
    public static boolean isProgram(Path directory) {
        return Kept.load(directory).filter(kept -> kept.stdout().isEmpty()).isPresent();
    }

    @Override
    public Made make(ContainerConfig config, Path directory) {
        if (!config.io().throughAgent()) {
            return Made.unchanged(config);
        }
        Map<String, OwnedFd> bindings = new HashMap<>();
        try {
            if (config.io().terminal().isPresent()) {
                // Only its number is needed: the child puts the terminal there that it opens.
                bindings.put(StreamRows.TERMINAL, Fd.open(Path.of("/dev/null"), Fd.O_RDONLY, 0));
            } else {
                if (config.io().pipedInput()) {
                    pipe(bindings, StreamRows.STDIN, StreamRows.STDIN_WRITER);
                }
                pipe(bindings, StreamRows.STDOUT_READER, StreamRows.STDOUT);
                if (!StreamRows.merged(config)) {
                    pipe(bindings, StreamRows.STDERR_READER, StreamRows.STDERR);
                }
            }
            Pipes.Pair ending = Pipes.socketPair();
            bindings.put(StreamRows.ENDING_AGENT, ending.ours());
            bindings.put(StreamRows.ENDING, ending.theirs());
            Map<String, Integer> numbers = new HashMap<>();
            StreamRows.kept(config)
                    .forEach(name -> numbers.put(name, bindings.get(name).fd()));
            numbers.remove(StreamRows.ENDING);
            Kept.of(config, numbers).save(directory);
            return new Made(config, bindings, Optional.empty());
        } catch (RuntimeException e) {
            bindings.values().forEach(OwnedFd::close);
            throw e;
        }
    }

    private static void pipe(Map<String, OwnedFd> bindings, String reader, String writer) {
        Fd.Pipe pipe = Fd.pipe();
        bindings.put(reader, pipe.read());
        bindings.put(writer, pipe.write());
    }

    @Override
    public void started(ContainerConfig config, Path directory, long pid) {
        var unused = begin(config, directory, pid);
    }

    /** The streams of a program that was just executed; empty when they cannot be had, which is logged. */
    Optional<Channel> begin(ContainerConfig config, Path directory, long pid) {
        return config.io().throughAgent() ? adopt(config.id(), directory, pid) : Optional.empty();
    }

    @Override
    public void recovered(String id, Path directory, long pid) {
        var unused = adopt(id, directory, pid);
    }

    private Optional<Channel> adopt(String id, Path directory, long pid) {
        Optional<Kept> kept = Kept.load(directory);
        Optional<OwnedFd> init = kept.isEmpty() ? Optional.empty() : PidFd.open(pid);
        if (init.isEmpty()) {
            return Optional.empty();
        }
        try {
            Channel channel = new Channel(pump(), id, init.get(), kept.get());
            channels.put(id, channel);
            channel.execute(channel::start);
            return Optional.of(channel);
        } catch (RuntimeException e) {
            // Its end is seen all the same; a container that is killed before this has nothing to take over.
            LOG.error("container {}: its streams cannot be taken over: {}", id, e.getMessage(), e);
            return Optional.empty();
        }
    }

    /**
     * Attaches to a container.
     *
     * @param termination of the container or program
     * @param onClose run once when the session is closed
     * @throws IllegalArgumentException when its streams are files
     */
    public Session attach(String id, CompletableFuture<Termination> termination, Runnable onClose) {
        return attach(id, Optional.ofNullable(channels.get(id)), termination, onClose);
    }

    static Session attach(
            String id, Optional<Channel> channel, CompletableFuture<Termination> termination, Runnable onClose) {
        return channel.filter(Channel::attachable)
                .map(streams -> new Attachment(streams, termination, onClose))
                .orElseThrow(() -> new IllegalArgumentException("container " + id
                        + ": cannot be attached to: it has neither a terminal nor piped input, or it has ended"));
    }

    @Override
    public void remove(String id, Path directory) {
        Channel channel = channels.remove(id);
        if (channel != null) {
            CompletableFuture<Void> finished = new CompletableFuture<>();
            channel.execute(() -> {
                try {
                    channel.finish();
                } finally {
                    finished.complete(null);
                }
            });
            await(id, finished);
        }
        Kept.delete(directory);
    }

    private static void await(String id, CompletableFuture<Void> finished) {
        try {
            finished.get(FINISH_MS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new IllegalStateException(
                    "container " + id + ": its last output was not written within " + FINISH_MS + " ms", e);
        } catch (ExecutionException e) {
            throw new AssertionError("is never failed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while output of container " + id + " was written", e);
        }
    }

    /** Lets go of all streams; their containers run on, and wait for the next agent when their pipes are full. */
    @Override
    public synchronized void close() {
        if (pump != null) {
            CompletableFuture<Void> released = new CompletableFuture<>();
            pump.execute(() -> {
                channels.values().forEach(Channel::close);
                released.complete(null);
            });
            await("", released);
            pump.close();
        }
        channels.clear();
    }
}
