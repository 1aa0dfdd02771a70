package io.gatun.ffm.process;

import static io.gatun.ffm.asm.Register.A0;
import static io.gatun.ffm.asm.Register.A1;
import static io.gatun.ffm.asm.Register.A2;
import static io.gatun.ffm.asm.Register.A3;
import static io.gatun.ffm.asm.Register.A4;
import static io.gatun.ffm.asm.Register.A5;
import static io.gatun.ffm.asm.Register.RESULT;
import static io.gatun.ffm.asm.Register.S0;
import static io.gatun.ffm.asm.Register.S1;
import static io.gatun.ffm.asm.Register.S4;

import io.gatun.ffm.Arch;
import io.gatun.ffm.Syscall;
import io.gatun.ffm.asm.Assembler;
import io.gatun.ffm.asm.Label;
import io.gatun.ffm.asm.StaticElf;

/**
 * The machine code of the {@link Init}: registers only, no stack, no libc. Disassembled, it is in {@code init.x86_64.lst}
 * and {@code init.aarch64.lst} beside the test that compares.
 */
final class InitCode {
    private static final int SIGCHLD = 17;
    private static final int SIG_SETMASK = 2;
    private static final int SIGSET_BYTES = 8;
    private static final int PR_SET_NAME = 15;
    private static final int PROT_READ_WRITE = 1 | 2;
    private static final int MAP_PRIVATE_ANONYMOUS_FIXED = 2 | 0x20 | 0x10;
    /** Where a process finds the address of its first argument, from the stack pointer on, when it starts; the ABIs. */
    private static final int ARGV0 = 8;

    private static final int STACK_BYTES = 3 * 4096;
    /** The header lies in it, whatever the page size. */
    private static final int KEPT_BYTES = 4096;

    private static final int WNOHANG = 1;
    private static final int SIGKILL = 9;
    /** siginfo_t: si_signo, si_errno, si_code, padding, si_pid, si_uid, then si_value; asm-generic/siginfo.h. */
    private static final int SI_VALUE = 24;

    private InitCode() {}

    /** The code for an architecture. */
    static byte[] assemble(Arch arch) {
        Assembler code = Assembler.forArch(arch);
        Label parent = new Label();
        Label report = new Label();
        Label cloneFailed = new Label();
        Label quit = new Label();
        code.set(S0, StaticElf.DATA_ADDRESS);
        loadTable(code, quit);
        prepare(code);
        // clone(CLONE_VM | CLONE_VFORK | SIGCHLD, 0, 0, 0, 0): the order of the last two differs, their value does not.
        code.set(A0, (int) (CloneArgs.CLONE_VM | CloneArgs.CLONE_VFORK) | SIGCHLD);
        code.set(A1, 0).set(A2, 0).set(A3, 0).set(A4, 0);
        code.syscall(Syscall.CLONE);
        code.jumpIfNotZero(RESULT, parent);
        RecordLoop.emit(code);

        code.bind(parent);
        code.move(S4, RESULT);
        code.jumpIfNegative(S4, cloneFailed);
        code.bind(report);
        code.load(A0, S0, SyscallTable.READY_FD);
        code.move(A1, S0).add(A1, SyscallTable.FAILED);
        code.set(A2, Init.READY_BYTES);
        code.syscall(Syscall.WRITE);
        code.load(A0, S0, SyscallTable.READY_FD);
        code.syscall(Syscall.CLOSE);
        code.load(S1, S0, SyscallTable.ERROR);
        code.jumpIfNotZero(S1, quit);
        dropTable(code);
        supervise(code);

        code.bind(cloneFailed);
        code.store(S4, S0, SyscallTable.ERROR);
        code.jump(report);
        code.bind(quit);
        code.set(A0, RecordLoop.EXIT_CODE);
        code.syscall(Syscall.EXIT_GROUP);
        return code.toBytes();
    }

    /** Reads the table; what does not fit into the memory of the image goes right behind it. */
    private static void loadTable(Assembler code, Label quit) {
        Label loaded = new Label();
        code.set(A0, Init.TABLE_FD);
        code.move(A1, S0);
        code.set(A2, Init.MEMORY_BYTES);
        code.syscall(Syscall.READ);
        code.jumpIfNegative(RESULT, quit);
        code.load(S1, S0, SyscallTable.EXTRA_BYTES);
        code.jumpIfZero(S1, loaded);
        code.set(A0, StaticElf.DATA_ADDRESS + Init.MEMORY_BYTES);
        code.move(A1, S1);
        code.set(A2, PROT_READ_WRITE);
        code.set(A3, MAP_PRIVATE_ANONYMOUS_FIXED);
        code.set(A4, -1).set(A5, 0);
        code.syscall(Syscall.MMAP);
        code.jumpIfNegative(RESULT, quit);
        code.set(A0, Init.TABLE_FD);
        code.set(A1, StaticElf.DATA_ADDRESS + Init.MEMORY_BYTES);
        code.move(A2, S1);
        code.syscall(Syscall.READ);
        code.jumpIfNegative(RESULT, quit);
        code.bind(loaded);
        code.set(A0, Init.TABLE_FD);
        code.syscall(Syscall.CLOSE);
    }

