package io.gatun.ffm.socket;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;
import java.nio.ByteOrder;

/** struct sockaddr_in of {@code <netinet/in.h>}: u16 family, be16 port, be32 address, 8 bytes of zero. */
public final class SockAddrIn {
    public static final long SIZE_BYTES = 16;
    private static final ValueLayout.OfShort PORT = ValueLayout.JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);
    private static final long PORT_OFFSET = 2;
    private static final long ADDRESS_OFFSET = 4;

    private SockAddrIn() {}

    /**
     * An address for bind(2).
     *
     * @param port 0 to 65535; 0 lets the kernel choose
     */
    public static MemorySegment allocate(SegmentAllocator allocator, Inet4Address ip, int port) {
        MemorySegment address = allocator.allocate(SIZE_BYTES, 4);
        address.set(ValueLayout.JAVA_SHORT, 0, (short) Sockets.AF_INET);
        address.set(PORT, PORT_OFFSET, (short) port);
        MemorySegment.copy(ip.getAddress(), 0, address, ValueLayout.JAVA_BYTE, ADDRESS_OFFSET, 4);
        return address;
    }

    /** The port, 0 to 65535. */
    public static int port(MemorySegment address) {
        return Short.toUnsignedInt(address.get(PORT, PORT_OFFSET));
    }
}
