package io.gatun.master.log;

import org.agrona.DirectBuffer;

/** A run of entries in a message; positions follow from where the run begins. Valid during the call only. */
public interface ReceivedEntries {
    int count();

    long epoch(int index);

    byte kind(int index);

    /** The bytes of all of them. */
    DirectBuffer bytes();

    int offset(int index);

    int length(int index);
}
