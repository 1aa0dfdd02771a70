package io.gatun.containerizer.session;

import io.gatun.containerizer.Session.Stream;
import io.gatun.containerizer.log.LogFile;
import io.gatun.ffm.Errno;
import io.gatun.ffm.Fd;
import io.gatun.ffm.OwnedFd;
import io.gatun.ffm.SyscallException;
import io.gatun.ffm.process.Init;
import io.gatun.ffm.process.PidFd;
import io.gatun.ffm.tty.Terminal;
import io.gatun.isolator.process.StreamRows;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The streams of one container, taken over from its init by pidfd_getfd(2): by the agent that launched it as by any
 * later one. On the pump's thread, but for the constructor and {@link #execute}.
 */
final class Channel {
    private static final Logger LOG = LoggerFactory.getLogger(Channel.class);

    private final Pump pump;
    private final String id;
    private final OwnedFd init;
    private final Map<String, OwnedFd> fds = new HashMap<>();
    private final List<Source> sources = new ArrayList<>();
    private final Audience audience = new Audience();
    private final boolean attachable;
    /** A program's output goes to whoever runs it, and nowhere else. */
    private final boolean program;

    private Optional<Input> input = Optional.empty();
    private Attachment writer;
    private long endingWatch;
    private boolean closed;

    /**
     * Takes over.
     *
     * @param init pidfd of the container's init, owned by this
     * @throws SyscallException pidfd_getfd: EPERM; open of a file
     * @throws IllegalStateException when the init does not have what it should keep
     */
    Channel(Pump pump, String id, OwnedFd init, Kept kept) {
        this.pump = pump;
        this.id = id;
        this.init = init;
        this.attachable = kept.attachable();
        this.program = kept.stdout().isEmpty();
        try {
            kept.numbers().forEach((name, number) -> fds.put(name, duplicate(name, number)));
            open(kept);
        } catch (RuntimeException e) {
            fds.values().forEach(OwnedFd::close);
            init.close();
            throw e;
        }
    }

    private OwnedFd duplicate(String name, int number) {
        return PidFd.duplicate(init.fd(), number)
                .orElseThrow(() -> new IllegalStateException(
                        "container " + id + ": its init does not have " + name + ", fd " + number));
    }

    private void open(Kept kept) {
        OwnedFd terminal = fds.get(StreamRows.TERMINAL);
        if (terminal != null) {
            source(Stream.STDOUT, terminal, true, kept.stdout(), kept);
            input = Optional.of(new Input(pump, id, terminal, true, () -> {}));
            return;
        }
        source(Stream.STDOUT, fds.get(StreamRows.STDOUT_READER), false, kept.stdout(), kept);
        OwnedFd error = fds.get(StreamRows.STDERR_READER);
        if (error != null) {
            source(Stream.STDERR, error, false, kept.stderr(), kept);
        }
        OwnedFd stdin = fds.get(StreamRows.STDIN_WRITER);
        if (stdin != null) {
            int theirs = kept.numbers().get(StreamRows.STDIN_WRITER);
            input = Optional.of(new Input(pump, id, stdin, false, () -> drop(theirs)));
        }
    }

    private void source(Stream stream, OwnedFd fd, boolean terminal, Optional<Path> file, Kept kept) {
        Optional<LogFile> log = file.map(path -> new LogFile(path, kept.rotation()));
        sources.add(new Source(pump, id, stream, fd, terminal, log, audience));
    }

    private void drop(int number) {
        if (!init.isClosed()) {
            PidFd.signalWithValue(init.fd(), Init.CARRIER_SIGNAL, -number);
        }
    }

    String id() {
        return id;
    }

    boolean attachable() {
        return attachable;
    }

    void execute(Runnable task) {
        pump.execute(task);
    }

    void start() {
        OwnedFd ending = fds.get(StreamRows.ENDING_AGENT);
        endingWatch = pump.watch(ending.fd(), false, () -> answer(ending));
        update();
    }

    /** The task has ended; everything it wrote is in descriptors that are ours too, so its init may go. */
    private void answer(OwnedFd ending) {
        pump.unwatch(endingWatch, ending.fd());
        try {
            Fd.write(ending.fd(), new byte[1], "ending");
        } catch (SyscallException e) {
            if (e.errno() != Errno.EPIPE) {
                throw e;
            }
            LOG.debug("container {}: its init did not wait for an answer", id);
        }
    }

    /** Reads where somebody takes it. */
    void update() {
        if (!closed) {
            sources.forEach(Source::update);
        }
    }

    void attach(Attachment attachment) {
        audience.add(attachment);
        if (closed) {
            attachment.finish();
        }
        update();
    }

    void detach(Attachment attachment) {
        audience.remove(attachment);
        if (writer == attachment) {
            writer = null;
        }
        update();
    }

    /** One who is attached writes at a time: the first who does, until he leaves. */
    void write(Attachment from, byte[] data, CompletableFuture<Void> done) {
        if (writer != null && writer != from) {
            done.completeExceptionally(
                    new IllegalStateException("container " + id + ": somebody else is attached to its input"));
        } else if (closed || input.isEmpty()) {
            done.completeExceptionally(new IllegalStateException(
                    "container " + id + (closed ? ": has ended" : ": has no input to attach to")));
        } else {
            writer = from;
            input.get().write(data, done);
        }
    }

    void endInput(Attachment from) {
        if (!closed && (writer == null || writer == from)) {
            input.ifPresent(Input::end);
        }
    }

    void resize(int rows, int columns) {
        OwnedFd terminal = fds.get(StreamRows.TERMINAL);
        if (terminal != null && !closed) {
            Terminal.resize(terminal.fd(), rows, columns);
        }
    }

    /** The container has ended: its last output goes where the rest went. */
    void finish() {
        if (!closed) {
            if (program) {
                audience.keepForTheFirst();
            }
            sources.forEach(Source::drain);
            close();
            audience.end();
        }
    }

    /** Lets go; what is in the pipes stays there for the next agent. */
    void close() {
        if (closed) {
            return;
        }
        closed = true;
        input.ifPresent(Input::close);
        OwnedFd ending = fds.get(StreamRows.ENDING_AGENT);
        if (ending != null && !ending.isClosed()) {
            pump.unwatch(endingWatch, ending.fd());
        }
        sources.forEach(Source::close);
        fds.values().forEach(OwnedFd::close);
        init.close();
    }
}
