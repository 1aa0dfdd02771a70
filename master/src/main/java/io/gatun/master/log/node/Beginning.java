package io.gatun.master.log.node;

import java.nio.file.Path;
import java.util.Set;
import java.util.UUID;

/** What a node makes of what it finds on its disk. */
final class Beginning {
    private Beginning() {}

    /**
     * Refuses what this replica cannot begin with.
     *
     * @throws LogException naming directory, damage and remedy
     */
    static void check(LogStore store, ClusterFile file, int id, Path directory, AddressBook addresses) {
        if (store.id() != 0 && store.id() != id) {
            throw new LogException("id=" + id + ": " + directory + " is the log of replica " + store.id()
                    + "; give that id, or another directory");
        }
        boolean alone = addresses.all().keySet().stream().allMatch(other -> other == id);
        if (!alone) {
            return; // a leader fills it
        }
        if (store.state() == LogStore.State.DAMAGED) {
            throw new LogException("the log in " + directory + " is damaged, and there is no other replica to fill it: "
                    + store.damage() + ". Restore the directory from a backup");
        }
        if (store.state() == LogStore.State.EMPTY && file.state() == ClusterFile.State.FORMED) {
            throw new LogException("the log in " + directory + " is gone, and there is no other replica to fill it: "
                    + "restore the directory from a backup, or remove it to begin with an empty log");
        }
    }

    /** The cluster file as it should be for that disk; written if it was not. */
    static ClusterFile settle(LogStore store, ClusterFile file, int id, Path directory) {
        boolean hasLog = store.state() != LogStore.State.EMPTY;
        if (!hasLog || file.state() == ClusterFile.State.FORMED) {
            return file;
        }
        if (file.state() == ClusterFile.State.FORMING) {
            return new ClusterFile(ClusterFile.State.FORMED, file.cluster(), id).write(directory); // it died in between
        }
        boolean only = store.state() == LogStore.State.WHOLE
                && store.recovered().snapshot().members().voters().equals(Set.of(id));
        return new ClusterFile(ClusterFile.State.FORMED, only ? UUID.randomUUID() : ClusterFile.NO_CLUSTER, id)
                .write(directory);
    }
}
