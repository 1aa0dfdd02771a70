package io.gatun.ffm.process;

import static io.gatun.ffm.asm.Register.A0;
import static io.gatun.ffm.asm.Register.A1;
import static io.gatun.ffm.asm.Register.A2;
import static io.gatun.ffm.asm.Register.A3;
import static io.gatun.ffm.asm.Register.A4;
import static io.gatun.ffm.asm.Register.RESULT;
import static io.gatun.ffm.asm.Register.S0;
import static io.gatun.ffm.asm.Register.S1;
import static io.gatun.ffm.asm.Register.S4;

import io.gatun.ffm.Arch;
import io.gatun.ffm.Syscall;
import io.gatun.ffm.asm.Assembler;
import io.gatun.ffm.asm.Label;
import io.gatun.ffm.asm.StaticElf;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * A container's process 1: a static executable of a few hundred bytes of code, made for one container. It starts the
 * task by running a {@link SyscallTable} in a vfork child, tells the launcher how that went, then forwards signals to
 * the task's process group and reaps, until the task ends: it writes the task's wait status and exits, which ends all
 * others in its pid namespace. It knows neither libc nor heap nor stack, and outlives the launcher.
 *
 * <p>Its message to the launcher is 16 bytes on the ready descriptor, closed afterwards: the address of the record that
 * failed, or 0; and {@code -errno}, or 0.
 */
public final class Init {
    /** What ps(1) shows. */
    public static final String NAME = "gatun-init";

    /** Size of the message to the launcher. */
    public static final int READY_BYTES = 16;

    /** Size of the wait status that it writes: an int. */
    public static final int STATUS_BYTES = 4;

    /**
     * The signal that carries another one in its value (pidfd_send_signal(2) with SI_QUEUE): SIGRTMAX. It gets SIGKILL
     * and SIGSTOP to the task, which sent to the init would hit the init itself.
     */
    public static final int CARRIER_SIGNAL = 64;

    private static final int SIGCHLD = 17;
    private static final int SIG_SETMASK = 2;
    private static final int SIGSET_BYTES = 8;
    private static final int PR_SET_NAME = 15;
    private static final int WNOHANG = 1;
    private static final int SIGKILL = 9;
    /** siginfo_t: si_signo, si_errno, si_code, padding, si_pid, si_uid, then si_value; asm-generic/siginfo.h. */
    private static final int SI_VALUE = 24;

    private Init() {}

    /** The code for an architecture. */
    static byte[] assemble(Arch arch) {
        Assembler code = Assembler.forArch(arch);
        Label parent = new Label();
        Label report = new Label();
        Label cloneFailed = new Label();
        Label quit = new Label();
        code.set(S0, StaticElf.DATA_ADDRESS);
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
        code.set(A2, READY_BYTES);
        code.syscall(Syscall.WRITE);
        code.load(A0, S0, SyscallTable.READY_FD);
        code.syscall(Syscall.CLOSE);
        code.load(S1, S0, SyscallTable.ERROR);
        code.jumpIfNotZero(S1, quit);
        supervise(code);

        code.bind(cloneFailed);
        code.store(S4, S0, SyscallTable.ERROR);
        code.jump(report);
        code.bind(quit);
        code.set(A0, RecordLoop.EXIT_CODE);
        code.syscall(Syscall.EXIT_GROUP);
        return code.toBytes();
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
        Label ended = new Label();

        code.bind(await);
        code.move(A0, S0).add(A0, SyscallTable.ALL_SIGNALS);
        code.move(A1, S0).add(A1, SyscallTable.SIGINFO);
        code.set(A2, 0);
        code.set(A3, SIGSET_BYTES);
        code.syscall(Syscall.RT_SIGTIMEDWAIT);
        code.jumpIfNegative(RESULT, await); // EINTR: after SIGSTOP and SIGCONT from outside
        code.move(S1, RESULT);
        code.jumpIfEqual(S1, SIGCHLD, reap);
        code.jumpIfEqual(S1, CARRIER_SIGNAL, carrier);
        code.bind(forward);
        code.move(A0, S4).negate(A0);
        code.move(A1, S1);
        code.syscall(Syscall.KILL);
        code.jump(await);

        code.bind(carrier);
        code.load(S1, S0, SyscallTable.SIGINFO + SI_VALUE);
        code.jump(forward);

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
        code.set(A2, STATUS_BYTES);
        code.syscall(Syscall.WRITE);
        // Without a pid namespace the rest of the task's process group would live on.
        code.move(A0, S4).negate(A0);
        code.set(A1, SIGKILL);
        code.syscall(Syscall.KILL);
        code.set(A0, 0);
        code.syscall(Syscall.EXIT_GROUP);
    }

    /**
     * The executable for one container.
     *
     * @param task what the task does, ending in execve
     * @param statusFd descriptor, in the init, of the file that gets the wait status
     * @param readyFd descriptor, in the init, of the pipe to the launcher
     */
    public static byte[] image(Arch arch, SyscallTable task, int statusFd, int readyFd) {
        byte[] data = task.encode(arch, StaticElf.DATA_ADDRESS, Map.of());
        ByteBuffer header = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
        header.putLong(SyscallTable.STATUS_FD, statusFd);
        header.putLong(SyscallTable.READY_FD, readyFd);
        header.putLong(SyscallTable.ALL_SIGNALS, -1L);
        header.put(SyscallTable.NAME, NAME.getBytes(StandardCharsets.US_ASCII));
        return StaticElf.link(arch, assemble(arch), data);
    }

    /**
     * Reads the init's message.
     *
     * @param message {@link #READY_BYTES} bytes
     * @param task the table of its image
     * @throws io.gatun.ffm.SyscallException naming the record that failed, or clone
     */
    public static void requireStarted(byte[] message, SyscallTable task) {
        ByteBuffer report = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
        long failed = report.getLong(0);
        long error = report.getLong(8);
        if (error == 0) {
            return;
        }
        List<String> named = failed == 0
                ? List.of("clone", "")
                : List.of(
                        task.failed(failed, StaticElf.DATA_ADDRESS).call().manName(),
                        task.failed(failed, StaticElf.DATA_ADDRESS).object());
        throw new io.gatun.ffm.SyscallException(named.get(0), named.get(1), (int) -error);
    }
}
