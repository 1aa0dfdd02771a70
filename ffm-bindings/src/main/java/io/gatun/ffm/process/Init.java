package io.gatun.ffm.process;

import io.gatun.ffm.Arch;
import io.gatun.ffm.Fd;
import io.gatun.ffm.OwnedFd;
import io.gatun.ffm.asm.StaticElf;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/**
 * A container's process 1: a static executable of less than a thousand bytes. It reads what is particular to its
 * container from a descriptor, starts the task by running a {@link SyscallTable} in a vfork child, tells the launcher how that went, then forwards signals to
 * the task's process group and reaps, until the task ends: it writes the task's wait status and exits, which ends all
 * others in its pid namespace. It knows neither libc nor heap nor stack, and outlives the launcher.
 *
 * <p>Its message to the launcher is 16 bytes on the ready descriptor, closed afterwards: the address of the record that
 * failed, or 0; and {@code -errno}, or 0.
 */
public final class Init {
    /** What ps(1) shows. */
    public static final String NAME = "gatun-init";

    /** The descriptor at which it finds its table, which it closes. */
    public static final int TABLE_FD = 3;

    /** Memory of the image: a table that is larger gets more. A multiple of the largest page size. */
    static final int MEMORY_BYTES = 0x10000;

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
     * The executable, one for all containers of this process, so that they share its page; a borrowed descriptor.
     *
     * @throws io.gatun.ffm.SyscallException EACCES where the sysctl vm.memfd_noexec forbids it
     */
    public static int executable() {
        return Executable.FILE.fd();
    }

    /** Made at the first launch. */
    private static final class Executable {
        static final OwnedFd FILE = make();

        private Executable() {}

        private static OwnedFd make() {
            reserveTableNumber();
            return MemFd.executable(NAME, image(Arch.current()));
        }

        /** A child gives that number to its table: nothing else that it needs may have it. */
        private static void reserveTableNumber() {
            OwnedFd probe = Fd.open(Path.of("/dev/null"), Fd.O_RDONLY, 0);
            if (probe.fd() < TABLE_FD) {
                reserveTableNumber();
            }
            if (probe.fd() != TABLE_FD) {
                probe.close();
            }
        }
    }

    /** The executable's content. */
    static byte[] image(Arch arch) {
        return StaticElf.link(arch, InitCode.assemble(arch), MEMORY_BYTES);
    }

    /**
     * What an init does, to be found by it at descriptor {@link #TABLE_FD}, from the file's offset on.
     *
     * @param task what the task does, ending in execve
     * @param statusFd descriptor, in the init, of the file that gets the wait status
     * @param readyFd descriptor, in the init, of the pipe to the launcher
     * @param endingFd descriptor, in the init, of a socket: once the task has ended, the init writes its wait status to
     *     it, and exits when it could read a byte from it; 0 for none
     */
    public static byte[] table(Arch arch, SyscallTable task, int statusFd, int readyFd, int endingFd) {
        return table(CompiledTable.of(arch, task).with(Names.NONE), statusFd, readyFd, endingFd);
    }

    /** What an init does, as {@link #table(Arch, SyscallTable, int, int, int)} tells. */
    public static byte[] table(CompiledTable.Filled task, int statusFd, int readyFd, int endingFd) {
        byte[] data = task.at(StaticElf.DATA_ADDRESS, Map.of());
        ByteBuffer header = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
        header.putLong(SyscallTable.STATUS_FD, statusFd);
        header.putLong(SyscallTable.READY_FD, readyFd);
        header.putLong(SyscallTable.ENDING_FD, endingFd);
        header.putLong(SyscallTable.EXTRA_BYTES, Math.max(0, data.length - MEMORY_BYTES));
        header.putLong(SyscallTable.ALL_SIGNALS, -1L);
        header.put(SyscallTable.NAME, NAME.getBytes(StandardCharsets.US_ASCII));
        return data;
    }

    /**
     * Reads the init's message.
     *
     * @param message {@link #READY_BYTES} bytes
     * @param task its table
     * @throws io.gatun.ffm.SyscallException naming the record that failed, or clone
     */
    public static void requireStarted(byte[] message, SyscallTable task) {
        requireStarted(message, task, Names.NONE);
    }

    /** Reads the init's message, as {@link #requireStarted(byte[], SyscallTable)}; names are those of the table. */
    public static void requireStarted(byte[] message, SyscallTable task, Names names) {
        ByteBuffer report = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
        long failed = report.getLong(0);
        long error = report.getLong(8);
        if (error == 0) {
            return;
        }
        if (failed == 0) {
            throw new io.gatun.ffm.SyscallException("clone", "", (int) -error);
        }
        SyscallRecord record = task.failed(failed, StaticElf.DATA_ADDRESS);
        throw new io.gatun.ffm.SyscallException(record.call().manName(), names.fill(record.object()), (int) -error);
    }
}
