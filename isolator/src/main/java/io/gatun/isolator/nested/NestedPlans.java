package io.gatun.isolator.nested;

import io.gatun.ffm.Syscall;
import io.gatun.ffm.process.Operand;
import io.gatun.ffm.process.SyscallRecord;
import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.LaunchPlan;
import io.gatun.isolator.Limits;
import io.gatun.isolator.Namespace;
import io.gatun.isolator.Phase;
import io.gatun.isolator.Row;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What becomes of the plan of a container when it is started within another one. Pure.
 *
 * <p>All joins are one setns(2) with the pidfd of a process of the other container, Linux 5.8.
 */
public final class NestedPlans {
    /** Binding: pidfd of a process of the container that is joined. */
    public static final String PARENT = "parent";

    /** Phases that set up what a program in a container finds there already. */
    private static final Set<Phase> SETUP = EnumSet.of(
            Phase.USER_NAMESPACE,
            Phase.JOIN,
            Phase.MOUNT,
            Phase.ROOT,
            Phase.PLACES,
            Phase.DEVICES,
            Phase.FILES,
            Phase.HOST_NAME,
            Phase.ID_MAP);

    private NestedPlans() {}

    /**
     * A program in a container: its plan without whatever makes a container, in the namespaces of the target instead.
     *
     * @param plan of a container with the target's configuration and the program's argv, environment, user and streams
     * @param joined the namespaces in which the target differs from the agent
     * @param mapped whether the target's root is another user on the host, whom the program must become first
     * @param workingDirectory in the container
     */
    public static LaunchPlan exec(LaunchPlan plan, Set<Joined> joined, boolean mapped, String workingDirectory) {
        List<Row> rows = new ArrayList<>();
        plan.agent().stream().filter(NestedPlans::neededByExec).forEach(rows::add);
        plan.cgroup().ifPresent(cgroup -> rows.add(new Row.StartIn(cgroup)));
        plan.child().stream()
                .filter(row -> !SETUP.contains(row.phase())
                        && !is(Syscall.CHDIR, Syscall.UNSHARE).test(row.record()))
                .forEach(rows::add);
        if (!joined.isEmpty()) {
            rows.add(new Row.InChild(Phase.JOIN, setns(joined)));
        }
        if (mapped) {
            becomeRoot(rows);
        }
        rows.add(new Row.InTask(
                Phase.SESSION, SyscallRecord.of(Syscall.CHDIR, workingDirectory, Operand.text(workingDirectory))));
        plan.task().stream()
                .filter(row ->
                        !SETUP.contains(row.phase()) && !is(Syscall.CHDIR).test(row.record()))
                .forEach(rows::add);
        return LaunchPlan.of(rows);
    }

    private static void becomeRoot(List<Row> rows) {
        Operand root = Operand.of(0);
        rows.add(new Row.InChild(Phase.JOIN, SyscallRecord.of(Syscall.SETGROUPS, "[]", root, Operand.NULL)));
        rows.add(new Row.InChild(Phase.JOIN, SyscallRecord.of(Syscall.SETRESGID, "0", root, root, root)));
        rows.add(new Row.InChild(Phase.JOIN, SyscallRecord.of(Syscall.SETRESUID, "0", root, root, root)));
    }

    /** Cgroups, not their limits: those of the target hold for all below it. v1 cpusets are born unusable. */
    private static boolean neededByExec(Row.Agent row) {
        return row instanceof Row.Cgroup
                || (row instanceof Row.Write write
                        && write.file().getFileName().toString().startsWith("cpuset."));
    }

