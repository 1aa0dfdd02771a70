package io.gatun.ffm.asm;

import io.gatun.ffm.Arch;
import io.gatun.ffm.Syscall;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.Set;

/**
 * Writes machine code in the subset that x86-64 and aarch64 share: moves between registers and memory, jumps, and
 * system calls. One program is written once and assembled for either. There are no relocations and no stack besides
 * {@link #enter()} and {@link #leave()}. Not thread-safe.
 */
public abstract sealed class Assembler permits X64Assembler, A64Assembler {
    private static final int CAPACITY_BYTES = 4096;

    private final Arch arch;
    private final ByteBuffer code = ByteBuffer.allocate(CAPACITY_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final Set<Label> labels = new HashSet<>();

    Assembler(Arch arch) {
        this.arch = arch;
    }

    /** An assembler for an architecture, with nothing written. */
    public static Assembler forArch(Arch arch) {
        return switch (arch) {
            case X86_64 -> new X64Assembler();
            case AARCH64 -> new A64Assembler();
        };
    }

    /** {@code to = from}. */
    public abstract Assembler move(Register to, Register from);

    /** {@code to = value}; -32768 to 0x7fffffff. */
    public abstract Assembler set(Register to, int value);

    /** {@code to += value}; 1 to 4095. */
    public abstract Assembler add(Register to, int value);

    /** {@code to &= ~4095}. */
    public abstract Assembler clearLow12(Register to);

    /** {@code to = the stack pointer}. */
    public abstract Assembler stackPointer(Register to);

    /** {@code to = -to}. */
    public abstract Assembler negate(Register to);

    /** {@code to = the 64 bits at base + offset}; offset a multiple of 8, 0 to 32760. */
    public abstract Assembler load(Register to, Register base, int offset);

    /** {@code the 64 bits at base + offset = from}; offset a multiple of 8, 0 to 32760. */
    public abstract Assembler store(Register from, Register base, int offset);

    /** Enters the kernel. */
    public abstract Assembler syscall();

    /** Goes to a label. */
    public abstract Assembler jump(Label label);

    /** Goes to a label when all 64 bits are 0. */
    public abstract Assembler jumpIfZero(Register register, Label label);

    /** Goes to a label when any of the 64 bits is set. */
    public abstract Assembler jumpIfNotZero(Register register, Label label);

    /** Goes to a label when bit 63 is set. */
    public abstract Assembler jumpIfNegative(Register register, Label label);

    /** Goes to a label when a bit, 0 to 31, is set. */
    public abstract Assembler jumpIfSet(Register register, int bit, Label label);

    /** Goes to a label when a bit, 0 to 31, is clear. */
    public abstract Assembler jumpIfClear(Register register, int bit, Label label);

    /** Goes to a label when both are equal. */
    public abstract Assembler jumpIfEqual(Register left, Register right, Label label);

    /** Goes to a label when the register holds a value, 0 to 127. */
    public abstract Assembler jumpIfEqual(Register left, int right, Label label);

    /** The start of a function: saves the registers that belong to its caller. */
    public abstract Assembler enter();

    /** The end of a function: restores them and returns {@link Register#RESULT}. */
    public abstract Assembler leave();

    /** Enters the kernel with a call's number on this architecture. */
    public final Assembler syscall(Syscall call) {
        return set(Register.NUMBER, call.number(arch)).syscall();
    }

    /** Makes a label mean this place. */
    public final Assembler bind(Label label) {
        label.bind(code.position());
        return this;
    }

    /**
     * The code.
     *
     * @throws IllegalStateException when a label that is jumped to was never bound
     */
    public final byte[] toBytes() {
        if (labels.stream().anyMatch(Label::dangling)) {
            throw new IllegalStateException("a label that is jumped to is not bound");
        }
        byte[] bytes = new byte[code.position()];
        code.get(0, bytes);
        return bytes;
    }

    final ByteBuffer code() {
        return code;
    }

    final void refer(Label label, int at, Label.Patch patch) {
        labels.add(label);
        label.refer(at, patch);
    }

    static void requireRange(String what, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(what + "=" + value + ": must be " + min + " to " + max);
        }
    }
}
