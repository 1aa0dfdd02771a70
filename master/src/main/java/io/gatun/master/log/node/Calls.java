package io.gatun.master.log.node;

import io.gatun.master.log.Replica;
import io.gatun.master.log.net.Link;
import io.gatun.master.log.net.ReplyStatus;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.agrona.DirectBuffer;

/** What this process and clients ask of the log, and who waits for an answer. The replica's thread, but {@link #queue}. */
final class Calls {
    /** Entries that wait for a quorum; further ones stay with their senders. */
    private static final int MAX_PENDING = 1 << 16;

    private static final int ENTRIES_PER_TURN = 4096;

    private final Pending pending = new Pending();
    private final Barriers barriers = new Barriers();
    private final MemberChanges changes = new MemberChanges();
    private final AppendQueue queue;
    private Replica replica;

    /** @param maxEntryBytes of an entry, at least */
    Calls(int maxEntryBytes) {
        this.queue = new AppendQueue(maxEntryBytes, this::append);
    }

    /** Who is asked from now on. */
    void use(Replica newReplica) {
        this.replica = newReplica;
    }

    // ---- what is asked

    /** Takes entries from any thread. */
    AppendQueue queue() {
        return queue;
    }

    void barrier(CompletableFuture<Void> done) {
        barriers.add(done);
    }

    /** Whether this replica leads, and so will add the other one; otherwise the caller is told so. */
    boolean add(int peer, CompletableFuture<Void> done) {
        if (refused(done)) {
            return false;
        }
        changes.add(peer, done);
        return true;
    }

    void remove(int peer, CompletableFuture<Void> done) {
        if (!refused(done)) {
            changes.remove(peer, done);
        }
    }

    private boolean refused(CompletableFuture<Void> done) {
        if (!replica.isLeading()) {
            done.completeExceptionally(new NotLeadingException(replica.leader()));
            return true;
        }
        return false;
    }

    private void append(AppendListener listener, long correlationId, DirectBuffer bytes, int offset, int length) {
        long position = replica.append(bytes, offset, length);
        if (position < 0) {
            listener.notAppended(correlationId, new NotLeadingException(replica.leader()));
        } else {
            pending.add(position, correlationId, listener);
        }
    }

    /** A client's entry: correlation id (64 bits), the bytes. Throws when it is too short to be one. */
    void request(Link link, DirectBuffer bytes, int offset, int length) throws IOException {
        if (length < Long.BYTES) {
            throw new IOException("a request has " + length + " bytes");
        }
        ClientReplies replies = (ClientReplies) link.attachment();
        if (replies == null) {
            replies = new ClientReplies(link);
            link.attach(replies);
        }
        long correlationId = bytes.getLong(offset);
        if (pending.size() >= MAX_PENDING) {
            replies.reply(correlationId, ReplyStatus.BUSY);
            return;
        }
        long position = replica.append(bytes, offset + Long.BYTES, length - Long.BYTES);
        if (position < 0) {
            replies.reply(correlationId, ReplyStatus.NOT_LEADING);
        } else {
            pending.add(position, correlationId, replies);
        }
    }

    // ---- what is done about it

    /** Whether entries wait that can be taken. */
    boolean hasWork() {
        return !queue.isEmpty() && pending.size() < MAX_PENDING;
    }

    void takeEntries() {
        if (pending.size() < MAX_PENDING) {
            queue.drain(ENTRIES_PER_TURN);
        }
    }

    /** Asks others whether they still listen, when somebody wants to know. */
    void beginRound(long nowMs) {
        barriers.begin(replica, nowMs, replica.leader());
    }

    boolean changesMembers() {
        return !changes.isEmpty();
    }

    /** To be called every few milliseconds while the replica leads. */
    void goOnWithChanges() {
        changes.tick(replica);
    }

    // ---- how it ended

    void committed(long position) {
        pending.committed(position);
    }

    void confirmed(long round) {
        barriers.confirmed(round);
    }

    /** The replica leads no more. */
    void failAll(LogException reason) {
        pending.failAll(reason);
        barriers.failAll(replica.leader());
        changes.failAll(reason);
    }
}
