package io.gatun.bench.recovery;

import io.gatun.master.log.CriticalThread;
import java.io.IOException;

/** Something that is done over and over while something else is measured, on a thread of its own. */
final class Beside {
    /** Once. */
    interface Step {
        void run() throws IOException, InterruptedException;
    }

    private final Runnable begin;
    private final Step step;
    private final Thread thread;
    private volatile boolean ended;
    private IOException failure;

    /** Nothing is done yet. */
    Beside(String name, Step step) {
        this(name, () -> {}, step);
    }

    private Beside(String name, Runnable begin, Step step) {
        this.begin = begin;
        this.step = step;
        this.thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
    }

    /** On a thread that is scheduled as those are that append. */
    static Beside critical(String name, Step step) {
        return new Beside(name, CriticalThread::begin, step);
    }

    void start() {
        thread.start();
    }

    private void run() {
        begin.run();
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
