package io.gatun.ffm.process;

import io.gatun.ffm.Arch;
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
     * and SIGSTOP to the task, which sent to the init would hit the init itself. A negative value is the number of a
     * descriptor that the init closes: the last writing end of the task's standard input is its own.
     */
    public static final int CARRIER_SIGNAL = 64;

    private Init() {}

    /**
     * The executable for one container.
     *
     * @param task what the task does, ending in execve
     * @param statusFd descriptor, in the init, of the file that gets the wait status
     * @param readyFd descriptor, in the init, of the pipe to the launcher
     */
    public static byte[] image(Arch arch, SyscallTable task, int statusFd, int readyFd) {
        return image(arch, task, statusFd, readyFd, 0);
    }

    /**
     * The same for a task whose output an agent reads.
     *
     * @param endingFd descriptor, in the init, of a socket: once the task has ended, the init writes its wait status to
     *     it, and exits when it could read a byte from it; 0 for none
     */
    public static byte[] image(Arch arch, SyscallTable task, int statusFd, int readyFd, int endingFd) {
        byte[] data = task.encode(arch, StaticElf.DATA_ADDRESS, Map.of());
        ByteBuffer header = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
        header.putLong(SyscallTable.STATUS_FD, statusFd);
        header.putLong(SyscallTable.READY_FD, readyFd);
        header.putLong(SyscallTable.ENDING_FD, endingFd);
        header.putLong(SyscallTable.ALL_SIGNALS, -1L);
        header.put(SyscallTable.NAME, NAME.getBytes(StandardCharsets.US_ASCII));
        return StaticElf.link(arch, InitCode.assemble(arch), data);
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
