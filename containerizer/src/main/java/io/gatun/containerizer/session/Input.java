package io.gatun.containerizer.session;

import io.gatun.ffm.Errno;
import io.gatun.ffm.NativeBuffer;
import io.gatun.ffm.OwnedFd;
import io.gatun.ffm.SyscallException;
import io.gatun.ffm.pipe.Pipes;
import io.gatun.ffm.tty.Terminal;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;

/** The standard input of one container. On the pump's thread only. */
final class Input {
    /** What may wait for a container that does not read; more is refused. */
    static final long MAX_WAITING_BYTES = 1 << 20;

    private static final long NOT_WATCHED = 0;

    private final Pump pump;
    private final String id;
    private final OwnedFd fd;
    private final boolean terminal;
    private final Runnable closeTheirs;
    private final Deque<Piece> pieces = new ArrayDeque<>();
    private long waiting;
    private long watch = NOT_WATCHED;
    private boolean closing;
    private boolean gone;

    private static final class Piece {
        private final byte[] data;
        private final CompletableFuture<Void> done;
        private int written;

        Piece(byte[] data, CompletableFuture<Void> done) {
            this.data = data;
            this.done = done;
        }
    }

    /**
     * The input of a container.
     *
     * @param fd owned by this; for a terminal, by somebody else
     * @param closeTheirs makes the init close its own end of the pipe
     */
    Input(Pump pump, String id, OwnedFd fd, boolean terminal, Runnable closeTheirs) {
        this.pump = pump;
        this.id = id;
        this.fd = fd;
        this.terminal = terminal;
        this.closeTheirs = closeTheirs;
        if (!terminal) {
            Pipes.nonBlocking(fd.fd());
        }
    }

    void write(byte[] data, CompletableFuture<Void> done) {
        if (gone || closing) {
            done.completeExceptionally(new SyscallException("write", "input of container " + id, Errno.EPIPE));
        } else if (waiting + data.length > MAX_WAITING_BYTES) {
            done.completeExceptionally(new IllegalStateException("container " + id + ": " + waiting
                    + " bytes of input wait already; with these it were more than " + MAX_WAITING_BYTES));
        } else {
            waiting += data.length;
            pieces.add(new Piece(data, done));
            flush();
        }
    }

    /** End of file once everything is written. */
    void end() {
        if (!closing && !gone) {
            if (terminal) {
                write(new byte[] {Terminal.END_OF_INPUT}, new CompletableFuture<>());
            } else {
                closing = true;
                flush();
            }
        }
    }

    private void flush() {
        while (!pieces.isEmpty()) {
            Piece piece = pieces.peek();
            NativeBuffer rest =
                    pump.buffer().asSlice(0, Math.min(pump.buffer().byteSize(), piece.data.length - piece.written));
            rest.put(piece.data, piece.written, (int) rest.byteSize());
            long count = rest.byteSize() == 0 ? 0 : Pipes.write(fd.fd(), rest);
            if (count == -Errno.EAGAIN || count == -Errno.EINTR) {
                watchForRoom();
                return;
            }
            if (count < 0) {
                fail((int) -count);
                return;
            }
            piece.written += (int) count;
            waiting -= count;
            if (piece.written == piece.data.length) {
                pieces.remove();
                piece.done.complete(null);
            }
        }
        unwatch();
        if (closing && !gone) {
            gone = true;
            fd.close();
            closeTheirs.run();
        }
    }

    private void watchForRoom() {
        if (watch == NOT_WATCHED) {
            watch = pump.watch(fd.fd(), true, this::flush);
        }
    }

    private void unwatch() {
        if (watch != NOT_WATCHED) {
            pump.unwatch(watch, fd.fd());
            watch = NOT_WATCHED;
        }
    }

    private void fail(int errno) {
        unwatch();
        gone = true;
        SyscallException reason = new SyscallException("write", "input of container " + id, errno);
        pieces.forEach(piece -> piece.done.completeExceptionally(reason));
        pieces.clear();
        waiting = 0;
    }

    /** The container has ended, or the agent ends. */
    void close() {
        fail(Errno.EPIPE);
        if (!terminal) {
            fd.close();
        }
    }
}
