package io.gatun.isolator.security;

import io.gatun.ffm.Syscall;
import io.gatun.ffm.process.Operand;
import io.gatun.ffm.process.SyscallRecord;
import io.gatun.isolator.Isolator;
import io.gatun.isolator.LaunchContext;
import io.gatun.isolator.Phase;
import io.gatun.isolator.Row;
import java.util.List;

/** Resource limits of the task, set while it may still raise them; prlimit(2). Mesos: {@code posix/rlimits}. */
public final class RlimitIsolator implements Isolator {
    @Override
    public List<Row> rows(LaunchContext launch) {
        return launch.config().privileges().rlimits().stream()
                .map(RlimitIsolator::row)
                .toList();
    }

    private static Row row(Rlimit limit) {
        return new Row.InTask(
                Phase.PRIVILEGES,
                SyscallRecord.of(
                        Syscall.PRLIMIT64,
                        limit.type().manName(),
                        Operand.of(0),
                        Operand.named(limit.type().number(), limit.type().manName()),
                        new Operand.Words(
                                List.of(limit.soft(), limit.hard()),
                                "{rlim_cur=" + Rlimit.shown(limit.soft()) + ", rlim_max=" + Rlimit.shown(limit.hard())
                                        + "}"),
                        Operand.NULL));
    }
}
