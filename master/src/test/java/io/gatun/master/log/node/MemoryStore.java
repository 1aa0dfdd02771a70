package io.gatun.master.log.node;

import io.gatun.master.log.Entries;
import io.gatun.master.log.EntryKind;
import io.gatun.master.log.Journal;
import io.gatun.master.log.Members;
import io.gatun.master.log.Recovered;
import io.gatun.master.log.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** A disk in memory that outlives the node on it; forces end on a thread of its own. */
final class MemoryStore implements LogStore, Journal {
    private static final long NOBODY = -1;

    private record Entry(long position, long epoch, byte kind, DirectBuffer bytes) {}

    private final List<Entry> entries = new ArrayList<>();
    private final int id;
    private Members founders;
    private Snapshot snapshot = Snapshot.none();
    private long incarnation = NOBODY;
    private boolean vouched;
    private long promised;
    private Events events;
    private ExecutorService disk;

    MemoryStore(int id) {
        this.id = id;
    }

    /** Opens what is there. */
    LogStore open() {
        disk = Executors.newSingleThreadExecutor();
        return this;
    }

    /** Everything is gone. */
    synchronized void lose() {
        entries.clear();
        founders = null;
        snapshot = Snapshot.none();
        vouched = false;
        promised = 0;
        incarnation = NOBODY;
    }

    @Override
    public State state() {
        return incarnation == NOBODY ? State.EMPTY : State.WHOLE;
    }

    @Override
    public String damage() {
        return "";
    }

    @Override
    public synchronized Recovered recovered() {
        Entries log = new Entries(snapshot);
        for (Entry entry : entries) {
            if (entry.position() > snapshot.position()) {
                log.truncateAfter(entry.position() - 1);
                log.append(
                        entry.epoch(),
                        entry.kind(),
                        entry.bytes(),
                        0,
                        entry.bytes().capacity());
            }
        }
        return new Recovered(id, incarnation, vouched, promised, snapshot, log);
    }

    @Override
    public Journal start(Events newEvents) {
        events = newEvents;
        return this;
    }

    @Override
    public void form(int founder, Members members) {
        founders = members;
        incarnation = Members.ORIGINAL;
        vouched = true;
        snapshot = Snapshot.empty(founders);
    }

    @Override
    public void join(int joiner) {
        incarnation = ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE);
    }

    @Override
    public int id() {
        return incarnation == NOBODY ? 0 : id;
    }

    @Override
    public void promise(long epoch) {
        promised = epoch;
    }

    @Override
    public synchronized void entry(long position, long epoch, byte kind, DirectBuffer bytes, int offset, int length) {
        byte[] copy = new byte[length];
        bytes.getBytes(offset, copy);
        entries.add(new Entry(position, epoch, kind, new UnsafeBuffer(copy)));
    }

    /** Number of entries of the application that were written and are not in a snapshot. */
    synchronized long written() {
        return entries.stream().filter(entry -> entry.kind() == EntryKind.DATA).count();
    }

    @Override
    public void vouch() {
        vouched = true;
    }

    @Override
    public synchronized void compact(Snapshot newSnapshot) {
        snapshot = newSnapshot;
        entries.removeIf(entry -> entry.position() <= newSnapshot.position());
    }

    @Override
    public synchronized void restore(Snapshot newSnapshot) {
        snapshot = newSnapshot;
        entries.clear();
    }

    @Override
    public void force(long ticket) {
        disk.execute(() -> events.forced(ticket));
    }

    @Override
    public void close() {
        disk.shutdown();
    }
}
