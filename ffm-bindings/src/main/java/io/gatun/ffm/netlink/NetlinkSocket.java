package io.gatun.ffm.netlink;

import io.gatun.ffm.Errno;
import io.gatun.ffm.SyscallException;
import io.gatun.ffm.socket.SocketFd;
import io.gatun.ffm.socket.Sockets;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * A netlink(7) socket for requests with answers. It never waits longer than its timeout, counts the acknowledgements of
 * many messages sent at once, and repeats a dump that the kernel interrupted. Not thread-safe: one owner.
 */
public final class NetlinkSocket implements AutoCloseable {
    /** Links, addresses, routes: rtnetlink(7). */
    public static final int NETLINK_ROUTE = 0;

    /** Sockets of the host: sock_diag(7). */
    public static final int NETLINK_SOCK_DIAG = 4;

    /** nftables, connection tracking: linux/netfilter/nfnetlink.h. */
    public static final int NETLINK_NETFILTER = 12;

    /** Families that register by name. */
    public static final int NETLINK_GENERIC = 16;

    private static final int SOL_NETLINK = 270;
    /** Acknowledgements carry the request's header only, Linux 4.3. */
    private static final int NETLINK_CAP_ACK = 10;
    /** Errors carry a sentence, Linux 4.12. */
    private static final int NETLINK_EXT_ACK = 11;

    private static final int NLM_F_ACK_TLVS = 0x200;
    private static final int NLMSGERR_ATTR_MSG = 1;
    private static final int NLMSGERR_HEADER_OFFSET = 4;

    private static final int RECEIVE_BYTES = 1 << 18;
    private static final int SOCKET_BUFFER_BYTES = 1 << 20;
    private static final int SEND_BYTES = 1 << 15;
    /** So many acknowledgements fit into the smallest usual receive buffer (212,992 bytes) many times over. */
    private static final int MESSAGES_PER_SEND = 64;

    private static final int DUMP_ATTEMPTS = 8;
    private static final long SOCKADDR_NL_BYTES = 12;

    private final int protocol;
    private final String name;
    private final long timeoutMs;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment receiveMemory = arena.allocate(RECEIVE_BYTES, 8);
    private final ByteBuffer received = receiveMemory.asByteBuffer().order(ByteOrder.nativeOrder());
    private final MemorySegment sendMemory = arena.allocate(SEND_BYTES, 8);
    private final ByteBuffer sending = sendMemory.asByteBuffer().order(ByteOrder.nativeOrder());
    private SocketFd fd;
    private int sequence = 1;

    private NetlinkSocket(int protocol, String name, long timeoutMs) {
        this.protocol = protocol;
        this.name = name;
        this.timeoutMs = timeoutMs;
        this.fd = connect();
    }

    /**
     * Opens a socket in the calling thread's network namespace.
     *
     * @param protocol one of the NETLINK_ numbers above
     * @param timeoutMs longest wait for an answer, 1 or more
     * @throws SyscallException when the kernel refuses
     */
    public static NetlinkSocket open(int protocol, long timeoutMs) {
        return new NetlinkSocket(protocol, name(protocol), timeoutMs);
    }

    private static String name(int protocol) {
        return switch (protocol) {
            case NETLINK_ROUTE -> "netlink/route";
            case NETLINK_SOCK_DIAG -> "netlink/sock_diag";
            case NETLINK_NETFILTER -> "netlink/netfilter";
            case NETLINK_GENERIC -> "netlink/generic";
            default -> "netlink/" + protocol;
        };
    }

    /**
     * One request with acknowledgement.
     *
     * @return the messages that came before the acknowledgement
     * @throws SyscallException naming the request; ETIMEDOUT when no answer came
     */
    public List<NlReply> call(NlRequest request) {
        List<NlReply> replies = new ArrayList<>();
        Answers answers = new Answers(List.of(request), sequence, replies);
        exchange(answers);
        answers.check(0);
        return replies;
    }

