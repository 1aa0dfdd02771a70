package io.gatun.master.log.node;

import io.gatun.master.log.net.FrameType;
import io.gatun.master.log.net.Link;
import io.gatun.master.log.net.Transport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How replicas without a log form one, in two steps, so that none that has lost its log can be mistaken for a new one.
 * Everyone tells everyone whether it has a log. When all founders are there and none has, the one with the least id
 * proposes a cluster; each writes down that it agrees, and says so; when all have, the proposer begins its log. Who has
 * agreed begins as soon as it hears that another one has: nothing of that cluster was ever on its own disk. One thread.
 */
final class Formation {
    /** What a node does when it is time. */
    interface Founding {
        /** Begins an empty log of these members. */
        void form(Set<Integer> members) throws IOException;

        /** Begins as one who will be filled. */
        void join() throws IOException;
    }

    private static final Logger LOG = LoggerFactory.getLogger(Formation.class);
    private static final byte STATE = 1;
    private static final byte PROPOSE = 2;
    private static final byte AGREE = 3;
    private static final int AT_KIND = 0;
    private static final int AT_STATE = 1;
    private static final int AT_CLUSTER = 2;
    private static final int AT_COUNT = 18;
    private static final int AT_IDS = 20;
    private static final long SAY_EVERY_NS = 100_000_000;
    private static final long BELIEVED_NS = 1_000_000_000;

    private record Heard(ClusterFile.State state, UUID cluster, Set<Integer> founders, long at) {}

    private final int id;
    private final Path directory;
    private final Set<Integer> founders;
    private final boolean allowed;
    private final Transport transport;
    private final Founding founding;
    private final Map<Integer, Heard> heard = new HashMap<>();
    private final Map<Integer, UUID> agreed = new HashMap<>();
    private final UnsafeBuffer frame = new UnsafeBuffer(new byte[AT_IDS + 2 * 64]);
    private ClusterFile file;
    private long saidAt;
    private String said = "";

    /**
     * Of one replica.
     *
     * @param allowed whether it may take part in forming a log
     */
    Formation(
            ClusterFile file,
            Path directory,
            Set<Integer> founders,
            boolean allowed,
            Transport transport,
            Founding founding) {
        this.id = file.id();
        this.file = file;
        this.directory = directory;
        this.founders = founders;
        this.allowed = allowed;
        this.transport = transport;
        this.founding = founding;
    }

    ClusterFile file() {
        return file;
    }

    /** The log that this replica is of, for those who connect; all zero before there is one. */
    UUID cluster() {
        return file.state() == ClusterFile.State.FORMED ? file.cluster() : ClusterFile.NO_CLUSTER;
    }

    /** A replica of a log that exists has connected: this one can only be of the same. */
    void adopt(UUID cluster) {
        if (file.state() == ClusterFile.State.FORMED && file.cluster().equals(ClusterFile.NO_CLUSTER)) {
            file = new ClusterFile(ClusterFile.State.FORMED, cluster, id).write(directory); // restored without its file
        }
        boolean awaited =
                file.state() == ClusterFile.State.FORMING && file.cluster().equals(cluster);
        if (file.state() != ClusterFile.State.FORMED && !awaited) {
            begun(founding::join);
            file = new ClusterFile(ClusterFile.State.FORMED, cluster, id).write(directory);
            LOG.info(
                    "Replica {}: there is a log already, of cluster {}; waiting to be filled by its leader",
                    id,
                    cluster);
        }
    }

    /** Time passes. */
    void tick(long now) {
        if (file.state() == ClusterFile.State.FORMED || now - saidAt < SAY_EVERY_NS) {
            return;
        }
        saidAt = now;
        transport.toAll(link -> send(link, STATE, file));
        if (!allowed) {
            return;
        }
        if (founders.size() == 1) {
            begin(UUID.randomUUID());
        } else if (id == new TreeSet<>(founders).first() && mayPropose(now)) {
            propose();
        }
    }

    private boolean mayPropose(long now) {
        for (int founder : founders) {
            if (founder == id) {
                continue;
            }
            Heard peer = heard.get(founder);
            if (peer == null || now - peer.at() > BELIEVED_NS) {
                say("waiting for replica " + founder + " to form a log with " + founders);
                return false;
            }
            if (peer.state() == ClusterFile.State.FORMED) {
                say("replica " + founder + " has a log already, so none is formed");
                return false;
            }
            if (!peer.founders().equals(founders)) {
                say("replica " + founder + " would form a log with " + peer.founders() + ", this one with " + founders
                        + ": none is formed");
                return false;
            }
        }
        return true;
    }

