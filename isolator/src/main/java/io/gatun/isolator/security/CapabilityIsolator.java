package io.gatun.isolator.security;

import io.gatun.ffm.Syscall;
import io.gatun.ffm.process.Operand;
import io.gatun.ffm.process.Prctl;
import io.gatun.ffm.process.SyscallRecord;
import io.gatun.isolator.Isolator;
import io.gatun.isolator.LaunchContext;
import io.gatun.isolator.Phase;
import io.gatun.isolator.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The capability sets of the task; capabilities(7), capset(2). Mesos: {@code linux/capabilities}. The bounding set
 * shrinks first, since that needs CAP_SETPCAP; the others are set after the user has changed, since the change clears
 * them.
 */
public final class CapabilityIsolator implements Isolator {
    /** _LINUX_CAPABILITY_VERSION_3 of linux/capability.h, and 0 for the calling thread. */
    private static final long HEADER = 0x2008_0522L;

    /** Nearly all containers of an agent have the same sets; the last ones are kept. */
    private record Made(Capabilities capabilities, int last, boolean changes, List<Row> rows) {
        boolean fits(Capabilities others, int otherLast, boolean otherChanges) {
            return last == otherLast && changes == otherChanges && capabilities.equals(others);
        }
    }

    private volatile Made made;

    @Override
    public List<Row> rows(LaunchContext launch) {
        if (launch.confinement().capabilities().isEmpty()) {
            return List.of();
        }
        Capabilities capabilities = launch.confinement().capabilities().get();
        int last = launch.confinement().lastCapability();
        boolean changes = launch.identity().stream().anyMatch(who -> who.uid() != 0);
        Made known = made;
        if (known == null || !known.fits(capabilities, last, changes)) {
            known = new Made(capabilities, last, changes, rows(capabilities, last, changes));
            made = known;
        }
        return known.rows();
    }

    private static List<Row> rows(Capabilities capabilities, int last, boolean changes) {
        List<Row> rows = new ArrayList<>();
        long kept = Capability.bits(capabilities.bounding());
        for (int number = 0; number <= last; number++) {
            if (((kept >>> number) & 1) == 0) {
                rows.add(row(Phase.PRIVILEGES, "PR_CAPBSET_DROP", Prctl.PR_CAPBSET_DROP, named(number)));
            }
        }
        if (changes && !capabilities.effective().isEmpty()) {
            rows.add(row(Phase.PRIVILEGES, "PR_SET_KEEPCAPS", Prctl.PR_SET_KEEPCAPS, Operand.of(1)));
        }
        // What the agent itself was started with must not get through to a task of another user.
        rows.add(row(
                Phase.CAPABILITIES,
                "PR_CAP_AMBIENT_CLEAR_ALL",
                Prctl.PR_CAP_AMBIENT,
                Operand.named(Prctl.PR_CAP_AMBIENT_CLEAR_ALL, "PR_CAP_AMBIENT_CLEAR_ALL")));
        rows.add(new Row.InTask(Phase.CAPABILITIES, capset(capabilities)));
        for (Capability capability : capabilities.ambient()) {
            rows.add(row(
                    Phase.CAPABILITIES,
                    capability.manName(),
                    Prctl.PR_CAP_AMBIENT,
                    Operand.named(Prctl.PR_CAP_AMBIENT_RAISE, "PR_CAP_AMBIENT_RAISE"),
                    named(capability.number())));
        }
        return List.copyOf(rows);
    }

    private static Operand named(int number) {
        return Capability.ofBits(1L << number).stream()
                .findFirst()
                .map(capability -> Operand.named(number, capability.manName()))
                .orElse(Operand.of(number));
    }

    /** prctl(2) refuses operations of newer kernels unless the arguments that they do not use are 0. */
    private static Row row(Phase phase, String object, int operation, Operand... arguments) {
        List<Operand> operands = new ArrayList<>();
        operands.add(Operand.named(operation, operation == Prctl.PR_CAP_AMBIENT ? "PR_CAP_AMBIENT" : object));
        operands.addAll(List.of(arguments));
        while (operands.size() < 5) {
            operands.add(Operand.of(0));
        }
        return new Row.InTask(phase, SyscallRecord.of(Syscall.PRCTL, object, operands.toArray(Operand[]::new)));
    }

    private static SyscallRecord capset(Capabilities capabilities) {
        long effective = Capability.bits(capabilities.effective());
        long inheritable = Capability.bits(capabilities.ambient());
        String shown = shown(capabilities.effective());
        return SyscallRecord.of(
                Syscall.CAPSET,
                shown,
                new Operand.Words(List.of(HEADER), "{_LINUX_CAPABILITY_VERSION_3, 0}"),
                // Twice struct __user_cap_data_struct, low numbers first: u32 effective, permitted, inheritable.
                new Operand.Words(
                        List.of(
                                low(effective) | (low(effective) << 32),
                                low(inheritable) | (high(effective) << 32),
                                high(effective) | (high(inheritable) << 32)),
                        "{effective=" + shown + ", permitted=" + shown + ", inheritable="
                                + shown(capabilities.ambient()) + "}"));
    }

    private static long low(long bits) {
        return bits & 0xffff_ffffL;
    }

    private static long high(long bits) {
        return bits >>> 32;
    }

    private static String shown(Set<Capability> set) {
        return set.stream().map(Capability::manName).collect(Collectors.joining(", ", "[", "]"));
    }
}
