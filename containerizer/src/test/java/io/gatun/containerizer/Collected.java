package io.gatun.containerizer;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Output of a session, as it came. */
final class Collected implements Session.Output {
    private static final long WAIT_S = 240;

    private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();
    private final CountDownLatch ended = new CountDownLatch(1);

    static Collected of(Session session) {
        Collected collected = new Collected();
        session.onOutput(collected);
        return collected;
    }

    @Override
    public synchronized void data(Session.Stream stream, byte[] bytes) {
        (stream == Session.Stream.STDOUT ? stdout : stderr).writeBytes(bytes);
    }

    @Override
    public void end() {
        ended.countDown();
    }

    synchronized String stdout() {
        return stdout.toString(StandardCharsets.UTF_8);
    }

    synchronized String stderr() {
        return stderr.toString(StandardCharsets.UTF_8);
    }

    synchronized int size() {
        return stdout.size();
    }

    void awaitStdout(String text) {
        Rig.await("'" + text + "' in what came: " + stdout(), () -> stdout().contains(text));
    }

    void awaitEnd() {
        try {
            if (!ended.await(WAIT_S, TimeUnit.SECONDS)) {
                throw new AssertionError("the output did not end");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
