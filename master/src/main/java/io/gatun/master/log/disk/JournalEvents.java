package io.gatun.master.log.disk;

import io.gatun.master.log.Snapshot;

/** What a journal tells; on threads of its own, so whoever gets it hands it over to the replica's thread. */
public interface JournalEvents {
    /** For {@link io.gatun.master.log.Replica#forced}. */
    void forced(long ticket);

    /** For {@link io.gatun.master.log.Replica#failed}; names call, file and cause. Told once; nothing is told after it. */
    void failed(String reason);

    /** For {@link io.gatun.master.log.Replica#stored}: a snapshot is on disk, and can be read from there. */
    void stored(Snapshot snapshot);
}
