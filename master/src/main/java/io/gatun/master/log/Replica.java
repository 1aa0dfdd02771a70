package io.gatun.master.log;

import java.util.Objects;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One replica of the log: the protocol of docs/replicated-log.md as a state machine. It has one thread, whoever calls it;
 * time is what {@link #tick} says, the disk is a {@link Journal}, the network an {@link Outbox}. Everything that it does
 * follows from the calls that it got and their order, so a simulation can repeat it.
 */
public final class Replica {
    private enum Role {
        FOLLOWER,
        CANDIDATE,
        LEADER,
        /** Its disk failed or its log is damaged: it says nothing that others could rely on. */
        SILENT
    }

    private final int id;
    private final Journal journal;
    private final Outbox outbox;
    private final LogListener listener;
    private final Entries log;
    private final MemberHistory members;
    private final Durability durability;
    private final Candidacy candidacy;
    private final Leading leading;

    private Role role = Role.FOLLOWER;
    private Snapshot snapshot;
    private long promised;
    private long highestSeen;
    private long committed;

    // As a follower: of which leader's log it has how much, and what it owes an answer to.
    private long followed = Epoch.NONE;
    private long matched;
    private long lastRound = -1;
    private boolean owesPromise;

    /**
     * A replica with what its journal held.
     *
     * @param id 1 to {@link Epoch#MAX_ID}, its own for ever
     * @param promised the greatest promise in the journal
     * @param snapshot with which the journal begins
     * @param log the entries after it; owned by the replica from now on
     */
    public Replica(
            int id,
            Journal journal,
            Outbox outbox,
            LogListener listener,
            ReplicaSettings settings,
            long promised,
            Snapshot snapshot,
            Entries log) {
        this.id = id;
        this.journal = journal;
        this.outbox = outbox;
        this.listener = listener;
        this.log = log;
        this.snapshot = snapshot;
        this.promised = promised;
        this.highestSeen = promised;
        this.committed = snapshot.position();
        this.members = new MemberHistory(snapshot.position(), snapshot.members());
        for (long position = log.base() + 1; position <= log.last(); position++) {
            if (log.kind(position) == EntryKind.MEMBERS) {
                members.add(position, Members.decode(log.copy(position)));
            }
        }
        this.durability = new Durability(journal, log.last(), promised);
        this.candidacy = new Candidacy(this, outbox, settings);
        this.leading = new Leading(this, outbox, listener, settings);
    }

    // ---- what its owner asks

    /** Tries to lead, because ZooKeeper said so. Nothing happens when it leads or tries already. */
    public void campaign(long now) {
        if (role != Role.FOLLOWER || !members.inForce().voters().contains(id)) {
            return;
        }
        long epoch = Epoch.after(Math.max(promised, highestSeen), id);
        promise(epoch);
        role = Role.CANDIDATE;
        candidacy.begin(epoch, now);
    }

    /** Leads no longer, because ZooKeeper said so. */
    public void resign(String reason) {
        stepDown(reason);
    }

    /**
     * Appends an entry.
     *
     * @return its position, or -1 when this replica does not lead
     */
    public long append(DirectBuffer bytes, int offset, int length) {
        return role == Role.LEADER ? leading.append(EntryKind.DATA, bytes, offset, length) : -1;
    }

    /**
     * Changes the members by one replica.
     *
     * @return the position of the entry, or -1 when this replica does not lead or an earlier change is not committed yet
     * @throws IllegalArgumentException when more than one voter would change
     */
    public long changeMembers(Members wanted) {
        Objects.requireNonNull(wanted, "wanted");
        return role == Role.LEADER ? leading.changeMembers(wanted) : -1;
    }

    /**
     * Asks the others whether they still listen; {@link LogListener#confirmed} tells. A leader that gets an answer was
     * the leader when it asked, so what was committed before that is the newest.
     *
     * @return the round, or -1 when this replica does not lead
     */
    public long barrier(long now) {
        return role == Role.LEADER ? leading.barrier(now) : -1;
    }

    /**
     * Puts a snapshot in place of all entries up to a committed position.
     *
     * @param state of the application right after that entry
     */
    public void compact(long position, byte[] state) {
        if (position > committed || position <= log.base()) {
            throw new IllegalArgumentException("position=" + position + ": must be after " + log.base()
                    + " and at most " + committed + ", which is committed");
        }
        snapshot = new Snapshot(position, log.epoch(position), members.at(position), state);
        log.discardTo(position);
        members.discardTo(position);
        renewJournal();
    }

    /** Time passes; to be called every few milliseconds. */
    public void tick(long now) {
        if (role == Role.CANDIDATE) {
            candidacy.tick(now);
        } else if (role == Role.LEADER) {
            leading.tick(now);
        }
    }

    // ---- what the disk says

    /** A {@link Journal#force} has ended. */
    public void forced(long ticket) {
        if (role == Role.SILENT || !durability.done(ticket, log.last(), promised)) {
            return;
        }
        if (role == Role.CANDIDATE) {
            candidacy.proceed();
        } else if (role == Role.LEADER) {
            leading.forced();
        } else {
            answer();
        }
    }

    /** The disk failed. What it holds is not known, so this replica takes no part until it is opened anew. */
    public void failed(String reason) {
        stepDown(reason);
        role = Role.SILENT;
    }

    // ---- what others say

    public void onPrepare(int from, long epoch) {
        if (ignores(epoch, from)) {
            return;
        }
        if (epoch > promised) {
            stepDown("promised epoch " + Epoch.toString(epoch));
            promise(epoch);
        }
        if (role == Role.FOLLOWER) {
            owesPromise = true;
            answer();
        }
    }

    public void onPromise(int from, long epoch, long lastEpoch, long lastPosition, long first) {
        if (role == Role.CANDIDATE && epoch == candidacy.epoch()) {
            candidacy.onPromise(from, lastEpoch, lastPosition);
        }
    }

    public void onRefuse(int from, long epoch, long promisedThere) {
        highestSeen = Math.max(highestSeen, promisedThere);
        if (epoch == promised && promisedThere > epoch && (role == Role.CANDIDATE || role == Role.LEADER)) {
            stepDown("replica " + from + " has promised epoch " + Epoch.toString(promisedThere));
        }
    }

    public void onFetch(int from, long epoch, long previousPosition, long previousEpoch) {
        if (ignores(epoch, from) || epoch != promised || role != Role.FOLLOWER) {
            return;
        }
        boolean matches = log.has(previousPosition) && log.epoch(previousPosition) == previousEpoch;
        if (!matches && previousPosition <= log.base()) {
            outbox.snapshot(from, epoch, snapshot, -1);
            return;
        }
        long position = matches ? previousPosition : agreement(previousPosition, previousEpoch);
        outbox.fetched(from, epoch, position, log.epoch(position), matches, log, log.last());
    }

    public void onFetched(
            int from, long epoch, long previousPosition, long previousEpoch, boolean matches, ReceivedEntries entries) {
        if (role == Role.CANDIDATE && epoch == candidacy.epoch()) {
            candidacy.onFetched(from, previousPosition, previousEpoch, matches, entries);
        }
    }

    public void onAppend(
            int from,
            long epoch,
            long previousPosition,
            long previousEpoch,
            long leaderCommitted,
            long round,
            ReceivedEntries entries) {
        if (ignores(epoch, from)) {
            return;
        }
        follow(epoch);
        if (!log.has(previousPosition) || log.epoch(previousPosition) != previousEpoch) {
            if (previousPosition >= log.base()) {
                outbox.behind(from, epoch, agreement(previousPosition, previousEpoch), round);
            } else {
                // All of it is committed here, and the leader has it: it can go on where this log begins.
                outbox.behind(from, epoch, log.base(), round);
            }
            return;
        }
        adopt(previousPosition, entries);
        matched = Math.max(matched, previousPosition + entries.count());
        lastRound = Math.max(lastRound, round);
        commit(Math.min(leaderCommitted, matched));
        answer();
    }

    public void onAppended(int from, long epoch, long position, long round) {
        if (role == Role.LEADER && epoch == promised) {
            leading.onAppended(from, position, round);
        }
    }

    public void onBehind(int from, long epoch, long position, long round) {
        if (role == Role.LEADER && epoch == promised) {
            leading.onBehind(from, position, round);
        }
    }

    public void onSnapshot(int from, long epoch, Snapshot received, long round) {
        if (ignores(epoch, from)) {
            return;
        }
        if (role == Role.CANDIDATE && epoch == candidacy.epoch()) {
            if (lacks(received)) {
                restore(received);
            }
            candidacy.restored(from);
            return;
        }
        follow(epoch);
        if (lacks(received)) {
            restore(received);
        }
        matched = Math.max(matched, received.position());
        lastRound = Math.max(lastRound, round);
        commit(received.position());
        answer();
    }

    // ---- what it does about it

    /** Whether a message is to be dropped; one of an epoch that is too small is refused. */
    private boolean ignores(long epoch, int from) {
        if (role == Role.SILENT) {
            return true;
        }
        if (epoch < promised) {
            outbox.refuse(from, epoch, promised);
            return true;
        }
        return false;
    }

    private void promise(long epoch) {
        promised = epoch;
        highestSeen = Math.max(highestSeen, epoch);
        journal.promise(epoch);
        durability.wrote(log.last(), promised);
    }

    /** A leader of this epoch, which is not smaller than promised, has spoken. */
    private void follow(long epoch) {
        if (epoch > promised) {
            stepDown("epoch " + Epoch.toString(epoch) + " has begun");
            promise(epoch);
        }
        if (followed != epoch) {
            followed = epoch;
            matched = committed;
            lastRound = -1;
        }
        owesPromise = false;
    }

    /** The greatest position at which this log may agree with one that has {@code epoch} at {@code position}. */
    private long agreement(long position, long epoch) {
        long candidate = Math.min(position, log.last());
        while (candidate > committed && log.epoch(candidate) > epoch) {
            candidate--;
        }
        return candidate == position ? Math.max(candidate - 1, log.base()) : candidate;
    }

    /** Whether a snapshot has more than this log; one that came late has not. */
    private boolean lacks(Snapshot received) {
        long position = received.position();
        return position > log.base() && (!log.has(position) || log.epoch(position) != received.epoch());
    }

    /** Takes entries over that follow one which agrees. */
    void adopt(long previousPosition, ReceivedEntries entries) {
        boolean wrote = false;
        for (int i = 0; i < entries.count(); i++) {
            long position = previousPosition + 1 + i;
            if (position <= log.base() || (log.has(position) && log.epoch(position) == entries.epoch(i))) {
                continue;
            }
            if (log.has(position)) {
                overrule(position);
            }
            write(entries.epoch(i), entries.kind(i), entries.bytes(), entries.offset(i), entries.length(i));
            wrote = true;
        }
        if (wrote) {
            durability.wrote(log.last(), promised);
        }
    }

    private void overrule(long position) {
        if (position <= committed) {
            throw new IllegalStateException("replica " + id + ": position " + position + " is committed (up to "
                    + committed + ") and was to be overruled: two logs have diverged");
        }
        log.truncateAfter(position - 1);
        durability.overruled(position);
        if (members.truncateAfter(position - 1)) {
            listener.members(members.inForce());
        }
    }

    /** Writes the next entry, in memory and to the journal; the caller asks for the force. */
    long write(long epoch, byte kind, DirectBuffer bytes, int offset, int length) {
        log.append(epoch, kind, bytes, offset, length);
        long position = log.last();
        journal.entry(position, epoch, kind, bytes, offset, length);
        if (kind == EntryKind.MEMBERS) {
            members.add(position, Members.decode(log.copy(position)));
            listener.members(members.inForce());
        }
        return position;
    }

    void force() {
        durability.wrote(log.last(), promised);
    }

    private void restore(Snapshot received) {
        snapshot = received;
        log.reset(received.position(), received.epoch());
        members.reset(received.position(), received.members());
        committed = received.position();
        renewJournal();
        listener.members(members.inForce());
        listener.restored(received);
    }

    private void renewJournal() {
        journal.snapshot(snapshot, promised, log);
        durability.renewed(log.last(), promised);
        if (role == Role.LEADER) {
            leading.forced();
        }
    }

    /** Tells candidate or leader what is on disk by now, and nothing that is not. */
    private void answer() {
        if (durability.promise() < promised) {
            return;
        }
        if (owesPromise) {
            if (durability.forced() == log.last()) {
                owesPromise = false;
                outbox.promise(Epoch.owner(promised), promised, log.lastEpoch(), log.last(), log.base() + 1);
            }
        } else if (followed == promised) {
            outbox.appended(Epoch.owner(promised), promised, Math.min(matched, durability.forced()), lastRound);
        }
    }

    void commit(long position) {
        while (committed < Math.min(position, log.last())) {
            committed++;
            if (log.kind(committed) == EntryKind.DATA) {
                listener.committed(
                        committed, log.epoch(committed), log.bytes(), log.offset(committed), log.length(committed));
            }
        }
    }

    void lead(long now) {
        role = Role.LEADER;
        leading.begin(promised, now);
    }

    void stepDown(String reason) {
        Role before = role;
        if (before == Role.CANDIDATE || before == Role.LEADER) {
            role = Role.FOLLOWER;
            listener.steppedDown(promised, reason);
        }
    }

    // ---- what it is

    int id() {
        return id;
    }

    Entries log() {
        return log;
    }

    Durability durability() {
        return durability;
    }

    MemberHistory memberHistory() {
        return members;
    }

    Snapshot lastSnapshot() {
        return snapshot;
    }

    /** The greatest epoch that it promised. */
    public long promised() {
        return promised;
    }

    /** The last position that it knows to be committed. */
    public long committed() {
        return committed;
    }

    /** The last position in its log. */
    public long last() {
        return log.last();
    }

    /** The last position on its disk. */
    public long forced() {
        return durability.forced();
    }

    /** Whether it leads. */
    public boolean isLeading() {
        return role == Role.LEADER && leading.established();
    }

    /** Whether its disk failed. */
    public boolean isSilent() {
        return role == Role.SILENT;
    }

    /** The members in force. */
    public Members members() {
        return members.inForce();
    }

    /** An empty entry's bytes. */
    static DirectBuffer nothing() {
        return new UnsafeBuffer(new byte[0]);
    }
}
