package io.gatun.containerizer.log;

import io.gatun.ffm.Errno;
import io.gatun.ffm.Fd;
import io.gatun.ffm.NativeBuffer;
import io.gatun.ffm.pipe.Pipes;

/** Looks at what is in a pipe and leaves it there, by tee(2) into a pipe of its own. One thread. */
public final class Peek implements AutoCloseable {
    /** What is seen at once: the capacity of a pipe by default, pipe(7). */
    public static final int MAX_BYTES = 1 << 16;

    private final Fd.Pipe scratch = Fd.pipe();
    private final NativeBuffer seen = NativeBuffer.allocate(MAX_BYTES);

    /** A scratch pipe and a buffer, for any number of pipes one after the other. */
    public Peek() {
        Pipes.nonBlocking(scratch.read().fd());
    }

    /**
     * What the next bytes of a pipe are.
     *
     * @return 0 at the end, {@code -EAGAIN} when it is empty, else how many bytes of {@link #bytes()} are valid
     */
    public long at(int pipe) {
        long teed = Pipes.tee(pipe, scratch.write().fd(), MAX_BYTES);
        if (teed == 0 || teed == -Errno.EAGAIN) {
            return teed;
        }
        Errno.check(teed, "tee", "output of a container");
        long filled = 0;
        while (filled < teed) {
            filled += Errno.check(
                    Pipes.read(scratch.read().fd(), seen.asSlice(filled, teed - filled)), "read", "scratch pipe");
        }
        return filled;
    }

    /** The buffer, {@link #MAX_BYTES} long, overwritten by the next {@link #at}. */
    public NativeBuffer bytes() {
        return seen;
    }

    @Override
    public void close() {
        try (seen;
                scratch) {
            // Both are released although closing the pipe may fail.
        }
    }
}
