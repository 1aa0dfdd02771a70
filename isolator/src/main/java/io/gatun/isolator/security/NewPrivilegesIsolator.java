package io.gatun.isolator.security;

import io.gatun.ffm.Syscall;
import io.gatun.ffm.process.Operand;
import io.gatun.ffm.process.Prctl;
import io.gatun.ffm.process.SyscallRecord;
import io.gatun.isolator.Isolator;
import io.gatun.isolator.LaunchContext;
import io.gatun.isolator.Phase;
import io.gatun.isolator.Row;
import java.util.List;

/** That a task gains nothing by exec: no_new_privs of prctl(2). Mesos: {@code linux/nnp}. */
public final class NewPrivilegesIsolator implements Isolator {
    @Override
    public List<Row> rows(LaunchContext launch) {
        if (!launch.confinement().noNewPrivileges()) {
            return List.of();
        }
        return List.of(new Row.InTask(
                Phase.PRIVILEGES,
                SyscallRecord.of(
                        Syscall.PRCTL,
                        "PR_SET_NO_NEW_PRIVS",
                        Operand.named(Prctl.PR_SET_NO_NEW_PRIVS, "PR_SET_NO_NEW_PRIVS"),
                        Operand.of(1),
                        Operand.of(0),
                        Operand.of(0),
                        Operand.of(0))));
    }
}
