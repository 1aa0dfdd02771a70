package io.gatun.marathon.store;

import com.fasterxml.jackson.databind.JsonNode;
import io.gatun.marathon.app.AppId;
import io.gatun.marathon.app.AppSpec;
import io.gatun.marathon.app.AppWriter;
import io.gatun.marathon.state.Change;
import io.gatun.marathon.state.Persisted;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.api.transaction.CuratorOp;
import org.apache.zookeeper.KeeperException;

/**
 * Marathon's memory in ZooKeeper. Below the given root:
 *
 * <pre>
 * state/framework-id            the id, as text
 * state/apps/A                  the current version of an app, A its path with _ for slashes
 * state/apps/A/V                each version that is kept
 * state/instances/I, state/deployments/D, state/failures/A
 * </pre>
 *
 * A batch of changes is written in transactions, the last state of each node once.
 */
public final class ZkStore implements Store {
    /** Well below ZooKeeper's limit of 1 MiB (jute.maxbuffer) for one packet. */
    private static final int TRANSACTION_BYTES_MAX = 512 * 1024;

    private static final int TRANSACTION_OPS_MAX = 500;
    private static final List<String> FOLDERS = List.of("apps", "instances", "deployments", "failures");

    private final CuratorFramework zk;
    private final String root;
    private final int versionsMax;
    private final Records records;
    /** Nodes that exist: this is the only writer, so that there is no need to ask. */
    private final Set<String> existing = new HashSet<>();

    /**
     * Opens nothing; {@link #load} must come first.
     *
     * @param zk a started client
     * @param root path such as {@code /marathon}
     * @param versionsMax versions kept of each app
     */
    public ZkStore(CuratorFramework zk, String root, int versionsMax, String frameworkRole) {
        this.zk = zk;
        this.root = root + "/state";
        this.versionsMax = versionsMax;
        this.records = new Records(frameworkRole);
    }

    @Override
    public Persisted load() {
        existing.clear();
        for (String folder : FOLDERS) {
            makeFolder(root + "/" + folder);
        }
        List<AppSpec> apps = new ArrayList<>();
        List<AppSpec> versions = new ArrayList<>();
        for (String node : children(root + "/apps")) {
            apps.add(read(node, records::app));
            children(node).forEach(version -> versions.add(read(version, records::app)));
        }
        String frameworkIdNode = root + "/framework-id";
        return new Persisted(
                exists(frameworkIdNode)
                        ? Optional.of(new String(data(frameworkIdNode), StandardCharsets.UTF_8))
                        : Optional.empty(),
                apps,
                versions,
                all("instances", Records::instance),
                all("deployments", records::deployment),
                all("failures", Records::failure));
    }

    private <T> List<T> all(String folder, Function<JsonNode, T> reader) {
        return children(root + "/" + folder).stream()
                .map(node -> read(node, reader))
                .toList();
    }

    private void makeFolder(String path) {
        try {
            zk.create().orSetData().creatingParentsIfNeeded().forPath(path, new byte[0]);
        } catch (Exception e) {
            throw failed("create", path, e);
        }
    }

    private boolean exists(String path) {
        try {
            boolean exists = zk.checkExists().forPath(path) != null;
            if (exists) {
                existing.add(path);
            }
            return exists;
        } catch (Exception e) {
            throw failed("look up", path, e);
        }
    }

    private List<String> children(String path) {
        try {
            List<String> children = zk.getChildren().forPath(path).stream()
                    .sorted()
                    .map(name -> path + "/" + name)
                    .toList();
            existing.addAll(children);
            return children;
        } catch (Exception e) {
            throw failed("list", path, e);
        }
    }

    private byte[] data(String path) {
        try {
            return zk.getData().forPath(path);
        } catch (Exception e) {
            throw failed("read", path, e);
        }
    }

    private <T> T read(String path, Function<JsonNode, T> reader) {
        try {
            return reader.apply(Records.parse(data(path)));
        } catch (IOException | IllegalArgumentException e) {
            throw failed("understand", path, e);
        }
    }

