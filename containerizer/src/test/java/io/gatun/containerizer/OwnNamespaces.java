package io.gatun.containerizer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts a program in pid, mount and network namespaces of its own, with a loopback device that works. */
final class OwnNamespaces {
    private OwnNamespaces() {}

    /** Both of the program's outputs go to {@code log}. When the process is killed, all in the namespaces end with it. */
    static Process start(List<String> program, Path log) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "unshare",
                "--fork",
                "--pid",
                "--kill-child",
                "--mount",
                "--mount-proc",
                "--net",
                // The shell is the namespace's process 1 and reaps what the agents leave.
                "sh",
                "-c",
                "ip link set lo up; \"$@\"; exit $?",
                "sh"));
        command.addAll(program);
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }
}
