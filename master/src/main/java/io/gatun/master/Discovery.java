package io.gatun.master;

import io.gatun.master.election.ReplicaDirectory;
import io.gatun.master.election.ReplicaDirectory.Registration;
import io.gatun.master.log.Epoch;
import io.gatun.master.log.net.Addresses;
import io.gatun.master.log.node.LogException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens this master's replica when it knows with whom, and tells the others of it through ZooKeeper. A replica that has a
 * log, or is told by flags who the others are, is opened at once. A new one takes a number and registers; it is opened
 * when as many are registered as form a log, or one that has a log. Later it says where the others listen: one that comes
 * back with another address, or all of them, from backups, must be found again. On a thread of its own.
 */
final class Discovery implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Discovery.class);
    private static final long SEARCH_MS = 100;
    private static final long CARE_MS = 1_000;
    private static final long RETRY_MS = 200;
    /** New replicas of a log that exists get numbers above, so that they are none of a member that is away. */
    private static final int MAX_FOUNDER = 1_000;

    /** What is to be opened. */
    interface Opening {
        /**
         * Opens it, in place of what was opened before and formed no log.
         *
         * @throws LogException when it cannot be opened
         */
        void open(int id, Map<Integer, InetSocketAddress> replicas, boolean mayForm);

        /** Whether it has a log; from any thread. */
        boolean formed();

        /** Another replica that has a log listens there, or did a moment ago. */
        void found(int id, InetSocketAddress address);
    }

    private final LogSettings settings;
    private final InetSocketAddress self;
    private final ReplicaDirectory directory;
    private final Opening opening;
    private final Random random = new Random();
    private final Thread thread;

    private volatile int id;
    private Set<Integer> opened = Set.of();
    private volatile boolean running = true;

    /**
     * Of one replica.
     *
     * @param self where the others reach it
     * @param id its number; 0 when it has none yet
     * @param isOpen whether it was opened already
     */
    Discovery(
            LogSettings settings,
            InetSocketAddress self,
            int id,
            boolean isOpen,
            ReplicaDirectory directory,
            Opening opening) {
        this.settings = settings;
        this.self = self;
        this.id = id;
        this.opened = isOpen ? Set.of(id) : Set.of();
        this.directory = directory;
        this.opening = opening;
        this.thread = Thread.ofPlatform().name("gatun-log-discovery").daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** The replica's; 0 while it has none. */
    int number() {
        return id;
    }

    private void run() {
        String trouble = "";
        while (running) {
            try {
                boolean settled = opening.formed();
                if (settled) {
                    register(true);
                    if (settings.replicas().isEmpty()) {
                        tellOfOthers(); // flags know better
                    }
                } else {
                    search();
                }
                trouble = "";
                Thread.sleep(settled ? CARE_MS : SEARCH_MS);
            } catch (InterruptedException e) {
                return; // close()
            } catch (Exception e) {
                if (running && !e.toString().equals(trouble)) {
                    trouble = e.toString();
                    LOG.warn("The replica of the log, and the others in ZooKeeper: {}; trying on", trouble);
                }
                pause();
            }
        }
    }

    private void pause() {
        try {
            Thread.sleep(RETRY_MS);
        } catch (InterruptedException e) {
            running = false; // close()
        }
    }

    private void register(boolean formed) throws Exception {
        if (!directory.register(id, new Registration(self, formed))) {
            LOG.debug("ZooKeeper: replica {} is still registered by a session that is gone", id);
        }
    }

    private void tellOfOthers() throws Exception {
        for (Map.Entry<Integer, Registration> other : directory.all().entrySet()) {
            if (other.getKey() != id && other.getValue().formed()) {
                opening.found(other.getKey(), other.getValue().address());
            }
        }
    }

    private void search() throws Exception {
        Map<Integer, Registration> all = directory.all();
        boolean someHaveALog = all.entrySet().stream()
                .anyMatch(other -> other.getKey() != id && other.getValue().formed());
        if (id == 0 && !takeNumber(all, someHaveALog)) {
            return;
        }
        register(false);
        all = directory.all();
        Map<Integer, InetSocketAddress> replicas = new TreeMap<>();
        all.forEach((number, registration) -> {
            if (someHaveALog || replicas.size() < settings.founders()) {
                replicas.put(number, registration.address());
            }
        });
        boolean complete = someHaveALog || (replicas.size() == settings.founders() && replicas.containsKey(id));
        if (complete && !replicas.keySet().equals(opened)) {
            Set<Integer> members = Set.copyOf(replicas.keySet());
            replicas.remove(id);
            opening.open(id, replicas, settings.autoInitialize() && !someHaveALog);
            opened = members; // not when that failed: it is tried again
            LOG.info(
                    "Replica {} of the log at {}: {} {}",
                    id,
                    Addresses.text(self),
                    someHaveALog ? "there is a log already, of" : "forms a log with",
                    replicas.entrySet().stream()
                            .map(other -> other.getKey() + "@" + Addresses.text(other.getValue()))
                            .toList());
        }
    }

    /** False when that has to wait for what an earlier process of this master has left. */
    private boolean takeNumber(Map<Integer, Registration> all, boolean someHaveALog) throws Exception {
        boolean own = all.values().stream().anyMatch(registration -> Addresses.same(registration.address(), self));
        if (own) {
            return false;
        }
        int number = someHaveALog ? random.nextInt(MAX_FOUNDER, Epoch.MAX_ID) : 1;
        while (all.containsKey(number)) {
            number++;
        }
        if (directory.register(number, new Registration(self, false))) {
            id = number;
            return true;
        }
        return false;
    }

    @Override
    public void close() {
        running = false;
        thread.interrupt();
    }
}
