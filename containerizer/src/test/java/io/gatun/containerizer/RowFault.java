package io.gatun.containerizer;

import io.gatun.ffm.Fd;
import io.gatun.ffm.OwnedFd;
import io.gatun.ffm.Syscall;
import io.gatun.ffm.process.Operand;
import io.gatun.ffm.process.PidFd;
import io.gatun.ffm.process.SyscallRecord;
import io.gatun.isolator.LaunchPlan;
import io.gatun.isolator.Row;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Kills the agent while its child is between two of its calls: the child writes to a pipe, whose reader kills the agent,
 * and waits until the agent's pidfd says that it is dead.
 */
final class RowFault implements UnaryOperator<LaunchPlan> {
    private static final long POLLIN = 1;

    private final FaultPoint point;
    private final Path count;
    private final OwnedFd self = PidFd.open(ProcessHandle.current().pid()).orElseThrow();
    private final Fd.Pipe pipe = Fd.pipe();
    private volatile boolean armed;

    /** @param count where the number of a child's calls is written */
    RowFault(FaultPoint point, Path count) {
        this.point = point;
        this.count = count;
    }

    /** From now on. */
    void arm() {
        armed = true;
        Thread.ofPlatform().daemon().start(() -> {
            Fd.read(pipe.read().fd(), 1, "pipe");
            Signals.killProcess(ProcessHandle.current().pid());
        });
    }

    @Override
    public LaunchPlan apply(LaunchPlan plan) {
        if (!armed) {
            return plan;
        }
        try {
            Files.writeString(count, Integer.toString(plan.child().size()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (!(point instanceof FaultPoint.Row row)) {
            return plan;
        }
        List<Row.InChild> rows = new ArrayList<>(plan.child());
        int at = Math.min(row.count(), rows.size());
        var phase = rows.get(Math.min(at, rows.size() - 1)).phase();
        rows.add(at, new Row.InChild(phase, waitForDeath()));
        rows.add(at, new Row.InChild(phase, tell()));
        return new LaunchPlan(plan.agent(), plan.cgroup(), plan.namespaces(), rows, List.of(), plan.task());
    }

    private SyscallRecord tell() {
        return SyscallRecord.of(
                Syscall.WRITE, "fault", Operand.of(pipe.write().fd()), Operand.text("x"), Operand.of(1));
    }

    /** struct pollfd {int fd; short events; short revents;}. */
    private SyscallRecord waitForDeath() {
        return SyscallRecord.of(
                Syscall.PPOLL,
                "fault",
                new Operand.Words(List.of(self.fd() | POLLIN << 32), "{agent}"),
                Operand.of(1),
                Operand.NULL,
                Operand.NULL,
                Operand.of(Long.BYTES));
    }
}
