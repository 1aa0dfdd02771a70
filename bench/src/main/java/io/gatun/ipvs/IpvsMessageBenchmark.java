package io.gatun.ipvs;

import io.gatun.ffm.netlink.NlMsgHdr;
import io.gatun.ffm.netlink.NlRequest;
import java.net.Inet4Address;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Building the netlink message that adds a backend. In this package because the codec is of no use outside of it. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Benchmark)
public class IpvsMessageBenchmark {
    private static final int FAMILY = 32;
    private static final int BUFFER_BYTES = 4096;

    private final IpvsCodec codec = new IpvsCodec(FAMILY);
    private final IpvsService.Key service =
            new IpvsService.Key(VipProtocol.TCP, Inet4Address.ofLiteral("11.0.0.37"), 80);
    private final VipBackend backend = new VipBackend(Inet4Address.ofLiteral("10.1.2.3"), 31_000, 1);
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.nativeOrder());

    /** Returns the message's length in bytes. */
    @Benchmark
    public int newDestination() {
        NlRequest request = codec.newDestination(service, backend);
        request.encode(buffer.clear(), NlMsgHdr.NLM_F_REQUEST | NlMsgHdr.NLM_F_ACK, 1, 0);
        return buffer.position();
    }
}
