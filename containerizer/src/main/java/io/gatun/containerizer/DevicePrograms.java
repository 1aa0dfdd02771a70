package io.gatun.containerizer;

import io.gatun.ffm.Arch;
import io.gatun.ffm.Fd;
import io.gatun.ffm.OwnedFd;
import io.gatun.ffm.SyscallException;
import io.gatun.ffm.bpf.Bpf;
import io.gatun.ffm.bpf.DeviceProgram;
import io.gatun.isolator.DeviceRule;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Device programs of cgroups. Nearly all containers have the same rules, so a program is loaded and verified once and
 * kept: attaching it is all that a launch pays. Any thread.
 */
final class DevicePrograms {
    private static final String NAME = "gatun_devices";
    /** Programs that are kept; where more kinds of rules are in use, the others are loaded each time. */
    private static final int KEPT = 16;

    private static final Map<List<DeviceRule>, OwnedFd> LOADED = new HashMap<>();

    private DevicePrograms() {}

    /**
     * Finds out whether programs can be used here.
     *
     * @return why not
     */
    static Optional<String> refusal() {
        try {
            load(DeviceRule.USUAL).close();
            return Optional.empty();
        } catch (SyscallException e) {
            return Optional.of(e.getMessage());
        }
    }

    /**
     * Attaches a program to a cgroup that has none.
     *
     * @throws SyscallException naming the cgroup
     */
    static void attach(Path cgroup, List<DeviceRule> rules) {
        change(cgroup, rules, Optional.empty());
    }

    /**
     * Gives the cgroup above those of containers a program that allows everything, if it has none: with the first program
     * of a kind anywhere, and without the last one, the kernel rewrites its own code (the static key
     * cgroup_bpf_enabled_key), which a launch and an end would wait for wherever no other container runs.
     *
     * @throws SyscallException naming the cgroup
     */
    static void keepInUse(Path cgroup) {
        try (OwnedFd directory = open(cgroup)) {
            if (!Bpf.query(directory.fd(), Bpf.BPF_CGROUP_DEVICE, cgroup).isEmpty()) {
                return;
            }
        }
        attach(cgroup, List.of(DeviceRule.EVERYTHING));
    }

    /**
     * Puts a program in place of the one that a cgroup has, at once.
     *
     * @return false, and nothing happened, when it has none
     * @throws SyscallException naming the cgroup
     */
    static boolean replace(Path cgroup, List<DeviceRule> rules) {
        try (OwnedFd directory = open(cgroup)) {
            for (int id : Bpf.query(directory.fd(), Bpf.BPF_CGROUP_DEVICE, cgroup)) {
                Optional<OwnedFd> old = Bpf.program(id);
                if (old.isPresent()) {
                    try (OwnedFd replaced = old.get()) {
                        change(cgroup, rules, Optional.of(replaced));
                    }
                    return true;
                }
            }
            return false;
        }
    }

    private static void change(Path cgroup, List<DeviceRule> rules, Optional<OwnedFd> replaced) {
        // Under the lock: a program must not be closed between being found and being attached.
        synchronized (LOADED) {
            OwnedFd known = LOADED.get(rules);
            OwnedFd program = known == null ? load(rules) : known;
            boolean keep = known != null || LOADED.size() < KEPT;
            try (OwnedFd directory = open(cgroup)) {
                Bpf.attach(
                        directory.fd(), program.fd(), Bpf.BPF_CGROUP_DEVICE, Bpf.BPF_F_ALLOW_MULTI, replaced, cgroup);
            } finally {
                if (keep) {
                    LOADED.put(List.copyOf(rules), program);
                } else {
                    program.close();
                }
            }
        }
    }

    private static OwnedFd open(Path cgroup) {
        return Fd.open(cgroup, Fd.O_RDONLY | Fd.oDirectory(Arch.current()), 0);
    }

    private static OwnedFd load(List<DeviceRule> rules) {
        byte[] code =
                DeviceProgram.assemble(rules.stream().map(DevicePrograms::rule).toList());
        return Bpf.load(Bpf.BPF_PROG_TYPE_CGROUP_DEVICE, code, NAME);
    }

    private static DeviceProgram.Rule rule(DeviceRule rule) {
        OptionalInt kind = switch (rule.kind()) {
            case ALL -> OptionalInt.empty();
            case BLOCK -> OptionalInt.of(DeviceProgram.BPF_DEVCG_DEV_BLOCK);
            case CHAR -> OptionalInt.of(DeviceProgram.BPF_DEVCG_DEV_CHAR);
        };
        int access = rule.access().stream()
                .mapToInt(each -> switch (each) {
                    case READ -> DeviceProgram.BPF_DEVCG_ACC_READ;
                    case WRITE -> DeviceProgram.BPF_DEVCG_ACC_WRITE;
                    case MKNOD -> DeviceProgram.BPF_DEVCG_ACC_MKNOD;
                })
                .reduce(0, (a, b) -> a | b);
        return new DeviceProgram.Rule(kind, rule.major(), rule.minor(), access);
    }
}
