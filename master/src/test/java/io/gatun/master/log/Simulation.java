package io.gatun.master.log;

import io.gatun.master.log.disk.SimulatedDisk;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Three replicas of a log and one that may join them, their disks, their network, whoever nominates leaders, operators
 * who change the members, and clients, all driven by one seed: the same seed does the same. First with faults, then
 * without: at the end everything must have come together again.
 */
final class Simulation {
    static final int COUNT = 4;
    static final int FORMED = 3;

    private static final long FAULTS_END = 4_000;
    private static final long END = 9_000;
    private static final long TICK = 5;
    static final ReplicaSettings SETTINGS = new ReplicaSettings(40, 20, 8);
    /** Of most messages. */
    static final int MAX_DELAY = 30;

    private static final int IN_VAIN_MAX = 5;

    private record Event(long time, long order, Runnable action) {}

    private final Random random;
    final History history = new History();
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::time).thenComparingLong(Event::order));
    private final SimulatedNode[] nodes = new SimulatedNode[COUNT + 1];
    private final Ways ways = new Ways(COUNT);
    private final Aimed aimed;
    private long time;
    private long order;
    private long values;
    private boolean faults = true;
    private int named = 1;
    private int inVain;

    // How rough this seed's world is.
    private final int nominationPeriod;
    private final int faultPeriod;
    private final int lossIn;
    private final int slowForceIn;
    private final int damageIn;
    private final boolean membersChange;

    /** @param seed a negative one has some of the faults aimed, see {@link Aimed}; else all is chance */
    Simulation(long seed) {
        random = new Random(seed);
        nominationPeriod = 40 << random.nextInt(5);
        faultPeriod = 40 << random.nextInt(4);
        lossIn = 3 + random.nextInt(20);
        slowForceIn = 2 + random.nextInt(20);
        damageIn = 1 + random.nextInt(6);
        membersChange = random.nextBoolean();
        aimed = seed < 0 ? new Aimed(this, ways, new Random(~seed)) : null;
    }

    /** Has the checker find something at a time, to see what it prints. */
    Simulation violatingAt(long when) {
        at(when, () -> history.require(false, "asked for"));
        return this;
    }

    /** Runs to the end; throws {@link ViolationException}. */
    void run() {
        for (int id = 1; id <= COUNT; id++) {
            nodes[id] = new SimulatedNode(this, id);
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
        if (aimed != null) {
            at(400, aimed::begin);
        }
        at(FAULTS_END, this::repair);
        while (!events.isEmpty() && events.peek().time() <= END) {
            Event event = events.poll();
            time = event.time();
            history.at(time);
            event.action().run();
        }
        finish();
    }

    void at(long when, Runnable action) {
        events.add(new Event(when, order++, action));
    }

    /** Has a replica do something, unless it is dead; one that is paused does it later. */
    void ask(int id, Consumer<Replica> action) {
        guarded(nodes[id], action);
    }

    /** With its clock. */
    void campaign(int id) {
        ask(id, replica -> replica.campaign(nodes[id].clock()));
    }

    void guarded(SimulatedNode node, Consumer<Replica> action) {
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

    private void release(SimulatedNode node, long life) {
        if (node.life == life && node.replica != null) {
            node.held = false;
            node.replica.release();
        }
    }

    private void tick() {
        for (int id = 1; id <= COUNT; id++) {
            SimulatedNode node = nodes[id];
            if (node.pausedUntil <= time) {
                guarded(node, replica -> replica.tick(node.clock()));
            }
        }
        at(time + TICK, this::tick);
    }

    /** ZooKeeper names somebody, now and then two; while there are faults it may be anyone. */
    private void nominate() {
        if (isAimed()) {
            at(time + 50, this::nominate);
            return;
        }
        if (!faults && (!isFit(named) || getsNowhere())) {
            int before = named;
            do {
                named = named % COUNT + 1;
            } while (!isFit(named) && named != before);
        }
        int lucky = faults ? 1 + random.nextInt(COUNT) : named;
        for (int id = 1; id <= COUNT; id++) {
            SimulatedNode node = nodes[id];
            if (id == lucky || (faults && random.nextInt(8) == 0)) {
                guarded(node, replica -> replica.campaign(node.clock()));
            } else if (!faults || random.nextInt(3) > 0) {
                guarded(node, replica -> replica.resign("not named"));
            }
        }
        at(time + (faults ? 20 + random.nextInt(nominationPeriod) : 300), this::nominate);
    }

    /** One who does not know that it is no member any more is named in vain, and lets another try. */
    private boolean getsNowhere() {
        inVain = nodes[named].replica.isLeading() ? 0 : inVain + 1;
        return inVain % IN_VAIN_MAX == IN_VAIN_MAX - 1;
    }

    /** Whether a replica would stand for election at all. */
    boolean isFit(int id) {
        Replica replica = nodes[id].replica;
        return replica != null && replica.isVouched() && replica.members().counts(id, replica.incarnation());
    }

    /** An operator adds the fourth replica, or removes one of four. The first stays: it may be the only one named. */
    private void changeMembers() {
        if (!faults) {
            return;
        }
        if (isAimed()) {
            at(time + 50, this::changeMembers);
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
            SimulatedNode node = nodes[id];
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
                compact(id);
            }
        }
        at(time + 1 + random.nextInt(20), this::write);
    }

    /** Has a replica put a snapshot in place of what it has applied. */
    void compact(int id) {
        SimulatedNode node = nodes[id];
        guarded(node, replica -> {
            if (!node.applied.isEmpty() && node.applied.lastKey() > replica.compacted()) {
                long position = node.applied.lastKey();
                replica.compact(position, Applied.encode(node.applied));
            }
        });
    }

    private void fault() {
        if (!faults) {
            return;
        }
        if (isAimed()) {
            at(time + 50, this::fault);
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
                history.note("way " + id + " to " + other + (ways.toggle(id, other) ? " is cut" : " is back"));
            }
            case 2 -> {
                ways.isolate(id);
                history.note("replica " + id + " is alone");
            }
            default -> ways.heal();
        }
        at(time + 20 + random.nextInt(faultPeriod), this::fault);
    }

    /** Whether somebody makes trouble on purpose, and chance is to stay out of it. */
    private boolean isAimed() {
        return faults && aimed != null && aimed.isBusy();
    }

    /** Whether messages are lost, and disks slow, now and then. */
    private boolean isRough() {
        return faults && !isAimed();
    }

    void crash(int id, SimulatedDisk.Death death) {
        SimulatedNode node = nodes[id];
        if (node.replica == null) {
            return;
        }
        end(node, death);
        // One at a time: what a majority has lost is lost.
        if (faults && random.nextInt(damageIn) == 0 && allVouched()) {
            // Without power the mark may be lost together with what it speaks of: that, nobody can discover.
            boolean end = aimed != null && death == SimulatedDisk.Death.PROCESS && random.nextBoolean();
            history.note("disk of replica " + id + " " + (end ? node.disk.loseEnd() : node.disk.damage()));
        }
        at(time + 1 + random.nextInt(500), () -> revive(node));
    }

    private void end(SimulatedNode node, SimulatedDisk.Death death) {
        history.note("replica " + node.id + " dies: " + death);
        node.replica = null;
        node.life++;
        node.pausedUntil = 0;
        node.disk.die(death);
    }

    /** Has a replica die and come back at once. */
    void restart(int id, SimulatedDisk.Death death) {
        if (nodes[id].replica != null) {
            end(nodes[id], death);
            revive(nodes[id]);
        }
    }

    /** Has a replica lose all it has, or the end of its log, and come back at once. */
    void lose(int id, boolean onlyEnd) {
        SimulatedNode node = nodes[id];
        if (node.replica == null || node.pausedUntil > time) {
            return;
        }
        end(node, SimulatedDisk.Death.PROCESS);
        if (onlyEnd) {
            history.note("disk of replica " + id + " " + node.disk.loseEnd());
        } else {
            history.note("replica " + id + " loses its log");
            node.disk.wipe();
        }
        revive(node);
    }

    /** Has a replica's disk finish nothing that is begun from now on, until {@link #calm}, or until it comes back. */
    void stall(int id) {
        history.note("disk of replica " + id + " finishes nothing any more");
        nodes[id].stalledSince = time;
    }

    /** Whether none of some replicas has lost its log. */
    boolean areVouched(Set<Integer> ids) {
        return ids.stream().allMatch(id -> nodes[id].disk.isDurablyVouched());
    }

    /** Whether no voter's log is lost now: then one may be. */
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

    private void revive(SimulatedNode node) {
        if (node.replica == null) {
            node.start();
        }
    }

    private void repair() {
        faults = false;
        calm();
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
        if (ways.isCut(from, to) || (isRough() && random.nextInt(lossIn) == 0)) {
            return;
        }
        int copies = faults && random.nextInt(12) == 0 ? 2 : 1;
        for (int i = 0; i < copies; i++) {
            int delay = isRough() && random.nextInt(20) == 0 ? 400 : MAX_DELAY;
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

    /** The replica with an id; null while it is dead. */
    Replica replica(int id) {
        return nodes[id].replica;
    }

    long time() {
        return time;
    }

    /** From 0 to {@code bound - 1}. */
    int random(int bound) {
        return random.nextInt(bound);
    }

    /** How long a force takes. */
    long forceDelay() {
        return 1L + random(isRough() && random(slowForceIn) == 0 ? 200 : 4);
    }

    /** All of them run, and hear each other. */
    void calm() {
        ways.heal();
        for (int id = 1; id <= COUNT; id++) {
            nodes[id].pausedUntil = 0;
            nodes[id].stalledSince = Long.MAX_VALUE;
            revive(nodes[id]);
        }
    }

    /** The epoch in which something was acknowledged last; 0 when nothing was. */
    long acknowledgedEpoch() {
        return history.lastAcknowledgedIn();
    }

    /** The last position that was acknowledged; 0 when none was. */
    long acknowledgedTo() {
        return history.lastAcknowledged();
    }

    boolean hasFaults() {
        return faults;
    }

    void note(String text) {
        history.note(text);
    }

    /** Whether something with this text happened. */
    boolean saw(String text) {
        return history.contains(text);
    }

    int acknowledgedCount() {
        return history.acknowledged().size();
    }
}
