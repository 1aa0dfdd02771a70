package io.gatun.bench.launch;

import io.gatun.bench.BenchException;
import io.gatun.ffm.Fd;
import io.gatun.ffm.OwnedFd;
import io.gatun.ffm.Syscall;
import io.gatun.ffm.process.Operand;
import io.gatun.ffm.process.SyscallRecord;
import io.gatun.ffm.process.SyscallTable;
import io.gatun.ffm.process.Trampoline;
import io.gatun.ffm.process.WaitId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntFunction;

/**
 * A command that does it, started in the cheapest way there is: clone with CLONE_VM and CLONE_VFORK, two descriptors,
 * execve. The JDK's ProcessBuilder would add a helper program and threads, and a millisecond or two to its time.
 */
final class CommandContestant implements Contestant {
    private final String name;
    private final Path output;
    private final IntFunction<List<String>> argv;
    private int runs;

    /**
     * A command whose output is kept until the next run, for the case that it fails.
     *
     * @param name of the peer
     * @param argv for the n-th run, beginning with the path of a program
     */
    CommandContestant(String name, Path output, IntFunction<List<String>> argv) {
        this.name = name;
        this.output = output;
        this.argv = argv;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long runOnce() throws IOException {
        List<String> command = argv.apply(++runs);
        long beginNs = System.nanoTime();
        int status = run(command);
        long elapsedNs = System.nanoTime() - beginNs;
        if (status != 0) {
            throw new BenchException(String.join(" ", command) + ": wait status " + status + ": "
                    + Files.readString(output, StandardCharsets.UTF_8).strip());
        }
        return elapsedNs;
    }

    private int run(List<String> command) {
        try (OwnedFd log = Fd.open(output, Fd.O_WRONLY | Fd.O_CREAT | Fd.O_TRUNC, 0600)) {
            SyscallTable table = new SyscallTable(List.of(
                    SyscallRecord.of(Syscall.DUP3, "", Operand.of(log.fd()), Operand.of(1), Operand.of(0)),
                    SyscallRecord.of(Syscall.DUP3, "", Operand.of(log.fd()), Operand.of(2), Operand.of(0)),
                    SyscallRecord.of(
                            Syscall.EXECVE,
                            command.getFirst(),
                            Operand.text(command.getFirst()),
                            new Operand.Strings(command),
                            new Operand.Strings(List.of("PATH=/usr/sbin:/usr/bin:/sbin:/bin")))));
            Trampoline.Child child = Trampoline.start(0, OptionalInt.empty(), table, Map.of());
            try (OwnedFd pidfd = child.pidfd()) {
                return WaitId.reap(pidfd.fd()).orElseThrow();
            }
        }
    }

    /** Where a program is, by this process' PATH. */
    static Optional<String> find(String program) {
        String path = System.getenv().getOrDefault("PATH", "/usr/bin:/bin:/usr/sbin:/sbin");
        return Arrays.stream(path.split(":", -1))
                .map(folder -> Path.of(folder).resolve(program))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst();
    }
}
