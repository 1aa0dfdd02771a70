package io.gatun.master.log.node;

import io.gatun.master.log.CriticalThread;
import io.gatun.master.log.Epoch;
import io.gatun.master.log.LogListener;
import io.gatun.master.log.Members;
import io.gatun.master.log.Recovered;
import io.gatun.master.log.Replica;
import io.gatun.master.log.Snapshot;
import io.gatun.master.log.net.Deliveries;
import io.gatun.master.log.net.FrameType;
import io.gatun.master.log.net.Link;
import io.gatun.master.log.net.Messages;
import io.gatun.master.log.net.Transport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongConsumer;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.ManyToOneConcurrentArrayQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node does on its one thread: takes what came from the network, the disk and callers, has the replica answer all of
 * it, and then forces and sends once for the whole turn.
 */
final class Core implements LogListener, Transport.Owner, Formation.Founding {
    private static final Logger LOG = LoggerFactory.getLogger(Core.class);
    private static final long NS_PER_MS = 1_000_000;
    private static final long TICK_MS = 10;

    private static final int MAX_TASKS = 4096;

    private final LogNodeConfig config;
    private final Application application;
    private final LogStore store;
    private final MeasuredJournal journal;
    private final Transport transport;
    private final Messages messages;
    private final Formation formation;
    private final AddressBook addresses;
    private final Contacts contacts = new Contacts();
    private final Compactor compactor;
    private final Calls calls;
    private final ManyToOneConcurrentArrayQueue<Runnable> tasks = new ManyToOneConcurrentArrayQueue<>(MAX_TASKS);
    private final DiskNews disk;
    private final StatusBoard board = new StatusBoard();
    private final Transport.Idle idle = this::isIdle;
    private final int id;

    private Replica replica;
    private Deliveries deliveries;
    private long tickedAt;
    private List<Integer> memberIds = List.of();
    private boolean wanted;
    private long campaignAt;
    private long livedAt;
    private volatile boolean ended;
    private volatile String trouble;

    Core(
            LogNodeConfig config,
            int id,
            ClusterFile file,
            Application application,
            LogStore.Opener opener,
            LongConsumer forceNs)
            throws IOException {
        this.config = config;
        this.id = id;
        this.application = application;
        this.calls = new Calls(config.transport().maxEntryBytes());
        this.compactor = new Compactor(config.compaction(), this::execute, this::fail);
        this.journal = new MeasuredJournal(forceNs);
        this.addresses = new AddressBook(config.directory(), config.replicas());
        this.store = opener.open(config.directory());
        this.trouble = store.damage();
        try {
            Beginning.check(store, file, id, config.directory(), addresses);
            this.transport = new Transport(id, config.bind(), config.host(), config.transport(), this);
        } catch (IOException | RuntimeException e) {
            store.close();
            throw e;
        }
        this.disk = new DiskNews(transport::wakeup);
        this.messages = new Messages(transport);
        Set<Integer> founders = config.founders(id);
        boolean mayForm = config.autoInitialize()
                && store.state() == LogStore.State.EMPTY
                && founders.size() == 2 * config.quorum() - 1;
        this.formation = new Formation(
                Beginning.settle(store, file, id, config.directory()),
                config.directory(),
                founders,
                mayForm,
                transport,
                this);
    }

    private void begin() throws IOException {
        if (formation.file().state() == ClusterFile.State.FORMED) {
            if (store.state() != LogStore.State.WHOLE) {
                store.join(id);
            }
            start();
        } else {
            use(Recovered.blank(id, Members.ORIGINAL + 1));
        }
        addresses.all().forEach(this::dial);
        formation.tick(System.nanoTime());
        publish();
    }

    private void start() throws IOException {
        Recovered recovered = store.recovered();
        journal.to(store.start(disk));
        use(recovered);
        if (recovered.snapshot().position() > 0) {
            restored(recovered.snapshot());
        }
        members(replica.members());
    }

    private void use(Recovered recovered) {
        replica = new Replica(recovered, journal, messages, this, config.replica());
        replica.hold();
        deliveries = new Deliveries(replica);
        calls.use(replica);
    }

    private void dial(int peer, InetSocketAddress address) {
        if (peer != id) {
            transport.dial(peer, address);
        }
    }

    @Override
    public void form(Set<Integer> members) throws IOException {
        store.form(id, Members.of(members));
        start();
    }

    @Override
    public void join() throws IOException {
        store.join(id);
        start();
    }

    // ---- the thread

