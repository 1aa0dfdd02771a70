package io.gatun.master.election;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.Stat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The znodes {@code log_replicas/<ten digits>} below the masters' path, by which replicas of the log find each other before
 * they know each other: the number is the replica's, the content {@code {"address":"host:port","formed":false}}. They are
 * ephemeral, so no two replicas that live have one number. One thread.
 */
public final class ReplicaDirectory {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicaDirectory.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NAME = "%010d";
    private static final String ADDRESS = "address";
    private static final String FORMED = "formed";

    /**
     * A replica.
     *
     * @param address where it listens for others
     * @param formed whether it has, or had, a log
     */
    public record Registration(InetSocketAddress address, boolean formed) {}

    private final CuratorFramework client;
    private final String path;
    private final ElectionAcls acls;

    /**
     * Registrations below a path.
     *
     * @param client started by somebody else
     * @param zkPath of the masters
     * @param authenticated whether the client has credentials
     */
    public ReplicaDirectory(CuratorFramework client, String zkPath, boolean authenticated) {
        this.client = client;
        this.path = zkPath + "/log_replicas";
        this.acls = ElectionAcls.of(authenticated);
    }

    /** All that live, by number; throws what ZooKeeper does. */
    public Map<Integer, Registration> all() throws Exception {
        Map<Integer, Registration> all = new TreeMap<>();
        for (String name : names()) {
            try {
                all.put(Integer.parseInt(name), decode(client.getData().forPath(path + "/" + name)));
            } catch (KeeperException.NoNodeException e) {
                // It went between the two reads.
            } catch (NumberFormatException | IOException e) {
                LOG.warn("ZooKeeper: {}/{} is no replica of a log: {}", path, name, e.getMessage());
            }
        }
        return all;
    }

    private Iterable<String> names() throws Exception {
        try {
            return client.getChildren().forPath(path);
        } catch (KeeperException.NoNodeException e) {
            return List.of();
        }
    }

    /**
     * Registers a replica, or changes what is said of it. Writes only what is not there yet: masters ask every second, and
     * ZooKeeper forces each write to its disk.
     *
     * @return false when another one that lives, or lived a moment ago, has that number
     */
    public boolean register(int id, Registration registration) throws Exception {
        String name = path + "/" + String.format(Locale.ROOT, NAME, id);
        byte[] content = encode(registration);
        long session = client.getZookeeperClient().getZooKeeper().getSessionId();
        try {
            Stat stat = new Stat();
            byte[] there = client.getData().storingStatIn(stat).forPath(name);
            boolean own = stat.getEphemeralOwner() == session;
            if (own && !Arrays.equals(there, content)) {
                client.setData().forPath(name, content);
            }
            return own;
        } catch (KeeperException.NoNodeException e) {
            // It has to be made.
        }
        createParent();
        try {
            client.create()
                    .withMode(CreateMode.EPHEMERAL)
                    .withACL(acls.contender())
                    .forPath(name, content);
            return true;
        } catch (KeeperException.NodeExistsException e) {
            return false;
        }
    }

    private void createParent() throws Exception {
        try {
            client.create().creatingParentsIfNeeded().withACL(acls.parent()).forPath(path, new byte[0]);
        } catch (KeeperException.NodeExistsException e) {
            // Somebody was here before.
        }
    }

    /** Takes a registration of this session back. */
    public void remove(int id) throws Exception {
        try {
            client.delete().forPath(path + "/" + String.format(Locale.ROOT, NAME, id));
        } catch (KeeperException.NoNodeException e) {
            // It is gone already.
        }
    }

    private static byte[] encode(Registration registration) throws JsonProcessingException {
        return JSON.writeValueAsBytes(Map.of(
                ADDRESS,
                registration.address().getHostString() + ":"
                        + registration.address().getPort(),
                FORMED,
                registration.formed()));
    }

    private static Registration decode(byte[] content) throws IOException {
        JsonNode json = JSON.readTree(content);
        String address = json.path(ADDRESS).asText();
        int colon = address.lastIndexOf(':');
        if (colon < 1 || !address.substring(colon + 1).matches("[0-9]{1,5}")) {
            throw new IOException("address '" + address + "' is not host:port");
        }
        return new Registration(
                InetSocketAddress.createUnresolved(
                        address.substring(0, colon), Integer.parseInt(address.substring(colon + 1))),
                json.path(FORMED).asBoolean());
    }
}
