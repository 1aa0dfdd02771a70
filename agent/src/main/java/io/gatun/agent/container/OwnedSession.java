package io.gatun.agent.container;

import io.gatun.containerizer.Session;
import io.gatun.containerizer.Termination;
import java.util.concurrent.CompletableFuture;

/** A session that ends the container it is attached to when it is closed. */
record OwnedSession(Session session, Runnable destroy) implements Session {
    @Override
    public void onOutput(Output output) {
        session.onOutput(output);
    }

    @Override
    public void pause() {
        session.pause();
    }

    @Override
    public void resume() {
        session.resume();
    }

    @Override
    public CompletableFuture<Void> input(byte[] data) {
        return session.input(data);
    }

    @Override
    public void closeInput() {
        session.closeInput();
    }

    @Override
    public void resize(int rows, int columns) {
        session.resize(rows, columns);
    }

    @Override
    public CompletableFuture<Termination> termination() {
        return session.termination();
    }

    @Override
    public void close() {
        session.close();
        destroy.run();
    }
}
