package io.gatun.isolator.process;

import io.gatun.ffm.Fd;
import io.gatun.ffm.Syscall;
import io.gatun.ffm.process.Operand;
import io.gatun.ffm.process.SyscallRecord;
import io.gatun.ffm.tty.Terminal;
import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.IoConfig;
import io.gatun.isolator.LaunchContext;
import io.gatun.isolator.Phase;
import io.gatun.isolator.Row;
import java.util.ArrayList;
import java.util.List;

/**
 * Standard streams that lead to an agent. The agent's ends are kept open by the container's init, so they outlive the
 * agent, and any agent gets them by their numbers in the init: pidfd_getfd(2).
 */
public final class StreamRows {
    /** Binding: the number under which the init keeps the master of the terminal that the child opens. */
    public static final String TERMINAL = "terminal";
    /** Binding: the task's end of a pipe. */
    public static final String STDIN = "stdin";
    /** Binding: the agent's end of it. */
    public static final String STDIN_WRITER = "stdin_writer";
    /** Binding: the task's end of a pipe. */
    public static final String STDOUT = "stdout";
    /** Binding: the agent's end of it. */
    public static final String STDOUT_READER = "stdout_reader";
    /** Binding: the task's end of a pipe; may be that of {@link #STDOUT}. */
    public static final String STDERR = "stderr";
    /** Binding: the agent's end of it; absent when both streams go to one file. */
    public static final String STDERR_READER = "stderr_reader";
    /** Binding: the socket on which the init announces the task's end and waits for an answer. */
    public static final String ENDING = "ending";
    /** Binding: the agent's end of it. */
    public static final String ENDING_AGENT = "ending_agent";

    private static final String PTMX = "/dev/ptmx";

    private StreamRows() {}

    /** Whether output and error are one stream: they go to one file, and nobody can attach and ask which is which. */
    public static boolean merged(ContainerConfig config) {
        return !config.io().attachable() && config.stdout().equals(config.stderr());
    }

    /** The bindings of descriptors that the init keeps. */
    public static List<String> kept(ContainerConfig config) {
        IoConfig io = config.io();
        List<String> kept = new ArrayList<>();
        if (!io.throughAgent()) {
            return kept;
        }
        if (io.terminal().isPresent()) {
            kept.add(TERMINAL);
        } else {
            if (io.pipedInput()) {
                kept.add(STDIN_WRITER);
            }
            kept.add(STDOUT_READER);
            if (!merged(config)) {
                kept.add(STDERR_READER);
            }
        }
        kept.add(ENDING);
        kept.add(ENDING_AGENT);
        return kept;
    }

    /** What becomes of descriptors 0 to 2 where output goes to the agent. */
    static List<Row> rows(LaunchContext launch) {
        IoConfig io = launch.config().io();
        List<Row> rows = new ArrayList<>();
        if (io.terminal().isPresent()) {
            terminal(rows, io.terminal().get(), launch);
        } else {
            if (io.pipedInput()) {
                rows.add(dup(Phase.BASICS, new Operand.Bound(STDIN), 0));
            }
            rows.add(dup(Phase.BASICS, new Operand.Bound(STDOUT), 1));
            rows.add(dup(Phase.BASICS, new Operand.Bound(StreamRows.merged(launch.config()) ? STDOUT : STDERR), 2));
        }
        return rows;
    }

    /** In the container's own /dev, so that ttyname(3) finds there what isatty(3) promises. */
    private static void terminal(List<Row> rows, IoConfig.Terminal size, LaunchContext launch) {
        Operand flags = Operand.named(Fd.O_RDWR | Terminal.O_NOCTTY | Fd.O_CLOEXEC, "O_RDWR|O_NOCTTY|O_CLOEXEC");
        Operand master = new Operand.Result("ptmx");
        Operand slave = new Operand.Result("pts");
        rows.add(stream(SyscallRecord.of(
                        Syscall.OPENAT,
                        PTMX,
                        Operand.named(Fd.AT_FDCWD, "AT_FDCWD"),
                        Operand.text(PTMX),
                        flags,
                        Operand.of(0))
                .as("ptmx")));
        rows.add(stream(ioctl(master, "TIOCSPTLCK", Terminal.TIOCSPTLCK, new Operand.Words(List.of(0L), "[0]"))));
        rows.add(stream(ioctl(
                master,
                "TIOCSWINSZ",
                Terminal.TIOCSWINSZ,
                new Operand.Words(
                        List.of(Terminal.windowSize(size.rows(), size.columns())),
                        "{ws_row=" + size.rows() + ", ws_col=" + size.columns() + "}"))));
        rows.add(
                stream(ioctl(master, "TIOCGPTPEER", Terminal.TIOCGPTPEER, flags).as("pts")));
        for (int fd = 0; fd <= 2; fd++) {
            rows.add(dup(Phase.STREAMS, slave, fd));
        }
        launch.owner()
                .ifPresent(who -> rows.add(stream(SyscallRecord.of(
                        Syscall.FCHOWN, "terminal", slave, Operand.of(who.uid()), Operand.of(who.gid())))));
        rows.add(stream(
                SyscallRecord.of(Syscall.DUP3, TERMINAL, master, new Operand.Bound(TERMINAL), Operand.named(0, "0"))));
        rows.add(new Row.InTask(Phase.SESSION, ioctl(Operand.of(0), "TIOCSCTTY", Terminal.TIOCSCTTY, Operand.of(0))));
    }

    private static SyscallRecord ioctl(Operand fd, String name, int request, Operand argument) {
        return SyscallRecord.of(Syscall.IOCTL, name, fd, Operand.named(request & 0xffff_ffffL, name), argument);
    }

    private static Row dup(Phase phase, Operand from, int to) {
        return new Row.InChild(
                phase, SyscallRecord.of(Syscall.DUP3, from.shown(), from, Operand.of(to), Operand.of(0)));
    }

    private static Row stream(SyscallRecord record) {
        return new Row.InChild(Phase.STREAMS, record);
    }
}
