package io.gatun.containerizer;

import io.gatun.ffm.Arch;
import io.gatun.ffm.OwnedFd;
import io.gatun.ffm.Syscall;
import io.gatun.ffm.process.CloneArgs;
import io.gatun.ffm.process.CompiledTable;
import io.gatun.ffm.process.NameForm;
import io.gatun.ffm.process.Names;
import io.gatun.ffm.process.OpenText;
import io.gatun.ffm.process.Operand;
import io.gatun.ffm.process.SyscallRecord;
import io.gatun.ffm.process.SyscallTable;
import io.gatun.isolator.LaunchPlan;
import io.gatun.isolator.Phase;
import io.gatun.isolator.Row;
import io.gatun.isolator.filesystem.DeviceFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * A launch plan, ready to be carried out for containers of any names: what its child and its task run is laid out in
 * memory but for these. Any thread.
 */
final class CompiledPlan {
    /** Binding: a network namespace that was made ahead. */
    private static final String NETWORK = "made_network";
    /** Binding: an IPC namespace that was made ahead. */
    private static final String IPC = "made_ipc";

    private static final int KINDS = 3;

    private final LaunchPlan plan;
    private final NameForm form;
    private final List<Step> steps;
    private final Optional<OpenText> cgroup;
    private final CompiledTable task;
    private final long flags;
    private final boolean takesNetwork;
    private final boolean takesDevices;
    private final boolean takesMounts;
    /** What the child runs, by which of the three it is given. */
    private final AtomicReferenceArray<CompiledTable> child = new AtomicReferenceArray<>(1 << KINDS);

    /** What the agent does first, at a path with names in it. */
    private record Step(Row.Agent step, OpenText path) {
        Row.Agent with(Names names) {
            return step.at(Path.of(path.with(names)));
        }
    }

    /** @param form the placeholders in the plan */
    CompiledPlan(LaunchPlan plan, NameForm form) {
        this.plan = plan;
        this.form = form;
        this.steps = plan.agent().stream()
                .map(step -> new Step(step, OpenText.of(step.path().toString(), form)))
                .toList();
        this.cgroup = plan.cgroup().map(path -> OpenText.of(path.toString(), form));
        this.task = CompiledTable.of(Arch.current(), plan.taskTable(), form);
        this.flags = plan.namespaceFlags();
        // With a user namespace the others have to belong to that one, or the task has no rights in them.
        boolean own = (flags & CloneArgs.CLONE_NEWUSER) == 0;
        this.takesNetwork = own && (flags & CloneArgs.CLONE_NEWNET) != 0;
        // Message queues in /dev are those of the namespace: both are made ahead, or neither.
        this.takesDevices =
                own && (flags & CloneArgs.CLONE_NEWIPC) != 0 && DeviceFiles.areUsual(plan.childRecords(Phase.DEVICES));
        this.takesMounts =
                own && (flags & CloneArgs.CLONE_NEWNS) != 0 && !plan.entering().isEmpty();
    }

    /** What the agent does before it clones, in order. */
    List<Row.Agent> agent(Names names) {
        List<Row.Agent> all = new ArrayList<>(steps.size());
        for (Step step : steps) {
            all.add(step.with(names));
        }
        return all;
    }

    /** The v2 cgroup that the child is cloned into. */
    Optional<Path> cgroup(Names names) {
        return cgroup.map(path -> Path.of(path.with(names)));
    }

    /** What the task runs. */
    CompiledTable task() {
        return task;
    }

    /** Whether the child can be given a network namespace that was made ahead. */
    boolean takesNetwork() {
        return takesNetwork;
    }

    /** Whether the child can be given an IPC namespace and a /dev that were made ahead. */
    boolean takesDevices() {
        return takesDevices;
    }

    /** Whether the child can be given a mount namespace that was made ahead. */
    boolean takesMounts() {
        return takesMounts;
    }

    /**
     * What of the things that were made ahead a child is given; null for each that it makes itself. Closed by the
     * receiver.
     */
    record Given(MadeNetwork network, MadeDevices devices, MadeMounts mounts) {
        private int index() {
            return (network == null ? 0 : 1) | (devices == null ? 0 : 2) | (mounts == null ? 0 : 4);
        }

        /** Adds the descriptors, by the names that {@link CompiledPlan#child} has them bound to. */
        void bind(Map<String, Long> bindings) {
            if (network != null) {
                bind(bindings, NETWORK, network.namespace());
            }
            if (devices != null) {
                bind(bindings, IPC, devices.ipc());
                for (int i = 0; i < devices.mounts().size(); i++) {
                    bind(bindings, DeviceFiles.made(i), devices.mounts().get(i));
                }
            }
            if (mounts != null) {
                bind(bindings, LaunchPlan.MOUNTS, mounts.namespace());
            }
        }

        private static void bind(Map<String, Long> bindings, String name, OwnedFd descriptor) {
            bindings.put(name, (long) descriptor.fd());
        }
    }

    /** The clone3 flags of the namespaces that a child is not given. */
    long flags(Given given) {
        return flags
                & ~(given.network() == null ? 0 : CloneArgs.CLONE_NEWNET)
                & ~(given.devices() == null ? 0 : CloneArgs.CLONE_NEWIPC)
                & ~(given.mounts() == null ? 0 : CloneArgs.CLONE_NEWNS);
    }

    /** What the child runs. */
    CompiledTable child(Given given) {
        CompiledTable known = child.get(given.index());
        if (known == null) {
            // Twice at the same time gives the same.
            known = CompiledTable.of(Arch.current(), table(given), form);
            child.set(given.index(), known);
        }
        return known;
    }

    private SyscallTable table(Given given) {
        List<SyscallRecord> joins = new ArrayList<>(2);
        Map<Phase, List<SyscallRecord>> instead = new EnumMap<>(Phase.class);
        if (given.network() != null) {
            joins.add(join(NETWORK, CloneArgs.CLONE_NEWNET, "CLONE_NEWNET"));
            instead.put(Phase.LOOPBACK, List.of());
        }
        if (given.devices() != null) {
            joins.add(join(IPC, CloneArgs.CLONE_NEWIPC, "CLONE_NEWIPC"));
            instead.put(Phase.DEVICES, DeviceFiles.attach());
        }
        if (given.mounts() != null) {
            instead.put(Phase.MOUNT, plan.entering());
            instead.put(Phase.ROOT, List.of());
        }
        return plan.childTable(joins, instead);
    }

    private static SyscallRecord join(String namespace, long kind, String name) {
        return SyscallRecord.of(
                Syscall.SETNS, name + " made ahead", new Operand.Bound(namespace), Operand.named(kind, name));
    }
}
