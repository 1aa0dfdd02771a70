package io.gatun.master.log.net;

import io.gatun.master.log.Snapshot;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.agrona.MutableDirectBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Snapshots on their way, one for each receiver, in pieces between which everything else goes on. A piece: type 8; epoch,
 * round, position and epoch of the snapshot, length of its state, offset of the piece, 64 each; length of the members 32;
 * the members; the piece.
 */
final class SnapshotSender {
    static final int FIXED_BYTES = 1 + 6 * Long.BYTES + Integer.BYTES;

    private static final Logger LOG = LoggerFactory.getLogger(SnapshotSender.class);
    private static final int PIECE_BYTES = 32 << 10;
    /** No further piece is made while so much waits: entries and heartbeats must not wait behind a snapshot. */
    private static final int ENOUGH_WAITS = 256 << 10;
    /** The receiver may take this long to write it before the whole is sent again. */
    private static final long AGAIN_AFTER_NS = 5_000_000_000L;

    private static final class Transfer {
        private final Snapshot snapshot;
        private final byte[] members;
        private final Link link;
        private final long epoch;
        private final InputStream state;
        private long round;
        private long offset;
        private boolean done;
        private long doneAt;

        private Transfer(Snapshot snapshot, Link link, long epoch) throws IOException {
            this.snapshot = snapshot;
            this.members = snapshot.members().encode();
            this.link = link;
            this.epoch = epoch;
            this.state = snapshot.open();
        }

        private boolean isOf(Snapshot other, Link otherLink, long otherEpoch, long now) {
            return snapshot.position() == other.position()
                    && link.equals(otherLink)
                    && epoch == otherEpoch
                    && (!done || now - doneAt <= AGAIN_AFTER_NS);
        }

        private void close() {
            try {
                state.close();
            } catch (IOException e) {
                LOG.warn("Close the snapshot at position {}: {}", snapshot.position(), e.toString());
            }
        }
    }

    private final Transport transport;
    private final Map<Integer, Transfer> transfers = new HashMap<>();
    private final byte[] piece = new byte[PIECE_BYTES];

    SnapshotSender(Transport transport) {
        this.transport = transport;
    }

    /** Begins, unless that same snapshot is on its way on the same connection. */
    void send(int to, long epoch, Snapshot snapshot, long round, long now) {
        Link link = transport.to(to);
        if (link == null) {
            return;
        }
        Transfer current = transfers.get(to);
        try {
            if (current == null || !current.isOf(snapshot, link, epoch, now)) {
                if (current != null) {
                    current.close();
                }
                transfers.remove(to);
                current = new Transfer(snapshot, link, epoch);
                transfers.put(to, current);
            }
            current.round = round;
            pump(current, now);
        } catch (IOException e) {
            failed(to, snapshot, e);
        }
    }

    /** The replica asks again, with the newest snapshot. */
    private void failed(int to, Snapshot snapshot, IOException e) {
        LOG.warn(
                "The snapshot at position {} cannot be sent to replica {} now: {}",
                snapshot.position(),
                to,
                e.toString());
        Transfer failed = transfers.remove(to);
        if (failed != null) {
            failed.close();
        }
    }

    boolean isSending() {
        for (Transfer transfer : transfers.values()) {
            if (!transfer.done) {
                return true;
            }
        }
        return false;
    }

    void pump(long now) {
        if (transfers.isEmpty()) {
            return;
        }
        Iterator<Transfer> all = transfers.values().iterator();
        while (all.hasNext()) {
            Transfer transfer = all.next();
            boolean over = transfer.link.isClosed() || (transfer.done && now - transfer.doneAt > AGAIN_AFTER_NS);
            try {
                if (!over) {
                    pump(transfer, now);
                }
            } catch (IOException e) {
                LOG.warn("The snapshot at position {} cannot be read: {}", transfer.snapshot.position(), e.toString());
                over = true;
            }
            if (over) {
                transfer.close();
                all.remove();
            }
        }
    }

    private void pump(Transfer transfer, long now) throws IOException {
        OutBuffer out = transfer.link.out();
        long total = transfer.snapshot.length();
        while (!transfer.done && out.waiting() < ENOUGH_WAITS) {
            int wanted = (int) Math.min(PIECE_BYTES, total - transfer.offset);
            int length = FIXED_BYTES + transfer.members.length + wanted;
            int at = out.claim(length);
            if (at < 0) {
                return;
            }
            if (transfer.state.readNBytes(piece, 0, wanted) < wanted) {
                throw new IOException("it ends before its " + total + " bytes");
            }
            MutableDirectBuffer view = out.view();
            view.putByte(at, FrameType.SNAPSHOT);
            view.putLong(at + 1, transfer.epoch);
            view.putLong(at + 1 + Long.BYTES, transfer.round);
            view.putLong(at + 1 + 2 * Long.BYTES, transfer.snapshot.position());
            view.putLong(at + 1 + 3 * Long.BYTES, transfer.snapshot.epoch());
            view.putLong(at + 1 + 4 * Long.BYTES, total);
            view.putLong(at + 1 + 5 * Long.BYTES, transfer.offset);
            view.putInt(at + 1 + 6 * Long.BYTES, transfer.members.length);
            view.putBytes(at + FIXED_BYTES, transfer.members);
            view.putBytes(at + FIXED_BYTES + transfer.members.length, piece, 0, wanted);
            out.commit(length);
            transfer.offset += wanted;
            if (transfer.offset == total) {
                transfer.done = true;
                transfer.doneAt = now;
            }
        }
    }
}
