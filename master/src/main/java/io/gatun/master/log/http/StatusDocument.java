package io.gatun.master.log.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gatun.master.log.Epoch;
import io.gatun.master.log.node.LogStatus;
import java.util.Set;

/** A status as JSON. */
final class StatusDocument {
    private static final ObjectMapper JSON = new ObjectMapper();

    private StatusDocument() {}

    static String of(LogStatus status) {
        ObjectNode root = JSON.createObjectNode();
        root.put("id", status.id());
        root.put("address", status.address());
        root.put("cluster", status.cluster());
        root.put("state", status.state());
        root.put("role", status.role());
        root.put("epoch", status.epoch());
        root.put("epoch_text", Epoch.toString(status.epoch()));
        root.put("leader", status.leader());
        root.put("trouble", status.trouble());
        ObjectNode positions = root.putObject("positions");
        positions.put("first", status.first());
        positions.put("committed", status.committed());
        positions.put("forced", status.forced());
        positions.put("last", status.last());
        ids(root.putArray("voters"), status.voters());
        ids(root.putArray("learners"), status.learners());
        ObjectNode sync = root.putObject("sync");
        sync.put("count", status.sync().count());
        sync.put("entries", status.sync().entries());
        sync.put("bytes", status.sync().bytes());
        sync.put("ago_ms", status.sync().agoMs());
        sync.put("last_us", status.sync().lastUs());
        sync.put("max_us", status.sync().maxUs());
        ArrayNode peers = root.putArray("peers");
        for (LogStatus.Peer peer : status.peers()) {
            ObjectNode node = peers.addObject();
            node.put("id", peer.id());
            node.put("address", peer.connection().address());
            node.put("connected", peer.connection().connected());
            node.put("heard_ms", peer.connection().heardMs());
            node.put(
                    "round_trip_us",
                    peer.connection().roundTripNs() < 0 ? -1 : peer.connection().roundTripNs() / 1000);
            node.put("trouble", peer.connection().trouble());
            node.put("matched", peer.matched());
            node.put("lag", peer.lag());
        }
        return root.toPrettyString() + "\n";
    }

    private static void ids(ArrayNode to, Set<Integer> ids) {
        ids.stream().sorted().forEach(to::add);
    }
}
