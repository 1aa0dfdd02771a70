package io.gatun.master.log.node;

import io.gatun.master.log.Snapshot;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.agrona.DirectBuffer;

/** A list of texts. */
final class TextApplication implements Application {
    private final List<String> texts = new CopyOnWriteArrayList<>();
    private final List<String> events = new CopyOnWriteArrayList<>();

    List<String> texts() {
        return new ArrayList<>(texts);
    }

    List<String> events() {
        return events;
    }

    @Override
    public void committed(long position, long epoch, DirectBuffer bytes, int offset, int length) {
        texts.add(bytes.getStringWithoutLengthUtf8(offset, length));
    }

    @Override
    public void restored(long position, Snapshot.State state) throws IOException {
        texts.clear();
        try (InputStream in = state.open()) {
            new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().forEach(texts::add);
        }
    }

    @Override
    public void leading(long epoch) {
        events.add("leading");
    }

    @Override
    public void steppedDown(long epoch, String reason) {
        events.add("stepped down: " + reason);
    }

    @Override
    public Supplier<Snapshot.State> snapshot() {
        List<String> view = texts();
        return () -> Snapshot.State.of(String.join("\n", view).getBytes(StandardCharsets.UTF_8));
    }
}
