package io.gatun.bench.micro;

import io.gatun.ffm.Arch;
import io.gatun.ffm.Fd;
import io.gatun.ffm.OwnedFd;
import io.gatun.ffm.Syscall;
import io.gatun.ffm.process.Epoll;
import io.gatun.ffm.process.MemFd;
import io.gatun.ffm.process.Operand;
import io.gatun.ffm.process.PidFd;
import io.gatun.ffm.process.SyscallRecord;
import io.gatun.ffm.process.SyscallTable;
import io.gatun.ffm.process.Trampoline;
import io.gatun.ffm.process.WaitId;
import io.gatun.ffm.socket.DatagramBatch;
import io.gatun.ffm.socket.UdpSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The bindings that run at each launch, end, datagram: the kernel's part of their time is in the figures. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
public class BindingsBenchmark {
    private static final Path STAT = Path.of("/proc/self/stat");
    private static final byte[] TABLE = new byte[2_000];

    private final SyscallTable table = new SyscallTable(List.of(
            SyscallRecord.of(Syscall.SETSID, ""),
            SyscallRecord.of(
                    Syscall.EXECVE,
                    "/bin/true",
                    Operand.text("/bin/true"),
                    new Operand.Strings(List.of("/bin/true")),
                    new Operand.Strings(List.of("PATH=/usr/bin:/bin")))));
    private final SyscallTable exit =
            new SyscallTable(List.of(SyscallRecord.of(Syscall.EXIT_GROUP, "", Operand.of(0))));
    private Epoll epoll;
    private OwnedFd self;
    private UdpSocket socket;
    private DatagramBatch batch;

    @Setup
    public void open() {
        epoll = new Epoll();
        self = PidFd.open(ProcessHandle.current().pid()).orElseThrow();
        socket = UdpSocket.bind((Inet4Address) InetAddress.ofLiteral("127.0.0.1"), 0, false);
        batch = new DatagramBatch(16, 512);
    }

    @TearDown
    public void close() {
        batch.close();
        socket.close();
        self.close();
        epoll.close();
    }

    /** The cheapest call there is: what a binding costs. */
    @Benchmark
    public long syscall() {
        return Syscall.GETEUID.invoke(0);
    }

    @Benchmark
    public byte[] openReadClose() {
        try (OwnedFd file = Fd.open(STAT, Fd.O_RDONLY, 0)) {
            return Fd.read(file.fd(), 512, STAT);
        }
    }

    @Benchmark
    public boolean memoryFile() {
        OwnedFd file = MemFd.of("table", TABLE);
        file.close();
        return file.isClosed();
    }

    @Benchmark
    public boolean signal() {
        return PidFd.signal(self.fd(), 0);
    }

    @Benchmark
    public long[] wakeAndAwait() {
        epoll.wake();
        return epoll.await(-1);
    }

    /** What the init of a container gets. */
    @Benchmark
    public byte[] encode() {
        return table.encode(Arch.X86_64, 0, Map.of());
    }

    /** clone3, one record, exit, reap. */
    @Benchmark
    public OptionalInt child() {
        Trampoline.Child child = Trampoline.start(0, OptionalInt.empty(), exit, Map.of());
        try (OwnedFd pidfd = child.pidfd()) {
            return WaitId.reap(pidfd.fd());
        }
    }

    /** sendmmsg of nothing: the path of the DNS server without the kernel's work. */
    @Benchmark
    public int sendNothing() {
        return batch.send(socket);
    }
}