    /** Gives back what only the task's records needed: an init waits, maybe for months, beside a thousand others. */
    private static void dropTable(Assembler code) {
        Label dropped = new Label();
        // With larger pages this is refused, and there is nothing to gain.
        code.set(A0, StaticElf.DATA_ADDRESS + KEPT_BYTES);
        code.set(A1, Init.MEMORY_BYTES - KEPT_BYTES);
        code.set(A2, Madvise.MADV_DONTNEED);
        code.syscall(Syscall.MADVISE);
        code.load(A1, S0, SyscallTable.EXTRA_BYTES);
        code.jumpIfZero(A1, dropped);
        code.set(A0, StaticElf.DATA_ADDRESS + Init.MEMORY_BYTES);
        code.syscall(Syscall.MUNMAP);
        code.bind(dropped);
        // The kernel put argv and the auxiliary vector up to three pages below the strings that ps(1) shows.
        code.stackPointer(A0).load(A0, A0, ARGV0).clearLow12(A0);
        code.negate(A0)
                .add(A0, 4095)
                .add(A0, 1)
                .add(A0, 4095)
                .add(A0, 1)
                .add(A0, 4095)
                .add(A0, 1)
                .negate(A0);
        code.set(A1, STACK_BYTES);
        code.set(A2, Madvise.MADV_DONTNEED);
        code.syscall(Syscall.MADVISE);
    }

    private static void prepare(Assembler code) {
        // Blocked signals queue up for rt_sigtimedwait; unblocked, process 1 would lose those without a handler.
        code.set(A0, SIG_SETMASK);
        code.move(A1, S0).add(A1, SyscallTable.ALL_SIGNALS);
        code.set(A2, 0);
        code.set(A3, SIGSET_BYTES);
        code.syscall(Syscall.RT_SIGPROCMASK);
        code.set(A0, PR_SET_NAME);
        code.move(A1, S0).add(A1, SyscallTable.NAME);
        code.syscall(Syscall.PRCTL);
    }

    /** Expects the task's pid in S4. */
    private static void supervise(Assembler code) {
        Label await = new Label();
        Label reap = new Label();
        Label forward = new Label();
        Label carrier = new Label();
        Label drop = new Label();
        Label ended = new Label();
        Label exit = new Label();

        code.bind(await);
        code.move(A0, S0).add(A0, SyscallTable.ALL_SIGNALS);
        code.move(A1, S0).add(A1, SyscallTable.SIGINFO);
        code.set(A2, 0);
        code.set(A3, SIGSET_BYTES);
        code.syscall(Syscall.RT_SIGTIMEDWAIT);
        code.jumpIfNegative(RESULT, await); // EINTR: after SIGSTOP and SIGCONT from outside
        code.move(S1, RESULT);
        code.jumpIfEqual(S1, SIGCHLD, reap);
        code.jumpIfEqual(S1, Init.CARRIER_SIGNAL, carrier);
        code.bind(forward);
        code.move(A0, S4).negate(A0);
        code.move(A1, S1);
        code.syscall(Syscall.KILL);
        code.jump(await);

        code.bind(carrier);
        code.load(S1, S0, SyscallTable.SIGINFO + SI_VALUE);
        code.jumpIfNegative(S1, drop);
        code.jump(forward);

        code.bind(drop);
        code.move(A0, S1).negate(A0);
        code.syscall(Syscall.CLOSE);
        code.jump(await);

        code.bind(reap);
        code.set(A0, -1);
        code.move(A1, S0).add(A1, SyscallTable.WAIT_STATUS);
        code.set(A2, WNOHANG);
        code.set(A3, 0);
        code.syscall(Syscall.WAIT4);
        code.jumpIfEqual(RESULT, S4, ended);
        code.jumpIfZero(RESULT, await); // others still run
        code.jumpIfNegative(RESULT, await);
        code.jump(reap);

        code.bind(ended);
        code.load(A0, S0, SyscallTable.STATUS_FD);
        code.move(A1, S0).add(A1, SyscallTable.WAIT_STATUS);
        code.set(A2, Init.STATUS_BYTES);
        code.syscall(Syscall.WRITE);
        // Without a pid namespace the rest of the task's process group would live on.
        code.move(A0, S4).negate(A0);
        code.set(A1, SIGKILL);
        code.syscall(Syscall.KILL);
        // What the task wrote last may still be in pipes that nobody but this process holds: an agent must have them
        // before it goes.
        code.load(S1, S0, SyscallTable.ENDING_FD);
        code.jumpIfZero(S1, exit);
        code.move(A0, S1);
        code.move(A1, S0).add(A1, SyscallTable.WAIT_STATUS);
        code.set(A2, Init.STATUS_BYTES);
        code.syscall(Syscall.WRITE);
        code.move(A0, S1);
        code.move(A1, S0).add(A1, SyscallTable.SIGINFO);
        code.set(A2, 1);
        code.syscall(Syscall.READ);
        code.bind(exit);
        code.set(A0, 0);
        code.syscall(Syscall.EXIT_GROUP);
    }
}
