package io.gatun.master.log.node;

import io.gatun.master.log.Replica;
import io.gatun.master.log.net.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Puts a status together. */
final class Statuses {
    private Statuses() {}

    static LogStatus of(
            int id,
            Replica replica,
            LogStore store,
            ClusterFile file,
            Transport transport,
            AddressBook addresses,
            MeasuredJournal journal,
            long ownerHeardMs,
            String trouble) {
        Set<Integer> others = new TreeSet<>(addresses.all().keySet());
        others.addAll(replica.members().all());
        others.remove(id);
        List<LogStatus.Peer> peers = new ArrayList<>();
        for (int peer : others) {
            long matched = replica.matched(peer);
            peers.add(new LogStatus.Peer(
                    peer, transport.state(peer), matched, matched < 0 ? -1 : Math.max(0, replica.last() - matched)));
        }
        return new LogStatus(
                id,
                file.state() == ClusterFile.State.NONE ? "" : file.cluster().toString(),
                state(replica, store, file),
                role(replica),
                replica.promised(),
                ownerHeardMs,
                replica.leader(),
                replica.compacted() + 1,
                replica.committed(),
                replica.last(),
                replica.forced(),
                replica.members().voters(),
                replica.members().learners(),
                List.copyOf(peers),
                journal.status(),
                trouble,
                transport.advertised());
    }

    private static String state(Replica replica, LogStore store, ClusterFile file) {
        if (replica.isSilent()) {
            return "FAILED";
        }
        if (replica.isVouched()) {
            return LogStore.State.WHOLE.name();
        }
        return file.state() == ClusterFile.State.FORMING
                ? file.state().name()
                : store.state().name();
    }

    private static String role(Replica replica) {
        if (replica.isSilent()) {
            return "silent";
        }
        if (replica.isLeading()) {
            return "leader";
        }
        if (replica.isTrying()) {
            return "candidate";
        }
        return replica.members().voters().contains(replica.id()) ? "follower" : "learner";
    }
}
