package io.gatun.ffm.process;

import static io.gatun.ffm.asm.Register.A0;
import static io.gatun.ffm.asm.Register.A1;
import static io.gatun.ffm.asm.Register.A2;
import static io.gatun.ffm.asm.Register.A3;
import static io.gatun.ffm.asm.Register.A4;
import static io.gatun.ffm.asm.Register.A5;
import static io.gatun.ffm.asm.Register.NUMBER;
import static io.gatun.ffm.asm.Register.RESULT;
import static io.gatun.ffm.asm.Register.S0;
import static io.gatun.ffm.asm.Register.S1;
import static io.gatun.ffm.asm.Register.S2;
import static io.gatun.ffm.asm.Register.S3;

import io.gatun.ffm.Syscall;
import io.gatun.ffm.asm.Assembler;
import io.gatun.ffm.asm.Label;
import io.gatun.ffm.asm.Register;

/** The loop that runs a {@link SyscallTable} in a child that shares its parent's memory: registers only, no stack. */
final class RecordLoop {
    /** What the child exits with when a record failed, as a shell does for a program that it cannot run. */
    static final int EXIT_CODE = 127;

    private static final Register[] ARGUMENTS = {A0, A1, A2, A3, A4, A5};

    private RecordLoop() {}

    /**
     * Writes the loop. It expects the table's header in S0, uses S1 to S3, and never falls through: the last record is
     * an exec, and where it is not, the child exits with 0 after it.
     */
    static void emit(Assembler code) {
        Label next = new Label();
        Label failed = new Label();
        Label advance = new Label();
        Label end = new Label();

        code.load(S1, S0, SyscallTable.FIRST);
        code.load(S2, S0, SyscallTable.END);
        code.bind(next);
        code.jumpIfEqual(S1, S2, end);
        code.load(S3, S1, SyscallTable.FLAGS);
        for (int i = 0; i < ARGUMENTS.length; i++) {
            Label direct = new Label();
            code.load(ARGUMENTS[i], S1, SyscallTable.ARGUMENTS + i * Long.BYTES);
            code.jumpIfClear(S3, i, direct);
            code.load(ARGUMENTS[i], ARGUMENTS[i], 0);
            code.bind(direct);
        }
        code.load(NUMBER, S1, SyscallTable.NUMBER);
        code.syscall();
        code.store(RESULT, S1, SyscallTable.RESULT);
        // No call of a table returns an address of the upper half, so negative means -errno.
        code.jumpIfNegative(RESULT, failed);
        code.bind(advance);
        code.add(S1, SyscallTable.RECORD_BYTES);
        code.jump(next);

        code.bind(failed);
        code.jumpIfSet(S3, SyscallTable.MAY_FAIL_BIT, advance);
        code.store(S1, S0, SyscallTable.FAILED);
        code.store(RESULT, S0, SyscallTable.ERROR);
        code.set(A0, EXIT_CODE);
        code.syscall(Syscall.EXIT_GROUP);

        code.bind(end);
        code.set(A0, 0);
        code.syscall(Syscall.EXIT_GROUP);
    }
}
