package io.gatun.dist.cli;

import io.gatun.dist.net.NetFlags;
import io.gatun.dist.net.NetNode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code gatun net}. */
@Command(name = "net", description = "DNS names of tasks and virtual IPs, from the master's events.")
public final class NetCommand extends RoleCommand {
    @Mixin
    private NetFlags flags;

    @Override
    Started start() {
        NetNode net = NetNode.launch(flags);
        String where = "net: DNS on " + String.join(", ", net.resolvers()) + "; "
                + net.vips().text();
        return new Started(where, net::close);
    }
}
