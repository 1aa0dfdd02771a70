package io.gatun.master.log.node;

import io.gatun.master.log.Members;
import io.gatun.master.log.Replica;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Changes of members, one after the other, each as its steps are committed. Of a leader; one thread. */
final class MemberChanges {
    private static final Logger LOG = LoggerFactory.getLogger(MemberChanges.class);
    private static final long NOT_YET = -1;

    private static final class Change {
        private final int id;
        private final boolean adds;
        private final CompletableFuture<Void> done;
        private long position = NOT_YET;

        private Change(int id, boolean adds, CompletableFuture<Void> done) {
            this.id = id;
            this.adds = adds;
            this.done = done;
        }

        /** Whether it has come to its end. */
        private boolean goOn(Replica replica) {
            if (position != NOT_YET && replica.committed() < position) {
                return false;
            }
            Members members = replica.members();
            boolean votes = members.voters().contains(id);
            boolean listens = members.learners().contains(id);
            if (adds == votes && !(listens && !adds)) {
                return true;
            }
            if (!adds) {
                position = replica.changeMembers(members.without(id));
            } else if (!listens) {
                position = replica.changeMembers(members.listening(id));
            } else {
                position = replica.changeMembers(members.with(id)); // once it has listened long enough
            }
            return false;
        }
    }

    private final Deque<Change> changes = new ArrayDeque<>();

    void add(int id, CompletableFuture<Void> done) {
        changes.addLast(new Change(id, true, done));
    }

    void remove(int id, CompletableFuture<Void> done) {
        changes.addLast(new Change(id, false, done));
    }

    boolean isEmpty() {
        return changes.isEmpty();
    }

    /** Does what can be done now; to be called every few milliseconds while the replica leads. */
    void tick(Replica replica) {
        while (!changes.isEmpty()) {
            Change change = changes.getFirst();
            if (change.done.isDone()) {
                changes.removeFirst(); // the caller waits no longer; what is in the log stays there
                continue;
            }
            try {
                if (!change.goOn(replica)) {
                    return;
                }
                LOG.info("Replica {} is {} now", change.id, change.adds ? "a voter" : "no member");
                changes.removeFirst();
                change.done.complete(null);
            } catch (IllegalArgumentException e) {
                changes.removeFirst();
                change.done.completeExceptionally(new LogException(e.getMessage(), e));
            }
        }
    }

    /** The replica leads no more. */
    void failAll(LogException reason) {
        while (!changes.isEmpty()) {
            changes.removeFirst().done.completeExceptionally(reason);
        }
    }
}
