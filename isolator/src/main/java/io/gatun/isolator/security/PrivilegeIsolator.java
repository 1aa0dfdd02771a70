package io.gatun.isolator.security;

import io.gatun.ffm.Syscall;
import io.gatun.ffm.process.Operand;
import io.gatun.ffm.process.Prctl;
import io.gatun.ffm.process.SyscallRecord;
import io.gatun.isolator.Identity;
import io.gatun.isolator.Isolator;
import io.gatun.isolator.LaunchContext;
import io.gatun.isolator.Phase;
import io.gatun.isolator.Row;
import java.util.ArrayList;
import java.util.List;

/** The user of the task, and that it gains nothing by exec; credentials(7), no_new_privs in prctl(2). */
public final class PrivilegeIsolator implements Isolator {
    @Override
    public List<Row> rows(LaunchContext launch) {
        List<Row> rows = new ArrayList<>();
        if (launch.config().privileges().noNewPrivileges()) {
            rows.add(privilege(SyscallRecord.of(
                    Syscall.PRCTL,
                    "PR_SET_NO_NEW_PRIVS",
                    Operand.named(Prctl.PR_SET_NO_NEW_PRIVS, "PR_SET_NO_NEW_PRIVS"),
                    Operand.of(1),
                    Operand.of(0),
                    Operand.of(0),
                    Operand.of(0))));
        }
        if (launch.host().canChangeUser()) {
            launch.identity().ifPresent(who -> become(rows, who));
        }
        return rows;
    }

    private static void become(List<Row> rows, Identity who) {
        // Groups first: the user may no longer change them.
        rows.add(privilege(SyscallRecord.of(
                Syscall.SETGROUPS,
                who.groups().toString(),
                Operand.of(who.groups().size()),
                new Operand.Ints(who.groups()))));
        rows.add(privilege(SyscallRecord.of(
                Syscall.SETRESGID,
                "" + who.gid(),
                Operand.of(who.gid()),
                Operand.of(who.gid()),
                Operand.of(who.gid()))));
        rows.add(privilege(SyscallRecord.of(
                Syscall.SETRESUID,
                "" + who.uid(),
                Operand.of(who.uid()),
                Operand.of(who.uid()),
                Operand.of(who.uid()))));
    }

    private static Row privilege(SyscallRecord record) {
        return new Row.InTask(Phase.PRIVILEGES, record);
    }
}
