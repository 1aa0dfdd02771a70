package io.gatun.master.log.node;

import io.gatun.master.log.Journal;
import io.gatun.master.log.Members;
import io.gatun.master.log.Recovered;
import java.nio.file.Path;

/** The disk of a node, opened. Used on one thread after the other. */
public interface LogStore extends AutoCloseable {
    /** What a replica may say of what it has. */
    enum State {
        /** Everything that it ever acknowledged. */
        WHOLE,
        /** Nothing: no log was ever formed here, or it is gone. */
        EMPTY,
        /** Not everything: it must not vouch for its log until a leader has filled it. */
        DAMAGED
    }

    /** Opens stores. */
    @FunctionalInterface
    interface Opener {
        /**
         * Opens what is in a directory, which is made if need be.
         *
         * @param id of the replica, 1 to 65535
         * @throws LogException when it cannot be used
         */
        LogStore open(Path directory, int id, Forces forces);
    }

    /** Learns how forces end; called on any thread. */
    interface Forces {
        /** A {@link Journal#force} has ended. */
        void forced(long ticket);

        /** The disk has failed. */
        void failed(String reason);
    }

    /** What it holds. */
    State state();

    /** What is damaged, where, and by which rule; empty when nothing is. */
    String damage();

    /** With what a replica begins. */
    Recovered recovered();

    /** Where the replica writes. */
    Journal journal();

    /**
     * Begins an empty log, durable when this returns; then it is {@link State#WHOLE}, and {@link #recovered} another.
     *
     * @throws LogException when it cannot be written
     */
    void form(Members members);

    @Override
    void close();
}