    /**
     * Runs until {@link #end}.
     *
     * @param started completes when the replica takes part, or fails: then nothing runs
     */
    void run(CompletableFuture<Void> started) {
        try {
            begin();
        } catch (IOException | RuntimeException | Error e) {
            ended = true;
            store.close();
            closeTransport();
            started.completeExceptionally(e);
            return;
        }
        // Not before: what a start has threads do beside this one must not wait for it.
        CriticalThread.begin();
        started.complete(null);
        try {
            while (!ended) {
                transport.poll(messages.isSendingSnapshot() ? 1 : TICK_MS, idle);
                turn(System.nanoTime());
            }
        } catch (IOException | RuntimeException | Error e) {
            fail(e);
        } finally {
            close();
        }
    }

    private boolean isIdle() {
        return !disk.hasNews() && tasks.isEmpty() && !calls.hasWork() && !ended;
    }

    private void turn(long now) {
        takeDiskNews();
        tasks.drain(Runnable::run, MAX_TASKS);
        calls.takeEntries();
        if (now - tickedAt >= TICK_MS * NS_PER_MS) {
            tickedAt = now;
            tick(now);
        }
        calls.beginRound(now / NS_PER_MS);
        replica.release();
        messages.pump();
        transport.flush();
        replica.hold();
        if (board.hasNews(replica)) {
            publish();
        }
    }

    private void takeDiskNews() {
        disk.take(journal, replica);
        String failure = disk.takeFailure();
        if (failure != null) {
            LOG.error("Replica {}: its disk failed, and it takes no part until it is opened anew: {}", id, failure);
            trouble = failure;
            replica.failed(failure);
        }
    }

    private void tick(long before) {
        transport.tick(before);
        formation.tick(before);
        long now = System.nanoTime(); // a log may just have been begun, which takes a while
        if (now - livedAt > config.quorumLostMs() * NS_PER_MS / 2) {
            contacts.begin(now); // this process did not run: what the others said meanwhile is still to be read
        }
        livedAt = now;
        if (wanted && !replica.isTrying() && now - campaignAt >= 0) {
            // Again only after a pause, which differs by replica: two that try must not always meet.
            campaignAt = now
                    + (config.replica().retry() + 37L * id % config.replica().retry()) * NS_PER_MS;
            contacts.begin(now);
            replica.campaign(now / NS_PER_MS);
        }
        replica.tick(now / NS_PER_MS);
        if (replica.isTrying() && !contacts.isQuorum(replica.members(), id, now, config.quorumLostMs() * NS_PER_MS)) {
            wanted = false;
            replica.resign("no quorum answered for " + config.quorumLostMs() + " ms");
        }
        if (replica.isLeading() && calls.changesMembers()) {
            publish(); // who waits for a change sees it in the status
            calls.goOnWithChanges();
        }
        compactor.tick(replica, application);
        if (board.isDue(now)) {
            publish();
        }
    }

    private void fail(Throwable e) {
        LOG.error("Replica {} ends: {}", id, e.toString(), e);
        trouble = e.toString();
        replica.failed(e.toString());
        ended = true;
    }

    private void close() {
        ended = true;
        replica.resign("this replica ends");
        calls.failAll(new UnknownOutcomeException("this replica ends"));
        tasks.drain(Runnable::run);
        publish();
        store.close();
        transport.flush();
        closeTransport();
    }

    private void closeTransport() {
        try {
            transport.close();
        } catch (IOException e) {
            LOG.warn("Replica {}: close the transport: {}", id, e.toString());
        }
    }

    // ---- what callers ask; any thread

    void execute(Runnable task) {
        if (ended || !tasks.offer(task)) {
            throw new RejectedExecutionException("replica " + id + (ended ? " has ended" : ": too much waits"));
        }
        transport.wakeup();
    }

    AppendQueue queue() {
        return calls.queue();
    }

    void wakeup() {
        transport.wakeup();
    }

    boolean hasEnded() {
        return ended;
    }

    void end() {
        ended = true;
        transport.wakeup();
    }

    LogStatus status() {
        return board.newest();
    }

    int port() {
        return Integer.parseInt(
                transport.advertised().substring(transport.advertised().lastIndexOf(':') + 1));
    }

    // ---- what callers ask; on the thread

    void campaign() {
        wanted = true;
        campaignAt = System.nanoTime();
    }

    void resign(String reason) {
        wanted = false;
        replica.resign(reason);
    }

    void barrier(CompletableFuture<Void> done) {
        calls.barrier(done);
    }