    private void say(String text) {
        if (!text.equals(said)) {
            said = text;
            LOG.info("Replica {}: {}", id, text);
        }
    }

    private void propose() {
        if (file.state() != ClusterFile.State.FORMING) {
            agree(UUID.randomUUID());
        }
        boolean all = true;
        for (int founder : founders) {
            if (founder != id && !file.cluster().equals(agreed.get(founder))) {
                all = false;
                Link link = transport.to(founder);
                if (link != null) {
                    send(link, PROPOSE, file);
                }
            }
        }
        if (all) {
            begin(file.cluster());
        }
    }

    private void agree(UUID cluster) {
        file = new ClusterFile(ClusterFile.State.FORMING, cluster, id).write(directory);
    }

    private void begin(UUID cluster) {
        // The log first: a file that says FORMED and no log would be one that was lost.
        begun(() -> founding.form(founders));
        file = new ClusterFile(ClusterFile.State.FORMED, cluster, id).write(directory);
        LOG.info("Replica {}: formed a log, cluster {}, of {}", id, cluster, founders);
    }

    private interface Step {
        void take() throws IOException;
    }

    private void begun(Step step) {
        try {
            step.take();
        } catch (IOException e) {
            throw new LogException("replica " + id + ": begin a log in " + directory + ": " + e, e);
        }
    }

    private void send(Link link, byte kind, ClusterFile of) {
        frame.putByte(AT_KIND, kind);
        frame.putByte(AT_STATE, of.state().code());
        frame.putLong(AT_CLUSTER, of.cluster().getMostSignificantBits());
        frame.putLong(AT_CLUSTER + Long.BYTES, of.cluster().getLeastSignificantBits());
        frame.putShort(AT_COUNT, (short) founders.size());
        int at = AT_IDS;
        for (int founder : founders) {
            frame.putShort(at, (short) founder);
            at += Short.BYTES;
        }
        link.send(FrameType.FORMATION, frame, 0, at);
    }

    /**
     * A frame of another replica, without its type.
     *
     * @throws IllegalArgumentException when it is none
     */
    void received(int from, DirectBuffer bytes, int offset, int length, long now) {
        int count = length < AT_IDS ? -1 : Short.toUnsignedInt(bytes.getShort(offset + AT_COUNT));
        if (count < 0 || AT_IDS + count * Short.BYTES != length) {
            throw new IllegalArgumentException(
                    "a frame about forming a log has " + length + " bytes and announces " + count + " founders");
        }
        Set<Integer> theirs = new TreeSet<>();
        for (int i = 0; i < count; i++) {
            theirs.add(Short.toUnsignedInt(bytes.getShort(offset + AT_IDS + i * Short.BYTES)));
        }
        UUID cluster = new UUID(bytes.getLong(offset + AT_CLUSTER), bytes.getLong(offset + AT_CLUSTER + Long.BYTES));
        Heard peer = new Heard(ClusterFile.State.of(bytes.getByte(offset + AT_STATE)), cluster, theirs, now);
        switch (bytes.getByte(offset + AT_KIND)) {
            case STATE -> state(from, peer);
            case PROPOSE -> proposed(from, peer);
            case AGREE -> agreed.put(from, cluster);
            default -> throw new IllegalArgumentException("a frame about forming a log has an unknown kind");
        }
    }

    private void state(int from, Heard peer) {
        heard.put(from, peer);
        if (file.state() == ClusterFile.State.FORMED) {
            if (peer.state() != ClusterFile.State.FORMED) {
                answer(from, STATE);
            }
        } else if (peer.state() == ClusterFile.State.FORMED) {
            if (file.state() == ClusterFile.State.FORMING && peer.cluster().equals(file.cluster())) {
                begin(file.cluster());
            } else {
                adopt(peer.cluster());
            }
        }
    }

    private void proposed(int from, Heard peer) {
        boolean agrees = allowed
                && file.state() != ClusterFile.State.FORMED
                && peer.founders().equals(founders)
                && founders.contains(from);
        if (agrees) {
            if (!peer.cluster().equals(file.cluster())) {
                agree(peer.cluster());
            }
            answer(from, AGREE);
        } else {
            answer(from, STATE);
        }
    }

    private void answer(int to, byte kind) {
        Link link = transport.to(to);
        if (link != null) {
            send(link, kind, file);
        }
    }
}
