package io.gatun.containerizer;

import java.util.concurrent.CompletableFuture;

/**
 * The standard streams of a container or of a program run in it. Methods may be called from any thread; output arrives
 * on one thread that serves all sessions, so a listener must not block; it asks for a {@link #pause} instead.
 */
public interface Session extends AutoCloseable {
    /** Which stream output came from; a terminal has only {@code STDOUT}. */
    enum Stream {
        STDOUT,
        STDERR
    }

    /** Gets output as it comes. */
    interface Output {
        /** Some bytes; the array is the receiver's. */
        void data(Stream stream, byte[] bytes);

        /** No more output of any stream will come. */
        void end();
    }

    /** Starts to hand output to a listener; what came before is not repeated. Once only. */
    void onOutput(Output output);

    /**
     * Asks for no more output until {@link #resume}: the container waits when its pipe or terminal is full. One more
     * piece of each stream may still come.
     */
    default void pause() {}

    /** Takes output again. */
    default void resume() {}

    /**
     * Writes to standard input. The first session that writes owns the input until it is closed.
     *
     * @param data copied
     * @return completes when all of it was written; fails when the reader has gone, when another session owns the
     *     input, or when more than 1 MiB waits
     */
    CompletableFuture<Void> input(byte[] data);

    /** Ends standard input: end of file, or the terminal's end-of-file character. */
    void closeInput();

    /** Tells the terminal its size; TIOCSWINSZ. Does nothing without a terminal. */
    void resize(int rows, int columns);

    /** Completes when the program has ended. */
    CompletableFuture<Termination> termination();

    /** Lets go of the streams. A program run by exec is ended by it, an attached container runs on. */
    @Override
    void close();
}
