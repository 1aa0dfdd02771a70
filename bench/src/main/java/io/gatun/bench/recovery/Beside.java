package io.gatun.bench.recovery;

import java.io.IOException;

/** Something that is done over and over while something else is measured, on a thread of its own. */
final class Beside {
    /** Once. */
    interface Step {
        void run() throws IOException, InterruptedException;
    }

    private final Step step;
    private final Thread thread;
    private volatile boolean ended;
    private IOException failure;

    /** Nothing is done yet. */
    Beside(String name, Step step) {
        this.step = step;
        this.thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            while (!ended) {
                step.run();
            }
        } catch (IOException e) {
            failure = e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends something whose step throws no IOException. */
    void endQuietly() throws InterruptedException {
        ended = true;
        thread.join();
    }

    /**
     * Ends.
     *
     * @throws IOException of the step: then it was not done to the end
     */
    void end() throws IOException, InterruptedException {
        endQuietly();
        if (failure != null) {
            throw failure;
        }
    }
}
