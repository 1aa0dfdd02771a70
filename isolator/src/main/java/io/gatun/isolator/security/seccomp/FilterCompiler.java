package io.gatun.isolator.security.seccomp;

import io.gatun.isolator.security.seccomp.SeccompProfile.Case;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Compiles a profile to a program for seccomp(2). It loads the calling convention and dies on one that the profile does
 * not let in, then finds the system call's number by binary search among ranges of equal outcome (some eight
 * comparisons), then compares arguments, 64 bits wide, where a rule asks for it.
 *
 * <pre>
 *  struct seccomp_data: 0 u32 nr   4 u32 arch   8 u64 instruction_pointer   16 u64 args[6]
 * </pre>
 */
public final class FilterCompiler {
    private static final int NR = 0;
    private static final int ARCH = 4;
    private static final int ARGS = 16;
    /** __X32_SYSCALL_BIT of asm/unistd.h: the x32 convention shares the arch of x86-64, with numbers from here on. */
    private static final int X32 = 0x4000_0000;

    private final BpfAssembler code = new BpfAssembler();
    private final Map<List<Case>, Integer> outcomes = new HashMap<>();

    private FilterCompiler() {}

    /** From a number on, until the next range: what happens. */
    private record Range(int from, List<Case> outcome) {}

    /**
     * Compiles.
     *
     * @param name of the profile, for messages
     * @throws IllegalArgumentException when the program would be longer than the kernel takes
     */
    public static SeccompFilter compile(String name, SeccompProfile profile, SeccompTarget target) {
        return new SeccompFilter(name, profile.flags(), new FilterCompiler().program(profile, target));
    }

    private List<Long> program(SeccompProfile profile, SeccompTarget target) {
        int next = code.ret(SeccompAction.KILL_PROCESS.returnValue());
        // The machine's own convention is asked for first, so written last.
        for (SeccompArch convention : profile.conventions(target).reversed()) {
            outcomes.clear();
            List<Range> ranges = ranges(profile, target, convention);
            int search = search(ranges, 0, ranges.size());
            int loaded = code.load(NR, search);
            next = code.branch(BpfAssembler.BPF_JEQ_K, convention.auditArch(), loaded, next);
        }
        code.load(ARCH, next);
        return code.program();
    }

    private static List<Range> ranges(SeccompProfile profile, SeccompTarget target, SeccompArch convention) {
        Map<Integer, List<Case>> cases = profile.cases(target, convention);
        List<Case> otherwise = List.of(new Case(List.of(), profile.defaultAction()));
        List<Range> ranges = new ArrayList<>();
        int highest = profile.highest(convention);
        for (int number = 0; number <= highest; number++) {
            add(ranges, number, cases.getOrDefault(number, otherwise));
        }
        add(ranges, highest + 1, List.of(new Case(List.of(), profile.beyond())));
        if (convention == SeccompArch.X86_64) {
            add(ranges, X32, List.of(new Case(List.of(), SeccompAction.ENOSYS)));
        }
        return ranges;
    }

    private static void add(List<Range> ranges, int from, List<Case> outcome) {
        if (ranges.isEmpty() || !ranges.getLast().outcome().equals(outcome)) {
            ranges.add(new Range(from, outcome));
        }
    }

    /** The place of a search among the ranges [low, high), with the number in the accumulator. */
    private int search(List<Range> ranges, int low, int high) {
        if (high - low == 1) {
            return outcome(ranges.get(low).outcome());
        }
        int middle = (low + high) >>> 1;
        int above = search(ranges, middle, high);
        int below = search(ranges, low, middle);
        return code.branch(BpfAssembler.BPF_JGE_K, ranges.get(middle).from(), above, below);
    }

    /** Written again where an earlier copy is out of reach: that costs no more than a jump to it. */
    private int outcome(List<Case> cases) {
        Integer written = outcomes.get(cases);
        if (written != null && code.reaches(written)) {
            return written;
        }
        int place = code.ret(cases.getLast().action().returnValue());
        for (Case each : cases.subList(0, cases.size() - 1).reversed()) {
            int holds = code.ret(each.action().returnValue());
            int fails = place;
            place = holds;
            for (ArgCondition condition : each.conditions().reversed()) {
                place = condition(condition, place, fails);
            }
        }
        outcomes.put(cases, place);
        return place;
    }

    private int condition(ArgCondition c, int holds, int fails) {
        return switch (c.op()) {
            case EQ -> equal(c.index(), -1, c.value(), holds, fails);
            case NE -> equal(c.index(), -1, c.value(), fails, holds);
            case MASKED_EQ -> equal(c.index(), c.value(), c.valueTwo(), holds, fails);
            case GT -> ordered(BpfAssembler.BPF_JGT_K, c, holds, fails);
            case GE -> ordered(BpfAssembler.BPF_JGE_K, c, holds, fails);
            case LE -> ordered(BpfAssembler.BPF_JGT_K, c, fails, holds);
            case LT -> ordered(BpfAssembler.BPF_JGE_K, c, fails, holds);
        };
    }

    /** Whether (argument &amp; mask) == value; a half that the mask leaves out is not looked at. */
    private int equal(int index, long mask, long value, int holds, int fails) {
        int place = half(low(index), (int) mask, (int) value, holds, fails);
        return half(low(index) + Integer.BYTES, (int) (mask >>> 32), (int) (value >>> 32), place, fails);
    }

    private int half(int offset, int mask, int value, int holds, int fails) {
        if (mask == 0) {
            return holds;
        }
        int place = code.branch(BpfAssembler.BPF_JEQ_K, value, holds, fails);
        return code.load(offset, mask == -1 ? place : code.and(mask, place));
    }

    /** The upper halves decide unless they are equal. */
    private int ordered(int comparison, ArgCondition c, int holds, int fails) {
        int lower = code.load(low(c.index()), code.branch(comparison, (int) c.value(), holds, fails));
        int high = (int) (c.value() >>> 32);
        int equal = code.branch(BpfAssembler.BPF_JEQ_K, high, lower, fails);
        int place = code.branch(BpfAssembler.BPF_JGT_K, high, holds, equal);
        return code.load(low(c.index()) + Integer.BYTES, place);
    }

    /** Both architectures are little-endian: the lower half comes first. */
    private static int low(int index) {
        return ARGS + index * Long.BYTES;
    }
}
