package io.gatun.isolator.security;

import io.gatun.isolator.Isolator;
import io.gatun.isolator.LaunchContext;
import io.gatun.isolator.Phase;
import io.gatun.isolator.Row;
import java.util.List;

/**
 * The filter of the task's system calls; seccomp(2). Mesos: {@code linux/seccomp}. With no_new_privs it comes into force
 * last, so a profile need not allow what a launch does. Without, it needs CAP_SYS_ADMIN, so it comes before the
 * capabilities are given up, and the profile must allow setgroups, setresgid, setresuid, capset, prctl and close_range.
 */
public final class SeccompIsolator implements Isolator {
    @Override
    public List<Row> rows(LaunchContext launch) {
        Phase phase = launch.confinement().noNewPrivileges() ? Phase.SECCOMP : Phase.PRIVILEGES;
        return launch.confinement().filter().<Row>map(filter -> new Row.InTask(phase, filter.record())).stream()
                .toList();
    }
}
