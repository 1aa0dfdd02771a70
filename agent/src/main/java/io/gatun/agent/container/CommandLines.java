package io.gatun.agent.container;

import io.gatun.mesos.v1.CommandInfo;
import io.gatun.mesos.v1.Environment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a CommandInfo means for a process. */
public final class CommandLines {
    /** That of login.defs(5) for root; nothing is inherited from the agent. */
    private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private CommandLines() {}

    /**
     * A shell command is one text; otherwise the value is the program and the arguments are its whole argv, the first of
     * them included: by convention it repeats the program's name (mesos.proto, CommandInfo.arguments).
     *
     * @throws IllegalArgumentException when there is no value
     */
    public static List<String> argv(CommandInfo command) {
        if (command.getValue().isEmpty()) {
            throw new IllegalArgumentException("command.value='': must name a program or a shell command");
        }
        if (command.getShell()) {
            return List.of("/bin/sh", "-c", command.getValue());
        }
        List<String> argv = new ArrayList<>();
        argv.add(command.getValue());
        command.getArgumentsList().stream().skip(1).forEach(argv::add);
        return argv;
    }

    /** A usual PATH, the sandbox, and the command's own variables over them. */
    public static Map<String, String> environment(CommandInfo command, Path sandbox) {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("PATH", PATH);
        environment.put("MESOS_SANDBOX", sandbox.toString());
        for (Environment.Variable variable : command.getEnvironment().getVariablesList()) {
            environment.put(variable.getName(), variable.getValue());
        }
        return environment;
    }
}
