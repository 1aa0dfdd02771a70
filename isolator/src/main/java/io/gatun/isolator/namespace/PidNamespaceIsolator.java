package io.gatun.isolator.namespace;

import static io.gatun.ffm.mount.Mount.MS_NODEV;
import static io.gatun.ffm.mount.Mount.MS_NOEXEC;
import static io.gatun.ffm.mount.Mount.MS_NOSUID;

import io.gatun.ffm.Syscall;
import io.gatun.ffm.process.Operand;
import io.gatun.ffm.process.Prctl;
import io.gatun.ffm.process.SyscallRecord;
import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.Isolator;
import io.gatun.isolator.LaunchContext;
import io.gatun.isolator.Namespace;
import io.gatun.isolator.Phase;
import io.gatun.isolator.Row;
import io.gatun.isolator.filesystem.Calls;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code namespaces/pid}: process ids of the container's own, with the /proc that belongs to them; or those of its parent
 * container, or the agent's, where it asks to share; pid_namespaces(7).
 */
public final class PidNamespaceIsolator implements Isolator {
    /** Whether a container has process ids of its own. */
    private boolean isOwn(LaunchContext launch) {
        return launch.host().has(Namespace.PID) && !launch.config().namespaces().sharePidNamespace();
    }

    @Override
    public List<String> problems(LaunchContext launch) {
        ContainerConfig config = launch.config();
        boolean cgroups = !launch.host().cgroups().cgroups(config.id()).isEmpty();
        return config.namespaces().sharePidNamespace() && !cgroups
                ? List.of("namespaces.sharePidNamespace=true: needs cgroups, without which its processes could not be"
                        + " found when it ends")
                : List.of();
    }

    @Override
    public List<Row> rows(LaunchContext launch) {
        List<Row> rows = new ArrayList<>();
        if (isOwn(launch)) {
            rows.add(new Row.Unshared(Namespace.PID));
            if (launch.host().proc() && !launch.config().filesystem().isolated()) {
                rows.add(new Row.InChild(
                        Phase.MOUNT, Calls.mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, null)));
            }
            return rows;
        }
        if (launch.config().parent().isPresent() && launch.config().namespaces().sharePidNamespace()) {
            // The init itself stays where it is; what it starts is born there.
            rows.add(new Row.InChild(Phase.JOIN, NamespaceIsolator.join(Namespace.PID)));
        }
        // What loses its parent comes to the init in place of the host's process 1, so it can still be found.
        rows.add(new Row.InChild(
                Phase.BASICS,
                SyscallRecord.of(
                        Syscall.PRCTL,
                        "PR_SET_CHILD_SUBREAPER",
                        Operand.named(Prctl.PR_SET_CHILD_SUBREAPER, "PR_SET_CHILD_SUBREAPER"),
                        Operand.of(1),
                        Operand.of(0),
                        Operand.of(0),
                        Operand.of(0))));
        return rows;
    }
}
