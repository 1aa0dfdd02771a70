package io.gatun.master.log;

import io.gatun.master.log.disk.SimulatedDisk;
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
 * Three replicas of a log and one that may join them, their disks, their network, whoever nominates leaders, operators
 * who change the members, and clients, all driven by one seed: the same seed does the same. First with faults, then
 * without: at the end everything must have come together again.
 */
final class Simulation {
    private static final int COUNT = 4;
    private static final int FORMED = 3;
    private static final long FAULTS_END = 4_000;
    private static final long END = 9_000;
    private static final long TICK = 5;
    private static final ReplicaSettings SETTINGS = new ReplicaSettings(40, 20, 8);
    private static final int MAX_DELAY = 30;

    private record Event(long time, long order, Runnable action) {}

    private final class Node implements LogListener, SimulatedDisk.World {
        private final int id;
        private final SimulatedDisk disk;
        private Replica replica;
        private Members known = Members.NONE;
        private NavigableMap<Long, Long> applied = new TreeMap<>();
        private final TreeMap<Long, Long> asked = new TreeMap<>();
        private long life;
        private boolean held;
        private long pausedUntil;
        /** Its clock runs by this many percent of the true one, and began at another time. */
        private final long clockPercent;

        private final long clockOffset;

        Node(int id) {
            this.id = id;
            this.disk = new SimulatedDisk(this, id);
            this.clockPercent = 50L + Simulation.this.random.nextInt(100);
            this.clockOffset = Simulation.this.random.nextInt(1_000_000) - 500_000L;
        }

        long clock() {
            return clockOffset + time * clockPercent / 100;
        }

        void start() {
            StringBuilder found = new StringBuilder();
            Recovered content = disk.open(found);
            history.note("replica " + id + " starts, journal " + found);
            applied = decode(content.snapshot().state());
            asked.clear();
            held = false;
            replica = new Replica(content, disk, new SimulatedNetwork(Simulation.this, id), this, SETTINGS);
            known = replica.members();
        }

        @Override
        public void committed(long position, long epoch, DirectBuffer bytes, int offset, int length) {
            long value = bytes.getLong(offset);
            history.committed(id, position, value);
            applied.put(position, value);
            if (replica != null
                    && replica.promised() == epoch
                    && Long.valueOf(value).equals(asked.remove(position))) {
                history.acknowledged(position, epoch, value);
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
        public void confirmed(long round) {
            // Barriers are the business of whoever reads.
        }

        @Override
        public void members(Members now) {
            known = now;
            history.note("replica " + id + " has members " + now);
            if (now.voters().contains(COUNT) && now.voters().size() == FORMED) {
                history.note("the fourth replaces a replica");
            }
            if (replica != null && !replica.isVouched() && now.counts(id, replica.incarnation())) {
                history.note("replica " + id + " votes again soon");
            }
        }

        // ---- its disk

        @Override
        public int random(int bound) {
            return Simulation.this.random.nextInt(bound);
        }

        @Override
        public void later(Runnable action) {
            long thisLife = life;
            long delay = 1L + random(faults && random(slowForceIn) == 0 ? 200 : 4);
            at(time + delay, () -> {
                if (life == thisLife) {
                    action.run();
                }
            });
        }

        @Override
        public boolean diskFails() {
            return faults && random(1_500) == 0;
        }

        @Override
        public void forced(long ticket) {
            guarded(this, r -> r.forced(ticket));
        }

        @Override
        public void failed(String reason) {
            history.note("replica " + id + ": its disk fails: " + reason);
            guarded(this, r -> r.failed(reason));
            at(time + 1 + random(200), () -> crash(id, SimulatedDisk.Death.PROCESS));
        }

        @Override
        public void stored(Snapshot snapshot) {
            guarded(this, r -> r.stored(snapshot));
        }
    }

    private final Random random;
    private final History history = new History();
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::time).thenComparingLong(Event::order));
    private final Node[] nodes = new Node[COUNT + 1];
    private final boolean[][] cut = new boolean[COUNT + 1][COUNT + 1];
    private long time;
    private long order;
    private long values;
    private boolean faults = true;
    private int named = 1;

    // How rough this seed's world is.
    private final int nominationPeriod;
    private final int faultPeriod;
    private final int lossIn;
    private final int slowForceIn;
    private final int damageIn;
    private final boolean membersChange;

    Simulation(long seed) {
        random = new Random(seed);
        nominationPeriod = 40 << random.nextInt(5);
        faultPeriod = 40 << random.nextInt(4);
        lossIn = 3 + random.nextInt(20);
        slowForceIn = 2 + random.nextInt(20);
        damageIn = 1 + random.nextInt(6);
        membersChange = random.nextBoolean();
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
            if (id <= FORMED) {
                nodes[id].disk.form(Members.of(new TreeSet<>(List.of(1, 2, 3))));
            }
            nodes[id].start();
        }
        if (membersChange) {
            at(300, this::changeMembers);
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
        if (node.pausedUntil > time) {
            // SIGSTOP: what arrives waits, and is then taken for news.
            long life = node.life;
            at(node.pausedUntil, () -> {
                if (node.life == life) {
                    guarded(node, action);
                }
            });
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
            Node node = nodes[id];
            if (node.pausedUntil <= time) {
                guarded(node, replica -> replica.tick(node.clock()));
            }
        }
        at(time + TICK, this::tick);
    }

