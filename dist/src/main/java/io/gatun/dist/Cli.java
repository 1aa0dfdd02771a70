package io.gatun.dist;

import io.gatun.dist.cli.AgentCommand;
import io.gatun.dist.cli.ContainersCommand;
import io.gatun.dist.cli.ExplainCommand;
import io.gatun.dist.cli.FlagDefaults;
import io.gatun.dist.cli.LogCommand;
import io.gatun.dist.cli.MarathonCommand;
import io.gatun.dist.cli.MasterCommand;
import io.gatun.dist.cli.NetCommand;
import io.gatun.dist.cli.UpCommand;
import io.gatun.dist.cli.ZookeeperCommand;
import io.gatun.mesos.flags.StartupException;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;

/** The commands that need more than a line of text: one sub-command per role, and {@code up}. */
final class Cli {
    @Command(
            name = "gatun",
            subcommands = {
                UpCommand.class,
                ZookeeperCommand.class,
                MasterCommand.class,
                AgentCommand.class,
                NetCommand.class,
                MarathonCommand.class,
                ExplainCommand.class,
                ContainersCommand.class,
                LogCommand.class
            })
    private static final class Gatun {}

    private Cli() {}

    /** Returns the exit status: 0 done, 1 could not run (one line on standard error), 2 wrong usage. */
    static int run(String... args) {
        return commandLine().execute(args);
    }

    /** The whole command tree; flags take their defaults from environment and properties files. */
    static CommandLine commandLine() {
        CommandLine root = new CommandLine(new Gatun());
        for (CommandLine command : root.getSubcommands().values()) {
            CommandSpec spec = command.getCommandSpec();
            spec.mixinStandardHelpOptions(true);
            spec.usageMessage().width(110).abbreviateSynopsis(true).sortOptions(false);
            command.setDefaultValueProvider(FlagDefaults.of(spec.name()));
        }
        root.setExecutionExceptionHandler(Cli::explain);
        CommandLine.IParameterExceptionHandler usage = root.getParameterExceptionHandler();
        root.setParameterExceptionHandler((e, arguments) -> e.getCause() instanceof StartupException cause
                ? explain(cause, e.getCommandLine(), null) // a broken properties file is no wrong usage
                : usage.handleParseException(e, arguments));
        return root;
    }

    private static int explain(Exception e, CommandLine command, CommandLine.ParseResult parsed) {
        if (e instanceof StartupException) {
            System.err.println("gatun: " + e.getMessage());
        } else {
            // Not foreseen, so a defect of ours: all of it, for the report.
            LoggerFactory.getLogger(Cli.class).error("gatun {} failed", command.getCommandName(), e);
            System.err.println("gatun: " + e);
        }
        return 1;
    }
}
