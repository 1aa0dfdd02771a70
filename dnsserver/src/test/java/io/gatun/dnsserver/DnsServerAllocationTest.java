package io.gatun.dnsserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An answer costs no allocation on the thread that gives it, once the code is compiled. */
@Timeout(300)
final class DnsServerAllocationTest {
    private static final int QUERIES_PER_WINDOW = 2_000;
    /** The compiler has long finished by then, also where it hardly gets to work. */
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(60);

    @Test
    void shouldAnswerWithoutAllocating() throws IOException {
        try (DnsServer server = DnsServer.launch(DnsServerTest.flags());
                DatagramChannel channel = DatagramChannel.open()) {
            server.publish(DnsServerTest.records(3));
            channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            assertThat(threads.isThreadAllocatedMemorySupported()).isTrue();
            long id = server.threads().getFirst().threadId();
            assertThat(threads.getThreadAllocatedBytes(id))
                    .as("the counter counts")
                    .isPositive();
            long least = Long.MAX_VALUE;
            long beginNs = System.nanoTime();
            while (least > 0 && System.nanoTime() - beginNs < PATIENCE_NS) {
                long before = threads.getThreadAllocatedBytes(id);
                long answers = server.answers();
                ask(channel);
                least = Math.min(least, threads.getThreadAllocatedBytes(id) - before);
                assertThat(server.answers() - answers).isGreaterThan(QUERIES_PER_WINDOW - 64);
            }
            assertThat(least)
                    .as("bytes allocated for " + QUERIES_PER_WINDOW + " answers")
                    .isZero();
        }
    }

    private static void ask(DatagramChannel channel) throws IOException {
        ByteBuffer[] queries = {
            ByteBuffer.wrap(Wire.query(1, "web.marathon.mesos", Dns.TYPE_A, 1232)),
            ByteBuffer.wrap(Wire.query(2, "_web._tcp.marathon.mesos", Dns.TYPE_SRV, 0)),
            ByteBuffer.wrap(Wire.query(3, "nosuch.mesos", Dns.TYPE_A, 1232)),
            ByteBuffer.wrap(Wire.query(4, "example.com", Dns.TYPE_A, 0)),
        };
        ByteBuffer answer = ByteBuffer.allocate(2_048);
        for (int i = 0; i < QUERIES_PER_WINDOW; i++) {
            channel.write(queries[i % queries.length].rewind());
            channel.read(answer.clear());
        }
    }
}
