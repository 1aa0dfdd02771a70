package io.gatun.isolator.security.seccomp;

import java.util.Optional;

/**
 * A comparison of one argument of a system call, as unsigned 64-bit number.
 *
 * @param index of the argument, 0 to 5
 * @param op how it is compared
 * @param value with what; the mask for {@link Op#MASKED_EQ}
 * @param valueTwo what the masked argument must be, for {@link Op#MASKED_EQ}
 */
public record ArgCondition(int index, Op op, long value, long valueTwo) {
    private static final int ARGUMENTS = 6;

    /** The operators of a profile. */
    public enum Op {
        /** argument != value. */
        NE,
        /** argument &lt; value. */
        LT,
        /** argument &lt;= value. */
        LE,
        /** argument == value. */
        EQ,
        /** argument &gt;= value. */
        GE,
        /** argument &gt; value. */
        GT,
        /** (argument &amp; value) == valueTwo. */
        MASKED_EQ;

        private static final String PREFIX = "SCMP_CMP_";

        static Optional<Op> named(String name) {
            for (Op op : values()) {
                if (name.equals(PREFIX + op.name())) {
                    return Optional.of(op);
                }
            }
            return Optional.empty();
        }
    }

    public ArgCondition {
        if (index < 0 || index >= ARGUMENTS) {
            throw new IllegalArgumentException("index=" + index + ": must be 0 to " + (ARGUMENTS - 1));
        }
        if (op == Op.MASKED_EQ && (valueTwo & ~value) != 0) {
            throw new IllegalArgumentException(
                    "valueTwo=0x" + Long.toHexString(valueTwo) + ": has bits outside of the mask 0x"
                            + Long.toHexString(value) + ", so nothing can be equal to it");
        }
    }

    /** Whether an argument meets it. */
    public boolean test(long argument) {
        int order = Long.compareUnsigned(argument, value);
        return switch (op) {
            case NE -> order != 0;
            case LT -> order < 0;
            case LE -> order <= 0;
            case EQ -> order == 0;
            case GE -> order >= 0;
            case GT -> order > 0;
            case MASKED_EQ -> (argument & value) == valueTwo;
        };
    }
}
