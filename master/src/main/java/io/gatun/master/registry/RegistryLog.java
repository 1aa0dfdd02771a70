package io.gatun.master.registry;

/** Where a term writes what the master must not forget: entries are agreed upon by a quorum, and on its disks. */
public interface RegistryLog {
    /** Learns what became of entries; called on a thread of the log's, which must not be kept. */
    interface Outcomes {
        /** This entry and all before it are committed, and applied to this master's {@link RegistryState}. */
        void committed(long number);

        /** This entry was not appended, or nobody knows; nothing is known of those after it either. */
        void failed(long number, String reason);
    }

    /**
     * Appends an entry. Entries commit in the order of the calls. One thread.
     *
     * @param number returned with the outcome; grows
     * @param outcomes the same in every call
     */
    void append(long number, RegistryRecord record, Outcomes outcomes);
}
