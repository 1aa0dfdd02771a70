package io.gatun.isolator;

import io.gatun.ffm.process.Names;
import io.gatun.ffm.process.SyscallRecord;
import io.gatun.ffm.process.SyscallTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * All steps of a launch, in order: what the agent prepares, how the child is cloned, what the child does until it
 * executes the init, what the task does until it executes its program. Immutable data; printing it shows each step as
 * its manual page writes it.
 *
 * @param agent done before the clone
 * @param cgroup the v2 cgroup that the child is cloned into
 * @param namespaces that it is cloned into
 * @param child run between clone3 and the init
 * @param entering run by the child in place of the phases MOUNT and ROOT, where an empty mount namespace was made ahead;
 *     empty where it cannot do with one
 * @param task run by the init's child
 */
public record LaunchPlan(
        List<Row.Agent> agent,
        Optional<Path> cgroup,
        List<Namespace> namespaces,
        List<Row.InChild> child,
        List<SyscallRecord> entering,
        List<Row.InTask> task) {
    /** The binding of a mount namespace that was made ahead. */
    public static final String MOUNTS = "made_mounts";

    private static final int PHASE_WIDTH = 15;

    public LaunchPlan {
        agent = List.copyOf(agent);
        namespaces = List.copyOf(namespaces);
        child = List.copyOf(child);
        entering = List.copyOf(entering);
        task = List.copyOf(task);
    }

    /** Collects rows by kind and phase; rows of one phase keep their order. */
    public static LaunchPlan of(List<Row> rows) {
        List<Row.Agent> agent = new ArrayList<>();
        Optional<Path> cgroup = Optional.empty();
        List<Namespace> namespaces = new ArrayList<>();
        List<Row.InChild> child = new ArrayList<>(rows.size());
        List<SyscallRecord> entering = new ArrayList<>();
        List<Row.InTask> task = new ArrayList<>(rows.size());
        for (Row row : rows) {
            switch (row) {
                case Row.Agent step -> agent.add(step);
                case Row.StartIn start -> cgroup = cgroup.isPresent() ? cgroup : Optional.of(start.directory());
                case Row.Unshared unshared -> namespaces.add(unshared.namespace());
                case Row.InChild call -> child.add(call);
                case Row.InMadeMounts call -> entering.add(call.record());
                case Row.InTask call -> task.add(call);
            }
        }
        child.sort(Comparator.comparing(Row.InChild::phase)); // stable
        task.sort(Comparator.comparing(Row.InTask::phase));
        return new LaunchPlan(agent, cgroup, namespaces, child, entering, task);
    }

    /** The same for a container of other names: what their placeholders in this one stand for. */
    public LaunchPlan with(Names names) {
        return new LaunchPlan(
                agent.stream().map(step -> step.at(named(step.path(), names))).toList(),
                cgroup.map(path -> named(path, names)),
                namespaces,
                child.stream()
                        .map(row -> new Row.InChild(row.phase(), names.fill(row.record())))
                        .toList(),
                entering.stream().map(names::fill).toList(),
                task.stream()
                        .map(row -> new Row.InTask(row.phase(), names.fill(row.record())))
                        .toList());
    }

    private static Path named(Path path, Names names) {
        return Path.of(names.fill(path.toString()));
    }

    /** The clone3 flags of the namespaces. */
    public long namespaceFlags() {
        return namespaces.stream().mapToLong(Namespace::flag).reduce(0, (a, b) -> a | b);
    }

    /** What the child runs. */
    public SyscallTable childTable() {
        return new SyscallTable(child.stream().map(Row.InChild::record).toList());
    }

    /**
     * What the child runs when it joins namespaces that were made ahead.
     *
     * @param joins what joins them
     * @param instead what it does in place of all that a phase has in the plan; nothing for an empty list
     */
    public SyscallTable childTable(List<SyscallRecord> joins, Map<Phase, List<SyscallRecord>> instead) {
        List<SyscallRecord> records = new ArrayList<>(joins.size() + child.size());
        records.addAll(joins);
        Phase last = null;
        for (Row.InChild row : child) {
            List<SyscallRecord> replacement = instead.get(row.phase());
            if (replacement == null) {
                records.add(row.record());
            } else if (row.phase() != last) {
                records.addAll(replacement);
            }
            last = row.phase();
        }
        return new SyscallTable(records);
    }

    /** What the child does in one phase, in order. */
    public List<SyscallRecord> childRecords(Phase phase) {
        List<SyscallRecord> records = new ArrayList<>();
        for (Row.InChild row : child) {
            if (row.phase() == phase) {
                records.add(row.record());
            }
        }
        return records;
    }

    /** What the task runs. */
    public SyscallTable taskTable() {
        return new SyscallTable(task.stream().map(Row.InTask::record).toList());
    }

    /** One step a line, each after the phase or the process it belongs to. */
    @Override
    public String toString() {
        List<String> lines = new ArrayList<>();
        lines.add("agent:");
        agent.forEach(step -> lines.add(line("prepare", step)));
        lines.add(line("clone", cloneCall()));
        lines.add("child:");
        child.forEach(row -> lines.add(line(row.phase(), row.record())));
        if (!entering.isEmpty()) {
            lines.add("child, for its mount and root, where an empty mount namespace was made ahead:");
            entering.forEach(record -> lines.add(line("enter", record)));
        }
        lines.add("init:");
        lines.add(line("clone", "clone(CLONE_VM|CLONE_VFORK|SIGCHLD, NULL)"));
        lines.add("task:");
        task.forEach(row -> lines.add(line(row.phase(), row.record())));
        return String.join("\n", lines) + "\n";
    }

    private String cloneCall() {
        String flags = namespaces.stream().map(n -> "|" + n.flagName()).collect(Collectors.joining());
        return "clone3({flags=CLONE_VM|CLONE_VFORK|CLONE_PIDFD|CLONE_PARENT_SETTID|CLONE_CLEAR_SIGHAND" + flags
                + cgroup.map(path -> "|CLONE_INTO_CGROUP, cgroup=\"" + path + "\"")
                        .orElse("")
                + ", exit_signal=SIGCHLD})";
    }

    private static String line(Object phase, Object step) {
        String name = phase.toString().toLowerCase(Locale.ROOT);
        return "  " + name + " ".repeat(Math.max(1, PHASE_WIDTH - name.length())) + step;
    }
}
