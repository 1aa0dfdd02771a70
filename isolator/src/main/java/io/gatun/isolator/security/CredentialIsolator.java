package io.gatun.isolator.security;

import io.gatun.ffm.Syscall;
import io.gatun.ffm.process.Operand;
import io.gatun.ffm.process.SyscallRecord;
import io.gatun.isolator.Identity;
import io.gatun.isolator.Isolator;
import io.gatun.isolator.LaunchContext;
import io.gatun.isolator.Phase;
import io.gatun.isolator.Row;
import java.util.List;

/** The user and the groups of the task; credentials(7). */
public final class CredentialIsolator implements Isolator {
    @Override
    public List<Row> rows(LaunchContext launch) {
        return launch.host().canChangeUser()
                ? launch.identity().map(CredentialIsolator::become).orElse(List.of())
                : List.of();
    }

    private static List<Row> become(Identity who) {
        // Groups first: the user may no longer change them.
        return List.of(
                row(SyscallRecord.of(
                        Syscall.SETGROUPS,
                        who.groups().toString(),
                        Operand.of(who.groups().size()),
                        new Operand.Ints(who.groups()))),
                row(SyscallRecord.of(
                        Syscall.SETRESGID,
                        "" + who.gid(),
                        Operand.of(who.gid()),
                        Operand.of(who.gid()),
                        Operand.of(who.gid()))),
                row(SyscallRecord.of(
                        Syscall.SETRESUID,
                        "" + who.uid(),
                        Operand.of(who.uid()),
                        Operand.of(who.uid()),
                        Operand.of(who.uid()))));
    }

    private static Row row(SyscallRecord record) {
        return new Row.InTask(Phase.PRIVILEGES, record);
    }
}
