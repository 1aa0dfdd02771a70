package io.gatun.master.log.node;

import io.gatun.master.log.Journal;
import io.gatun.master.log.Snapshot;
import org.agrona.DirectBuffer;

/** Of a replica that has no log yet, and hears nothing that it would have to write. */
final class NoJournal implements Journal {
    private static IllegalStateException unexpected() {
        return new IllegalStateException("a replica without a log was to write");
    }

    @Override
    public void promise(long epoch) {
        throw unexpected();
    }

    @Override
    public void entry(long position, long epoch, byte kind, DirectBuffer bytes, int offset, int length) {
        throw unexpected();
    }

    @Override
    public void vouch() {
        throw unexpected();
    }

    @Override
    public void compact(Snapshot snapshot) {
        throw unexpected();
    }

    @Override
    public void restore(Snapshot snapshot) {
        throw unexpected();
    }

    @Override
    public void force(long ticket) {
        throw unexpected();
    }

    @Override
    public void close() {
        // There is nothing.
    }
}
