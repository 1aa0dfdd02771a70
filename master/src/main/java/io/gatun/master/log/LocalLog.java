package io.gatun.master.log;

import org.agrona.DirectBuffer;

/** What a replica has: entries and members in memory, the same in its journal, and how much of that is on disk. */
final class LocalLog {
    private final int id;
    private final Journal journal;
    private final LogListener listener;
    private final Entries entries;
    private final MemberHistory members;
    private final Durability durability;
    private Snapshot snapshot;
    private long promised;
    private long committed;
    private boolean vouched;

    LocalLog(Recovered recovered, Journal journal, LogListener listener) {
        this.id = recovered.id();
        this.journal = journal;
        this.listener = listener;
        this.entries = recovered.log();
        this.snapshot = recovered.snapshot();
        this.promised = recovered.promised();
        this.committed = snapshot.position();
        // What is in a snapshot is committed, also when the record that says so was lost in a crash.
        this.vouched = recovered.vouched() || snapshot.members().counts(recovered.id(), recovered.incarnation());
        this.members = new MemberHistory(snapshot.position(), snapshot.members());
        for (long position = entries.base() + 1; position <= entries.last(); position++) {
            if (entries.kind(position) == EntryKind.MEMBERS) {
                members.add(position, Members.decode(entries.copy(position)));
            }
        }
        this.durability = new Durability(journal, entries.last(), promised);
    }

    Entries entries() {
        return entries;
    }

    MemberHistory members() {
        return members;
    }

    Durability durability() {
        return durability;
    }

    Snapshot snapshot() {
        return snapshot;
    }

    /** Whether this replica may vote. */
    boolean isVouched() {
        return vouched;
    }

    long promised() {
        return promised;
    }

    long committed() {
        return committed;
    }

    void promise(long epoch) {
        promised = epoch;
        journal.promise(epoch);
        force();
    }

    /** From now on this replica may vote. */
    void vouch() {
        vouched = true;
        journal.vouch();
        force();
    }

    void force() {
        durability.wrote(entries.last(), promised);
    }

    /** A force has ended; false for one that no longer matters. */
    boolean forced(long ticket) {
        return durability.done(ticket, entries.last(), promised);
    }

    /** Whether the entry at a position is this one, or the snapshot ends with it. */
    boolean has(long position, long epoch) {
        return entries.has(position) && entries.epoch(position) == epoch;
    }

    /** The greatest position at which this log may agree with one that has {@code epoch} at {@code position}. */
    long agreement(long position, long epoch) {
        long candidate = Math.min(position, entries.last());
        while (candidate > committed && entries.epoch(candidate) > epoch) {
            candidate--;
        }
        return candidate == position ? Math.max(candidate - 1, entries.base()) : candidate;
    }

    /** Whether a snapshot has more than this log; one that came late has not. */
    boolean lacks(Snapshot received) {
        long position = received.position();
        return position > entries.base() && !has(position, received.epoch());
    }

    /** Takes entries over that follow one which agrees. */
    void adopt(long previousPosition, ReceivedEntries received) {
        boolean wrote = false;
        for (int i = 0; i < received.count(); i++) {
            long position = previousPosition + 1 + i;
            if (position <= entries.base() || has(position, received.epoch(i))) {
                continue;
            }
            if (entries.has(position)) {
                overrule(position);
            }
            write(received.epoch(i), received.kind(i), received.bytes(), received.offset(i), received.length(i));
            wrote = true;
        }
        if (wrote) {
            force();
        }
    }

    private void overrule(long position) {
        if (position <= committed) {
            throw new IllegalStateException("replica " + id + ": position " + position + " is committed (up to "
                    + committed + ") and was to be overruled: two logs have diverged");
        }
        entries.truncateAfter(position - 1);
        durability.overruled(position);
        if (members.truncateAfter(position - 1)) {
            listener.members(members.inForce());
        }
    }

    /** Writes the next entry, in memory and to the journal; the caller asks for the force. */
    long write(long epoch, byte kind, DirectBuffer bytes, int offset, int length) {
        entries.append(epoch, kind, bytes, offset, length);
        long position = entries.last();
        journal.entry(position, epoch, kind, bytes, offset, length);
        if (kind == EntryKind.MEMBERS) {
            members.add(position, Members.decode(entries.copy(position)));
            listener.members(members.inForce());
        }
        return position;
    }

    /** Has a received snapshot in place of everything. Until that is on disk no more counts as being there than before. */
    void restore(Snapshot received) {
        long durable = committed;
        snapshot = received;
        entries.reset(received.position(), received.epoch());
        members.reset(received.position(), received.members());
        committed = received.position();
        journal.restore(received);
        durability.overruled(durable + 1);
        force();
        listener.members(members.inForce());
        listener.restored(received);
    }

    /** Has a snapshot in place of the entries up to a committed position. */
    void compact(long position, Snapshot.State state) {
        if (position > committed || position <= entries.base()) {
            throw new IllegalArgumentException("position=" + position + ": must be after " + entries.base()
                    + " and at most " + committed + ", which is committed");
        }
        snapshot = new Snapshot(position, entries.epoch(position), members.at(position), state);
        entries.discardTo(position);
        members.discardTo(position);
        journal.compact(snapshot);
    }

    /** A snapshot can be read from disk. */
    void stored(Snapshot onDisk) {
        if (onDisk.position() == snapshot.position()) {
            snapshot = onDisk;
        }
    }

    /** Entries up to a position are committed; true when members were among them. */
    boolean commit(long position) {
        boolean changed = false;
        while (committed < Math.min(position, entries.last())) {
            committed++;
            byte kind = entries.kind(committed);
            changed |= kind == EntryKind.MEMBERS;
            if (kind == EntryKind.DATA) {
                listener.committed(
                        committed,
                        entries.epoch(committed),
                        entries.bytes(committed),
                        entries.offset(committed),
                        entries.length(committed));
            }
        }
        return changed;
    }
}
