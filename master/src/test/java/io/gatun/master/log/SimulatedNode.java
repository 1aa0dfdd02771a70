package io.gatun.master.log;

import io.gatun.master.log.disk.SimulatedDisk;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.agrona.DirectBuffer;

/** A replica in a simulation, with its disk, its clock and the application that it serves. */
final class SimulatedNode implements LogListener, SimulatedDisk.World {
    private final Simulation simulation;
    private final History history;
    final int id;
    final SimulatedDisk disk;
    /** Null while it is dead. */
    Replica replica;

    /** The members in its log, also while it is dead. */
    Members known = Members.NONE;

    NavigableMap<Long, Long> applied = new TreeMap<>();
    /** What clients wait for, by position. */
    final TreeMap<Long, Long> asked = new TreeMap<>();
    /** What was begun in an earlier one is not finished. */
    long life;

    boolean held;
    long pausedUntil;
    /** What its disk begins from then on it does not finish. */
    long stalledSince = Long.MAX_VALUE;
    /** Its clock runs by this many percent of the true one, and began at another time. */
    private final long clockPercent;

    private final long clockOffset;

    SimulatedNode(Simulation simulation, int id) {
        this.simulation = simulation;
        this.history = simulation.history;
        this.id = id;
        this.disk = new SimulatedDisk(this, id);
        this.clockPercent = 50L + simulation.random(100);
        this.clockOffset = simulation.random(1_000_000) - 500_000L;
    }

    long clock() {
        return clockOffset + simulation.time() * clockPercent / 100;
    }

    void start() {
        StringBuilder found = new StringBuilder();
        Recovered content = disk.open(found);
        history.note("replica " + id + " starts, journal " + found);
        applied = Applied.decode(content.snapshot().state());
        asked.clear();
        held = false;
        stalledSince = Long.MAX_VALUE;
        replica = new Replica(content, disk, new SimulatedNetwork(simulation, id), this, Simulation.SETTINGS);
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
        applied = Applied.decode(snapshot.state());
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
        if (now.voters().contains(Simulation.COUNT) && now.voters().size() == Simulation.FORMED) {
            history.note("the fourth replaces a replica");
        }
        if (replica != null && !replica.isVouched() && now.counts(id, replica.incarnation())) {
            history.note("replica " + id + " votes again soon");
        }
    }

    // ---- its disk

    @Override
    public int random(int bound) {
        return simulation.random(bound);
    }

    @Override
    public void later(Runnable action) {
        finish(simulation.time(), life, action);
    }

    private void finish(long begun, long inLife, Runnable action) {
        simulation.at(simulation.time() + simulation.forceDelay(), () -> {
            if (life == inLife && begun >= stalledSince) {
                finish(begun, inLife, action);
            } else if (life == inLife) {
                action.run();
            }
        });
    }

    @Override
    public boolean diskFails() {
        return simulation.hasFaults() && random(1_500) == 0;
    }

    @Override
    public void forced(long ticket) {
        simulation.guarded(this, r -> r.forced(ticket));
    }

    @Override
    public void failed(String reason) {
        history.note("replica " + id + ": its disk fails: " + reason);
        simulation.guarded(this, r -> r.failed(reason));
        simulation.at(simulation.time() + 1 + random(200), () -> simulation.crash(id, SimulatedDisk.Death.PROCESS));
    }

    @Override
    public void stored(Snapshot snapshot) {
        simulation.guarded(this, r -> r.stored(snapshot));
    }
}
