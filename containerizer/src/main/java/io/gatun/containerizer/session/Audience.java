package io.gatun.containerizer.session;

import io.gatun.containerizer.Session.Stream;
import java.util.ArrayList;
import java.util.List;

/** Those who are attached to one container. On the pump's thread only. */
final class Audience {
    private final List<Attachment> attached = new ArrayList<>();
    private boolean met;

    /** Whether nobody listens now. */
    boolean isEmpty() {
        return attached.isEmpty();
    }

    /**
     * Whether data can be handed out: everybody takes it, or everybody has gone. Before the first one came it is kept
     * for him.
     */
    boolean ready() {
        return attached.isEmpty() ? met : attached.stream().allMatch(Attachment::takes);
    }

    void add(Attachment attachment) {
        met = true;
        attached.add(attachment);
    }

    void remove(Attachment attachment) {
        attached.remove(attachment);
    }

    void data(Stream stream, byte[] bytes) {
        // Each gets an array of its own; a copy of the list, because a listener may leave.
        for (Attachment attachment : List.copyOf(attached)) {
            attachment.give(stream, bytes.clone());
        }
    }

    void end() {
        List.copyOf(attached).forEach(Attachment::finish);
    }
}
