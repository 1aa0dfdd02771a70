package io.gatun.dist.cli;

import io.gatun.dist.Logging;
import io.gatun.dist.up.Up;
import io.gatun.dist.up.UpFlags;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code gatun up}. */
@Command(
        name = "up",
        description = "The whole stack in one process, for a laptop and for tests. Ctrl-C ends it and every task.")
public final class UpCommand implements Callable<Integer> {
    @Mixin
    private UpFlags flags;

    @Override
    public Integer call() throws Exception {
        try (EndSignal end = new EndSignal();
                Up up = Up.start(flags, UpCommand::print, end::isAsked)) {
            print(up.report());
            Logging.warningsOnConsole(true);
            end.await(up.failure());
            Logging.warningsOnConsole(false);
            print("\nEnding...\n");
            return RoleCommand.exitStatus(up.failure());
        }
    }

    private static void print(String text) {
        System.out.print(text);
        System.out.flush();
    }
}
