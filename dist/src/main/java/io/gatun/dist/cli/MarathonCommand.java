package io.gatun.dist.cli;

import io.gatun.marathon.Marathon;
import io.gatun.marathon.MarathonFlags;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code gatun marathon}. */
@Command(name = "marathon", description = "Keeps services running: Marathon's API over the public scheduler API.")
public final class MarathonCommand extends RoleCommand {
    @Mixin
    private MarathonFlags flags;

    @Override
    Started start() {
        Marathon marathon = Marathon.launch(flags);
        return new Started("marathon: http://" + flags.httpAddress + ":" + marathon.port(), marathon::close);
    }
}
