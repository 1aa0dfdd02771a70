package io.gatun.master.log;

import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** A journal in memory that loses at a crash what a disk may lose: any end of what was written and not yet forced. */
final class SimulatedDisk implements Journal {
    private sealed interface Written {}

    private record Promised(long epoch) implements Written {}

    private record Entry(long position, long epoch, byte kind, DirectBuffer bytes) implements Written {}

    private final Simulation simulation;
    private final int id;
    private Snapshot snapshot;
    private final List<Written> durable = new ArrayList<>();
    private final List<Written> pending = new ArrayList<>();
    private long lives;

    SimulatedDisk(Simulation simulation, int id, Members members) {
        this.simulation = simulation;
        this.id = id;
        this.snapshot = Snapshot.empty(members);
    }

    @Override
    public void promise(long epoch) {
        pending.add(new Promised(epoch));
    }

    @Override
    public void entry(long position, long epoch, byte kind, DirectBuffer bytes, int offset, int length) {
        byte[] copy = new byte[length];
        bytes.getBytes(offset, copy);
        pending.add(new Entry(position, epoch, kind, new UnsafeBuffer(copy)));
    }

    @Override
    public void vouch() {}

    @Override
    public void compact(Snapshot newSnapshot) {
        snapshot = newSnapshot;
    }

    @Override
    public void restore(Snapshot newSnapshot) {
        snapshot = newSnapshot;
        durable.removeIf(Entry.class::isInstance);
        pending.removeIf(Entry.class::isInstance);
    }

    @Override
    public void force(long ticket) {
        int count = pending.size();
        long life = lives;
        simulation.afterForce(id, failed -> {
            if (life != lives) {
                return;
            }
            if (failed) {
                simulation.diskFailed(id);
                return;
            }
            List<Written> forced = pending.subList(0, Math.min(count, pending.size()));
            durable.addAll(forced);
            forced.clear();
            simulation.forced(id, ticket);
        });
    }

    /** The machine dies: some beginning of what was pending may have reached the disk. */
    void crash(int kept) {
        durable.addAll(pending.subList(0, Math.min(kept, pending.size())));
        pending.clear();
        lives++;
    }

    int pendingCount() {
        return pending.size();
    }

    /** Reads what is there, as a replica does at its start. */
    Recovered read() {
        long promised = Epoch.NONE;
        Entries log = new Entries(snapshot);
        for (Written written : durable) {
            switch (written) {
                case Promised p -> promised = Math.max(promised, p.epoch());
                case Entry entry
                when entry.position() > snapshot.position() -> {
                    log.truncateAfter(entry.position() - 1);
                    log.append(
                            entry.epoch(),
                            entry.kind(),
                            entry.bytes(),
                            0,
                            entry.bytes().capacity());
                }
                case Entry _ -> {}
            }
        }
        return new Recovered(id, Members.ORIGINAL, true, promised, snapshot, log);
    }

    @Override
    public void close() {
        lives++;
    }
}
