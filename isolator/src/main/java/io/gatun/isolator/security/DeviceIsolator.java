package io.gatun.isolator.security;

import io.gatun.ffm.Fd;
import io.gatun.ffm.Syscall;
import io.gatun.ffm.process.Operand;
import io.gatun.ffm.process.SyscallRecord;
import io.gatun.isolator.Isolator;
import io.gatun.isolator.LaunchContext;
import io.gatun.isolator.Phase;
import io.gatun.isolator.Row;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Device nodes in the /dev of a container that has its own; mknod(2). Mesos: {@code linux/devices}. That the container
 * may use them is a matter of its cgroup.
 */
public final class DeviceIsolator implements Isolator {
    @Override
    public List<Row> rows(LaunchContext launch) {
        List<Row> rows = new ArrayList<>();
        if (launch.config().filesystem().isolated()) {
            Set<String> made = new LinkedHashSet<>();
            launch.confinement().devices().forEach(device -> add(rows, made, device));
        }
        return rows;
    }

    private static void add(List<Row> rows, Set<String> made, Device device) {
        for (int slash = device.path().indexOf('/', "/dev/".length());
                slash > 0;
                slash = device.path().indexOf('/', slash + 1)) {
            String directory = device.path().substring(0, slash);
            if (made.add(directory)) {
                rows.add(row(SyscallRecord.of(
                                Syscall.MKDIRAT,
                                directory,
                                Operand.named(Fd.AT_FDCWD, "AT_FDCWD"),
                                Operand.text(directory),
                                octal(0755))
                        .orElseGoOn()));
            }
        }
        Operand path = Operand.text(device.path());
        Operand here = Operand.named(Fd.AT_FDCWD, "AT_FDCWD");
        rows.add(row(SyscallRecord.of(
                Syscall.MKNODAT,
                device.path(),
                here,
                path,
                Operand.named(
                        device.type(),
                        (device.block() ? "S_IFBLK|" : "S_IFCHR|")
                                + octal(device.mode()).shown()),
                Operand.named(device.number(), "makedev(" + device.major() + ", " + device.minor() + ")"))));
        // The umask took bits away.
        rows.add(row(SyscallRecord.of(Syscall.FCHMODAT, device.path(), here, path, octal(device.mode()))));
        if (device.uid() != 0 || device.gid() != 0) {
            rows.add(row(SyscallRecord.of(
                    Syscall.FCHOWNAT,
                    device.path(),
                    here,
                    path,
                    Operand.of(device.uid()),
                    Operand.of(device.gid()),
                    Operand.of(0))));
        }
    }

    private static Operand octal(int mode) {
        return Operand.named(mode, "0" + Integer.toOctalString(mode));
    }

    private static Row row(SyscallRecord record) {
        return new Row.InChild(Phase.FILES, record);
    }
}