    /**
     * Many requests, as many in one send(2) as is sensible; all are tried, whatever becomes of the others.
     *
     * @return for each request 0 or the errno
     * @throws SyscallException when sending or receiving failed: then it is unknown which requests took effect
     */
    public int[] submit(List<NlRequest> requests) {
        int[] errors = new int[requests.size()];
        int done = 0;
        while (done < requests.size()) {
            int end = chunkEnd(requests, done);
            Answers answers = new Answers(requests.subList(done, end), sequence, new ArrayList<>());
            exchange(answers);
            for (int i = done; i < end; i++) {
                errors[i] = answers.error(i - done);
            }
            done = end;
        }
        return errors;
    }

    /**
     * Many requests in one send(2), of which each must succeed. Whether those before a failing one have taken effect is
     * the protocol's affair: with rtnetlink they have, in an nftables batch they have not.
     *
     * @throws SyscallException naming the first request that failed
     * @throws IllegalArgumentException when they are larger together than one send takes, 32 KiB
     */
    public void transact(List<NlRequest> requests) {
        int bytes = requests.stream().mapToInt(NlRequest::encodedBytes).sum();
        if (bytes > SEND_BYTES) {
            throw new IllegalArgumentException(
                    requests.getFirst().call() + ": transaction of " + bytes + " bytes: at most " + SEND_BYTES);
        }
        Answers answers = new Answers(requests, sequence, new ArrayList<>());
        exchange(answers);
        for (int i = 0; i < requests.size(); i++) {
            answers.check(i);
        }
    }

    /**
     * All entries that a GET request names. When the table changed meanwhile (NLM_F_DUMP_INTR, EINTR) or the kernel ran
     * out of space for the answer (ENOBUFS) it is asked again.
     *
     * @throws SyscallException naming the request; EINTR when every attempt was interrupted
     */
    public List<NlReply> dump(NlRequest request) {
        return repeated(() -> dumpOnce(request), this::reconnect);
    }

    static List<NlReply> repeated(Supplier<List<NlReply>> dump, Runnable reconnect) {
        for (int attempt = 1; ; attempt++) {
            try {
                return dump.get();
            } catch (SyscallException e) {
                boolean again = e.errno() == Errno.EINTR || e.errno() == Errno.ENOBUFS;
                if (!again || attempt == DUMP_ATTEMPTS) {
                    throw e;
                }
                reconnect.run();
            }
        }
    }

    /** What is left of an interrupted dump would block the next one (EBUSY): start on a clean socket. */
    private void reconnect() {
        fd.close();
        fd = connect();
    }

    @Override
    public void close() {
        fd.close();
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }

