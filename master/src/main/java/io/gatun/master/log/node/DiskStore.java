package io.gatun.master.log.node;

import io.gatun.master.log.Journal;
import io.gatun.master.log.Members;
import io.gatun.master.log.Recovered;
import io.gatun.master.log.Snapshot;
import io.gatun.master.log.disk.JournalEvents;
import io.gatun.master.log.disk.JournalFiles;
import io.gatun.master.log.disk.OpenedJournal;
import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A journal on Chronicle Queue files. */
final class DiskStore implements LogStore {
    private static final Logger LOG = LoggerFactory.getLogger(DiskStore.class);

    private final OpenedJournal opened;
    private Journal journal;

    private DiskStore(OpenedJournal opened) {
        this.opened = opened;
    }

    static LogStore open(Path directory) throws IOException {
        OpenedJournal opened = JournalFiles.open(directory);
        if (!opened.dropped().isEmpty()) {
            LOG.warn(
                    "{}: {}: it was being written when the machine died and was never acknowledged; left out",
                    directory,
                    opened.dropped());
        }
        return new DiskStore(opened);
    }

    @Override
    public State state() {
        return switch (opened.state()) {
            case WHOLE -> State.WHOLE;
            case EMPTY -> State.EMPTY;
            case DAMAGED -> State.DAMAGED;
        };
    }

    @Override
    public String damage() {
        return opened.damage();
    }

    @Override
    public int id() {
        return opened.id();
    }

    @Override
    public void form(int id, Members members) {
        opened.form(id, members);
    }

    @Override
    public void join(int id) throws IOException {
        opened.join(id);
    }

    @Override
    public Recovered recovered() {
        return opened.recovered();
    }

    @Override
    public Journal start(Events events) throws IOException {
        journal = opened.start(new JournalEvents() {
            @Override
            public void forced(long ticket) {
                events.forced(ticket);
            }

            @Override
            public void failed(String reason) {
                events.failed(reason);
            }

            @Override
            public void stored(Snapshot snapshot) {
                events.stored(snapshot);
            }
        });
        return journal;
    }

    @Override
    public void close() {
        if (journal != null) {
            journal.close();
            return;
        }
        try {
            opened.close();
        } catch (IOException e) {
            LOG.warn("Let go of a journal: {}", e.toString());
        }
    }
}
