package io.gatun.master.log.disk;

import io.gatun.master.log.Entries;
import io.gatun.master.log.EntryKind;
import io.gatun.master.log.Epoch;
import io.gatun.master.log.Members;
import io.gatun.master.log.Recovered;
import io.gatun.master.log.Snapshot;
import java.nio.ByteBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** What a journal's records add up to, on top of a snapshot. */
final class LogBuilder {
    private final Snapshot snapshot;
    private final long snapshotNumber;
    private final Entries log;
    private final UnsafeBuffer view = new UnsafeBuffer(new byte[0]);
    private int replica;
    private long incarnation;
    private boolean vouched;
    private long promised = Epoch.NONE;
    /** Last position of the log as the records have it, also before the snapshot. */
    private long last;
    /** Whether what the records have at the snapshot's position is what the snapshot ends with. */
    private boolean agrees;

    private boolean begun;

    LogBuilder(Snapshot snapshot, long snapshotNumber) {
        this.snapshot = snapshot;
        this.snapshotNumber = snapshotNumber;
        this.log = new Entries(snapshot);
    }

    void begin(Beginning beginning, long position, long epoch) throws DamageException {
        if (!begun) {
            if (position > snapshot.position()) {
                throw new DamageException("begins after position " + position + ", but the newest snapshot (number "
                        + snapshotNumber + ") ends at " + snapshot.position() + ": files before it are missing");
            }
            last = position;
            agrees = position == snapshot.position() && epoch == snapshot.epoch();
            begun = true;
        } else if (replica != beginning.replica() || position != last) {
            throw new DamageException("goes on after position " + position + " of replica " + beginning.replica()
                    + ", but the records before it end at " + last + " of replica " + replica);
        }
        replica = beginning.replica();
        incarnation = beginning.incarnation();
        vouched = beginning.vouched();
        promised = Math.max(promised, beginning.promised());
    }

    void promise(long epoch) {
        promised = Math.max(promised, epoch);
    }

    void vouch() {
        vouched = true;
    }

    void entry(long position, long epoch, byte kind, byte[] array, int offset, int length) throws DamageException {
        if (position < 1 || position > last + 1) {
            throw new DamageException(
                    "is the entry of position " + position + ", but the log before it ends at " + last);
        }
        if (kind == EntryKind.MEMBERS) {
            requireMembers(array, offset, length);
        }
        last = position;
        if (position <= snapshot.position()) {
            // What it overruled included whatever was read of positions after the snapshot.
            agrees = position == snapshot.position() && epoch == snapshot.epoch();
            log.truncateAfter(snapshot.position());
        } else if (agrees) {
            log.truncateAfter(position - 1);
            view.wrap(array, offset, length);
            log.append(epoch, kind, view, 0, length);
        }
    }

    private static void requireMembers(byte[] array, int offset, int length) throws DamageException {
        try {
            byte[] encoded = new byte[length];
            System.arraycopy(array, offset, encoded, 0, length);
            Members.decode(encoded);
        } catch (IllegalArgumentException e) {
            throw new DamageException("is no list of members: " + e.getMessage());
        }
    }

    /** False when the snapshot is not there: then it never was on disk. */
    boolean restored(long position, long epoch, ByteBuffer payload) {
        long number = payload.getLong();
        if (number > snapshotNumber) {
            return false;
        }
        last = position;
        agrees = position == snapshot.position() && epoch == snapshot.epoch();
        log.truncateAfter(snapshot.position());
        return true;
    }

    /** Id of the replica; 0 before the first record. */
    int replica() {
        return replica;
    }

    Recovered build() {
        return new Recovered(replica, incarnation, vouched, promised, snapshot, log);
    }
}
