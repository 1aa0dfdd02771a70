package io.gatun.containerizer.session;

import io.gatun.containerizer.Session;
import io.gatun.containerizer.Termination;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/** One who is attached to a container; what is not final belongs to the pump's thread. */
final class Attachment implements Session {
    private final Channel channel;
    private final CompletableFuture<Termination> termination;
    private final Runnable onClose;
    private final AtomicBoolean listening = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Deque<Runnable> kept = new ArrayDeque<>();
    private Output output;
    private boolean paused;

    Attachment(Channel channel, CompletableFuture<Termination> termination, Runnable onClose) {
        this.channel = channel;
        this.termination = termination;
        this.onClose = onClose;
    }

    @Override
    public void onOutput(Output listener) {
        if (!listening.compareAndSet(false, true)) {
            throw new IllegalStateException("container " + channel.id() + ": this session has a listener already");
        }
        channel.execute(() -> {
            if (!closed.get()) {
                output = listener;
                channel.attach(this);
            }
        });
    }

    @Override
    public void pause() {
        channel.execute(() -> {
            paused = true;
            channel.update();
        });
    }

    @Override
    public void resume() {
        channel.execute(() -> {
            paused = false;
            while (!paused && !kept.isEmpty()) {
                kept.remove().run();
            }
            channel.update();
        });
    }

    @Override
    public CompletableFuture<Void> input(byte[] data) {
        byte[] own = data.clone();
        CompletableFuture<Void> done = new CompletableFuture<>();
        channel.execute(() -> channel.write(this, own, done));
        return done;
    }

    @Override
    public void closeInput() {
        channel.execute(() -> channel.endInput(this));
    }

    @Override
    public void resize(int rows, int columns) {
        io.gatun.ffm.tty.Terminal.windowSize(rows, columns);
        channel.execute(() -> channel.resize(rows, columns));
    }

    @Override
    public CompletableFuture<Termination> termination() {
        return termination.copy();
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            channel.execute(() -> channel.detach(this));
            onClose.run();
        }
    }

    /** Whether it takes data now. */
    boolean takes() {
        return !paused && kept.isEmpty();
    }

    /** Hands data over. What comes although it was paused is the end of a container: a pipe full at most. */
    void give(Stream stream, byte[] bytes) {
        handOut(() -> output.data(stream, bytes));
    }

    /** Tells that nothing comes any more. */
    void finish() {
        handOut(output::end);
    }

    private void handOut(Runnable event) {
        if (closed.get()) {
            return;
        }
        if (takes()) {
            event.run();
        } else {
            kept.add(event);
        }
    }
}
