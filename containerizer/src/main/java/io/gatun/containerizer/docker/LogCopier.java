package io.gatun.containerizer.docker;

import io.netty.buffer.ByteBuf;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Copies a container's log from the engine to files, from where it was left off. The engine keeps the log whether an agent
 * is there or not, so nothing that a container says between two agents is lost. Runs on the connection's thread.
 */
final class LogCopier implements AutoCloseable {
    /** How much is read again after a crash at most. */
    private static final long SAVE_BYTES = 1 << 20;

    private static final Duration LAST_PASS_MAX = Duration.ofMinutes(5);

    private final Engine engine;
    private final String container;
    private final boolean terminal;
    private final LogSink stdout;
    private final LogSink stderr;
    private final Consumer<Positions> save;
    private EngineStream following;
    private int pass;
    private boolean closed;
    private long unsavedBytes;

    /** Of both streams. */
    record Positions(LogPosition stdout, LogPosition stderr) {}

    /**
     * Opens the files.
     *
     * @param terminal whether the container has one: then its log is one stream, without timestamps
     * @param save keeps positions for the next agent
     */
    LogCopier(
            Engine engine,
            String container,
            boolean terminal,
            Path stdout,
            Path stderr,
            Positions from,
            Consumer<Positions> save) {
        this.engine = engine;
        this.container = container;
        this.terminal = terminal;
        this.save = save;
        this.stdout = new LogSink(stdout, from.stdout());
        boolean one = stdout.equals(stderr);
        this.stderr = one ? this.stdout : new LogSink(stderr, from.stderr());
        if (one || terminal) {
            this.stdout.wholeReplay();
            this.stderr.wholeReplay();
        }
    }

    /**
     * Copies what comes, until the container ends or the engine is lost. Anything but the first call takes up where the
     * last one ended.
     *
     * @return completes when it is over, either way
     */
    synchronized CompletableFuture<Void> follow() {
        if (closed) {
            return CompletableFuture.completedFuture(null);
        }
        if (following != null) {
            following.close();
        }
        try {
            following = start(true);
        } catch (EngineException e) {
            return CompletableFuture.failedFuture(e);
        }
        return following.end();
    }

    /**
     * After the container's end: waits a while for the rest to arrive, then reads what the engine has beyond that.
     *
     * @throws RuntimeException when the log could not be read to its end
     */
    void finish(Duration patience) {
        EngineStream last;
        synchronized (this) {
            last = following;
        }
        if (last != null && !over(last, patience)) {
            last.close();
            over(last, patience);
        }
        EngineStream rest;
        synchronized (this) {
            rest = start(false);
        }
        try {
            rest.end().get(LAST_PASS_MAX.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw EngineException.unwrap(e);
        } catch (TimeoutException e) {
            rest.close();
            throw new EngineException(0, "docker: log of " + container + ": not read within " + LAST_PASS_MAX, e);
        } catch (InterruptedException e) {
            rest.close();
            Thread.currentThread().interrupt();
            throw new EngineException(0, "docker: log of " + container + ": interrupted", e);
        }
    }

    private static boolean over(EngineStream stream, Duration patience) {
        try {
            stream.end().handle((done, failure) -> null).get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw EngineException.unwrap(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private EngineStream start(boolean follow) {
        Positions from = positions();
        stdout.rewind(from.stdout());
        if (stderr != stdout) {
            stderr.rewind(from.stderr());
        }
        int own = ++pass;
        String since = since(List.of(from.stdout(), from.stderr()));
        if (terminal) {
            return engine.logs(container, follow, false, since, bytes -> copy(own, false, bytes.slice()));
        }
        Frames frames = new Frames((fromStderr, payload) -> copy(own, fromStderr, payload));
        EngineStream stream = engine.logs(container, follow, true, since, frames);
        var unused = stream.end().whenComplete((done, failure) -> frames.close());
        return stream;
    }

    private synchronized void copy(int fromPass, boolean fromStderr, ByteBuf payload) {
        if (fromPass != pass || closed) {
            return; // What a connection that was given up still had.
        }
        int length = payload.readableBytes();
        if (terminal) {
            stdout.bytes(payload);
        } else {
            (fromStderr ? stderr : stdout).line(payload);
        }
        copied(length);
    }

    private void copied(int bytes) {
        unsavedBytes += bytes;
        if (unsavedBytes >= SAVE_BYTES) {
            unsavedBytes = 0;
            save.accept(positions());
        }
    }

    private Positions positions() {
        String newest = stdout.newest().compareTo(stderr.newest()) > 0 ? stdout.newest() : stderr.newest();
        return new Positions(stdout.position(newest), stderr.position(newest));
    }

    /** The older of both; the engine takes seconds and nanoseconds, inclusive. */
    private static String since(List<LogPosition> positions) {
        String oldest = positions.stream()
                .map(LogPosition::timestamp)
                .min(String::compareTo)
                .orElseThrow();
        if (oldest.isEmpty()) {
            return "0";
        }
        Instant instant = Instant.parse(oldest);
        return String.format(java.util.Locale.ROOT, "%d.%09d", instant.getEpochSecond(), instant.getNano());
    }

    /** Remembers where it is; the next agent goes on from there. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (following != null) {
            following.close();
        }
        save.accept(positions());
        stdout.close();
        if (stderr != stdout) {
            stderr.close();
        }
    }
}
