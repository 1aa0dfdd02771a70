package io.gatun.bench;

import io.gatun.bench.failover.FailoverCommand;
import io.gatun.bench.launch.LaunchCommand;
import io.gatun.bench.log.LogCommand;
import io.gatun.bench.micro.JmhCommand;
import io.gatun.bench.recovery.RecoveryCommand;
import io.gatun.bench.vip.VipCommand;
import io.gatun.mesos.flags.StartupException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code gatun bench NAME}: each benchmark is a sub-command. */
public final class Main {
    @Command(
            name = "bench",
            description = "Measures one line of the table of numbers to beat, and says whether it holds.",
            subcommands = {
                LaunchCommand.class,
                LogCommand.class,
                VipCommand.class,
                FailoverCommand.class,
                RecoveryCommand.class,
                JmhCommand.class
            })
    private static final class Bench {}

    private Main() {}

    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    /** Exit status: 0 measured, 1 could not be measured (one line on standard error says why), 2 wrong usage. */
    static CommandLine commandLine() {
        CommandLine root = new CommandLine(new Bench()).setCaseInsensitiveEnumValuesAllowed(true);
        for (CommandLine command : root.getSubcommands().values()) {
            command.getCommandSpec().mixinStandardHelpOptions(true);
        }
        root.setExecutionExceptionHandler((e, command, parsed) -> {
            if (e instanceof StartupException || e instanceof BenchException) {
                System.err.println("gatun bench: " + e.getMessage());
            } else if (e instanceof InterruptedException) {
                System.err.println("gatun bench: ended by a signal, so there are no figures");
            } else {
                e.printStackTrace(); // not foreseen, so a defect of ours: all of it, for the report
            }
            return 1;
        });
        return root;
    }
}