    @Override
    public void commit(List<Change> changes) {
        // Node to its content, or to null when it shall be gone. Later changes overrule earlier ones.
        Map<String, byte[]> nodes = new LinkedHashMap<>();
        changes.forEach(change -> collect(change, nodes));
        List<CuratorOp> ops = new ArrayList<>();
        int bytes = 0;
        for (Map.Entry<String, byte[]> node : nodes.entrySet()) {
            CuratorOp op = op(node.getKey(), node.getValue());
            if (op == null) {
                continue;
            }
            int size = node.getKey().length() + (node.getValue() == null ? 0 : node.getValue().length);
            if (!ops.isEmpty() && (bytes + size > TRANSACTION_BYTES_MAX || ops.size() == TRANSACTION_OPS_MAX)) {
                execute(ops);
                ops.clear();
                bytes = 0;
            }
            ops.add(op);
            bytes += size;
        }
        if (!ops.isEmpty()) {
            execute(ops);
        }
    }

    private void collect(Change change, Map<String, byte[]> nodes) {
        switch (change) {
            case Change.SaveApp(AppSpec app) -> {
                byte[] data = Records.bytes(AppWriter.write(app));
                String node = appNode(app.id());
                put(nodes, node, data);
                put(nodes, node + "/" + app.version(), data);
                dropOldVersions(node, nodes);
            }
            case Change.DeleteApp(AppId id) -> {
                String node = appNode(id);
                versionNodes(node, nodes).forEach(version -> put(nodes, version, null));
                put(nodes, node, null);
                put(nodes, root + "/failures/" + id.safe(), null);
            }
            case Change.SaveInstance save ->
                put(nodes, root + "/instances/" + save.instance().id(), Records.bytes(Records.json(save.instance())));
            case Change.DeleteInstance(String id) -> put(nodes, root + "/instances/" + id, null);
            case Change.SaveDeployment save ->
                put(
                        nodes,
                        root + "/deployments/" + save.deployment().id(),
                        Records.bytes(Records.json(save.deployment())));
            case Change.DeleteDeployment(String id) -> put(nodes, root + "/deployments/" + id, null);
            case Change.SaveFailure save ->
                put(
                        nodes,
                        root + "/failures/" + save.failure().app().safe(),
                        Records.bytes(Records.json(save.failure())));
            case Change.SaveFrameworkId(String id) ->
                put(nodes, root + "/framework-id", id.getBytes(StandardCharsets.UTF_8));
            case Change.DeleteFrameworkId deleted -> put(nodes, root + "/framework-id", null);
        }
    }

    private static void put(Map<String, byte[]> nodes, String node, byte[] data) {
        // In the order of the last change: an app that is deleted and made again gets its node before its versions.
        nodes.remove(node);
        nodes.put(node, data);
    }

    private String appNode(AppId id) {
        return root + "/apps/" + id.safe();
    }

    private List<String> versionNodes(String appNode, Map<String, byte[]> nodes) {
        Set<String> versions = new HashSet<>(existing);
        nodes.forEach((node, data) -> {
            if (data == null) {
                versions.remove(node);
            } else {
                versions.add(node);
            }
        });
        return versions.stream()
                .filter(node -> node.startsWith(appNode + "/"))
                .sorted()
                .toList();
    }

    private void dropOldVersions(String appNode, Map<String, byte[]> nodes) {
        List<String> versions = versionNodes(appNode, nodes);
        versions.subList(0, Math.max(0, versions.size() - versionsMax)).forEach(old -> put(nodes, old, null));
    }

    private CuratorOp op(String node, byte[] data) {
        try {
            if (data == null) {
                return existing.remove(node) ? zk.transactionOp().delete().forPath(node) : null;
            }
            return existing.add(node)
                    ? zk.transactionOp().create().forPath(node, data)
                    : zk.transactionOp().setData().forPath(node, data);
        } catch (Exception e) {
            throw failed("prepare", node, e);
        }
    }

    private void execute(List<CuratorOp> ops) {
        try {
            zk.transaction().forOperations(ops);
        } catch (Exception e) {
            throw failed("write " + ops.size() + " nodes below", root, e);
        }
    }

    private static StoreException failed(String what, String path, Exception e) {
        if (e instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
        String reason = e instanceof KeeperException keeper ? keeper.code().name() : String.valueOf(e.getMessage());
        return new StoreException("ZooKeeper: cannot " + what + " " + path + ": " + reason, e);
    }
}
