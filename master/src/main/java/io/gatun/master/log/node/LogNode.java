package io.gatun.master.log.node;

import io.gatun.master.log.Epoch;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.agrona.DirectBuffer;

/** A replica of the log in this process. All methods may be called from any thread. */
public final class LogNode implements AutoCloseable {
    private static final long CLOSE_MS = 10_000;

    private final LogNodeConfig config;
    private final int id;
    private final Core core;
    private final Thread thread;
    private final FutureAppends futures = new FutureAppends();
    private final Appender futureAppender;
    private final ForceTimes forceTimes;
    private final CompletableFuture<Void> started = new CompletableFuture<>();

    /** Appends for one {@link AppendListener} without allocation. */
    public final class Appender {
        private final int number;

        private Appender(AppendListener listener) {
            this.number = core.queue().number(listener);
        }

        /**
         * Appends a copy of the bytes; the listener learns what became of it.
         *
         * @param correlationId handed to the listener
         * @return false when too much waits or the node has ended: nothing was appended
         * @throws IllegalArgumentException when the entry is longer than the configured limit
         */
        public boolean append(DirectBuffer bytes, int offset, int length, long correlationId) {
            int limit = config.transport().maxEntryBytes();
            if (length > limit) {
                throw new IllegalArgumentException("length=" + length + ": an entry must not be longer than " + limit);
            }
            if (core.hasEnded() || !core.queue().offer(number, correlationId, bytes, offset, length)) {
                return false;
            }
            core.wakeup();
            return true;
        }
    }

    private LogNode(LogNodeConfig config, int id, ClusterFile file, Application application, LogStore.Opener opener)
            throws IOException {
        this.config = config;
        this.id = id;
        this.forceTimes = new ForceTimes();
        this.core = new Core(config, id, file, application, opener, forceTimes::record);
        this.futureAppender = new Appender(futures);
        this.thread = Thread.ofPlatform().name("gatun-log-" + id).daemon().unstarted(this::run);
    }

    private void run() {
        core.run(started);
        futures.failAll(new UnknownOutcomeException("replica " + id + " has ended"));
    }

    /**
     * Opens the log in a directory, listens, and takes part as a follower.
     *
     * @param application is called on the replica's thread, first before this returns
     * @throws LogException when the directory cannot be used, is another replica's, is damaged and there is nobody to fill
     *     it, or the port is taken
     */
    public static LogNode open(LogNodeConfig config, Application application) {
        return open(config, application, DiskStore::open);
    }

    /**
     * The same on another disk.
     *
     * @param application is called on the replica's thread, first before this returns
     * @throws LogException when the directory cannot be used, is another replica's, or the port is taken
     */
    static LogNode open(LogNodeConfig config, Application application, LogStore.Opener opener) {
        ClusterFile file = ClusterFile.read(config.directory());
        int id = id(config, file);
        ClusterFile own = new ClusterFile(file.state(), file.cluster(), id);
        try {
            LogNode node = new LogNode(config, id, own, application, opener);
            node.thread.start();
            node.started.join();
            return node;
        } catch (CompletionException e) {
            if (e.getCause() instanceof LogException cause) {
                throw cause;
            }
            throw new LogException(
                    "replica " + id + " in " + config.directory() + ": "
                            + e.getCause().getMessage(),
                    e.getCause());
        } catch (IOException e) {
            throw new LogException("replica " + id + " in " + config.directory() + ": " + e.getMessage(), e);
        }
    }

    /**
     * Whose log a directory holds.
     *
     * @return the id of the replica; 0 when there is no log, or none was formed yet
     * @throws LogException when what is there cannot be trusted
     */
    public static int formedId(Path directory) {
        ClusterFile file = ClusterFile.read(directory);
        return file.state() == ClusterFile.State.FORMED ? file.id() : 0;
    }

    private static int id(LogNodeConfig config, ClusterFile file) {
        if (config.id() != 0 && file.id() != 0 && config.id() != file.id()) {
            throw new LogException("id=" + config.id() + ": " + config.directory() + " is the log of replica "
                    + file.id() + "; give that id, or another directory");
        }
        if (config.id() != 0 || file.id() != 0) {
            return Math.max(config.id(), file.id());
        }
        if (config.quorum() > 1 || !config.replicas().isEmpty()) {
            throw new LogException("id=0: " + config.directory() + " does not tell which replica it is, so the id must"
                    + " be given, 1 to " + Epoch.MAX_ID);
        }
        return 1;
    }

