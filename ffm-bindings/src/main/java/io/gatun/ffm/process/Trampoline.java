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
        return start(
                namespaces, cgroup, CompiledTable.of(Arch.current(), table).with(Names.NONE), Names.NONE, bindings);
    }

    /**
     * Starts a child, as {@link #start(long, OptionalInt, SyscallTable, Map)} does.
     *
     * @param table compiled for this architecture, with names
     * @param names these names, for what an exception tells
     */
    public static Child start(
            long namespaces, OptionalInt cgroup, CompiledTable.Filled table, Names names, Map<String, Long> bindings) {
        try (Arena arena = Arena.ofConfined()) {
            Map<String, Long> bound = new HashMap<>(bindings);
            MemorySegment memory = arena.allocate(table.size(), 16);
            bound.put(CHILD_TID, memory.address() + SyscallTable.CHILD_TID);
            memory.copyFrom(MemorySegment.ofArray(table.at(memory.address(), bound)));
            MemorySegment pidfd = arena.allocate(JAVA_INT);
            MemorySegment args = arena.allocate(CloneArgs.LAYOUT);
            fill(args, namespaces, cgroup, pidfd, memory);
            memory.set(JAVA_LONG, SyscallTable.CLONE_ARGS, args.address());
            memory.set(JAVA_LONG, SyscallTable.CLONE_ARGS_BYTES, args.byteSize());
            long pid = Errno.check(call(memory), "clone3", "");
            Child child = new Child((int) pid, new OwnedFd(pidfd.get(JAVA_INT, 0)));
            requireSuccess(child, table.table(), names, memory);
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

    private static void requireSuccess(Child child, SyscallTable table, Names names, MemorySegment memory) {
        long failed = memory.get(JAVA_LONG, SyscallTable.FAILED);
        if (failed == 0) {
            return;
        }
        try (OwnedFd pidfd = child.pidfd()) {
            WaitId.reap(pidfd.fd());
        }
        SyscallRecord record = table.failed(failed, memory.address());
        long error = memory.get(JAVA_LONG, SyscallTable.ERROR);
        throw new SyscallException(record.call().manName(), names.fill(record.object()), (int) -error);
    }

    private static long call(MemorySegment header) {
        try {
            return (long) TRAMPOLINE.invokeExact(header);
        } catch (Throwable t) {
            throw Libc.bindingFault("trampoline", t);
        }
    }

    /* Listing, x86_64:
     * 0: push rbx
     * 1: push rbp
     * 2: push r12
     * 4: push r13
     * 6: push r14
     * 8: mov rbx,rdi
     * b: mov rdi,QWORD PTR [rbx+0x0]
     * f: mov rsi,QWORD PTR [rbx+0x8]
     * 13: mov eax,0x1b3
     * 18: syscall
     * 1a: test rax,rax
     * 1d: jne 0xf4
     * 23: mov rbp,QWORD PTR [rbx+0x10]
     * 27: mov r12,QWORD PTR [rbx+0x18]
     * 2b: cmp rbp,r12
     * 2e: je 0xe8
     * 34: mov r13,QWORD PTR [rbp+0x40]
     * 38: mov rdi,QWORD PTR [rbp+0x8]
     * 3c: bt r13,0x0
     * 41: jae 0x4b
     * 47: mov rdi,QWORD PTR [rdi+0x0]
     * 4b: mov rsi,QWORD PTR [rbp+0x10]
     * 4f: bt r13,0x1
     * 54: jae 0x5e
     * 5a: mov rsi,QWORD PTR [rsi+0x0]
     * 5e: mov rdx,QWORD PTR [rbp+0x18]
     * 62: bt r13,0x2
     * 67: jae 0x71
     * 6d: mov rdx,QWORD PTR [rdx+0x0]
     * 71: mov r10,QWORD PTR [rbp+0x20]
     * 75: bt r13,0x3
     * 7a: jae 0x84
     * 80: mov r10,QWORD PTR [r10+0x0]
     * 84: mov r8,QWORD PTR [rbp+0x28]
     * 88: bt r13,0x4
     * 8d: jae 0x97
     * 93: mov r8,QWORD PTR [r8+0x0]
     * 97: mov r9,QWORD PTR [rbp+0x30]
     * 9b: bt r13,0x5
     * a0: jae 0xaa
     * a6: mov r9,QWORD PTR [r9+0x0]
     * aa: mov rax,QWORD PTR [rbp+0x0]
     * ae: syscall
     * b0: mov QWORD PTR [rbp+0x38],rax
     * b4: test rax,rax
     * b7: js 0xc9
     * bd: add rbp,0x48
     * c4: jmp 0x2b
     * c9: bt r13,0x6
     * ce: jb 0xbd
     * d4: mov QWORD PTR [rbx+0x20],rbp
     * d8: mov QWORD PTR [rbx+0x28],rax
     * dc: mov edi,0x7f
     * e1: mov eax,0xe7
     * e6: syscall
     * e8: mov edi,0x0
     * ed: mov eax,0xe7
     * f2: syscall
     * f4: pop r14
     * f6: pop r13
     * f8: pop r12
     * fa: pop rbp
     * fb: pop rbx
     * fc: ret
     */

    /* Listing, aarch64:
     * 0: stp x19, x20, [sp, #-48]!
     * 4: stp x21, x22, [sp, #16]
     * 8: str x23, [sp, #32]
     * c: mov x19, x0
     * 10: ldr x0, [x19]
     * 14: ldr x1, [x19, #8]
     * 18: mov x8, #0x1b3
     * 1c: svc #0x0
     * 20: cbnz x0, 0xbc
     * 24: ldr x20, [x19, #16]
     * 28: ldr x21, [x19, #24]
     * 2c: cmp x20, x21
     * 30: b.eq 0xb0
     * 34: ldr x22, [x20, #64]
     * 38: ldr x0, [x20, #8]
     * 3c: tbz w22, #0, 0x44
     * 40: ldr x0, [x0]
     * 44: ldr x1, [x20, #16]
     * 48: tbz w22, #1, 0x50
     * 4c: ldr x1, [x1]
     * 50: ldr x2, [x20, #24]
     * 54: tbz w22, #2, 0x5c
     * 58: ldr x2, [x2]
     * 5c: ldr x3, [x20, #32]
     * 60: tbz w22, #3, 0x68
     * 64: ldr x3, [x3]
     * 68: ldr x4, [x20, #40]
     * 6c: tbz w22, #4, 0x74
     * 70: ldr x4, [x4]
     * 74: ldr x5, [x20, #48]
     * 78: tbz w22, #5, 0x80
     * 7c: ldr x5, [x5]
     * 80: ldr x8, [x20]
     * 84: svc #0x0
     * 88: str x0, [x20, #56]
     * 8c: tbnz x0, #63, 0x98
     * 90: add x20, x20, #0x48
     * 94: b 0x2c
     * 98: tbnz w22, #6, 0x90
     * 9c: str x20, [x19, #32]
     * a0: str x0, [x19, #40]
     * a4: mov x0, #0x7f
     * a8: mov x8, #0x5e
     * ac: svc #0x0
     * b0: mov x0, #0x0
     * b4: mov x8, #0x5e
     * b8: svc #0x0
     * bc: ldr x23, [sp, #32]
     * c0: ldp x21, x22, [sp, #16]
     * c4: ldp x19, x20, [sp], #48
     * c8: ret
     */
}