    private SocketFd connect() {
        SocketFd socket = SocketFd.open(Sockets.AF_NETLINK, Sockets.SOCK_RAW, protocol, name);
        try (Arena once = Arena.ofConfined()) {
            socket.receiveTimeout(timeoutMs);
            socket.option(Sockets.SOL_SOCKET, Sockets.SO_RCVBUF, SOCKET_BUFFER_BYTES);
            socket.option(SOL_NETLINK, NETLINK_CAP_ACK, 1);
            socket.option(SOL_NETLINK, NETLINK_EXT_ACK, 1);
            // struct sockaddr_nl: u16 family, u16 pad, u32 port id (0: the kernel picks one), u32 groups.
            MemorySegment address = once.allocate(SOCKADDR_NL_BYTES, 4);
            address.set(ValueLayout.JAVA_SHORT, 0, (short) Sockets.AF_NETLINK);
            socket.bind(address);
            return socket;
        } catch (RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    private static int chunkEnd(List<NlRequest> requests, int start) {
        int bytes = 0;
        int end = start;
        while (end < requests.size() && end - start < MESSAGES_PER_SEND) {
            bytes += requests.get(end).encodedBytes();
            if (bytes > SEND_BYTES) {
                break;
            }
            end++;
        }
        if (end == start) {
            throw new IllegalArgumentException(requests.get(start).call() + ": larger than " + SEND_BYTES + " bytes");
        }
        return end;
    }

    private void exchange(Answers answers) {
        sending.clear();
        for (NlRequest request : answers.requests()) {
            int flags = NlMsgHdr.NLM_F_REQUEST | (request.isAcknowledged() ? NlMsgHdr.NLM_F_ACK : 0);
            request.encode(sending, flags, sequence++, 0);
        }
        send(answers.requests().getFirst());
        long deadlineNs = System.nanoTime() + timeoutMs * 1_000_000;
        while (!answers.complete()) {
            receive(answers.requests().getFirst(), deadlineNs);
            eachMessage(answers::accept);
        }
    }

    private List<NlReply> dumpOnce(NlRequest request) {
        List<NlReply> replies = new ArrayList<>();
        DumpAnswer answer = new DumpAnswer(request, sequence, replies);
        sending.clear();
        request.encode(sending, NlMsgHdr.NLM_F_REQUEST | NlMsgHdr.NLM_F_DUMP, sequence++, 0);
        send(request);
        // A dump may be long, so the deadline is for each part.
        while (!answer.complete()) {
            receive(request, System.nanoTime() + timeoutMs * 1_000_000);
            eachMessage(answer::accept);
        }
        return replies;
    }

    private void send(NlRequest first) {
        long rc;
        do {
            rc = Sockets.send(fd.number(), sendMemory, sending.position(), Sockets.MSG_NOSIGNAL);
        } while (rc == -Errno.EINTR);
        if (rc < 0) {
            throw new SyscallException("send", name + " " + first.call() + " " + first.object(), (int) -rc);
        }
    }

    private void receive(NlRequest first, long deadlineNs) {
        while (true) {
            long rc = Sockets.recv(fd.number(), receiveMemory, Sockets.MSG_TRUNC);
            if (rc > RECEIVE_BYTES) {
                throw new SyscallException("recv", name + ": a message of " + rc + " bytes", Errno.EMSGSIZE);
            }
            if (rc >= 0) {
                received.clear().limit((int) rc);
                return;
            }
            boolean late = rc == -Errno.EAGAIN || System.nanoTime() - deadlineNs > 0;
            if (late || rc != -Errno.EINTR) {
                String object = name + " " + first.call() + " " + first.object();
                throw new SyscallException("recv", object, late ? Errno.ETIMEDOUT : (int) -rc);
            }
        }
    }

    /** Calls the visitor with each message's offset. */
    private void eachMessage(MessageVisitor visitor) {
        int offset = 0;
        while (offset + NlMsgHdr.SIZE_BYTES <= received.limit()) {
            int length = received.getInt(offset + NlMsgHdr.LENGTH_OFFSET);
            if (length < NlMsgHdr.SIZE_BYTES || offset + length > received.limit()) {
                throw new NetlinkFormatException("message at " + offset + " has length " + length + " of "
                        + (received.limit() - offset) + " bytes left");
            }
            visitor.accept(received, offset, length);
            offset += NlMsgHdr.align(length);
        }
    }

    private interface MessageVisitor {
        void accept(ByteBuffer buffer, int offset, int length);
    }

    static NlReply copy(ByteBuffer buffer, int offset, int length) {
        byte[] payload = new byte[length - NlMsgHdr.SIZE_BYTES];
        buffer.get(offset + NlMsgHdr.SIZE_BYTES, payload);
        return new NlReply(
                Short.toUnsignedInt(buffer.getShort(offset + NlMsgHdr.TYPE_OFFSET)),
                Short.toUnsignedInt(buffer.getShort(offset + NlMsgHdr.FLAGS_OFFSET)),
                ByteBuffer.wrap(payload).order(ByteOrder.nativeOrder()));
    }

    /** The kernel's sentence about an error, from the attributes behind the copy of the request's header. */
    static String extendedMessage(ByteBuffer buffer, int offset, int length) {
        int flags = Short.toUnsignedInt(buffer.getShort(offset + NlMsgHdr.FLAGS_OFFSET));
        int start = NlMsgHdr.SIZE_BYTES + NLMSGERR_HEADER_OFFSET + NlMsgHdr.SIZE_BYTES;
        if ((flags & NLM_F_ACK_TLVS) == 0 || length <= start) {
            return "";
        }
        NlAttributes attributes = new NlAttributes(buffer.slice(offset + start, length - start), 0);
        while (attributes.next()) {
            if (attributes.type() == NLMSGERR_ATTR_MSG) {
                return attributes.string();
            }
        }
        return "";
    }
}
