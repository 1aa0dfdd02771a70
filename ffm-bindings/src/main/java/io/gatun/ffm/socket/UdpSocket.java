package io.gatun.ffm.socket;

import io.gatun.ffm.SyscallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;

/** A bound IPv4 datagram socket for {@link DatagramBatch}. Any thread may close it; a blocked receive then ends. */
public final class UdpSocket implements AutoCloseable {
    private final SocketFd fd;
    private final int port;

    private UdpSocket(SocketFd fd, int port) {
        this.fd = fd;
        this.port = port;
    }

    /**
     * socket(2) and bind(2).
     *
     * @param port 0 to 65535; 0 lets the kernel choose
     * @param shared SO_REUSEPORT: other sockets of this user with that option may bind the same, and none is told
     * @throws SyscallException bind: EADDRINUSE, EADDRNOTAVAIL, EACCES
     */
    public static UdpSocket bind(Inet4Address ip, int port, boolean shared) {
        String name = "udp " + ip.getHostAddress() + ":" + port;
        SocketFd fd = SocketFd.open(Sockets.AF_INET, Sockets.SOCK_DGRAM, 0, name);
        try (Arena arena = Arena.ofConfined()) {
            if (shared) {
                fd.option(Sockets.SOL_SOCKET, Sockets.SO_REUSEPORT, 1);
            }
            MemorySegment address = SockAddrIn.allocate(arena, ip, port);
            fd.bind(address);
            MemorySegment length = arena.allocateFrom(ValueLayout.JAVA_INT, (int) SockAddrIn.SIZE_BYTES);
            int rc = Sockets.getsockname(fd.number(), address, length);
            if (rc < 0) {
                throw new SyscallException("getsockname", name, -rc);
            }
            return new UdpSocket(fd, SockAddrIn.port(address));
        } catch (RuntimeException e) {
            fd.close();
            throw e;
        }
    }

    /** The bound port. */
    public int port() {
        return port;
    }

    /** Receive buffer; the kernel caps it at net.core.rmem_max. */
    public void receiveBuffer(int bytes) {
        fd.option(Sockets.SOL_SOCKET, Sockets.SO_RCVBUF, bytes);
    }

    /** Ends a blocked receive, now and for good; the descriptor stays open until {@link #close}. */
    public void wakeReaders() {
        fd.wakeReaders();
    }

    int number() {
        return fd.number();
    }

    @Override
    public void close() {
        fd.close();
    }
}
