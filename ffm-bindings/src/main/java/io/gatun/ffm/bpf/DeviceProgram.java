package io.gatun.ffm.bpf;

import java.util.List;
import java.util.OptionalInt;

/**
 * The BPF_PROG_TYPE_CGROUP_DEVICE program that allows what any of some rules allows, and nothing else; its context is
 * {@code struct bpf_cgroup_dev_ctx} of linux/bpf.h:
 *
 * <pre>
 *   u32 access_type   what is wanted in the upper half, the kind of node in the lower
 *   u32 major, minor
 * </pre>
 */
public final class DeviceProgram {
    /** Kind of node; linux/bpf.h. */
    public static final int BPF_DEVCG_DEV_BLOCK = 1;
    /** Kind of node; linux/bpf.h. */
    public static final int BPF_DEVCG_DEV_CHAR = 2;
    /** mknod(2); linux/bpf.h. */
    public static final int BPF_DEVCG_ACC_MKNOD = 1;
    /** Opening for reading; linux/bpf.h. */
    public static final int BPF_DEVCG_ACC_READ = 2;
    /** Opening for writing; linux/bpf.h. */
    public static final int BPF_DEVCG_ACC_WRITE = 4;

    private static final int ALL_ACCESS = BPF_DEVCG_ACC_MKNOD | BPF_DEVCG_ACC_READ | BPF_DEVCG_ACC_WRITE;
    private static final int ACCESS_TYPE = 0;
    private static final int MAJOR = 4;
    private static final int MINOR = 8;
    private static final int TYPE_MASK = 0xffff;
    private static final int ACCESS_SHIFT = 16;

    // r1 is the context on entry, later a scratch register.
    private static final int RESULT = 0;
    private static final int CONTEXT = 1;
    private static final int TYPE = 2;
    private static final int WANTED = 3;
    private static final int WANTED_MAJOR = 4;
    private static final int WANTED_MINOR = 5;

    private DeviceProgram() {}

    /**
     * One thing that is allowed.
     *
     * @param kind BPF_DEVCG_DEV_*; empty for both
     * @param major empty for all
     * @param minor empty for all
     * @param access BPF_DEVCG_ACC_*, or-ed: a request that wants more than these does not match
     */
    public record Rule(OptionalInt kind, OptionalInt major, OptionalInt minor, int access) {}

    /** The instructions for these rules; without any, everything is refused. */
    public static byte[] assemble(List<Rule> rules) {
        BpfAssembler out = new BpfAssembler()
                .loadWord(TYPE, CONTEXT, ACCESS_TYPE)
                .move(WANTED, TYPE)
                .and(TYPE, TYPE_MASK)
                .shiftRight(WANTED, ACCESS_SHIFT)
                .loadWord(WANTED_MAJOR, CONTEXT, MAJOR)
                .loadWord(WANTED_MINOR, CONTEXT, MINOR);
        boolean decided = false;
        for (Rule rule : rules) {
            BpfAssembler.Target next = new BpfAssembler.Target();
            rule.kind().ifPresent(kind -> out.jumpUnlessEqual(TYPE, kind, next));
            if (rule.access() != ALL_ACCESS) {
                out.move(CONTEXT, WANTED).and(CONTEXT, rule.access()).jumpUnlessSame(CONTEXT, WANTED, next);
            }
            rule.major().ifPresent(major -> out.jumpUnlessEqual(WANTED_MAJOR, major, next));
            rule.minor().ifPresent(minor -> out.jumpUnlessEqual(WANTED_MINOR, minor, next));
            out.load(RESULT, 1).exit().at(next);
            decided = rule.kind().isEmpty()
                    && rule.major().isEmpty()
                    && rule.minor().isEmpty()
                    && rule.access() == ALL_ACCESS;
            if (decided) {
                // The verifier refuses instructions that nothing leads to.
                break;
            }
        }
        return decided ? out.assemble() : out.load(RESULT, 0).exit().assemble();
    }
}
