package io.gatun.ffm.socket;

import io.gatun.ffm.Errno;
import io.gatun.ffm.ErrnoState;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;

/**
 * A fixed number of datagrams received with one call and answered with one call, each answer from the slot that its request
 * came in. Allocates when it is made and never again. One thread makes, uses and closes it.
 */
public final class DatagramBatch implements AutoCloseable {
    private static final long IOVEC_BYTES = 16;

    private final int slots;
    private final int slotBytes;
    private final Arena arena = Arena.ofConfined();
    private final ErrnoState errno = ErrnoState.current();
    private final MemorySegment memory;
    private final MemorySegment addresses;
    private final MemorySegment receiveHeaders;
    private final MemorySegment sendHeaders;
    private final MemorySegment sendVectors;
    private int queued;

    /**
     * @param slots datagrams per call, 1 to 1024 (UIO_MAXIOV)
     * @param slotBytes room for each; longer datagrams are cut, see {@link #truncated}
     */
    public DatagramBatch(int slots, int slotBytes) {
        this.slots = slots;
        this.slotBytes = slotBytes;
        this.memory = arena.allocate((long) slots * slotBytes, 64);
        this.addresses = arena.allocate(slots * SockAddrIn.SIZE_BYTES, 8);
        this.receiveHeaders = arena.allocate(slots * MMsgHdr.SIZE_BYTES, 8);
        this.sendHeaders = arena.allocate(slots * MMsgHdr.SIZE_BYTES, 8);
        this.sendVectors = arena.allocate(slots * IOVEC_BYTES, 8);
        MemorySegment receiveVectors = arena.allocate(slots * IOVEC_BYTES, 8);
        for (int i = 0; i < slots; i++) {
            receiveVectors.set(ValueLayout.JAVA_LONG, i * IOVEC_BYTES, memory.address() + (long) i * slotBytes);
            receiveVectors.set(ValueLayout.JAVA_LONG, i * IOVEC_BYTES + 8, slotBytes);
            MMsgHdr.name(receiveHeaders, i, addresses.address() + i * SockAddrIn.SIZE_BYTES);
            MMsgHdr.iov(receiveHeaders, i, receiveVectors.address() + i * IOVEC_BYTES);
            MMsgHdr.nameLength(sendHeaders, i, (int) SockAddrIn.SIZE_BYTES);
            MMsgHdr.iov(sendHeaders, i, sendVectors.address() + i * IOVEC_BYTES);
        }
    }

    /** All slots, one behind the other; valid until {@link #close}. */
    public ByteBuffer memory() {
        return memory.asByteBuffer();
    }

    /** Where a slot begins in {@link #memory}. */
    public int offset(int slot) {
        return slot * slotBytes;
    }

    /** Length in bytes of what a slot received. */
    public int length(int slot) {
        return MMsgHdr.length(receiveHeaders, slot);
    }

    /** Whether a slot's datagram was longer than its room. */
    public boolean truncated(int slot) {
        return (MMsgHdr.flags(receiveHeaders, slot) & Sockets.MSG_TRUNC) != 0;
    }

    /**
     * Waits for a datagram and takes what is there.
     *
     * @return slots filled, from 0 on; or -errno: EINTR, ENOMEM. After {@link UdpSocket#wakeReaders} at once, with slots of
     *     length 0
     */
    public int receive(UdpSocket socket) {
        queued = 0;
        for (int i = 0; i < slots; i++) {
            MMsgHdr.nameLength(receiveHeaders, i, (int) SockAddrIn.SIZE_BYTES);
        }
        return MultiMessage.recvmmsg(errno, socket.number(), receiveHeaders, slots, Sockets.MSG_WAITFORONE);
    }

    /** Puts the first bytes of a slot in the queue of answers, to the sender of what it received. */
    public void answer(int slot, int lengthBytes) {
        MMsgHdr.name(sendHeaders, queued, addresses.address() + slot * SockAddrIn.SIZE_BYTES);
        sendVectors.set(ValueLayout.JAVA_LONG, queued * IOVEC_BYTES, memory.address() + (long) slot * slotBytes);
        sendVectors.set(ValueLayout.JAVA_LONG, queued * IOVEC_BYTES + 8, lengthBytes);
        queued++;
    }

    /**
     * Sends the queue. An answer that the kernel refuses (no route to that sender, a firewall, port 0) is passed over.
     *
     * @return answers that were refused
     */
    public int send(UdpSocket socket) {
        int done = 0;
        int refused = 0;
        while (done < queued) {
            MemorySegment rest = done == 0 ? sendHeaders : sendHeaders.asSlice(done * MMsgHdr.SIZE_BYTES);
            int rc = MultiMessage.sendmmsg(errno, socket.number(), rest, queued - done, Sockets.MSG_NOSIGNAL);
            if (rc > 0) {
                done += rc;
            } else if (rc != -Errno.EINTR) {
                done++;
                refused++;
            }
        }
        queued = 0;
        return refused;
    }

    @Override
    public void close() {
        arena.close();
    }
}
