package io.gatun.dnsserver;

import io.gatun.ffm.Errno;
import io.gatun.ffm.SyscallException;
import io.gatun.ffm.socket.DatagramBatch;
import io.gatun.ffm.socket.UdpSocket;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.agrona.concurrent.UnsafeBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One socket and the thread that answers on it: takes what is there, answers in place, sends all answers with one call.
 * Allocates nothing after its start. Whatever a datagram holds, the thread goes on.
 */
final class UdpServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(UdpServer.class);
    private static final int BATCH = 32;
    private static final int SLOT_BYTES = 2048;
    private static final int RECEIVE_BUFFER_BYTES = 1 << 20;
    /** Its thread is done within microseconds; only a machine that stands still has it take longer. */
    private static final long JOIN_MS = 10_000;

    private static final long OUT_OF_MEMORY_PAUSE_NS = 1_000_000;

    private final UdpSocket socket;
    private final Supplier<AnswerTable> tables;
    private final Thread thread;
    private final AtomicLong answers = new AtomicLong();
    private volatile boolean closing;

    private UdpServer(UdpSocket socket, Supplier<AnswerTable> tables, String name) {
        this.socket = socket;
        this.tables = tables;
        this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
    }

    /** Starts answering on a socket, which it owns from now on. */
    static UdpServer start(UdpSocket socket, Supplier<AnswerTable> tables, String threadName) {
        socket.receiveBuffer(RECEIVE_BUFFER_BYTES);
        UdpServer server = new UdpServer(socket, tables, threadName);
        server.thread.start();
        return server;
    }

    /** Answers given since the start. */
    long answers() {
        return answers.get();
    }

    Thread thread() {
        return thread;
    }

    int port() {
        return socket.port();
    }

    private void run() {
        try (DatagramBatch batch = new DatagramBatch(BATCH, SLOT_BYTES)) {
            UnsafeBuffer buffer = new UnsafeBuffer(batch.memory());
            Responder responder = new Responder(tables);
            while (!closing) {
                int received = batch.receive(socket);
                if (received >= 0) {
                    answer(batch, buffer, responder, received);
                } else {
                    recover(-received);
                }
            }
        } catch (RuntimeException | Error e) {
            if (!closing) {
                LOG.error("{} stops answering", thread.getName(), e);
            }
        }
    }

    private void answer(DatagramBatch batch, UnsafeBuffer buffer, Responder responder, int received) {
        int queued = 0;
        for (int slot = 0; slot < received; slot++) {
            int offset = batch.offset(slot);
            int length = batch.length(slot);
            int answerBytes = answer(responder, buffer, offset, length, batch.truncated(slot));
            if (answerBytes > 0) {
                batch.answer(slot, answerBytes);
                queued++;
            }
        }
        if (queued > 0) {
            int refused = batch.send(socket);
            answers.lazySet(answers.get() + queued - refused);
        }
    }

    private int answer(Responder responder, UnsafeBuffer buffer, int offset, int length, boolean truncated) {
        try {
            return truncated
                    ? responder.malformed(buffer, offset, length)
                    : responder.answer(buffer, offset, length, Dns.UDP_BYTES_MAX, false);
        } catch (RuntimeException e) {
            // A fault of ours must cost one answer, not the service.
            LOG.error("{} could not answer a query of {} bytes", thread.getName(), length, e);
            return 0;
        }
    }

    private static void recover(int errno) {
        switch (errno) {
            case Errno.EINTR -> {}
            case Errno.ENOMEM, Errno.ENOBUFS -> LockSupport.parkNanos(OUT_OF_MEMORY_PAUSE_NS);
            default -> throw new SyscallException("recvmmsg", "dns socket", errno);
        }
    }

    /** The socket is closed when nobody uses it any more: its number may be another's at once. */
    @Override
    public void close() {
        closing = true;
        socket.wakeReaders();
        if (joined()) {
            socket.close();
        } else {
            LOG.warn("{} has not ended {} ms after it was to, and keeps its socket", thread.getName(), JOIN_MS);
        }
    }

    private boolean joined() {
        long deadlineNs = System.nanoTime() + Duration.ofMillis(JOIN_MS).toNanos();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return thread.join(Duration.ofNanos(deadlineNs - System.nanoTime()));
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
