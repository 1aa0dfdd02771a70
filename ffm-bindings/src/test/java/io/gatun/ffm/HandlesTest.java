package io.gatun.ffm;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.ffm.process.Madvise;
import io.gatun.ffm.process.Operand;
import io.gatun.ffm.process.SyscallRecord;
import io.gatun.ffm.process.SyscallTable;
import io.gatun.ffm.process.Trampoline;
import io.gatun.ffm.process.WaitId;
import io.gatun.ffm.socket.DatagramBatch;
import io.gatun.ffm.socket.Sockets;
import io.gatun.ffm.socket.UdpSocket;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Every method handle is called: one that is linked with another type than it is called with compiles, and throws. A new
 * handle without a call here fails the test.
 */
class HandlesTest {
    private static final int NO_FD = -1;

    private final Arena arena = Arena.ofAuto();
    private final MemorySegment memory = arena.allocate(64, 8);

    private Map<String, Runnable> calls() {
        Map<String, Runnable> calls = new TreeMap<>();
        calls.put("Syscall.SYSCALL", () -> assertThat(Syscall.GETEUID.invoke(0)).isNotNegative());
        calls.put("Trampoline.TRAMPOLINE", HandlesTest::child);
        // The class maps the trampoline's code when it is loaded, and would not load if that failed.
        calls.put("ExecutableMemory.MMAP", HandlesTest::child);
        calls.put("ExecutableMemory.MPROTECT", HandlesTest::child);
        calls.put("Madvise.MADVISE", () -> Madvise.dontNeed(0, 0, "nothing"));
        calls.put("MultiMessage.RECVMMSG", HandlesTest::datagram);
        calls.put("MultiMessage.SENDMMSG", HandlesTest::datagram);
        calls.put("Sockets.SOCKET", () -> assertThat(Sockets.socket(-1, 0, 0)).isEqualTo(-Errno.EAFNOSUPPORT));
        calls.put("Sockets.BIND", () -> refused(Sockets.bind(NO_FD, memory)));
        calls.put("Sockets.GETSOCKNAME", () -> refused(Sockets.getsockname(NO_FD, memory, arena.allocate(4, 4))));
        calls.put("Sockets.SETSOCKOPT", () -> refused(Sockets.setsockopt(NO_FD, 0, 0, memory)));
        calls.put("Sockets.SHUTDOWN", () -> refused(Sockets.shutdown(NO_FD, 0)));
        calls.put("Sockets.SEND", () -> refused(Sockets.send(NO_FD, memory, 1, 0)));
        calls.put("Sockets.RECV", () -> refused(Sockets.recv(NO_FD, memory, 0)));
        calls.put("Sockets.CLOSE", () -> refused(Sockets.close(NO_FD)));
        return calls;
    }

    private static void refused(long result) {
        assertThat(result).isEqualTo(-Errno.EBADF);
    }

    private static void child() {
        SyscallTable exit = new SyscallTable(List.of(SyscallRecord.of(Syscall.EXIT_GROUP, "", Operand.of(7))));
        Trampoline.Child child = Trampoline.start(0, OptionalInt.empty(), exit, Map.of());
        try (OwnedFd pidfd = child.pidfd()) {
            assertThat(WaitId.reap(pidfd.fd())).hasValue(7 << 8);
        }
    }

    /** Sent to nobody's port: what comes back is the kernel's refusal, on the same socket. */
    private static void datagram() {
        Inet4Address loopback = (Inet4Address) InetAddress.ofLiteral("127.0.0.1");
        try (UdpSocket socket = UdpSocket.bind(loopback, 0, false);
                DatagramBatch batch = new DatagramBatch(1, 64)) {
            assertThat(batch.send(socket)).isZero();
            socket.wakeReaders();
            assertThat(batch.receive(socket)).isLessThanOrEqualTo(1);
        }
    }

    @Test
    void shouldCallEveryHandle() {
        Map<String, Runnable> calls = calls();
        assertThat(Bindings.constants(MethodHandle.class))
                .extracting(Bindings::name)
                .containsExactlyInAnyOrderElementsOf(calls.keySet());
        calls.values().forEach(Runnable::run);
    }
}
