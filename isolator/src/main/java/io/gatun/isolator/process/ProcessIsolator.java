package io.gatun.isolator.process;

import io.gatun.ffm.Fd;
import io.gatun.ffm.Syscall;
import io.gatun.ffm.process.Operand;
import io.gatun.ffm.process.SyscallRecord;
import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.Isolator;
import io.gatun.isolator.LaunchContext;
import io.gatun.isolator.Phase;
import io.gatun.isolator.Row;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a program takes for granted: signals, standard streams, working directory, session, closed descriptors. */
public final class ProcessIsolator implements Isolator {
    private static final int SIG_SETMASK = 2;
    private static final int SIGSET_BYTES = 8;
    private static final int UMASK = 022;

    /**
     * Signals that a parent may have set to be ignored (nohup, a shell's background job), which exec hands on; numbers
     * of signal(7). Handlers need no reset: CLONE_CLEAR_SIGHAND does it.
     */
    private static final Map<Integer, String> INHERITED = new java.util.TreeMap<>(
            Map.of(1, "SIGHUP", 2, "SIGINT", 3, "SIGQUIT", 13, "SIGPIPE", 15, "SIGTERM", 17, "SIGCHLD"));

    /** The same for every container. */
    private static final List<Row> ALWAYS = always();

    private static List<Row> always() {
        List<Row> rows = new ArrayList<>();
        INHERITED.forEach((number, name) -> rows.add(basic(SyscallRecord.of(
                Syscall.RT_SIGACTION,
                name,
                Operand.named(number, name),
                // The kernel's struct sigaction: handler, flags, restorer (x86-64 only), mask.
                new Operand.Words(List.of(0L, 0L, 0L, 0L), "{SIG_DFL}"),
                Operand.NULL,
                Operand.of(SIGSET_BYTES)))));
        rows.add(basic(SyscallRecord.of(Syscall.UMASK, "022", Operand.named(UMASK, "022"))));
        stream(rows, 0, "/dev/null", Operand.named(Fd.O_RDONLY, "O_RDONLY"));
        return List.copyOf(rows);
    }

    @Override
    public List<Row> rows(LaunchContext launch) {
        ContainerConfig config = launch.config();
        List<Row> rows = new ArrayList<>();
        rows.addAll(ALWAYS);
        if (!config.io().throughAgent()) {
            output(rows, 1, config.stdout(), launch);
            output(rows, 2, config.stderr(), launch);
        }
        if (!config.filesystem().isolated()) {
            rows.add(basic(SyscallRecord.of(
                    Syscall.CHDIR,
                    config.sandbox().toString(),
                    Operand.text(config.sandbox().toString()))));
        }

        rows.add(new Row.InTask(Phase.SESSION, SyscallRecord.of(Syscall.SETSID, "")));
        if (config.io().throughAgent()) {
            rows.addAll(StreamRows.rows(launch));
        }
        rows.add(new Row.InTask(
                Phase.SESSION,
                SyscallRecord.of(
                        Syscall.RT_SIGPROCMASK,
                        "",
                        Operand.named(SIG_SETMASK, "SIG_SETMASK"),
                        new Operand.Words(List.of(0L), "[]"),
                        Operand.NULL,
                        Operand.of(SIGSET_BYTES))));
        return rows;
    }

    private static void output(List<Row> rows, int fd, Path file, LaunchContext launch) {
        // The sandbox may belong to the task's user: a link planted there must not lead root elsewhere.
        int nofollow = Fd.oNofollow(launch.host().arch());
        stream(
                rows,
                fd,
                file.toString(),
                Operand.named(
                        Fd.O_WRONLY | Fd.O_CREAT | Fd.O_APPEND | nofollow, "O_WRONLY|O_CREAT|O_APPEND|O_NOFOLLOW"));
        launch.owner()
                .ifPresent(who -> rows.add(basic(SyscallRecord.of(
                        Syscall.FCHOWN,
                        file.toString(),
                        Operand.of(fd),
                        Operand.of(who.uid()),
                        Operand.of(who.gid())))));
    }

    /** open takes the lowest free number, so closing a standard descriptor first makes it the result. */
    private static void stream(List<Row> rows, int fd, String file, Operand flags) {
        rows.add(basic(SyscallRecord.of(Syscall.CLOSE, "", Operand.of(fd)).orElseGoOn()));
        rows.add(basic(SyscallRecord.of(
                Syscall.OPENAT,
                file,
                Operand.named(Fd.AT_FDCWD, "AT_FDCWD"),
                Operand.text(file),
                flags,
                Operand.named(0644, "0644"))));
    }

    private static Row basic(SyscallRecord record) {
        return new Row.InChild(Phase.BASICS, record);
    }
}
