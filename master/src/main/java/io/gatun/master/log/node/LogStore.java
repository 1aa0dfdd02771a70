package io.gatun.master.log.node;

import io.gatun.master.log.Journal;
import io.gatun.master.log.Members;
import io.gatun.master.log.Recovered;
import io.gatun.master.log.Snapshot;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The disk of a node. One that is {@link State#EMPTY} is formed or joins; one that is {@link State#DAMAGED} can only join.
 * After that, or when it is {@link State#WHOLE}, it is started. Used on one thread after the other.
 */
public interface LogStore extends AutoCloseable {
    /** What a replica may say of what it has. */
    enum State {
        /** Everything that it ever acknowledged. */
        WHOLE,
        /** Nothing: no log was ever formed here, or it is gone. */
        EMPTY,
        /** Not everything. */
        DAMAGED
    }

    /** Opens stores. */
    @FunctionalInterface
    interface Opener {
        /**
         * Opens what is in a directory, which is made if need be, and changes nothing in it.
         *
         * @throws IOException when it cannot be used
         */
        LogStore open(Path directory) throws IOException;
    }

    /** Learns what the disk has done; called on any thread. */
    interface Events {
        /** A {@link Journal#force} has ended. */
        void forced(long ticket);

        /** A snapshot is on disk, and can be read from there. */
        void stored(Snapshot snapshot);

        /** The disk has failed. */
        void failed(String reason);
    }

    /** What it held when it was opened. */
    State state();

    /** What is damaged, where, and by which rule; empty when nothing is. */
    String damage();

    /** Whose it is; 0 when it does not tell. */
    int id();

    /** Begins an empty log. */
    void form(int id, Members members) throws IOException;

    /** Begins as somebody who has nothing and is filled by a leader. What is damaged is put aside. */
    void join(int id) throws IOException;

    /** With what a replica begins; not before {@link #form} or {@link #join} where one of them is needed. */
    Recovered recovered();

    /** Begins to write; what {@link #recovered} tells is durable when this returns. */
    Journal start(Events events) throws IOException;

    @Override
    void close();
}
