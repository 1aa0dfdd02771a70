package io.gatun.ffm.process;

import static io.gatun.ffm.asm.Register.A0;
import static io.gatun.ffm.asm.Register.A1;
import static io.gatun.ffm.asm.Register.RESULT;
import static io.gatun.ffm.asm.Register.S0;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gatun.ffm.Arch;
import io.gatun.ffm.Errno;
import io.gatun.ffm.Libc;
import io.gatun.ffm.OwnedFd;
import io.gatun.ffm.Syscall;
import io.gatun.ffm.SyscallException;
import io.gatun.ffm.asm.Assembler;
import io.gatun.ffm.asm.Label;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Starts a child with clone3(2) and lets it run a table of system calls up to exec, without a line of Java in between.
 *
 * <p>The child shares the JVM's memory (CLONE_VM), so nothing is copied and a failing record can say so by two stores;
 * the calling thread stands still until the child has executed a program or exited (CLONE_VFORK), so the memory that
 * the records point to outlives its use. The child needs no stack of its own: it uses registers only, its signal
 * handlers are cleared (CLONE_CLEAR_SIGHAND), and it never returns.
 */
public final class Trampoline {
    /** The binding under which a record finds the address of the child's id in the caller's pid namespace, 4 bytes. */
    public static final String CHILD_TID = "child_tid";

    private static final int SIGCHLD = 17;

    // long trampoline(struct header *);
    private static final MethodHandle TRAMPOLINE = Linker.nativeLinker()
            .downcallHandle(ExecutableMemory.map(assemble(Arch.current())), FunctionDescriptor.of(JAVA_LONG, ADDRESS));

    private Trampoline() {}

    /** The code, for an architecture: {@code long trampoline(struct header *)}. */
    static byte[] assemble(Arch arch) {
        Assembler code = Assembler.forArch(arch);
        Label parent = new Label();
        code.enter();
        code.move(S0, A0);
        code.load(A0, S0, SyscallTable.CLONE_ARGS);
        code.load(A1, S0, SyscallTable.CLONE_ARGS_BYTES);
        code.syscall(Syscall.CLONE3);
        code.jumpIfNotZero(RESULT, parent);
        RecordLoop.emit(code);
        code.bind(parent);
        code.leave();
        return code.toBytes();
    }

    /**
     * A child that has executed its program.
     *
     * @param pid in the caller's pid namespace
     * @param pidfd owned by the receiver
     */
    public record Child(int pid, OwnedFd pidfd) {}

    /**
     * Starts a child; returns when it has executed a program.
     *
     * @param namespaces CLONE_NEW* flags of {@link CloneArgs}
     * @param cgroup descriptor of a cgroup v2 directory to start in
     * @param table what it does; the last record is an exec
     * @param bindings values of the table's {@link Operand.Bound}; {@link #CHILD_TID} is added
     * @throws SyscallException naming the record that failed, or clone3 itself: EPERM, EAGAIN (pids limit), ENOSYS,
     *     EINVAL, ENOSPC (nesting of namespaces), EOPNOTSUPP; the child is gone then
     */
    public static Child start(long namespaces, OptionalInt cgroup, SyscallTable table, Map<String, Long> bindings) {
        try (Arena arena = Arena.ofConfined()) {
            Map<String, Long> bound = new HashMap<>(bindings);
            bound.put(CHILD_TID, 0L);
            MemorySegment memory = arena.allocate(table.sizeBytes(bound), 16);
            bound.put(CHILD_TID, memory.address() + SyscallTable.CHILD_TID);
            memory.copyFrom(MemorySegment.ofArray(table.encode(Arch.current(), memory.address(), bound)));
            MemorySegment pidfd = arena.allocate(JAVA_INT);
            MemorySegment args = arena.allocate(CloneArgs.LAYOUT);
            fill(args, namespaces, cgroup, pidfd, memory);
            memory.set(JAVA_LONG, SyscallTable.CLONE_ARGS, args.address());
            memory.set(JAVA_LONG, SyscallTable.CLONE_ARGS_BYTES, args.byteSize());
            long pid = Errno.check(call(memory), "clone3", "");
            Child child = new Child((int) pid, new OwnedFd(pidfd.get(JAVA_INT, 0)));
            requireSuccess(child, table, memory);
            return child;
        }
    }

    private static void fill(
            MemorySegment args, long namespaces, OptionalInt cgroup, MemorySegment pidfd, MemorySegment memory) {
        long flags = CloneArgs.CLONE_VM
                | CloneArgs.CLONE_VFORK
                | CloneArgs.CLONE_PIDFD
                | CloneArgs.CLONE_PARENT_SETTID
                | CloneArgs.CLONE_CLEAR_SIGHAND
                | namespaces;
        CloneArgs.set(args, "flags", cgroup.isPresent() ? flags | CloneArgs.CLONE_INTO_CGROUP : flags);
        CloneArgs.set(args, "pidfd", pidfd.address());
        CloneArgs.set(args, "parent_tid", memory.address() + SyscallTable.CHILD_TID);
        CloneArgs.set(args, "exit_signal", SIGCHLD);
        CloneArgs.set(args, "cgroup", cgroup.orElse(0));
    }

    private static void requireSuccess(Child child, SyscallTable table, MemorySegment memory) {
        long failed = memory.get(JAVA_LONG, SyscallTable.FAILED);
        if (failed == 0) {
            return;
        }
        try (OwnedFd pidfd = child.pidfd()) {
            WaitId.reap(pidfd.fd());
        }
        SyscallRecord record = table.failed(failed, memory.address());
        long error = memory.get(JAVA_LONG, SyscallTable.ERROR);
        throw new SyscallException(record.call().manName(), record.object(), (int) -error);
    }

    private static long call(MemorySegment header) {
        try {
            return (long) TRAMPOLINE.invokeExact(header);
        } catch (Throwable t) {
            throw Libc.bindingFault("trampoline", t);
        }
    }
}