    /**
     * A container nested in another: the isolators have joined what they know of; the network of the parent, and with an
     * unprivileged agent its user namespace, are joined here.
     *
     * @param parent the namespaces in which the parent differs from the agent
     * @param config of the nested container; without limits of its own, those of its parent hold for it
     */
    public static LaunchPlan nested(LaunchPlan plan, Set<Joined> parent, ContainerConfig config) {
        boolean limited = !config.limits().equals(Limits.NONE);
        List<Row> rows = new ArrayList<>();
        // Without controllers of its own its cgroup has no files for limits.
        plan.agent().stream()
                .filter(row -> limited || !(row instanceof Row.Write) || neededByExec(row))
                .forEach(rows::add);
        plan.cgroup().ifPresent(cgroup -> rows.add(new Row.StartIn(cgroup)));
        if (plan.namespaces().contains(Namespace.USER)) {
            withinUserNamespace(rows, plan, parent);
        } else {
            plan.namespaces().forEach(namespace -> rows.add(new Row.Unshared(namespace)));
            if (parent.contains(Joined.NET) && !hasNetworkOfItsOwn(plan)) {
                rows.add(new Row.InChild(Phase.JOIN, setns(EnumSet.of(Joined.NET))));
            }
            rows.addAll(plan.child());
        }
        if (!config.filesystem().isolated()) {
            // Whoever looks into another mount namespace comes back to its root.
            String directory = config.sandbox().toString();
            rows.add(
                    new Row.InTask(Phase.SESSION, SyscallRecord.of(Syscall.CHDIR, directory, Operand.text(directory))));
        }
        rows.addAll(plan.task());
        return LaunchPlan.of(rows);
    }

    private static boolean hasNetworkOfItsOwn(LaunchPlan plan) {
        return plan.namespaces().contains(Namespace.NET)
                || plan.child().stream()
                        .map(Row.InChild::record)
                        .filter(is(Syscall.SETNS))
                        .anyMatch(record -> record.operands().getLast().shown().contains(Joined.NET.flagName()));
    }

    /**
     * Namespaces can only be made and joined by one who is in the user namespace that owns them: so after it was joined,
     * not by clone. Process ids are the parent's, as the child itself cannot move to others.
     */
    private static void withinUserNamespace(List<Row> rows, LaunchPlan plan, Set<Joined> parent) {
        EnumSet<Joined> joined = EnumSet.of(Joined.USER);
        if (parent.contains(Joined.NET)) {
            joined.add(Joined.NET);
        }
        if (parent.contains(Joined.PID)) {
            joined.add(Joined.PID);
        }
        rows.add(new Row.InChild(Phase.JOIN, setns(joined)));
        List<Namespace> own = plan.namespaces().stream()
                .filter(namespace -> namespace != Namespace.USER && namespace != Namespace.PID)
                .toList();
        if (!own.isEmpty()) {
            String names = own.stream().map(Namespace::flagName).collect(Collectors.joining("|"));
            long flags = own.stream().mapToLong(Namespace::flag).reduce(0, (a, b) -> a | b);
            rows.add(
                    new Row.InChild(Phase.JOIN, SyscallRecord.of(Syscall.UNSHARE, names, Operand.named(flags, names))));
        }
        plan.child().stream()
                .map(NestedPlans::afterJoining)
                .filter(row -> row.phase() != Phase.USER_NAMESPACE && !mountsProc(row.record()))
                .forEach(rows::add);
    }

    private static Row.InChild afterJoining(Row.InChild row) {
        return is(Syscall.UNSHARE).test(row.record()) ? new Row.InChild(Phase.JOIN, row.record()) : row;
    }

    private static boolean mountsProc(SyscallRecord record) {
        return record.call() == Syscall.MOUNT && record.operands().get(2).equals(Operand.text("proc"));
    }

    private static SyscallRecord setns(Set<Joined> kinds) {
        List<Joined> ordered = kinds.stream().sorted(Comparator.naturalOrder()).toList();
        String names = ordered.stream().map(Joined::flagName).collect(Collectors.joining("|"));
        long flags = ordered.stream().mapToLong(Joined::flag).reduce(0, (a, b) -> a | b);
        return SyscallRecord.of(Syscall.SETNS, names, new Operand.Bound(PARENT), Operand.named(flags, names));
    }

    private static Predicate<SyscallRecord> is(Syscall... calls) {
        return record -> List.of(calls).contains(record.call());
    }
}