    /** ZooKeeper names somebody, now and then two; while there are faults it may be anyone. */
    private void nominate() {
        if (!faults && !isFit(named)) {
            named = 1;
            while (named < COUNT && !isFit(named)) {
                named++;
            }
        }
        int lucky = faults ? 1 + random.nextInt(COUNT) : named;
        for (int id = 1; id <= COUNT; id++) {
            Node node = nodes[id];
            if (id == lucky || (faults && random.nextInt(8) == 0)) {
                guarded(node, replica -> replica.campaign(node.clock()));
            } else if (!faults || random.nextInt(3) > 0) {
                guarded(node, replica -> replica.resign("not named"));
            }
        }
        at(time + (faults ? 20 + random.nextInt(nominationPeriod) : 300), this::nominate);
    }

    /** Whether a replica would stand for election at all. */
    private boolean isFit(int id) {
        Replica replica = nodes[id].replica;
        return replica != null && replica.isVouched() && replica.members().counts(id, replica.incarnation());
    }

    /** An operator adds the fourth replica, or removes one of four. The first stays: it may be the only one named. */
    private void changeMembers() {
        if (!faults) {
            return;
        }
        int other = 2 + random.nextInt(COUNT - 1);
        for (int id = 1; id <= COUNT; id++) {
            guarded(nodes[id], replica -> {
                Members members = replica.members();
                if (!replica.isLeading()) {
                    return;
                }
                if (!members.all().contains(other)) {
                    replica.changeMembers(members.listening(other));
                } else if (members.learners().contains(other)) {
                    replica.changeMembers(members.with(other));
                } else if (members.voters().size() > FORMED) {
                    replica.changeMembers(members.without(other));
                }
            });
        }
        at(time + 20 + random.nextInt(200), this::changeMembers);
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
            if (node.replica != null && node.pausedUntil <= time && random.nextInt(40) == 0) {
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
        switch (random.nextInt(6)) {
            case 0 -> crash(id, SimulatedDisk.Death.PROCESS);
            case 3 -> crash(id, SimulatedDisk.Death.POWER);
            case 4 -> {
                nodes[id].pausedUntil = time + 1 + random.nextInt(800);
                history.note("replica " + id + " is paused until " + nodes[id].pausedUntil);
            }
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

    private void crash(int id, SimulatedDisk.Death death) {
        Node node = nodes[id];
        if (node.replica == null) {
            return;
        }
        history.note("replica " + id + " dies: " + death);
        node.replica = null;
        node.life++;
        node.pausedUntil = 0;
        node.disk.die(death);
        // One at a time: what a majority has lost is lost.
        if (faults && random.nextInt(damageIn) == 0 && allVouched()) {
            history.note("disk of replica " + id + " " + node.disk.damage());
        }
        at(time + 1 + random.nextInt(500), () -> revive(node));
    }

    private boolean allVouched() {
        for (int id = 1; id <= COUNT; id++) {
            if (!nodes[id].disk.isDurablyVouched() && isMember(id)) {
                return false;
            }
        }
        return true;
    }

    /** Whether anybody counts on a replica, or is about to. */
    private boolean isMember(int id) {
        for (int other = 1; other <= COUNT; other++) {
            if (nodes[other].known.all().contains(id)) {
                return true;
            }
        }
        return false;
    }

    private void revive(Node node) {
        if (node.replica == null) {
            node.start();
        }
    }

    private void repair() {
        faults = false;
        heal();
        for (int id = 1; id <= COUNT; id++) {
            nodes[id].pausedUntil = 0;
            revive(nodes[id]);
        }
    }

    private void finish() {
        Replica leader = nodes[named].replica;
        history.require(leader.isLeading(), "replica " + named + " does not lead, although nobody else was named");
        history.require(!history.acknowledged().isEmpty(), "nothing was ever acknowledged");
        for (int id : leader.members().all()) {
            Replica replica = nodes[id].replica;
            long lag = leader.committed() - replica.committed();
            history.require(lag < 64, "replica " + id + " is " + lag + " entries behind");
            if (leader.members().voters().contains(id)) {
                history.require(replica.isVouched(), "replica " + id + " was not healed");
            }
        }
        history.acknowledged()
                .forEach((position, value) -> history.require(
                        value.equals(nodes[named].applied.get(position)),
                        "acknowledged " + value + " at " + position + " is lost"));
    }

    // ---- for disks and network

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

    /** Whether something with this text happened. */
    boolean saw(String text) {
        return history.contains(text);
    }

    int acknowledgedCount() {
        return history.acknowledged().size();
    }
}
