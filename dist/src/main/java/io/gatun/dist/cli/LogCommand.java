package io.gatun.dist.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.gatun.dist.log.MasterLogClient;
import io.gatun.dist.log.StatusTable;
import io.gatun.master.log.disk.JournalState;
import io.gatun.master.log.disk.JournalVerifier;
import io.gatun.mesos.flags.StartupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code gatun log}. */
@Command(
        name = "log",
        description = "The replicated log of the masters: how it is, whether its files are whole, its members.")
public final class LogCommand implements Runnable {
    /** Of the log, below a master's {@code --work_dir}. */
    private static final String DIRECTORY = "replicated_log";

    private static final String MASTER = "127.0.0.1:5050";

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Missing: status, verify or replace");
    }

    /** Returns 0, or 1 when the replica is in trouble. */
    @Command(
            name = "status",
            mixinStandardHelpOptions = true,
            description =
                    "Replicas, epoch, positions, lag and last sync, as a master sees them. Status 1: it has trouble.")
    int status(
            @Option(
                            names = "--master",
                            paramLabel = "IP:PORT",
                            defaultValue = MASTER,
                            description =
                                    "The master to ask (default: ${DEFAULT-VALUE}); only the leader knows the lag of the others.")
                    String master,
            @Option(names = "--json", description = "Print the JSON object that the master answers.") boolean json) {
        JsonNode status = new MasterLogClient(master).status();
        System.out.print(json ? status.toPrettyString() + "\n" : StatusTable.of(status));
        return status.path("trouble").asText().isEmpty() ? 0 : 1;
    }

    /** Returns 0 when the files are whole, 1 when they are damaged or there are none. */
    @Command(
            name = "verify",
            mixinStandardHelpOptions = true,
            description = "Reads all of a log's files and checks them as a master would at its start; changes nothing.")
    int verify(
            @Parameters(
                            paramLabel = "DIR",
                            description = "The log: " + DIRECTORY + " below a master's --work_dir, or a copy.")
                    Path directory) {
        Path below = directory.resolve(DIRECTORY);
        if (Files.isDirectory(below)) {
            throw new StartupException(
                    directory.toString(), "is a master's --work_dir and not its log", "give " + below);
        }
        JournalVerifier.Report report;
        try {
            report = JournalVerifier.verify(directory);
        } catch (IOException e) {
            throw new StartupException(directory.toString(), "cannot be read: " + e, "give the directory of a log", e);
        }
        System.out.println(directory + ": " + report.state());
        if (report.state() != JournalState.EMPTY) {
            System.out.println("replica " + report.replica() + (report.vouched() ? "" : ", which is being filled")
                    + ", snapshot up to position " + report.snapshotPosition() + " (" + report.snapshotBytes()
                    + " bytes), last position " + report.lastPosition() + ", " + report.records() + " records");
        }
        if (!report.problem().isEmpty()) {
            System.out.println("damaged: " + report.problem());
        }
        if (!report.dropped().isEmpty()) {
            System.out.println("left out, never acknowledged: " + report.dropped());
        }
        return report.state() == JournalState.WHOLE ? 0 : 1;
    }

    /** Returns 0 when the change is committed. */
    @Command(
            name = "replace",
            mixinStandardHelpOptions = true,
            description =
                    "Adds a replica, removes one, or puts one in place of another; waits until that is committed.")
    int replace(
            @Option(
                            names = "--master",
                            paramLabel = "IP:PORT",
                            defaultValue = MASTER,
                            description = "Any master; it redirects to the leader (default: ${DEFAULT-VALUE}).")
                    String master,
            @Option(
                            names = "--add",
                            paramLabel = "ID@HOST:PORT",
                            description = "The replica to add; its master runs, and its log is empty.")
                    String add,
            @Option(names = "--remove", paramLabel = "ID", description = "The replica to remove; it may be dead.")
                    Integer remove) {
        if (add == null && remove == null) {
            throw new StartupException("--add, --remove", "one of them is needed", "give --add, --remove, or both");
        }
        int id = 0;
        String address = "";
        if (add != null) {
            int at = add.indexOf('@');
            try {
                id = Integer.parseInt(add.substring(0, Math.max(at, 0)));
            } catch (NumberFormatException e) {
                throw new StartupException("--add=" + add, "must be ID@HOST:PORT", "correct the flag", e);
            }
            address = add.substring(at + 1);
        }
        JsonNode status = new MasterLogClient(master).change(id, address, remove == null ? 0 : remove);
        System.out.print(StatusTable.of(status));
        return 0;
    }
}
