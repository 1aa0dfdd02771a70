package io.gatun.marathon.store;

import io.gatun.marathon.state.Change;
import io.gatun.marathon.state.Persisted;
import java.util.List;

/** Marathon's memory across restarts. Used by one thread. */
public interface Store {
    /**
     * Reads everything.
     *
     * @throws StoreException when it cannot be read
     */
    Persisted load();

    /**
     * Remembers changes; when it returns they survive a crash.
     *
     * @throws StoreException when they may not; the caller must not act on them
     */
    void commit(List<Change> changes);
}
