package io.gatun.master.log;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Three replicas, their disks, their network, whoever nominates leaders, and clients, all driven by one seed: the same
 * seed does the same. First with faults, then without: at the end everything must have come together again.
 */
final class Simulation {
    private static final int COUNT = 3;
    private static final long FAULTS_END = 4_000;
    private static final long END = 8_000;
    private static final long TICK = 5;
    private static final ReplicaSettings SETTINGS = new ReplicaSettings(40, 20, 8);
    private static final int MAX_DELAY = 30;

    private record Event(long time, long order, Runnable action) {}

    private final class Node implements LogListener {
        private final int id;
        private final SimulatedDisk disk;
        private Replica replica;
        private NavigableMap<Long, Long> applied = new TreeMap<>();
        private final TreeMap<Long, Long> asked = new TreeMap<>();
        private long life;
        private boolean held;

        Node(int id) {
            this.id = id;
            this.disk = new SimulatedDisk(Simulation.this, id, members);
        }

        void start() {
            Recovered content = disk.read();
            applied = decode(content.snapshot().state());
            asked.clear();
            held = false;
            replica = new Replica(content, disk, new SimulatedNetwork(Simulation.this, id), this, SETTINGS);
        }

        @Override
        public void committed(long position, long epoch, DirectBuffer bytes, int offset, int length) {
            long value = bytes.getLong(offset);
            history.committed(id, position, value);
            applied.put(position, value);
            if (replica != null
                    && replica.promised() == epoch
                    && Long.valueOf(value).equals(asked.remove(position))) {
                history.acknowledged(position, value);
            }
        }

        @Override
        public void restored(Snapshot snapshot) {
            applied = decode(snapshot.state());
            applied.forEach((position, value) -> history.committed(id, position, value));
        }

        @Override
        public void leading(long epoch) {
            history.note("replica " + id + " leads " + epoch);
            history.leads(id, epoch, applied);
        }

        @Override
        public void steppedDown(long epoch, String reason) {
            history.note("replica " + id + " steps down: " + reason);
            asked.clear();
        }

        @Override
        public void confirmed(long round) {}

        @Override
        public void members(Members now) {}
    }

