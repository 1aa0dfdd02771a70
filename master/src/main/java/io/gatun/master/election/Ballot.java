package io.gatun.master.election;

import io.gatun.mesos.detector.MasterInfoJson;
import io.gatun.mesos.v1.MasterInfo;
import java.util.List;
import java.util.Optional;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.api.CuratorWatcher;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.Stat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This master's znode among the contenders. One thread uses it. Every call may fail halfway when the connection breaks;
 * {@link #stand} is written so that repeating it repairs that: a create whose answer was lost is found again by its
 * owner, the session, instead of being made twice.
 *
 * <p>Curator's own protection against that would put a prefix before the name, and no Mesos client would find it.
 */
final class Ballot {
    private static final Logger LOG = LoggerFactory.getLogger(Ballot.class);

    /**
     * What one look at the ballot shows.
     *
     * @param seen the contenders, and which is this master
     * @param first who the first of them is
     */
    record Result(Turn.Seen seen, Optional<MasterInfo> first) {}

    private final CuratorFramework client;
    private final String path;
    private final byte[] content;
    private final ElectionAcls acls;
    private final CuratorWatcher watcher;

    private String ownNode;
    private long ownSession;
    private String abandoned;
    private boolean parentExists;

    Ballot(CuratorFramework client, String path, MasterInfo self, ElectionAcls acls, CuratorWatcher watcher) {
        this.client = client;
        this.path = path;
        this.content = MasterInfoJson.encode(self);
        this.acls = acls;
        this.watcher = watcher;
    }

    /** Makes sure that this master contends, exactly once, and looks who is first. Leaves a watch on the contenders. */
    Result stand() throws Exception {
        createParent();
        long session = client.getZookeeperClient().getZooKeeper().getSessionId();
        List<String> nodes = contenders();
        removeAbandoned(nodes);
        if (ownNode == null || ownSession != session || !nodes.contains(ownNode)) {
            ownNode = adopt(nodes, session);
            ownSession = session;
            if (ownNode == null) {
                ownNode = create();
            }
            nodes = contenders();
        }
        return result(nodes);
    }

    /** Looks who is first, without contending. Leaves a watch on the contenders. */
    Result look() throws Exception {
        createParent();
        return result(contenders());
    }

    private Result result(List<String> nodes) throws Exception {
        String own = ownNode != null && nodes.contains(ownNode) ? ownNode : null;
        return new Result(new Turn.Seen(nodes, own), nodes.isEmpty() ? Optional.empty() : read(nodes.getFirst()));
    }

    /** Removes the znodes before this master's own; those of other users stay. */
    void clear() throws Exception {
        for (String node : contenders()) {
            if (ownNode == null || node.equals(ownNode)) {
                return;
            }
            try {
                deleteIfPresent(node);
            } catch (KeeperException.NoAuthException e) {
                LOG.warn(
                        "ZooKeeper: {}/{} is before this leader's znode, and may not be removed: {}",
                        path,
                        node,
                        e.getMessage());
            }
        }
    }

    /** The session is gone: its znode may live on until ZooKeeper notices, and is removed when that is possible. */
    void forget() {
        if (ownNode != null) {
            abandoned = ownNode;
            ownNode = null;
        }
    }

    /** Takes this master's znode back, so that another may lead. */
    void withdraw() throws Exception {
        if (ownNode != null) {
            deleteIfPresent(ownNode);
            ownNode = null;
        }
    }

    private void createParent() throws Exception {
        if (parentExists) {
            return;
        }
        for (int end = path.indexOf('/', 1); ; end = path.indexOf('/', end + 1)) {
            String part = end < 0 ? path : path.substring(0, end);
            if (client.checkExists().forPath(part) == null) {
                try {
                    client.create()
                            .withMode(CreateMode.PERSISTENT)
                            .withACL(acls.parent())
                            .forPath(part, new byte[0]);
                } catch (KeeperException.NodeExistsException e) {
                    // Another master was faster.
                }
            }
            if (end < 0) {
                parentExists = true;
                return;
            }
        }
    }

    private List<String> contenders() throws Exception {
        try {
            return ContenderNodes.ordered(
                    client.getChildren().usingWatcher(watcher).forPath(path));
        } catch (KeeperException.NoNodeException e) {
            // Somebody removed the whole tree: the next attempt makes it anew.
            parentExists = false;
            throw e;
        }
    }

    /** The znode of this session, if an earlier attempt made one; of several (they cannot lead both) the lowest. */
    private String adopt(List<String> nodes, long session) throws Exception {
        String mine = null;
        for (String node : nodes) {
            Stat stat = client.checkExists().forPath(path + "/" + node);
            if (stat != null && stat.getEphemeralOwner() == session) {
                if (mine == null) {
                    mine = node;
                } else {
                    deleteIfPresent(node);
                }
            }
        }
        return mine;
    }

    private String create() throws Exception {
        String created = client.create()
                .withMode(CreateMode.EPHEMERAL_SEQUENTIAL)
                .withACL(acls.contender())
                .forPath(path + "/" + ContenderNodes.PREFIX, content);
        return created.substring(created.lastIndexOf('/') + 1);
    }

    private void removeAbandoned(List<String> nodes) throws Exception {
        if (abandoned != null && nodes.contains(abandoned)) {
            deleteIfPresent(abandoned);
        }
        abandoned = null;
    }

    /** Empty when the znode vanished since it was listed; the watch will tell. */
    private Optional<MasterInfo> read(String node) throws Exception {
        try {
            return Optional.of(MasterInfoJson.decode(client.getData().forPath(path + "/" + node)));
        } catch (KeeperException.NoNodeException e) {
            return Optional.empty();
        }
    }

    private void deleteIfPresent(String node) throws Exception {
        try {
            client.delete().forPath(path + "/" + node);
        } catch (KeeperException.NoNodeException e) {
            // Its session ended first.
        }
    }
}