    void addReplica(int peer, InetSocketAddress address, CompletableFuture<Void> done) {
        if (calls.add(peer, done)) {
            learnt(peer, address);
        }
    }

    void removeReplica(int peer, CompletableFuture<Void> done) {
        calls.remove(peer, done);
    }

    /** Whoever is connected has said itself where it listens, and knows better. */
    void memberAt(int peer, InetSocketAddress address) {
        if (memberIds.contains(peer) && peer != id && transport.to(peer) == null) {
            learnt(peer, address);
        }
    }

    // ---- what others say

    @Override
    public UUID cluster() {
        return formation == null ? ClusterFile.NO_CLUSTER : formation.cluster();
    }

    @Override
    public void received(Link link, byte type, DirectBuffer bytes, int offset, int length) throws IOException {
        if (Deliveries.isOne(type)) {
            if (formation.file().state() != ClusterFile.State.FORMED) {
                return; // it may become one of those who form this log; until that is known it hears nothing of it
            }
            if (Deliveries.isAnswer(type)) {
                contacts.heard(link.peer(), System.nanoTime());
            }
            deliveries.deliver(link, type, bytes, offset, length);
            if (!Deliveries.isAnswer(type) && link.peer() == Epoch.owner(replica.promised())) {
                board.ownerSpoke(replica.promised(), System.nanoTime());
            }
        } else if (type == FrameType.REQUEST) {
            calls.request(link, bytes, offset + 1, length - 1);
        } else if (type == FrameType.FORMATION) {
            try {
                formation.received(link.peer(), bytes, offset + 1, length - 1, System.nanoTime());
            } catch (IllegalArgumentException e) {
                throw new IOException(e.getMessage(), e);
            }
        } else {
            throw new IOException("a frame of an unknown type " + type);
        }
    }

    @Override
    public void heardOf(int peer, String address, UUID cluster) {
        if (!cluster.equals(ClusterFile.NO_CLUSTER)) {
            formation.adopt(cluster);
        }
        try {
            learnt(peer, AddressBook.parse(address));
        } catch (IllegalArgumentException e) {
            LOG.warn("Replica {}: replica {} says that it listens on '{}': {}", id, peer, address, e.getMessage());
        }
    }

    private void learnt(int peer, InetSocketAddress address) {
        if (addresses.put(peer, address)) {
            dial(peer, address);
        }
    }

    @Override
    public void clientGone(Link link) {
        link.attach(null);
    }

    // ---- what the replica says

    @Override
    public void committed(long position, long epoch, DirectBuffer bytes, int offset, int length) {
        application.committed(position, epoch, bytes, offset, length);
        compactor.committed(length);
        calls.committed(position);
    }

    @Override
    public void restored(Snapshot snapshot) {
        compactor.restored(snapshot.length());
        try {
            application.restored(snapshot.position(), snapshot.source());
        } catch (IOException e) {
            throw new UncheckedIOException("read the snapshot at position " + snapshot.position(), e);
        }
    }

    @Override
    public void leading(long epoch) {
        LOG.info("Replica {} leads, epoch {}", id, Epoch.toString(epoch));
        // Who is succeeded later does not try by itself to be the next again: that would be a duel. The election says.
        wanted = false;
        application.leading(epoch);
    }

    @Override
    public void steppedDown(long epoch, String reason) {
        LOG.info("Replica {} steps down, epoch {}: {}", id, Epoch.toString(epoch), reason);
        calls.failAll(new UnknownOutcomeException(reason));
        application.steppedDown(epoch, reason);
    }

    @Override
    public void confirmed(long round) {
        calls.confirmed(round);
    }

    @Override
    public void members(Members members) {
        LOG.info("Replica {}: members are {}, learners {}", id, members.voters(), members.learners());
        for (int former : memberIds) {
            if (!members.all().contains(former) && former != id) {
                addresses.remove(former); // it may be dead; if it is not, it says where it is when it calls
                transport.forget(former);
            }
        }
        memberIds = members.all();
        for (int member : memberIds) {
            InetSocketAddress address = addresses.all().get(member);
            if (address != null) {
                dial(member, address);
            }
        }
        addresses.keep();
        application.members(members);
    }

    private void publish() {
        long now = System.nanoTime();
        board.publish(
                replica,
                now,
                ownerHeardMs -> Statuses.of(
                        id, replica, store, formation.file(), transport, addresses, journal, ownerHeardMs, trouble));
    }
}
