package io.gatun.dist.cli;

import io.gatun.dist.TemporaryFolder;
import io.gatun.dist.zookeeper.ZookeeperFlags;
import io.gatun.dist.zookeeper.ZookeeperNode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code gatun zookeeper}. */
@Command(name = "zookeeper", description = "A single ZooKeeper server, for a cluster that has none.")
public final class ZookeeperCommand extends RoleCommand {
    @Mixin
    private ZookeeperFlags flags;

    @Override
    Started start() {
        TemporaryFolder.use(flags.workDir);
        ZookeeperNode node = ZookeeperNode.launch(flags);
        return new Started("zookeeper: " + flags.ip + ":" + node.port(), node::close);
    }
}
