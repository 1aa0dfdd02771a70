package io.gatun.isolator.process;

import io.gatun.ffm.Fd;
import io.gatun.ffm.Syscall;
import io.gatun.ffm.process.Init;
import io.gatun.ffm.process.Operand;
import io.gatun.ffm.process.SyscallRecord;
import io.gatun.ffm.process.Trampoline;
import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.Isolator;
import io.gatun.isolator.LaunchContext;
import io.gatun.isolator.Phase;
import io.gatun.isolator.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The two programs that are executed, the init and the task's, and what they may keep open. */
public final class ProgramIsolator implements Isolator {
    /** Binding: descriptor of the init's executable. */
    public static final String INIT = "init";
    /** Binding: descriptor of the file that the init reads its table from. */
    public static final String TABLE = "table";
    /**
     * Binding: descriptor of the file that gets the init's process id, before the agent could know it, and after that the
     * task's wait status; the init keeps it.
     */
    public static final String CHECKPOINT = "checkpoint";
    /** Binding: descriptor of the pipe by which the init tells how the launch went; the init closes it. */
    public static final String READY = "ready";

    private static final int CLOSE_RANGE_CLOEXEC = 4;
    private static final int FIRST_UNINHERITED = 3;
    private static final long LAST = 0xffff_ffffL;
    private static final int TID_BYTES = 4;
    /** What execvp(3) uses without a PATH. */
    private static final String DEFAULT_PATH = "/bin:/usr/bin";

    /** The same for every container, but for streams that stay open. */
    private static final List<Row> BEFORE_STREAMS = List.of(
            // Should the agent die before it knows the child: the next one finds it by this.
            new Row.InChild(
                    Phase.BASICS,
                    SyscallRecord.of(
                            Syscall.WRITE,
                            CHECKPOINT,
                            new Operand.Bound(CHECKPOINT),
                            new Operand.Bound(Trampoline.CHILD_TID),
                            Operand.of(TID_BYTES))),
            child(closeOnExec()),
            child(keep(CHECKPOINT)),
            child(keep(READY)));

    private static final List<Row> AFTER_STREAMS = List.of(
            child(SyscallRecord.of(
                    Syscall.DUP3, TABLE, new Operand.Bound(TABLE), Operand.of(Init.TABLE_FD), Operand.of(0))),
            child(SyscallRecord.of(
                    Syscall.EXECVEAT,
                    Init.NAME,
                    new Operand.Bound(INIT),
                    Operand.text(""),
                    new Operand.Strings(List.of(Init.NAME)),
                    new Operand.Strings(List.of()),
                    Operand.named(Fd.AT_EMPTY_PATH, "AT_EMPTY_PATH"))),
            new Row.InTask(Phase.DESCRIPTORS, closeOnExec()));

    @Override
    public List<Row> rows(LaunchContext launch) {
        ContainerConfig config = launch.config();
        List<Row> rows = new ArrayList<>(BEFORE_STREAMS);
        StreamRows.kept(config).forEach(name -> rows.add(child(keep(name))));
        rows.addAll(AFTER_STREAMS);
        execute(rows, config);
        return rows;
    }

    private static void execute(List<Row> rows, ContainerConfig config) {
        List<String> programs = programs(config.argv().getFirst(), config.environment());
        List<String> environment = lines(config.environment());
        List<String> shown = config.secrets().isEmpty() ? environment : lines(config.shownEnvironment());
        for (int i = 0; i < programs.size(); i++) {
            String program = programs.get(i);
            SyscallRecord record = SyscallRecord.of(
                    Syscall.EXECVE,
                    program,
                    Operand.text(program),
                    new Operand.Strings(config.argv()),
                    new Operand.Strings(environment, shown));
            rows.add(new Row.InTask(Phase.EXEC, i < programs.size() - 1 ? record.orElseGoOn() : record));
        }
    }

    private static List<String> lines(Map<String, String> environment) {
        List<String> lines = new ArrayList<>(environment.size());
        environment.forEach((name, value) -> lines.add(name + "=" + value));
        return lines;
    }

    /** Where execvp(3) would look for a program: by PATH unless it has a slash. */
    static List<String> programs(String name, Map<String, String> environment) {
        if (name.indexOf('/') >= 0) {
            return List.of(name);
        }
        List<String> programs = new ArrayList<>();
        for (String directory : environment.getOrDefault("PATH", DEFAULT_PATH).split(":", -1)) {
            programs.add(directory.isEmpty() ? "./" + name : directory + "/" + name);
        }
        return programs;
    }

    private static SyscallRecord closeOnExec() {
        return SyscallRecord.of(
                Syscall.CLOSE_RANGE,
                "",
                Operand.of(FIRST_UNINHERITED),
                Operand.named(LAST, "~0U"),
                Operand.named(CLOSE_RANGE_CLOEXEC, "CLOSE_RANGE_CLOEXEC"));
    }

    private static SyscallRecord keep(String descriptor) {
        return SyscallRecord.of(
                Syscall.FCNTL,
                descriptor,
                new Operand.Bound(descriptor),
                Operand.named(Fd.F_SETFD, "F_SETFD"),
                Operand.of(0));
    }

    private static Row child(SyscallRecord record) {
        return new Row.InChild(Phase.EXEC, record);
    }
}
