package io.gatun.master;

import io.gatun.master.election.Candidate;
import io.gatun.master.log.Epoch;
import io.gatun.master.log.node.LogException;
import io.gatun.master.log.node.LogNode;
import io.gatun.master.log.node.LogNodeConfig;
import io.gatun.master.log.node.LogStatus;
import io.gatun.master.registry.NodeRegistryLog;
import io.gatun.master.registry.OldRegistry;
import io.gatun.master.registry.RegistryLog;
import io.gatun.master.registry.RegistryReplica;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** This master's replica of the log, with the registry on it and the terms that it leads to. */
final class MasterLog implements Candidate, Revival.Patient, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MasterLog.class);
    private static final Set<String> ABLE_ROLES = Set.of("follower", "candidate", "leader");
    private static final String WHOLE = "WHOLE";
    private static final String FAILED = "FAILED";

    private final Terms terms;
    private final Revival revival;

    /** Each replica begins with an empty one: it applies everything from its journal's beginning. */
    private volatile RegistryReplica registry;

    private LogNodeConfig config;
    private boolean closed;
    private volatile LogNode node;
    private volatile NodeRegistryLog appends;
    private volatile DiskRoom room = new DiskRoom(() -> Long.MAX_VALUE);

    /** Nothing is opened yet: until then it cannot lead. */
    MasterLog(Terms.Office office, OldRegistry old, Path directory) {
        this.terms = new Terms(office, this::newTerm, old);
        this.registry = new RegistryReplica(terms);
        this.revival = new Revival(directory, this);
    }

    private RegistryLog newTerm() {
        return appends.term();
    }

    /**
     * Opens the replica, in place of one that was opened before.
     *
     * @throws LogException when the directory or the port cannot be used
     */
    synchronized void open(LogNodeConfig wanted) {
        if (closed) {
            return;
        }
        if (config == null) {
            revival.start();
        }
        config = wanted;
        LogNode before = node;
        if (before != null) {
            before.close(); // it goes on saying how it was, until there is another
        }
        RegistryReplica fresh = new RegistryReplica(terms);
        LogNode opened = LogNode.open(wanted, fresh);
        registry = fresh;
        appends = new NodeRegistryLog(opened);
        room = new DiskRoom(usableBytes(config.directory()));
        node = opened;
    }

    private static LongSupplier usableBytes(Path directory) {
        try {
            FileStore store = Files.getFileStore(directory);
            return () -> {
                try {
                    return store.getUsableSpace();
                } catch (IOException e) {
                    return Long.MAX_VALUE; // a disk that cannot even be asked fails the next force, which says why
                }
            };
        } catch (IOException e) {
            throw new LogException(directory + ": its file system cannot be found: " + e, e);
        }
    }

    @Override
    public boolean failed() {
        return Optional.ofNullable(node)
                .filter(open -> open.status().state().equals(FAILED))
                .isPresent();
    }

    @Override
    public synchronized void reopen() {
        boolean hadLog = !node.status().voters().isEmpty();
        // An empty disk in place of the one that failed is no reason for a new log.
        open(hadLog ? config.withAutoInitialize(false) : config);
    }

    /** How often the replica was opened anew after its disk had failed. */
    long reopened() {
        return revival.reopened();
    }

    /** This master's replica; empty before it is opened. */
    Optional<LogNode> node() {
        return Optional.ofNullable(node);
    }

    Terms terms() {
        return terms;
    }

    /** How the replica is, and what is done about it; empty before it is opened. */
    Optional<LogStatus> status() {
        String note = revival.note();
        return Optional.ofNullable(node)
                .map(LogNode::status)
                .map(status -> note.isEmpty() || status.trouble().isEmpty()
                        ? status
                        : status.withTrouble(status.trouble() + "; " + note));
    }

    /** Why this master cannot lead now; empty when it can. */
    String trouble() {
        return registry.unreadable().isEmpty()
                ? status().map(LogStatus::trouble).orElse("")
                : registry.unreadable();
    }

    @Override
    public Standing standing() {
        LogNode open = node;
        if (open == null) {
            return new Standing(false, false, 0, false, Long.MAX_VALUE);
        }
        LogStatus status = open.status();
        boolean leading = terms.leading();
        boolean able = status.state().equals(WHOLE)
                && ABLE_ROLES.contains(status.role())
                && registry.unreadable().isEmpty()
                && !room.yields(leading && anotherVotes(status), TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
        return new Standing(
                able,
                leading,
                status.committed() + status.last(),
                ownerConnected(status),
                status.ownerHeardMs() < 0 ? Long.MAX_VALUE : status.ownerHeardMs());
    }

    private static boolean anotherVotes(LogStatus status) {
        return status.peers().stream()
                .anyMatch(peer ->
                        status.voters().contains(peer.id()) && peer.connection().connected());
    }

    /** One who has just been promised an epoch, and is about to lead it, is as good as the leader. */
    private static boolean ownerConnected(LogStatus status) {
        int owner = Epoch.owner(status.epoch());
        return status.peers().stream()
                .anyMatch(peer -> peer.id() == owner && peer.connection().connected());
    }

    @Override
    public void campaign() {
        terms.after(() -> unlessEnded(LogNode::campaign));
    }

    @Override
    public void resign(String reason) {
        unlessEnded(open -> open.resign(reason));
    }

    /** A replica that has ended does not lead, and does not try. */
    private void unlessEnded(Consumer<LogNode> request) {
        LogNode open = node;
        if (open != null) {
            try {
                request.accept(open);
            } catch (RejectedExecutionException e) {
                LOG.warn("The log's replica takes no requests: {}", e.getMessage());
            }
        }
    }

    /** A replica was found, at an address that may be new. */
    void found(int replica, InetSocketAddress address) {
        unlessEnded(open -> open.memberAt(replica, address));
    }

    @Override
    public CompletableFuture<Void> confirm() {
        return node.barrier();
    }

    /** Leads no more, ends the term, then the replica; within a few seconds. */
    @Override
    public void close() {
        revival.close();
        resign("this master ends");
        terms.close();
        synchronized (this) {
            closed = true;
            if (node != null) {
                node.close();
            }
        }
    }
}