    private final Random random;
    private final History history = new History();
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::time).thenComparingLong(Event::order));
    private final Members members = Members.of(new TreeSet<>(List.of(1, 2, 3)));
    private final Node[] nodes = new Node[COUNT + 1];
    private final boolean[][] cut = new boolean[COUNT + 1][COUNT + 1];
    private long time;
    private long order;
    private long values;
    private boolean faults = true;

    // How rough this seed's world is.
    private final int nominationPeriod;
    private final int faultPeriod;
    private final int lossIn;
    private final int slowForceIn;

    Simulation(long seed) {
        random = new Random(seed);
        nominationPeriod = 40 << random.nextInt(5);
        faultPeriod = 40 << random.nextInt(4);
        lossIn = 3 + random.nextInt(20);
        slowForceIn = 2 + random.nextInt(20);
    }

    /** Has the checker find something at a time, to see what it prints. */
    Simulation violatingAt(long when) {
        at(when, () -> history.require(false, "asked for"));
        return this;
    }

    /** Runs to the end; throws {@link ViolationException}. */
    void run() {
        for (int id = 1; id <= COUNT; id++) {
            nodes[id] = new Node(id);
            nodes[id].start();
        }
        at(TICK, this::tick);
        at(1 + random.nextInt(50), this::nominate);
        at(100, this::write);
        at(200, this::fault);
        at(FAULTS_END, this::repair);
        while (!events.isEmpty() && events.peek().time() <= END) {
            Event event = events.poll();
            time = event.time();
            history.at(time);
            event.action().run();
        }
        finish();
    }

    private void at(long when, Runnable action) {
        events.add(new Event(when, order++, action));
    }

    private void guarded(Node node, Consumer<Replica> action) {
        if (node.replica == null) {
            return;
        }
        if (!node.held && random.nextInt(4) == 0) {
            node.held = true;
            node.replica.hold();
            long life = node.life;
            at(time + random.nextInt(4), () -> release(node, life));
        }
        try {
            action.accept(node.replica);
        } catch (ViolationException e) {
            throw e;
        } catch (RuntimeException e) {
            throw history.broken(node.id, e);
        }
    }

    private void release(Node node, long life) {
        if (node.life == life && node.replica != null) {
            node.held = false;
            node.replica.release();
        }
    }

    private void tick() {
        for (int id = 1; id <= COUNT; id++) {
            guarded(nodes[id], replica -> replica.tick(time));
        }
        at(time + TICK, this::tick);
    }

    /** ZooKeeper names somebody, now and then two; while there are faults it may be anyone. */
    private void nominate() {
        int lucky = faults ? 1 + random.nextInt(COUNT) : 1;
        for (int id = 1; id <= COUNT; id++) {
            if (id == lucky || (faults && random.nextInt(8) == 0)) {
                guarded(nodes[id], replica -> replica.campaign(time));
            } else if (!faults || random.nextInt(3) > 0) {
                guarded(nodes[id], replica -> replica.resign("not named"));
            }
        }
        at(time + (faults ? 20 + random.nextInt(nominationPeriod) : 300), this::nominate);
    }

    private void write() {
        for (int id = 1; id <= COUNT; id++) {
            Node node = nodes[id];
            if (random.nextInt(4) == 0) {
                continue;
            }
            guarded(node, replica -> {
                long value = ++values;
                long position = replica.append(
                        new UnsafeBuffer(ByteBuffer.allocate(Long.BYTES)
                                .order(ByteOrder.nativeOrder())
                                .putLong(0, value)),
                        0,
                        Long.BYTES);
                if (position > 0) {
                    node.asked.put(position, value);
                }
            });
            if (node.replica != null && random.nextInt(40) == 0) {
                compact(node);
            }
        }
        at(time + 1 + random.nextInt(20), this::write);
    }

    private void compact(Node node) {
        guarded(node, replica -> {
            if (!node.applied.isEmpty() && node.applied.lastKey() > replica.compacted()) {
                long position = node.applied.lastKey();
                replica.compact(position, encode(node.applied));
            }
        });
    }

    private void fault() {
        if (!faults) {
            return;
        }
        int id = 1 + random.nextInt(COUNT);
        switch (random.nextInt(4)) {
            case 0 -> crash(id);
            case 1 -> {
                int other = 1 + random.nextInt(COUNT);
                cut[id][other] = !cut[id][other];
                history.note("way " + id + " to " + other + (cut[id][other] ? " is cut" : " is back"));
            }
            case 2 -> {
                for (int other = 1; other <= COUNT; other++) {
                    cut[id][other] = true;
                    cut[other][id] = true;
                }
                history.note("replica " + id + " is alone");
            }
            default -> heal();
        }
        at(time + 20 + random.nextInt(faultPeriod), this::fault);
    }

    private void heal() {
        for (boolean[] row : cut) {
            Arrays.fill(row, false);
        }
    }

    private void crash(int id) {
        Node node = nodes[id];
        if (node.replica == null) {
            return;
        }
        history.note("replica " + id + " crashes");
        node.replica = null;
        node.life++;
        node.disk.crash(random.nextInt(node.disk.pendingCount() + 1));
        at(time + 1 + random.nextInt(500), () -> revive(node));
    }

    private void revive(Node node) {
        if (node.replica == null) {
            history.note("replica " + node.id + " starts");
            node.start();
        }
    }

    private void repair() {
        faults = false;
        heal();
        for (int id = 1; id <= COUNT; id++) {
            revive(nodes[id]);
        }
    }

    private void finish() {
        long quiet = time;
        for (int id = 1; id <= COUNT; id++) {
            Replica replica = nodes[id].replica;
            history.require(replica.committed() > 0, "replica " + id + " has committed nothing at " + quiet);
        }
        history.require(nodes[1].replica.isLeading(), "replica 1 does not lead, although nobody else was named");
        history.require(!history.acknowledged().isEmpty(), "nothing was ever acknowledged");
        long lag = nodes[1].replica.committed() - nodes[2].replica.committed();
        history.require(lag < 64, "replica 2 is " + lag + " entries behind");
        lag = nodes[1].replica.committed() - nodes[3].replica.committed();
        history.require(lag < 64, "replica 3 is " + lag + " entries behind");
        history.acknowledged()
                .forEach((position, value) -> history.require(
                        value.equals(nodes[1].applied.get(position)),
                        "acknowledged " + value + " at " + position + " is lost"));
    }

    // ---- for disks and network

    void afterForce(int id, Consumer<Boolean> action) {
        long life = nodes[id] == null ? 0 : nodes[id].life;
        boolean fails = faults && random.nextInt(400) == 0;
        at(time + 1 + random.nextInt(faults && random.nextInt(slowForceIn) == 0 ? 200 : 4), () -> {
            if (nodes[id].life == life) {
                action.accept(fails);
            }
        });
    }

    void forced(int id, long ticket) {
        guarded(nodes[id], replica -> replica.forced(ticket));
    }

    void diskFailed(int id) {
        history.note("replica " + id + ": its disk fails");
        guarded(nodes[id], replica -> replica.failed("fdatasync: EIO"));
        at(time + 1 + random.nextInt(200), () -> crash(id));
    }

    void send(int from, int to, String text, Consumer<Replica> delivery) {
        if (cut[from][to] || (faults && random.nextInt(lossIn) == 0)) {
            return;
        }
        int copies = faults && random.nextInt(12) == 0 ? 2 : 1;
        for (int i = 0; i < copies; i++) {
            int delay = faults && random.nextInt(20) == 0 ? 400 : MAX_DELAY;
            at(time + 1 + random.nextInt(delay), () -> {
                history.note(from + " -> " + to + " " + text);
                guarded(nodes[to], delivery);
            });
        }
    }

    /** How many of the entries that a leader would send there is room for. */
    long room(long previous, long last) {
        return faults && last > previous && random.nextInt(8) == 0
                ? previous + random.nextInt((int) (last - previous) + 1)
                : last;
    }

    private static byte[] encode(Map<Long, Long> applied) {
        ByteBuffer bytes = ByteBuffer.allocate(applied.size() * 16);
        applied.forEach((position, value) -> bytes.putLong(position).putLong(value));
        return bytes.array();
    }

    private static NavigableMap<Long, Long> decode(byte[] state) {
        NavigableMap<Long, Long> applied = new TreeMap<>();
        ByteBuffer bytes = ByteBuffer.wrap(state);
        while (bytes.hasRemaining()) {
            applied.put(bytes.getLong(), bytes.getLong());
        }
        return applied;
    }

    int leaderCount() {
        return history.leaderCount();
    }

    int acknowledgedCount() {
        return history.acknowledged().size();
    }
}
