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
        /** Its disk failed: it says nothing that others could rely on. */
        SILENT
    }

    private final int id;
    private final long incarnation;
    private final Outbox outbox;
    private final LogListener listener;
    private final LocalLog log;
    private final Following following;
    private final Candidacy candidacy;
    private final Leading leading;

    private Role role = Role.FOLLOWER;
    private long highestSeen;
    private boolean held;

    /** A replica with what its journal held. */
    public Replica(
            Recovered recovered, Journal journal, Outbox outbox, LogListener listener, ReplicaSettings settings) {
        this.id = recovered.id();
        this.incarnation = recovered.incarnation();
        this.highestSeen = recovered.promised();
        this.outbox = outbox;
        this.listener = listener;
        this.log = new LocalLog(recovered, journal, listener);
        this.following = new Following(log, outbox, incarnation);
        this.candidacy = new Candidacy(this, outbox, settings);
        this.leading = new Leading(this, outbox, listener, settings);
    }

    // ---- what its owner asks

    /** Tries to lead, because ZooKeeper said so. Nothing happens when it leads or tries already. */
    public void campaign(long now) {
        if (role != Role.FOLLOWER || !log.isVouched() || !members().counts(id, incarnation)) {
            return;
        }
        long epoch = Epoch.after(Math.max(promised(), highestSeen), id);
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
     * @return the position of the entry, or -1 when this replica does not lead, an earlier change is not committed yet, or
     *     the replica that is to vote has not listened yet until almost the end of the log
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
     * Puts a snapshot in place of all entries up to a committed position. It is sent to replicas that need them, and
     * written to disk in the background.
     *
     * @param state of the application right after that entry
     */
    public void compact(long position, byte[] state) {
        compact(position, new Snapshot(position, Epoch.NONE, Members.NONE, state).source());
    }

    /** The same with a state that need not be in memory; it is read on other threads. */
    public void compact(long position, Snapshot.State state) {
        log.compact(position, state);
    }

    /**
     * Until {@link #release}, entries are written but neither forced nor sent, and acknowledgements wait: what comes in one
     * go shares a force and a message.
     */
    public void hold() {
        held = true;
        log.durability().hold();
    }

    /** Ends {@link #hold}, and does what waited: the disk begins first, the others are told while it works. */
    public void release() {
        held = false;
        if (role == Role.SILENT) {
            return;
        }
        log.durability().release(log.entries().last(), promised());
        if (role == Role.LEADER) {
            leading.release();
        } else if (role == Role.FOLLOWER) {
            following.settle();
        }
    }

    boolean isHeld() {
        return held;
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
        if (role == Role.SILENT || !log.forced(ticket)) {
            return;
        }
        if (role == Role.CANDIDATE) {
            candidacy.proceed();
        } else if (role == Role.LEADER) {
            leading.forced();
        } else {
            following.answer();
        }
    }

    /** A snapshot is on disk now: the same one in memory is not needed any more. */
    public void stored(Snapshot onDisk) {
        log.stored(onDisk);
    }

    /** The disk failed. What it holds is not known, so this replica takes no part until it is opened anew. */
    public void failed(String reason) {
        stepDown(reason);
        role = Role.SILENT;
    }

    // ---- what others say

    public void onPrepare(int from, long epoch, long admitted) {
        if (!log.isVouched() && admitted != incarnation) {
            // What it acknowledged or promised as another incarnation may be lost.
            return;
        }
        if (ignores(epoch, from)) {
            return;
        }
        if (epoch > promised()) {
            stepDown("promised epoch " + Epoch.toString(epoch));
            promise(epoch);
        }
        if (role == Role.FOLLOWER) {
            following.owePromise();
            following.answer();
        }
    }

    public void onPromise(int from, long epoch, long lastEpoch, long lastPosition, long first, long fromIncarnation) {
        if (role == Role.CANDIDATE && epoch == candidacy.epoch()) {
            candidacy.onPromise(from, lastEpoch, lastPosition, fromIncarnation);
        }
    }

    public void onRefuse(int from, long epoch, long promisedThere) {
        highestSeen = Math.max(highestSeen, promisedThere);
        if (epoch == promised() && promisedThere > epoch && (role == Role.CANDIDATE || role == Role.LEADER)) {
            stepDown("replica " + from + " has promised epoch " + Epoch.toString(promisedThere));
        }
    }

    public void onFetch(int from, long epoch, long previousPosition, long previousEpoch) {
        if (ignores(epoch, from) || epoch != promised() || role != Role.FOLLOWER) {
            return;
        }
        Entries entries = log.entries();
        boolean matches = log.has(previousPosition, previousEpoch);
        if (!matches && previousPosition <= entries.base()) {
            outbox.snapshot(from, epoch, log.snapshot(), -1);
            return;
        }
        long position = matches ? previousPosition : log.agreement(previousPosition, previousEpoch);
        outbox.fetched(from, epoch, position, entries.epoch(position), matches, entries, entries.last());
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
        if (!log.has(previousPosition, previousEpoch)) {
            // What is before its own beginning is committed: the leader has it, and can go on from there.
            long base = log.entries().base();
            long agreed = previousPosition >= base ? log.agreement(previousPosition, previousEpoch) : base;
            outbox.behind(from, epoch, agreed, round, incarnation);
            return;
        }
        log.adopt(previousPosition, entries);
        long matched = following.matches(previousPosition + entries.count(), round);
        commit(Math.min(leaderCommitted, matched));
        if (held) {
            following.oweAnswer();
        } else {
            following.answer();
        }
    }

    public void onAppended(int from, long epoch, long position, long round, long fromIncarnation, boolean fromVouched) {
        if (role == Role.LEADER && epoch == promised()) {
            leading.onAppended(from, position, round, fromIncarnation, fromVouched);
        }
    }

    public void onBehind(int from, long epoch, long position, long round, long fromIncarnation) {
        if (role == Role.LEADER && epoch == promised()) {
            leading.onBehind(from, position, round, fromIncarnation);
        }
    }

    public void onSnapshot(int from, long epoch, Snapshot received, long round) {
        if (ignores(epoch, from)) {
            return;
        }
        boolean candidate = role == Role.CANDIDATE && epoch == candidacy.epoch();
        if (!candidate) {
            follow(epoch);
        }
        if (log.lacks(received)) {
            log.restore(received);
            admit();
        }
        if (candidate) {
            candidacy.restored(from);
            return;
        }
        following.matches(received.position(), round);
        commit(received.position());
        following.answer();
    }

    // ---- what it does about it

    /** Whether a message is to be dropped; one of an epoch that is too small is refused. */
    private boolean ignores(long epoch, int from) {
        if (role == Role.SILENT) {
            return true;
        }
        if (epoch < promised()) {
            outbox.refuse(from, epoch, promised());
            return true;
        }
        return false;
    }

    private void promise(long epoch) {
        highestSeen = Math.max(highestSeen, epoch);
        log.promise(epoch);
    }

    /** A leader of this epoch, which is not smaller than promised, has spoken. */
    private void follow(long epoch) {
        if (epoch > promised()) {
            stepDown("epoch " + Epoch.toString(epoch) + " has begun");
            promise(epoch);
        }
        following.follow(epoch);
    }

    void commit(long position) {
        if (log.commit(position)) {
            admit();
        }
    }

    /**
     * Once committed members name this incarnation, it has everything that any other of its id acknowledged: those
     * entries are before the one with the members.
     */
    private void admit() {
        if (!log.isVouched() && log.members().at(log.committed()).counts(id, incarnation)) {
            log.vouch();
        }
    }

    void lead(long now) {
        role = Role.LEADER;
        leading.begin(promised(), now);
    }

    void stepDown(String reason) {
        Role before = role;
        if (before == Role.CANDIDATE || before == Role.LEADER) {
            role = Role.FOLLOWER;
            listener.steppedDown(promised(), reason);
        }
    }

    // ---- what it is

    /** Its id, for ever. */
    public int id() {
        return id;
    }

    LocalLog log() {
        return log;
    }

    /** Which of all that had its id it is: see {@link Members#incarnation}. */
    public long incarnation() {
        return incarnation;
    }

    /** Whether its votes mean something: false for one that is being filled, because it is new or lost its log. */
    public boolean isVouched() {
        return log.isVouched();
    }

    /** The greatest epoch that it promised. */
    public long promised() {
        return log.promised();
    }

    /** The last position that it knows to be committed; -1 when it has no log. */
    public long committed() {
        return log.committed();
    }

    /** The last position in its log; -1 when it has none. */
    public long last() {
        return log.entries().last();
    }

    /** The last position on its disk. */
    public long forced() {
        return log.durability().forced();
    }

    /** Position of the last snapshot; entries after it are in memory. */
    public long compacted() {
        return log.snapshot().position();
    }

    /** Whether it leads. */
    public boolean isLeading() {
        return role == Role.LEADER && leading.established();
    }

    /** Whether it leads or tries to. */
    public boolean isTrying() {
        return role == Role.LEADER || role == Role.CANDIDATE;
    }

    /** Who leads as far as this replica knows: an id, or 0 for nobody. */
    public int leader() {
        if (role == Role.LEADER) {
            return isLeading() ? id : 0;
        }
        return role == Role.FOLLOWER && following.epoch() == promised() ? Epoch.owner(promised()) : 0;
    }

    /**
     * What a leader knows to be on another member's disk.
     *
     * @return a position; -1 when nothing is known, or when this replica does not lead
     */
    public long matched(int member) {
        return role == Role.LEADER ? leading.matched(member) : -1;
    }

    /** Whether its disk failed. */
    public boolean isSilent() {
        return role == Role.SILENT;
    }

    /** The members in force; none when it has no log. */
    public Members members() {
        return log.members().inForce();
    }

    /** An empty entry's bytes. */
    static DirectBuffer nothing() {
        return new UnsafeBuffer(new byte[0]);
    }
}