    /**
     * Reads {@code host:port}, without resolving the host.
     *
     * @throws IllegalArgumentException when it is none
     */
    public static InetSocketAddress address(String text) {
        return AddressBook.parse(text);
    }

    /** Tries to lead until {@link #resign}, or until it steps down having led. */
    public void campaign() {
        core.execute(core::campaign);
    }

    /** Leads no longer, and does not try. */
    public void resign(String reason) {
        core.execute(() -> core.resign(reason));
    }

    /**
     * Appends a copy of the bytes.
     *
     * @return completes with the position when the entry is committed and was applied here, on the replica's thread; fails
     *     with {@link NotLeadingException} when it was not appended, with {@link UnknownOutcomeException} when nobody
     *     knows, with {@link LogException} when too much waits already
     * @throws IllegalArgumentException when the entry is longer than the configured limit
     */
    public CompletableFuture<Long> append(DirectBuffer bytes, int offset, int length) {
        CompletableFuture<Long> future = new CompletableFuture<>();
        long correlationId = futures.expect(future);
        if (!futureAppender.append(bytes, offset, length, correlationId)) {
            futures.notAppended(
                    correlationId,
                    new LogException("replica " + id + ": too much waits to be appended, or it has ended"));
        }
        return future;
    }

    /** Appends for a listener, without allocation. Listeners are kept for ever: one for each purpose, not each entry. */
    public Appender appender(AppendListener listener) {
        return new Appender(listener);
    }

    /**
     * Waits until it is certain that this replica led when this was called.
     *
     * @return completes, on the replica's thread, when everything that was committed anywhere before this call has been
     *     applied here; fails with {@link NotLeadingException}
     */
    public CompletableFuture<Void> barrier() {
        return ask(core::barrier);
    }

    /**
     * Adds a replica that has no log, or is a learner already: it listens, and votes as soon as it has what the others
     * have. Cancelling the future ends the attempt where it is.
     *
     * @param replica id, 1 to 65535, that no other replica had
     * @param address where it listens
     * @return completes when it is a voter and that is committed
     */
    public CompletableFuture<Void> addReplica(int replica, InetSocketAddress address) {
        requireId(replica);
        return ask(done -> core.addReplica(replica, address, done));
    }

    /**
     * Removes a replica, which may be dead.
     *
     * @return completes when it is no member and that is committed
     */
    public CompletableFuture<Void> removeReplica(int replica) {
        requireId(replica);
        return ask(done -> core.removeReplica(replica, done));
    }

    /**
     * Says where a member listens, as far as somebody else knows; it is of no consequence while that one is connected, or
     * no member.
     *
     * @throws RejectedExecutionException when this replica has ended, or too much waits
     */
    public void memberAt(int replica, InetSocketAddress address) {
        core.execute(() -> core.memberAt(replica, address));
    }

    private static void requireId(int replica) {
        if (replica < 1 || replica > Epoch.MAX_ID) {
            throw new IllegalArgumentException("replica=" + replica + ": must be 1 to " + Epoch.MAX_ID);
        }
    }

    private CompletableFuture<Void> ask(Consumer<CompletableFuture<Void>> question) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        try {
            core.execute(() -> question.accept(done));
        } catch (RejectedExecutionException e) {
            done.completeExceptionally(new LogException(e.getMessage(), e));
        }
        return done;
    }

    /** How it is; at most some 60 ms old. */
    public LogStatus status() {
        return core.status();
    }

    /** How long the newest forces to disk took. */
    public ForceTimes forceTimes() {
        return forceTimes;
    }

    /** The port on which it listens. */
    public int port() {
        return core.port();
    }

    /** Takes no part any more; what it acknowledged is on disk. Waits for the thread to end, unless it is that thread. */
    @Override
    public void close() {
        core.end();
        if (!Thread.currentThread().equals(thread)) {
            try {
                thread.join(CLOSE_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
