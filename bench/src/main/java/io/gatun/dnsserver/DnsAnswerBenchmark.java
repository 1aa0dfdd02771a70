package io.gatun.dnsserver;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * One answer without the kernel's part: parse the query, look the name up, patch the records in. Must allocate nothing. In
 * this package because nobody outside of it answers queries in memory.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Benchmark)
public class DnsAnswerBenchmark {
    private static final int BUFFER_BYTES = 2048;

    /** Number of tasks with records. */
    @Param({"100", "10000"})
    public int tasks = 100;

    private final UnsafeBuffer buffer = new UnsafeBuffer(ByteBuffer.allocateDirect(BUFFER_BYTES));
    private Responder responder;
    private UnsafeBuffer queryA;
    private UnsafeBuffer querySrv;
    private UnsafeBuffer queryUnknown;

    @Setup
    public void setUp() {
        AnswerTableBuilder builder = FixedZones.builder(1, 5, true, List.of());
        for (int i = 0; i < tasks; i++) {
            InetAddress ip = Inet4Address.ofLiteral("10.0." + (i >>> 8 & 255) + "." + (i & 255));
            builder.addresses("task" + i + ".marathon.mesos.", List.of(ip));
            builder.services(
                    "_task" + i + "._tcp.marathon.mesos.",
                    List.of(new SrvTarget("task" + i + ".marathon.mesos.", 31_000 + i % 1000)));
        }
        AnswerTable table = builder.build();
        responder = new Responder(() -> table);
        queryA = query("task7.marathon.mesos.", Dns.TYPE_A);
        querySrv = query("_task7._tcp.marathon.mesos.", Dns.TYPE_SRV);
        queryUnknown = query("gone.marathon.mesos.", Dns.TYPE_A);
    }

    private static UnsafeBuffer query(String name, int type) {
        byte[] wire = DnsName.toWire(name); // without the root
        ByteBuffer query = ByteBuffer.allocateDirect(Dns.HEADER_BYTES + wire.length + 1 + 2 * Short.BYTES);
        query.putShort(Dns.QDCOUNT_OFFSET, (short) 1);
        query.position(Dns.HEADER_BYTES)
                .put(wire)
                .put((byte) 0)
                .putShort((short) type)
                .putShort((short) Dns.CLASS_IN);
        return new UnsafeBuffer(query);
    }

    private int answer(UnsafeBuffer query, int rcode) {
        buffer.putBytes(0, query, 0, query.capacity());
        int length = responder.answer(buffer, 0, query.capacity(), Dns.UDP_BYTES_MAX, false);
        int flags = buffer.getShort(Dns.FLAGS_OFFSET, ByteOrder.BIG_ENDIAN);
        if (length <= query.capacity() || (flags & 0xf) != rcode) {
            throw new AssertionError("answer of " + length + " bytes, flags " + Integer.toHexString(flags));
        }
        return length;
    }

    /** Returns the answer's length in bytes. */
    @Benchmark
    public int a() {
        return answer(queryA, Dns.NOERROR);
    }

    /** Returns the answer's length in bytes. */
    @Benchmark
    public int srv() {
        return answer(querySrv, Dns.NOERROR);
    }

    /** Returns the answer's length in bytes. */
    @Benchmark
    public int unknown() {
        return answer(queryUnknown, Dns.NXDOMAIN);
    }
}
