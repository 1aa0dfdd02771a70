package io.gatun.ffm.socket;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/** struct mmsghdr of {@code <sys/socket.h>} on 64-bit Linux: a struct msghdr and the length that was received or sent. */
public final class MMsgHdr {
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(
                    ADDRESS.withName("msg_name"),
                    JAVA_INT.withName("msg_namelen"),
                    MemoryLayout.paddingLayout(4),
                    ADDRESS.withName("msg_iov"),
                    JAVA_LONG.withName("msg_iovlen"),
                    ADDRESS.withName("msg_control"),
                    JAVA_LONG.withName("msg_controllen"),
                    JAVA_INT.withName("msg_flags"),
                    MemoryLayout.paddingLayout(4),
                    JAVA_INT.withName("msg_len"),
                    MemoryLayout.paddingLayout(4))
            .withName("mmsghdr");
    public static final long SIZE_BYTES = LAYOUT.byteSize();

    private static final long NAME_OFFSET = offset("msg_name");
    private static final long NAME_LENGTH_OFFSET = offset("msg_namelen");
    private static final long IOV_OFFSET = offset("msg_iov");
    private static final long IOV_COUNT_OFFSET = offset("msg_iovlen");
    private static final long FLAGS_OFFSET = offset("msg_flags");
    private static final long LENGTH_OFFSET = offset("msg_len");

    private MMsgHdr() {}

    private static long offset(String field) {
        return LAYOUT.byteOffset(PathElement.groupElement(field));
    }

    /** Address of the peer's struct sockaddr. */
    static void name(MemorySegment headers, long index, long address) {
        headers.set(JAVA_LONG, index * SIZE_BYTES + NAME_OFFSET, address);
    }

    /** Bytes of room for the peer's address before a receive, its length after. */
    static void nameLength(MemorySegment headers, long index, int bytes) {
        headers.set(JAVA_INT, index * SIZE_BYTES + NAME_LENGTH_OFFSET, bytes);
    }

    /** Address of one struct iovec. */
    static void iov(MemorySegment headers, long index, long address) {
        headers.set(JAVA_LONG, index * SIZE_BYTES + IOV_OFFSET, address);
        headers.set(JAVA_LONG, index * SIZE_BYTES + IOV_COUNT_OFFSET, 1);
    }

    /** MSG_ flags of what was received. */
    static int flags(MemorySegment headers, long index) {
        return headers.get(JAVA_INT, index * SIZE_BYTES + FLAGS_OFFSET);
    }

    /** Bytes received or sent. */
    static int length(MemorySegment headers, long index) {
        return headers.get(JAVA_INT, index * SIZE_BYTES + LENGTH_OFFSET);
    }
}
