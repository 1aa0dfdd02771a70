package io.gatun.ffm.process;

import io.gatun.ffm.Syscall;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One system call that a child makes between clone and exec; immutable data. It prints itself as its manual page would
 * write it.
 *
 * @param call the system call
 * @param operands at most six; the rest is 0
 * @param object what an error message says it was done to; may be empty
 * @param result the name under which later records of the table use what it returns, if any
 * @param mayFail whether the table goes on when it fails
 */
public record SyscallRecord(
        Syscall call, List<Operand> operands, String object, Optional<String> result, boolean mayFail) {
    private static final int MAX_OPERANDS = 6;

    public SyscallRecord {
        Objects.requireNonNull(call, "call");
        operands = List.copyOf(operands);
        if (operands.size() > MAX_OPERANDS) {
            throw new IllegalArgumentException(
                    call.manName() + ": operands=" + operands.size() + ": must be at most " + MAX_OPERANDS);
        }
        Objects.requireNonNull(object, "object");
        Objects.requireNonNull(result, "result");
    }

    /** A record that must succeed. */
    public static SyscallRecord of(Syscall call, String object, Operand... operands) {
        return new SyscallRecord(call, List.of(operands), object, Optional.empty(), false);
    }

    /** The same, with a name for its result. */
    public SyscallRecord as(String name) {
        return new SyscallRecord(call, operands, object, Optional.of(name), mayFail);
    }

    /** The same, allowed to fail. */
    public SyscallRecord orElseGoOn() {
        return new SyscallRecord(call, operands, object, result, true);
    }

    @Override
    public String toString() {
        return result.map(name -> name + " = ").orElse("")
                + call.manName()
                + operands.stream().map(Operand::shown).collect(Collectors.joining(", ", "(", ")"))
                + (mayFail ? " /* may fail */" : "");
    }
}
