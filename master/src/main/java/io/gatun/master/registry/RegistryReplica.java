package io.gatun.master.registry;

import io.gatun.master.log.Snapshot;
import io.gatun.master.log.node.Application;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Supplier;
import org.agrona.DirectBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The registry as a replica of the log keeps it: every master applies what is committed, so that one which is elected
 * knows everything already.
 */
public final class RegistryReplica implements Application {
    private static final Logger LOG = LoggerFactory.getLogger(RegistryReplica.class);

    /** Told on the replica's thread, which must not be kept. */
    public interface Listener {
        /** This replica leads; {@code registry} holds everything that was ever committed. */
        void leading(long epoch, RegistryView registry);

        /** It leads no longer, or will not. */
        void steppedDown(long epoch, String reason);
    }

    private final RegistryState state = new RegistryState();
    private final Listener listener;
    private volatile String unreadable = "";

    /** An empty registry. */
    public RegistryReplica(Listener listener) {
        this.listener = listener;
    }

    /** Why this release cannot read the log, so that this replica must not lead; empty when it can. From any thread. */
    public String unreadable() {
        return unreadable;
    }

    @Override
    public void committed(long position, long epoch, DirectBuffer bytes, int offset, int length) {
        if (unreadable.isEmpty()) {
            try {
                state.apply(bytes, offset, length);
            } catch (RegistryException e) {
                cannotRead("the entry at position " + position + ": " + e.getMessage());
            }
        }
    }

    @Override
    public void restored(long position, Snapshot.State snapshot) throws IOException {
        try (InputStream encoded = snapshot.open()) {
            state.restore(encoded);
            unreadable = "";
        } catch (RegistryException e) {
            cannotRead("the snapshot at position " + position + ": " + e.getMessage());
        }
    }

    private void cannotRead(String what) {
        unreadable = what;
        LOG.error("This master cannot lead: {}", what);
    }

    @Override
    public void leading(long epoch) {
        listener.leading(epoch, state.view());
    }

    @Override
    public void steppedDown(long epoch, String reason) {
        listener.steppedDown(epoch, reason);
    }

    @Override
    public Supplier<Snapshot.State> snapshot() {
        if (!unreadable.isEmpty() || state.awaitsParts()) {
            return null;
        }
        RegistryView view = state.view();
        return view::encoded;
    }
}
