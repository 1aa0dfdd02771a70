package io.gatun.dist.cli;

import io.gatun.dist.TemporaryFolder;
import io.gatun.master.Master;
import io.gatun.master.MasterFlags;
import io.gatun.master.SoftMaxHeap;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code gatun master}. */
@Command(name = "master", description = "Offers agents' resources to frameworks; one of several masters leads.")
public final class MasterCommand extends RoleCommand {
    @Mixin
    private MasterFlags flags;

    @Override
    Started start() {
        TemporaryFolder.use(flags.workDir);
        Master master = Master.launch(flags);
        SoftMaxHeap.begin();
        // A master that lost its leadership ends, for example: whoever watches over us starts a new one.
        CompletableFuture<Throwable> failure = master.terminated().handle((ended, cause) -> cause);
        return new Started("master: http://" + flags.ip + ":" + master.port(), master::close, failure);
    }
}
