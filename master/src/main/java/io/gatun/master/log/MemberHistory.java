package io.gatun.master.log;

import java.util.ArrayDeque;
import java.util.Deque;

/** The members by position: those in force are the last ones in the log, committed or not. */
final class MemberHistory {
    private record Change(long position, Members members) {}

    private final Deque<Change> changes = new ArrayDeque<>();

    MemberHistory(long position, Members members) {
        changes.addLast(new Change(position, members));
    }

    Members inForce() {
        return changes.getLast().members();
    }

    /** Where those in force begin. */
    long since() {
        return changes.getLast().position();
    }

    /** Those in force at a position that is not before the last snapshot. */
    Members at(long position) {
        Members members = changes.getFirst().members();
        for (Change change : changes) {
            if (change.position() <= position) {
                members = change.members();
            }
        }
        return members;
    }

    /**
     * Whether those in force have another incarnation in a voter's place, and that is not committed. Then neither of the
     * two is counted: the old one has lost its log, the new one may lack what the old one acknowledged.
     */
    boolean isReplacing(int id, long committed) {
        if (since() <= committed) {
            return false;
        }
        Members before = at(since() - 1);
        return before.voters().contains(id)
                && before.incarnation(id) != inForce().incarnation(id);
    }

    void add(long position, Members members) {
        changes.addLast(new Change(position, members));
    }

    /** Entries after a position are gone; true when that changed the members. */
    boolean truncateAfter(long position) {
        boolean changed = false;
        while (changes.size() > 1 && changes.getLast().position() > position) {
            changes.removeLast();
            changed = true;
        }
        return changed;
    }

    void discardTo(long position) {
        Members members = at(position);
        changes.removeIf(change -> change.position() <= position);
        changes.addFirst(new Change(position, members));
    }

    void reset(long position, Members members) {
        changes.clear();
        changes.addLast(new Change(position, members));
    }
}
